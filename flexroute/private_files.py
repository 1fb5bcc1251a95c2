"""What the program writes is for its user alone: the databases, the letters, whatever comes out of it (C.4)."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

OTHERS = 0o077  # group and everybody
OURS = ("letters", "prefect", "prefect/prefect.db*", "flexroute.log*")  # in a home


def write_privately() -> None:
    """From now on every new file and folder of this process, and of those that it starts, is for its user alone."""
    os.umask(OTHERS)


def keep_home_private(home: Path) -> None:
    """Also what was made before. A home that is not ours to change stays as it is, and so does a folder for everybody (/tmp)."""
    if home.is_dir() and not home.stat().st_mode & stat.S_ISVTX:
        keep_private((home, *(found for pattern in OURS for found in home.glob(pattern))))


def keep_private(paths: Iterable[Path]) -> None:
    """Takes the rights of others away from these, as far as they are there and ours."""
    for path in paths:
        with suppress(OSError):
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & OTHERS:
                path.chmod(mode & ~OTHERS)
