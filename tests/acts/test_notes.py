"""Notes of the region's team: for who there may read who the youth is, kept with the youth's data and erased with them (C.4)."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlmodel import col

from acts import Refused
from acts.engine.notes import add_note, read_notes
from acts.engine.people import name_deputy
from flows.deliver_mail import deliver_mail
from flows.mover import Runner
from models.store.database import Database
from models.store.note import Note
from models.store.reading import Reading
from models.store.youth import Youth
from tests.support.commands import Run
from tests.support.dossiers import People
from tests.support.flex_acts import A_NO, FRIDAY, MONDAY, TO_TABLE, WITHOUT_PRIVATE, refer
from tests.support.logged import read
from tests.support.parties import ACCESS, ADMINISTRATION, STOPPER
from tests.support.private import BSN, NAME, SECRETS, TYPED
from tests.support.stored import rows

NOTE = {"text": TYPED}  # it may hold a BSN


def a_case(database: Database, runner: Runner) -> str:
    case = refer(database)
    runner.move(None, "aanmelding", MONDAY)
    return case


def refused(database: Database, about: str, by: str, person: str | None = None) -> str:
    before = rows(database, Reading)
    with pytest.raises(Refused) as reading:
        read_notes(database, about, by, MONDAY, person)
    with pytest.raises(Refused) as writing:
        add_note(database, about, by, NOTE, MONDAY, person)
    assert reading.value.code == writing.value.code
    assert len(rows(database, Reading)) == len(before)
    return reading.value.code


@pytest.mark.both_databases
def test_written_and_read(database: Database, runner: Runner) -> None:
    """Each reading is kept, as of the youth."""
    case = a_case(database, runner)
    add_note(database, case, "tz-anna", NOTE, MONDAY)
    add_note(database, case, "tz-bram", {"text": "Bel maandag."}, FRIDAY)
    told = [(one.by, one.person, one.text) for one in read_notes(database, case, "tz-bram", FRIDAY)]
    assert told == [("tz-anna", None, TYPED), ("tz-bram", None, "Bel maandag.")]
    assert [(one.by, one.subject, one.youth) for one in rows(database, Reading)] == [("tz-bram", case, True)]


@pytest.mark.both_databases
def test_erased_with_the_youth(database: Database, runner: Runner) -> None:
    """One life: whoever erases what is kept of the youth erases them."""
    first, second = a_case(database, runner), a_case(database, runner)
    for case in (first, second):
        add_note(database, case, "tz-anna", {"text": case}, MONDAY)
    one = rows(database, Youth)[0]
    with database.writing() as session:
        session.execute(delete(Youth).where(col(Youth.id) == one.id))
    assert [row.text for row in rows(database, Note)] == [second]


@pytest.mark.both_databases
def test_of_a_child_that_is_removed(people: People) -> None:
    """S-11: a child that was never to be in the dossier takes them along."""
    dossier = people.open()
    child = people.add(dossier)
    add_note(people.database, child, "tz-anna", NOTE, people.now)
    assert [one.text for one in read_notes(people.database, child, "tz-anna", people.now)] == [TYPED]
    people.do("remove_child", child, STOPPER, reason="Verkeerde jeugdige.")
    assert rows(people.database, Note) == []


@pytest.mark.both_databases
def test_where_nothing_is_kept_of_the_youth(database: Database, runner: Runner) -> None:
    from acts import perform

    case = perform(database, "register_referral", None, "ref-lt", WITHOUT_PRIVATE, MONDAY)
    runner.move(None, "aanmelding", MONDAY)
    for text in ("een", "twee"):
        add_note(database, case, "tz-anna", {"text": text}, MONDAY)
    assert [one.text for one in read_notes(database, case, "tz-anna", MONDAY)] == ["een", "twee"]


def test_for_whom(database: Database, runner: Runner, people: People) -> None:
    """Who may not read who the youth is, and everybody outside the region, however near to the child."""
    case = a_case(database, runner)
    add_note(database, case, "tz-anna", NOTE, MONDAY)
    for who in ("cm-bc", "beheer", "sys-noord", "ref-lt", "sys-zuid", "flex-anker"):
        assert refused(database, case, who) == "forbidden"
    assert refused(database, "ZB-2026-000999", "tz-anna") == "not_found"
    dossier = people.open()
    child = people.add(dossier)
    for who in (STOPPER, ACCESS):
        assert refused(database, child, who) == "forbidden"
    assert refused(database, dossier, ADMINISTRATION) == "forbidden"


def test_as_a_deputy(database: Database, runner: Runner) -> None:
    case = a_case(database, runner)
    name_deputy(
        database, {"person": "tz-anna", "deputy": "cm-e", "first": "2026-03-02", "last": "2026-03-08"}, "beheer", MONDAY
    )
    add_note(database, case, "cm-e", NOTE, MONDAY)
    [told] = read_notes(database, case, "cm-e", MONDAY)
    assert (told.by, told.person) == ("tz-anna", "Els Jansen")


@pytest.mark.parametrize("given", [{}, {"text": "  "}, {"text": "x" * 5000}, {"tekst": "x"}])
def test_bad_input(database: Database, runner: Runner, given: dict[str, str]) -> None:
    with pytest.raises(Refused) as why:
        add_note(database, a_case(database, runner), "tz-anna", given, MONDAY)
    assert why.value.code == "invalid"
    assert why.value.field in ("text", "tekst")


def test_nowhere_else(case_database: Database, runner: Runner, home: Path) -> None:
    """No letter, no log, nothing of it in what others read."""
    case = a_case(case_database, runner)
    add_note(case_database, case, "tz-anna", NOTE, MONDAY)
    for act, by, given in (A_NO, TO_TABLE):
        runner.decide(act, case, by, {**given, "explanation": "x"} if "explanation" in given else given, FRIDAY)
    runner.run(deliver_mail, "post", now=FRIDAY)
    read_notes(case_database, case, "tz-anna", FRIDAY)
    seen = "\n".join(file.read_text(errors="replace") for file in home.rglob("*.eml"))
    assert seen
    assert not [secret for secret in SECRETS if secret in seen + "\n".join(map(str, read(home)))]


def test_on_the_command_line(case_database: Database, runner: Runner, flexroute: Run, tmp_path: Path) -> None:
    """Never on the line itself, where others on the computer may see it."""
    case, file = a_case(case_database, runner), tmp_path / "note.json"
    file.write_text(f'{{"text": "{NAME} ({BSN}) belt terug"}}')
    assert flexroute("note", case, "--by", "tz-anna", "--with", f"@{file}").out.strip() == "Bewaard."
    said = flexroute("note", "1", "--by", "Bram Bakker")
    assert f"{NAME} ({BSN}) belt terug" in said.out
    assert "Anna de Vries" in said.out
    assert flexroute("note", case, "--by", "tz-anna", "--with", '{"text": "x"}').code == 2
    refused = flexroute("note", case, "--by", "sys-noord", "--json")
    assert (refused.code, refused.json["refused"]) == (1, "forbidden")
