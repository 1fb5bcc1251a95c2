"""Signing in with a code that was mailed: for contacts of organisations that have no provider (they are few, in the first year)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from flexroute import log
from flexroute.settings import settings
from flexroute.signing import signed
from models.region.directory import load_region
from models.store import sign_in
from models.store.database import current
from models.store.sign_in import SignIn, SignInCode
from notifications.retry import Trouble
from notifications.sign_in_code import send
from rules.shared.identity import known_by_code
from rules.shared.region import Region

DIGITS = 8  # five tries at one in a hundred million


def ask(address: str, now: datetime) -> tuple[str, str, tuple[str, ...]]:
    """A new code for who has this address: its key, which only the session of who asked may have, the code, and whom it is for.

    For nobody too, in the same time: whether an address is known does not show.
    """
    key, code = secrets.token_urlsafe(24), f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    with current().reading() as session:
        found = known_by_code(load_region(session), address)
    lapses_at = now + timedelta(minutes=settings().code_minutes)
    row = SignInCode(key=key, code_hash=_hash(key, code), known_as=list(found), lapses_at=lapses_at)
    with current().writing() as session:
        sign_in.ask_code(session, row, now)
    return key, code, found


def mail(code: str, found: Sequence[str], now: datetime) -> None:
    """Send a code to who it is for, at once. What goes wrong only the log and the count of sign-ins hear: a page would tell too much."""
    with current().reading() as session:
        region = load_region(session)
    try:
        send(region, address_of(region, found[0]), in_groups(code), now)
    except Trouble as error:
        log.write(log.trouble(error))
        with current().writing() as session:
            session.add(SignIn(at=now, way="code", outcome="not_sent"))


def right(key: str | None, code: str, now: datetime) -> tuple[str, ...]:
    """Whom a code that somebody typed is for; nobody where it is wrong, too late, tried too often, or of another browser."""
    typed = re.sub(r"[\s.-]", "", code)
    if not key:
        return ()
    with current().writing() as session:
        return tuple(sign_in.try_code(session, key, _hash(key, typed), settings().code_tries, now) or ())


def in_groups(code: str) -> str:
    """A code as people read it: 1234 5678."""
    return f"{code[:4]} {code[4:]}"


def address_of(region: Region, ident: str) -> str:
    """The address of an organisation or of a contact. Raises KeyError where there is none such."""
    contacts = {contact.id: contact.mail for one in region.organisations for contact in one.contacts}
    return contacts[ident] if ident in contacts else region.organisation[ident].mail


def _hash(key: str, code: str) -> str:
    return signed("code", key, code)
