"""The access checked that the handover was completed, or that the care ended within its term (S-59, S-60)."""

from rules.stop import settling
from tasks.stop.settle import child_line
from tasks.stop.work import ChildContext


@child_line("sign_off")
def sign_off(work: ChildContext) -> None:
    """Nothing goes out."""
    work.apply(settling.sign_off(work.decided_on))
