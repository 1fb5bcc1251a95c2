"""Errors that a user may see: one sentence in plain Dutch that says what is wrong and what to do."""

import errno


class UserError(Exception):
    """Something that the user can mend; shown without a stack trace."""


class Unreachable(UserError):
    """A service (the case database, the Prefect server) does not answer."""


class Entangled(Unreachable):
    """Two transactions waited for each other; the database undid this one whole, so it can be done again."""


_FILES: dict[type[Exception], str] = {
    FileNotFoundError: "het bestand of de map bestaat niet",
    IsADirectoryError: "dit is een map",
    NotADirectoryError: "een deel van het pad is geen map",
    UnicodeDecodeError: "dit is geen leesbare tekst; sla het op als UTF-8",
    PermissionError: "u mag dit niet lezen of schrijven",
}
_NUMBERS = {errno.EROFS: "hier mag niet worden geschreven", errno.ENOSPC: "de schijf is vol"}


def why(error: Exception) -> str:
    """Why a file cannot be used, in Dutch; what has no words here is named as Python names it."""
    by_number = _NUMBERS.get(error.errno or 0) if isinstance(error, OSError) else None
    return by_number or _FILES.get(type(error), type(error).__name__)
