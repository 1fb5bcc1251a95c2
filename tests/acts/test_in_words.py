"""What somebody decided, in Dutch: every field has a label, and no code is left that has words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import EnumMeta
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic.fields import FieldInfo

from acts.engine.in_words import decision_in_words, label, values_in_words
from models.store.decision import Decision
from notifications.words import words
from processes import PROCESSES
from rules.shared.region import Region
from rules.shared.values import Means, Values
from tests.support.acts import STOP_VALUES, VALUES
from tests.support.flex_acts import REFERRAL
from tests.support.meetings import START

NO_WORDS = {"0-3", "4-11", "12-15", "16-17", "18+", "1", "2"}  # ages, and the number of a route, are words already


def parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from parts(part)


def models(kind: type[Values]) -> Iterator[type[Values]]:
    yield kind
    for info in kind.model_fields.values():
        for part in parts(info.annotation):
            if isinstance(part, type) and issubclass(part, Values):
                yield from models(part)


KINDS = sorted(
    {kind for process in PROCESSES for act in process.acts.values() for kind in models(act.values)},
    key=lambda kind: (kind.__module__, kind.__name__),
)
ACTS = [(act.values, f"{process.prefix}-2026-000001") for process in PROCESSES for act in process.acts.values()]


def codes(info: FieldInfo) -> list[str]:
    """What a field may hold, where that is known."""
    found = [str(one) for one in info.examples or ()]
    for part in parts(info.annotation):
        if isinstance(part, EnumMeta):
            found += map(str, part)
        elif get_origin(part) is Literal:
            found += map(str, get_args(part))
    return found


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_field_has_a_label_of_its_own(kind: type[Values]) -> None:
    """Whoever adds a field gives it a label, in Dutch, with which it can be told from the others."""
    without = [field for field, info in kind.model_fields.items() if not info.title]
    assert not without, f"{kind.__name__}: say with Field(title=…) what people call {', '.join(without)}"
    labels = [label(field, info) for field, info in kind.model_fields.items()]
    assert len(set(labels)) == len(labels)
    assert not [one for one in labels if "_" in one]


def test_every_code_that_can_be_chosen_has_words() -> None:
    """A code that is added gets its words in its process."""
    for kind, reference in ACTS:
        for model in models(kind):
            for field, info in model.model_fields.items():
                raw = [code for code in codes(info) if code not in words(reference) and code not in NO_WORDS]
                assert not raw, f"{model.__name__}.{field}: {raw}"


def example(kind: type[Values], turn: int) -> dict[str, Any]:
    """A value for each field, as it is kept; of what can be chosen another one each turn."""
    return {field: _example(info, turn) for field, info in kind.model_fields.items()}


def _example(info: FieldInfo, turn: int) -> Any:
    known = [*parts(info.annotation), *info.metadata]
    rows = [part for part in known if isinstance(part, type) and issubclass(part, Values)]
    choices = codes(info)
    if rows:
        return [example(rows[0], turn)]
    one: Any = "vrije tekst"
    if choices:
        one = choices[turn % len(choices)]
    elif bool in known:
        one = turn % 2 == 0
    elif date in known:
        one = "2026-03-09"
    elif int in known:
        one = 3
    elif any(get_origin(part) is dict for part in known):
        return {"bsn": "999900006"}
    elif Means.NAMED in known or Means.ORGANISATION in known:
        one = "sys-noord"
    elif Means.PLACE in known:
        one = "0599"
    elif Means.CARE_FORM in known:
        one = "family_home"
    return [one] if any(get_origin(part) is tuple for part in known) else one


def leaves(told: Any) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    else:
        for one in told.values() if isinstance(told, dict) else told:
            yield from leaves(one)


@pytest.mark.parametrize(("kind", "reference"), ACTS, ids=lambda one: getattr(one, "__name__", ""))
def test_no_code_stays_raw(region: Region, kind: type[Values], reference: str) -> None:
    """Codes in words, organisations by name, days as people write them; nothing private."""
    for turn in range(max(len(codes(info)) for model in models(kind) for info in model.model_fields.values()) or 2):
        told = values_in_words(kind, example(kind, turn), region, reference)
        said = [*leaves(told)]
        assert not [one for one in said if one in words(reference) and words(reference)[one] != one]
        assert not {"sys-noord", "0599", "2026-03-09", "True", "False", "999900006"} & set(said)
        assert len(told) == len(kind.model_fields.keys() - {"private"})


def test_a_decision_with_rows_and_codes(region: Region) -> None:
    """An answer of the table, with one of a subcontractor in it (F-29)."""
    sub = {"provider": "oa-klein", "can_deliver": False, "in_time": None, "explanation": "Vol."}
    answer = {"provider": "sys-noord", "can_deliver": True, "earliest_start": "2026-03-16", "subcontractors": [sub]}
    data = {"on": "2026-03-10", "answers": [answer], "adjourn": None}
    decision = Decision(
        subject="ZB-2026-000001", opening=4, act="record_table_answers", by="tz-anna", at=START, data=data
    )
    assert decision_in_words(decision, region) == {
        "dag van het overleg": "10-03-2026",
        "antwoorden": [
            {
                "aanbieder": region.name_of("sys-noord"),
                "kan de hulp leveren": "ja",
                "eerste mogelijke start": "16-03-2026",
                "antwoorden van onderaannemers": [
                    {"aanbieder": region.name_of("oa-klein"), "kan de hulp leveren": "nee", "uitleg": "Vol."}
                ],
            }
        ],
    }


def test_the_act_of_the_process_is_told(region: Region) -> None:
    """Both processes have a handover; a part of a file may be a code or what somebody typed (S-48)."""
    on = {"on": "2026-03-10"}
    items = {**on, "items": ["family_plan", "Foto's"]}
    child = Decision(subject="ST-2026-000001-0001", opening=1, act="record_file", by="zonnewende", at=START, data=items)
    assert decision_in_words(child, region) == {
        "dag van de overdracht": "10-03-2026",
        "delen van het dossier": ["gezinsplan", "Foto's"],
    }
    assert values_in_words(VALUES["record_handover"], on, region) == {"dag van de overdracht": "10-03-2026"}
    by = {"delivered_by": "provider", "issued_by": "ref-lt"}
    assert values_in_words(VALUES["record_allocation"], by, region) == {
        "aangeleverd door": "de aanbieder zelf",
        "afgegeven door": region.name_of("ref-lt"),
    }
    place = {"municipality": "0599", "running": 0}
    assert values_in_words(STOP_VALUES["record_counts"], place, region) == {
        "gemeente": region.name_of(region.access["0599"]),
        "aantal met lopende zorg": "0",
    }


def test_a_text_that_somebody_typed_is_no_code(region: Region) -> None:
    assert values_in_words(VALUES["withdraw"], {"reason": "running"}, region) == {"reden": "running"}


def test_what_is_private_is_left_out(region: Region) -> None:
    """C.4: whoever may read it does so elsewhere, and each time it is logged."""
    told = values_in_words(VALUES["register_referral"], {**REFERRAL, "private": {"name": "Kornoelje"}}, region)
    assert "Kornoelje" not in str(told)
    assert told["verwijsroute"] == "lokaal team"
