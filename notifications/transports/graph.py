"""Over Microsoft Graph, from one mailbox of the region, with an application's own permission (C.4)."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from urllib.parse import quote

import httpx

from flexroute.settings import Settings
from models.store.letter import Letter
from notifications.retry import Trouble, TroubleKind

TIMEOUT = 30.0  # seconds, for each answer
SHORT = timedelta(seconds=30)  # what Graph asks to wait is waited for on the spot, up to this long
SHORT_WAITS = 3
SPARE = timedelta(minutes=5)  # a token is renewed this long before it expires
NOT_THERE = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
MAY_HAVE_GONE = (500, 502, 504)  # something broke behind the door
_CODE = re.compile(r"Error[A-Za-z]{1,40}")
# of what the mailbox may send or hold, not of this letter
_LIMIT = re.compile(r"Quota|Throttl|(?<!Size)Exceeded|Limit")
_NOT_US = re.compile(r"SubmissionBlocked|SendAs|AccessDenied|AccountSuspen")


class GraphTransport:
    """Keeps its token until it expires, and waits when it is told to."""

    def __init__(self, given: Settings, clock: Callable[[], datetime], wait: Callable[[float], None]) -> None:
        self._given, self._clock, self._wait = given, clock, wait
        self._http = httpx.Client(timeout=TIMEOUT)
        self._token, self._expires = "", datetime.min.replace(tzinfo=UTC)
        self._url, login_url = (str(url).rstrip("/") for url in (given.graph_url, given.graph_login_url))
        self._token_address = f"{login_url}/{quote(given.graph_tenant, safe='')}/oauth2/v2.0/token"
        self._mail_address = f"{self._url}/v1.0/users/{quote(given.graph_sender, safe='@')}/sendMail"

    def send(self, _letter: Letter, mail: EmailMessage) -> None:
        """Hand over one letter. Raises Trouble, in doubt when no answer came to a letter that had left, or one of MAY_HAVE_GONE."""
        content = base64.b64encode(bytes(mail))
        answer = self._post(content)
        if answer.status_code == httpx.codes.UNAUTHORIZED:  # the token was withdrawn before its time
            self._token = ""
            answer = self._post(content)
        for _ in range(SHORT_WAITS):
            pause = self._asked_to_wait(answer)
            if pause is None or pause > SHORT:
                break
            self._wait(pause.total_seconds())
            answer = self._post(content)
        if not answer.is_success:
            raise self._trouble(answer)

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def _post(self, content: bytes) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._bearer()}", "Content-Type": "text/plain"}
        try:
            return self._http.post(self._mail_address, content=content, headers=headers)
        except NOT_THERE as error:
            raise _away(error) from None
        except httpx.HTTPError as error:
            reason = f"de verbinding met Microsoft Graph brak af ({type(error).__name__})"
            raise Trouble(TroubleKind.DROPPED, reason, in_doubt=True) from None

    def _bearer(self) -> str:
        if self._token and self._clock() < self._expires - SPARE:
            return self._token
        asked = {
            "grant_type": "client_credentials",
            "client_id": self._given.graph_client_id,
            "client_secret": self._given.graph_client_secret.get_secret_value(),
            "scope": f"{self._url}/.default",
        }
        try:
            answer = self._http.post(self._token_address, data=asked)
        except httpx.HTTPError as error:
            raise _away(error) from None
        try:
            if answer.is_success:
                told = answer.json()
                self._token = str(told["access_token"])
                self._expires = self._clock() + timedelta(seconds=int(told["expires_in"]))
                return self._token
        except (ValueError, KeyError, TypeError, OverflowError):
            raise Trouble(TroubleKind.UNREACHABLE, "Microsoft antwoordt onverstaanbaar op het inloggen") from None
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error:
            raise self._busy(answer)
        raise Trouble(TroubleKind.LOGIN, f"inloggen bij Microsoft lukt niet ({answer.status_code})")

    def _asked_to_wait(self, answer: httpx.Response) -> timedelta | None:
        """How long Graph wants to be left alone: seconds, or until a moment on its own clock."""
        if answer.status_code not in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE):
            return None
        told = answer.headers.get("Retry-After", "")
        if re.fullmatch("[0-9]{1,9}", told):
            return timedelta(seconds=int(told))
        if (until := _moment(told)) is None:
            return None
        return max(until - (_moment(answer.headers.get("Date", "")) or self._clock()), timedelta(0))

    def _busy(self, answer: httpx.Response) -> Trouble:
        pause = self._asked_to_wait(answer)
        return Trouble(
            TroubleKind.BUSY,
            f"Microsoft Graph heeft het te druk ({answer.status_code})",
            until=None if pause is None else self._clock() + pause,
        )

    def _trouble(self, answer: httpx.Response) -> Trouble:
        status, codes = answer.status_code, _codes(answer)
        if status in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE):
            return self._busy(answer)
        if status in (401, 403, 404):  # 404: there is no such mailbox to send from; no recipient stands in the address
            return Trouble(TroubleKind.LOGIN, f"Flexroute mag niet mailen uit deze postbus van Microsoft ({codes})")
        if _LIMIT.search(codes) or status == httpx.codes.INSUFFICIENT_STORAGE:
            return Trouble(
                TroubleKind.BUSY, f"Microsoft Graph neemt nu niets meer aan: vol, of een grens bereikt ({codes})"
            )
        if _NOT_US.search(codes):
            return Trouble(TroubleKind.LOGIN, f"Flexroute mag niet mailen uit deze postbus van Microsoft ({codes})")
        if answer.is_client_error and status != httpx.codes.REQUEST_TIMEOUT:
            return Trouble(TroubleKind.REFUSED, f"Microsoft Graph weigert deze brief of deze ontvanger ({codes})")
        if status in MAY_HAVE_GONE:
            return Trouble(TroubleKind.DROPPED, f"bij Microsoft Graph ging iets mis ({codes})", in_doubt=True)
        return Trouble(TroubleKind.REFUSED_FOR_NOW, f"Microsoft Graph neemt deze brief nu niet aan ({codes})")


def _away(error: Exception) -> Trouble:
    return Trouble(TroubleKind.UNREACHABLE, f"Microsoft Graph is niet bereikbaar ({type(error).__name__})")


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _codes(answer: httpx.Response) -> str:
    """The number of an answer and Graph's own code, as 400 ErrorInvalidRecipients; never its words (C.4)."""
    try:
        code = str(answer.json()["error"]["code"])
    except (ValueError, KeyError, TypeError):
        code = ""
    return f"{answer.status_code} {code}" if _CODE.fullmatch(code) else str(answer.status_code)
