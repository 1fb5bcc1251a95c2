"""A child is in the dossier (S-17), is corrected, or should not be in it: from now on the clock watches the term that it has."""

from tasks.stop.correcting import correct, remove
from tasks.stop.settle import child_line
from tasks.stop.work import ChildContext


@child_line("children")
def children(work: ChildContext) -> None:
    """A child that was added: nothing goes out, it stays with the stopping provider (S-11)."""
    assert work.decision is not None  # noqa: S101
    match work.decision.act:
        case "correct_child":
            correct(work)
        case "remove_child":
            remove(work)
