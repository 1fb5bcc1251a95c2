"""How letters leave the program: as e-mail, outside the message traffic (F-23). For practice: a file that any mail program opens."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol

from slugify import slugify

from flexroute.settings import settings
from models.letter import Letter
from notifications.templates import Rendered


class Transport(Protocol):
    """Takes one letter to one recipient. Raises OSError when it cannot now."""

    def send(self, letter: Letter, address: str, name: str, said: Rendered) -> None:
        """Hand the letter over; the same letter a second time may not reach somebody twice."""


def message(letter: Letter, address: str, name: str, said: Rendered) -> EmailMessage:
    """The letter as an e-mail; its Message-ID is that of the letter, whatever happens."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = settings().mail_from
    mail["To"] = Address(display_name=name, addr_spec=address)
    mail["Subject"] = said.subject
    mail["Date"] = letter.queued_at
    mail["Message-ID"] = f"<letter-{letter.id}@{settings().mail_from.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(said.text)
    for filename, kind, content in said.attachments:
        main, _, sub = kind.partition("/")
        if kind == "text/calendar":
            mail.add_attachment(
                content.decode(), subtype="calendar", filename=filename, params={"method": _method(content)}
            )
        else:
            mail.add_attachment(content, maintype=main, subtype=sub, filename=filename)
    return mail


def _method(ics: bytes) -> str:
    return "CANCEL" if b"METHOD:CANCEL" in ics else "REQUEST"


class FileTransport:
    """One .eml file a letter, named by its number: written again it is the same file, so nobody gets it twice."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, letter: Letter) -> Path:
        """Where this letter is, or will be."""
        return (
            self.folder
            / f"{letter.id:06d}-{slugify(letter.subject)}-{slugify(letter.kind)}-{slugify(letter.recipient)}.eml"
        )

    def send(self, letter: Letter, address: str, name: str, said: Rendered) -> None:
        """Write the file, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.path(letter).with_suffix(".part")
        unfinished.write_bytes(bytes(message(letter, address, name, said)))
        unfinished.replace(self.path(letter))


def transport() -> FileTransport:
    """The transport of the settings."""
    return FileTransport(settings().home / "letters")
