"""How a story reaches the program: by the same door as the command line, or over HTTP as everybody in a browser."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime
from typing import Any, Protocol

import httpx
from pydantic_core import to_jsonable_python

from flexroute.errors import Unreachable
from flexroute.settings import settings
from flows.mover import Runner
from models.store.database import Database
from rules.shared.process import of_reference
from rules.shared.refusal import Refused
from rules.shared.region import Region

NAME = "Verhaal"  # who acts for an organisation in a story: it names nobody
UNKNOWN = "ST-0000-000000-0000"  # nothing has this reference; what an act on an unknown label is about
PATIENCE = 60  # seconds until a decision must be at rest
View = Mapping[str, Any] | None


class Driver(Protocol):
    """Does what people do in a story."""

    def playing(self, database: Database, region: Region, /) -> AbstractContextManager[None]:
        """While a story is played, on this database."""

    def act(self, name: str, about: str | None, by: str, given: Mapping[str, Any], now: datetime, /) -> str:
        """Record an act, and have it moved to rest. Answers with its reference. Raises Refused."""

    def seen(self, own: Any, view: View, names: Mapping[str, str], now: datetime, /) -> View:
        """How something stands, as people see it. `own`: its reference, or what names a meeting; `view`: as the program itself knows it,
        None where there is no such thing; `names`: the scenario's names of cases, by reference.
        """


class Direct:
    """As the command line does it."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def playing(self, _database: Database, _region: Region, /) -> AbstractContextManager[None]:
        """Nothing to get ready."""
        return nullcontext()

    def act(self, name: str, about: str | None, by: str, given: Mapping[str, Any], now: datetime, /) -> str:
        """Record an act, and have it moved to rest. Answers with its reference. Raises Refused."""
        return self._runner.decide(name, about, by, given, now)[0]

    def seen(self, _own: Any, view: View, _names: Mapping[str, str], _now: datetime, /) -> View:
        """As it is."""
        return view


class Broken(Exception):
    """The portal answers what it should not."""


class Api:
    """Over HTTP: each person signs in by the practice door and acts through `/api/v1`. For one story after the other.

    `tell`: tells the portal which database it works on, and what time it is.
    """

    def __init__(self, client: httpx.Client, tell: Callable[..., None]) -> None:
        self._client, self._tell = client, tell
        self._sessions: dict[str, str] = {}  # by who is signed in: the cookie
        self._readers: list[str] = []  # people of the region; first who could read the last time

    @contextmanager
    def playing(self, database: Database, region: Region, /) -> Iterator[None]:
        """The portal works on this database; nobody is signed in."""
        self._region, self._readers = region, [*region.person]
        self._sessions.clear()
        self._tell(database=database.url.render_as_string(hide_password=False), home=str(settings().home))
        try:
            yield
        finally:
            self._tell()

    def act(self, name: str, about: str | None, by: str, given: Mapping[str, Any], now: datetime, /) -> str:
        """Record an act, and have it moved to rest. Answers with its reference. Raises Refused."""
        if by not in self._region.organisation and by not in self._region.person:
            raise Refused("not_found" if about == UNKNOWN else "forbidden", "Als deze kan niemand inloggen.", "by")
        answer = self._ask(by, now, "POST", f"{_address(about) or ''}/handelingen/{name}", given)
        said = answer.json()
        if answer.is_success:
            if not said["at_rest"]:
                raise Broken("not at rest")
            return str(said["reference"])
        if answer.headers["content-type"] != "application/problem+json" or answer.status_code >= 500:
            raise Broken(f"{answer.status_code}")
        others = [(one["field"], one["message"]) for one in said.get("errors", ())][1:]
        refused = Refused(said["code"], said["detail"], said.get("field"), others)
        refused.subject = said.get("subject")
        raise refused

    def seen(self, own: Any, view: View, names: Mapping[str, str], now: datetime, /) -> View:
        """As the API shows it to somebody of the region who may see it. What it does not say is as it is."""
        if (address := _address(own)) is None:
            return view
        said = self._read(address, now, view is not None)
        if said is None or view is None:
            return None if said and said.get("cancelled") else said
        if isinstance(own, Mapping):
            said["cases"] = [names.get(case, case) for case in said["cases"]]
        shown = to_jsonable_python(view)
        return {key: value if key not in said or said[key] == shown[key] else said[key] for key, value in view.items()}

    def _read(self, address: str, now: datetime, there: bool) -> dict[str, Any] | None:
        """What the first who may read it reads; of what is not there it is enough that one does not."""
        for reader in list(self._readers) if there else self._readers[:1]:
            answer = self._ask(reader, now, "GET", address)
            if answer.is_success:
                self._readers.remove(reader)
                self._readers.insert(0, reader)
                return dict(answer.json())
            if answer.status_code != httpx.codes.NOT_FOUND:
                raise Broken(f"{answer.status_code}")
        return None

    def _ask(self, who: str, now: datetime, method: str, address: str, given: Any = None) -> httpx.Response:
        """Ask the API; who is not signed in, or not any more, signs in first."""
        self._tell(now=now.isoformat())
        for _ in range(2):
            if who not in self._sessions:
                self._sign_in(who)
            answer = self._client.request(
                method,
                f"/api/v1{address}",
                params={"zeker": "true"} if method == "POST" else None,
                content=None if given is None else json.dumps(to_jsonable_python(given)),
                headers={
                    "Cookie": self._sessions[who],
                    "Content-Type": "application/json",
                    "Prefer": f"wait={PATIENCE}",
                },
            )
            if answer.status_code != httpx.codes.UNAUTHORIZED:
                return answer
            del self._sessions[who]
        return answer

    def _sign_in(self, who: str) -> None:
        self._client.cookies.clear()
        form = {"organisatie": who, "naam": NAME} if who in self._region.organisation else {"wie": who}
        answer = self._client.post("/inloggen/oefenen", data=form)
        cookie, _, _ = answer.headers.get("set-cookie", "").partition(";")
        if not (answer.is_redirect and cookie):
            raise Broken(f"sign in: {answer.status_code}")
        self._client.cookies.clear()  # each request says itself who asks
        self._sessions[who] = cookie


def _address(own: Any) -> str | None:
    """Where the API tells of a subject, or of a meeting; None for what it knows nothing of."""
    if isinstance(own, Mapping):
        return f"/tafels/{own['table']}/{own['on']}"
    process = of_reference(own)
    return f"/{process.page}/{own}" if process else None


@contextmanager
def api(prefect: str | None = None) -> Iterator[Api]:
    """With a portal of its own, for many stories. `prefect`: the server that its runs are reported to. Raises Unreachable."""
    portal = _Portal(prefect)
    try:
        with httpx.Client(base_url=portal.address, trust_env=False, timeout=2 * PATIENCE) as client:
            yield Api(client, portal.tell)
    finally:
        portal.close()


class _Portal:
    """The portal, as a process of its own; it ends with this one. What it must know it hears by its input, not by a request."""

    def __init__(self, prefect: str | None) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("FLEXROUTE_")}
        kept |= {name: value for name, value in os.environ.items() if name.startswith("FLEXROUTE_PREFECT_")}
        command = [sys.executable, "-m", "portal.playing", *(["--prefect", prefect] if prefect else [])]
        self._process = subprocess.Popen(  # noqa: S603
            command,
            env=kept | {"FLEXROUTE_HOME": str(settings().home)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.address = f"http://127.0.0.1:{self._hear()['port']}"

    def tell(self, **what: str) -> None:
        """Tell it something. Raises Unreachable."""
        if self._process.stdin is None:
            return
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(what) + "\n")
            self._process.stdin.flush()
        self._hear()

    def _hear(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            self.close()
            raise Unreachable(
                "Het portaal om verhalen te spelen start niet, of is gestopt. Wat er mis is, staat hierboven."
            )
        return dict(json.loads(line))

    def close(self) -> None:
        """End it."""
        with suppress(BrokenPipeError):
            if self._process.stdin:
                self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
