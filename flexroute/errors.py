"""Errors that a user may see: one sentence in plain Dutch that says what is wrong and what to do."""


class UserError(Exception):
    """Something that the user can mend; shown without a stack trace."""


class Unreachable(UserError):
    """A service (the case database, the Prefect server) does not answer."""


class Entangled(Unreachable):
    """Two transactions waited for each other; the database undid this one whole, so it can be done again."""
