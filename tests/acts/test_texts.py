"""What people type: where a number that may be a BSN is refused, and odd text, which never ends in an exception."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select

import acts
from flows.mover import Runner
from models.flex.case import Case
from models.store.database import Database
from models.store.youth import Youth
from rules.shared.refusal import Refused, shortened
from tests.support.acts import MEETING_ACTS, STOP_VALUES, VALUES
from tests.support.dossiers import CHILD, STOP, People
from tests.support.flex_acts import CANNOT, REFERRAL
from tests.support.meetings import PREP, START, TUESDAY
from tests.support.parties import ADMINISTRATION, STOPPER

BSN = "kind 999 900 006"
SHOWN = {  # act -> who, about what, and with which values of which one is also read elsewhere
    "motives": ("register_stop", ADMINISTRATION, STOP),
    "locations": ("register_stop", ADMINISTRATION, STOP),
    "note": ("record_duty", STOPPER, {"duty": "contact_point", "on": "2026-09-01"}),
    "location": ("add_child", STOPPER, CHILD),
    "sender_reference": ("add_child", STOPPER, CHILD),
    "own reference": ("register_referral", "ref-lt", {**REFERRAL, "provider": "sys-noord"}),
    "room": ("change_meeting", "tz-anna", {"table": "T_BC", "on": TUESDAY, "reason": BSN}),
    "link": ("change_meeting", "tz-anna", {"table": "T_BC", "on": TUESDAY, "reason": BSN}),
}


@pytest.fixture
def case(database: Database) -> Iterator[str]:
    """A case at its provider."""
    with Runner(None) as runner:
        yield runner.decide("register_referral", None, "ref-lt", {**REFERRAL, "provider": "sys-noord"}, START)[0]


@pytest.mark.parametrize("field", SHOWN)
def test_a_text_that_is_read_elsewhere_holds_no_bsn(people: People, field: str) -> None:
    """C.4, S-39: what is shown outside its case or dossier, or goes out, is refused when it is typed."""
    name, by, given = SHOWN[field]
    field = field.replace("own reference", "sender_reference")
    dossier = people.open() if name in ("record_duty", "add_child") else None
    text: Any = {"locations": ["Kade", BSN], "link": "https://x.example.nl/999-900-006"}.get(field, BSN)
    now = people.now if name in ("register_stop", "record_duty", "add_child") else START
    with pytest.raises(Refused) as refused:
        acts.perform(people.database, name, dossier, by, {**given, field: text}, now)
    assert (refused.value.code, str(refused.value.field).partition(".")[0]) == ("invalid", field)
    assert "BSN" in refused.value.message
    assert "999" not in refused.value.message


def test_an_explanation_may_name_a_child(database: Database, case: str) -> None:
    """C.4: explanations and reasons stay inside; nobody who types one is stopped."""
    no = {**CANNOT, "explanation": BSN, "ground": "other", "ground_text": BSN}
    with Runner(None) as runner:
        runner.decide("record_assessment", case, "sys-noord", no, START)
        runner.decide("decide_mediation", case, "tz-anna", {"outcome": "table", "reason": BSN}, START)
    with database.reading() as session:
        assert session.exec(select(Case.step)).one() == "table"


def test_what_was_kept_before_stays_readable() -> None:
    """C.4: the guard is for who types; a decision of before is settled as it was."""
    assert STOP_VALUES["register_stop"].model_validate({**STOP, "motives": BSN}).motives == BSN


ODD: dict[str, Any] = {
    "lone surrogate": "\ud800",
    "NUL": "a\x00b",
    "escape": "\x1b[2J",
    "no number": float("nan"),
    "without end": float("inf"),
    "very long": "x" * 200_000,
    "very long with spaces": "x y " * 25_000,
    "a huge number": 10**4000,
    "not a date": "0001-01-01",
    "a list of odd text": ["\ud800", "a\x00b"],
    "odd fields": {"\ud800": "\x00", "x" * 200_000: float("nan")},
    "deep": [[[[[[[[[[[[]]]]]]]]]]]],
}


def fields() -> list[tuple[str, str]]:
    return [(name, field) for name, kind in VALUES.items() for field in kind.model_fields]


@pytest.mark.both_databases
@pytest.mark.parametrize("odd", ODD)
def test_odd_text_is_refused_in_every_field(database: Database, case: str, odd: str) -> None:
    """F-28, C.4: in every field of every act, and as the reference: refused, or kept as it is; never an exception."""
    fitting: dict[str, dict[str, Any]] = {
        "register_referral": {**REFERRAL, "provider": "sys-noord"},
        "record_assessment": CANNOT,
    }
    who = {"register_referral": "ref-lt", "record_assessment": "sys-noord"}
    for name, field in fields():
        given = fitting.get(name, {})
        tried(database, name, case, who.get(name, "tz-anna"), {**given, field: ODD[odd]})
    if isinstance(ODD[odd], str):
        tried(database, "take_over", case, ODD[odd], {"reason": "x"})
        tried(database, "take_over", ODD[odd], "tz-anna", {"reason": "x"})
    for where in ("name", "notes"):
        private = {"name": "Proef", where: ODD[odd]}
        tried(database, "register_referral", None, "ref-lt", {**REFERRAL, "provider": "sys-noord", "private": private})
    with database.reading() as session:  # and everything that was kept can be read
        assert session.exec(select(Case)).all()
        session.exec(select(Youth)).all()


def tried(database: Database, name: str, about: str | None, by: str, given: dict[str, Any]) -> None:
    try:
        acts.perform(database, name, about, by, given, PREP if name in MEETING_ACTS else START)
        return
    except Refused as error:
        refused = error
    except acts.Unsettled:
        return
    assert len(refused.message) < 6_000
    assert len(refused.field or "") < 200


def test_a_long_id_is_not_repeated_whole() -> None:
    """F-62: a sentence shows how a wrong value begins."""
    told = Refused("invalid", f"'{'x' * 1_000_000}' is geen organisatie van deze regio", "y" * 1_000_000)
    assert told.message == f"'{'x' * 59}…' is geen organisatie van deze regio"
    assert len(str(told.field)) < 100
    assert len(shortened("a b " * 100_000)) < 6_000
    assert shortened("kies uit: sys-noord, sys-zuid") == "kies uit: sys-noord, sys-zuid"
    several = "\n".join(
        f"regel {n}: 'x' kan niet; kies een van de waarden die hier mogen staan, en zo: 'system'" for n in range(99)
    )
    assert shortened(several) == several  # what stands between two values is ours
