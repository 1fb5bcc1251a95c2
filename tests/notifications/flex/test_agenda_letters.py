"""The letters of a meeting in words: agenda, cancellation, and the invitation that is withdrawn (N-03)."""

from __future__ import annotations

import pytest

from notifications import templates
from notifications.flex.agenda_words import days_in_words
from notifications.templates import Rendered, fill
from rules.flex.letters import AGENDA, AGENDA_CANCELLED, INVITATION_WITHDRAWN, OF_MEETINGS
from rules.shared.region import Region
from tests.support.facts import changed
from tests.support.letter_contexts import (
    FIRST_CASE,
    GRJR,
    ISSUES,
    MEETING,
    OLD,
    OTHER,
    OTHER_REFERENCE,
    OTHER_SUB,
    OWNER,
    REFERENCE,
    SUB,
    TABLE,
    Context,
    renamed,
    words,
)
from tests.support.letter_html import AsWritten, Page, assert_good_html
from tests.support.letter_text import WIDEST, assert_proper, flat


def letter(kind: str, said: Context, version: int = 1, region: Region = GRJR) -> Rendered:
    return fill(region, kind, words(said, version, region))


@pytest.mark.parametrize(("kind", "context"), ISSUES)
def test_letter_of_a_meeting(kind: str, context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """Good Dutch, and the same words in HTML, also as it is written before the styles are put in."""
    said = fill(GRJR, kind, context)
    assert_proper(said)
    assert_good_html(said)
    assert f"{TABLE.name}, {context['day']}" in said.subject
    on_it = [case["reference"] for case in context["cases"] if kind != INVITATION_WITHDRAWN]
    assert [reference for reference in on_it if reference not in said.text] == []
    assert "Kenmerk" not in said.text
    monkeypatch.setattr(templates, "_inliner", AsWritten)
    assert Page(fill(GRJR, kind, context).html).words == flat(said)


@pytest.mark.parametrize("kind", OF_MEETINGS)
def test_names_are_names_and_long_ones_make_no_wide_lines(kind: str) -> None:
    odd = renamed('Zorg & <b>Zoon</b> "{{ 1 }}" &amp; co')
    said = letter(kind, MEETING, region=odd)
    assert Page(said.html).words == flat(said)
    assert "<b>" not in said.html
    wide = letter(kind, MEETING, region=renamed(" ".join(["Stichting Jeugdhulp"] * 6)))
    assert max(map(len, wide.text.splitlines())) <= WIDEST


def test_agenda_in_full() -> None:
    said = letter(AGENDA, MEETING)
    lines = said.text.splitlines()
    first, second = lines.index(f"1. {REFERENCE} - SPOED"), lines.index(f"2. {OTHER_REFERENCE}")
    assert said.subject == f"Agenda {TABLE.name}, dinsdag 10 maart 2026"
    assert "Tijd: 10:00 tot 12:00 uur" in lines
    assert lines[first + 1 : second] == [
        "   Opdracht: B",
        "   Soort hulp: ambulant individueel",
        "   Leeftijd: 12 tot en met 15 jaar",
        "   Ronde: 1",
        f"   Aanbieder: {GRJR.name_of(OWNER)}",
        "   Reden: de capaciteit is nog niet op het benodigde niveau",
        f"   Onderaannemers: {GRJR.name_of(SUB)}: nee; {GRJR.name_of(OTHER_SUB)} (via Zuiderzorg",
        "     Jeugd): nee, later ingetrokken",
        "   Treeknorm: start uiterlijk maandag 11 mei 2026 (62 dagen na het overleg)",
        f"   Wie antwoordt: {GRJR.name_of(OTHER)}",
        "",
    ]
    assert "   Treeknorm: geen treeknorm ingesteld" in lines[second:]
    assert "   Onderaannemers: geen gevraagd" in lines[second:]
    assert f"   Wie antwoordt: {GRJR.name_of(OWNER)}, {GRJR.name_of(OTHER)}" in lines[second:]


def test_an_agenda_in_the_names_of_the_region() -> None:
    """F-27, F-69, F-70."""
    own = changed(GRJR, opdrachten={"B": "Ambulant"}, care_forms={"outpatient_individual": "begeleiding thuis"})
    lines = letter(AGENDA, MEETING, region=own).text.splitlines()
    assert "   Opdracht: B (Ambulant)" in lines
    assert "   Soort hulp: begeleiding thuis" in lines


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (62, "62 dagen na het overleg"),
        (1, "1 dag na het overleg"),
        (0, "op de dag van het overleg"),
        (-1, "1 dag te laat"),
        (-8, "8 dagen te laat"),
    ],
)
def test_days_left_in_words(left: int, told: str) -> None:
    """F-31: how far the treeknorm date is from the meeting."""
    assert days_in_words(left) == told
    text = letter(AGENDA, {**MEETING, "cases": [{**FIRST_CASE, "days_left": left}]}).text
    assert f"({told})" in " ".join(text.split())


def test_agenda_again_moved_or_without_cases() -> None:
    assert letter(AGENDA, MEETING, 2).subject.endswith(" (bijgewerkt)")
    assert "De normale dag was dinsdag 10 maart 2026." in flat(letter(AGENDA, {**MEETING, "on": "2026-03-11"}))
    assert "Er zijn geen casussen." in letter(AGENDA, {**MEETING, "cases": []}).text
    assert "18 jaar of ouder" in letter(AGENDA, {**MEETING, "cases": [{**FIRST_CASE, "age_band": "18+"}]}).text


def test_an_agenda_of_before_says_what_it_knew() -> None:
    """An issue that was stored without days left and subcontractors still reads well."""
    said = flat(letter(AGENDA, {**MEETING, "cases": [OLD]}))
    assert "Treeknorm: start uiterlijk maandag 11 mei 2026 Wie antwoordt:" in said
    assert "Onderaannemers:" not in said


def test_why_somebody_need_not_come() -> None:
    assert "Uw casus staat niet meer op de agenda." in letter(INVITATION_WITHDRAWN, MEETING, 2).text
    assert "U staat niet meer op de lijst van genodigden." in letter(INVITATION_WITHDRAWN, MEETING).text
    assert REFERENCE not in letter(INVITATION_WITHDRAWN, MEETING).text
    assert REFERENCE in letter(AGENDA_CANCELLED, MEETING).text


def test_the_top_says_whether_it_meets_and_what_is_urgent() -> None:
    """F-28: before who reads on; the order of the cases stays."""
    top = flat(letter(AGENDA, {**MEETING, "cases": []})).partition("Hierbij")[0]
    assert "Het overleg gaat door, tenzij u nog een afzegging krijgt." in top
    top = flat(letter(AGENDA, MEETING)).partition("Hierbij")[0]
    assert top == f"Beste collega, Let op: spoed bij {REFERENCE}. "
    assert letter(AGENDA, {**MEETING, "cases": [OLD | {"urgent": False}]}).text.startswith("Beste collega,\n\nHierbij")
