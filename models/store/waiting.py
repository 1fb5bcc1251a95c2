"""Whom everything open waits for, in all processes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session

from rules.shared.assignment import Open
from rules.shared.process import processes
from rules.shared.region import Region


def who_must_act(session: Session, today: date) -> Iterator[Open]:
    """Everything open: each says whom it waits for under a region, so that two regions are compared in one walk."""
    for process in processes():
        yield from process.who_must_act(session, today)


def waits_for_nobody(session: Session, region: Region, today: date) -> dict[str, str]:
    """What nobody who exists can bring to an end: by reference what it lacks, in Dutch (AMB-18, S-11)."""
    waiting = (one(region) for one in who_must_act(session, today))
    return {one.reference: one.lacks for one in waiting if one and one.lacks}
