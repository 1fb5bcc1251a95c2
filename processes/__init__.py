"""The processes that this program runs, and the bridges between them. Doors and Prefect's entrypoints begin with `import processes`."""

from models.bridges import flex_and_stop as _known_to_each_other
from models.region import directory
from models.store import decision, job, letter, reference, subject, youth
from processes import flex, stop
from rules.bridges import flex_and_stop as _before_each_other
from tasks.bridges import flex_and_stop as _told_each_other

PROCESSES = (flex.FLEX, stop.STOP)
BRIDGES = (_before_each_other, _known_to_each_other, _told_each_other)  # they take part once they are imported
TABLES = (
    directory,
    decision,
    job,
    letter,
    reference,
    subject,
    youth,
)  # of every process; importing them makes them known
