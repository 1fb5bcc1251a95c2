"""What was given of a dossier or a child in it was wrong: who gave it, or contract administration, corrects it (S-17, S-32, S-39)."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field
from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from acts.engine.act import Act, Beginning
from acts.engine.correcting import as_it_stands, changes_something, correct_youth, only_what_differs, otherwise
from acts.stop.children import Child, child_fits
from acts.stop.dossier import Stop, stop_fits
from acts.stop.subjects import CHILD, DOSSIER
from models.stop.dossier import StopChild, StopDossier, in_dossier
from models.stop.history import youth_corrected
from models.store.former_reference import remember_reference
from models.store.youth import Youth
from rules.shared.refusal import Refused, invalid
from rules.shared.values import Text, Values, correction_of
from rules.stop.asked import OfChild, OfDossier
from rules.stop.correcting import correctable, correctable_of_dossier, removable
from rules.stop.gates import affected_forms, in_scope
from rules.stop.roles import administration, stopping_or_administration

CorrectedChild = correction_of(Child, "CorrectedChild")
CorrectedStop = correction_of(Stop, "CorrectedStop", "continuation_requested_by")  # that is asked for by itself
WHO = "de stoppende aanbieder of contractbeheer"


def _child_fits(asked: OfChild) -> None:
    """What may still be corrected, to what could have been added so. Raises Refused, naming the field."""
    changed = otherwise(asked)
    if late := sorted(changed.keys() - correctable(asked.child)):
        flex = asked.child.flex
        why = (
            f"in de flexroute loopt casus {flex.reference}"
            if flex and flex.open
            else "er is al iets overgedragen of afgerond"
        )
        raise Refused("wrong_step", f"Dit kan niet meer worden gecorrigeerd: {why}.", late[0])
    if changed.keys() - {"sender_reference", "private"}:
        child = {**asked.request, **changed}
        child_fits(asked, child)
        if refused := in_scope(asked.dossier, child["care_form"], child["location"]):
            raise refused


def _number_is_free(session: Session, row: StopChild, asked: OfChild, _now: datetime) -> None:
    changes_something(session, asked, child_id=row.id or 0)
    if own := otherwise(asked).get("sender_reference"):
        same = select(StopChild.reference).where(
            StopChild.dossier_id == row.dossier_id, StopChild.sender_reference == own
        )
        if other := session.exec(same).first():
            raise invalid("sender_reference", f"een andere jeugdige in dit dossier heeft dit eigen kenmerk: {other}")


def _at_once(session: Session, row: StopChild, asked: OfChild) -> None:
    """Who it is, and what it is called: here and in the cases of the child."""
    if (known := correct_youth(session, asked, child_id=row.id or 0)) is not None:
        youth_corrected(session, row.id or 0, known)
    if "sender_reference" in asked.values.fields:
        remember_reference(session, row.reference, asked.dossier.provider, row.sender_reference)
        mine = update(StopChild).where(col(StopChild.id) == row.id)
        session.execute(mine.values(sender_reference=asked.values.sender_reference))


def _child_begins(asked: OfChild) -> Beginning:
    return as_it_stands(asked, correctable(asked.child), CorrectedChild.model_fields)


def _stop_begins(asked: OfDossier) -> Beginning:
    return as_it_stands(asked, correctable_of_dossier(asked.dossier), CorrectedStop.model_fields)


class Removal(Values):
    """Why."""

    reason: Text = Field(title="reden")


def _removable(asked: OfChild) -> Refused | None:
    if removable(asked.child):
        return None
    told = "Deze jeugdige kan niet uit het dossier: er is al iets afgesproken of overgedragen, of er loopt een casus in de flexroute."
    return Refused("wrong_step", told, requirement="S-11")


def _forget_youth(session: Session, row: StopChild, _asked: OfChild) -> None:
    """It was never to be here."""
    session.execute(delete(Youth).where(col(Youth.child_id) == row.id))


def _stop_fits(asked: OfDossier) -> None:
    changed = otherwise(asked)
    if "provider" in changed.keys() - correctable_of_dossier(asked.dossier):
        told = "Er zijn al aantallen of jeugdigen; welke aanbieder stopt staat vast. Open voor een andere aanbieder een nieuw dossier."
        raise Refused("wrong_step", told, "provider")
    stop = {**asked.request, **changed}
    if not stop["care_forms"]:
        raise invalid("care_forms", "vul in welke zorg stopt")
    has = affected_forms(asked.region, stop["provider"], stop["announced_on"], stop["contract_ends_on"])
    stop_fits(stop["provider"], stop["care_forms"], has, asked.region)


def _children_stay(session: Session, row: StopDossier, asked: OfDossier, _now: datetime) -> None:
    """No child falls out of its dossier by a correction (S-11). Raises Refused."""
    changes_something(session, asked)
    changed = otherwise(asked)
    forms, places = (changed.get(field, asked.request[field]) for field in ("care_forms", "locations"))
    of_it = select(StopChild.reference).where(StopChild.dossier_id == row.id, in_dossier())
    for field, column, values in (
        ("care_forms", StopChild.care_form, forms),
        ("locations", StopChild.location, places),
    ):
        out = col(column).not_in(values) | col(column).is_(None)
        if field in changed and values and (one := session.exec(of_it.where(out)).first()):
            raise invalid(field, f"jeugdige {one} hoort daar dan niet meer bij; corrigeer of verwijder die eerst")


ACTS = (
    Act(
        "correct_child",
        CorrectedChild,
        stopping_or_administration,
        WHO,
        CHILD,
        fits=_child_fits,
        kept=_number_is_free,
        seen=only_what_differs,
        apart=_at_once,
        single=("sender_reference", "private"),
        begins=_child_begins,
    ),
    Act(
        "remove_child",
        Removal,
        stopping_or_administration,
        WHO,
        CHILD,
        gates=(_removable,),
        apart=_forget_youth,
    ),
    Act(
        "correct_dossier",
        CorrectedStop,
        administration,
        "contractbeheer",
        DOSSIER,
        fits=_stop_fits,
        kept=_children_stay,
        seen=only_what_differs,
        begins=_stop_begins,
    ),
)
