"""Sessions on the server's side: a browser has a token and nothing else, the database its SHA-256 (C.4)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flexroute import clock, log
from flexroute.errors import Unreachable, UserError
from flexroute.settings import settings
from models.store import sign_in
from models.store.database import Database, current
from portal.safety import UNREACHABLE, Tell, plainly

COOKIE = "__Host-flexroute"  # browsers take it over https (or from localhost) only, and for this host only
ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Lax"


class Session(dict[str, Any]):
    """What the portal knows of a browser; of text, numbers, lists and dictionaries.

    `lapsed`: the browser has a token that opens nothing any more.
    """

    def __init__(self, known: dict[str, Any] | None = None, lapsed: bool = False) -> None:
        super().__init__(known or {})
        self.lapsed = lapsed
        self.renewed = False

    def renew(self, **known: Any) -> None:
        """Forget everything but this, under a new token: who knew the one before is not signed in with it."""
        self.clear()
        self.update(known)
        self.renewed = True


class SessionMiddleware:
    """Gives `scope["session"]`. Addresses that begin with one of `without` have none: it costs a look into the database."""

    def __init__(
        self,
        app: ASGIApp,
        now: Callable[[], datetime] = clock.now,
        tell: Tell = plainly,
        without: tuple[str, ...] = ("/static/",),
    ) -> None:
        self._app, self._now, self._tell, self._without = app, now, tell, without

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] not in ("http", "websocket") or scope["path"].startswith(self._without):
            return await self._app(scope, receive, send)
        try:
            one = _OfRequest(current(), self._now(), HTTPConnection(scope).cookies.get(COOKIE))
            scope["session"] = await run_in_threadpool(one.open)
        except UserError as error:
            return await self._away(scope, error)(scope, receive, send)
        failed = False

        async def with_cookie(message: Message) -> None:
            nonlocal failed
            if message["type"] == "http.response.start":
                try:
                    cookie = await run_in_threadpool(one.close)
                except Unreachable as error:  # what the page says may not be shown: nobody would be signed in, or out
                    failed = True
                    return await self._away(scope, error)(scope, receive, send)
                if cookie:
                    message.setdefault("headers", []).append((b"set-cookie", cookie.encode()))
            if not failed:
                await send(message)
            return None

        return await self._app(scope, receive, with_cookie)

    def _away(self, scope: Scope, error: UserError) -> ASGIApp:
        log.write(log.trouble(error))
        return self._tell(scope, 503, UNREACHABLE)


class _OfRequest:
    """The session of one request: opened before it, closed before the answer leaves."""

    def __init__(self, database: Database, now: datetime, token: str | None) -> None:
        self._database, self._now, self._token = database, now, token
        self._began: datetime | None = None  # None: there is none yet
        self._lapses_at = now
        self._known = "{}"
        self._session = Session()

    def open(self) -> Session:
        """As it was left. Raises Unreachable."""
        if self._token:
            with self._database.reading() as reading:
                if found := sign_in.find(reading, hashed(self._token), self._now):
                    self._began, self._lapses_at, self._known = found.began_at, found.lapses_at, _written(found.data)
        self._session = Session(json.loads(self._known), lapsed=bool(self._token) and self._began is None)
        return self._session

    def close(self) -> str | None:
        """Keep what changed. Answers with the cookie to set, if any. Raises Unreachable."""
        session, changed = self._session, _written(self._session) != self._known
        if self._began is not None and (session.renewed or not session):
            return self._again() if session else self._ended()
        if self._began is None:
            return self._again() if session else None
        lapses_at = _lapses_at(self._began, self._now)
        if changed or lapses_at - self._lapses_at >= sign_in.NOTED_AFTER:
            with self._database.writing() as writing:
                sign_in.keep(writing, hashed(self._token or ""), lapses_at, dict(session) if changed else None)
        return None

    def _again(self) -> str:
        token = secrets.token_urlsafe(32)
        with self._database.writing() as writing:
            if self._began is not None:
                sign_in.end(writing, hashed(self._token or ""))
            sign_in.begin(writing, hashed(token), dict(self._session), self._now, _lapses_at(self._now, self._now))
        return f"{COOKIE}={token}; {ATTRIBUTES}"

    def _ended(self) -> str:
        with self._database.writing() as writing:
            sign_in.end(writing, hashed(self._token or ""))
        return f"{COOKIE}=; Max-Age=0; {ATTRIBUTES}"


def hashed(token: str) -> str:
    """What the database keeps of a token."""
    return sha256(token.encode()).hexdigest()


def _written(known: dict[str, Any]) -> str:
    return json.dumps(known, sort_keys=True)


def _lapses_at(began: datetime, now: datetime) -> datetime:
    """After so long without a request, and so long after signing in whatever happens: the first of both."""
    given = settings()
    return min(now + timedelta(minutes=given.session_idle_minutes), began + timedelta(hours=given.session_hours))
