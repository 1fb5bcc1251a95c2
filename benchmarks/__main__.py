"""`make bench`: every measure in a process of its own, a table of ratios, and benchmarks/results.json."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results.json"
MEASURES = (
    ("cases", "sqlite"),
    ("cases", "postgresql"),
    ("decision", "sqlite"),
    ("decision", "postgresql"),
    ("worklist", "sqlite"),
    ("worklist", "postgresql"),
    ("agenda", "sqlite"),
    ("waiting", "sqlite"),
    ("waiting", "postgresql"),
    ("dossier", "sqlite"),
    ("dossier", "postgresql"),
    ("portal", "sqlite"),
    ("portal", "postgresql"),
)
TARGETS: tuple[tuple[str, str, str, str, dict[str, str]], ...] = (  # measure, figure, what it is, limit, aim
    ("cases", "ratio", "whole cases a second, to a plain loop", "≥ 1.0", {"sqlite": "1.7", "postgresql": "2.8"}),
    ("decision", "ratio", "a decision until the next step is open, to an empty Prefect run", "≤ 1.7", {}),
    ("decision", "ratio_connected", "the same, to an empty run over the same connection", "", {}),
    ("decision", "many_to_few", "a decision with 10,000 waiting cases, to that with 100", "≤ 1.2", {}),
    ("agenda", "seconds", "table_prep with 500 cases, PDF, ICS and mails, seconds", "≤ 10", {}),
    ("worklist", "ratio", "the 50 most urgent of 30,000 open cases, to its bare SQL", "≤ 3", {}),
    ("dossier", "import_ratio", "taking in a list of 5,000 children, to bare SQL", "", {}),
    ("dossier", "import_growth", "the same per child, to a list of 500", "≤ 1.3", {}),
    ("dossier", "overview_ratio", "the overview of 5,000 children, to bare SQL", "", {}),
    ("dossier", "overview_growth", "the same per child, to one of 500", "≤ 1.3", {}),
    ("dossier", "watch_ratio", "a morning on which 5,000 terms ask for a word, to bare SQL", "", {}),
    ("dossier", "watch_growth", "the same per child, to one of 500", "≤ 1.3", {}),
    (
        "portal",
        "work_ratio",
        "Mijn werk with 10,000 open of 100,000 cases, to an empty page and its bare SQL",
        "≤ 3",
        {},
    ),
    ("portal", "case_ratio", "Zaak, to the same", "≤ 3", {}),
    ("portal", "tables_ratio", "Tafels, to the same", "≤ 3", {}),
    ("portal", "by_reference_ratio", "searching by reference, to the same", "≤ 3", {}),
    ("portal", "by_own_reference_ratio", "searching by the reference of the sender, to the same", "≤ 3", {}),
    ("portal", "cases_ratio", "the list of cases, to the same", "≤ 3", {}),
    (
        "portal",
        "decision_ratio",
        "a decision on a page until its new state is shown, to an empty Prefect run",
        "≤ 3",
        {},
    ),
    ("portal", "decision_seconds", "the same without Prefect, seconds", "≤ 0.3", {}),
    ("portal", "at_once_errors", "fifty people who decide at once: errors", "0", {}),
    ("portal", "at_once_lost", "their decisions that were lost", "0", {}),
    ("portal", "at_once_per_second", "their decisions a second", "≥ 10", {}),
    ("portal", "alone_per_second", "those of one person alone", "", {}),
    ("waiting", "kilobytes_per_1000", "disk per 1,000 waiting cases, kB", "", {}),
    ("waiting", "memory_kilobytes_per_1000", "memory that sweeping takes per 1,000 waiting cases, kB", "", {}),
)


def main() -> None:
    """Run the measures that were asked for, all by default."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=sorted({name for name, _ in MEASURES}), help="one measure")
    parser.add_argument("--quick", action="store_true", help="small numbers, to see that it runs")
    asked = parser.parse_args()
    chosen = [measure for measure in MEASURES if asked.only in (None, measure[0])]
    console = Console()
    results: dict[str, Any] = {}
    for name, kind in chosen:
        console.print(f"{name} · {kind} …", style="dim")
        results[f"{name} {kind}"] = _measured(name, kind, asked.quick)
    console.print(_table(results))
    if not asked.quick and asked.only is None:
        machine = {"python": platform.python_version(), "system": platform.system(), "cores": os.cpu_count()}
        RESULTS.write_text(json.dumps({"machine": machine, **results}, indent=1) + "\n")
        console.print(f"Written: {RESULTS}")


def _measured(name: str, kind: str, quick: bool) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.measure", name, kind, *(["--quick"] if quick else [])]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - our own command
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _table(results: dict[str, Any]) -> Table:
    table = Table("measure", "database", "figure", "limit", "aim")
    for name, figure, meaning, limit, aims in TARGETS:
        for kind in ("sqlite", "postgresql"):
            if (result := results.get(f"{name} {kind}")) is not None:
                table.add_row(meaning, kind, f"{result[figure]:.2f}", limit, aims.get(kind, ""))
    return table


if __name__ == "__main__":
    main()
