"""Region files: in and out without loss, and every mistake told with its line and key, in Dutch, changing nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from acts import perform
from cli.regions import example_region, import_file
from flexroute.errors import UserError
from models.flex.case import Case
from models.region.directory import RegionRecord, load_region, store_region
from models.region.file import RegionFileError, parse_region, read_region, write_region
from models.store.database import Database
from models.store.schema import migrate
from rules.flex.settings import FlexSettings
from rules.shared.region import Mailbox, Region
from rules.stop.settings import StopSettings
from tests.conftest import WORLD_TEXT

LINES = WORLD_TEXT.split("\n")
REFERRED_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def problems(text: str) -> list[str]:
    with pytest.raises(RegionFileError) as caught:
        parse_region(text, "regio.yaml")
    return caught.value.problems


def line_of(fragment: str) -> int:
    """The line of the world, from 1, that holds a text which is there once."""
    [number] = [number for number, line in enumerate(LINES, 1) if fragment in line]
    return number


def changed(old: str, new: str) -> str:
    assert WORLD_TEXT.count(old) == 1, old
    return WORLD_TEXT.replace(old, new)


# in and out


def test_a_region_survives_the_database_and_the_file(empty_database: Database, region: Region, tmp_path: Path) -> None:
    """File, database, file: the same region on both databases; region files are how a region comes in and goes out."""
    migrate(empty_database)
    with empty_database.writing() as session:
        store_region(session, region)
    with empty_database.reading() as session:
        loaded = load_region(session)
    assert loaded == region
    path = tmp_path / "regio.yaml"
    path.write_text(write_region(loaded), encoding="utf-8")
    assert read_region(path) == region


def test_a_region_that_was_taken_back_is_nobodys(database: Database, region: Region) -> None:
    """It was read before it was taken back, and the next one gets its version: that one is what everybody reads."""
    with database.writing() as session:
        store_region(session, region.model_copy(update={"name": "Teruggenomen"}))
        assert load_region(session).name == "Teruggenomen"
        session.rollback()
    with database.writing() as session:
        store_region(session, region.model_copy(update={"name": "Gebleven"}))
    with database.reading() as session:
        assert load_region(session).name == "Gebleven"


def test_storing_again_replaces(database: Database, region: Region) -> None:
    """A region that is stored again takes the place of the old one: rows that are gone go, the order is that of the file."""
    fewer = region.model_copy(
        update={"organisations": tuple(reversed([o for o in region.organisations if o.id != "heidehof"]))}
    )
    with database.writing() as session:
        store_region(session, fewer)
    with database.reading() as session:
        assert load_region(session) == fewer
        assert session.exec(select(RegionRecord.version)).one() == 2


def test_what_is_written_is_written_the_same_again(region: Region) -> None:
    """Writing is stable: an export of an import of an export is the same file, so that differences can be compared."""
    once = write_region(region)
    assert write_region(parse_region(once, "x")) == once


def test_the_example_region_is_good() -> None:
    """The region file that comes with the program can be read, written and read (a new region starts from it)."""
    assert parse_region(write_region(example_region()), "x") == example_region()


# the form of before

NOW = """settings: {agenda_closes: {working_days_before: 2}}
processes:
  flex: {assessment_days: 5, return_on_first_decline: true}
  stop: {stop_term_warnings_months: [6]}
"""
BEFORE = """settings: {assessment_days: 5, stop_term_warnings_months: [6], return_on_first_decline: true,
  agenda_closes: {working_days_before: 2}}
"""
REST = WORLD_TEXT[WORLD_TEXT.index("treeknorm:") :]
HEAD = "region: x\nname: X\n"


def test_settings_in_both_forms_are_the_same_region() -> None:
    """C.3: files and stories of before stay valid; what is written has the form of now."""
    now = parse_region(HEAD + NOW + REST, "x")
    assert parse_region(HEAD + BEFORE + REST, "x") == now
    assert now.settings_of(FlexSettings).assessment_days == 5
    assert NOW in write_region(now)


def test_what_is_wrong_is_told_where_it_stands() -> None:
    """C.3: line and key of the file, whichever form it has; a number at two places is told too."""
    for text, told in {
        NOW.replace("_days: 5", "_days: x"): "regel 5: processes.flex.assessment_days: hier hoort een heel getal",
        NOW.replace("[6]", "[6, 0]"): "regel 6: processes.stop.stop_term_warnings_months.1: dit getal is te klein",
        NOW.replace("flex:", "flexx:"): "regel 5: processes.flexx: deze sleutel is onbekend",
        BEFORE.replace("[6]", "[6, 0]"): "regel 3: settings.stop_term_warnings_months.1: dit getal is te klein",
        NOW.replace("{agenda", "{assessment_days: 7, agenda"): (
            "regel 3: settings.assessment_days: dit staat ook bij processes.flex; laat het op één plaats staan"
        ),
        NOW.replace("{assessment_days: 5, return_on_first_decline: true}", "5"): (
            "regel 5: processes.flex: hier horen sleutels met een waarde: { … }"
        ),
    }.items():
        assert problems(HEAD + text + REST) == [told]


@pytest.mark.both_databases
def test_a_region_that_was_stored_before_still_loads(database: Database) -> None:
    """C.3: settings of a process among those of all, mailboxes as addresses, no names."""
    with database.writing() as session:
        head = session.get_one(RegionRecord, 1)
        boxes = dict.fromkeys(head.mailboxes, "a@b.nl")
        former = {**head.settings, "assessment_days": 5, "stop_term_warnings_months": [6]}
        head.sqlmodel_update({"settings": former, "processes": {}, "mailboxes": boxes, "version": head.version + 1})
    with database.reading() as session:
        loaded = load_region(session)
    assert loaded.settings_of(FlexSettings).assessment_days == 5
    assert loaded.settings_of(StopSettings).stop_term_warnings_months == (6,)
    assert loaded.mail_of("backoffice") == "a@b.nl"
    assert loaded.name_of("backoffice") == "Backoffice"


# names

NAMES = """care_forms: {outpatient_group: dagbesteding}
opdrachten: {B: Ambulant, C: Verblijf, C1: Gezinshuis, C2: Dagbehandeling, E: Forensisch}
"""
NAMED = (
    HEAD
    + NAMES
    + REST.replace("  backoffice: backoffice@grjr.example.nl", "  backoffice: {mail: a@b.nl, name: Servicepunt}")
)


def test_names_of_a_region_file(empty_database: Database) -> None:
    """F-27, F-69: into the database, out again and into a file."""
    named = parse_region(NAMED, "x")
    migrate(empty_database)
    with empty_database.writing() as session:
        store_region(session, named)
    with empty_database.reading() as session:
        loaded = load_region(session)
    assert loaded == named
    assert (loaded.name_of("backoffice"), loaded.care_forms["outpatient_group"]) == ("Servicepunt", "dagbesteding")
    text = write_region(loaded)
    assert parse_region(text, "x") == named
    assert "  backoffice: {mail: a@b.nl, name: Servicepunt}\n" in text
    assert "  access_working_group: werkgroep-toegang@grjr.example.nl\n" in text


def test_a_wrong_name_is_told_with_its_line() -> None:
    """F-27, F-69: line and key, in Dutch."""
    for old, new, told in (
        ("dagbesteding}", "5}", "regel 3: care_forms.outpatient_group: hier hoort een tekst"),
        (
            "{outpatient_group:",
            "{out patient:",
            "regel 3: care_forms.out patient: deze waarde heeft niet de goede vorm",
        ),
        ("{B: Ambulant, ", "{", "opdrachten.0: B staat niet bij opdrachten; kies uit: C, C1, C2, E"),
        ("a@b.nl,", "a.b.nl,", "mailboxes.backoffice.mail: dit e-mailadres heeft niet de goede vorm"),
        ("name: Servicepunt", "naam: Servicepunt", "mailboxes.backoffice.naam: deze sleutel is onbekend"),
        (
            "{mail: a@b.nl, name: Servicepunt}",
            "a.b.nl",
            "mailboxes.backoffice: dit e-mailadres heeft niet de goede vorm",
        ),
        ("{mail: a@b.nl, name: Servicepunt}", "5", "mailboxes.backoffice: hier hoort een tekst"),
        ("{mail: a@b.nl, name: Servicepunt}", "{name: x}", "mailboxes.backoffice.mail: ontbreekt"),
    ):
        assert NAMED.count(old) == 1, old
        text = NAMED.replace(old, new)
        line = next(n for n, (a, b) in enumerate(zip(NAMED.split("\n"), text.split("\n"), strict=True), 1) if a != b)
        found = problems(text)
        assert any(told in one for one in found), (told, found)
        if not told.startswith("opdrachten"):
            assert [one.startswith(f"regel {line}: ") for one in found] == [True]


TEXTS = st.text(min_size=1, max_size=30).filter(lambda text: text.strip() != "" and text.isprintable())


@settings(max_examples=20, deadline=None)
@given(name=TEXTS, chair=TEXTS)
def test_any_name_survives_the_file(region: Region, name: str, chair: str) -> None:
    """Names that look like YAML (true, 1e3, [x], "- a: b", #) come back as they were."""
    organisations = (region.organisations[0].model_copy(update={"name": name.strip()}), *region.organisations[1:])
    people = (region.people[0].model_copy(update={"name": chair.strip()}), *region.people[1:])
    names = {
        "care_forms": {"true": name.strip(), "12": "x"},
        "opdrachten": {code: f"{code} {chair}".strip() for code in ("B", "C", "C1", "C2", "E")},
        "mailboxes": {**region.mailboxes, "no": Mailbox(mail="a@b.nl", name=name.strip())},
    }
    odd = region.model_copy(update={"organisations": organisations, "people": people, **names})
    assert parse_region(write_region(odd), "x") == odd


# what is wrong, and where

WRONG = {
    "unknown key": ("chair: tz-anna, participants: [sys-zuid,", "voorzitter: x, chair: tz-anna, participants: [sys-zuid,",
                    "tables.1.voorzitter", "onbekend"),
    "unknown setting": ("  assessment_days: 7 ", "  assesment_days: 7 ", "settings.assesment_days", "onbekend"),
    "unknown participant": ("participants: [sys-zuid, sys-noord]}\n  - {id: T_FOR,", "participants: [sys-zuid, niemand]}\n  - {id: T_FOR,",
                            "tables.1.participants.1", "niemand"),
    "missing key": ("mail: info@klein.example.nl", "kvk: \"90000099\"", "organisations.4.mail", "ontbreekt"),
    "duplicate organisation": ("{id: sys-zuid,  ", "{id: sys-noord,  ", "organisations.1.id", "sys-noord"),
    "duplicate table": ("{id: T_C1, ", "{id: T_BC, ", "tables.1.id", "T_BC"),
    "person with the id of an organisation": ("{id: tz-bram,", "{id: sys-noord,", "people.1.id", "sys-noord"),
    "chair who is no care mediator": ("flex: never,   chair: tz-anna", "flex: never,   chair: cm-bc",
                                      "tables.1.chair", "cm-bc"),
    "unknown role": ("roles: [contract_administration]", "roles: [chef]", "people.5.roles.0", "kies een van"),
    "contract manager without opdrachten": ("roles: [contract_manager], opdrachten: [E]", "roles: [contract_manager]",
                                            "people.4.roles", "opdrachten"),
    "anchor on another weekday": ("anchor: 2026-01-06", "anchor: 2026-01-07", "tables.0", "2026-01-07"),
    "anchor that does not exist": ("anchor: 2026-01-06", "anchor: 2026-02-31", "tables.0.anchor", "datum"),
    "bad weekday": ("weekday: tuesday", "weekday: dinsdag", "tables.0.weekday", "kies een van"),
    "bad mail": ("intake@zuid.example.nl", "intake.zuid.example.nl", "organisations.1.mail", "vorm"),
    "number that is text": ("assessment_days: 7 ", "assessment_days: zeven ", "settings.assessment_days", "heel getal"),
    "number without end": ("assessment_days: 7 ", f"assessment_days: {'9' * 5000} ", "settings.assessment_days", "getal"),
    "number too small": ("assessment_days: 7 ", "assessment_days: 0 ", "settings.assessment_days", "te klein"),
    "text that is a number": ("name: Jeugdhulp Noord,", "name: 12,", "organisations.0.name", "tekst"),
    "code without quotes": ('municipality: "0606"', "municipality: 606", "organisations.19.municipality", "tekst"),
    "list that is a text": ("participants: [sys-zuid, sys-noord]}\n  - {id: T_FOR,", "participants: sys-zuid}\n  - {id: T_FOR,",
                            "tables.1.participants", "lijst"),
    "bad time": ('start: "13:00"', 'start: "25:00"', "tables.1.start", "tijd"),
    "bad truth": ("good_friday: false", "good_friday: misschien", "holidays.good_friday", "true of false"),
    "bad free day": ("extra: []", "extra: [2026-02-30]", "holidays.extra.0", "datum"),
    "mailbox missing": ("  backoffice: backoffice@grjr.example.nl\n", "", "mailboxes", "backoffice"),
    "unknown subcontractor": ("subcontractors: [oa-akker]", "subcontractors: [oa-niemand]",
                              "organisations.1.subcontractors.0", "oa-niemand"),
    "contract that ends before it begins": ("from: 2024-01-01, to: 2026-06-30", "from: 2024-01-01, to: 2023-06-30",
                                            "organisations.11.contracts.0", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_told_with_its_line_and_key(name: str) -> None:
    """One mistake gives one message: the line, the key as a path, and what is wrong (C.3: an error names line and key)."""
    old, new, key, said = WRONG[name]
    [told] = [one for one in problems(changed(old, new)) if f": {key}: " in one]  # others may follow from it
    where, _, what = told.partition(f": {key}: ")
    expected = line_of("mailboxes:" if name == "mailbox missing" else old.split("\n")[0])
    assert where == f"regel {expected}"
    assert said in what


def test_every_mistake_is_told_at_once() -> None:
    """Whoever mends a file sees all that is wrong with its values, not the first only."""
    text = changed("assessment_days: 7 ", "assessment_days: x ").replace("intake@zuid.example.nl", "zuid")
    told = problems(text.replace("weekday: tuesday", "weekday: x"))
    assert [one.split(": ")[1] for one in told] == [
        "settings.assessment_days",
        "tables.0.weekday",
        "organisations.1.mail",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("region: x\nname: [open\n", 3),
        ("region: x\nname: y\nname: z\n", 3),
        ("region: x\n\tname: y\n", 2),
        ("region: x\nname: *nergens\n", 2),
        ("region: x\nname: y\n---\nregion: z\n", 3),
        ('region: x\nname: "\x01"\n', 2),
        ("region: " + "[" * 400, 1),
        ("", 1),
        ("- a\n- b\n", 1),
        ("zomaar tekst", 1),
    ],
)
def test_what_is_no_yaml_is_told_with_its_line(text: str, line: int) -> None:
    """A file that is no YAML, or no region at all, is told with the line; never a stack trace."""
    [told] = problems(text)
    assert told.startswith(f"regel {line}: ")


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00region", "map"])
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | str | None) -> None:
    """A missing file, a folder, a file that is no text: one sentence that names the file."""
    path = tmp_path / "regio.yaml"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content:
        path.mkdir()
    with pytest.raises(UserError, match=r"regio\.yaml"):
        read_region(path)


def test_merged_keys_and_anchors_are_followed() -> None:
    """YAML anchors may save typing; a mistake in a merged part is told with the line where it is taken in."""
    old = "  - {id: bosrand,     name: Bosrand,"
    [told] = problems(changed(old, "  - {<<: {kleur: rood}, id: bosrand,     name: Bosrand,"))
    assert told == f"regel {line_of(old)}: organisations.13.kleur: deze sleutel is onbekend"


# hypothesis: whatever is in the file

Spot = tuple[int, int, str]  # line, place, and the word that is there
WORDS: list[Spot] = [
    (number, found.start(), found.group())
    for number, line in enumerate(LINES)
    for found in re.finditer(r"[^\s,{}\[\]:#]+", line.partition("#")[0])
]
JUNK = st.one_of(
    st.sampled_from(
        ["", "null", "true", "-1", "1.5", ".nan", "[]", "{}", "[[[", "}", "2026-02-31", "0000-00-00", "!!int x", "*a", "&a", "<<",
         "? ", "- ", "|", "%", "'", '"', "\t", "2026-01-01T00:00:00+99:00", "0x", "1e999", "9" * 5000, "!!python/object:os.system"]
    ),
    st.text(max_size=12),
)  # fmt: skip


def mutate(spots: list[tuple[Spot, str]]) -> str:
    lines = list(LINES)
    for (number, place, word), junk in sorted(spots, reverse=True):
        lines[number] = lines[number][:place] + junk + lines[number][place + len(word) :]
    return "\n".join(lines)


@settings(max_examples=25, deadline=None)
@given(
    spots=st.lists(st.tuples(st.sampled_from(WORDS), JUNK), min_size=1, max_size=3, unique_by=lambda spot: spot[0][:2]),
    without=st.none() | st.integers(0, len(LINES) - 1),
)
def test_a_mutated_file_is_read_or_refused(spots: list[tuple[Spot, str]], without: int | None) -> None:
    """Keys and values replaced by junk, lines gone: a region, or a UserError that names a line or key. Nothing else."""
    lines = mutate(spots).split("\n")
    if without is not None:
        lines.pop(min(without, len(lines) - 1))
    try:
        region = parse_region("\n".join(lines), "regio.yaml")
    except RegionFileError as error:
        told = error.problems
    else:
        told = ["good: "]
        assert parse_region(write_region(region), "again") == region
    assert told
    assert all(": " in one for one in told)


def paths(node: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path for key, value in items for path in ((*here, key), *paths(value, (*here, key)))]


WORLD_DATA = parse_region(WORLD_TEXT, "world").model_dump(mode="json", by_alias=True)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=25, deadline=None)
@given(path=st.sampled_from(paths(WORLD_DATA)), value=VALUES, delete=st.booleans())
def test_a_region_with_one_wrong_value_is_read_or_refused(path: tuple[Any, ...], value: Any, delete: bool) -> None:
    """Any key deleted, any value replaced by one of another type: a region, or a UserError whose problems name the key."""
    from copy import deepcopy

    from models.region.file import check_region

    data = deepcopy(WORLD_DATA)
    holder = data
    for key in path[:-1]:
        holder = holder[key]
    if delete:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    try:
        check_region(data, "regio.yaml")
    except RegionFileError as error:
        told = error.problems
    else:
        told = ["good: "]
    assert told
    assert all(": " in one for one in told)


# taking a file over


@pytest.fixture
def with_case(database: Database) -> Database:
    """A database with a case of sys-noord, referred by ref-lt."""
    given_ = {
        "referral_route": "local_team",
        "opdracht": "B",
        "provider": "sys-noord",
        "received_on": "2026-03-02",
        "municipality": "0599",
    }
    perform(database, "register_referral", None, "ref-lt", given_, REFERRED_AT)
    return database


@pytest.fixture
def file(tmp_path: Path) -> Callable[[Region], Path]:
    def write(region: Region) -> Path:
        path = tmp_path / "nieuw.yaml"
        path.write_text(write_region(region), encoding="utf-8")
        return path

    return write


def without(region: Region, ident: str) -> Region:
    """The region without one organisation, nowhere."""
    return region.model_copy(
        update={
            "name": "Een andere naam",
            "organisations": tuple(o for o in region.organisations if o.id != ident),
            "tables": tuple(
                t.model_copy(update={"participants": tuple(p for p in t.participants if p != ident)})
                for t in region.tables
            ),
        }
    )


@pytest.mark.parametrize("needed", ["sys-noord", "ref-lt"])
def test_an_organisation_that_a_case_needs_must_stay(
    with_case: Database, region: Region, file: Callable[[Region], Path], needed: str
) -> None:
    """A file without the provider or the referrer of a case is refused in plain Dutch, and nothing of it is taken over."""
    with pytest.raises(UserError, match="mist een organisatie"):
        import_file(file(without(region, needed)))
    with with_case.reading() as session:
        assert load_region(session) == region
        assert session.exec(select(RegionRecord.version)).one() == 1
        assert session.exec(select(Case.owner_id)).one() == "sys-noord"


def test_an_organisation_that_no_case_needs_may_go(
    with_case: Database, region: Region, file: Callable[[Region], Path]
) -> None:
    """A file without an organisation that nobody needs takes the place of the region."""
    fewer = without(region, "flex-eiland")
    import_file(file(fewer))
    with with_case.reading() as session:
        assert load_region(session) == fewer
