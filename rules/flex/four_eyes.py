"""Four eyes: who decided for Team Zorgbemiddeling in a round does not approve in that round (F-33, F-34, AMB-18)."""

from __future__ import annotations

from rules.flex.asked import OfCase
from rules.flex.settings import FlexSettings
from rules.shared.person import same_person, signer
from rules.shared.refusal import Refused

FOR_THE_TEAM = (
    "decide_mediation",
    "move_to_table",
    "take_over",
)  # what the team decides about a case before the approval


def decided_for_team(asked: OfCase) -> bool:
    """Whether the natural person who asks decided for the team in this round, for whomever he or she acts now (AMB-18)."""
    who = signer(asked.by, asked.person, asked.region, asked.today)
    return who is not None and any(same_person(who.id, one, asked.region) for one in asked.for_team)


def four_eyes(asked: OfCase) -> Refused | None:
    """The team asks and the contract manager judges: two people (F-33, F-34), unless the region recorded an exception."""
    if _exception(asked) or not decided_for_team(asked):
        return None
    return Refused(
        "four_eyes",
        "U hebt in deze ronde voor Team Zorgbemiddeling over deze casus besloten. Daarom geeft iemand anders het akkoord "
        "(vier ogen). Vraag een andere contractmanager, of laat contractbeheer een vervanger aanwijzen.",
    )


def without_four_eyes(asked: OfCase) -> str | None:
    """The region's reason, where this was possible by its exception only: every such decision says so."""
    return _exception(asked) if decided_for_team(asked) else None


def _exception(asked: OfCase) -> str | None:
    return asked.region.settings_of(FlexSettings).four_eyes_exception
