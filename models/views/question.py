"""Whether a letter still asks something of its reader."""

from __future__ import annotations

from enum import StrEnum

from sqlmodel import Session, col, select

from models.store.assignment import Assignment
from models.store.letter import Letter
from rules.shared.assignment import members
from rules.shared.region import Region


class Question(StrEnum):
    """How it stands with what a letter asks."""

    OPEN = "open"
    ANSWERED = "answered"  # by whoever may, or it is asked no more
    NONE = "none"  # it only told something


def question_in(session: Session, region: Region, letter: Letter) -> Question:
    """Of the subject of this letter: what waits for its reader, or waited when it was written."""
    rows = session.exec(select(Assignment).where(col(Assignment.subject) == letter.subject))
    theirs = [row for row in rows if letter.recipient in members(row.party, region)]
    if any(row.closed_at is None for row in theirs):
        return Question.OPEN
    since_then = any(row.closed_at and row.closed_at >= letter.queued_at for row in theirs)
    return Question.ANSWERED if since_then else Question.NONE
