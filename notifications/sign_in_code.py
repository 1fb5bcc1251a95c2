"""A code with which somebody signs in, by mail: sent at once, and kept nowhere. It is no letter: the outbox never sees it."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from uuid import uuid4

from flexroute import clock
from flexroute.settings import settings
from models.store.letter import Letter
from notifications.message import SEVEN_BITS
from notifications.transports import transport
from rules.shared.region import Region


def send(region: Region, address: str, code: str, now: datetime) -> None:
    """Send this code to this address. Raises Trouble.

    In practice letters are files: a code does not become one, the page shows it.
    """
    given = settings()
    if given.mail_mode == "off" or given.mail_transport == "file":
        return
    with transport(clock.now) as post:
        post.send(_envelope(now), _mail(region, address, code, now))


def _mail(region: Region, address: str, code: str, now: datetime) -> EmailMessage:
    given = settings()
    mail = EmailMessage(policy=SEVEN_BITS)
    mail["From"] = Address(display_name=region.name, addr_spec=given.mail_from)
    mail["To"] = Address(addr_spec=given.mail_redirect_to if given.mail_mode == "redirect" else address)
    mail["Subject"] = "Uw code om in te loggen bij Flexroute"
    mail["Date"] = clock.local(now)
    mail["Message-ID"] = f"<code-{uuid4().hex}@{given.mail_from.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    mail.set_content(
        f"Uw code is: {code}\n\n"
        f"Typ deze code in het venster waarin u hem aanvroeg. Hij werkt {given.code_minutes} minuten, één keer.\n\n"
        "Geef de code aan niemand, ook niet aan iemand die zegt dat hij van de gemeente is.\n"
        "Hebt u geen code aangevraagd? Dan hoeft u niets te doen.\n"
    )
    mail["Content-Language"] = "nl"
    return mail


def _envelope(now: datetime) -> Letter:
    """What a transport asks for beside the mail; it is not stored."""
    return Letter(id=0, key="", kind="sign_in_code", subject="", recipient="", context={}, queued_at=now)
