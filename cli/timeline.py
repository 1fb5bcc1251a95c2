"""The timeline of a case, a dossier or a child on the screen."""

from __future__ import annotations

from typing import Any

from cli.output import day, table, words
from models.views.timeline import Event, Sent, Timeline
from notifications.words import who_in_words
from rules.shared.region import Region


def show(region: Region, told: Timeline) -> None:
    """Both as tables on the screen."""
    table("Wat er is gebeurd", [_event(region, one) for one in told.timeline], filled_only=True)
    table("Brieven", [_letter(region, one) for one in told.letters])


def _event(region: Region, one: Event) -> dict[str, Any]:
    who = who_in_words(region, one.by, one.person, one.at_request, one.stands_in, one.confirmed)
    said = {"wanneer": day(one.at), "wat": words(one.act), "door": who}
    return {**said, "ronde": one.round, "uitzondering": one.exception}


def _letter(region: Region, one: Sent) -> dict[str, str]:
    return {
        "wanneer": day(one.queued_at),
        "brief": words(one.kind),
        "aan": region.name_of(one.to),
        "staat": words(one.state),
    }
