"""What the program writes is for its user alone: the databases, the letters, whatever comes out of it (C.4)."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

OTHERS = 0o077  # group and everybody
EVERYBODY = 0o007
OURS = ("letters", "prefect", "prefect/prefect.db*", "flexroute.log*")  # in a home


def write_privately() -> None:
    """From now on every new file and folder of this process, and of those that it starts, is for its user alone."""
    os.umask(OTHERS)


def keep_home_private(home: Path) -> None:
    """Also what was made before. A home that is not ours to change stays as it is, and so does a folder for everybody (/tmp).

    Where it is shared on purpose its group keeps what it may; see `keep_private`.
    """
    if home.is_dir() and not home.stat().st_mode & stat.S_ISVTX:
        keep_private((home, *(found for pattern in OURS for found in home.glob(pattern))))


def keep_private(paths: Iterable[Path]) -> None:
    """Takes the rights of others away from these, as far as they are there and ours; a folder that is shared stays its group's."""
    for path in paths:
        with suppress(OSError):
            mode = stat.S_IMODE(path.stat().st_mode)
            taken = EVERYBODY if _is_shared(path if path.is_dir() else path.parent) else OTHERS
            if mode & taken:
                path.chmod(mode & ~taken)


def _is_shared(folder: Path) -> bool:
    """Whether somebody opened it to a group on purpose: what is new in it gets that group (setgid), and all others are kept out.

    No folder becomes so by itself: with a usual umask everybody may read it too, with ours the group may not.
    """
    mode = folder.stat().st_mode
    return bool(mode & stat.S_ISGID and mode & stat.S_IXGRP and not mode & EVERYBODY)
