"""A dossier: a provider stops, wholly or partly; after dissolution somebody asks that care goes on (S-01 … S-07, S-38, S-39)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import Field

from acts.engine.act import Act, allowed, nothing_more, valid
from acts.engine.record import keep
from acts.stop.subjects import DOSSIER, about
from flexroute.clock import local_date
from models.region.directory import load_region
from models.stop.dossier import StopDossier
from models.store.database import Database
from models.store.reference import next_number
from models.store.subject import begin
from notifications.words import care_forms_in_words
from rules.shared.asked import Asked
from rules.shared.refusal import Refused, invalid
from rules.shared.region import Region
from rules.shared.roles import is_administration, municipality_of
from rules.shared.values import CareForm, Day, OrganisationId, PastDay, Shown, ShownLine, Values, Who
from rules.stop.asked import OfDossier
from rules.stop.gates import affected_forms
from rules.stop.roles import administration_or_access
from rules.stop.route import BANKRUPTCY, DISSOLVED, GUIDELINE, StopType

NAME = "register_stop"


class Stop(Values):
    """Which provider stops, how, why and from when. No care forms: all those of its contract."""

    provider: OrganisationId = Field(title="aanbieder die stopt")
    stop_type: StopType = Field(title="hoe de aanbieder stopt")
    announced_on: PastDay = Field(title="aangekondigd op")
    contract_ends_on: Day = Field(title="overeenkomst eindigt op")
    motives: Shown = Field(
        title="motieven", description="Dit staat letterlijk in brieven. Noem geen personen."
    )  # they go out word for word (S-39)
    care_forms: tuple[CareForm, ...] = Field((), title="zorgvormen", description="Leeg is alle zorg van het contract.")
    locations: tuple[ShownLine, ...] = Field((), title="locaties", description="Leeg is overal.")
    continuation_requested_by: tuple[Who, ...] = Field(
        (), title="voortzetting gevraagd door", description="Alleen bij een ontbonden overeenkomst."
    )


def _may(asked: Asked) -> bool:
    return is_administration(asked.by, asked.region)


def record_stop(
    act: Act[Asked],
    database: Database,
    _about: str | None,
    by: str,
    given: Mapping[str, Any],
    now: datetime,
    person: str | None,
) -> str:
    """Open a dossier; answers with its reference. Raises Refused; for a bankruptcy nothing is kept (gate 10, S-04)."""
    with database.writing() as session:
        region, today = load_region(session), local_date(now)
        asked = allowed(act, Asked(region, by, today, given, person=person), nothing_more)
        if given.get("stop_type") == BANKRUPTCY:
            raise Refused(
                "bankruptcy_out_of_scope",
                f"Bij een faillissement geldt een andere richtlijn: “{GUIDELINE}”.",
                "stop_type",
            )
        values: Stop = valid(act, asked, nothing_more).values
        all_forms = affected_forms(region, values.provider, values.announced_on, values.contract_ends_on)
        stop_fits(values.provider, values.care_forms, all_forms, region)
        _continuation_fits(values, region)
        forms = values.care_forms or all_forms
        dossier = StopDossier(
            **values.model_dump(exclude={"provider", "care_forms", "locations", "continuation_requested_by"}),
            reference=f"ST-{today.year}-{next_number(session, NAME, today.year):06d}",
            provider_id=values.provider,
            care_forms=list(forms),
            partly=bool(values.locations) or set(forms) < set(all_forms),
            locations=list(values.locations),
            continuation=sorted(set(values.continuation_requested_by)),
            registered_at=now,
        )
        begin(session, [dossier.reference], "stop", "stop")
        session.add(dossier)
        session.flush()
        kept = values.model_dump(mode="json")
        keep(session, (asked, {**about(dossier), "act": NAME, "at": now, "data": kept}))
        return dossier.reference


def stop_fits(provider: str, care_forms: Sequence[str], affected: Sequence[str], region: Region) -> None:
    """The care that stops is in its contracts. Raises Refused naming the field."""
    if not affected:
        raise invalid("provider", f"{region.name_of(provider)} heeft geen contract waarin zorgvormen staan")
    if unknown := [form for form in care_forms if form not in affected]:
        other, choice = care_forms_in_words(unknown, region), care_forms_in_words(affected, region)
        raise invalid("care_forms", f"{other} staat niet in het contract; kies uit: {choice}")


def _continuation_fits(values: Stop, region: Region) -> None:
    if values.continuation_requested_by and values.stop_type != DISSOLVED:
        raise invalid("continuation_requested_by", "om voortzetting vragen kan alleen bij een ontbonden overeenkomst")
    for who in values.continuation_requested_by:
        if not is_administration(who, region) and municipality_of(who, region) is None:
            name = region.name_of(who)
            raise invalid(
                "continuation_requested_by", f"'{name}' is geen contractbeheer en geen Toegang van deze regio"
            )


class Request(Values):
    """Since when."""

    on: PastDay = Field(title="gevraagd op")


def _twice(asked: OfDossier) -> bool:
    return asked.by in asked.dossier.continuation


def _not_dissolved(asked: OfDossier) -> Refused | None:
    if asked.dossier.stop_type == DISSOLVED:
        return None
    return Refused("wrong_step", "Om voortzetting vragen kan alleen bij een ontbonden overeenkomst.")


ACTS = (
    Act(NAME, Stop, _may, "contractbeheer", record=record_stop, makes="stop"),
    Act(
        "request_continuation",
        Request,
        administration_or_access,
        "contractbeheer of een Toegang",
        DOSSIER,
        twice=_twice,
        not_now=_not_dissolved,
    ),
)
