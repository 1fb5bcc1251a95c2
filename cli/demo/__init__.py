"""The demo: a month of fifteen invented cases and a provider that stops, with the same acts, flows and letters as in real life."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from sqlmodel import col, select

import acts
from acts.flex.referral_list import import_referrals
from cli.cases import case_row
from cli.demo import dossier
from cli.output import day, out, table
from cli.regions import example_region
from flexroute.clock import AMSTERDAM, from_local
from flows.deadline_watch import deadline_watch
from flows.deliver_mail import deliver_mail
from flows.mover import Runner
from flows.table_prep import table_prep
from models.flex import overview
from models.flex.case import Case
from models.flex.meeting import AgendaIssue, Meeting
from models.region.directory import load_region, store_region
from models.store.database import Database, current, using
from models.store.letter import Letter
from models.store.schema import migrate
from notifications.flex.agenda_letter import latest_letter
from notifications.words import day_in_words

FIRST, LAST = date(2026, 3, 4), date(2026, 4, 3)
FRIDAY = 4


def show(folder: Path, api_url: str | None) -> None:
    """Let the month happen in `folder`, then show where every case stands and where to look."""
    with _world(folder, api_url) as runner:
        taken_in = import_referrals(current(), folder / "verwijzingen.csv", "tz-anna", _at(FIRST, 9))
        runner.move([ref for _, ref in taken_in.new], f"import · {len(taken_in.new)} verwijzingen", _at(FIRST, 9))
        out.print(f"{len(taken_in.new)} verwijzingen overgenomen uit {folder / 'verwijzingen.csv'}")
        for wrong in taken_in.wrong:
            out.print(f"  regel {wrong.line} niet, {wrong.column}: {wrong.reason}", markup=False)
        references = _references()
        story, of_dossier = _story(), dossier.story()
        today = FIRST
        while today <= LAST:
            if today.weekday() <= FRIDAY:
                of_today = dossier.one_day(runner, folder, of_dossier[today])
                _one_day(runner, today, story[today], references, of_today)
            today += timedelta(days=1)
        if runner.lost:
            out.print(f"Let op: Prefect viel even weg; {runner.lost} keer liep het zonder. Dat is daar niet te zien.")
        _report(folder)


@contextmanager
def _world(folder: Path, api_url: str | None) -> Iterator[Runner]:
    with ExitStack() as stack:
        database = stack.enter_context(using(Database(f"sqlite:///{folder / 'flexroute.db'}")))
        migrate(database)
        with database.writing() as session:
            store_region(session, example_region())
        yield stack.enter_context(Runner(api_url))


def _at(on: date, hour: int) -> datetime:
    return datetime.combine(on, time(hour), AMSTERDAM)


def _story() -> dict[date, list[dict[str, Any]]]:
    by_day: dict[date, list[dict[str, Any]]] = defaultdict(list)
    for act in YAML(typ="safe", pure=True).load((files("cli.demo") / "story.yaml").read_text(encoding="utf-8")):
        act["at"] = from_local(act["at"])
        by_day[act["at"].astimezone(AMSTERDAM).date()].append(act)
    return by_day


def _references() -> dict[str, str]:
    with current().reading() as session:
        return {
            str(own): reference for own, reference in session.exec(select(Case.sender_reference, Case.reference)).all()
        }


def _one_day(
    runner: Runner, today: date, story: list[dict[str, Any]], references: dict[str, str], of_dossier: int
) -> None:
    runner.run(deadline_watch, f"{today} · termijnen", now=_at(today, 7))
    decided = [
        acts.perform(current(), act["act"], references[act["case"]], act["by"], act["with"], act["at"]) for act in story
    ]
    if decided:
        runner.move(decided, f"{today} · {len(decided)} besluiten", story[-1]["at"])
    if today.weekday() == FRIDAY:
        runner.run(table_prep, f"{today} · agenda's", now=_at(today, 13))
    sent = runner.run(deliver_mail, f"{today} · post", now=_at(today, 17))
    out.print(f"{day_in_words(today):<28} {len(decided) + of_dossier:>2} besluiten · {sent.message}")


def _report(folder: Path) -> None:
    with current().reading() as session:
        region = load_region(session)
        views = overview.of_cases(session, region, session.exec(select(Case).order_by(col(Case.reference))).all(), LAST)
        table(f"Waar de casussen staan op {day(LAST)}", [case_row(region, view) for view in views])
        agendas = folder / "agendas"
        agendas.mkdir(exist_ok=True)
        issued = session.exec(
            select(Meeting)
            .join(AgendaIssue, col(AgendaIssue.meeting_id) == col(Meeting.id))
            .distinct()
            .order_by(col(Meeting.on))
        ).all()
        for meeting in issued:
            path = agendas / f"{meeting.on}-{meeting.table_id}.txt"
            said = latest_letter(session, region, meeting)
            path.write_text(said.text, encoding="utf-8")
            for name, _, content in said.attachments:
                path.with_suffix(Path(name).suffix).write_bytes(content)
        sent = len(session.exec(select(Letter.id).where(Letter.state == "sent")).all())
        waiting = next(view for view in views if view.step == "flex_search")
    out.print(f"\n{len(issued)} agenda's (tekst, .ics en .pdf): {agendas}/")
    mails = len(list((folder / "letters").glob("*.eml")))
    out.print(f"{sent} brieven in {mails} mails (.eml, te openen met elk mailprogramma): {folder / 'letters'}/")
    dossier.report(folder, _at(LAST, 17))
    out.print("\nProbeer nu:")
    env = f"FLEXROUTE_HOME={folder} FLEXROUTE_NOW={LAST}T17:00 .venv/bin/flexroute"
    out.print(f"  {env} case {waiting.reference}", markup=False)
    out.print(
        f"  {env} act record_flex_answer --case {waiting.reference} --by {waiting.asked} provider={waiting.asked} accepts=nee",
        markup=False,
    )
    out.print(f"  {env} letters --case {waiting.reference}", markup=False)
    out.print(f"  {env} stop {dossier.the_dossier()}", markup=False)
    out.print(f"  {env} server        # en kijk in de browser naar elke run", markup=False)
