"""What the program signs and hands out (codes, links in letters): with a secret from the settings, or in practice from a file in `home`."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256
from pathlib import Path

from flexroute.errors import UserError
from flexroute.settings import settings

NEEDED = "Vul FLEXROUTE_PORTAL_SECRET in: ten minste 32 willekeurige tekens."


def signed(purpose: str, *parts: str) -> str:
    """A keyed hash (64 signs) of these parts, for one purpose. Raises UserError: production without a secret."""
    return hmac.new(_secret(), "\x00".join((purpose, *parts)).encode(), sha256).hexdigest()


def _secret() -> bytes:
    given = settings()
    if chosen := given.portal_secret.get_secret_value():
        return chosen.encode()
    if given.environment == "production":
        raise UserError(NEEDED)
    return _of_practice(given.home / "portal.secret")


def _of_practice(file: Path) -> bytes:
    """Made once; of two processes that make it at the same time one wins."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
    own = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    own.touch(0o600)
    own.write_text(secrets.token_urlsafe(48))
    try:
        file.hardlink_to(own)
    except FileExistsError:
        pass
    finally:
        own.unlink()
    return file.read_bytes()
