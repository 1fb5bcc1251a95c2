"""What was decided about a case or a child, and which letters went out about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from cli.output import day, table, words
from models.store.decision import Decision
from models.store.letter import Letter
from rules.shared.region import Region

Rows = list[dict[str, Any]]


def timeline(session: Session, reference: str) -> dict[str, Rows]:
    """Who recorded what and when (`timeline`), and what was sent (`letters`). Of a case also the round."""
    decided = select(Decision).where(Decision.subject == reference).order_by(col(Decision.id))
    mail = select(Letter).where(Letter.subject == reference).order_by(col(Letter.id))
    return {
        "timeline": [_decision(one) for one in session.exec(decided)],
        "letters": [
            {"kind": one.kind, "to": one.recipient, "state": one.state, "queued_at": one.queued_at}
            for one in session.exec(mail)
        ],
    }


def _decision(one: Decision) -> dict[str, Any]:
    said = {"at": one.at, "act": one.act, "by": one.by}
    return {**said, "round": one.round} if one.round else said


def show(region: Region, view: Mapping[str, Rows]) -> None:
    """Both as tables on the screen."""
    table("Wat er is gebeurd", [_event(region, one) for one in view["timeline"]])
    table("Brieven", [_letter(region, one) for one in view["letters"]])


def _event(region: Region, one: Mapping[str, Any]) -> dict[str, Any]:
    said = {"wanneer": day(one["at"]), "wat": words(one["act"]), "door": region.name_of(one["by"])}
    return {**said, "ronde": one["round"]} if "round" in one else said


def _letter(region: Region, one: Mapping[str, Any]) -> dict[str, str]:
    return {
        "wanneer": day(one["queued_at"]),
        "brief": words(one["kind"]),
        "aan": region.name_of(one["to"]),
        "staat": words(one["state"]),
    }
