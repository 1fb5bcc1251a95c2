"""Every letter in words: it renders, holds no code, names its case, says the same in HTML, and each reader finds its part (A.10)."""

from __future__ import annotations

from typing import Any

import pytest

from flexroute.settings import Settings
from notifications import templates
from notifications.templates import TEMPLATES, Rendered, fill
from notifications.words import WORDS
from rules.letters import OF_MEETINGS, RECIPIENTS
from tests.letter_contexts import (
    CASES,
    FLEX,
    KNOWN,
    LETTERS,
    OTHER,
    OWNER,
    REFERENCE,
    REGION,
    REJECTED,
    VARIANTS,
    Context,
    renamed,
)
from tests.letter_html import AsWritten, Page, assert_good_html
from tests.letter_text import WIDEST, assert_proper, flat

PORTAL = Settings(portal_url="https://flexroute.example.nl")


def case_letter(kind: str, number: int = 0, **more: Any) -> Rendered:
    return fill(REGION, kind, {**KNOWN, **CASES[kind][number], **more})


def test_every_kind_has_its_folder() -> None:
    folders = {
        folder.name: {file.name for file in folder.iterdir()} for folder in TEMPLATES.iterdir() if folder.is_dir()
    }
    assert set(folders) == {*RECIPIENTS, *OF_MEETINGS}
    assert [kind for kind, files in folders.items() if files != {"subject.txt", "text.txt", "html.html"}] == []


def test_every_kind_is_tried_here() -> None:
    assert {*CASES, "direct_flex_rejected"} == set(RECIPIENTS)


def test_the_care_forms_of_the_region_have_words() -> None:
    assert set(WORDS) >= REGION.care_forms()


@pytest.mark.parametrize(("kind", "context"), VARIANTS)
def test_letter_of_a_case(kind: str, context: Context) -> None:
    said = fill(REGION, kind, context)
    assert_proper(said)
    assert said.subject.startswith(f"[{REFERENCE}] ")
    assert f"\nKenmerk van de casus: {REFERENCE}\n" in said.text


@pytest.mark.parametrize("kind", list(CASES))
def test_the_link_takes_the_place_of_the_reference(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "settings", lambda: PORTAL)
    said, link = case_letter(kind), f"https://flexroute.example.nl/zaken/{REFERENCE}"
    assert_proper(said)
    assert_good_html(said)
    assert f"\nBekijk de casus in Flexroute:\n{link}\n" in said.text
    assert Page(said.html).links == [link]


@pytest.mark.parametrize(("kind", "context"), LETTERS)
def test_html_says_the_same_and_is_good(kind: str, context: Context) -> None:
    said = fill(REGION, kind, context)
    assert_good_html(said)
    assert Page(said.html).links == []


@pytest.mark.parametrize(("kind", "context"), LETTERS)
def test_html_is_nested_well_as_it_is_written(kind: str, context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """The inliner mends what is wrong, each mail program would do so in its own way: so look at it before that."""
    monkeypatch.setattr(templates, "_inliner", AsWritten)
    assert Page(fill(REGION, kind, context).html).words == flat(fill(REGION, kind, context))


@pytest.mark.parametrize(("kind", "context"), LETTERS)
def test_names_are_names_in_html(kind: str, context: Context) -> None:
    region = renamed('Zorg & <b>Zoon</b> "{{ 1 }}" &amp; co')
    said = fill(region, kind, context)
    assert Page(said.html).words == flat(said)
    assert Page(said.html).title == said.subject
    assert "<b>" not in said.html
    assert "<b>Zoon</b>" in said.text


@pytest.mark.parametrize("kind", [*CASES, "direct_flex_rejected"])
def test_long_names_make_no_wide_lines(kind: str) -> None:
    region = renamed(" ".join(["Stichting Jeugdhulp"] * 6))
    for extra in CASES.get(kind, [REJECTED]):
        context = extra if kind not in CASES else {**KNOWN, **extra}
        assert max(map(len, fill(region, kind, context).text.splitlines())) <= WIDEST


@pytest.mark.parametrize("kind", [kind for kind, extras in CASES.items() if len(extras) > 1])
def test_variants_differ(kind: str) -> None:
    assert len({case_letter(kind, number).text for number in range(len(CASES[kind]))}) == len(CASES[kind])


WITH_NORM = [
    "assessment_request",
    "assessment_reminder",
    "assessment_overdue",
    "escalation",
    "approval_request",
    "approval_reminder",
    "flex_request",
    "flex_reminder",
    "re_offered",
    "handover_request",
    "handover_done",
    "allocation_request",
    "procedure_check_failed",
    "placement",
    "many_rounds",
]


@pytest.mark.parametrize("kind", WITH_NORM)
def test_the_treeknorm_or_that_there_is_none(kind: str) -> None:
    """F-31, AMB-03."""
    assert "uiterlijk starten op maandag 11 mei 2026 (treeknorm)" in flat(case_letter(kind))
    assert "geen treeknorm ingesteld" in flat(case_letter(kind, treeknorm_date=None))


@pytest.mark.parametrize(
    ("kind", "number", "readers"),
    [
        ("assessment_overdue", 0, [OWNER, "care_mediation_team", "de verwijzer"]),
        ("approval_decision", -2, [OWNER, "care_mediation_team"]),
        ("approval_decision", -1, [OWNER, "care_mediation_team"]),
        ("flex_answer", 3, [OWNER, "care_mediation_team"]),
        ("handover_request", 0, [OWNER, FLEX]),
        ("handover_done", 0, [FLEX, "care_mediation_team"]),
        ("procedure_check_failed", 0, ["care_mediation_team", "de contractmanager"]),
        ("placement", 1, [OWNER, OTHER]),
    ],
)
def test_each_reader_finds_its_part(kind: str, number: int, readers: list[str]) -> None:
    text = flat(case_letter(kind, number))
    assert [reader for reader in readers if f"Voor {REGION.name_of(reader)}:" not in text] == []


def test_urgent_is_said_where_there_is_something_to_do() -> None:
    spoed = "Let op: deze casus heeft spoed."
    assert spoed in case_letter("flex_request", urgent=True).text
    assert spoed not in case_letter("flex_request").text
    assert spoed not in case_letter("withdrawn", urgent=True).text


def test_direct_flex_rejected() -> None:
    """F-10: there is no case, so there is no reference; the token of the outbox stays out of sight."""
    said = fill(REGION, "direct_flex_rejected", REJECTED)
    assert_proper(said)
    assert said.subject.startswith("[Verwijzing opdracht B] ")
    assert "afgewezen:" not in said.subject + said.text
    assert "Kenmerk" not in said.text
    assert REGION.name_of(FLEX) in flat(said)
