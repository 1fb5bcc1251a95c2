"""A letter as an e-mail: the same message whichever transport carries it, and however often it is tried."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256

from flexroute.clock import local
from flexroute.settings import settings
from models.store.letter import Letter
from notifications.templates import Rendered
from rules.shared.process import OF_ALL, of_letter
from rules.shared.region import Region

SEVEN_BITS = SMTP.clone(cte_type="7bit")  # every server on the way can pass it on
CALENDAR = "text/calendar"
Attachment = tuple[str, str, bytes]  # file name, MIME type, content


def message(letters: Sequence[Letter], region: Region, said: Rendered, today: date) -> EmailMessage:
    """The e-mail to the recipient of these letters (F-23); in mode redirect to the address of the settings, saying for whom it was.

    To who stands in for the recipient today, saying for whom it is.

    Its Message-ID is that of the letters and their edition, so that mail servers can drop the copy when it is sent again in doubt; and of
    their moment, because a database that is made anew counts from 1 again.
    Raises KeyError when the region does not know the recipient, ValueError when name or address do not fit in an e-mail.
    """
    letter = letters[0]
    given, name = settings(), region.name_of(letter.recipient)
    reader = letter.recipient if letter.kind in OF_ALL else region.stand_in(letter.recipient, today)
    mail = EmailMessage(policy=SEVEN_BITS)
    mail["From"] = Address(display_name=region.name, addr_spec=given.mail_from)
    redirected = given.mail_mode == "redirect"
    if redirected:
        mail["Reply-To"] = Address(addr_spec=given.mail_redirect_to)
        mail["To"] = Address(addr_spec=given.mail_redirect_to)
        mail["Subject"] = f"[voor {name}] {said.subject}"
        mail["X-Flexroute-For"] = letter.recipient
    else:
        answers = _reads_answers(letter.kind, region)
        mail["Reply-To"] = Address(display_name=region.name_of(answers), addr_spec=region.mail_of(answers))
        mail["To"] = Address(display_name=region.name_of(reader), addr_spec=region.mail_of(reader))
        mail["Subject"] = said.subject if reader == letter.recipient else f"[voor {name}] {said.subject}"
    moment, domain = local(letter.queued_at), given.mail_from.partition("@")[2]
    mail["Date"] = moment
    mail["Message-ID"] = f"<letter-{_numbers(letters)}.{letter.edition}.{moment:%Y%m%dT%H%M%S}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"  # no absence notes; what bounces must come back
    _fill(mail, replace(said, attachments=tuple(map(_to_look_at, said.attachments))) if redirected else said)
    mail["Content-Language"] = "nl"  # last: adding parts moves headers of this kind inwards
    return mail


def _numbers(letters: Sequence[Letter]) -> str:
    """The number of a letter; of several the first, how many, and a sign of them all: these and no others make this mail."""
    first, *others = [letter.id for letter in letters]
    if not others:
        return f"{first}"
    return f"{first}-{len(letters)}-{sha256(repr((first, *others)).encode()).hexdigest()[:12]}"


def _reads_answers(kind: str, region: Region) -> str:
    """Whom the process of this letter says."""
    return of_letter(kind).answers(region)


def _fill(mail: EmailMessage, said: Rendered) -> None:
    """Text, HTML and invitation are three forms of one thing, so that a mail program shows one; the rest are attachments."""
    mail.set_content(said.text)
    if said.html:
        mail.add_alternative(said.html, subtype="html")
    for filename, kind, content in said.attachments:
        if kind == CALENDAR:
            params = {"method": _method(content), "name": filename}
            mail.add_alternative(content.decode(), subtype="calendar", charset="UTF-8", cte="base64", params=params)
    for filename, kind, content in said.attachments:
        if kind != CALENDAR:
            main, _, sub = kind.partition("/")
            mail.add_attachment(content, maintype=main, subtype=sub, filename=filename)


def _to_look_at(attachment: Attachment) -> Attachment:
    """An invitation as a plain file: a mail program would answer it to the real organizer."""
    filename, kind, content = attachment
    if kind != CALENDAR:
        return attachment
    return filename, "application/ics", re.sub(rb"METHOD:\w+", b"METHOD:PUBLISH", content, count=1)


def _method(ics: bytes) -> str:
    return "CANCEL" if b"METHOD:CANCEL" in ics else "REQUEST"
