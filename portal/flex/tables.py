"""Tafels: the meetings that come, with what is on each; the page of one meeting with its agenda, and what can be done about it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from acts import Act, Offer, Refused
from acts.flex.meetings import ACTS, offers_about
from models.flex import coming as read_model
from models.flex import history
from models.flex.agenda import why_changed
from models.flex.coming import OnAgenda, TableMeeting, coming, unanswered
from models.store.database import current
from notifications.agendas import shown
from notifications.flex.agenda import content
from notifications.flex.agenda_letter import latest_letter
from notifications.flex.agenda_words import in_words
from notifications.guard import held_back
from notifications.words import task_in_words
from portal.access import TABLES
from portal.asking import Asking, Items, SignedIn
from portal.forms import Form, form_of
from portal.mover import Mover
from portal.pages import page, status_of
from portal.recording import AGAIN, RECORDED, Sent, new_form, outcome, record_sent
from portal.subjects import not_there, slug
from rules.flex.seeing import sees_every_meeting
from rules.shared.calendar import KNOWN_YEARS
from rules.shared.roles import is_care_mediator, is_scheduler
from rules.shared.values import as_day

WEEKS = 4  # on a page
FURTHEST = timedelta(weeks=52)  # that somebody looks ahead: the series is known no further
router = APIRouter(prefix=TABLES.path)


def address(table: str, on: date | str) -> str:
    """Where the page of a meeting is: `/tafels/T_BC/2026-03-10`."""
    return f"{TABLES.path}/{quote(table)}/{on}"


@router.get("", response_class=HTMLResponse)
def tables(request: Request, asking: SignedIn, vanaf: str = "") -> Response:
    """The meetings of some weeks, and those before which still wait for answers."""
    asking.hold(TABLES)
    monday = _monday(asking.today)
    start = min(max(_monday(_day(vanaf) or monday), monday), monday + FURTHEST)
    last = start + timedelta(weeks=WEEKS, days=-1)
    with current().reading() as session:
        found = coming(session, asking.region, max(start, asking.today), last)
        been = unanswered(session, asking.region, asking.now) if start == monday else []
    mine = [one for one in found if one.seen_by(asking.actor.by, asking.region)]
    known = {
        "weeks": [
            (week, [_row(asking, one) for one in those])
            for week, those in groupby(mine, key=lambda one: _monday(one.meeting.on))
        ],
        "waiting": [_row(asking, one) for one in been if one.seen_by(asking.actor.by, asking.region)],
        "may_answer": is_care_mediator(asking.actor.by, asking.region),
        "may_issue": _may_prepare(asking),
        "earlier": f"{TABLES.path}?vanaf={start - timedelta(weeks=WEEKS)}" if start > monday else None,
        "later": f"{TABLES.path}?vanaf={last + timedelta(days=1)}" if start < monday + FURTHEST else None,
        "recorded": RECORDED.get(request.query_params.get("vastgelegd", "")),
        "first": start,
    }
    return page(request, "flex/tables.html", known)


@router.post("/agendas", response_class=HTMLResponse)
def issue_all(request: Request, asking: SignedIn, items: Items) -> Response:
    """Issue the agendas of a week that were not issued yet; of each that cannot be is told why."""
    asking.hold(TABLES)
    if not _may_prepare(asking):
        raise Refused("forbidden", f"Dit mag alleen: {ACTS[0].who}.")
    week = _day(dict(items).get("week", "")) or asking.today
    with current().reading() as session:
        found = coming(session, asking.region, max(asking.today, _monday(week)), _monday(week) + timedelta(days=6))
    wrong: list[str] = []
    moved, mover = None, _mover(request)
    for one in found:
        if one.meeting.cancelled or one.meeting.version or asking.now >= one.starts_at:
            continue
        about = {"table": one.table.id, "on": one.meeting.on.isoformat(), "version": 0}
        try:
            _, moved = mover.decide("issue_agenda", None, asking.actor.by, about, asking.now, asking.actor.person)
        except Refused as refused:
            if refused.code != "already_decided":
                wrong.append(f"{one.table.name}, {one.meeting.on:%d-%m-%Y}: {refused.message}")
    if wrong:
        known = {"title": "Niet elke agenda kon worden uitgegeven", "told": " ".join(wrong)}
        return page(request, "message.html", {**known, "to": TABLES.path, "onward": "Naar Tafels"}, 409)
    told = outcome(moved) if moved else AGAIN
    return RedirectResponse(f"{TABLES.path}?vanaf={_monday(week)}&vastgelegd={told}", 303)


@router.get("/{table}/{on}", response_class=HTMLResponse)
def meeting(request: Request, asking: SignedIn, table: str, on: str) -> Response:
    """The page of a meeting."""
    return show(request, asking, table, on)


@router.get("/{table}/{on}/agenda.pdf")
def paper(asking: SignedIn, table: str, on: str) -> Response:
    """The agenda that was issued last, to print."""
    return _file(asking, table, on, shown.PDF, "pdf")


@router.get("/{table}/{on}/agenda.ics")
def calendar(asking: SignedIn, table: str, on: str) -> Response:
    """The same for a calendar."""
    return _file(asking, table, on, shown.ICS, "ics")


@router.get("/{table}/{on}/{act}", response_class=HTMLResponse)
def form(request: Request, asking: SignedIn, table: str, on: str, act: str) -> Response:
    """The page of a meeting with the form of this act."""
    return show(request, asking, table, on, act=_act(act))


@router.post("/{table}/{on}/{act}", response_class=HTMLResponse)
def record(request: Request, asking: SignedIn, table: str, on: str, act: str, items: Items) -> Response:
    """Record an act about a meeting, or show its form again with what is wrong with it."""
    about = [("table", table), ("on", on)]  # whatever the form says
    said = [one for one in items if one[0] not in dict(about)] + about
    done = record_sent(request, asking, _act(act), None, said)
    if isinstance(done, Sent):
        if done.refused and done.refused.code == "forbidden":
            raise done.refused  # the rule, and nothing of the meeting
        return show(request, asking, table, on, done)
    # not moved yet: its day is still the old one
    to = address(table, as_day(dict(items).get("to", "")) or on) if done.outcome == "ja" else TABLES.path
    return RedirectResponse(f"{to}?vastgelegd={done.outcome}", 303)


def show(
    request: Request,
    asking: Asking,
    table: str,
    on: str,
    sent: Sent | None = None,
    act: Act[Any] | None = None,
) -> HTMLResponse:
    """The page of a meeting, with the form of an act where one is named. Raises Refused (`not_found`)."""
    staff = sees_every_meeting(asking.actor.by, asking.region)
    with current().reading() as session:
        found = find(session, asking, table, on)
        meeting = found.meeting
        changes = history.changes(session, min(asking.today, meeting.on)).get(table, {})
        said = None if meeting.cancelled else in_words(asking.region, content(session, asking.region, meeting, changes))
        reasons = held_back(why_changed(session, meeting)) if staff else []
        offers = offers_about(session, asking.region, found, asking.actor.by, asking.now)
    named_act = sent.act if sent else act
    chosen = next((one for one in offers if named_act and one.act.name == named_act.name), None)
    if named_act and not chosen:
        raise not_there()
    may_answer = is_care_mediator(asking.actor.by, asking.region)
    known = {
        "about": _row(asking, found),
        "said": said,
        "waits": {case.reference for case in found.waiting},
        "reasons": reasons,
        "staff": staff,
        "offers": [_offered(found, one) for one in offers],
        "chosen": _offered(found, chosen) if chosen else None,
        "form": _form(asking, chosen, sent) if chosen and (chosen.possible or sent) else None,
        "doubts": sent.doubts if sent else (),
        "hidden": new_form(),
        "may_answer": may_answer and asking.today >= meeting.on and bool(found.waiting),
        "answers_later": may_answer and asking.today < meeting.on and bool(found.waiting),
        "recorded": RECORDED.get(request.query_params.get("vastgelegd", "")),
    }
    refused = sent.refused if sent else None
    return page(request, "flex/meeting.html", known, status_of(refused) if refused else 200)


def find(session: Session, asking: Asking, table: str, on: str) -> TableMeeting:
    """A meeting that who asks may see. Raises Refused (`not_found`)."""
    asking.hold(TABLES)
    day = _day(on)
    near = day is not None and day <= asking.today + FURTHEST
    found = read_model.find(session, asking.region, table, day) if day and near else None
    if found is None or not found.seen_by(asking.actor.by, asking.region):
        raise not_there()
    return found


def _file(asking: Asking, table: str, on: str, kind: str, ending: str) -> Response:
    with current().reading() as session:
        meeting = find(session, asking, table, on).meeting
        if not meeting.version:
            raise Refused("not_found", "Voor dit overleg is nog geen agenda uitgegeven.")
        try:
            made = shown.attached(latest_letter(session, asking.region, meeting), kind)
        except shown.NothingToPrint as off:
            raise Refused("not_found", str(off)) from None
    name = {"Content-Disposition": f'attachment; filename="agenda-{meeting.table_id}-{meeting.on}.{ending}"'}
    return Response(made, media_type=kind, headers=name)


def _act(named_so: str) -> Act[Any]:
    """The act of an address. Raises Refused (`not_found`)."""
    for act in ACTS:
        if named_so in (act.name, _slug(act)):
            return act
    raise not_there()


def _slug(act: Act[Any]) -> str:
    return slug(act.name, "")  # a meeting has no reference of its process


def _offered(found: TableMeeting, offer: Offer) -> dict[str, Any]:
    again = offer.act.name == "issue_agenda" and found.meeting.version
    return {
        "name": f"{task_in_words(offer.act.name)}{', nog een keer' if again else ''}",
        "address": f"{address(found.table.id, found.meeting.on)}/{_slug(offer.act)}",
        "possible": offer.possible,
        "why": offer.refused.message if offer.refused else "",
        "requirement": offer.requirement,
    }


def _form(asking: Asking, offer: Offer, sent: Sent | None) -> Form:
    given, refused, more = (sent.given, sent.refused, sent.more) if sent else (None, None, None)
    return form_of(offer.act, asking.region, begins=offer.begins, given=given, refused=refused, more=more)


def _row(asking: Asking, one: TableMeeting) -> dict[str, Any]:
    row = one.meeting
    return {
        "name": one.table.name,
        "on": row.on,
        "moved_from": row.series_on if row.series_on != row.on else None,
        "starts_at": one.starts_at,
        "closes_at": one.closes_at,
        "closed": asking.now >= one.closes_at,
        "begun": asking.now >= one.starts_at,
        "cancelled": row.cancelled,
        "room": row.room,
        "link": row.link,
        "version": row.version,
        "issued_at": one.issued_at,
        "changed": one.changed,
        "cases": one.cases,
        "linked": {case.reference for case in one.cases if _sees_case(asking, one, case)},
        "waiting": len(one.waiting),
        "urgent": sum(case.urgent for case in one.waiting),
        "address": address(one.table.id, row.on),
    }


def _sees_case(asking: Asking, one: TableMeeting, case: OnAgenda) -> bool:
    """Whether the page of a case opens for them too (rules/flex/seeing.py): no link leads nowhere."""
    who = asking.actor.by
    at_table = case.waits and who in (one.table.chair, *one.table.participants)
    return is_care_mediator(who, asking.region) or who == case.owner or at_table


def _may_prepare(asking: Asking) -> bool:
    return is_care_mediator(asking.actor.by, asking.region) or is_scheduler(asking.actor.by, asking.region)


def _day(text: str) -> date | None:
    """A day of an address; None for what is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if text == day.isoformat() and day.year in KNOWN_YEARS else None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _mover(request: Request) -> Mover:
    mover: Mover = request.app.state.mover
    return mover
