"""flexroute agenda: the agenda of a meeting on the screen, on paper, in a calendar, and for programs."""

from __future__ import annotations

import sys
from functools import partial
from io import BytesIO
from pathlib import Path

import icalendar
import pytest
from pypdf import PdfReader

from flexroute import clock
from flows.deliver_mail import deliver_mail
from flows.mover import Runner
from flows.table_prep import table_prep
from models.store.database import Database
from tests.support.commands import Run
from tests.support.meetings import PREP, TUESDAY, Story


@pytest.fixture
def agenda(flexroute: Run) -> Run:
    """Calls the command on the database in use."""
    return partial(flexroute, "agenda")


@pytest.fixture
def case(story: Story) -> str:
    """A case on an agenda that was issued."""
    reference = story.case_at_the_table("sys-noord", urgent=True)
    story.prepare()
    return reference


def test_to_read(agenda: Run, case: str) -> None:
    """Text is what is shown when nothing is asked for; HTML is that of the letter."""
    said = agenda("T_BC", TUESDAY)
    assert (said.code, said.err) == (0, "")
    assert f"1. {case} - SPOED" in said.out
    assert agenda("T_BC", TUESDAY, "--format", "text") == said
    html = agenda("T_BC", TUESDAY, "--format", "html").out
    assert html.startswith("<!DOCTYPE html>")
    assert case in html


def test_why_it_was_changed(agenda: Run, story: Story, case: str) -> None:
    """C.4: what somebody typed as the reason is read here, and in no letter; a number that may be a BSN is held back."""
    for start, reason in (("11:00", "De zaal is bezet."), ("11:30", "Bel 999900006.")):
        story.change(PREP, "T_BC", TUESDAY, start=start, reason=reason)
    said = agenda("T_BC", TUESDAY).out
    letter, typed = said.split("\nAlleen in Flexroute. ", 1)
    assert "De zaal is bezet." not in letter
    assert typed.startswith(
        "Reden van de wijziging: De zaal is bezet.\nAlleen in Flexroute. Reden van de wijziging: tegen"
    )
    assert agenda("T_BC", TUESDAY, "--json").json["reasons"][0] == "De zaal is bezet."


def test_for_a_calendar(agenda: Run, case: str) -> None:
    said = agenda("T_BC", TUESDAY, "--format", "ics").raw
    assert icalendar.Calendar.from_ical(said)["method"] == "REQUEST"
    assert b"\r\nEND:VCALENDAR\r\n" in said


def test_for_programs(agenda: Run, case: str) -> None:
    """F-31: one document with everything that was issued, the days left and the version with it; codes, dates and ids."""
    said = agenda("T_BC", TUESDAY, "--format", "json")
    assert agenda("T_BC", TUESDAY, "--json") == said
    told = said.json
    assert (told["version"], told["cancelled"], told["on"]) == (1, False, TUESDAY)
    assert told["cases"][0] | {"reference": case, "days_left": 62, "subcontractors": []} == told["cases"][0]


def test_on_paper(agenda: Run, case: str) -> None:
    """F-26: redirected, the PDF goes out as it is."""
    made = agenda("T_BC", TUESDAY, "--format", "pdf").raw
    assert made.startswith(b"%PDF")
    assert case in "".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)


def test_a_pdf_never_goes_to_the_screen(
    agenda: Run, case: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    redirected = agenda("T_BC", TUESDAY, "--format", "pdf").raw
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    said = agenda("T_BC", TUESDAY, "--format", "pdf")
    assert (said.code, said.out) == (0, "")
    assert said.err == f"De agenda staat in agenda-T_BC-{TUESDAY}.pdf\n"
    assert Path(f"agenda-T_BC-{TUESDAY}.pdf").read_bytes() == redirected


@pytest.mark.parametrize("form", ["text", "html", "pdf", "ics", "json"])
def test_to_a_file(agenda: Run, case: str, tmp_path: Path, form: str) -> None:
    """The same as what is redirected, in every form."""
    file = tmp_path / f"agenda.{form}"
    said = agenda("T_BC", TUESDAY, "--format", form, "--output", str(file))
    assert (said.code, said.out) == (0, "")
    assert str(file) in said.err
    assert file.read_bytes() == agenda("T_BC", TUESDAY, "--format", form).raw


def test_a_file_that_cannot_be_written(agenda: Run, case: str, tmp_path: Path) -> None:
    said = agenda("T_BC", TUESDAY, "--output", str(tmp_path / "nergens" / "agenda.txt"))
    assert (said.code, said.out) == (1, "")
    assert "kan niet worden gebruikt" in said.err


def test_a_meeting_that_is_off(agenda: Run, story: Story, case: str) -> None:
    """It says so, in words and in the calendar; there is nothing to print."""
    story.change(PREP, "T_BC", TUESDAY, cancelled=True)
    assert "Dit overleg gaat niet door" in agenda("T_BC", TUESDAY).out
    assert icalendar.Calendar.from_ical(agenda("T_BC", TUESDAY, "--format", "ics").raw)["method"] == "CANCEL"
    assert agenda("T_BC", TUESDAY, "--json").json["cancelled"] is True
    said = agenda("T_BC", TUESDAY, "--format", "pdf")
    assert (said.code, said.out) == (1, "")
    assert said.err == "Dit overleg gaat niet door. Er is geen agenda om af te drukken.\n"


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (("T_XX", TUESDAY), 1, "De tafel T_XX bestaat niet. Kies uit: B/C-tafel (minus C1) (T_BC), "),
        (("T_BC", "2026-03-17"), 1, "Voor T_BC op 2026-03-17 is geen agenda verstuurd."),
        (("T_BC", "morgen"), 2, "dag-maand-jaar"),
        (("T_BC", TUESDAY, "--format", "docx"), 2, "'docx' kan niet; kies uit: 'text', 'html', 'pdf', 'ics', 'json'"),
    ],
)
def test_what_is_not_there(agenda: Run, case: str, args: tuple[str, ...], code: int, told: str) -> None:
    said = agenda(*args)
    assert (said.code, said.out) == (code, "")
    assert told in said.err


def test_the_place_is_told_here_and_in_no_mail(agenda: Run, story: Story, case: str) -> None:
    """C.4: a room is text that somebody typed."""
    story.change(PREP, "T_BC", TUESDAY, room="Zaal Kornoelje")
    assert agenda("T_BC", TUESDAY).out.endswith("Plaats: Zaal Kornoelje\n")
    assert agenda("T_BC", TUESDAY, "--json").json["room"] == "Zaal Kornoelje"
    assert "Kornoelje" not in agenda("T_BC", TUESDAY, "--format", "html").out


def test_by_the_real_clock(database: Database) -> None:
    """A real moment has microseconds; agendas go out all the same."""
    with Runner(None) as runner:
        now = clock.now().replace(microsecond=123456)
        assert not runner.run(table_prep, "agenda's", now=now).attention
        ended = runner.run(deliver_mail, "post", now=now)
    assert not ended.attention
    assert not ended.message.startswith("0 ")
