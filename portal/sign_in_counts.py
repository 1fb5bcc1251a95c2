"""How people come in: by which way, how often in the last month, and why somebody was refused. Codes by mail are for the first year."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from models.store.database import current
from models.store.sign_in import sign_ins
from portal.access import SIGN_INS
from portal.asking import SignedIn
from portal.pages import page

DAYS = 30
WAYS = {"oidc": "Met een eigen account", "code": "Met een code per e-mail", "practice": "Om te oefenen"}
OUTCOMES = {
    "one_factor": "zonder tweede controle",
    "unknown": "niet bekend bij de regio",
    "shared_address": "met een adres van meer mensen",
    "unverified_address": "adres niet bevestigd door de inlogdienst",
    "broke_off": "afgebroken of verlopen",
    "provider_away": "inlogdienst niet bereikbaar",
    "wrong_code": "verkeerde of verlopen code",
    "not_sent": "de code kon niet worden gemaild",
}
router = APIRouter(prefix=SIGN_INS.path)


@router.get("", response_class=HTMLResponse)
def counts(request: Request, asking: SignedIn) -> HTMLResponse:
    """The page."""
    asking.hold(SIGN_INS)
    with current().reading() as session:
        lately, ever = sign_ins(session, asking.now - timedelta(days=DAYS)), sign_ins(session)
    rows = [(name, _came_in(lately, way), _came_in(ever, way)) for way, name in WAYS.items() if way in ever]
    refused = [
        (WAYS[way], told, lately.get(way, Counter())[outcome], number)
        for way, found in sorted(ever.items())
        for outcome, told in OUTCOMES.items()
        if (number := found[outcome])
    ]
    return page(request, "signing_in/counts.html", {"rows": rows, "refused": refused, "days": DAYS})


def _came_in(found: dict[str, Counter[str]], way: str) -> int:
    return found.get(way, Counter())["in"]
