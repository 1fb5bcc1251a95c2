"""What people type, as an act takes it: the words that the screen shows are understood."""

from __future__ import annotations

from typing import Any

import pytest

from acts.engine.from_words import act_name, field_names, in_codes
from acts.engine.in_words import values_in_words
from acts.flex.case import CASE  # noqa: F401 - the processes are there
from processes import PROCESSES
from rules.shared.refusal import Refused
from rules.shared.region import Region
from tests.acts.test_in_words import ACTS, example

ANSWERS = PROCESSES[0].acts["record_table_answers"].values


@pytest.mark.parametrize("turn", range(4))
def test_what_the_screen_says_can_be_typed(region: Region, turn: int) -> None:
    """Every code of every act, in its words, is that code again (the other way round of in_words)."""
    for kind, reference in ACTS:
        kept = {field: value for field, value in example(kind, turn).items() if field != "private"}
        kept |= {"opdracht": "C1"} if "opdracht" in kept else {}
        assert in_codes(kind, kept, region, reference) == kept
        said: Any = values_in_words(kind, kept, region, reference)
        read = in_codes(kind, said, region, reference)
        assert {field: _as_kept(value) for field, value in read.items()} == {f: _as_kept(v) for f, v in kept.items()}


def _as_kept(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_kept(one) for key, one in value.items()}
    return [_as_kept(one) for one in value] if isinstance(value, list) else str(value)


def test_rows_have_fields_and_words_of_their_own(region: Region) -> None:
    """Each field and value in a list of answers, as in the values themselves."""
    given = {
        "dag van het overleg": "9-3-2026",
        "antwoorden": [{"Aanbieder": "zuiderzorg jeugd", "kan-de-hulp-leveren": "N"}],
    }
    read = in_codes(ANSWERS, given, region, "ZB-2026-000001")
    assert read == {"on": "2026-03-09", "answers": [{"provider": "sys-zuid", "can_deliver": False}]}


def test_what_may_be_several_is_refused(region: Region) -> None:
    """AMB-22: one AGB code, two organisations; the field is named, and what to choose from."""
    with pytest.raises(Refused, match=r"oa-dubbel.*flex-dubbel|flex-dubbel.*oa-dubbel") as refused:
        in_codes(ANSWERS, {"answers": [{"provider": "90000002"}]}, region)
    assert (refused.value.code, refused.value.field) == ("invalid", "answers.0.provider")
    with pytest.raises(Refused, match="twee keer"):
        in_codes(ANSWERS, {"on": "2026-03-09", "Dag van het overleg": "2026-03-09"}, region)


def test_what_is_not_known_stays_for_the_act_to_refuse(region: Region) -> None:
    assert in_codes(ANSWERS, {"on": "morgen", "naam": 5}, region) == {"on": "morgen", "naam": 5}


def test_an_act_by_its_words() -> None:
    """Of two acts with the same words the one of this process; without a subject both are told."""
    assert act_name("Beoordeling-gegeven") == act_name("record_assessment") == "record_assessment"
    assert act_name("ingetrokken", "ZB-2026-000001") == "withdraw"
    assert act_name("overleg gewijzigd", "ST-2026-000001") == "change_consultation"
    with pytest.raises(Refused, match=r"change_meeting.*change_consultation"):
        act_name("overleg gewijzigd")
    assert act_name("nonsens") == "nonsens"


def test_no_field_is_called_as_the_code_of_another() -> None:
    for kind, _ in ACTS:
        names = field_names(kind)
        for field in names.of:
            assert names.code(field) == names.code(names.name_of(field)) == field
