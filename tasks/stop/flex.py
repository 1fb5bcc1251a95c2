"""A child entered the flex route: no contracted provider can take it in time (F-13, F-17)."""

from models.stop.history import cases_of
from tasks.stop.settle import child_line
from tasks.stop.work import ChildContext


@child_line("flex")
def flex(work: ChildContext) -> None:
    """Provider, access and contract administration hear with which case; the provider goes on holding the child (S-11)."""
    ident = work.child.id or 0
    [*_, case] = cases_of(work.session, [ident])[ident]
    work.letter_of_child("flex_route_entered", case=case.reference)


def withdraw_case(work: ChildContext) -> None:
    """The child needs its case no more: Team Zorgbemiddeling is asked to withdraw it, unless only the start is left (AMB-30)."""
    case, child = work.before.flex, work.child
    if case and case.open and (child.started_on is None or case.accepted != child.receiver_id):
        work.letter_of_child("flex_route_not_needed", case=case.reference)
