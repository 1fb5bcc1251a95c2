"""The portal in this process, and people who are signed in there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from httpx2 import Response

from models.region.directory import load_region
from models.store.database import Database, current
from portal.actor import Way, actor_by_name, actor_of
from portal.app import create
from portal.asking import Asking, NotSignedIn, asking
from portal.mover import Mover
from tests.support.browser import axe, browser  # noqa: F401 - fixtures
from tests.support.flex_acts import MONDAY

WHO, WAY, NOW = "x-who", "x-way", "x-now"  # how a test says who asks, and when


@dataclass
class Portal:
    """The app at work, on a database."""

    app: FastAPI
    database: Database

    def of(self, who: str, way: Way = "practice", now: str = MONDAY.isoformat()) -> TestClient:
        """The browser of a person of the region or a contact; of an organisation as `org:Name` it is somebody who typed a name."""
        return TestClient(self.app, headers={WHO: who, WAY: way, NOW: now}, follow_redirects=False)


def text(page: Response) -> str:
    """What somebody reads on a page."""
    main = page.text[page.text.index("<main") :]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


def _asking(request: Request) -> Asking:
    who, way = request.headers.get(WHO), request.headers.get(WAY)
    if not who:
        raise NotSignedIn
    with current().reading() as session:
        region = load_region(session)
    organisation, _, name = who.partition(":")
    actor = actor_by_name(region, organisation, name, way) if name else actor_of(region, who, way)  # type: ignore[arg-type]
    request.state.asking = Asking(actor, region, datetime.fromisoformat(request.headers[NOW]))
    return request.state.asking  # type: ignore[no-any-return]


@pytest.fixture
def portal(database: Database) -> Iterator[Portal]:
    """The portal, without jobs of its own."""
    with Mover(None, jobs=False) as mover:
        app = create(mover)
        app.dependency_overrides[asking] = _asking
        yield Portal(app, database)
