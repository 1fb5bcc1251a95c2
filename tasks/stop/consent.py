"""Route 2: the child or its parents give their consent, or not (gate 9, S-50)."""

from tasks.stop.settle import child_line
from tasks.stop.work import ChildWork


@child_line("consent")
def consent(work: ChildWork) -> None:
    """The last answer counts; after a no the child stays, and the access hears it (AMB-49)."""
    work.child.consent = work.answer["given"]
    if not work.child.consent:
        work.letter_of_child("consent_refused")
