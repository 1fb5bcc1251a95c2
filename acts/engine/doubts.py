"""What may be a mistake in an act that is allowed. A person is asked before it is sent; lists, stories and the act itself take it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from acts.engine.act import Act, Doubt, read_values
from flexroute.clock import local_date
from models.region.directory import load_region
from models.store.database import Database
from rules.shared.refusal import Refused


def doubts_about(database: Database, act: Act[Any], by: str, given: Mapping[str, Any], now: datetime) -> list[Doubt]:
    """What to ask about these values; nothing where the act has no questions, or will be refused for its values."""
    if act.doubts is None:
        return []
    with database.reading() as session:
        region = load_region(session)
        try:
            values = read_values(act.values, given, region, local_date(now))
        except Refused:
            return []
        return act.doubts(session, region, by, values)
