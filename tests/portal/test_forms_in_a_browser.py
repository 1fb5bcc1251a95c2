"""The forms of all acts in Chromium: accessible, from 320 px wide, and without a script; what is sent is what was filled in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

from acts.engine.act import Act
from portal.forms import Form, every_field, form_of, from_form
from portal.pages import _environment
from portal.safety import POLICY
from processes import PROCESSES
from rules.shared.process import Process
from rules.shared.refusal import Refused, invalid
from rules.shared.region import Region
from tests.conftest import ROOT
from tests.support.browser import HOME, LAPTOP, PHONE, WIDTHS, Answer, answered_by, findings, too_wide
from tests.support.forms import sent

PAGE = """{% extends "base.html" %}{% block title %}Formulieren{% endblock %}{% block content %}
{% from "fields.html" import error_summary, fields %}
<h1>Formulieren</h1>
{% for form in forms %}
<section aria-labelledby="kop-{{ form.act.name }}">
<h2 id="kop-{{ form.act.name }}">{{ form.act.name }}</h2>
<form class="form" method="post" action="/verstuur" novalidate aria-labelledby="kop-{{ form.act.name }}">
{{ error_summary(form) }}{{ fields(form) }}
<p class="actions"><button class="button" type="submit">Vastleggen</button></p>
</form>
</section>
{% endfor %}
{% endblock %}"""


@cache
def style() -> bytes:
    return Path(ROOT, "portal", "static", "flexroute.css").read_bytes()


class Shown:
    """A page with forms, in a browser that runs no script; what was sent with them."""

    def __init__(self, context: BrowserContext, forms: list[Form]) -> None:
        self.sent: list[tuple[str, str]] = []
        text = _environment().from_string(PAGE).render(forms=forms, asking=None, path="/")
        self.html = text.encode()
        answered_by(context, self._answer)
        self.page: Page = context.new_page()
        self.page.goto(HOME)

    def _answer(self, request: Request) -> Answer:
        headers = {"Content-Security-Policy": POLICY}
        if request.url.endswith(".css"):
            return 200, {**headers, "Content-Type": "text/css"}, style()
        if request.method == "POST":
            self.sent = parse_qsl(request.post_data or "", keep_blank_values=True)
        found = request.url.startswith(f"{HOME}/") and request.method in ("GET", "POST") and "icon" not in request.url
        return (200 if found else 404), {**headers, "Content-Type": "text/html; charset=utf-8"}, self.html


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(java_script_enabled=False) as made:
        yield made


@pytest.fixture
def scripted(browser: Browser) -> Iterator[BrowserContext]:
    """For axe, which is one; pages have none."""
    with browser.new_context() as made:
        yield made


def everything_wrong(act: Act[Any], region: Region) -> Refused:
    names = [one.name for one in every_field(form_of(act, region).fields) if one.kind != "told"]
    return invalid("", "Er ging iets mis", [(name, "vul dit veld in") for name in names])


@pytest.mark.parametrize("process", PROCESSES, ids=lambda one: one.name)
def test_every_form_is_accessible(scripted: BrowserContext, axe: str, region: Region, process: Process) -> None:
    """WCAG 2.2 AA at phone and laptop size, with an error at every field; nothing sticks out at 320 px."""
    acts: list[Act[Any]] = [*process.acts.values()]
    shown = Shown(scripted, [form_of(act, region, refused=everything_wrong(act, region)) for act in acts])
    for width in WIDTHS:
        shown.page.set_viewport_size({"width": width, "height": 800})
        assert too_wide(shown.page) == []
        assert findings(shown.page, axe) == []


def test_what_is_not_accessible_is_found(scripted: BrowserContext, axe: str) -> None:
    """A field without a label, a text that can hardly be read, and something that is too wide."""
    shown = Shown(scripted, [])
    shown.page.set_content("<p><font color=#cccccc>tekst</font></p><input><table width=900><tr><td>breed</table>")
    shown.page.set_viewport_size({"width": PHONE, "height": 800})
    assert {one.partition(" ")[0] for one in findings(shown.page, axe)} >= {"label", "color-contrast"}
    assert too_wide(shown.page)


TABLE = {
    "on": "2026-03-10",
    "answers": [
        {
            "provider": "sys-zuid",
            "can_deliver": True,
            "earliest_start": "2026-03-20",
            "explanation": "Twee regels.\n'<b>'",
        },
        {
            "provider": "sys-oost",
            "can_deliver": False,
            "subcontractors": [{"provider": "oa-klein", "can_deliver": False}],
        },
    ],
}
FILLED: list[tuple[str, dict[str, Any]]] = [
    ("record_table_answers", TABLE),
    ("record_file", {"on": "2026-03-10", "items": ["family_plan", "brief & bijlage"]}),
    (
        "register_stop",
        {"provider": "sys-noord", "care_forms": ["residential"], "motives": "\nmoe", "locations": ["Kade"]},
    ),
]


@pytest.mark.parametrize(("name", "values"), FILLED)
def test_a_browser_sends_what_was_filled_in(
    context: BrowserContext, region: Region, name: str, values: dict[str, Any]
) -> None:
    """Without a script: the same inputs as the other tests say that it sends."""
    act = next(process.acts[name] for process in PROCESSES if name in process.acts)
    form = form_of(act, region, given=values)
    shown = Shown(context, [form])
    shown.page.get_by_role("button", name="Vastleggen").last.click()
    assert from_form(act, shown.sent) == from_form(act, sent(form))
    assert sorted(shown.sent) == sorted(sent(form))


def test_enter_sends_the_form(context: BrowserContext, region: Region) -> None:
    """The first button of a form is what Enter presses: not the one for more lines."""
    act = next(process.acts["record_file"] for process in PROCESSES if "record_file" in process.acts)
    shown = Shown(context, [form_of(act, region)])
    other = shown.page.get_by_label("Iets anders 1")
    other.fill("brief")
    other.press("Enter")
    assert from_form(act, shown.sent) == {"items": ["brief"]}
    shown.page.get_by_role("button", name="Meer regels").click()
    assert ("_more", "items") in shown.sent


def test_by_keyboard_from_an_error_to_its_field(context: BrowserContext, region: Region) -> None:
    """The summary leads to each field, which can be filled in at once; the label, hint and error are read with it."""
    act = next(process.acts["record_assessment"] for process in PROCESSES if "record_assessment" in process.acts)
    shown = Shown(context, [form_of(act, region, refused=invalid("explanation", "leg uit waarom niet"))])
    link = shown.page.get_by_role("link", name="Uitleg: leg uit waarom niet.")
    link.focus()
    shown.page.keyboard.press("Enter")
    field = shown.page.locator("#record_assessment-explanation")
    assert field.evaluate("one => one === document.activeElement")
    assert field.get_attribute("aria-invalid") == "true"
    described = field.get_attribute("aria-describedby") or ""
    assert "Leg uit waarom niet." in " ".join(shown.page.locator(f"#{one}").inner_text() for one in described.split())


def test_it_prints(browser: Browser, region: Region) -> None:
    """On paper there are no menus or buttons, and all that was typed is there."""
    with browser.new_context() as context:
        act = next(process.acts["take_over"] for process in PROCESSES if "take_over" in process.acts)
        shown = Shown(context, [form_of(act, region, given={"reason": "De aanbieder zwijgt."})])
        shown.page.set_viewport_size({"width": LAPTOP, "height": 800})
        shown.page.emulate_media(media="print")
        assert not shown.page.locator(".site-header").is_visible()
        assert not shown.page.get_by_role("button", name="Vastleggen").last.is_visible()
        assert shown.page.locator("textarea").input_value() == "De aanbieder zwijgt."
        assert shown.page.pdf()[:4] == b"%PDF"
