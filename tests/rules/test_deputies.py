"""Who may stand in for whom, and for whom somebody then acts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.shared.deputies import no_deputy
from rules.shared.person import signer
from rules.shared.refusal import Refused
from rules.shared.region import Deputy, Region

TODAY = date(2026, 3, 2)
PEOPLE = ("tz-anna", "tz-bram", "cm-bc", "beheer")
DAYS = st.integers(-3, 12).map(lambda number: TODAY + timedelta(days=number))
WISH = st.builds(Deputy, st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), DAYS, DAYS)


def with_deputies(region: Region, *deputies: Deputy) -> Region:
    own = region.model_copy()
    vars(own)["deputies"] = deputies
    return own


@given(wishes=st.lists(WISH, max_size=8))
def test_work_goes_to_one_and_never_further(region: Region, wishes: list[Deputy]) -> None:
    """Whatever is asked for in whichever order: on each day a person has one deputy at most, who is not replaced."""
    kept: list[Deputy] = []
    for one in wishes:
        refused = no_deputy(*one, with_deputies(region, *kept), TODAY)
        if refused is None:
            kept.append(one)
        assert refused is None or refused.field in ("person", "deputy", "last")
    own = with_deputies(region, *kept)
    for number in range(-3, 13):
        day = TODAY + timedelta(days=number)
        for who in PEOPLE:
            deputy = own.stand_in(who, day)
            assert own.stand_in(deputy, day) == deputy
            assert (deputy == who) == (who not in {one.person for one in kept if one.holds(day)})
            assert all(own.stand_in(one, day) == who for one in own.stands_in_for(who, day))


def test_on_its_days_only(region: Region) -> None:
    own = with_deputies(region, Deputy("cm-bc", "tz-anna", TODAY, TODAY + timedelta(days=2)))
    for number, signs in ((-1, False), (0, True), (2, True), (3, False)):
        day = TODAY + timedelta(days=number)
        assert (own.stand_in("cm-bc", day) == "tz-anna") is signs
        if signs:
            who = signer("cm-bc", "Anna de Vries", own, day)
            assert who
            assert (who.id, who.confirmed) == ("tz-anna", True)
        else:
            with pytest.raises(Refused) as why:
                signer("cm-bc", "tz-anna", own, day)
            assert why.value.field == "person"
    with pytest.raises(Refused):
        signer("cm-bc", "tz-anna", own)  # without a day nobody stands in
    assert signer("cm-bc", None, own, TODAY) == signer("cm-bc", "cm-bc", own, TODAY)
