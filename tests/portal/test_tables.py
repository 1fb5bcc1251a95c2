"""Tafels: which meetings come, the page of one, what can be done about it, and all its answers in one grid."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import icalendar
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlmodel import col, select

from acts import perform
from flexroute.clock import from_local
from models.flex.case import Case
from models.flex.meeting import AgendaItem
from models.region.directory import load_region, store_region
from models.store.database import Database
from models.store.decision import Decision
from models.store.reading import Reading
from rules.flex.route import Step
from tests.portal.conftest import Portal
from tests.support.meetings import PREP, START, TUESDAY, Story
from tests.support.private import PRIVATE, TYPED
from tests.support.stored import rows

PAGE = f"/tafels/T_BC/{TUESDAY}"
GRID = f"{PAGE}/antwoorden"
TABLE_DAY = from_local("2026-03-10T15:00").isoformat()
THURSDAY, FRIDAY = START.isoformat(), PREP.isoformat()
PROVIDERS = ("sys-zuid", "sys-oost", "prest-west")


def nobody(case: str, *, but: str = "") -> dict[str, str]:
    """Every provider at the table says no."""
    return {
        f"{case}.{who}.{field}": value
        for who in PROVIDERS
        if who != but
        for field, value in (("can_deliver", "nee"), ("explanation", "Vol"))
    }


def steps(database: Database) -> dict[str, str]:
    return {case.reference: case.step for case in rows(database, Case)}


def answered(database: Database) -> list[Decision]:
    with database.reading() as session:
        of_table = select(Decision).where(Decision.act == "record_table_answers")
        return list(session.exec(of_table.order_by(col(Decision.id))))


def inputs(text: str) -> list[str]:
    """The names of all inputs of a page that are shown."""
    return re.findall(r'<(?:input|select|textarea)[^>]*?name="([^"]+)"(?![^>]*type="hidden")', text)


# the list of meetings


def test_the_meetings_of_four_weeks(portal: Portal, story: Story) -> None:
    """F-26: by week, each with what is on it and how its agenda stands."""
    case = story.case_at_the_table("sys-noord")
    said = portal.of("tz-anna", now=THURSDAY).get("/tafels").text
    assert said.index("Week 11") < said.index(f'href="{PAGE}"') < said.index("Week 12")
    assert said.count("agenda nog niet uitgegeven") == said.count("nieuwe casussen tot") + said.count("agenda gesloten")
    assert case in said
    story.prepare()
    said = portal.of("tz-anna", now=FRIDAY).get("/tafels").text
    assert "agenda uitgegeven" in said
    assert "versie 1" in said
    later = portal.of("tz-anna", now=FRIDAY).get("/tafels?vanaf=2026-03-30").text
    assert case not in later
    assert "Eerdere weken" in later


def test_what_changed_since_it_was_issued(portal: Portal, story: Story) -> None:
    """F-26, F-53: which cases came, and whether day, time or place are others."""
    story.case_at_the_table("sys-noord")
    story.prepare()
    late = story.case_at_the_table("sys-noord", now=PREP)
    story.change(PREP, "T_BC", TUESDAY, start="11:00", room="Zaal Kornoelje")
    for page in ("/tafels", PAGE):
        said = portal.of("tz-anna", now=FRIDAY).get(page).text
        assert f"erbij {late};" in said
        assert f'href="/zaken/{late}"' in said
        assert "andere dag of tijd; andere plaats;" in said
        assert "Zaal Kornoelje" in said


def test_a_list_names_the_first_cases_of_a_long_agenda(portal: Portal, story: Story) -> None:
    case = story.case_at_the_table("sys-noord")
    with story.database.writing() as session:
        [item] = session.exec(select(AgendaItem)).all()
        session.add_all(AgendaItem(meeting_id=item.meeting_id, case_id=item.case_id, round=1) for _ in range(24))
    said = portal.of("tz-anna", now=THURSDAY).get("/tafels").text
    assert (said.count(f">{case}</a>"), "en nog 5." in said) == (20, True)


def test_a_meeting_with_cases_that_wait_stays_on_top(portal: Portal, story: Story) -> None:
    case = story.case_at_the_table("sys-noord")
    browser = portal.of("tz-anna", now=from_local("2026-03-12T09:00").isoformat())
    said = browser.get("/tafels").text
    assert said.index("Geweest, met casussen die nog wachten") < said.index(PAGE) < said.index("Week 11")
    assert "1 casus wacht" in said
    assert case in browser.get(GRID).text


@pytest.mark.parametrize("vanaf", ["x", "9999-12-31", "0001-01-01", "2026-02-30", "2026-W11"])
def test_any_week_may_be_asked_for(portal: Portal, vanaf: str) -> None:
    assert portal.of("tz-anna").get("/tafels", params={"vanaf": vanaf}).status_code == 200


# who sees what


def test_a_provider_sees_a_meeting_of_its_table_as_long_as_that_discusses_a_case(portal: Portal, story: Story) -> None:
    """F-28, F-29: who sits there, and whose case it is; nobody else, and nothing that was typed."""
    zuid = portal.of("sys-zuid:J. Bos", now=THURSDAY)
    assert zuid.get(PAGE).status_code == 404
    assert PAGE not in zuid.get("/tafels").text
    case = story.case_at_the_table("sys-noord")
    story.change(START, "T_BC", TUESDAY, start="10:30")
    said = zuid.get(PAGE)
    assert said.status_code == 200
    assert case in said.text
    assert PAGE in zuid.get("/tafels").text
    assert "Anders" not in said.text
    assert "Leg de antwoorden vast" not in said.text
    assert zuid.get(f"/zaken/{case}").status_code == 200
    assert f'href="/zaken/{case}"' in said.text
    assert portal.of("bosrand:J. Bos", now=THURSDAY).get(PAGE).status_code == 404
    assert PAGE not in portal.of("bosrand:J. Bos", now=THURSDAY).get("/tafels").text
    for who in ("flex-anker:J. Bos", "ref-lt:J. Bos", "cm-bc"):
        browser = portal.of(who, now=THURSDAY)
        assert {browser.get(one).status_code for one in (PAGE, GRID, f"{PAGE}/agenda.pdf")} == {404}
    assert portal.of("cm-bc").get("/tafels").status_code == 404


def test_contract_administration_may_look(portal: Portal, story: Story) -> None:
    story.case_at_the_table("sys-noord")
    browser = portal.of("beheer", now=TABLE_DAY)
    said = browser.get(PAGE).text
    assert "Dit kunt u nu doen" not in said
    assert "/zaken/ZB" not in said  # it would not open
    assert browser.get(GRID).status_code == 404
    refused = browser.post(f"{PAGE}/overleg-gewijzigd", data={"cancelled": "ja"})
    assert refused.status_code == 403
    assert browser.post("/tafels/agendas", data={"week": "2026-03-09"}).status_code == 403


def test_reading_a_meeting_is_no_reading_of_a_youth(portal: Portal, story: Story) -> None:
    """C.4: an agenda says nothing of the youth, nor what somebody typed about a case."""
    story.case_at_the_table("sys-noord")
    for page in ("/tafels", PAGE, GRID):
        said = portal.of("tz-anna", now=TABLE_DAY).get(page).text
        assert TYPED not in said
        assert not [value for value in PRIVATE.values() if str(value) in said]
    assert rows(story.database, Reading) == []


@pytest.mark.parametrize(
    "path",
    ["/tafels/T_BC/2026-03-11", "/tafels/T_BC/9999-12-31", "/tafels/T_BC/x", "/tafels/X/2026-03-10", f"{PAGE}/x", f"{PAGE}/agenda.pdf"],
)  # fmt: skip
def test_what_is_not_there(portal: Portal, path: str) -> None:
    assert portal.of("tz-anna").get(path).status_code == 404


# the agenda


def test_the_agenda_on_paper_and_in_a_calendar(portal: Portal, story: Story) -> None:
    """F-26: as it was issued last; of a meeting that is off the calendar says so, and there is nothing to print."""
    case = story.case_at_the_table("sys-noord")
    story.prepare()
    browser = portal.of("tz-anna", now=FRIDAY)
    paper = browser.get(f"{PAGE}/agenda.pdf")
    assert paper.headers["content-disposition"] == f'attachment; filename="agenda-T_BC-{TUESDAY}.pdf"'
    assert case in "".join(one.extract_text() for one in PdfReader(BytesIO(paper.content)).pages)
    assert icalendar.Calendar.from_ical(browser.get(f"{PAGE}/agenda.ics").content)["method"] == "REQUEST"
    story.change(PREP, "T_BC", TUESDAY, cancelled=True)
    assert "gaat niet door" in browser.get(PAGE).text
    assert icalendar.Calendar.from_ical(browser.get(f"{PAGE}/agenda.ics").content)["method"] == "CANCEL"
    assert browser.get(f"{PAGE}/agenda.pdf").status_code == 404


@pytest.mark.both_databases
def test_an_agenda_is_issued_and_once_more(portal: Portal, story: Story) -> None:
    """F-26: by a care mediator or scheduler; a button that is pressed twice issues it once."""
    story.case_at_the_table("sys-noord")
    browser = portal.of("tz-anna", now=FRIDAY)
    form = f"{PAGE}/agenda-uitgegeven"
    assert 'name="version" value="0"' in browser.get(form).text
    for version, status in (("0", 303), ("0", 409), ("1", 303)):
        assert browser.post(form, data={"version": version, "_fixed": "version"}).status_code == status
    assert story.meeting().version == 2
    kinds = [letter.kind for letter, _ in story.letters()]
    assert kinds.count("agenda") == len(kinds) > 2


def test_the_agendas_of_a_week_at_once(portal: Portal, story: Story) -> None:
    """F-26, AMB-14: those that were not issued; a second time nothing is."""
    browser = portal.of("tz-anna", now=FRIDAY)
    for told in ("ja", "al"):
        answer = browser.post("/tafels/agendas", data={"week": "2026-03-09"})
        assert answer.headers["location"].endswith(f"vastgelegd={told}")
    assert story.meeting().version == 1
    assert story.meeting("T_FOR", "2026-03-09").version == 1


# what can be done about a meeting


def test_a_meeting_moves(portal: Portal, story: Story) -> None:
    """F-53: the page goes along; a value that cannot be is told at its field, with what was typed."""
    case = story.case_at_the_table("sys-noord")
    browser = portal.of("tz-anna", now=FRIDAY)
    wrong = browser.post(f"{PAGE}/overleg-gewijzigd", data={"to": "2026-03-15", "reason": "Zaal bezet"})
    assert wrong.status_code == 422
    assert "kies een werkdag" in wrong.text
    assert 'value="2026-03-15"' in wrong.text
    assert "Zaal bezet" in wrong.text
    moved = browser.post(f"{PAGE}/overleg-gewijzigd", data={"to": "2026-03-11", "reason": "Zaal bezet"})
    assert moved.headers["location"] == "/tafels/T_BC/2026-03-11?vastgelegd=ja"
    said = browser.get(moved.headers["location"]).text
    assert case in said
    assert "eerst dinsdag 10 maart 2026" in said
    assert "Zaal bezet" in said


def test_a_meeting_is_cancelled_and_nothing_can_be_done_any_more(portal: Portal, story: Story) -> None:
    story.case_at_the_table("sys-noord")
    browser = portal.of("tz-anna", now=FRIDAY)
    assert browser.post(f"{PAGE}/overleg-gewijzigd", data={"cancelled": "ja"}).status_code == 303
    said = browser.get(PAGE).text
    assert "Dit kunt u nu doen" not in said
    assert "Dit overleg gaat niet door." in said
    assert "gaat niet door" in browser.get("/tafels").text


def test_a_flex_provider_is_called(portal: Portal, story: Story) -> None:
    """F-55 … F-61: one with a contract, who is not welcome yet; never at a table without flex providers."""
    browser = portal.of("tz-anna", now=FRIDAY)
    form = "/tafels/T_FOR/2026-03-09/flex-aanbieder-opgeroepen"
    choices = browser.get(form).text
    assert "Cirkel Flex" in choices
    assert "Anker Flex" not in choices
    assert browser.post(form, data={"provider": "flex-cirkel"}).status_code == 303
    assert "Cirkel Flex" in browser.get("/tafels/T_FOR/2026-03-09").text
    assert "Aan deze tafel komen geen flex-aanbieders." in browser.get("/tafels/T_C1/2026-03-12").text


@pytest.mark.both_databases
def test_the_place_of_a_series_is_said_once(portal: Portal, story: Story) -> None:
    """F-53: of this meeting and all after it, also those that nobody knows yet; one may still be elsewhere; agendas go out again."""
    story.case_at_the_table("sys-noord")
    story.prepare()
    browser = portal.of("tz-anna", now=FRIDAY)
    form = f"{PAGE}/plaats-van-de-reeks-vastgelegd"
    assert browser.post(form, data={"link": "kamer 3"}).status_code == 422
    assert browser.post(form, data={}).status_code == 422
    link = "https://overleg.example.nl/bc"
    assert browser.post(form, data={"room": "Zaal Eik", "link": link}).status_code == 303
    assert story.meeting().version == 2
    assert browser.get("/tafels").text.count(f'href="{link}"') == 3  # of these weeks
    story.change(PREP, "T_BC", "2026-03-17", room="Zaal Beuk")
    said = [browser.get(f"/tafels/T_BC/2026-03-{day}").text for day in (10, 17, 24)]
    assert ["Zaal Eik" in one for one in said] == [True, False, True]
    assert all(link in one for one in said)
    story.case_at_the_table("sys-noord", now=from_local("2026-03-16T15:00"))  # a meeting that nobody knew
    assert (story.meeting("T_BC", "2026-03-24").room, story.meeting("T_BC", "2026-03-24").link) == ("Zaal Eik", link)


# the answers


@pytest.mark.both_databases
def test_the_answers_of_a_meeting_in_one_grid(portal: Portal, story: Story) -> None:
    """F-28 … F-33: each case gets its own; who can takes it, nobody can is for the contract manager, a reason adjourns, nothing stays."""
    cases = [story.case_at_the_table("sys-noord") for _ in range(4)]
    taken, nobody_can, adjourned, left = cases
    browser = portal.of("tz-anna", now=TABLE_DAY)
    page = browser.get(GRID).text
    assert [name for name in inputs(page) if name.endswith("can_deliver") and "oa-" not in name] == [
        f"{case}.{who}.can_deliver" for case in cases for who in PROVIDERS
    ]
    typed = {
        f"{taken}.sys-oost.can_deliver": "ja",
        f"{taken}.sys-oost.earliest_start": "2026-03-20",
        **nobody(nobody_can),
        f"{nobody_can}.sys-zuid.oa-akker.can_deliver": "nee",
        f"{nobody_can}.sys-zuid.oa-akker.explanation": "Ook vol",
        f"{adjourned}.adjourn": "Te weinig bekend",
        f"{left}.sys-oost.can_deliver": "",
    }
    answer = browser.post(GRID, data=typed)
    assert answer.headers["location"] == f"{GRID}?vastgelegd=ja"
    found = steps(story.database)
    assert [found[case] for case in cases] == [Step.CLOSED, Step.APPROVAL, Step.TABLE, Step.TABLE]
    said = {one.subject: one.data["answers"] for one in answered(story.database)}
    assert said[nobody_can][0]["subcontractors"][0]["provider"] == "oa-akker"
    assert {one.by for one in answered(story.database)} == {"tz-anna"}
    after = browser.get(answer.headers["location"]).text
    assert "Vastgelegd." in after
    assert {name.partition(".")[0] for name in inputs(after) if "." in name} == {left}
    browser.post(GRID, data=typed)  # the same once more: nothing is recorded twice
    assert len(answered(story.database)) == 3


@pytest.mark.both_databases
def test_what_is_refused_stays_open_and_what_is_good_is_recorded(portal: Portal, story: Story) -> None:
    """F-28, F-33: nothing half, nothing lost, all that is wrong at once and at its place."""
    good, wrong, missing = (story.case_at_the_table("sys-noord") for _ in range(3))
    browser = portal.of("tz-anna", now=TABLE_DAY)
    typed = {
        **nobody(good),
        f"{wrong}.sys-zuid.can_deliver": "ja",
        f"{wrong}.sys-oost.can_deliver": "nee",
        f"{wrong}.prest-west.explanation": "Wacht <b>even</b>",
        **nobody(missing, but="sys-oost"),
    }
    answer = browser.post(GRID, data=typed)
    assert answer.status_code == 422
    found = steps(story.database)
    assert [found[case] for case in (good, wrong, missing)] == [Step.APPROVAL, Step.TABLE, Step.TABLE]
    assert f"Vastgelegd: {good}." in answer.text
    assert not [name for name in inputs(answer.text) if name.startswith(good)]
    assert "Wacht &lt;b&gt;even&lt;/b&gt;" in answer.text
    assert "Nog geen antwoord van: Oosterlicht." in answer.text
    assert f'id="{wrong}.prest-west.can_deliver--error"' in answer.text
    again = browser.post(GRID, data={**typed, f"{wrong}.prest-west.can_deliver": "nee"})
    for cell in ("sys-zuid.earliest_start", "sys-oost.explanation"):
        assert f'id="{wrong}.{cell}--error"' in again.text or cell == "sys-oost.explanation"
    typed |= {
        f"{wrong}.sys-zuid.earliest_start": "20-3-2026",
        f"{wrong}.sys-oost.explanation": "Vol",
        f"{wrong}.prest-west.can_deliver": "nee",
        **nobody(missing),
    }
    assert browser.post(GRID, data=typed).status_code == 303
    assert [one.subject for one in answered(story.database)] == [good, wrong, missing]


def test_two_people_fill_in_the_same_grid(portal: Portal, story: Story) -> None:
    """The second hears that it was decided already, and what they typed is still there; nobody's answers are lost silently."""
    case = story.case_at_the_table("sys-noord")
    assert portal.of("tz-anna", now=TABLE_DAY).post(GRID, data=nobody(case)).status_code == 303
    answer = portal.of("tz-bram", now=TABLE_DAY).post(GRID, data={f"{case}.adjourn": "Te weinig bekend"})
    assert answer.status_code == 422
    assert "Dit is al besloten" in answer.text
    assert 'value="Te weinig bekend"' in answer.text
    assert len(answered(story.database)) == 1


def test_a_case_that_moved_on_keeps_what_was_typed(portal: Portal, story: Story) -> None:
    case = story.case_at_the_table("sys-noord")
    story.runner.decide("withdraw", case, "ref-lt", {"reason": "Niet meer nodig."}, PREP)
    answer = portal.of("tz-anna", now=TABLE_DAY).post(GRID, data=nobody(case))
    assert answer.status_code == 422
    assert "Deze casus is afgesloten" in answer.text
    assert answer.text.count("Vol</textarea>") == 3


def test_what_waits_is_settled_first(portal: Portal, story: Story) -> None:
    """A decision that a crash left behind does not stop the grid."""
    asked = {"subcontractors": [{"provider": "oa-klein", "can_deliver": False, "explanation": "Vol"}]}
    case = story.case_at_the_table("sys-noord", no=asked)
    perform(story.database, "withdraw_statement", case, "sys-noord", {"subcontractor": "oa-klein"}, PREP)
    assert portal.of("tz-anna", now=TABLE_DAY).post(GRID, data=nobody(case)).status_code == 303
    assert len(answered(story.database)) == 1


@pytest.mark.parametrize("typed", [{}, {"x": "y"}, {"ZB-2026-000999.sys-zuid.can_deliver": "ja"}, {".": "x"}])
def test_a_form_that_says_nothing(portal: Portal, story: Story, typed: dict[str, str]) -> None:
    story.case_at_the_table("sys-noord")
    answer = portal.of("tz-anna", now=TABLE_DAY).post(GRID, data=typed)
    assert (answer.status_code, "U hebt nog niets ingevuld" in answer.text) == (422, True)


def test_more_inputs_than_a_form_usually_has(portal: Portal, story: Story) -> None:
    case = story.case_at_the_table("sys-noord")
    many = {f"{case}.x{number}.can_deliver": "" for number in range(3000)}
    assert portal.of("tz-anna", now=TABLE_DAY).post(GRID, data={**many, **nobody(case)}).status_code == 303


def test_before_the_meeting_there_is_nothing_to_record(portal: Portal, story: Story) -> None:
    case = story.case_at_the_table("sys-noord")
    browser = portal.of("tz-anna", now=FRIDAY)
    assert "Dit overleg moet nog komen" in browser.get(GRID).text
    assert "deze dag ligt in de toekomst" in browser.post(GRID, data=nobody(case)).text
    assert answered(story.database) == []


def test_who_says_itself_that_it_is_in_time(portal: Portal, story: Story) -> None:
    """AMB-72: asked only where no treeknorm decides; AMB-71: or where it has passed."""
    with story.database.writing() as session:
        region = load_region(session)
        store_region(session, region.model_copy(update={"treeknorm": ()}))
    case = story.case_at_the_table("sys-noord")
    browser = portal.of("tz-anna", now=TABLE_DAY)
    assert f"{case}.sys-zuid.in_time" in inputs(browser.get(GRID).text)
    wrong = browser.post(GRID, data={f"{case}.sys-zuid.can_deliver": "ja"})
    assert f'id="{case}.sys-zuid.in_time--error"' in wrong.text
    good = {f"{case}.sys-zuid.can_deliver": "ja", f"{case}.sys-zuid.in_time": "ja"}
    assert browser.post(GRID, data=good).status_code == 303


def test_every_input_has_a_label_of_its_own(portal: Portal, story: Story) -> None:
    """WCAG: with the case and who answers, not only by the column."""
    for _ in range(2):
        story.case_at_the_table("sys-noord")
    page = portal.of("tz-anna", now=TABLE_DAY).get(GRID).text
    labels = dict(re.findall(r'<label for="([^"]+)">(.*?)</label>', page, re.DOTALL))
    names = [name for name in inputs(page) if name != "blad"]
    assert names
    assert set(names) <= {*labels}
    told = [re.sub("<[^>]+>", "", label) for label in labels.values()]
    assert len(set(told)) == len(told)


# the sheet


@pytest.mark.both_databases
def test_the_sheet_is_fetched_filled_in_and_sent(portal: Portal, story: Story) -> None:
    """F-28 … F-33: all of it or nothing, with every wrong cell."""
    cases = [story.case_at_the_table("sys-noord") for _ in range(2)]
    browser = portal.of("tz-anna", now=TABLE_DAY)
    book = load_workbook(BytesIO(browser.get(f"{GRID}.xlsx").content))
    lines = [[cell.value for cell in row][:3] for row in book["Antwoorden"].iter_rows(min_row=2)]
    assert [line[0] for line in lines] == [case for case in cases for _ in PROVIDERS]

    def send(said: str) -> Any:
        for row in book["Antwoorden"].iter_rows(min_row=2):
            row[4].value, row[7].value = said, "Vol"
        out = BytesIO()
        book.save(out)
        return browser.post(f"{GRID}/blad", files={"blad": ("antwoorden.xlsx", out.getvalue())})

    wrong = send("misschien")
    assert (wrong.status_code, wrong.text.count("kies ja of nee")) == (422, 6)
    assert answered(story.database) == []
    assert [send("nee").headers["location"] for _ in range(2)] == [f"{GRID}?vastgelegd={told}" for told in ("ja", "al")]
    assert [one.subject for one in answered(story.database)] == cases


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("", b"", "Kies eerst een bestand"),
        ("a.pdf", b"%PDF", "geen CSV- of XLSX-bestand"),
        ("a.xlsx", b"PK", "geen leesbaar Excel-bestand"),
        ("a.csv", b"", "is leeg"),
    ],
)
def test_a_file_that_cannot_be_read(portal: Portal, story: Story, name: str, content: bytes, told: str) -> None:
    story.case_at_the_table("sys-noord")
    answer = portal.of("tz-anna", now=TABLE_DAY).post(f"{GRID}/blad", files={"blad": (name, content)})
    assert answer.status_code == 422
    assert told in answer.text


def test_a_meeting_without_cases_has_no_sheet(portal: Portal) -> None:
    assert portal.of("tz-anna", now=TABLE_DAY).get(f"{GRID}.xlsx").status_code == 404
