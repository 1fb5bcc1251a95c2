"""A dossier is opened, or continuation asked for (S-07, S-38, S-39)."""

from tasks.stop.settle import dossier_line
from tasks.stop.work import DossierContext


@dossier_line("dossier")
def dossier(work: DossierContext) -> None:
    """Contract administration tells Werkgroep Toegang and Backoffice that a provider stops, as of when and why (N-20)."""
    assert work.decision is not None  # noqa: S101
    one = work.dossier
    if work.decision.act == "request_continuation":
        one.continuation = sorted({*one.continuation, work.decision.by})
        return
    work.letter(
        "provider_stops",
        stop_type=one.stop_type,
        motives=one.motives,
        care_forms=one.care_forms,
        announced_on=one.announced_on,
        partly=one.partly,
    )
