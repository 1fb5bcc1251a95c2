"""The address of a case database, as people write it."""

from __future__ import annotations

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from flexroute.errors import UserError

WRONG = "Het adres van de database klopt niet. Voorbeeld: postgresql://gebruiker@server/flexroute of sqlite:///data/flexroute.db"
PORTS = range(1, 65_536)
DRIVERS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",  # as many hosts write it
}


def address(url: str) -> URL:
    """An address with the driver that we use, whatever driver it names. Raises UserError."""
    try:
        given = make_url(url.strip())
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        raise UserError(WRONG) from None
    driver = DRIVERS.get(given.get_backend_name().lower())
    if driver is None:
        raise UserError("Flexroute werkt met SQLite of PostgreSQL; dit adres is van een andere database.")
    if given.port is not None and given.port not in PORTS:
        raise UserError(WRONG)
    if driver == "sqlite" and (given.host or given.port):
        raise UserError(f"{WRONG} Bij SQLite horen er drie schuine strepen, en vier voor een volledig pad.")
    return given.set(drivername=driver)
