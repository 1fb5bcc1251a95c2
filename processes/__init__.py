"""The processes that this program runs, and the bridges between them. Doors and Prefect's entrypoints begin with `import processes`."""

# ruff: noqa: F401 - a bridge takes part, and a table is known, once it is imported
import models.bridges.flex_and_stop
import models.flex.meeting
import models.region.directory
import models.stop.consultation
import models.store.job
import models.store.note
import models.store.reading
import models.store.reference
import models.store.youth
import rules.bridges.flex_and_stop
import tasks.bridges.flex_and_stop
from processes import letters_of_all
from processes.flex import FLEX
from processes.stop import STOP
from rules.shared.process import register

PROCESSES = (FLEX, STOP)
for _process in PROCESSES:
    register(_process)
