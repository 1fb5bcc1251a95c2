"""The dossier of the demo: a provider that stops, with five children, in the same month as the cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from sqlmodel import col, select

import acts
from acts.stop.child_list import import_children
from cli import stop_screen
from cli.output import out
from flexroute.clock import AMSTERDAM, from_local, local_date
from flows.mover import Runner
from models.region.directory import load_region
from models.stop import overview as stop_overview
from models.stop.dossier import StopChild, StopDossier
from models.store.database import current
from notifications import typeset
from notifications.stop.report import words as dossier_words
from notifications.stop.report import xlsx as dossier_xlsx


def story() -> dict[date, list[dict[str, Any]]]:
    """What is decided about the dossier, by day."""
    by_day: dict[date, list[dict[str, Any]]] = defaultdict(list)
    for act in YAML(typ="safe", pure=True).load((files("cli.demo") / "stop.yaml").read_text(encoding="utf-8")):
        act["at"] = from_local(act["at"])
        by_day[act["at"].astimezone(AMSTERDAM).date()].append(act)
    return by_day


def one_day(runner: Runner, folder: Path, decided: Sequence[dict[str, Any]]) -> int:
    """Record what is decided on a day and move it; answers with how many decisions there were."""
    done = sum(_decide(runner, folder, act) for act in decided)
    if done:
        at: datetime = decided[-1]["at"]
        runner.move(None, f"{at:%Y-%m-%d} · stoppende aanbieder · {done} besluiten", at)
    return done


def _decide(runner: Runner, folder: Path, act: dict[str, Any]) -> int:
    dossier, by, at = the_dossier(), act["by"], act["at"]
    if "import" in act:
        path = folder / "clienten.csv"
        taken_in = import_children(
            current(), path, dossier or "", by, at, lambda: runner.move(None, "vorig besluit", at)
        )
        out.print(f"{len(taken_in.new)} jeugdigen van de stoppende aanbieder overgenomen uit {path}")
        for wrong in taken_in.wrong:
            out.print(f"  regel {wrong.line} niet, {wrong.column}: {wrong.reason}", markup=False)
        return len(taken_in.new)
    if "child" not in act:
        acts.perform(current(), act["act"], dossier, by, act["with"], at)
        return 1
    answers = acts.perform_each(current(), act["act"], _references(act["child"]), by, act["with"], at)
    return sum(refused is None for refused in answers.values())


def the_dossier() -> str | None:
    """Its reference, once it is opened."""
    with current().reading() as session:
        return session.exec(select(StopDossier.reference)).first()


def _references(own: Sequence[str]) -> list[str]:
    with current().reading() as session:
        return list(session.exec(select(StopChild.reference).where(col(StopChild.sender_reference).in_(own))))


def report(folder: Path, now: datetime) -> None:
    """Where the dossier stands, on the screen and as what people take to the consultation: PDF and XLSX."""
    with current().reading() as session:
        region, today = load_region(session), local_date(now)
        dossier = session.exec(select(StopDossier)).first()
        if dossier is None:
            return
        view, children = stop_overview.whole(session, region, dossier, today)
    reference = view.reference
    out.print()
    stop_screen.of_dossier(region, view, children, all_children=True)
    place = folder / "stoppers"
    place.mkdir(exist_ok=True)
    made = typeset.pdf("dossier", dossier_words.in_words(region, view, children, today), now)
    (place / f"{reference}.pdf").write_bytes(made)
    (place / f"{reference}.xlsx").write_bytes(dossier_xlsx.xlsx(region, view, children, today))
    out.print(f"\nHetzelfde overzicht als pdf en xlsx, voor het overleg: {place}/")
