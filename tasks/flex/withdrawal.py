"""A case was withdrawn, at any step before the start (AMB-30)."""

from rules.flex.letters import also_told_of_withdrawal
from rules.flex.route import Outcome, Step
from tasks.bridges.from_stop import tell_dossier
from tasks.flex.settle import line
from tasks.flex.work import Work


@line(Step.CLOSED)
def withdrawal(work: Work) -> None:
    """Open tasks end, the agenda item goes, those involved are told."""
    work.letter("withdrawn", *also_told_of_withdrawal(work.facts, work.region))
    tell_dossier(work, "withdrawn")
    work.close(Outcome.WITHDRAWN)
