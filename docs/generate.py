"""Makes docs/route.md, docs/stop.md and docs/traceability.md from the rules, the docstrings and the tests.

`python -m docs.generate [--check]`
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

import processes  # noqa: F401 - they register themselves
from docs import stop_standings
from notifications.stop import picture as stop_picture
from notifications.words import words
from processes.flex import FLEX
from processes.stop import STOP
from rules.flex.route import STEP_INFO, TRANSITION_OF, Step, acts_at, mermaid
from rules.stop.duties import DUTIES
from rules.stop.route import STAGES

ROOT = Path(__file__).parent.parent
CODE = ("rules", "acts", "tasks", "flows", "models", "notifications", "cli")
MADE = "<!-- Made by `make docs`; do not edit. -->"
_CITED = re.compile(r"\b(F|S|AMB)-(\d\d)\b(?:\s*(?:…|\.\.\.|–)\s*\1-(\d\d)\b)?")

Places = dict[str, list[tuple[str, str]]]  # by number: what cites it, and in which file
Numbered = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Document:
    """One document that the program follows, as rules/*/requirements.yaml has it."""

    prefix: str
    title: str
    file: str


DOCUMENTS = (  # in the order of the page
    Document("F", "The flex route", "rules/flex/requirements.yaml"),
    Document("S", "A provider that stops", "rules/stop/requirements.yaml"),
)


@dataclass
class Catalogue:
    """The requirements and readings of all documents with their titles, and where each number is cited."""

    requirements: Numbered
    readings: Numbered
    code: Places = field(default_factory=dict)
    tests: Places = field(default_factory=dict)

    def of(self, document: Document) -> Numbered:
        """The requirements of one document."""
        return {n: about for n, about in self.requirements.items() if n.startswith(f"{document.prefix}-")}

    def unknown(self) -> list[str]:
        """Requirements that somebody cites and that do not exist."""
        ours = tuple(f"{document.prefix}-" for document in DOCUMENTS)
        return sorted(
            number
            for number in self.code.keys() | self.tests.keys()
            if number.startswith(ours) and number not in self.requirements
        )

    def gaps(self) -> dict[str, str]:
        """Requirements without a rule or without a test, and without a reason for that."""
        missing = {}
        for number, known in self.requirements.items():
            lacks = [what for what, found in (("rule", self.code), ("test", self.tests)) if number not in found]
            if lacks and "not_software" not in known:
                missing[number] = " and ".join(lacks)
        return missing


def numbers(text: str) -> list[str]:
    """The numbers that a text cites, each once; a range such as "F-19 … F-22" counts for every number in it."""
    found: dict[str, None] = {}
    for prefix, first, last in _CITED.findall(text):
        found |= {f"{prefix}-{number:02}": None for number in range(int(first), int(last or first) + 1)}
    return list(found)


def docstrings(path: Path) -> Iterator[tuple[str, str]]:
    """The name ("" for the module, Class.method) and docstring of everything in a Python file that has one."""

    def below(node: ast.AST, name: str) -> Iterator[tuple[str, str]]:
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and (
            said := ast.get_docstring(node)
        ):
            yield name, said
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield from below(child, f"{name}.{child.name}" if name else child.name)

    return below(ast.parse(path.read_text(encoding="utf-8")), "")


def _code() -> Places:
    places: Places = defaultdict(list)
    for package in CODE:
        for path in sorted((ROOT / package).rglob("*.py")):
            module = path.relative_to(ROOT).with_suffix("").as_posix().removesuffix("/__init__")
            for name, said in docstrings(path):
                for number in numbers(said):
                    file = path.relative_to(ROOT).as_posix()
                    places[number].append((f"{module}:{name}" if name else module, file))
    return {number: _precise(found) for number, found in places.items()}


def _precise(places: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Without a module of which a part is there too."""
    modules = {place.partition(":")[0] for place, _ in places if ":" in place}
    return [(place, file) for place, file in places if place not in modules]


def _tests() -> Places:
    places: Places = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name, said in docstrings(path):
            if name and not name.rpartition(".")[2].startswith("test"):
                continue  # a helper proves nothing
            where = path.relative_to(ROOT / "tests").as_posix() + (f"::{name.replace('.', '::')}" if name else "")
            for number in numbers(said):
                places[number].append((where, path.relative_to(ROOT).as_posix()))
    for path in sorted((ROOT / "tests" / "scenarios").rglob("*.yaml")):
        # its head; the steps take long to read
        story = _yaml(path.read_text(encoding="utf-8").partition("\nsteps:")[0])
        for number in numbers(" ".join(map(str, story.get("source") or ()))):
            places[number].append((str(story["id"]), path.relative_to(ROOT).as_posix()))
    return dict(places)


def _yaml(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def catalogue() -> Catalogue:
    """Everything that is known of the numbers, read from the working tree."""
    known = Catalogue({}, {}, _code(), _tests())
    for document in DOCUMENTS:
        numbered = _yaml((ROOT / document.file).read_text(encoding="utf-8"))
        known.requirements |= numbered["requirements"]
        known.readings |= numbered["readings"]
    return known


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _table(*heads: str) -> list[str]:
    return [_row(*heads), _row(*("---" for _ in heads))]


def _linked(places: list[tuple[str, str]] | None) -> str:
    """All of them; of a test only its name, for its file stands behind it."""
    return ", ".join(f"[{place.rpartition('::')[2]}](../{file})" for place, file in places or []) or "—"


def route_page() -> str:
    """docs/route.md: the picture of the route, and its steps with the sentences that they stand on."""
    lines = [
        "# The flex route",
        MADE,
        "",
        "How a case (casus) goes along the flex route of the GRJR, drawn from the rules that move it (`rules/flex/route.py`); "
        "withdrawing (intrekken), correcting the referral, taking a subcontractor's no back and recording an allocation are "
        "possible at every step before the start and are not drawn.",
        "",
        "```mermaid",
        mermaid().rstrip(),
        "```",
        "",
        *_table("Step", "Number", "Name", "Who acts, and the act", "Requirement", "Sentence of the document"),
    ]
    for step, stop in STEP_INFO.items():
        lines.append(_row(f"`{step.value}`", stop.number, stop.name, _who(step), stop.requirement, stop.sentence))
    return "\n".join(lines) + "\n"


def _who(step: Step) -> str:
    return _people(
        (FLEX.acts[act].who, act) for act in acts_at(step) if step in (TRANSITION_OF[act].leads_from or (step,))
    )


def _people(acts: Iterable[tuple[str, str]]) -> str:
    """Who acts, each with the acts that are theirs."""
    who: dict[str, list[str]] = defaultdict(list)
    for people, act in acts:
        who[people].append(f"`{act}`")
    return "; ".join(f"{people}: {', '.join(theirs)}" for people, theirs in who.items())


def stop_page() -> str:
    """docs/stop.md: the picture of a child at a provider that stops, the stages, and where child and dossier can stand."""
    lines = [
        "# A provider that stops",
        MADE,
        "",
        "How a child (jeugdige) at a provider that stops (stoppende aanbieder) comes to rest: finished there (route 1) or at another "
        "provider (route 2). Drawn by `notifications/stop/picture.py`, which tests hold against what happens. "
        "A status follows from the facts, so it can also go back: after another "
        "proposal, or when a route lapses. From every open status a child may enter the [flex route](route.md) as well "
        "(`enter_flex_route`); its status here stays. Other acts that leave the status as it was are not drawn; the stages have them.",
        "",
        "```mermaid",
        stop_picture.mermaid().rstrip(),
        "```",
        "",
        "## Stages",
        "",
        "The lines of the flow (`flows/stop_provider.py`), in the order of the document.",
        "",
        *_table("Stage", "Name", "Who acts, and the act", "Requirement", "Sentence of the document"),
    ]
    for key, stage in STAGES.items():
        who = _people((STOP.acts[act].who, act) for act in stage.acts)
        lines.append(_row(f"`{key}`", stage.name, who, stage.requirement, stage.sentence))
    lines += ["", "## Where a child stands", ""]
    lines += _table("Status", "In words", "When", "What may be missing")
    for child, standing in stop_standings.OF_CHILD.items():
        lines.append(_row(f"`{child.value}`", words()[child], standing.when, _codes(standing.missing)))
    lines += ["", "What must be so before an act: `rules/stop/gates.py`.", "", "## Where a dossier stands", ""]
    lines += _table("Status", "In words", "When", "What may be missing")
    for dossier, standing in stop_standings.OF_DOSSIER.items():
        lines.append(_row(f"`{dossier.value}`", words()[dossier], standing.when, _codes(standing.missing)))
    lines += [
        "",
        "## The checklist",
        "",
        "What the guideline of the inspectorate (IGJ) asks (`record_duty`). It is kept, and blocks nothing.",
        "",
        *_table("Duty", "In words", "Who", "Requirement", "Sentence of the document"),
    ]
    for code, duty in DUTIES.items():
        lines.append(_row(f"`{code}`", duty.asks, duty.who, duty.requirement, duty.sentence))
    return "\n".join(lines) + "\n"


def _codes(missing: tuple[str, ...]) -> str:
    return ", ".join(f"`{what}`" for what in missing)


def traceability_page(known: Catalogue) -> str:
    """docs/traceability.md: where each requirement is, what proves it, and how the gaps in the text are read."""
    lines = [
        "# From sentence to rule to test",
        MADE,
        "",
        "Every numbered sentence of both documents as it is written there, what it asks in short, the code whose docstring cites it "
        "(rules first), and the tests and scenarios that cite it. A number that needs no software says why.",
    ]
    for document in DOCUMENTS:
        lines += ["", f"## {document.title}", ""]
        lines += _table("Number", "Sentence", "In short", "Rule", "Test")
        for number, about in known.of(document).items():
            rule = about.get("not_software") or _linked(known.code.get(number))
            sentence = f"“{about['sentence']}”" if "sentence" in about else "—"
            lines.append(_row(number, sentence, about["title"], rule, _linked(known.tests.get(number))))
    lines += [
        "",
        "## Readings",
        "",
        "Where the text leaves room, the reading that the code takes, and the key of the region file that changes it "
        "(docs/region-files.md).",
        "",
        *_table("Reading", "In short", "Rule", "Test", "Setting"),
    ]
    for number, about in known.readings.items():
        if number in known.code:
            setting = ", ".join(f"`{key.strip()}`" for key in about.get("setting", "").split(",") if key)
            rule, test = _linked(known.code[number]), _linked(known.tests.get(number))
            lines.append(_row(number, about["title"], rule, test, setting))
    return "\n".join(lines) + "\n"


def pages(known: Catalogue) -> dict[Path, str]:
    """Every generated page as it should be, by path."""
    docs = ROOT / "docs"
    return {
        docs / "route.md": route_page(),
        docs / "stop.md": stop_page(),
        docs / "traceability.md": traceability_page(known),
    }


def main(arguments: list[str]) -> int:
    """Write the pages; with --check only say which ones on disk differ. Answers with the exit code."""
    stale = [
        (path, text)
        for path, text in pages(catalogue()).items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    check = "--check" in arguments
    for path, text in stale:
        if not check:
            path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{'differs' if check else 'written'}: {path.relative_to(ROOT)}\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
