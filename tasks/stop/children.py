"""A child is in the dossier (S-17): its row was made with the act; from now on the clock watches its term."""

from tasks.stop.settle import child_line
from tasks.stop.work import ChildContext


@child_line("children")
def children(work: ChildContext) -> None:
    """Nothing goes out: the child stays with the stopping provider (S-11)."""
