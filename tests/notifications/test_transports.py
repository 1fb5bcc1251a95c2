"""The three ways out, each against a real server on this machine: what they carry, and what they make of every kind of trouble."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from flexroute.clock import from_local
from flexroute.settings import practising
from models.store.letter import Letter
from notifications.message import message
from notifications.retry import Trouble, TroubleKind
from notifications.templates import Rendered
from notifications.transports import Transport, smtp, transport
from rules.shared.region import Region
from tests.support.mail_servers import PASSWORD, SENDER, certificate, free_port
from tests.support.private import NAME
from tests.support.transport_servers import SENT_AT, WAYS, Way, way_out

ICS = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:T_BC \xe2\x80\x93 10 maart\r\nEND:VCALENDAR\r\n"
NUMBER_1 = "<letter-1.1.20260306T130000@regio.nl>"
PDF = b"%PDF-1.7 " + bytes(range(256)) * 40
SAID = Rendered(
    "[ZB-2026-000001] Agenda – dinsdag",
    "Beste collega,\n\n.een regel met een punt en één met ruimte  \nTot dan.\n",
    "<p>Beste collega, één agenda</p>\n",
    (("uitnodiging.ics", "text/calendar", ICS), ("agenda.pdf", "application/pdf", PDF)),
)
# A folder refuses nobody: it can be written or it cannot. SMTP has no words for "come back at": busy, it does not say until when.
DO_NOT_APPLY = {
    *(("file", kind) for kind in TroubleKind if kind is not TroubleKind.UNREACHABLE),
    *((way, TroubleKind.BUSY) for way in WAYS if way.startswith("smtp")),
}
CODES = {"(550 5.1.1)", "(450 4.2.0)", "(400 ErrorInvalidRecipients)", "(408)"}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Way]:
    with way_out(request.param, tmp_path) as made:
        yield made


def a_letter(number: int = 1, recipient: str = "sys-noord", kind: str = "agenda") -> Letter:
    return Letter(
        id=number,
        key=str(number),
        kind=kind,
        subject="T_BC:2026-03-10",
        recipient=recipient,
        context={},
        queued_at=SENT_AT,
    )


def send(post: Transport, region: Region, number: int = 1, recipient: str = "sys-noord") -> None:
    one = a_letter(number, recipient)
    post.send(one, message([one], region, SAID, SENT_AT.date()))


def trouble(post: Transport, region: Region) -> Trouble:
    with pytest.raises(Trouble) as met:
        send(post, region)
    return met.value


def test_it_arrives_whole(way: Way, region: Region) -> None:
    """F-23, N-03, C.8: the same headers and parts at the other end whichever way; a second letter over the same connection."""
    with way.open() as post:
        send(post, region)
        send(post, region, 2, "tz-anna")
    first, second = way.mails
    assert first["To"] == "Jeugdhulp Noord <aanmelding@noord.example.nl>"
    assert second["To"] == "Anna de Vries <anna@grjr.example.nl>"
    assert first["From"].addresses[0].addr_spec == SENDER
    assert first["From"].addresses[0].display_name == region.name
    assert first["Reply-To"].addresses[0].addr_spec == region.mail_of("care_mediation_team")
    assert first["Subject"] == SAID.subject
    assert first["Date"].datetime == SENT_AT
    assert (first["Message-ID"], second["Message-ID"]) == (NUMBER_1, NUMBER_1.replace("letter-1", "letter-2"))
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert first["Content-Language"] == "nl"
    forms, pdf = first.iter_parts()
    assert (first.get_content_type(), forms.get_content_type()) == ("multipart/mixed", "multipart/alternative")
    text, html, calendar = forms.iter_parts()
    assert [part.get_content_type() for part in (text, html, calendar)] == ["text/plain", "text/html", "text/calendar"]
    assert text.get_content().splitlines() == SAID.text.splitlines()
    assert html.get_content().splitlines() == SAID.html.splitlines()
    kind = calendar["Content-Type"].params
    assert (kind["method"], kind["charset"], kind["name"]) == ("REQUEST", "UTF-8", "uitnodiging.ics")
    assert (calendar.get_payload(decode=True), calendar.is_attachment()) == (ICS, False)
    assert (pdf.get_content(), pdf.is_attachment(), pdf.get_filename()) == (PDF, True, "agenda.pdf")
    assert way.smtp.greetings == {"smtp-starttls": 2, "smtp-tls": 1, "smtp-none": 1}.get(way.name, 0)


def test_answers_reach_who_signed(region: Region) -> None:
    """S-35: contract administration reads what people answer to a letter of a stopping provider; the team where there is nobody."""
    stops = a_letter(kind="provider_stops", recipient="backoffice")
    mail = message([stops], region, SAID, SENT_AT.date())
    assert mail["Reply-To"] == "Contractbeheer <contractbeheer@grjr.example.nl>"
    assert mail["To"] == "Backoffice <backoffice@grjr.example.nl>"
    team = "Team Zorgbemiddeling <zorgbemiddeling@grjr.example.nl>"
    assert message([a_letter()], region, SAID, SENT_AT.date())["Reply-To"] == team
    nobody = region.model_copy(update={"people": tuple(p for p in region.people if p.id != "beheer")})
    assert message([stops], nobody, SAID, SENT_AT.date())["Reply-To"] == team


def test_redirected(way: Way, region: Region) -> None:
    """Mode redirect: nobody's answer, and no calendar's, reaches the region; the invitation is a file to look at."""
    with practising(**way.settings, mail_mode="redirect", mail_redirect_to="proef@regio.nl"), way.open() as post:
        send(post, region)
    [mail] = way.mails
    assert mail["To"] == mail["Reply-To"] == "proef@regio.nl"
    assert [part.get_content_type() for part in mail.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
        "application/ics",
        "application/pdf",
    ]
    ics, pdf = mail.iter_attachments()
    assert (ics.get_content(), ics.get_filename()) == (ICS.replace(b"REQUEST", b"PUBLISH"), "uitnodiging.ics")
    assert pdf.get_content() == PDF


@pytest.mark.parametrize("kind", TroubleKind)
def test_trouble(way: Way, region: Region, kind: TroubleKind) -> None:
    """C.4: the same kinds of trouble whichever way, with the server's code and without its words; a try afterwards succeeds."""
    assert ((way.name, kind) in DO_NOT_APPLY) != (kind in way.trouble)
    if kind not in way.trouble:
        return
    way.trouble[kind]()
    with way.open() as post:
        met = trouble(post, region)
    assert (met.kind, met.in_doubt) == (kind, kind is TroubleKind.DROPPED)
    assert met.until == (SENT_AT + timedelta(minutes=2) if kind is TroubleKind.BUSY else None)
    assert not [word for word in (NAME, PASSWORD, "aanmelding@") if word in met.reason]
    if kind in (TroubleKind.REFUSED, TroubleKind.REFUSED_FOR_NOW):
        assert [code for code in CODES if code in met.reason]
    if kind not in (TroubleKind.UNREACHABLE, TroubleKind.LOGIN):
        way.smtp.says.clear()
        with way.open() as post:
            send(post, region)
        assert [mail["Message-ID"] for mail in way.mails] == [NUMBER_1] * (1 + met.in_doubt)


def test_a_refusal_leaves_the_line_open(tmp_path: Path, region: Region) -> None:
    """One recipient of three is refused: the others get theirs, over the same connection."""
    with way_out("smtp-none", tmp_path) as way, way.open() as post:
        way.smtp.says["aanmelding@noord.example.nl"] = "550 5.1.1 onbekend"
        send(post, region, 1, "sys-oost")
        assert trouble(post, region).kind is TroubleKind.REFUSED
        send(post, region, 3, "sys-zuid")
        assert [mail["Message-ID"] for mail in way.mails] == [NUMBER_1, NUMBER_1.replace("letter-1", "letter-3")]
        assert way.smtp.greetings == 1


@pytest.mark.parametrize(
    ("at", "answer", "kind"),
    [
        ("mail", "421 4.3.2 closing", TroubleKind.UNREACHABLE),
        ("mail", "550 5.7.1 not your address", TroubleKind.LOGIN),
        ("mail", "530 5.7.0 log in first", TroubleKind.LOGIN),
        ("mail", "552 5.3.4 too large", TroubleKind.REFUSED),
        ("mail", "451 4.7.1 later", TroubleKind.REFUSED_FOR_NOW),
        ("data", "554 5.7.1 looks like spam", TroubleKind.REFUSED),
        ("data", "452 4.3.1 full", TroubleKind.BUSY),
        ("data", "421 4.3.2 closing", TroubleKind.UNREACHABLE),
    ],
)
def test_what_a_mail_server_says(tmp_path: Path, region: Region, at: str, answer: str, kind: TroubleKind) -> None:
    """What is about us (login, sender, the server itself) fails no letter; what is about this letter does, or lets it wait."""
    with way_out("smtp-none", tmp_path) as way, way.open() as post:
        way.smtp.says[at] = answer
        met = trouble(post, region)
    assert (met.kind, met.in_doubt) == (kind, False)
    assert met.reason.endswith(f"({answer[:9]})")


def test_a_certificate_that_is_not_trusted(tmp_path: Path, region: Region) -> None:
    """C.4: nothing is said to a server that cannot show who it is, and somebody must look."""
    (tmp_path / "other").mkdir()
    with way_out("smtp-starttls", tmp_path) as way, pytest.MonkeyPatch.context() as nearer, way.open() as post:
        nearer.setenv("SSL_CERT_FILE", str(certificate(tmp_path / "other")))
        met = trouble(post, region)
    assert (met.kind, way.mails) == (TroubleKind.LOGIN, [])
    assert "certificaat" in met.reason


def test_never_less_safe_than_asked(tmp_path: Path, region: Region) -> None:
    """C.4: a server that offers no STARTTLS gets no password and no letter."""
    with (
        way_out("smtp-none", tmp_path) as way,
        practising(**way.settings | {"smtp_security": "starttls"}),
        way.open() as post,
    ):
        met = trouble(post, region)
    assert (met.kind, way.mails) == (TroubleKind.LOGIN, [])
    assert "STARTTLS" in met.reason


def test_a_silent_server(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes the call and says nothing costs one time limit."""
    monkeypatch.setattr("notifications.transports.smtp.TIMEOUT", 0.2)
    port = free_port()
    given = {"mail_transport": "smtp", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none"}
    with socket.create_server(("127.0.0.1", port)), practising(**given), transport(lambda: SENT_AT) as post:
        met = trouble(post, region)
    assert (met.kind, met.in_doubt) == (TroubleKind.UNREACHABLE, False)


@pytest.mark.parametrize("patient", [True, False])
def test_a_server_that_thinks_long(
    tmp_path: Path, region: Region, monkeypatch: pytest.MonkeyPatch, patient: bool
) -> None:
    """RFC 5321: the answer to a letter may take ten minutes, any other half a minute; who hangs up earlier sends a copy."""
    assert (smtp.TIMEOUT, smtp.LETTER_TIMEOUT) == (30, 600)
    monkeypatch.setattr(smtp, "TIMEOUT", 0.5)
    monkeypatch.setattr(smtp, "LETTER_TIMEOUT", 20 if patient else 0.5)
    with way_out("smtp-none", tmp_path) as way, way.open() as post:
        way.smtp.thinks = 1.0
        if patient:
            send(post, region)
            send(post, region, 2)
            assert (len(way.mails), way.smtp.greetings) == (2, 1)
        else:
            met = trouble(post, region)
            assert (met.kind, met.in_doubt) == (TroubleKind.DROPPED, True)


@pytest.mark.parametrize("how", ["seconds", "a date"])
def test_graph_asks_to_wait(tmp_path: Path, region: Region, how: str) -> None:
    """A short wait is waited for on the spot; a long one, in seconds or as a date on Graph's own clock, is told exactly."""
    there = from_local("2031-01-01T12:00")  # its clock is not ours

    def wait(seconds: int) -> dict[str, str]:
        if how == "seconds":
            return {"Retry-After": str(seconds)}
        until = there + timedelta(seconds=seconds)
        return {"Date": format_datetime(there, usegmt=True), "Retry-After": format_datetime(until, usegmt=True)}

    with way_out("graph", tmp_path) as way, way.open() as post:
        way.graph.says = [(429, wait(20), {})]
        send(post, region)
        assert (way.waited, len(way.mails)) == ([20], 1)
        way.graph.says = [(429, wait(7200), {})]
        met = trouble(post, region)
        assert (met.kind, met.until) == (TroubleKind.BUSY, SENT_AT + timedelta(hours=2))
        way.graph.says = [(503, wait(20), {})] * 9
        assert trouble(post, region).kind is TroubleKind.BUSY
        assert len(way.waited) == 4


def test_graph_tokens(tmp_path: Path, region: Region) -> None:
    """One token for many letters, another when it expires or is withdrawn; refused for good, somebody must look."""
    with way_out("graph", tmp_path) as way, way.open() as post:
        send(post, region)
        send(post, region)
        assert way.graph.tokens == 1
        way.now += timedelta(minutes=58)
        send(post, region)
        assert way.graph.tokens == 2
        way.graph.says = [(401, {}, {})]
        send(post, region)
        assert (way.graph.tokens, len(way.mails)) == (3, 4)
        for status in (401, 403, 404):
            way.graph.says = [(status, {}, {})] * 2
            assert trouble(post, region).kind is TroubleKind.LOGIN
            way.graph.says.clear()


@pytest.mark.parametrize(
    ("status", "kind", "in_doubt"),
    [
        (302, TroubleKind.REFUSED_FOR_NOW, False),
        (408, TroubleKind.REFUSED_FOR_NOW, False),
        (413, TroubleKind.REFUSED, False),
        (500, TroubleKind.DROPPED, True),
        (502, TroubleKind.DROPPED, True),
        (503, TroubleKind.BUSY, False),
        (504, TroubleKind.DROPPED, True),
    ],
)
def test_what_graph_says(tmp_path: Path, region: Region, status: int, kind: TroubleKind, in_doubt: bool) -> None:
    """What broke behind the door may have taken the letter; what is no refusal is none."""
    with way_out("graph", tmp_path) as way, way.open() as post:
        way.graph.says = [(status, {}, {})]
        met = trouble(post, region)
    assert (met.kind, met.in_doubt, met.until) == (kind, in_doubt, None)


def test_a_password_that_smtp_cannot_say(tmp_path: Path, region: Region) -> None:
    """A wrong setting fails no letter."""
    with (
        way_out("smtp-none", tmp_path) as way,
        practising(**way.settings | {"smtp_password": SecretStr("gehéim")}),
        way.open() as post,
    ):
        met = trouble(post, region)
    assert met.kind is TroubleKind.LOGIN
    assert "gehéim" not in met.reason
