"""The access checked that the handover was completed, or that the care ended within its term (S-59, S-60)."""

from tasks.stop.settle import child_line
from tasks.stop.work import ChildContext


@child_line("sign_off")
def sign_off(work: ChildContext) -> None:
    """Who finished is from now on with the access: nobody is with nobody (S-11)."""
    work.child.signed_off_on = work.decided_on
