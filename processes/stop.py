"""A provider that stops (document S)."""

from __future__ import annotations

from acts.bridges import flex_and_stop
from acts.stop import ACTS
from models.stop import dossier, overview, region
from models.stop.history import dossier_of, is_child
from models.stop.waiting import assigned, who_must_act
from notifications.stop.consultation_letter import consultation_letter
from notifications.stop.contexts import CONTEXTS
from notifications.stop.kept import KEPT
from notifications.stop.words import TASKS, WORDS
from notifications.templates import LETTERS
from rules.shared.process import OfRegion, Process, Rows, View, by_name
from rules.shared.region import Region
from rules.shared.roles import TEAM
from rules.shared.seeing import Sight
from rules.shared.sentences import RULES
from rules.stop import seeing
from rules.stop.letters import CONSULTATION, CONSULTATION_CANCELLED, CONSULTATION_WITHDRAWN, STOP_LETTERS
from rules.stop.route import STAGE_OF, STAGES
from rules.stop.settings import StopSettings
from tasks.stop import reassigning


def _answers(region: Region) -> str:
    """Contract administration (S-35), where it has somebody; otherwise the team."""
    return next(iter(region.contract_administration()), TEAM)


def _around(reference: str) -> tuple[str, ...]:
    """A child is held with its dossier."""
    return (reference, dossier_of(reference)) if is_child(reference) else (reference,)


STOP = Process(
    name="stop",
    title="Stoppende aanbieder",
    prefix="ST",
    page="stoppers",
    subjects=(
        Rows("stop", dossier.StopDossier),
        Rows("child", dossier.StopChild),
    ),
    acts=by_name((*ACTS, *flex_and_stop.ACTS)),
    around=_around,
    who_must_act=who_must_act,
    assigned=assigned,
    region=OfRegion(
        region.hold_open,
        region.allows,
        region.changed,
        reassigning.ASKS,
        reassigning.ask,
        reassigning.heirs,
    ),
    views={
        "stop": View(overview.DOSSIER_KEYS, overview.dossier_view),
        "child": View(overview.CHILD_KEYS, overview.child_view),
    },
    sights={
        "stop": Sight(
            seeing.parts_of_dossier,
            seeing.OF_DOSSIER,
            frozenset(),
            seeing.WHO_DOSSIER,
            "dat staat bij elke jeugdige apart",
            overview.facts_about,
            overview.nobody,
        ),
        "child": Sight(
            seeing.parts_of_child,
            seeing.OF_CHILD,
            seeing.YOUTH,
            seeing.WHO_CHILD,
            seeing.WHO_YOUTH,
            overview.facts_about_child,
            overview.youth_about,
            overview.youth_of,
        ),
    },
    requirements={act: STAGES[stage].requirement for act, stage in STAGE_OF.items()},
    refusals={
        **{"bankruptcy_out_of_scope": "S-04", "not_affected": "S-01", "counts_unexplained": "S-42"},
        **{"not_contracted": "S-29", "no_agreement": "S-32", "continuation_not_requested": "S-07"},
        **{"reason_missing": "S-32", "family_informed_too_early": "S-45", "route_not_followed": "S-56"},
        **{"no_consent": "S-50", "file_incomplete": "S-55", "allocation_missing": "S-57"},
    },
    words=WORDS,
    tasks=TASKS,
    letters=STOP_LETTERS,
    contexts=CONTEXTS,
    templates=LETTERS / "stop",
    answers=_answers,
    rendered=dict.fromkeys((CONSULTATION, CONSULTATION_CANCELLED, CONSULTATION_WITHDRAWN), consultation_letter),
    flow="flows.stop_provider:stop_provider",
    watches="tasks.stop.terms:WATCHES",
    agendas="tasks.stop.consultations:agendas",
    sentences=RULES / "stop" / "requirements.yaml",
    kept=KEPT,
    settings=StopSettings,
)
