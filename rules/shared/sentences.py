"""The numbered sentences of the documents, as rules/*/requirements.yaml has them: what every refusal and every question stands on."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from rules.shared.process import processes

RULES = Path(__file__).parents[1]


@cache
def _of(file: Path) -> dict[str, str]:
    known = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))["requirements"]
    return {number: about["sentence"] for number, about in known.items() if "sentence" in about}


def sentence(requirement: str) -> str:
    """What the document says under this number; empty for a number without a sentence (a reading)."""
    found = (_of(one.sentences).get(requirement) for one in processes() if one.sentences)
    return next(filter(None, found), "")
