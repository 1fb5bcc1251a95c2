"""A region in which organisations have contacts, and browsers that look at the portal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from models.store.database import Database
from portal import signing_in
from portal.app import create
from portal.mover import Mover
from portal.safety import Limiter
from rules.shared.region import Region

CONTACTS: dict[str, list[dict[str, Any]]] = {
    "sys-noord": [
        {"id": "noord-bos", "name": "J. Bos", "mail": "bos@noord.example.nl"},
        {"id": "noord-wit", "name": "K. de Wit", "mail": "wit@noord.example.nl", "may_answer": False},
    ],
    "sys-zuid": [{"id": "zuid-jong", "name": "P. de Jong", "mail": "jong@samen.example.nl"}],
    "sys-oost": [{"id": "oost-jong", "name": "P. de Jong", "mail": "jong@samen.example.nl"}],
    "flex-anker": [
        {"id": "anker-a", "name": "A. Anker", "mail": "team@anker.example.nl"},
        {"id": "anker-b", "name": "B. Anker", "mail": "team@anker.example.nl"},
    ],
    "flex-delta": [{"id": "delta-d", "name": "D. Delta", "mail": "anna@grjr.example.nl"}],  # an address of the region
}


@pytest.fixture
def region(region: Region) -> Region:
    """The region of the scenarios, with contacts."""
    data = region.model_dump(by_alias=True, mode="json")
    for organisation in data["organisations"]:
        organisation["contacts"] = CONTACTS.get(organisation["id"], [])
    return Region.model_validate(data)


@pytest.fixture
def app(database: Database, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    """The portal, of which nobody has used anything yet."""
    monkeypatch.setattr(signing_in, "limiter", Limiter())
    return create(Mover(None, jobs=False))


@pytest.fixture
def browser(app: FastAPI) -> TestClient:
    """A browser."""
    return TestClient(app, base_url="https://flexroute.example.nl", follow_redirects=False)


@pytest.fixture
def new_browser(app: FastAPI) -> Callable[[], TestClient]:
    """More browsers."""
    return lambda: TestClient(app, base_url="https://flexroute.example.nl", follow_redirects=False)
