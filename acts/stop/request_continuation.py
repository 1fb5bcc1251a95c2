"""After dissolution: contract administration or a municipality asks that care goes on under the same conditions (S-07)."""

from acts.stop.act import DossierAct
from rules.refusal import Refused
from rules.stop_asked import OfDossier
from rules.stop_roles import administration_or_access
from rules.stopping import DISSOLVED
from rules.values import Given, PastDay


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
