"""The forms of all acts: every field can be filled in, and what was filled in comes back as it was."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import EnumMeta
from functools import partial
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acts.engine.act import Act, Beginning, read_values
from acts.engine.in_words import OF_YOUTH, parts_of, rows_of
from portal.forms import Form, FormField, every_field, form_of, from_form, more_of
from processes import PROCESSES
from rules.shared.refusal import Refused
from rules.shared.region import Region
from rules.shared.values import ONE_LINE, PRIVATE, Correction, Means, Values, Written
from tests.acts.test_in_words import NO_WORDS
from tests.support.forms import sent

ACTS = [(act, f"{process.prefix}-2026-000001") for process in PROCESSES for act in process.acts.values()]
TODAY = date(2026, 11, 2)
every_act = pytest.mark.parametrize(("act", "about"), ACTS, ids=lambda one: getattr(one, "name", ""))


def named(name: str, process: int = 0) -> Act[Any]:
    act: Act[Any] = PROCESSES[process].acts[name]
    return act


def field(form: Form, name: str) -> FormField:
    return next(one for one in every_field(form.fields) if one.name == name)


@every_act
def test_every_act_has_a_form_in_dutch(region: Region, act: Act[Any], about: str) -> None:
    """No special case: each field has a Dutch label, each code a Dutch word, each input a name and an id of its own."""
    form = form_of(act, region, about=about)
    fields = [*every_field(form.fields)]
    own = {*NO_WORDS, "ja", "nee", *region.opdracht_names.of, *region.names.of}
    assert {one.name for one in form.fields} == set(act.values.model_fields)
    for one in fields:
        assert one.label[:1].isupper() or one.label[:1].isdigit(), one
        assert "_" not in one.label
        for option in one.options:
            assert "_" not in option.label
            assert option.value != option.label.lower() or option.value in own
    ids = [one.id for one in fields]
    assert len(ids) == len(set(ids))
    assert not form.summary


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cf"]), min_size=1, max_size=30)


def values_of(kind: type[Values], region: Region) -> st.SearchStrategy[dict[str, Any]]:
    """What somebody may give as these values: all fields of the right sort, whether or not they go together."""
    needed, free = dict[str, st.SearchStrategy[Any]](), dict[str, st.SearchStrategy[Any]]()
    for name, info in kind.model_fields.items():
        parts = [*parts_of(info.annotation), *info.metadata]
        if name == PRIVATE:
            free[name] = st.dictionaries(
                st.sampled_from([one for one in OF_YOUTH if one != "birth_date"]), TEXTS, min_size=1
            )
            continue
        rows = rows_of(parts)
        one = values_of(rows, region) if rows else _one(info, parts, region)
        if any(get_origin(part) is tuple for part in parts):
            one = st.lists(one, min_size=1, max_size=4, unique_by=str).map(partial(_ticked_first, info.examples or ()))
        (needed if info.is_required() else free)[name] = one
    return st.fixed_dictionaries(needed, optional=free)


def _ticked_first(known: Collection[str], values: list[Any]) -> list[Any]:
    """What is ticked is sent before what is added."""
    return sorted(values, key=lambda value: str(value) not in known)


def _one(info: Any, parts: list[Any], region: Region) -> st.SearchStrategy[Any]:
    codes = [str(one) for one in info.examples or ()]
    for part in parts:
        codes += map(str, part) if isinstance(part, EnumMeta) else get_args(part) if get_origin(part) is Literal else ()
    known = {
        Means.NAMED: region.names.of,
        Means.ORGANISATION: region.organisation_names.of,
        Means.TABLE: region.table_names.of,
        Means.PLACE: region.place_names.of,
        Means.CARE_FORM: region.care_forms or {"residential": ""},
        Means.OPDRACHT: region.opdracht_names.of,
    }
    codes += [code for part in parts if isinstance(part, Means) for code in known[part]]
    written = next((p.func for p in parts if isinstance(getattr(p, "func", None), Written)), None)
    if bool in parts:
        return st.booleans()
    if date in parts:
        return st.dates(date(2026, 1, 1), TODAY)
    if int in parts:
        return st.integers(1, 26).map(lambda n: n + 14 if info.title == "duur in minuten" else n)
    if codes:
        return (
            st.sampled_from(codes) | TEXTS.map(str.strip).filter(bool) if ONE_LINE in parts else st.sampled_from(codes)
        )
    if written:
        return st.from_regex(written.pattern, fullmatch=True)
    return TEXTS if ONE_LINE in parts else st.lists(TEXTS, min_size=1, max_size=3).map("\n".join)


@every_act
def test_what_was_filled_in_comes_back(region: Region, act: Act[Any], about: str) -> None:
    """From values to a form, to what a browser sends, to values: as they were."""

    @settings(max_examples=10)
    @given(values_of(act.values, region))
    def comes_back(values: dict[str, Any]) -> None:
        try:
            wanted = read_values(act.values, values, region, TODAY)
        except Refused:  # they do not go together: the form shows what was typed all the same
            again = from_form(act, sent(form_of(act, region, about=about, given=values)))
            form = form_of(act, region, about=about, given=again)
            assert from_form(act, sent(form)) == again
            return
        kept = values if issubclass(act.values, Correction) else wanted.model_dump(mode="json")
        form = form_of(act, region, about=about, begins=Beginning(kept))
        found = read_values(act.values, from_form(act, sent(form)), region, TODAY)
        assert found == wanted

    comes_back()


@every_act
@settings(max_examples=8)
@given(data=st.data())
def test_nothing_that_is_sent_breaks_it(region: Region, act: Act[Any], about: str, data: st.DataObject) -> None:
    """A foreign form is refused by the act, in Dutch and at its field where there is one; nothing is lost."""
    names = [one.name for one in every_field(form_of(act, region).fields)]
    part = st.sampled_from([*names, "", "0", "-1", "99999999999", "provider", "_fixed", "_had", "_more", "x", "²"])
    name = st.lists(part, min_size=1, max_size=6).map(".".join)
    items = data.draw(st.lists(st.tuples(name | part, TEXTS | part), max_size=8))
    given_ = from_form(act, items)
    try:
        read_values(act.values, given_, region, TODAY)
    except Refused as refused:
        form = form_of(act, region, about=about, given=given_, refused=refused, more=more_of(items))
        assert len(form.summary) >= 1
