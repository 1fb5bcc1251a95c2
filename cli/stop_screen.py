"""A dossier of a provider that stops, and a child in it, on the screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from acts.engine.act import doers
from cli.act_values import typed
from cli.output import day, out, table, words
from cli.timeline import show
from models.views.dossier import ChildView, DossierView
from models.views.timeline import Timeline
from notifications.stop.report import counts as dossier_counts
from notifications.stop.report.blocks import blocks
from notifications.stop.report.children import (
    child_in_words,
    line,
    missing_in_words,
    most_urgent_first,
    must_act_in_words,
    notes,
    until,
)
from notifications.stop.report.duties import checklist
from notifications.stop.report.words import able, facts, title
from notifications.words import care_form_in_words
from processes.stop import STOP
from rules.shared.region import Region
from rules.stop.route import AT, ChildStatus

SHOWN = 50


def row(region: Region, view: DossierView, of_children: Counter[str]) -> dict[str, str]:
    """One dossier in the list of dossiers (S-35)."""
    added = sum(view.children.values())
    return {
        "kenmerk": view.reference,
        "aanbieder": region.name_of(view.provider),
        "staat": words(view.status),
        "nog bij aanbieder": f"{view.open} van {added}",
        "laatste dag": line(day(view.ends_by), view),
        "ontbreekt nog": ", ".join(missing_in_words(view.missing)),
        "aan zet": ", ".join(must_act_in_words(region, view, of_children)),
    }


def of_dossier(region: Region, view: DossierView, children: Sequence[ChildView], all_children: bool) -> None:
    """Everything about one dossier; its children most urgent first (S-10, S-36, S-51, S-53)."""
    out.print(title(region, view))
    for label, value in facts(region, view, children):
        out.print(f"{label if label[1].isupper() else label.lower():>17}: {value}")
    for place in view.locations:
        out.print(f"{'locatie':>17}: {place}")
    _acts(view.acts, f"--stop {view.reference}")
    _sentences("Wat houdt op, en wie is aan zet", blocks(region, view, children))
    table("Aantallen per gemeente", [_place(place) for place in dossier_counts.rows(region, view, children)])
    table("Jeugdigen per staat", [{words(status): number for status, number in view.children.items()}])
    shown = most_urgent_first(children) if all_children else most_urgent_first(children)[:SHOWN]
    table("Jeugdigen, de meest dringende eerst", [_listed(region, child) for child in shown], filled_only=True)
    if len(shown) < len(children):
        out.print(
            f"Dit zijn er {len(shown)} van {len(children)}. Allemaal: --all-children, of in een bestand met --format xlsx."
        )


def of_duties(region: Region, view: DossierView) -> None:
    """The checklist of the IGJ guideline: what, who, when (S-13 … S-23)."""
    table(f"Taken uit de IGJ-leidraad · {view.reference}", checklist(region, view), filled_only=True)
    out.print(
        f"Vastleggen: flexroute act {typed(words('record_duty'))} --stop {view.reference} --by WIE verplichting=… gedaan-op=DAG opmerking=…"
    )


def _place(place: dossier_counts.Row) -> dict[str, str | int]:
    return {
        "Toegang": place.name,
        **{words(category): dossier_counts.both(numbers) for category, numbers in place.numbers.items()},
        "toegevoegd": place.added,
        "nog bij aanbieder": place.open,
        "verschil": place.difference,
    }


def _listed(region: Region, child: ChildView) -> dict[str, str]:
    said = child_in_words(region, child)
    return {
        "kenmerk": said["reference"],
        "eigen kenmerk": child.sender_reference or "",
        "Toegang": said["place"],
        "route": said["way"],
        "staat": said["status"],
        "nu bij": said["held_by"],
        "ontbreekt nog": said["missing"],
        "laatste dag": f"{said['due']} ({said['left']})" if said["due"] else "",
        "aan zet": said["who"],
        "let op": said["note"],
    }


def of_child(region: Region, view: ChildView, told: Timeline, about: Mapping[str, Any]) -> None:
    """One child: where it stands, who may take over, what is asked of whom and why, what happened and what was sent."""
    said = child_in_words(region, view)
    lines = {
        "kenmerk": said["reference"],
        "eigen kenmerk": view.sender_reference or "",
        "Toegang": said["place"],
        "zorg": f"{words(view.care)}, {words(view.category)}, {care_form_in_words(view.care_form, region)}",
        "locatie": view.location or "",
        "route": until(said["route"], view.expected_end),
        "voorstel": said["proposal"],
        "staat": said["status"],
        "nu bij": said["held_by"],
        "ontbreekt nog": said["missing"],
        "laatste dag": f"{said['due']} ({said['left']})" if said["due"] else "",
        "kunnen overnemen": ", ".join(able(region, about["candidates"], about["stopping"])),
        "aanmelddatum": day(view.registered_on),
        "toewijzing tot": day(view.allocation_ends_on),
        "aan zet": said["who"],
        "let op": notes(view),
        "flexroute": f"{view.flex_cases[-1]} ({words(view.flex_step)})" if view.flex_cases else "",
    }
    for label, value in lines.items():
        if value:
            out.print(f"{label:>17}: {value}")
    if why := about["why"]:
        out.print(f"{'waarom':>17}: “{why['sentence']}” ({why['requirement']})")
    _acts([act for act in view.acts if _possible(act, view.status)], f"--child {view.reference}")
    show(region, told)


def _possible(act: str, status: str) -> bool:
    return ChildStatus(status) in AT[act]


def _acts(names: Sequence[str], about: str) -> None:
    """With which acts to go on, the one that is due first, and how to record them."""
    for name in names:
        out.print(f"{'vastleggen':>17}: {typed(words(name))} (door {doers(STOP.acts[name])})")
    if names:
        out.print(f"{'met':>17}: flexroute act NAAM {about} --by WIE VELD=WAARDE …")


def _sentences(heading: str, said: Sequence[str]) -> None:
    if said:
        out.print(heading)
    for number, one in enumerate(said, 1):
        out.print(f"{number:>3}. {one}")
