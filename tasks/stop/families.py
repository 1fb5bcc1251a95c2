"""Only then the family: it is told, and gives its consent or not (S-45, S-50)."""

from datetime import date

from rules.stopping import StopSignal
from tasks.stop.settle import child_line
from tasks.stop.work import ChildWork


@child_line("families")
def families(work: ChildWork) -> None:
    """A family that was told before the decision is flagged for good; after a no the access hears it (AMB-49). It gets no mail (N-24)."""
    assert work.decision is not None  # noqa: S101
    child = work.child
    if work.decision.act == "inform_family":
        child.informed_on = date.fromisoformat(work.answer["on"])
        if work.now_known.told_too_early:
            work.signal(StopSignal.TOLD_TOO_EARLY)
        return
    child.consent = work.answer["given"]
    if not child.consent:
        work.letter_of_child("consent_refused")
