"""An agenda in words (plain Dutch, B1): made once, and the same in the text, the HTML, the invitation and the PDF."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from notifications.flex.details import age_in_words
from notifications.words import care_form_in_words, clock_time, code_in_words, day_in_words
from rules.shared.region import Region

_ANSWERS = {"yes": "ja", "no": "nee", "withdrawn": "nee, later ingetrokken"}


def in_words(region: Region, said: Mapping[str, Any]) -> dict[str, Any]:
    """What a meeting's letters say, from the codes of its agenda. Labels and values go in pairs, to be read in this order."""
    moved = said["on"] != said["series_on"]
    time = f"{clock_time(said['starts_at'])} tot {clock_time(said['ends_at'])} uur"
    chair = region.name_of(said["chair"])
    place = "zie Flexroute" if said["place_in_program"] else "nog niet bekend; vraag het aan de voorzitter"
    day = day_in_words(said["on"])
    return {
        "table": region.name_of(said["table"]),
        "day": day,
        "time": time,
        "starts": clock_time(said["starts_at"]),
        "normal_day": day_in_words(said["series_on"]) if moved else None,
        "facts": [
            ("Tafel", region.name_of(said["table"])),
            ("Dag", day),
            ("Tijd", time),
            ("Plaats", place),
            ("Voorzitter", chair),
        ],
        "invited": [region.name_of(ident) for ident in said["invited"] if ident != said["chair"]],
        "optional": [region.name_of(ident) for ident in said["optional"]],
        "cases": [_case(region, case) for case in said["cases"]],
        "urgent_cases": [case["reference"] for case in said["cases"] if case["urgent"]],
    }


def _case(region: Region, case: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "reference": case["reference"],
        "urgent": case["urgent"],
        "opdracht": case["opdracht"],
        "owner": region.name_of(case["owner"]),
        "facts": [
            ("Opdracht", region.opdracht_in_words(case["opdracht"])),
            ("Soort hulp", _care_form(region, case)),
            ("Leeftijd", _age(case["age_band"])),
            ("Ronde", str(case["round"])),
            ("Aanbieder", region.name_of(case["owner"])),
            ("Reden", code_in_words(case["ground"]) if case["ground"] else "niet opgegeven"),
            *_subcontractors(region, case),
            ("Treeknorm", _treeknorm(case)),
        ],
        "left": _left(case),
        "answers": [region.name_of(who) for who in case["must_answer"]],
    }


def _care_form(region: Region, case: Mapping[str, Any]) -> str:
    if case["care_form"]:
        return care_form_in_words(case["care_form"], region)
    return "zie Flexroute" if case.get("care_form_in_program", True) else "niet opgegeven"


def _age(band: str | None) -> str:
    return "niet opgegeven" if band is None else age_in_words(band)


def _subcontractors(region: Region, case: Mapping[str, Any]) -> list[tuple[str, str]]:
    if "subcontractors" not in case:  # an agenda of before they were on it
        return []

    def said(one: Mapping[str, str]) -> str:
        through = "" if one["through"] == case["owner"] else f" (via {region.name_of(one['through'])})"
        return f"{region.name_of(one['id'])}{through}: {_ANSWERS[one['answer']]}"

    return [("Onderaannemers", "; ".join(map(said, case["subcontractors"])) or "geen gevraagd")]


def _treeknorm(case: Mapping[str, Any]) -> str:
    left = _left(case)
    if case["treeknorm_date"] is None:
        return left
    return f"start uiterlijk {day_in_words(case['treeknorm_date'])}" + (f" ({left})" if left else "")


def _left(case: Mapping[str, Any]) -> str:
    if case["treeknorm_date"] is None:
        return "geen treeknorm ingesteld"
    return days_in_words(case["days_left"]) if "days_left" in case else ""


def days_in_words(left: int) -> str:
    """How far the treeknorm date is from the meeting (F-31)."""
    if left == 0:
        return "op de dag van het overleg"
    days = f"{abs(left)} {'dag' if abs(left) == 1 else 'dagen'}"
    return f"{days} na het overleg" if left > 0 else f"{days} te laat"
