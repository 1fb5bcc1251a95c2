"""The flex route of the Rijnmond region (document F)."""

from __future__ import annotations

from acts.flex import ACTS
from models.flex import case, overview
from models.flex.region import hold_open
from models.flex.waiting import assigned, who_must_act
from notifications.flex import meeting_view
from notifications.flex.agenda_letter import agenda_letter
from notifications.flex.contexts import CONTEXTS
from notifications.flex.details import details_in_words
from notifications.flex.filters import FILTERS
from notifications.flex.kept import KEPT
from notifications.flex.standing import standing
from notifications.flex.words import TASKS, WORDS
from notifications.templates import LETTERS
from rules.flex import seeing
from rules.flex.letters import ASKING, OF_MEETINGS, RECIPIENTS
from rules.flex.route import TRANSITION_OF
from rules.flex.settings import FlexSettings
from rules.shared.process import OfRegion, Process, Rows, View, by_name
from rules.shared.roles import TEAM
from rules.shared.seeing import Sight
from rules.shared.sentences import RULES
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
    region=OfRegion(hold_open, asks=ASKING, ask=reassigning.ask, heirs=reassigning.heirs),
    views={"case": View(overview.KEYS, overview.view), "meeting": View(meeting_view.KEYS, meeting_view.view)},
    sights={
        "case": Sight(
            seeing.parts,
            seeing.READERS,
            seeing.YOUTH,
            seeing.WHO,
            seeing.WHO_YOUTH,
            overview.facts_about,
            overview.youth_about,
            overview.youth_of,
        )
    },
    requirements={act: one.requirement for act, one in TRANSITION_OF.items()}
    | {"call_flex_provider": "F-55", "change_meeting": "F-53", "issue_agenda": "F-26", "place_series": "F-53"},
    refusals={
        **{"direct_flex_referral": "F-10", "flex_needs_table_and_approval": "F-11", "no_table_for_opdracht": "F-27"},
        **{"not_overdue": "F-21", "answers_missing": "F-29", "procedure_check_failed": "F-50"},
        **{"handover_missing": "F-39", "allocation_missing": "F-50", "four_eyes": "F-34"},
    },
    words=WORDS,
    tasks=TASKS,
    letters={**RECIPIENTS, **dict.fromkeys(OF_MEETINGS, ())},
    contexts=CONTEXTS,
    templates=LETTERS / "flex",
    answers=lambda _region: TEAM,
    rendered=dict.fromkeys(OF_MEETINGS, agenda_letter),
    filters=FILTERS,
    recognised_by=details_in_words,
    flow="flows.flex_route:flex_route",
    watches="tasks.flex.deadlines:WATCHES",
    agendas="tasks.flex.agendas:agendas",
    sentences=RULES / "flex" / "requirements.yaml",
    standings={"case": standing},
    kept=KEPT,
    settings=FlexSettings,
)
