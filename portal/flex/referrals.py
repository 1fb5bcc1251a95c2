"""Verwijzingen: who refers registers, one by one or by list, and sees what became of it (F-13 … F-17)."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from acts.engine.recorded_before import RecordedBefore
from acts.flex.doubts import on_their_way
from acts.flex.referral import NAME, REGISTER
from acts.flex.referral_columns import REFERRALS
from acts.flex.referral_list import import_referrals
from acts.flex.referral_template import BY_PAGE, template
from acts.intake import in_words
from acts.intake.report import Import
from acts.intake.rows import Sent as SentFile
from acts.intake.template import content
from flexroute.errors import Unreachable, UserError
from models.flex.referred import referred_by
from models.store.database import current
from portal.access import REFERRALS as PAGE
from portal.access import REFERRER
from portal.asking import Asking, Items, SignedIn
from portal.forms import form_of
from portal.mover import Mover
from portal.pages import address, page, status_of
from portal.recording import AGAIN, Recorded, Sent, new_form, outcome, record_sent
from rules.shared.asked import Asked
from rules.shared.refusal import Refused

ON_A_PAGE = 50
LARGEST = 5_000_000  # bytes of a list; a form may be a little larger (portal/safety.py)
FIRST_WRONG = 500  # lines that are shown
KINDS = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
router = APIRouter(prefix=PAGE.path)


@router.get("", response_class=HTMLResponse)
def own(
    request: Request,
    asking: SignedIn,
    afgesloten: Annotated[str, Query()] = "",
    blad: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """The referrals of who looks."""
    asking.hold(PAGE)
    closed, first = afgesloten == "ja", (blad - 1) * ON_A_PAGE
    with current().reading() as session:
        found = referred_by(session, asking.actor.by, closed, first, ON_A_PAGE + 1)
    known = {
        "region": asking.region,
        "referrals": found[:ON_A_PAGE],
        "closed": closed,
        "sheet": blad,
        "more": len(found) > ON_A_PAGE,
        "for_others": REFERRER not in asking.roles,
        "whom": asking.whom,
    }
    return page(request, "flex/referrals.html", known)


@router.get("/nieuw", response_class=HTMLResponse)
def form(request: Request, asking: SignedIn) -> HTMLResponse:
    """The form for one referral."""
    asking.hold(PAGE)
    return _form(request, asking)


@router.post("/nieuw", response_class=HTMLResponse)
def register(request: Request, asking: SignedIn, items: Items) -> Response:
    """Register one referral; its own number, or the form itself, makes a second time change nothing."""
    asking.hold(PAGE)
    sent = record_sent(request, asking, REGISTER, None, items)
    if isinstance(sent, Recorded):
        return RedirectResponse(f"{address(sent.reference)}?vastgelegd={sent.outcome}", 303)
    known = sent.refused
    if isinstance(known, RecordedBefore) and known.subject and not known.differs:
        return RedirectResponse(f"{address(known.subject)}?vastgelegd={AGAIN}", 303)
    return _form(request, asking, sent)


def _form(request: Request, asking: Asking, sent: Sent | None = None) -> HTMLResponse:
    begins = REGISTER.begins(Asked(asking.region, asking.actor.by, asking.today, {}))
    refused = sent.refused if sent else None
    if (isinstance(refused, RecordedBefore) and refused.goes_again) or (sent and "again" in sent.given):
        begins = replace(begins, without=begins.without - {"again"})
    given, more, doubts = (sent.given, sent.more, sent.doubts) if sent else (None, None, ())
    made = form_of(REGISTER, asking.region, begins=begins, given=given, refused=refused, more=more)
    known = {"form": made, "doubts": doubts, "hidden": new_form()}
    return page(request, "flex/referral.html", known, status_of(refused) if refused else 200)


@router.get("/lijst", response_class=HTMLResponse)
def by_list(request: Request, asking: SignedIn) -> HTMLResponse:
    """The page to send a list."""
    asking.hold(PAGE)
    return _list(request)


@router.post("/lijst", response_class=HTMLResponse)
def take_in(request: Request, asking: SignedIn, lijst: UploadFile | None = None) -> HTMLResponse:
    """Take in a list: what is good is recorded, of the rest is told what is wrong; again changes nothing."""
    asking.hold(PAGE)
    if lijst is None or not lijst.filename:
        return _list(request, "Kies eerst een bestand.")
    sent = SentFile(lijst.filename, lijst.file.read(LARGEST + 1))
    if len(sent.content) > LARGEST:
        return _list(
            request, "Dit bestand is te groot: het mag hooguit 5 MB zijn. Splits het. Er is niets overgenomen."
        )
    actor = asking.actor
    try:
        done = import_referrals(current(), sent, actor.by, asking.now, person=actor.person)
    except Unreachable:
        raise
    except UserError as error:
        return _list(request, str(error))
    mover: Mover = request.app.state.mover
    references = [reference for _, reference in done.new + done.known + done.known_otherwise]
    moved = outcome(mover.moved({NAME: references}, asking.now)) if references else "ja"
    with current().reading() as session:
        twice = on_their_way(session, asking.region, actor.by, [reference for _, reference in done.new])
    known = _told(done, lijst.filename) | {"outcome": moved, "twice": twice}
    return page(request, "flex/referral_list_read.html", known)


def _list(request: Request, wrong: str = "") -> HTMLResponse:
    known = {"wrong": wrong.splitlines(), "columns": template_columns()}
    return page(request, "flex/referral_list.html", known, 422 if wrong else 200)


def template_columns() -> list[str]:
    """What the columns are called; those without which a list is of no use first."""
    return [REFERRALS.name_of(field) for field in sorted(REFERRALS.of, key=lambda one: not REFERRALS.of[one].required)]


def _told(done: Import, name: str) -> dict[str, Any]:
    """What became of each line, a wrong one with what was read."""
    lines, read = in_words.of_lines(done, REFERRALS), done.read()
    reasons: dict[int, list[tuple[str, str]]] = {}
    for one in done.wrong:
        reasons.setdefault(one.line, []).append((one.column, one.reason))
    wrong = [(line, read.get(line, {}), whys) for line, whys in reasons.items()]
    return {
        "name": name,
        "told": list(in_words.told(done)),
        "lines": [(line, reference, said) for line, (reference, said) in lines.items()],
        "wrong": wrong[:FIRST_WRONG],
        "more_wrong": max(0, len(wrong) - FIRST_WRONG),
        "otherwise": bool(done.known_otherwise),
    }


@router.get("/lijst/verwijzingen.{kind}")
def empty_list(asking: SignedIn, kind: str) -> Response:
    """An empty list to fill in."""
    asking.hold(PAGE)
    if kind not in KINDS:
        raise Refused("not_found", "Dit bestand is er niet. Kies XLSX of CSV.")
    made = content(f"verwijzingen.{kind}", template(asking.region, BY_PAGE))
    return Response(
        made, media_type=KINDS[kind], headers={"Content-Disposition": f'attachment; filename="verwijzingen.{kind}"'}
    )
