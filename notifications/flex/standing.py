"""How a case stands, in words: its place in the route, who must act and why, and which flex providers can be asked (F-42)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

from dateutil.relativedelta import relativedelta
from sqlalchemy import JSON, type_coerce
from sqlmodel import Session, col, func, select

from flexroute.clock import AMSTERDAM
from models.flex import overview
from models.flex.case import Case
from models.store.assignment import asked_of
from models.store.decision import Decision
from models.views.case import CaseView
from models.views.standing import Asked, Listed, Stage, Standing
from notifications.flex.case_words import what_it_is
from notifications.words import code_in_words, day_in_words
from rules.flex.route import STEP_INFO, Step, asks
from rules.shared.assignment import Assigned
from rules.shared.region import Region

CONDITIONS = {  # of the procedure check, by what is wrong without it (F-50, F-51)
    "no_table_assessment": "de tafel heeft de casus in deze ronde beoordeeld",
    "no_approval": "de contractmanager heeft in deze ronde akkoord gegeven",
    "wrong_deliverer": "de toewijzing is aangeleverd door een systeem- of prestatieaanbieder, of door de tafel",
}


def standing(session: Session, region: Region, reference: str, today: date) -> Standing | None:
    """A case as its page shows it; None when there is none."""
    view = overview.of_case(session, region, reference, today)
    if view is None:
        return None
    return Standing(
        reference=reference,
        title=f"Casus {reference}",
        state=code_in_words(view.outcome or view.step, reference),
        closed=view.step == Step.CLOSED,
        urgent=view.urgent,
        stages=_stages(view, _been_at(session, reference)),
        about=[*what_it_is(region, view), *_more(region, view)],
        asked=[_asked(region, view, asked_of(session, [reference])[reference])] if view.waiting_for else [],
        remarks=[
            *(code_in_words(signal, reference) for signal in view.signals),
            *([f"apart gezet: {view.trouble}"] if view.trouble else []),
        ],
        lists=[*_for_approval(session, view, today), *_lists(region, view)],
    )


def until(view: CaseView) -> str:
    """By when somebody must act: a term, a meeting, or the last day to start."""
    if view.due:
        return f"{day_in_words(view.due)}{' (te laat)' if view.overdue else ''}"
    if view.agenda:
        return f"tafel op {day_in_words(view.agenda.on)}"
    if view.waiting_for and view.treeknorm_date:
        return f"start uiterlijk {day_in_words(view.treeknorm_date)}"
    return ""


def _been_at(session: Session, reference: str) -> set[str]:
    """The steps at which something was decided."""
    of_it = select(Decision.step).where(Decision.subject == reference, col(Decision.step).is_not(None))
    return {str(step) for step in session.exec(of_it)}


def _stages(view: CaseView, been_at: set[str]) -> list[Stage]:
    now = Step(view.step)
    return [
        Stage(
            number=info.number,
            name=info.name,
            state="now" if step is now else "done" if step in been_at or step is Step.REFERRAL else "later",
            note=f"ronde {view.round}" if step is now and view.round > 1 else "",
        )
        for step, info in STEP_INFO.items()
        if step is not Step.RE_OFFER or step is now or step in been_at  # only who came there needs to know
    ]


def _asked(region: Region, view: CaseView, assigned: Sequence[Assigned]) -> Asked:
    step = Step(view.step)
    what = asks(step, view.procedure_check)
    if step is Step.ALLOCATION and view.procedure_check is None:  # who is asked cannot record it here
        what += f"; {region.name_of(view.owner)} legt die vast"
    return Asked(
        what=what,
        who=view.waiting_for,
        acts=[act for one in assigned for act in one.acts],
        due=view.due or (view.agenda.on if view.agenda else view.treeknorm_date),
        until=until(view),
        overdue=view.overdue,
        requirement=STEP_INFO[step].requirement,
    )


def _more(region: Region, view: CaseView) -> Iterator[tuple[str, str]]:
    if view.owner != view.provider:
        yield "nu bij", region.name_of(view.owner)
    if view.treeknorm_date:
        yield "uiterlijk starten op", day_in_words(view.treeknorm_date)
    if view.agenda:
        yield "op de agenda", f"{region.name_of(view.agenda.table or '')}, {day_in_words(view.agenda.on)}"
    if view.stop_child:
        yield "dossier", f"jeugdige {view.stop_child} van een aanbieder die stopt; de start eerst daar vastleggen"


def _for_approval(session: Session, view: CaseView, today: date) -> Iterator[Listed]:
    """What a contract manager weighs (F-34 … F-38): the round, the start at stake, how often this opdracht ran short in a year."""
    if view.step != Step.APPROVAL:
        return
    since = today - relativedelta(years=1)
    yes = type_coerce(col(Decision.data), JSON)["approved"].as_boolean()
    approved = select(func.count()).select_from(Decision).join(Case, col(Case.reference) == col(Decision.subject))
    approved = approved.where(Decision.act == "decide_approval", Case.opdracht == view.opdracht)
    approved = approved.where(Decision.at >= datetime.combine(since, time(), AMSTERDAM), yes)
    rows = [["ronde", str(view.round)]]
    if view.treeknorm_date:
        left = (view.treeknorm_date - today).days
        rows.append(
            [
                "uiterlijk starten op",
                f"{day_in_words(view.treeknorm_date)} (nog {left} dagen)"
                if left >= 0
                else f"{day_in_words(view.treeknorm_date)} (voorbij)",
            ]
        )
    rows.append(
        [f"akkoord voor opdracht {view.opdracht}, laatste twaalf maanden", f"{session.exec(approved).one()} keer"]
    )
    yield Listed(title="Wat er meespeelt", columns=["wat", "hoe het is"], rows=rows)


def _lists(region: Region, view: CaseView) -> Iterator[Listed]:
    if view.candidates:
        rows = [[str(n), region.name_of(one)] for n, one in enumerate(view.candidates, start=1)]
        yield Listed(
            title="Flex-aanbieders, in de volgorde waarin ze worden gevraagd", columns=["nr", "wie"], rows=rows
        )
    if view.excluded and view.step in (Step.APPROVAL, Step.FLEX_SEARCH, Step.RE_OFFER):
        rows = [[region.name_of(one), code_in_words(why, view.reference)] for one, why in view.excluded.items()]
        yield Listed(title="Niet gevraagd worden", columns=["wie", "waarom"], rows=rows)
    if view.procedure_check is not None:
        wrong = view.procedure_check if isinstance(view.procedure_check, list) else []
        ends = "er klopt iets niet; Team Zorgbemiddeling heeft bericht" if wrong else "alles klopt, u mag starten"
        rows = [[condition, "nee" if code in wrong else "ja"] for code, condition in CONDITIONS.items()]
        yield Listed(title=f"Controle van de procedure: {ends}", columns=["voorwaarde", "klopt"], rows=rows)
