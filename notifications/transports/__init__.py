"""How letters leave the program: as e-mail, outside the message traffic (F-23). Which way is for the settings to say (C.4)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from typing import Protocol

from flexroute.settings import settings
from models.store.letter import Letter


class Transport(Protocol):
    """Takes letters to one recipient each. Connects when the first one comes, and never to less safety than asked for."""

    def send(self, letter: Letter, mail: EmailMessage, /) -> None:
        """Hand over one letter; once this returns, whoever took it answers for it. Raises Trouble."""

    def close(self) -> None:
        """Say goodbye to the server, if there was one."""


@contextmanager
def transport(clock: Callable[[], datetime], wait: Callable[[float], None] = time.sleep) -> Iterator[Transport]:
    """The transport of the settings, for one round of letters. `clock` tells the moment, `wait` takes seconds."""
    opened = _opened(clock, wait)
    try:
        yield opened
    finally:
        opened.close()


def _opened(clock: Callable[[], datetime], wait: Callable[[float], None]) -> Transport:
    given = settings()
    if given.mail_transport == "smtp":
        from notifications.transports.smtp import SmtpTransport

        return SmtpTransport(given)
    if given.mail_transport == "graph":
        from notifications.transports.graph import GraphTransport

        return GraphTransport(given, clock, wait)
    from notifications.transports.file import FileTransport

    return FileTransport(given.home / "letters")
