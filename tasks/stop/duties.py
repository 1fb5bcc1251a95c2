"""What the IGJ guideline asks was seen to (S-13 … S-23)."""

from datetime import date

from models.stop.dossier import StopDuty
from tasks.stop.settle import dossier_line
from tasks.stop.work import DossierContext


@dossier_line("duties")
def duties(work: DossierContext) -> None:
    """On the checklist: who, when, and a note for in the program; the last one counts."""
    assert work.decision is not None  # noqa: S101
    given = work.answer
    done = {"done_on": date.fromisoformat(given["on"]), "by": work.decision.by, "note": given["note"]}
    work.session.merge(StopDuty(dossier_id=work.dossier.id or 0, duty=given["duty"], **done))
