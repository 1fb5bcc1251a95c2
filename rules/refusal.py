"""How a rule says no: a code for programs, a sentence in plain Dutch for people."""


class Refused(Exception):
    """An act that may not happen. Nothing has been changed.

    `code` is one of the codes of the acts (``forbidden``, ``wrong_step``, ``invalid`` …), `field` the value that is
    wrong where there is one, `subject` what a letter about the refusal was filed under (``direct_flex_referral``) or
    the child that was there already (``already_decided``).
    """

    def __init__(self, code: str, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.subject: str | None = None


def invalid(field: str, message: str) -> Refused:
    """A missing, malformed or unfitting value; names the field and what to do."""
    return Refused("invalid", message, field)
