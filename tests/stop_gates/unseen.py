"""Nothing private reaches what Prefect would show or keep (C.4)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flows.running import Ended, Runner
from tests.stop_gates.world import DATA, REFERENCE, SECRETS


def nothing_private(parameters: dict[str, Any]) -> None:
    """Parameters of flows and tasks are references, row numbers, table ids and moments."""
    tables = {row["id"] for row in DATA["tables"]}
    for value in parameters.values():
        for one in value if isinstance(value, list) else [value]:
            fine = isinstance(one, (int, date)) or one is None or one in tables or REFERENCE.fullmatch(str(one))
            assert fine, f"a run was given {one!r}"


class Watched(Runner):
    """Runs without Prefect, and holds everything that Prefect would show or keep to references, ids and moments (C.4)."""

    def run(self, flow: Any, name: str, labels: tuple[str, ...] = (), **given: Any) -> Ended:
        assert not any(secret in name for secret in SECRETS), name
        assert all(REFERENCE.fullmatch(label) for label in labels), labels
        nothing_private(given)
        ended = super().run(flow, name, labels, **given)
        assert not ended.attention, ended.message
        assert not ended.tracked
        return ended


def call(work: Any, *args: Any) -> Any:
    nothing_private({str(place): given for place, given in enumerate(args)})
    return work.fn(*args)
