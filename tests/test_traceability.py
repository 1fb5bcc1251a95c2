"""Every numbered sentence of the flex route has its rule and its test, or says why not; the documents say so truly."""

from __future__ import annotations

from typing import Any

import pytest

from docs.generate import Catalogue, catalogue, numbers, pages
from rules.region import Region


@pytest.fixture(scope="module")
def known() -> Catalogue:
    return catalogue()


def test_every_number_is_in_the_table(known: Catalogue) -> None:
    assert list(known.requirements) == [f"F-{number:02}" for number in range(1, 83)]
    assert list(known.readings) == [f"AMB-{number:02}" for number in range(1, 35)]


def test_each_number_has_a_title_and_nothing_strange(known: Catalogue) -> None:
    for number, about in known.requirements.items():
        assert about["title"], number
        assert about.keys() <= {"title", "not_software"}, number
    for number, about in known.readings.items():
        assert about["title"], number
        assert about.keys() <= {"title", "setting"}, number


def test_no_number_is_cited_that_does_not_exist(known: Catalogue) -> None:
    assert known.unknown() == []


def test_every_number_has_rule_and_test_or_a_reason(known: Catalogue) -> None:
    assert known.gaps() == {}


def test_every_setting_of_a_reading_is_a_key_of_the_region_file(known: Catalogue) -> None:
    schema = Region.model_json_schema()

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


def test_the_generated_documents_are_up_to_date() -> None:
    """F-41: the picture and the tables on disk are those that the rules, docstrings and tests give now."""
    stale = [
        path.name for path, text in pages().items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run: make docs"


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("one week (F-19 … F-22, AMB-01)", ["F-19", "F-20", "F-21", "F-22", "AMB-01"]),
        ("F-54 ... F-56; F-31", ["F-54", "F-55", "F-56", "F-31"]),
        ("F-10, F-13 … F-14 and F-10", ["F-10", "F-13", "F-14"]),
        ("UTF-80 and F-1 and XAMB-01 and F-123", []),
    ],
)
def test_ranges_count_for_every_number(text: str, cited: list[str]) -> None:
    assert numbers(text) == cited
