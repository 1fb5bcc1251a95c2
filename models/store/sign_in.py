"""Who is signed in, codes on their way, and how often people came in by which way. No token or code can be read here (C.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, delete, update
from sqlmodel import Field, Session, SQLModel, col, func, select

NOTED_AFTER = timedelta(minutes=1)  # that a session is used is written down no oftener


class PortalSession(SQLModel, table=True):
    """What the portal knows of one browser, by the SHA-256 of the token that only this browser has."""

    __tablename__ = "portal_session"

    token_hash: str = Field(primary_key=True)
    data: dict[str, Any] = Field(sa_type=JSON)
    began_at: datetime
    lapses_at: datetime = Field(index=True)


class SignInCode(SQLModel, table=True):
    """A code that was asked for in one session (`key` is in that session only), whether or not the address is known."""

    __tablename__ = "sign_in_code"

    key: str = Field(primary_key=True)
    code_hash: str
    known_as: list[str] = Field(sa_type=JSON)  # ids: contacts, and organisations whose address it is
    lapses_at: datetime = Field(index=True)
    tries: int = 0
    used_at: datetime | None = None


class SignIn(SQLModel, table=True):
    """Somebody came in, or was refused: append-only."""

    __tablename__ = "sign_in"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(index=True)
    way: str  # oidc, code, practice
    outcome: str  # in, or why not: a code
    provider: str | None = None
    by: str | None = None
    person: str | None = None  # an id; of who only gave a name nobody keeps it here
    confirmed: bool = True


def begin(session: Session, token_hash: str, data: dict[str, Any], now: datetime, lapses_at: datetime) -> None:
    """Keep a new session; those that lapsed go."""
    session.execute(delete(PortalSession).where(col(PortalSession.lapses_at) <= now))
    session.add(PortalSession(token_hash=token_hash, data=data, began_at=now, lapses_at=lapses_at))


def find(session: Session, token_hash: str, now: datetime) -> PortalSession | None:
    """The session of this token, unless it lapsed."""
    found = session.get(PortalSession, token_hash)
    return found if found and found.lapses_at > now else None


def keep(session: Session, token_hash: str, lapses_at: datetime, data: dict[str, Any] | None = None) -> None:
    """What a session knows from now on (None: the same), and till when. One that ended meanwhile does not come back."""
    values: dict[str, Any] = {"lapses_at": lapses_at} if data is None else {"lapses_at": lapses_at, "data": data}
    session.execute(update(PortalSession).where(col(PortalSession.token_hash) == token_hash).values(**values))


def end(session: Session, token_hash: str) -> None:
    """This token opens nothing any more."""
    session.execute(delete(PortalSession).where(col(PortalSession.token_hash) == token_hash))


def ask_code(session: Session, code: SignInCode, now: datetime) -> None:
    """Keep a code that is on its way; those that lapsed go."""
    session.execute(delete(SignInCode).where(col(SignInCode.lapses_at) <= now))
    session.add(code)


def try_code(session: Session, key: str, code_hash: str, tries: int, now: datetime) -> list[str] | None:
    """For whom a code was asked, when it is the right one: once, in time, and within so many tries; else None.

    The try is counted first, so that who tries many at once gets no more of them.
    """
    usable = (col(SignInCode.key) == key, col(SignInCode.used_at).is_(None), col(SignInCode.lapses_at) > now)
    counted = update(SignInCode).where(*usable, col(SignInCode.tries) < tries).values(tries=SignInCode.tries + 1)
    if not session.execute(counted.returning(col(SignInCode.key))).first():
        return None
    right = update(SignInCode).where(*usable, col(SignInCode.code_hash) == code_hash).values(used_at=now)
    found = session.execute(right.returning(col(SignInCode.known_as))).scalar_one_or_none()
    return list(found) if found else None


def sign_ins(session: Session, since: datetime | None = None) -> dict[str, Counter[str]]:
    """How often people came in, or were refused and why, by way (since a moment)."""
    counted = select(SignIn.way, SignIn.outcome, func.count()).group_by(col(SignIn.way), col(SignIn.outcome))
    rows: Iterable[tuple[str, str, int]] = session.exec(counted.where(col(SignIn.at) >= since) if since else counted)
    found: dict[str, Counter[str]] = {}
    for way, outcome, number in rows:
        found.setdefault(way, Counter())[outcome] += number
    return found
