"""Route 2: parts of the file went over; before the start to accept on, after it counted anew (S-47 … S-50, AMB-41)."""

from datetime import date

from tasks.stop.settle import child_line
from tasks.stop.work import ChildWork


@child_line("file")
def file(work: ChildWork) -> None:
    """Parts add up; the one that completes the file after the start gives its date (S-47)."""
    child, items = work.child, work.answer["items"]
    if child.started_on is None:
        child.handover_file = sorted({*child.handover_file, *items})
        return
    child.file = sorted({*child.file, *items})
    if child.file_completed_on is None and work.now_known.file_complete:
        child.file_completed_on = date.fromisoformat(work.answer["on"])
