"""What an installation needs is declared, and the checkout may lie anywhere."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = {name.rstrip("*") for name in PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]}
PINNED = {
    canonicalize_name(line.partition("==")[0]): line.partition("==")[2]
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if "==" in line
}


def imported() -> set[str]:
    """The first names of what the packages that are installed import."""
    found: set[str] = set()
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    found |= {name.name.partition(".")[0] for name in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found.add(node.module.partition(".")[0])
    return found - sys.stdlib_module_names


def test_everything_imported_is_declared() -> None:
    """No package comes along by chance with another one. (FastAPI and pydantic show of what they are made.)"""
    declared = {canonicalize_name(Requirement(one).name) for one in PROJECT["project"]["dependencies"]}
    provided = packages_distributions()
    missing = {
        name
        for name in imported() - PACKAGES - {"starlette", "pydantic_core"}
        if not declared & {canonicalize_name(one) for one in provided.get(name, ())}
    }
    assert missing == set()


def test_every_dependency_has_a_fixed_version() -> None:
    """Also what builds the package: the one that is pinned, not the newest of that day."""
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["dev"]]
    assert [one for one in wanted if canonicalize_name(Requirement(one).name) not in PINNED] == []
    for one in PROJECT["build-system"]["requires"]:
        requirement = Requirement(one)
        assert str(requirement.specifier) == f"=={PINNED[canonicalize_name(requirement.name)]}"


def test_a_checkout_in_a_path_with_spaces(tmp_path: Path) -> None:
    """pip splits a list of constraints at spaces, so no command of `make setup` or `make demo` names the place of the checkout."""
    checkout = tmp_path / "mijn map" / "flexroute"
    checkout.mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, checkout)
    # make may have started us
    alone = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    said = subprocess.run(
        ["make", "--dry-run", "setup", "demo"], cwd=checkout, env=alone, capture_output=True, text=True, check=True
    )
    assert "PIP_CONSTRAINT=" in said.stdout
    assert "mijn" not in said.stdout


def test_what_is_installed_is_the_program(tmp_path: Path) -> None:
    """Every module, letter and region file of the checkout, and nothing else: no test, no document."""
    source = tmp_path / "source"
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    program = {file for file in tracked if file.partition("/")[0] in PACKAGES}
    for file in (*program, "pyproject.toml", "README.md", "LICENSE"):
        (source / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, source / file)
    build = "from setuptools.build_meta import build_wheel; print(build_wheel('.'))"
    said = subprocess.run([sys.executable, "-c", build], cwd=source, capture_output=True, text=True, check=True)
    with ZipFile(source / said.stdout.splitlines()[-1]) as wheel:
        inside = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert inside == program


def test_it_is_not_for_a_registry() -> None:
    assert "Private :: Do Not Upload" in PROJECT["project"]["classifiers"]


OTHERS = ("deadline_watch", "table_prep", "deliver_mail", "flex_route", "stop_provider")


@pytest.mark.parametrize(
    "entrypoint",
    ["sweep", *(pytest.param(one, marks=pytest.mark.long) for one in OTHERS)],
)
def test_an_entrypoint_finds_all_processes(entrypoint: str) -> None:
    """As a worker loads it: in a fresh interpreter, from its file."""
    code = (
        "from prefect import Flow\nfrom prefect.flows import load_flow_from_entrypoint as load\n"
        f"assert isinstance(load('flows/{entrypoint}.py:{entrypoint}'), Flow)\n"
        "from rules.shared.process import processes\nprint([one.name for one in processes()])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "['flex', 'stop']"
