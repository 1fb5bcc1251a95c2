"""What each letter of a stopping provider knows, of its dossier or of a child in it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from notifications.contexts import LetterContext, NoLongerInvited, OfMeeting
from rules.shared.region import Code, Identifier
from rules.shared.settings import Frozen
from rules.stop.letters import (
    CHILD_CORRECTED,
    CONSULTATION,
    CONSULTATION_CANCELLED,
    CONSULTATION_WITHDRAWN,
    DOSSIER_CORRECTED,
)
from rules.stop.route import Care, Category, Route, StopType


class OfAccess(LetterContext):
    """The access whose municipality it is about; the one that comes in its place is named instead."""

    access: Identifier


class OfDossier(LetterContext):
    """What every letter of a dossier knows: who stops, as of when, and its last day."""

    provider: Identifier
    contract_ends_on: date
    ends_by: date


class ProviderStops(OfDossier):
    """How, with which care, and why: the motives go out word for word, and are the only text that somebody typed (S-39)."""

    stop_type: StopType
    motives: str
    care_forms: tuple[Code, ...]
    announced_on: date
    partly: bool


class CountsToRecognise(OfDossier, OfAccess):
    """The provider's numbers (S-41)."""

    counts: dict[Category, int]


class CountsDiffer(OfDossier, OfAccess):
    """By category the numbers of both, where they differ (S-42)."""

    differences: dict[Category, tuple[int, int]]


class CanTakeOver(Frozen):
    """A provider, and what of the care it has a contract for."""

    id: Identifier
    care_forms: tuple[Code, ...]


class ProviderList(OfDossier):
    """Who may take over (S-30, S-37)."""

    providers: tuple[CanTakeOver, ...]


class OfChild(OfDossier, OfAccess):
    """What every letter of a child knows: its dossier, how its care stands, and the route that is agreed or proposed."""

    dossier: Identifier
    category: Category
    care: Care
    route: Route | None
    receiver: Identifier | None
    moves_along: bool


class RouteProposal(OfChild):
    """What is proposed, and what is in its way (S-31)."""

    expected_end: date | None
    at_risk: bool
    replaces: bool
    counts_open: bool


class RouteDecision(OfChild):
    """Yes or no of the access (S-32)."""

    agreed: bool


class TransferRequest(OfChild):
    """Whether the child waits for care, and since when (S-33)."""

    waiting: bool
    registered_on: date


class RegistrationDate(OfChild):
    """The old date and the new one (AMB-47)."""

    registered_on: date
    changed_to: date


class FileDue(OfChild):
    """Since when the receiver has the child, and by when the file is complete (S-47)."""

    started_on: date
    file_due: date


class TermNear(OfChild):
    """The last day of the term (S-10)."""

    last_day: date


class TermExceeded(TermNear):
    """And whether route 1 lapsed with it (AMB-43)."""

    lapsed: bool


class InFlexRoute(OfChild):
    """With which case."""

    case: Identifier


class FlexRouteNews(OfAccess):
    """What became of the case of a child in the flex route, and by whom; nobody where it was withdrawn."""

    dossier: Identifier
    provider: Identifier
    case: Identifier
    news: Literal["found", "lost", "withdrawn"]
    other: Identifier | None
    by: Identifier | None = None  # who withdrew it, and when
    on: date | None = None


class YourTurn(OfAccess):
    """Which acts are due, and in whose place; `dossier` where it is about a child."""

    acts: tuple[Code, ...]
    former: Identifier | None
    dossier: Identifier | None = None


class ChildCorrected(LetterContext):
    """What becomes of the child."""

    dossier: Identifier
    provider: Identifier
    becomes: Literal["goes_on", "route_lapses", "removed"]


CONTEXTS: dict[str, type[LetterContext]] = {
    "provider_stops": ProviderStops,
    "counts_to_recognise": CountsToRecognise,
    "counts_differ": CountsDiffer,
    "provider_list": ProviderList,
    "route_proposal": RouteProposal,
    "route_decision": RouteDecision,
    "transfer_request": TransferRequest,
    "transfer_withdrawn": OfChild,
    "consent_refused": OfChild,
    "registration_date_changed": RegistrationDate,
    "transfer_complete": FileDue,
    "file_due": FileDue,
    "file_overdue": FileDue,
    "term_near": TermNear,
    "term_exceeded": TermExceeded,
    "flex_route_entered": InFlexRoute,
    "flex_route_news": FlexRouteNews,
    "flex_route_not_needed": InFlexRoute,
    "your_turn": YourTurn,
    CHILD_CORRECTED: ChildCorrected,
    DOSSIER_CORRECTED: OfDossier,
    CONSULTATION: OfMeeting,
    CONSULTATION_CANCELLED: OfMeeting,
    CONSULTATION_WITHDRAWN: NoLongerInvited,
}
