"""What programs hear when something cannot be: problem details (RFC 9457), with the code and field of a refusal and its Dutch message."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from portal.pages import status_of
from rules.shared.refusal import Refused
from rules.shared.sentences import sentence

API = "/api/v1"
_TITLES = {
    400: "Onleesbaar",
    401: "Niet ingelogd",
    403: "Niet toegestaan",
    404: "Niet gevonden",
    405: "Kan hier niet",
    409: "Kan nu niet",
    413: "Te groot",
    422: "Ongeldig",
    429: "Te vaak",
    503: "Even niet bereikbaar",
}
_CODES = {
    400: "unreadable",
    401: "not_signed_in",
    403: "forbidden",
    404: "not_found",
    405: "not_allowed",
    413: "too_large",
    429: "too_many",
    503: "unreachable",
}
UNREADABLE = "Deze vraag is niet te lezen. Stuur waarden als JSON-object, met content-type application/json."
NOT_SIGNED_IN = "Log eerst in."


def by_program(request: Request) -> bool:
    """Whether a program asks: then the answer is JSON, also where something goes wrong."""
    return request.url.path.startswith("/api/")


def problem(status: int, told: str, code: str | None = None, **more: Any) -> Response:
    """A problem with this status. `told`: in Dutch, for people; `code`: for programs, where the status does not say it."""
    code = code or _CODES.get(status, "broken")
    what = {
        "type": f"urn:flexroute:problem:{code}",
        "title": _TITLES.get(status, "Er ging iets mis"),
        "status": status,
        "detail": told,
        "code": code,
        **more,
    }
    return JSONResponse(what, status, media_type="application/problem+json")


def refusal(refused: Refused) -> Response:
    """A refusal: its field where there is one, all that is wrong, and the sentence it stands on where that is known."""
    wrong = [(refused.field, refused.message), *refused.others] if refused.field else refused.others
    more: dict[str, Any] = {
        "field": refused.field,
        "errors": [{"field": field, "message": message} for field, message in wrong],
    }
    if refused.requirement:
        more |= {"requirement": refused.requirement, "sentence": sentence(refused.requirement)}
    if refused.subject:
        more["subject"] = refused.subject
    return problem(status_of(refused), refused.message, refused.code, **more)
