"""The checklist of the IGJ guideline in words: what, who, when it was seen to and by whom (S-13 … S-23, S-54)."""

from __future__ import annotations

from models.views.dossier import DossierView
from notifications.stop.report.children import day
from rules.shared.region import Region
from rules.stop.duties import DUTIES


def done(view: DossierView) -> str:
    """How many were seen to."""
    return f"{sum(one.done_on is not None for one in view.duties)} van {len(view.duties)} gedaan"


def checklist(region: Region, view: DossierView) -> list[dict[str, str]]:
    """One row a duty, in the order of the guideline; `code` is what record_duty takes. A note is typed: not for mail."""
    return [
        {
            "taak": DUTIES[one.duty].asks,
            "voor wie": DUTIES[one.duty].who,
            "gedaan op": day(one.done_on),
            "gezegd door": region.name_of(one.by) if one.by else "",
            "opmerking": one.note or "",
            "code": one.duty,
        }
        for one in view.duties
    ]
