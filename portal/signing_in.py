"""The pages on which people sign in and out: with a provider, with a code, or (in practice) by choosing who they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, cast
from urllib.parse import quote

from fastapi import APIRouter, BackgroundTasks, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from flexroute import clock
from flexroute.settings import settings
from models.region.directory import load_region
from models.store.database import current
from models.store.sign_in import SignIn
from portal import codes, providers
from portal.actor import Actor, Way, actor_by_name, actor_in, actor_of, kept
from portal.pages import page
from portal.providers import NotProven
from portal.safety import Limiter, client
from portal.sessions import Session
from rules.shared.person import signer
from rules.shared.refusal import Refused
from rules.shared.region import Region

HOME = "/werk"
WRONG_CODE = (
    "Deze code klopt niet, of werkt niet meer. Kijk of u de nieuwste code typt, in het venster waarin u hem aanvroeg. "
    "Vraag anders een nieuwe code."
)
GONE = "Dit venster heeft te lang opengestaan. Begin opnieuw."
LEFT = "Hier kan niemand meer voor binnenkomen: de regio kent dit adres niet meer."

Group = tuple[
    str, list[tuple[str, str]], str | None
]  # a heading, ids and names of people, an organisation that a name is typed for
Text = Annotated[str, Form(max_length=2000)]
router = APIRouter()
limiter = Limiter()


@router.get("/inloggen")
def choose_a_way(request: Request, verder: str = "") -> Response:
    """All ways in."""
    if signed_in(request):
        return _onward(verder)
    return ways_in(request, verder)


@router.post("/uitloggen")
def sign_out(request: Request) -> Response:
    """The session ends; the page after it has a link to come back, and goes to no provider."""
    request.session.clear()
    return RedirectResponse("/uitgelogd", 303)


@router.get("/uitgelogd")
def signed_out(request: Request) -> Response:
    """The page after signing out."""
    return page(request, "signing_in/out.html", {})


@router.get("/inloggen/met/{name}")
async def go(request: Request, name: str, verder: str = "") -> Response:
    """To a provider."""
    limiter.hit(limiter.rules.sign_in, client(request.scope))
    _known_provider(name)
    base = str(settings().portal_url or request.base_url).rstrip("/")
    request.session["next"] = own_path(verder)
    try:
        return await providers.go(request, name, f"{base}/inloggen/met/{name}/terug")
    except NotProven as error:
        return await run_in_threadpool(_refused, request, "oidc", error, name)


@router.get("/inloggen/met/{name}/terug")
async def back(request: Request, name: str) -> Response:
    """Back from a provider."""
    limiter.hit(limiter.rules.sign_in, client(request.scope))
    _known_provider(name)
    try:
        said = await providers.claims(request, name)
        return await run_in_threadpool(_came_back, request, name, said)
    except NotProven as error:
        return await run_in_threadpool(_refused, request, "oidc", error, name)


@router.post("/inloggen/code")
def ask_code(request: Request, tasks: BackgroundTasks, adres: Text = "", verder: Text = "") -> Response:
    """A code for an address; for a wrong one the very same answer."""
    address = adres.strip()
    if not re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", address):
        return ways_in(request, verder, "Vul een e-mailadres in, zoals naam@organisatie.nl.", address, 422)
    limiter.hit(limiter.rules.code_from, client(request.scope))
    limiter.hit(limiter.rules.code_for, address.casefold())
    now = clock.now()
    key, code, found = codes.ask(address, now)
    request.session["code"] = key
    if found:
        tasks.add_task(codes.mail, code, found, now)
    shown = codes.in_groups(code) if settings().signs_in_by_practice and found else ""
    return _typing(request, verder, shown)


@router.post("/inloggen/code/controle")
def try_code(request: Request, code: Text = "", verder: Text = "") -> Response:
    """The code that somebody typed."""
    limiter.hit(limiter.rules.code_try, client(request.scope))
    found = codes.right(request.session.get("code"), code, clock.now())
    if not found:
        _count(SignIn(at=clock.now(), way="code", outcome="wrong_code"))
        return _typing(request, verder, error=WRONG_CODE, status=422)
    return _arrived(request, "code", found, own_path(verder))


@router.get("/inloggen/oefenen")
def practice(request: Request, verder: str = "") -> Response:
    """Choose who you are. Raises Refused where things are real."""
    return _everybody(request, verder)


@router.post("/inloggen/oefenen")
def practise(request: Request, wie: Text = "", organisatie: Text = "", naam: Text = "", verder: Text = "") -> Response:
    """Be somebody of the region, or anybody of an organisation. Raises Refused where things are real."""
    _practice_only()
    region = _region()
    try:
        actor = _practised(region, wie, organisatie, naam)
    except (KeyError, Refused) as error:
        told = error.message if isinstance(error, Refused) else "Kies wie u bent."
        return _everybody(request, verder, told, organisatie, naam, 422)
    return _in(request, actor, own_path(verder))


@router.get("/inloggen/wie")
def who(request: Request) -> Response:
    """Which of those whom an address stands for somebody is."""
    return _choosing(request)


@router.post("/inloggen/wie")
def that_one(request: Request, wie: Text = "", organisatie: Text = "", naam: Text = "") -> Response:
    """One of them, with a name where the address is shared."""
    region, arrived = _region(), request.session.get("arrived")
    if not arrived:
        return ways_in(request, "", GONE, status=422)
    chosen = wie or organisatie
    if chosen not in arrived["known_as"]:
        return _choosing(request, "Kies wie u bent.", status=422)
    try:
        actor = (
            actor_of(region, wie, arrived["way"]) if wie else actor_by_name(region, organisatie, naam, arrived["way"])
        )
    except KeyError:
        return _choosing(request, LEFT, status=422)
    except Refused as error:
        return _choosing(request, error.message, organisatie, naam, 422)
    return _in(request, actor, own_path(arrived["next"]), arrived["provider"])


def own_path(to: str) -> str:
    """A page of our own to go on to; what may lead elsewhere becomes Mijn werk."""
    if re.fullmatch(r"/(?![/\\])[^\\\x00-\x20\x7f]*", to) and not to.startswith(
        ("/inloggen", "/uitloggen", "/uitgelogd")
    ):
        return to
    return HOME


def _onward(to: str) -> Response:
    return RedirectResponse(quote(own_path(to), safe="/?=&%+,;:@!$'()*~-._"), 303)


def _region() -> Region:
    with current().reading() as session:
        return load_region(session)


def _session(request: Request) -> Session:
    return cast(Session, request.session)


def signed_in(request: Request) -> Actor | None:
    """Who is signed in."""
    return actor_in(request.session, _region()) if request.session.get("actor") else None


def _known_provider(name: str) -> None:
    if name not in settings().oidc:
        raise Refused("not_found", "Op deze manier kunt u niet inloggen.", "name")


def _came_back(request: Request, name: str, said: dict[str, Any]) -> Response:
    found = providers.whom(settings().oidc[name], said, _region())
    return _arrived(request, "oidc", found, own_path(request.session.get("next", "")), name)


def _arrived(request: Request, way: Way, found: Sequence[str], to: str, provider: str | None = None) -> Response:
    """Who somebody is, is proven so far: they are in, or say first which of these they are."""
    region = _region()
    if len(found) == 1 and found[0] not in region.organisation:
        return _in(request, actor_of(region, found[0], way), to, provider)
    _session(request).renew(arrived={"way": way, "known_as": list(found), "next": to, "provider": provider})
    return RedirectResponse("/inloggen/wie", 303)


def _in(request: Request, actor: Actor, to: str, provider: str | None = None) -> Response:
    """Signed in, under a new token."""
    person = actor.person if actor.confirmed else None
    row = SignIn(at=clock.now(), way=actor.way, outcome="in", provider=provider, by=actor.by, person=person)
    row.confirmed = actor.confirmed
    _count(row)
    _session(request).renew(actor=kept(actor))
    return _onward(to)


def _refused(request: Request, way: Way, error: NotProven, provider: str | None = None) -> Response:
    _count(SignIn(at=clock.now(), way=way, outcome=error.code, provider=provider))
    status = 503 if error is providers.AWAY else 403
    return page(request, "signing_in/refused.html", {"told": error.told, "to": request.session.get("next", "")}, status)


def _count(row: SignIn) -> None:
    with current().writing() as session:
        session.add(row)


def ways_in(
    request: Request,
    to: str,
    error: str = "",
    address: str = "",
    status: int = 200,
    about: Mapping[str, Any] | None = None,
) -> Response:
    """The page with all ways in, to go on to a page. `about`: the reference of a question in a letter, and how it stands."""
    given = settings()
    known = {
        "providers": {name: one.title for name, one in given.oidc.items()},
        "practice": given.signs_in_by_practice,
        "lapsed": _session(request).lapsed,
        "to": _kept_path(to),
        "error": error,
        "address": address,
        "about": about,
    }
    return page(request, "signing_in/ways.html", known, status)


def _typing(request: Request, to: str, code: str = "", error: str = "", status: int = 200) -> Response:
    known = {"to": _kept_path(to), "code": code, "error": error, "minutes": settings().code_minutes}
    return page(request, "signing_in/code.html", known, status)


def _kept_path(to: str) -> str:
    return own_path(to) if to else ""


def _practice_only() -> None:
    if not settings().signs_in_by_practice:
        raise Refused("not_found", "Deze pagina is er alleen om te oefenen.")


def _practised(region: Region, who: str, organisation: str, name: str) -> Actor:
    """Raises KeyError or Refused."""
    if who:
        return actor_of(region, who)
    known = signer(organisation, name, region, reading=True) if organisation in region.organisation else None
    if known is None:
        raise KeyError(organisation)
    person = known.id if known.confirmed else known.name
    return Actor(organisation, person, known.name, "practice", known.confirmed)


def _everybody(
    request: Request, to: str, error: str = "", organisation: str = "", name: str = "", status: int = 200
) -> Response:
    _practice_only()
    region = _region()
    groups: list[Group] = [("De regio", [(one.id, one.name) for one in region.people], None)]
    for one in region.organisations:
        contacts = [(contact.id, contact.name) for contact in one.contacts]
        groups.append((one.name, contacts, None if contacts else one.id))
    known = {"title": "Kies wie u bent", "practice": True, "action": "/inloggen/oefenen", "groups": groups}
    typed = {"organisation": organisation, "name": name}
    return page(request, "signing_in/who.html", {**known, "to": _kept_path(to), "error": error, "typed": typed}, status)


def _choosing(request: Request, error: str = "", organisation: str = "", name: str = "", status: int = 200) -> Response:
    arrived = request.session.get("arrived")
    if not arrived:
        return ways_in(request, "", GONE, status=422)
    region = _region()
    groups: list[Group] = []
    for one in arrived["known_as"]:
        if one in region.organisation:
            groups.append((region.name_of(one), [], one))
            continue
        try:
            actor = actor_of(region, one)
        except KeyError:
            continue
        groups.append((region.name_of(actor.by) if actor.by != one else "De regio", [(one, actor.name)], None))
    known = {"title": "Voor wie komt u?", "practice": False, "action": "/inloggen/wie", "groups": groups, "to": ""}
    typed = {"organisation": organisation, "name": name}
    return page(request, "signing_in/who.html", {**known, "error": error, "typed": typed}, status)
