"""A flex provider is called to one meeting, "op oproep" (F-55 … F-61, AMB-13)."""

from __future__ import annotations

from acts.flex.meeting_act import Found, MeetingAct, OfMeeting, already
from models.flex.agenda import called_guests
from rules.flex.tables import flex_guests
from rules.shared.refusal import invalid
from rules.shared.values import OrganisationId


class Call(OfMeeting):
    """Which flex provider."""

    provider: OrganisationId


def _fits(values: Call, found: Found) -> None:
    if found.table.flex == "never":
        raise invalid("table", "aan deze tafel komen geen flex-aanbieders")
    if not found.region.organisation[values.provider].has_flex_contract(found.table.opdrachten, found.meeting.on):
        raise invalid("provider", "deze organisatie heeft dan geen flex-contract voor de opdrachten van deze tafel")
    called = called_guests(found.session, found.meeting)
    if values.provider in flex_guests(found.table, found.meeting.day(), called, found.region, found.changes):
        raise already("Deze flex-aanbieder is al welkom bij dit overleg.")


ACT = MeetingAct("call_flex_provider", Call, _fits)
