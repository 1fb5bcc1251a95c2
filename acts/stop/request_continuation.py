"""After dissolution: contract administration or a municipality asks that care goes on under the same conditions (S-07)."""

from acts.stop.act import DossierAct
from rules.shared.refusal import Refused
from rules.shared.values import Given, PastDay
from rules.stop.asked import OfDossier
from rules.stop.roles import administration_or_access
from rules.stop.route import DISSOLVED


class Request(Given):
    """Since when."""

    on: PastDay


def _twice(asked: OfDossier) -> bool:
    return asked.by in asked.dossier.continuation


def _wrong(asked: OfDossier) -> bool:
    return asked.dossier.stop_type != DISSOLVED


def _not_now(_asked: OfDossier) -> Refused:
    return Refused("wrong_step", "Om voortzetting vragen kan alleen bij een ontbonden overeenkomst.")


ACT = DossierAct(
    "request_continuation",
    Request,
    administration_or_access,
    "contractbeheer of een Toegang",
    twice=_twice,
    wrong=_wrong,
    not_now=_not_now,
)
