"""Taking in a file of referrals: good lines recorded, bad lines reported, a second time changes nothing (F-13 …)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from acts import perform
from acts.engine.act import forbidden, who_signs
from acts.engine.recorded_before import RecordedBefore
from acts.flex.referral import NAME, REGISTER
from acts.flex.referral_columns import REFERRALS, referrer
from acts.intake.columns import read_header
from acts.intake.lines import good_lines
from acts.intake.report import Import
from acts.intake.rows import File, read_rows
from flexroute import progress
from flexroute.clock import local_date
from models.region.directory import load_region
from models.store.database import Database
from rules.shared.asked import Asked
from rules.shared.refusal import Refused
from rules.shared.roles import is_referrer


def import_referrals(
    database: Database, file: File, by: str, now: datetime, again: bool = False, person: str | None = None
) -> Import:
    """Record the referrals of a CSV or XLSX file (a path, or what somebody sent), each on its own; the cases are still to be moved.

    `again`: a line that says something else than the closed case with its number is a new case. Raises Refused
    (`forbidden`) when `by` may not register at all, UserError when the file or its header is unusable: then nothing is
    taken in. Raises Unreachable when the database goes away: the lines before it stay, and importing the file again is safe.
    """
    with database.reading() as session:
        region = load_region(session)
    if not REGISTER.may(Asked(region, by, local_date(now), {})):
        raise forbidden(REGISTER.who)
    who_signs(by, person, region, local_date(now))
    listed = read_rows(file, REFERRALS)
    needed = REFERRALS.required if is_referrer(by, region) else (*REFERRALS.required, "referrer")
    header = read_header(REFERRALS, *listed.header, needed, listed.rows, region)
    done = Import(sheet=listed.sheet, ignored=list(header.unknown), header=header, rows=listed.rows)

    def who_referred(cells: Mapping[str, str]) -> str | None:
        with suppress(ValueError):
            return referrer(cells["referrer"], region) if "referrer" in cells else by
        return None

    for line, given in good_lines(header, listed.rows, region, done, who_referred):
        try:
            done.new.append((line, perform(database, NAME, None, by, {**given, "again": again}, now, person)))
            progress.done("regel is overgenomen", "regels zijn overgenomen")
        except RecordedBefore as known:
            done.tell_known(line, known)
        except Refused as refused:
            if refused.field is None:
                raise
            done.refuse(line, header, refused)
    done.wrong.sort(key=lambda wrong: wrong.line)
    return done
