"""A child entered the flex route: no contracted provider can take it in time (F-13, F-17)."""

from models.stop.history import cases_of
from rules.stop.settling import case_to_withdraw
from tasks.stop.settle import child_line
from tasks.stop.work import ChildContext


@child_line("flex")
def flex(work: ChildContext) -> None:
    """Provider, access and contract administration hear with which case; the provider goes on holding the child (S-11)."""
    ident = work.child.id or 0
    [*_, case] = cases_of(work.session, [ident])[ident]
    work.letter_of_child("flex_route_entered", case=case.reference)


def withdraw_case(work: ChildContext) -> None:
    """Team Zorgbemiddeling is asked to withdraw the case that the child needs no more (AMB-30)."""
    if case := case_to_withdraw(work.now_known):
        work.letter_of_child("flex_route_not_needed", case=case.reference)
