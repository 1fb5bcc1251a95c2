"""What a person sees as one value is one value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from rules.shared.cleaning import clean, one_line
from rules.shared.values import OwnReference, Private, Text, Values

ODD_TEXT = st.text(
    st.sampled_from("ab 0'\"=_x000D_\r\n\t\u200b\u00a0\u0301é\ufeff\u2011") | st.characters(), max_size=30
)


class Typed(Values):
    """As the values of an act."""

    sender_reference: OwnReference | None = None
    locations: tuple[Text, ...] = ()
    private: Private = Field(default_factory=dict)


@pytest.mark.parametrize(
    "written",
    [
        "V-1\u200b", "\ufeff\ufeffV-1", " V-1\u00a0", "V\u00ad-1", "V\u20111", "V-1_x000D_", "V-1_x000d_\n", "V-1\x00",
        "'V-1", '="V-1"', "\u202aV-1\u202c", "V-1\u2028", "V-1\ufe0f", "V-\u20601", "\tV-1\u3000",
    ],
)  # fmt: skip
def test_what_nobody_sees_is_not_kept(written: str) -> None:
    assert one_line(written) == "V-1"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Zoe\u0308", "Zoë"),
        ("Jeugdhulp\u00a0 \u2009Noord", "Jeugdhulp Noord"),
        ("Noor_x000D_\nProefmens", "Noor\nProefmens"),
        ("een\r\n\r\ntwee\rdrie", "een\n\ntwee\ndrie"),
        ("'0599", "0599"),
        ('="05""99"', '05"99'),
        ("'t Hof", "'t Hof"),
        ("'s-Gravenhage", "'s-Gravenhage"),
        ("'Nee', zei moeder", "'Nee', zei moeder"),
        ("van 't Hoff", "van 't Hoff"),
        ("=Zuid, hof", "=Zuid, hof"),
    ],
)
def test_what_is_kept(written: str, kept: str) -> None:
    assert clean(written) == kept


@given(text=ODD_TEXT)
def test_twice_is_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert one_line(one_line(text)) == one_line(text)
    assert one_line(text) == one_line(clean(text))


def test_every_typed_value_is_cleaned() -> None:
    typed = Typed.model_validate(
        {
            "sender_reference": "V\u200b-1\r\n",
            "locations": ["Noord\u00a0hof"],
            "private": {"name": "Zoe\u0308", "of": ["'12"]},
        }
    )
    assert typed.sender_reference == "V-1"
    assert typed.locations == ("Noord hof",)
    assert typed.private == {"name": "Zoë", "of": ["12"]}


@pytest.mark.parametrize("number", ["2,0260E+11", "2.026E+11", "2026E+8", "2.0e11", "########"])
def test_a_number_of_which_digits_are_gone_is_no_reference(number: str) -> None:
    with pytest.raises(ValueError, match="afgerond"):
        Typed.model_validate({"sender_reference": number})


@pytest.mark.parametrize("number", ["202600000001", "12E4", "E-1", "2,5", "K#1"])
def test_other_numbers_are_references(number: str) -> None:
    assert Typed.model_validate({"sender_reference": number}).sender_reference == number
