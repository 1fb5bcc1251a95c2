"""Letters of no process: of all of them together."""

from __future__ import annotations

from notifications.contexts import StoodIn
from notifications.templates import SHARED
from rules.shared.process import OF_ALL, LettersOfAll
from rules.shared.region import Region
from rules.shared.roles import TEAM


def _answers(region: Region) -> str:
    """Contract administration, which names deputies; the team where there is nobody."""
    return next(iter(region.contract_administration()), TEAM)


ABOUT_PEOPLE = LettersOfAll(
    name="shared",
    letters={"stood_in": ("replaced",)},
    contexts={"stood_in": StoodIn},
    templates=SHARED,
    answers=_answers,
)
OF_ALL |= dict.fromkeys(ABOUT_PEOPLE.letters, ABOUT_PEOPLE)
