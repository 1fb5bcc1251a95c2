"""The flex route of the Rijnmond region (document F)."""

from __future__ import annotations

from acts.flex import ACTS
from models.flex import case, overview
from models.flex.region import hold_open
from models.flex.waiting import assigned, who_must_act
from notifications.flex import meeting_view
from notifications.flex.agenda_letter import agenda_letter
from notifications.flex.words import WORDS
from notifications.templates import LETTERS
from rules.flex.letters import OF_MEETINGS, RECIPIENTS
from rules.shared.process import OfRegion, Process, Rows, View, by_name
from rules.shared.roles import TEAM
from tasks.flex import reassigning

FLEX = Process(
    name="flex",
    title="Flexroute",
    prefix="ZB",
    page="zaken",
    subjects=(Rows("case", case.Case),),
    acts=by_name(ACTS),
    around=lambda reference: (reference,),
    who_must_act=who_must_act,
    assigned=assigned,
    region=OfRegion(hold_open, asks=reassigning.ASKS, ask=reassigning.ask, heirs=reassigning.heirs),
    views={"case": View(overview.KEYS, overview.view), "meeting": View(meeting_view.KEYS, meeting_view.view)},
    refusals=frozenset(
        {
            *("direct_flex_referral", "flex_needs_table_and_approval", "no_table_for_opdracht", "not_overdue"),
            *("answers_missing", "procedure_check_failed", "handover_missing", "allocation_missing"),
        }
    ),
    words=WORDS,
    letters={**RECIPIENTS, **dict.fromkeys(OF_MEETINGS, ())},
    templates=LETTERS / "flex",
    answers=lambda _region: TEAM,
    rendered=dict.fromkeys(OF_MEETINGS, agenda_letter),
    flow="flows.flex_route:flex_route",
    watches="tasks.flex.deadlines:WATCHES",
    agendas="tasks.flex.agendas:agendas",
)
