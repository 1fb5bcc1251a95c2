"""Every letter in words: it renders, holds no code, names its case, says the same in HTML, and each reader finds its part (A.10)."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from flexroute.settings import Settings
from notifications import templates
from notifications.templates import TEMPLATES, Rendered, fill
from notifications.words import WORDS
from rules.letters import OF_MEETINGS, RECIPIENTS
from rules.procedure import NO_APPROVAL, NO_TABLE_ASSESSMENT, WRONG_DELIVERER
from rules.region import Region
from rules.route import Outcome
from rules.values import Ground
from tests.letter_html import Page, assert_good_html

REGION_FILE = Path(__file__).parent.parent / "regions" / "grjr.yaml"
REFERENCE, OTHER_REFERENCE = "ZB-2026-000123", "ZB-2026-000124"
WIDEST = 100
AGENDAS = OF_MEETINGS

Context = dict[str, Any]

WRITTEN = YAML(typ="safe", pure=True).load(REGION_FILE)
REGION = Region.model_validate(WRITTEN)
OWNER, OTHER = [o.id for o in REGION.organisations if o.is_system_provider()][:2]
FLEX = next(o.id for o in REGION.organisations if o.is_flex_provider())

GROUNDS = [ground.value for ground in Ground]
FAILING = [NO_TABLE_ASSESSMENT, NO_APPROVAL, WRONG_DELIVERER]

# What every letter of a case knows, and what the steps of the route add to it.
KNOWN: Context = {
    "reference": REFERENCE,
    "opdracht": "B",
    "round": 1,
    "owner": OWNER,
    "urgent": False,
    "treeknorm_date": "2026-05-11",
    "received_on": "2026-03-02",
}
NOTHING: list[Context] = [{}]
DUE: list[Context] = [{"due": "2026-03-09"}]
ACCEPTED: list[Context] = [{"flex": FLEX}]
CASES: dict[str, list[Context]] = {
    "assessment_request": DUE,
    "assessment_reminder": DUE,
    "assessment_overdue": DUE,
    "assessment_outcome": [{"possible": True}, {"possible": False}],
    "escalation": [{"taken_over": True}, *({"taken_over": False, "ground": ground} for ground in [*GROUNDS, None])],
    "approval_request": NOTHING,
    "approval_reminder": NOTHING,
    "approval_decision": [
        *({"approved": True, "ground": ground, "to_re_offer": False} for ground in GROUNDS),
        {"approved": True, "ground": GROUNDS[0], "to_re_offer": True},
        {"approved": False, "ground": None, "to_re_offer": False},
    ],
    "flex_request": NOTHING,
    "flex_reminder": NOTHING,
    "flex_answer": [
        {"flex": FLEX, "accepted": accepted, "to_re_offer": to_re_offer, "unable": unable}
        for accepted, to_re_offer, unable in [
            (True, False, False),
            (False, False, False),
            (False, True, False),
            (False, True, True),
        ]
    ],
    "re_offered": NOTHING,
    "handover_request": ACCEPTED,
    "handover_done": ACCEPTED,
    "allocation_request": ACCEPTED,
    "procedure_check_failed": [*({"failing": [code]} for code in FAILING), {"failing": FAILING}],
    "placement": [{"provider": OWNER}, {"provider": OTHER}],
    "status_to_referrer": [
        {"outcome": Outcome.PLACED.value, "provider": OTHER},
        {"outcome": Outcome.SOLVED.value, "provider": OWNER},
        {"outcome": Outcome.STARTED.value, "provider": FLEX},
        {"refused": True},
        {"re_offered": True},
    ],
    "withdrawn": NOTHING,
    "many_rounds": NOTHING,
}
REJECTED: Context = {"reference": "afgewezen:ref-lt:2026-03-02T08:00:00+00:00", "opdracht": "B", "provider": FLEX}
CIRCUMSTANCES: dict[str, Context] = {
    "plain": {},
    "urgent": {"urgent": True},
    "round-3": {"round": 3},
    "no-norm": {"treeknorm_date": None},
}
VARIANTS = [
    pytest.param(kind, {**KNOWN, **more, **extra}, id=f"{kind}-{number}-{name}")
    for kind, extras in CASES.items()
    for number, extra in enumerate(extras)
    for name, more in CIRCUMSTANCES.items()
]
LETTERS = [*VARIANTS, pytest.param("direct_flex_rejected", REJECTED, id="direct_flex_rejected")]
PORTAL = Settings(portal_url="https://flexroute.example.nl")


def case_letter(kind: str, number: int = 0, **more: Any) -> Rendered:
    return fill(REGION, kind, {**KNOWN, **CASES[kind][number], **more})


def renamed(name: str) -> Region:
    """The region when it, and everyone in it, is called this."""
    organisations = [{**row, "name": name} for row in WRITTEN["organisations"]]
    return Region.model_validate({**WRITTEN, "name": name, "organisations": organisations})


class AsWritten:
    """Instead of the inliner: the page as the letter files say it."""

    def inline(self, html: str) -> str:
        return html


def flat(said: Rendered) -> str:
    return " ".join(said.text.split())


def assert_proper(said: Rendered) -> None:
    """One line of subject, no wide lines, no holes, no codes, signed, and something under every heading."""
    whole = f"{said.subject}\n{said.text}"
    assert said.subject
    assert "\n" not in said.subject
    assert [line for line in whole.splitlines() if len(line) > WIDEST] == []
    assert [code for code in WORDS if "_" in code and code in whole] == []
    assert [hole for hole in ("{", "None", "\n\n\n", "..", " ,") if hole in whole] == []
    assert said.text.startswith("Beste collega,\n\n")
    assert "\n\nMet vriendelijke groet,\nTeam Zorgbemiddeling\n" in said.text
    assert [line for line, after in pairwise(said.text.splitlines()) if line.endswith("?") and not after] == []


def test_every_kind_has_its_folder() -> None:
    folders = {
        folder.name: {file.name for file in folder.iterdir()} for folder in TEMPLATES.iterdir() if folder.is_dir()
    }
    assert set(folders) == {*RECIPIENTS, *AGENDAS}
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
