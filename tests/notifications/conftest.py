"""What tests of the post share: a mail server at the other end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.mail_servers import MailServer
from tests.support.queued_letters import by_smtp


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server that listens, and settings that send letters to it."""
    with by_smtp() as made, made.running():
        yield made
