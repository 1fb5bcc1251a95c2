"""The world of a dossier's gates: who there is, what is hard about it, and how the document counts."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ruamel.yaml import YAML

from flexroute.clock import AMSTERDAM
from models.region.file import check_region
from tests.conftest import WORLD

MOTIVES = "Het bestuur ziet geen toekomst\nvoor deze zorg."
DAY = timedelta(days=1)

ITEMS = {"family_plan", "minutes_running_indication", "future_indication"}
MESSAGES = {"stop_307", "end_date_301", "request_315", "new_301"}
CATEGORIES = ("pre_trajectory", "running", "finishing")
WARNINGS = (3, 1)
ACCESSES = {"0599": "toegang-rotterdam", "0606": "toegang-schiedam"}
ADMINISTRATORS = ("beheer", "rsj-karin")
OF_CONSULTATIONS = ("consultation", "consultation_cancelled", "consultation_withdrawn")
CORRECTED = ("child_corrected", "dossier_corrected")
JUDGED = {
    "municipality",
    "care",
    "category",
    "care_form",
    "registered_on",
    "allocation_ends_on",
}  # what a route is about
LATEST, NEVER = datetime(2031, 6, 1, tzinfo=UTC), "9999-12-31"


def _world() -> dict[str, Any]:
    """The world of the scenarios with what is hard: contracts that end and begin on the way, a second provider that stops."""
    world: dict[str, Any] = YAML(typ="safe", pure=True).load(WORLD.read_text(encoding="utf-8"))

    def provider(ident: str, kind: str, forms: list[str], since: date, until: date) -> dict[str, Any]:
        contract = {"kind": kind, "opdrachten": ["B"], "from": since, "to": until, "care_forms": forms}
        return {"id": ident, "name": ident.title(), "mail": f"post@{ident}.example.nl", "contracts": [contract]}

    one, two, three = "outpatient_individual", "family_home", "residential"
    world["organisations"] += [
        provider("kortzicht", "system", [one, two], date(2023, 1, 1), date(2026, 11, 30)),
        provider("straks", "performance", [one, two], date(2026, 11, 1), date(2032, 12, 31)),
        provider("blijft", "system", [one, two, three], date(2023, 1, 1), date(2032, 12, 31)),
        provider("avondrood", "system", [one, three], date(2023, 1, 1), date(2027, 6, 30)),
    ]
    also = {"kind": "flex", "opdrachten": ["B"], "from": date(2023, 1, 1), "to": date(2032, 12, 31)}
    for row in world["organisations"]:
        if row["id"] == "avondrood":  # which stops, and has a flex contract as well
            row |= {"contracts": [*row["contracts"], also], "flex_order": 9}
        if row["id"] == "flex-anker":  # asked first, as long as its contract lasts
            row["contracts"][0]["to"] = date(2027, 3, 31)
    world["people"].append(
        {"id": "rsj-karin", "name": "Karin", "mail": "karin@rsj.example.nl", "roles": ["contract_administration"]}
    )
    return world


DATA = _world()
REGION = check_region(DATA, "world.yaml")
ORGANISATIONS: dict[str, dict[str, Any]] = {row["id"]: row for row in DATA["organisations"]}
EVERYBODY = (*ORGANISATIONS, *(row["id"] for row in DATA["people"]), *DATA["mailboxes"], "niemand", "")
STOPPERS = ("zonnewende", "avondrood")


def contracted(provider: str, care_form: str, day: date) -> bool:
    """S-27, S-29: a system or performance contract with this care form on that day."""
    return any(
        c["kind"] != "flex" and c["from"] <= day <= c["to"] and care_form in c.get("care_forms", [])
        for c in ORGANISATIONS[provider].get("contracts", [])
    )


def flexible(provider: str, day: date) -> bool:
    """F-36: a flex contract for opdracht B, with which all these children come into the flex route, on that day."""
    contracts = ORGANISATIONS[provider].get("contracts", [])
    return any(c["kind"] == "flex" and "B" in c["opdrachten"] and c["from"] <= day <= c["to"] for c in contracts)


def months_on(day: date, months: int) -> date:
    """AMB-40: the same day so many months on, or the last of the month."""
    number = day.year * 12 + day.month - 1 + months
    year, month = number // 12, number % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def moment(text: str) -> datetime:
    """A moment as the database keeps it."""
    known = datetime.fromisoformat(text)
    return known if known.tzinfo else known.replace(tzinfo=UTC)


def local(text: str) -> date:
    return moment(text).astimezone(AMSTERDAM).date()


def day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
