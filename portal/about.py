"""What everybody may read without signing in: what Flexroute keeps about whom, and how accessible it is."""

from __future__ import annotations

from contextlib import suppress

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from notifications.kept import by_whom
from portal.asking import NotSignedIn, asking
from portal.pages import page
from rules.shared.process import Process, processes

router = APIRouter(prefix="/over")


@router.get("/privacy", response_class=HTMLResponse)
def privacy(request: Request) -> HTMLResponse:
    """The page, made of what the processes that run here say of themselves."""
    _with_menu(request)
    seen = [
        (process.title, _title(process, label), sight.who, sight.who_youth)
        for process in processes()
        for label, sight in process.sights.items()
    ]
    return page(request, "privacy.html", {"kept": by_whom(), "seen": seen})


@router.get("/toegankelijkheid", response_class=HTMLResponse)
def accessibility(request: Request) -> HTMLResponse:
    """The statement."""
    _with_menu(request)
    return page(request, "accessibility.html", {})


def _with_menu(request: Request) -> None:
    """Who is signed in keeps the menu."""
    with suppress(NotSignedIn):
        asking(request)


def _title(process: Process, label: str) -> str:
    """What people call this kind of subject."""
    return next((act.kind.title for act in process.acts.values() if act.kind and act.kind.label == label), label)
