"""The numbers of a stopping provider; each is a reading of the document that a region may change."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rules.shared.settings import Days, Frozen, Months


class StopSettings(Frozen):
    """Under `processes: stop` in a region file."""

    stop_term_months: Months = 12  # S-10
    stop_term_warnings_months: Annotated[tuple[Months, ...], Field(max_length=12)] = (3, 1)
    file_transfer_days: Days = 28  # S-47
