"""The portal: the app, what goes around every request, and what people hear when something cannot be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.types import Scope

from flexroute import log
from flexroute.errors import UserError
from models.region.directory import load_region
from models.store.database import current
from portal import about, api, from_letter, notes, people, post, safety, sign_in_counts, signing_in, subjects, work
from portal.asking import NotSignedIn
from portal.flex import answers, cases, referrals, tables
from portal.flex import api as flex_api
from portal.mover import Mover
from portal.pages import page, status_of
from portal.problems import NOT_SIGNED_IN, UNREADABLE, by_program, problem, refusal
from portal.safety import UNREACHABLE, TooMany
from portal.sessions import SessionMiddleware
from rules.shared.refusal import Refused

STATIC = Path(__file__).parent / "static"


def create(mover: Mover) -> FastAPI:
    """The app, with this mover."""

    @asynccontextmanager
    async def running(_app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(mover.__enter__)
        try:
            yield
        finally:
            await run_in_threadpool(mover.__exit__)

    app = FastAPI(
        title="Flexroute",
        lifespan=running,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        middleware=[*safety.stack(_tell), Middleware(SessionMiddleware, tell=_tell)],
    )
    app.state.mover = mover
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for one in (
        about,
        api,
        flex_api,
        signing_in,
        from_letter,
        work,
        cases,
        referrals,
        answers,
        tables,
        post,
        people,
        sign_in_counts,
        notes,
        subjects,
    ):
        app.include_router(one.router)
    _say_what_cannot_be(app)

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/ready")
    def ready() -> Response:
        with current().reading() as session:
            load_region(session)
        return JSONResponse({"moving_for": round(mover.moving_for, 1)}, 503 if mover.stuck else 200)

    @app.get("/")
    def home() -> Response:
        return RedirectResponse("/werk", 303)

    return app


def _say_what_cannot_be(app: FastAPI) -> None:
    """Pages for what goes wrong: in Dutch, with what to do, and never a stack trace."""

    @app.exception_handler(NotSignedIn)
    async def sign_in(request: Request, _error: NotSignedIn) -> Response:
        if by_program(request):
            return problem(401, NOT_SIGNED_IN)
        to = request.url.path  # not what was asked of it: that may be what somebody typed
        if request.method in ("GET", "HEAD"):
            return RedirectResponse(f"/inloggen?verder={quote(to)}", 303)
        sent = (await request.form()).multi_items()
        items = [(name, value) for name, value in sent if isinstance(value, str)]
        known = {"to": to, "items": items, "with_file": len(items) < len(sent)}
        return page(request, "signing_in/again.html", known, 401)

    @app.exception_handler(Refused)
    def refused(request: Request, error: Refused) -> Response:
        if by_program(request):
            return refusal(error)
        title = "Deze pagina is er niet" if error.code == "not_found" else "Dit kan nu niet"
        return _message(request, title, error.message, status_of(error))

    @app.exception_handler(UserError)
    def trouble(request: Request, error: UserError) -> Response:
        log.write(log.trouble(error))
        return _message(request, "Even geduld", UNREACHABLE, 503)

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        answer = _message(request, *_TOLD.get(error.status_code, _UNCLEAR), error.status_code)
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(RequestValidationError)
    def unreadable(request: Request, _error: RequestValidationError) -> Response:
        return _message(request, *_UNCLEAR, 400)

    @app.exception_handler(TooMany)
    def too_many(request: Request, error: TooMany) -> Response:
        answer = _message(request, "Even wachten", error.told, 429)
        answer.headers.update(error.headers)
        return answer


_UNCLEAR = (
    "Dit kan niet",
    "Flexroute begrijpt deze vraag niet. Er is niets vastgelegd. Ga terug naar de pagina waar u was en probeer het daar opnieuw.",
)
_TOLD = {
    404: (
        "Deze pagina is er niet",
        "Misschien klopt het adres niet helemaal, of is de pagina niet voor u. Zoekt u een casus of dossier? Begin bij Mijn werk.",
    ),
    405: (
        "Dit kan hier niet",
        "Op dit adres kan dat niet. Er is niets vastgelegd. Ga naar de pagina zelf en gebruik het formulier dat daar staat.",
    ),
}


def _tell(scope: Scope, status: int, told: str) -> Response:
    """What goes around the pages (portal/safety.py, portal/sessions.py) says it as a page too."""
    title = {403: "Dit kan niet", 413: "Dit is te groot", 503: "Even geduld"}.get(status, "Er ging iets mis")
    return _message(Request(scope), title, told, status)


def _message(request: Request, title: str, told: str, status: int) -> Response:
    if by_program(request):
        return problem(status, UNREADABLE if status == 400 else told)
    return page(
        request,
        "message.html",
        {"title": title, "told": told, "to": "/werk", "onward": "Naar Mijn werk"},
        status,
    )
