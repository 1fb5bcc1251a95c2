"""What keeps pages safe whatever they show: headers, where a form comes from, how much may come in, and how often."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from time import time
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flexroute import log
from flexroute.settings import settings

Tell = Callable[[Scope, int, str], ASGIApp]  # a page with this status that says this, in Dutch

LARGEST_BODY = 6_000_000  # bytes: a list of referrals, or a long form
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",  # not "no-referrer": a browser then says `Origin: null` of our own forms
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
HSTS = "max-age=31536000"
READING = frozenset(("GET", "HEAD", "OPTIONS", "TRACE"))
FROM_ELSEWHERE = (
    "Dit formulier kwam niet van Flexroute zelf. Er is niets vastgelegd. Ga naar Flexroute en probeer het daar opnieuw."
)
BROKEN = (
    "Er ging iets mis in Flexroute zelf. Kijk eerst of het is vastgelegd voordat u het opnieuw probeert. "
    "Blijft het misgaan? Meld het dan bij beheer, met het tijdstip."
)
UNREACHABLE = (
    "Flexroute kan zijn gegevens nu niet bereiken. Er is niets gewijzigd. Probeer het over een paar minuten opnieuw."
)
TOO_LARGE = "Dit is te groot om te versturen. Er is niets vastgelegd. Stuur een kleiner bestand of een kortere tekst."


def plainly(_scope: Scope, status: int, told: str) -> ASGIApp:
    """The page where nobody gives a nicer one."""
    return PlainTextResponse(told, status)


def stack(tell: Tell = plainly, largest: int = LARGEST_BODY) -> list[Middleware]:
    """What goes around every page, the outermost first; sessions come inside it."""
    return [
        Middleware(HeadersMiddleware),
        Middleware(BrokenMiddleware, tell=tell),
        Middleware(OriginMiddleware, tell=tell),
        Middleware(BodyMiddleware, tell=tell, largest=largest),
        Middleware(HeadMiddleware),
    ]


class HeadersMiddleware:
    """Headers on every answer. What is not a file of our own (`/static/`) is kept nowhere, also not for the back button."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers[name] = value
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", "no-store")
                if is_https(scope):
                    headers["Strict-Transport-Security"] = HSTS
            await send(message)

        return await self._app(scope, receive, with_headers)


class BrokenMiddleware:
    """An error that nobody foresaw becomes a page and a line in the log, without its text: that may be data of a case."""

    def __init__(self, app: ASGIApp, tell: Tell = plainly) -> None:
        self._app, self._tell = app, tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        started = False

        async def noticing(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, noticing)
        except Exception as error:
            log.write(log.trouble(error))
            if not started:
                await self._tell(scope, 500, BROKEN)(scope, receive, send)
        return None


def is_https(scope: Scope) -> bool:
    """Whether people reach us by https: directly, or at the address of the settings behind a proxy."""
    portal = settings().portal_url
    return scope["scheme"] == "https" or (portal is not None and portal.scheme == "https")


class OriginMiddleware:
    """What changes something must come from a page of ours: browsers say where a form was (no hidden tokens, so the back button works)."""

    def __init__(self, app: ASGIApp, tell: Tell = plainly) -> None:
        self._app, self._tell = app, tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["method"] not in READING and not is_ours(scope):
            return await self._tell(scope, 403, FROM_ELSEWHERE)(scope, receive, send)
        return await self._app(scope, receive, send)


def is_ours(scope: Scope) -> bool:
    """Whether a request comes from a page of ours, or from no page at all (a program).

    `Sec-Fetch-Site` decides where a browser sends it; without it `Origin` does.
    """
    headers = Headers(scope=scope)
    if (site := headers.get("sec-fetch-site")) is not None:
        return site in ("same-origin", "none")
    if (origin := headers.get("origin")) is None:
        return True
    return _origin(origin) == _origin(str(settings().portal_url or f"{scope['scheme']}://{headers.get('host', '')}"))


def _origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port; of what has no host ("null") one that nobody has."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "", url, -1
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return (parts.scheme, parts.hostname, port or usual) if parts.hostname else ("", url, -1)


class HeadMiddleware:
    """Where there is a page to GET, HEAD answers the same without it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return await self._app(scope, receive, send)

        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        return await self._app({**scope, "method": "GET"}, receive, without_body)


class BodyMiddleware:
    """Reads no more than so many bytes. Starlette does it, and says it in English; we say it in ours."""

    def __init__(self, app: ASGIApp, tell: Tell = plainly, largest: int = LARGEST_BODY) -> None:
        self._limited, self._tell = RequestBodyLimitMiddleware(app, largest), tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return await self._limited(scope, receive, send)
        instead = False

        async def in_dutch(message: Message) -> None:
            nonlocal instead
            if message["type"] == "http.response.start" and message["status"] == 413:
                instead = True
                return await self._tell(scope, 413, TOO_LARGE)(scope, receive, send)
            if not instead:
                await send(message)
            return None

        return await self._limited(scope, receive, in_dutch)


class TooMany(Exception):
    """Somebody does something too often. The page for it: status 429, header `Retry-After`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    @property
    def told(self) -> str:
        """What people hear."""
        minutes = ceil(self.seconds / 60)
        wait = f"{minutes} minuten" if minutes > 1 else "een minuut"
        return f"Dit is te vaak achter elkaar geprobeerd. Wacht {wait} en probeer het dan opnieuw."

    @property
    def headers(self) -> dict[str, str]:
        """What programs hear."""
        return {"Retry-After": str(self.seconds)}


class Rules(NamedTuple):
    """How often each of these may be done, from one network address or for one typed address."""

    sign_in: RateLimitItem = RateLimitItemPerMinute(
        30
    )  # by network address: going to a provider, coming back, choosing
    code_from: RateLimitItem = RateLimitItemPerHour(40)  # codes asked from one network address: an office has one
    code_for: RateLimitItem = RateLimitItemPerHour(5)  # codes asked for one mail address, known or not
    code_try: RateLimitItem = RateLimitItemPerHour(60)  # codes typed from one network address


class Limiter:
    """Counts what is done, in the memory of this process."""

    def __init__(self, rules: Rules | None = None) -> None:
        self.rules = rules or Rules()
        self._counted = SlidingWindowCounterRateLimiter(MemoryStorage())

    def hit(self, rule: RateLimitItem, *who: str) -> None:
        """Count one more. Raises TooMany."""
        if not self._counted.hit(rule, *who):
            again = self._counted.get_window_stats(rule, *who).reset_time - time()
            raise TooMany(max(1, ceil(again)))


def client(scope: Scope) -> str:
    """The network address of who asks."""
    address: Any = scope.get("client")
    return str(address[0]) if address else "?"
