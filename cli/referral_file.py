"""Taking in a file of referrals: good lines recorded, bad lines reported, a second time changes nothing (F-13 …)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import select

from acts import perform
from acts.act import forbidden
from acts.register_referral import NAME, WHO
from cli.list_columns import read_header
from cli.list_report import Import
from cli.list_rows import read_rows
from cli.list_values import Unreadable, given_by
from cli.referral_columns import REFERRALS
from flexroute import progress
from models.case import Case
from models.database import Database
from models.directory import load_region
from rules.refusal import Refused
from rules.roles import is_care_mediator, is_referrer


def import_referrals(database: Database, path: Path, by: str, now: datetime) -> Import:
    """Record the referrals of a CSV or XLSX file, each on its own; the cases are still to be moved.

    Raises Refused (`forbidden`) when `by` may not register at all, UserError when the file or its header is unusable:
    then nothing is taken in. Raises Unreachable when the database goes away: the lines before it stay, and importing
    the file again is safe.
    """
    with database.reading() as session:
        region = load_region(session)
    if not (is_referrer(by, region) or is_care_mediator(by, region)):
        raise forbidden(WHO)
    (first, titles), *rows = read_rows(path, REFERRALS)
    needed = REFERRALS.required if is_referrer(by, region) else (*REFERRALS.required, "referrer")
    header = read_header(REFERRALS, first, titles, needed)
    done = Import()
    for line, cells in rows:
        try:
            reference, new = _record(database, given_by(REFERRALS, header.filled(cells), region), by, now)
        except Unreadable as unreadable:
            done.refuse(line, header, *unreadable.cells)
        except Refused as refused:
            if refused.field is None:
                raise
            done.refuse(line, header, refused)
        else:
            (done.new if new else done.known).append((line, reference))
    return done


def _record(database: Database, given: Mapping[str, Any], by: str, now: datetime) -> tuple[str, bool]:
    """The case reference, and whether it is new. Raises Refused."""
    try:
        reference = perform(database, NAME, None, by, given, now)
        progress.done("regel is overgenomen", "regels zijn overgenomen")
        return reference, True
    except Refused as refused:
        if refused.code != "already_decided":
            raise
    same = (Case.referrer_id == given.get("referrer", by), Case.sender_reference == given["sender_reference"])
    with database.reading() as session:
        return session.exec(select(Case.reference).where(*same)).one(), False
