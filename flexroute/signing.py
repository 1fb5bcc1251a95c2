"""Keyed hashes: what the program hands out (codes, links in letters), and by what it knows a youth again.

The secrets are settings; in practice each is a file in `home`.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256
from pathlib import Path

from pydantic import SecretStr

from flexroute.errors import UserError
from flexroute.settings import settings

NEEDED = "Vul {} in: ten minste 32 willekeurige tekens."


def signed(purpose: str, *parts: str) -> str:
    """A keyed hash (64 signs) of these parts, for one purpose. Raises UserError: production without a secret."""
    return _hashed(portal_secret(), purpose, *parts)


def keyed(purpose: str, text: str) -> str:
    """A keyed hash (64 signs) by which the same text is recognised, and not read. Raises UserError: production without a key.

    It is stored: with another key nothing of before is recognised.
    """
    return _hashed(bsn_key(), purpose, text)


def portal_secret() -> bytes:
    """What signs. Raises UserError: production without it."""
    return _secret(settings().portal_secret, "portal.secret", "FLEXROUTE_PORTAL_SECRET")


def bsn_key() -> bytes:
    """What a BSN is hashed with. Raises UserError: production without it."""
    return _secret(settings().bsn_key, "bsn.key", "FLEXROUTE_BSN_KEY")


def _hashed(secret: bytes, *parts: str) -> str:
    return hmac.new(secret, "\x00".join(parts).encode(), sha256).hexdigest()


def _secret(chosen: SecretStr, file: str, setting: str) -> bytes:
    if given := chosen.get_secret_value():
        return given.encode()
    if settings().environment == "production":
        raise UserError(NEEDED.format(setting))
    return _of_practice(settings().home / file)


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
