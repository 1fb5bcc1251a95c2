"""C.4: which texts may hold a citizen service number, and which only hold numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.shared.bsn import may_hold_bsn, passes_elfproef

ZERO_WIDTH = "\u200b"

FINE = [
    "", "Geen plaats", "Het BSN volgt later", "Bsn onbekend. Bel 06 12 34 56 78", "burgerservicenummer niet gegeven, 3 kinderen",
    "999900007", "123456789", "12345678", "12 34 56 78", "1999900006", "99990000", "9999000061", "000099990000",
    "06 12 34 56 78", "0612345678", "06-12345678", "010-1234567", "010 123 45 67", "0181 12 34 56", "(010) 123 45 67",
    "+31 612 345 678", "+31612345678", "+31 6 12345678", "+31 (0)10 123 45 67", "0031 612 345 678", "tel. 010.123.45.67",
    "09-03-2026", "2026-03-09", "9-3-2026 om 10:30", "op 09-03-2026 10 kinderen", "2026-03-09T10:00:00+01:00", "09.03.2026 12 uur",
    "van 09.00-10.30 12 kinderen", "van 09.00 - 10.30 uur", "om 10:30:15 in 2026", "maandag 9 maart 2026, 14.30 uur",
    "ZB-2026-000123", "ST-2026-000001-0042", "ZB-2026-000123 10-03-2026", "ST-2026-000001 12 3456",
    "toewijzing 999900006", "Toewijzingsnummer: 999900018", "toewijzingsnr. 999900031", "toewijzing nr. 123456782",
    "Vergadering-id: 312 456 789 012", "https://teams.microsoft.com/l/meetup-join/19%3ameeting_81234567890", "NL20 INGB 0001 2345 67",
    "NL91ABNA0417164300", "kamer 2.14, verdieping 3", "opdrachten 12 13 14 15", "3011 AB Rotterdam", "€ 12.345.678,90", "KvK 12345678",
    "0612345671", "06 1234 5671", "010 234 56 73", "088-555 12 30",  # but for the zero these pass the elfproef
    "2026-01-03 10 101 kinderen", "09-01-2026 17 kinderen", "09.01.2026 17 kinderen", "09 01 2026 29 kinderen", "10-10-2026 105 x",
    "999 900  006", "999/900/006", "9 999 000 06", "99990 0006", "bsn van 12 kinderen", "absnt 12345678",
]  # fmt: skip

HELD = [
    "999900006", "BSN 999900006", "bsn:999900006", "x999900006y", "kind (999900006) kan niet", "123456782", "nr.123456782.",
    "999 900 006", "999.900.006", "999-900-006", "9999 00 006", "99 99 00 006", "99-9900-006", "9999.00006".replace("00006", "00.006"),
    "999\u00a0900\u00a0006", "999\u202f900\u202f006", "999\u2011900\u2011006", "999\u2013900\u2013006", "999\u2212900\u2212006",
    f"999{ZERO_WIDTH}900{ZERO_WIDTH}006", f"9{ZERO_WIDTH}99900006", "999\u2060900\u2060006", "999\ufeff900006", "999900\u00ad006",
    "999.900 006", "999-900.006", "12 34 56 782", "1234.56.782", "2026 123 456 782", "12 kinderen 123 456 782",
    "0999900006", "0999 900 006", "09 9990 0006", "0999.900.006", "999900006 en 06 12 34 56 78", "09-03-2026 999900006",
    "BSN 0123456782", "bsn 0612345678", "BSN: 10000008", "bsn 1000 0008", "burgerservicenummer 10000008", "Burgerservicenr. 10 00 00 08",
    "BSN-nummer van dit kind is 12345678", "b.s.n. 12345678", "BSN 123456789", "Burgerservicenummer (BSN): 1234 5678",
    '{"bsn": "12345678"}', "client_bsn=12345678", "BSN nr. 12345678", "ZB-2026-999900006", "toewijzing voor BSN 999900006",
    "BSN bij ZB-2026-000123: 12345678",
    "010000008", "999 900 006, 999 900 018", "\uff19\uff19\uff19\uff19\uff10\uff10\uff10\uff10\uff16",
]  # fmt: skip


@pytest.mark.parametrize("text", FINE)
def test_a_text_that_only_holds_numbers(text: str) -> None:
    """C.4: phone numbers, dates, times, references, allocation numbers and numbers of meetings keep nobody from the mail."""
    assert not may_hold_bsn(text)


@pytest.mark.parametrize("text", HELD)
def test_a_text_that_may_hold_a_bsn(text: str) -> None:
    """C.4: together, or in groups of two to four with one sign between, as people write it; or what is called a BSN."""
    assert may_hold_bsn(text)


def test_there_are_enough_of_both() -> None:
    """C.4: fifty texts that must pass, fifty that must not."""
    assert len(set(FINE)) >= 50
    assert len(set(HELD)) >= 50


@given(
    st.integers(0, 999_999_999).map("{:09d}".format).filter(passes_elfproef),
    st.sampled_from([(9,), (3, 3, 3), (2, 2, 2, 3), (4, 3, 2), (2, 3, 4), (3, 4, 2), (4, 2, 3), (2, 4, 3), (3, 2, 4)]),
    st.sampled_from([" ", ".", "-", "\u00a0", "\u2011", "\u200b"]),
)
def test_every_bsn_in_groups(number: str, groups: tuple[int, ...], sign: str) -> None:
    """C.4: whatever its digits."""
    ends = [sum(groups[: at + 1]) for at in range(len(groups))]
    assert may_hold_bsn(f"kind {sign.join(number[end - size : end] for size, end in zip(groups, ends, strict=True))}")
