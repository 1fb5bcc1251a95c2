"""Every numbered sentence of both documents has its rule and its test, or says why not; the documents say so truly."""

from __future__ import annotations

from typing import Any

import pytest

from docs.generate import DOCUMENTS, ROOT, Catalogue, Document, catalogue, numbers, pages
from notifications.stop import picture as stop_picture
from rules.flex.route import mermaid
from rules.shared.region import Region
from rules.shared.settings import every_process


@pytest.fixture(scope="module")
def known() -> Catalogue:
    return catalogue()


def test_every_number_is_in_the_table(known: Catalogue) -> None:
    last = {"F": 82, "S": 60}
    for document in DOCUMENTS:
        every = [f"{document.prefix}-{number:02}" for number in range(1, last[document.prefix] + 1)]
        assert list(known.of(document)) == every
    assert len(known.requirements) == sum(last.values())
    assert list(known.readings) == [f"AMB-{number:02}" for number in (*range(1, 35), 71, 72, 74, *range(40, 53))]


def test_each_number_has_a_title_and_nothing_strange(known: Catalogue) -> None:
    for number, about in known.requirements.items():
        assert about["title"], number
        assert about.keys() <= {"title", "not_software", "sentence"}, number
    for number, about in known.readings.items():
        assert about["title"], number
        assert about.keys() <= {"title", "setting"}, number


def test_no_number_is_cited_that_does_not_exist(known: Catalogue) -> None:
    assert known.unknown() == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.prefix)
def test_every_number_has_rule_and_test_or_a_reason(known: Catalogue, document: Document) -> None:
    assert {number: lacks for number, lacks in known.gaps().items() if number in known.of(document)} == {}


def test_every_reading_has_a_rule(known: Catalogue) -> None:
    assert [number for number in known.readings if number not in known.code] == []


def test_every_setting_of_a_reading_is_a_key_of_the_region_file(known: Catalogue) -> None:
    schema = Region.model_json_schema()
    processes = every_process().model_json_schema()
    schema["$defs"] |= processes["$defs"]
    schema["properties"]["processes"] = processes

    def keys(part: dict[str, Any]) -> dict[str, Any]:
        part = part.get("items", part)
        reference = part.get("$ref", "").rpartition("/")[2]
        found: dict[str, Any] = (schema["$defs"][reference] if reference else part).get("properties", {})
        return found

    for number, about in known.readings.items():
        for path in filter(None, about.get("setting", "").split(", ")):
            part: dict[str, Any] = schema
            for key in path.split("."):
                assert key in keys(part), f"{number}: {path}"
                part = keys(part)[key]


def test_the_generated_documents_are_up_to_date(known: Catalogue) -> None:
    """F-41: the picture and the tables on disk are those that the rules, docstrings and tests give now."""
    stale = [
        path.name
        for path, text in pages(known).items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run: make docs"


@pytest.mark.parametrize("picture", [mermaid(), stop_picture.mermaid()], ids=["flex", "stop"])
def test_the_readme_shows_the_pictures_of_now(picture: str) -> None:
    """F-41, AMB-31: the pictures in README.md are those that `flexroute route` draws."""
    assert picture in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("one week (F-19 … F-22, AMB-01)", ["F-19", "F-20", "F-21", "F-22", "AMB-01"]),
        ("F-54 ... F-56; F-31", ["F-54", "F-55", "F-56", "F-31"]),
        ("F-10, F-13 … F-14 and F-10", ["F-10", "F-13", "F-14"]),
        ("S-01 … S-03, F-01 and AMB-40", ["S-01", "S-02", "S-03", "F-01", "AMB-40"]),
        ("S-01 … F-03", ["S-01", "F-03"]),
        ("UTF-80 and F-1 and XAMB-01 and F-123 and TLS-12", []),
    ],
)
def test_ranges_count_for_every_number(text: str, cited: list[str]) -> None:
    assert numbers(text) == cited
