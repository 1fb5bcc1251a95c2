"""Route 2: the receiver accepted, preferably with the original registration date (S-33, S-34, S-55, S-56)."""

from datetime import date

from tasks.stop.settle import child_line
from tasks.stop.work import ChildWork


@child_line("acceptance")
def acceptance(work: ChildWork) -> None:
    """Another registration date is told to provider and access (AMB-47)."""
    child, given = work.child, work.answer["registered_on"]
    child.accepted_on = work.decided_on
    child.taken_over_as_registered_on = date.fromisoformat(given) if given else child.registered_on
    if child.taken_over_as_registered_on != child.registered_on:
        work.letter_of_child(
            "registration_date_changed",
            registered_on=child.registered_on.isoformat(),
            changed_to=child.taken_over_as_registered_on.isoformat(),
        )
