"""A case was withdrawn, at any step before the start (AMB-30)."""

from rules.letters import also_told_of_withdrawal
from rules.route import Outcome, Step
from tasks.from_stop import tell_dossier
from tasks.step import line
from tasks.work import Work


@line(Step.CLOSED)
def withdrawal(work: Work) -> None:
    """Open tasks end, the agenda item goes, those involved are told."""
    work.letter("withdrawn", *also_told_of_withdrawal(work.facts, work.region))
    tell_dossier(work, "withdrawn")
    work.close(Outcome.WITHDRAWN)
