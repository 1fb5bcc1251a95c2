"""Small mistakes made on purpose in the rules and the acts, one at a time: which does the suite not notice?

`python -m tests.support.breakages --sample 120 --seed 1`: works on a copy, prints a line per mistake, and the figure.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from queue import Queue
from random import Random
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
BROKEN = (
    "rules/**/*.py",
    "acts/engine/*.py",
    "acts/flex/case.py",
    "acts/flex/meetings.py",
    "acts/stop/subjects.py",
)
# where a mistake is noticed soonest; what none of these notices is given to the whole suite
STAGES = ("tests/rules", "tests/acts tests/scenarios/test_stories.py", "tests/machines", "tests")
INSTEAD: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
}
PATIENCE = 1200  # seconds; who waits for ever has noticed


@dataclass(frozen=True)
class Breakage:
    """One mistake: the so-manieth place in a file where one can be made."""

    file: str
    place: int
    line: int
    what: str


class Breaker(ast.NodeTransformer):
    """Counts the places where a mistake can be made, and makes the one that is asked for."""

    def __init__(self, place: int | None = None) -> None:
        self.wanted, self.seen, self.found = place, 0, list[tuple[int, str]]()

    def here(self, node: ast.AST, what: str) -> bool:
        self.found.append((getattr(node, "lineno", 0), what))
        self.seen += 1
        return self.seen - 1 == self.wanted

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        for at, op in enumerate(node.ops):
            if self.here(node, f"{type(op).__name__} -> {INSTEAD[type(op)].__name__}"):
                node.ops[at] = INSTEAD[type(op)]()  # type: ignore[call-overload]
        return self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        if self.here(node, f"{type(node.op).__name__} -> {INSTEAD[type(node.op)].__name__}"):
            node.op = INSTEAD[type(node.op)]()  # type: ignore[assignment]
        return self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        if type(node.op) in INSTEAD and self.here(
            node, f"{type(node.op).__name__} -> {INSTEAD[type(node.op)].__name__}"
        ):
            node.op = INSTEAD[type(node.op)]()  # type: ignore[assignment]
        return self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        dropped = isinstance(node.op, ast.Not) and self.here(node, "not dropped")
        self.generic_visit(node)
        return node.operand if dropped else node

    def visit_If(self, node: ast.If) -> ast.AST:
        if isinstance(node.test, (ast.Name, ast.Attribute, ast.Call)) and self.here(node, "if -> if not"):
            node.test = ast.UnaryOp(ast.Not(), node.test)
        return self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        if node.ifs and self.here(node.ifs[0], "filter dropped"):
            node.ifs = []
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, bool) and self.here(node, f"{node.value} -> {not node.value}"):
            return ast.Constant(not node.value)
        if type(node.value) is int and self.here(node, f"{node.value} -> {node.value + 1}"):
            return ast.Constant(node.value + 1)
        return node


def breakages(root: Path) -> Iterator[Breakage]:
    """Every mistake that can be made below `root`."""
    for pattern in BROKEN:
        if not (paths := sorted(root.glob(pattern))):
            raise FileNotFoundError(f"{pattern}: nothing of that name is left")
        for path in paths:
            counting = Breaker()
            counting.visit(ast.parse(path.read_text(encoding="utf-8")))
            for place, (line, what) in enumerate(counting.found):
                yield Breakage(path.relative_to(root).as_posix(), place, line, what)


@contextmanager
def with_mistake(copy: Path, breakage: Breakage) -> Iterator[None]:
    """The file with the mistake in it."""
    path = copy / breakage.file
    whole = path.read_text(encoding="utf-8")
    tree = Breaker(breakage.place).visit(ast.parse(whole))
    path.write_text(ast.unparse(ast.fix_missing_locations(tree)), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(whole, encoding="utf-8")


def noticed_by(copy: Path, stages: tuple[str, ...]) -> str | None:
    """The first test that fails, or None."""
    for stage in stages:
        order = [sys.executable, "-m", "pytest", "-x", "-q", "-m", "not long", "-p", "no:cacheprovider", "--no-header"]
        environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1", "CI": "true"}
        try:
            ran = subprocess.run(
                [*order, *stage.split()], cwd=copy, env=environment, capture_output=True, text=True, timeout=PATIENCE
            )
        except subprocess.TimeoutExpired:
            return f"{stage}: does not end"
        if ran.returncode:
            failed = [line for line in ran.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
            return (failed or ran.stdout.splitlines()[-1:] or ["?"])[0][:160]
    return None


def main() -> None:
    """Break, test, mend, for a sample."""
    asked = ArgumentParser(prog="tests.support.breakages", description=__doc__)
    asked.add_argument("--root", type=Path, default=ROOT, help="the checkout (default: this one)")
    asked.add_argument("--sample", type=int, default=120)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--only", type=int, nargs="*", help="these numbers of the sample")
    asked.add_argument("--stages", nargs="+", default=STAGES, help="what to run one after the other; paths of pytest")
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    said = asked.parse_args()
    every = list(breakages(said.root))
    sample = list(enumerate(islice(Random(said.seed).sample(every, len(every)), said.sample)))
    copies: Queue[Path] = Queue()

    def take(numbered: tuple[int, Breakage]) -> bool:
        number, breakage = numbered
        copy = copies.get()
        try:
            with with_mistake(copy, breakage):
                by = noticed_by(copy, tuple(said.stages))
        finally:
            copies.put(copy)
        told = f"{number:3} {breakage.file}:{breakage.line} {breakage.what}"
        print(f"{told}: {by or 'NOT NOTICED'}", flush=True)  # noqa: T201
        return by is not None

    with TemporaryDirectory() as folder, ThreadPoolExecutor(said.workers) as workers:
        for worker in range(said.workers):
            leave = shutil.ignore_patterns(".venv", ".git", "*cache*", "__pycache__", "demo", "data")
            shutil.copytree(said.root, Path(folder, str(worker)), ignore=leave)
            copies.put(Path(folder, str(worker)))
        results = list(workers.map(take, [one for one in sample if not said.only or one[0] in said.only]))
    print(f"{sum(results)} of {len(results)} noticed; {len(every)} places in all")  # noqa: T201


if __name__ == "__main__":
    main()
