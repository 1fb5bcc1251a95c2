"""A dossier is opened or corrected, or continuation asked for (S-07, S-38, S-39)."""

from tasks.stop.correcting import announce, correct_dossier
from tasks.stop.settle import dossier_line
from tasks.stop.work import DossierContext


@dossier_line("dossier")
def dossier(work: DossierContext) -> None:
    """That a provider stops is told to Werkgroep Toegang and Backoffice (N-20)."""
    assert work.decision is not None  # noqa: S101
    match work.decision.act:
        case "request_continuation":
            one = work.dossier
            one.continuation = sorted({*one.continuation, work.decision.by})
        case "correct_dossier":
            correct_dossier(work)
        case _:
            announce(work)
