"""Taking in the client list of a provider that stops: good lines in, bad lines reported, a second time changes nothing (S-14, S-17)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlmodel import Session, select

from acts import Unsettled
from acts.engine.act import forbidden, who_signs
from acts.engine.recorded_before import RecordedBefore
from acts.intake.columns import Header, read_header
from acts.intake.lines import Given, good_lines
from acts.intake.report import Import
from acts.intake.rows import File, read_rows
from acts.stop.child_columns import child_columns
from acts.stop.children import ADD_CHILD, CHUNK, record_children
from acts.stop.subjects import not_found
from flexroute import progress
from flexroute.clock import local_date
from models.region.directory import load_region
from models.stop.dossier import StopDossier
from models.stop.history import facts_of_dossiers
from models.store.database import Database
from rules.shared.refusal import Refused
from rules.stop.asked import OfDossier
from rules.stop.facts import DossierFacts


def dossier_facts(session: Session, reference: str) -> DossierFacts:
    """What is known of a dossier. Raises Refused (`not_found`)."""
    for dossier in session.exec(select(StopDossier).where(StopDossier.reference == reference)):
        return facts_of_dossiers(session, [dossier])[dossier.id or 0]
    raise not_found(reference)


def import_children(
    database: Database,
    file: File,
    stop: str,
    by: str,
    now: datetime,
    settle: Callable[[], object],
    person: str | None = None,
) -> Import:
    """Record the children of a CSV or XLSX file (a path, or what somebody sent) in a dossier; they are still to be moved.

    `settle` moves what was decided about the dossier before. Raises Refused (`not_found`, `forbidden`) and UserError
    (the file or its header is unusable) before anything is taken in. Where the database goes away or the dossier stays
    stuck, what was taken in before stays, and importing the file again is safe.
    """
    with database.reading() as session:
        region, dossier = load_region(session), dossier_facts(session, stop)
    if not ADD_CHILD.may(OfDossier(region, by, local_date(now), {}, dossier=dossier)):
        raise forbidden(ADD_CHILD.who)
    who_signs(by, person, region, local_date(now))
    columns = child_columns(dossier.care_forms, dossier.locations)
    listed = read_rows(file, columns)
    header = read_header(columns, *listed.header, columns.required, listed.rows, region)
    done = Import(sheet=listed.sheet, ignored=list(header.unknown))
    good = list(good_lines(header, listed.rows, region, done))
    for start in range(0, len(good), CHUNK):  # one transaction each
        part = good[start : start + CHUNK]
        answers = _record(database, stop, by, [given for _, given in part], now, settle, person)
        new = sum(isinstance(answer, str) for answer in answers)
        progress.done("regel is overgenomen", "regels zijn overgenomen", new)
        for (line, _), answer in zip(part, answers, strict=True):
            _tell(done, header, line, answer)
    done.wrong.sort(key=lambda wrong: wrong.line)
    return done


def _record(
    database: Database,
    stop: str,
    by: str,
    given: Sequence[Given],
    now: datetime,
    settle: Callable[[], object],
    person: str | None,
) -> list[str | Refused]:
    try:
        return record_children(database, stop, by, given, now, person)
    except Unsettled:  # somebody decided about the dossier just before: settle that first, then look again
        settle()
    try:
        return record_children(database, stop, by, given, now, person)
    except Unsettled:
        raise Refused(
            "already_decided",
            "Over dit dossier is iets vastgelegd dat nog niet is verwerkt. Wat al was overgenomen, blijft staan. "
            "Probeer het zo nog eens; lukt het dan weer niet, dan moet beheer kijken.",
        ) from None


def _tell(done: Import, header: Header, line: int, answer: str | Refused) -> None:
    """Keep what became of a line. Raises Refused for what holds for every line: the dossier is closed, say."""
    if isinstance(answer, str):
        done.new.append((line, answer))
    elif isinstance(answer, RecordedBefore):
        done.tell_known(line, answer)
    elif answer.code in ("invalid", "not_affected"):
        done.refuse(line, header, answer)
    else:
        raise answer
