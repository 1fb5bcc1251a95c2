"""Step 4: Team Zorgbemiddeling decided (F-25, F-26, AMB-05)."""

from flexroute.clock import local_date
from rules.flex.route import Outcome, Step
from tasks.flex.lines import line
from tasks.flex.opening import open_provider_check, open_table, place
from tasks.flex.work import CaseContext


@line(Step.MEDIATION)
def mediation(work: CaseContext) -> None:
    """To a table, solved directly with a named provider, or back to the provider with a new week."""
    match work.answer["outcome"]:
        case "table":
            open_table(work, work.answer["table"])
        case "solved_directly":
            place(work, work.answer["provider"], Outcome.SOLVED)
        case _:
            open_provider_check(work, local_date(work.decided_at))
