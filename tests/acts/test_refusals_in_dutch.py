"""What a refusal says is for people at every door: no field in English, no code, no option of the command line, no day as 2026-03-09."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pydantic import Field

from acts.engine.act import read_values
from notifications.words import words
from rules.shared.refusal import Refused
from rules.shared.region import Region
from rules.shared.values import Day, Line, Values, WrongField
from tests.acts.test_in_words import KINDS
from tests.conftest import ROOT

RAISED = {"invalid", "Refused", "ValueError", "WrongField", "reason_missing", "not_one_of"}
FILES = [
    file
    for room in ("acts/engine", "acts/flex", "acts/stop", "acts/bridges", "rules")
    for file in Path(ROOT, room).rglob("*.py")
]
NOT_FOR_PEOPLE = {
    "rules/flex/details.py",
    "rules/flex/matching.py",
    "rules/shared/process.py",
}  # of region files, and of programs


def said() -> Iterator[tuple[str, ast.expr]]:
    """Every sentence with which something is refused, with where it stands."""
    for file in FILES:
        where = str(file.relative_to(ROOT))
        if where in NOT_FOR_PEOPLE or "/settings" in where or "region" in where:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RAISED:
                for part in node.args:
                    text = ast.unparse(part)
                    if isinstance(part, (ast.Constant, ast.JoinedStr)) and " " in text:
                        yield f"{where}:{node.lineno}", part


FIELDS = {field for kind in KINDS for field in kind.model_fields}
CODES = {one for one in (*FIELDS, *words()) if "_" in one}
BETWEEN_BRACKETS = re.compile(rf"\((?:{'|'.join(FIELDS)})[,)]")


@pytest.mark.parametrize(("where", "part"), [*said()], ids=lambda one: one if isinstance(one, str) else "")
def test_a_refusal_is_for_people(where: str, part: ast.expr) -> None:
    parts = part.values if isinstance(part, ast.JoinedStr) else [part]
    text = "".join(str(one.value) for one in parts if isinstance(one, ast.Constant))
    assert not CODES & set(re.findall(r"[a-z]+(?:_[a-z]+)+", text)), text
    assert not BETWEEN_BRACKETS.search(text), text
    assert "--" not in text, text
    assert not re.search(r"jjjj-mm|[0-9]{4}-[0-9]{2}-[0-9]{2}", text), text
    for one in parts:
        if isinstance(one, ast.FormattedValue) and re.search(r"(?:_on|\.on|day|date)$", ast.unparse(one.value)):
            assert one.format_spec, f"{text}: a day is written as 09-03-2026"


class Two(Values):
    """Values in which two fields do not go together."""

    first: Day | None = Field(None, title="eerste")
    name: Line | None = Field(None, title="naam")

    def model_post_init(self, _: object) -> None:
        if self.first and self.name:
            raise WrongField("name", "laat dit veld dan leeg")


def test_all_that_is_wrong_is_told_at_its_field(region: Region) -> None:
    """Also what is wrong with two fields together, and how long a text may be."""
    with pytest.raises(Refused) as refused:
        read_values(Two, {"first": "morgen", "name": "x" * 4001}, region, date(2026, 3, 9))
    assert (refused.value.field, refused.value.others) == (
        "first",
        [("name", "deze tekst is te lang; er passen 4000 tekens in")],
    )
    with pytest.raises(Refused) as refused:
        read_values(Two, {"first": "2026-03-09", "name": "x"}, region, date(2026, 3, 9))
    assert (refused.value.field, refused.value.message) == ("name", "laat dit veld dan leeg")
