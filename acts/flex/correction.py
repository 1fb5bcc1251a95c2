"""A referral was wrong: a care mediator, or the referrer before anybody answered, corrects it (F-12, AMB-24)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from acts.engine.act import Act, Beginning
from acts.engine.correcting import as_it_stands, changes_something, correct_youth, only_what_differs, otherwise
from acts.flex.case import CASE
from acts.flex.doubts import about_opdracht
from acts.flex.referral import CORRECTION, Referral, direct_flex, judged
from models.flex.case import Case
from models.store.former_reference import remember_reference
from rules.flex.asked import OfCase
from rules.flex.correcting import correctable
from rules.flex.roles import corrector
from rules.flex.route import Step
from rules.shared.refusal import Refused, invalid
from rules.shared.roles import is_care_mediator, is_referrer
from rules.shared.values import PRIVATE, correction_of

Corrected = correction_of(Referral, "Corrected", "again")
_OF_DOSSIER = ("municipality", "care_form", PRIVATE)  # what the dossier of a stopping provider knows of its child


def _fits(asked: OfCase) -> None:
    """What may still be corrected, to what could have been referred so. Raises Refused, naming the field."""
    case, region, changed = asked.case, asked.region, otherwise(asked)
    if late := sorted(changed.keys() - correctable(case)):
        raise Refused("wrong_step", _too_late(case.accepted is not None), late[0])
    if case.from_stop and (there := [field for field in _OF_DOSSIER if field in changed]):
        raise invalid(there[0], f"dit staat in het dossier van de jeugdige; corrigeer het bij {case.from_stop.child}")
    request = {**asked.request, **changed}
    if "referrer" in changed and not is_referrer(request["referrer"], region):
        raise invalid("referrer", "vul in welke verwijzer heeft verwezen")
    if "referrer" in changed and not is_care_mediator(asked.by, region):
        raise invalid("referrer", "een andere verwijzer vult alleen een zorgbemiddelaar in")
    if changed.keys() & {"provider", "opdracht", "received_on"}:
        _could_be_referred(asked, request, "provider" if "provider" in changed else "opdracht")
    if "opdracht" in changed:
        judged(request["opdracht"], region)


def _could_be_referred(asked: OfCase, request: dict[str, Any], field: str) -> None:
    """A case goes to a system or performance provider, and never straight to a flex provider (F-01, F-10). Raises Refused."""
    region, provider, on = asked.region, request["provider"], request["received_on"]
    if asked.case.from_stop and provider == asked.case.from_stop.provider:
        raise invalid("provider", "kies een andere aanbieder dan die stopt")
    if region.is_flex_only(provider, request["opdracht"], on):
        raise direct_flex()
    if field == "provider" and not region.organisation[provider].is_system_provider(on):
        raise invalid("provider", f"{region.name_of(provider)} is geen systeem- of prestatieaanbieder")


def _too_late(accepted: bool) -> str:
    if accepted:
        since = (
            "Een flex-aanbieder heeft ja gezegd op deze vraag; alleen eigen kenmerk, spoed en de jeugdige kunnen nog."
        )
    else:
        since = "Er is al geantwoord; van wie en naar wie de verwijzing is, staat vast."
    return f"Dit kan niet meer worden gecorrigeerd. {since} Trek de casus in en verwijs opnieuw."


def _changes_something(session: Session, case: Any, asked: OfCase, _now: datetime) -> None:
    """Another own number is free; and something is said otherwise. Raises Refused."""
    changes_something(session, asked, case_id=case.id)
    changed = otherwise(asked)
    own, referrer = (changed.get(name, asked.request[name]) for name in ("sender_reference", "referrer"))
    if own and changed.keys() & _NAMED.keys():
        same = select(Case.reference).where(Case.referrer_id == referrer, Case.sender_reference == own)
        if other := session.exec(same.where(Case.id != case.id, Case.step != Step.CLOSED)).first():
            raise invalid("sender_reference", f"een andere open casus heeft dit eigen kenmerk: {other}")


_NAMED = {"sender_reference": "sender_reference", "referrer": "referrer_id"}  # what makes a case known to who refers


def _at_once(session: Session, case: Any, asked: OfCase) -> None:
    """Who it is about, and what it is called, change with the decision: no other case may get that name in between."""
    correct_youth(session, asked, case_id=case.id)
    if named := {_NAMED[field]: value for field, value in asked.values.fields.items() if field in _NAMED}:
        remember_reference(session, case.reference, case.referrer_id, case.sender_reference)
        session.execute(update(Case).where(col(Case.id) == case.id).values(named))


def _begins(asked: OfCase) -> Beginning:
    """As it stands, without the norm in weeks: what stands may be that of the region."""
    may = correctable(asked.case) - ({"referrer"} if not is_care_mediator(asked.by, asked.region) else frozenset())
    begins = as_it_stands(asked, may, Corrected.model_fields)
    return replace(begins, values={field: it for field, it in begins.values.items() if field != "treeknorm_weeks"})


ACTS = (
    Act(
        CORRECTION,
        Corrected,
        corrector,
        "een zorgbemiddelaar, of de verwijzer zolang niemand heeft geantwoord",
        CASE,
        fits=_fits,
        kept=_changes_something,
        seen=only_what_differs,
        apart=_at_once,
        doubts=about_opdracht,
        begins=_begins,
    ),
)
