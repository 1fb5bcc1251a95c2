"""What no letter can bear, and numbers and days without bounds, do not come in with a region file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from email.headerregistry import Address
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlalchemy import update
from sqlmodel import col

from models.region.directory import OrganisationRecord, RegionRecord, load_region
from models.region.file import RegionFileError, check_region, parse_region
from models.store.database import Database
from rules.shared.region import Region
from rules.shared.settings import every_process
from tests.conftest import WORLD_TEXT
from tests.support.commands import Run

FIELD = Path(__file__).parents[1] / "field" / "addresses.csv"
with FIELD.open(encoding="utf-8", newline="") as _file:
    ADDRESSES = [(row["adres"], row["verwacht"].startswith("taken")) for row in csv.DictReader(_file, delimiter=";")]

MORE_GOOD = [
    "a@b.nl",
    "Jan.de-Vries_2@sub.noord-zuid.example.nl",
    "x@xn--zo-jma.nl",
    "a" * 64 + "@noord.nl",
    "zorg/jeugd@a1.nl",
]
MORE_BAD = [
    *("", "noord.nl", "jan@noord", "jan@@noord.nl", "@noord.nl", "jan@", "jan@.nl", "jan@noord.nl,an@noord.nl"),
    *("jan @noord.nl", "Jan <jan@noord.nl>", '"jan"@noord.nl', "jan@(x)noord.nl", "jan.@noord.nl", "jan@-noord.nl"),
    *("jan@noord-.nl", "jan@noord_zuid.nl", "jan@127.0.0.1", "jan@[127.0.0.1]", "jan@zoë.nl", "jan\u200b@noord.nl", "jan@noord.nl;"),
    *("jan@noord.nl\nBcc: x@y.nl", "jan\x00@noord.nl", "jan\x7f@noord.nl", "a" * 65 + "@noord.nl", "j@" + "a" * 64 + ".nl"),
    *("=?utf-8?q?jan?=@noord.nl", "x=?utf-8?b?amFu?=@noord.nl"),
    "999900006@noord.nl",
]  # fmt: skip


WORLD_DATA = parse_region(WORLD_TEXT, "world").model_dump(mode="json", by_alias=True)


def problems_of(place: str, value: Any) -> list[str]:
    """What is said of a region with this value at this place."""
    data = deepcopy(WORLD_DATA)
    *way, last = [int(key) if key.isdigit() else key for key in place.split(".")]
    holder: Any = data
    for key in way:
        holder = holder[key]
    holder[last] = value
    try:
        check_region(data, "regio.yaml")
    except RegionFileError as error:
        return error.problems
    return []


@pytest.mark.parametrize("place", ["organisations.2.mail", "people.1.mail", "mailboxes.backoffice"])
def test_an_address_that_no_letter_can_bear(place: str) -> None:
    """A.10: a mail server reads it as it stands, or the file is refused with its key."""
    for address, good in [*ADDRESSES, *((a, True) for a in MORE_GOOD), *((a, False) for a in MORE_BAD)]:
        found = problems_of(place, address)
        if good:
            assert found == []
            assert str(Address(addr_spec=address)) == address
        else:
            assert [one.partition(": ")[0] for one in found] == [place], address


FORM = "dit e-mailadres heeft niet de goede vorm"
WRONG_ADDRESSES = {
    "intake@oost.example.nl": ("intake@oost..example.nl", f"organisations.2.mail: {FORM}; schrijf alleen het adres zelf"),
    "bram@grjr.example.nl": ("zoë@grjr.example.nl", f"people.1.mail: {FORM}"),
    "name: Oosterlicht": ('name: "A\\r\\nBcc: x@y.nl"', "organisations.2.name: in deze naam staat een regeleinde"),
    "weeks: 10": ("weeks: 999999999", "treeknorm.0.weeks: dit getal is te groot; het meeste is 104"),
    "anchor: 2026-01-05": ("anchor: 9999-12-27", "tables.2.anchor: kies een dag van 2020 tot en met 2060"),
}  # fmt: skip


def test_region_check_tells_all_of_it(flexroute: Run, tmp_path: Path) -> None:
    """A.10, AMB-03, AMB-14: at the command line, with line and key and what to do."""
    file, text = tmp_path / "regio.yaml", WORLD_TEXT
    for old, (new, _) in WRONG_ADDRESSES.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    said = flexroute("region", "check", str(file))
    assert said.code == 1
    for old, (_, what) in WRONG_ADDRESSES.items():
        assert f"regel {WORLD_TEXT[: WORLD_TEXT.index(old)].count(chr(10)) + 1}: {what}" in said.err


@pytest.mark.parametrize("place", ["name", "tables.1.name", "organisations.2.name", "people.0.name"])
def test_a_name_that_no_letter_can_bear(place: str) -> None:
    """C.4, A.10: control signs, ends of lines and what may be a BSN are refused with the key."""
    signs = ["\n", "\r\nBcc: x@y.nl", "\x1b[2J", "\x00", "\x7f", "\x85", "\u2028", "\t", "\ud800", " 999900006"]
    for name in (f"A{sign}B" for sign in signs):
        assert [one.partition(": ")[0] for one in problems_of(place, name)] == [place], name


@pytest.mark.parametrize(
    "name", ["Zoë & Ünal – «Łódź»", "日本語", 'O\'Brien, "Jan" <x>', "नमस्\u200dते", "🏠 Thuis", "Praktijk 12"]
)
def test_any_other_name_is_good(name: str) -> None:
    """A.10: letters of any language, punctuation and emoji."""
    assert problems_of("people.0.name", name) == []


# numbers and days

BOUNDS = {  # by key: the least and the most
    "processes.flex.assessment_days": (1, 366),
    "processes.flex.escalation_working_days": (1, 366),
    "processes.flex.approval_reminder_working_days": (1, 366),
    "processes.flex.flex_reminder_working_days": (1, 366),
    "processes.flex.flex_learning_meetings": (0, 104),
    "processes.flex.many_rounds_from": (2, 100),
    "processes.stop.stop_term_months": (1, 60),
    "processes.stop.stop_term_warnings_months.1": (1, 60),
    "processes.stop.file_transfer_days": (1, 366),
    "settings.agenda_closes.working_days_before": (1, 30),
    "treeknorm.0.weeks": (1, 104),
    "tables.0.minutes": (1, 1440),
    "tables.1.every_weeks": (1, 52),
    "organisations.7.flex_order": (0, 9999),
}


@pytest.mark.parametrize("place", BOUNDS)
def test_every_number_has_bounds(place: str) -> None:
    """AMB-01, AMB-03, AMB-14: one number without an end would stop every referral, or every command."""
    least, most = BOUNDS[place]
    assert [problems_of(place, number) for number in (least, most)] == [[], []]
    for number in (least - 1, most + 1, 999_999_999, 10**30, -(10**30), True, 1.5, "7", float("inf"), float("nan")):
        [found] = problems_of(place, number)
        assert found.startswith(f"{place}: ")
        assert "getal" in found


def test_facts_in_letters_that_tell_who_a_child_is() -> None:
    """C.4: the referrer's own number and the municipality do not go together; an unknown fact is named."""
    place = "processes.flex.letter_details"
    assert problems_of(place, []) == problems_of(place, ["own_number", "care_form", "age_band"]) == []
    [both] = problems_of(place, ["referrer", "municipality", "own_number"])
    assert both.startswith(f"{place}: ")
    assert "own_number en municipality gaan niet samen" in both
    [twice] = problems_of(place, ["opdracht", "opdracht"])
    assert "één keer" in twice
    [unknown] = problems_of(place, ["name"])
    assert unknown.startswith(f"{place}.0: ")


def test_there_are_not_too_many_warnings() -> None:
    """S-51: their number has an end too."""
    [found] = problems_of("processes.stop.stop_term_warnings_months", [1] * 13)
    assert found == "processes.stop.stop_term_warnings_months: dit zijn er te veel"


WHERE_DAYS_STAND = [
    "holidays.extra",
    "treeknorm.0.valid_from",
    "tables.2.anchor",
    "tables.3.valid_until",
    "tables.0.flex_learning_from",
]
WHERE_DAYS_STAND += ["organisations.11.contracts.0.from", "organisations.11.contracts.0.to"]


@pytest.mark.parametrize("place", WHERE_DAYS_STAND)
def test_every_day_has_bounds(place: str) -> None:
    """AMB-14: the calendar of working days knows 2020 up to and including 2060."""
    for day in ("0001-01-01", "1900-01-01", "2019-12-31", "2061-01-01", "9999-12-31"):
        many = place == "holidays.extra"
        found = problems_of(place, [day] if many else day)
        assert f"{place}{'.0' if many else ''}: kies een dag van 2020 tot en met 2060" in found


def _leaves(kind: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a model, by the name of its field."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            yield from _leaves(field.rebuild_annotation(), f"{place}.{name}")
    elif hasattr(kind, "__value__"):
        yield from _leaves(kind.__value__, place)
    elif get_args(kind) and not hasattr(kind, "__metadata__"):
        for one in get_args(kind):
            yield from _leaves(one, place)
    elif hasattr(kind, "__metadata__") and get_args(kind)[0] not in (int, date, str):
        yield from _leaves(get_args(kind)[0], place)
    elif kind is not type(None):
        yield place, kind


def test_no_number_or_day_is_without_bounds() -> None:
    """AMB-14: whatever a region file may hold, also a key that comes later."""
    found = dict(_leaves(Region)) | dict(_leaves(every_process(), ".processes"))
    numbers = {place: kind for place, kind in found.items() if int in (kind, *get_args(kind))}
    days = {place: kind for place, kind in found.items() if date in (kind, *get_args(kind))}
    assert len(numbers) > 10
    assert len(days) > 5
    for place, kind in [*numbers.items(), *days.items()]:
        for far in (-1, 10**6) if place in numbers else (date(1900, 1, 1), date(2100, 1, 1)):
            with pytest.raises(ValidationError):
                print(place, TypeAdapter(kind).validate_python(far))  # noqa: T201


def test_a_region_of_before_these_checks_still_loads(case_database: Database, region: Region) -> None:
    """A.10: what came in earlier does not stop the program; it is told at the next import."""
    with case_database.writing() as session:
        session.execute(
            update(OrganisationRecord).where(col(OrganisationRecord.id) == "sys-oost").values(mail="jan..x@oost.nl")
        )
        norm = [{"opdracht": "*", "care_form": None, "weeks": 300, "valid_from": "2015-01-01"}]
        session.execute(update(RegionRecord).values(treeknorm=norm, version=RegionRecord.version + 1))
    with case_database.reading() as session:
        assert load_region(session).mail_of("sys-oost") == "jan..x@oost.nl"
        assert load_region(session).treeknorm[0].weeks == 300
