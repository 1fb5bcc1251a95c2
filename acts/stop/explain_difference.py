"""Differences must and will be explained; one side's explanation is enough, and belongs to these numbers (S-42, S-58)."""

from acts.stop.act import DossierAct
from rules.shared.refusal import Refused
from rules.shared.values import Given, Municipality, Text
from rules.stop.asked import OfDossier
from rules.stop.facts import Counts
from rules.stop.roles import stopping_or_access


class Explanation(Given):
    """Of the difference in one municipality."""

    municipality: Municipality
    explanation: Text


def _counts(asked: OfDossier) -> Counts:
    return asked.dossier.counts.get(str(asked.given.get("municipality")), Counts())


def _twice(asked: OfDossier) -> bool:
    return _counts(asked).explained


def _wrong(asked: OfDossier) -> bool:
    return "municipality" in asked.given and not _counts(asked).differences


def _not_now(asked: OfDossier) -> Refused:
    place = asked.given["municipality"]
    return Refused("wrong_step", f"Voor gemeente {place} is er nu geen verschil in de aantallen.", "municipality")


ACT = DossierAct(
    "explain_difference",
    Explanation,
    stopping_or_access,
    "de stoppende aanbieder of de Toegang van deze gemeente",
    twice=_twice,
    wrong=_wrong,
    not_now=_not_now,
)
