"""What is given was taken in before: under which reference, and what is said otherwise now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from acts.engine.in_words import field_in_words
from rules.shared.cleaning import cleaned
from rules.shared.refusal import Refused
from rules.shared.values import PRIVATE, Values

PREFIX = f"{PRIVATE}."  # before the name of what is about the youth


class RecordedBefore(Refused):
    """It is there already, as `subject`; `differs`: the fields that say something else now; `closed_on`: it has ended."""

    def __init__(
        self,
        told: str,
        reference: str,
        differs: tuple[str, ...],
        kind: type[Values],
        closed_on: date | None = None,
        way_on: str = "",
        goes_again: bool = False,
    ) -> None:
        """`told`: what it is, in Dutch, up to its reference; `kind`: whose fields differ; `way_on`: what to do where they do;
        `goes_again`: it may come anew.
        """
        fields = ", ".join(dict.fromkeys(field_in_words(kind, field.partition(".")[0]) for field in differs))
        closed = f", afgesloten op {closed_on:%d-%m-%Y}" if closed_on else ""
        more = f", met andere gegevens ({fields}). Er is niets gewijzigd.{way_on}" if differs else "."
        super().__init__("already_decided", f"{told} {reference}{closed}{more}", "sender_reference")
        self.subject, self.differs, self.closed_on, self.goes_again = reference, differs, closed_on, goes_again


def differing(
    said: Mapping[str, Any], kept: Mapping[str, Any], private: Mapping[str, Any], kept_private: Mapping[str, Any]
) -> tuple[str, ...]:
    """The fields that say something else than is kept; of what is private only as far as it says anything."""
    kept, kept_private = cleaned(kept), cleaned(kept_private)  # it may be of before texts were cleaned
    about_youth = (f"{PREFIX}{name}" for name, value in private.items() if kept_private.get(name) != value)
    return (*(name for name, value in said.items() if kept.get(name) != value), *about_youth)
