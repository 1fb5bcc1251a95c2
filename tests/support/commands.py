"""What a command of the program answers when a test calls it in its own process (fixture `flexroute`)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    raw: bytes  # on standard output: it may be a PDF
    err: str

    @property
    def out(self) -> str:
        """Standard output, where it is text."""
        return self.raw.decode()

    @property
    def json(self) -> Any:
        """The one JSON document on standard output."""
        assert self.out.count("\n") == 1, self.out
        return json.loads(self.out)


Run = Callable[..., Said]
