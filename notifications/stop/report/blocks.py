"""What keeps a dossier from its end, in sentences: what blocks, who must act, by when (S-35, S-36, S-51, S-53)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from models.views.dossier import ChildView, Counted, DossierView
from notifications.stop.report.children import day, left, many, most_urgent_first, place, some
from notifications.stop.report.counts import UNEXPLAINED, both, rows, to_add
from notifications.words import code_in_words
from rules.shared.region import Region

SHOWN = 10
FLEX = "flex_route"  # who waits for its case there has no act of its own
_ASKS = {  # by act: what is to be done for so many children
    "propose_route": "Voor {n} is er nog geen voorstel voor een route.",
    "decide_route": "Over {n} moet nog een besluit komen.",
    "inform_family": "Van {n} is het gezin nog niet geïnformeerd.",
    "record_consent": "Voor {n} is er nog geen toestemming.",
    "record_handover": "De warme overdracht van {n} moet nog komen.",
    "record_file": "Van {n} is het dossier nog niet compleet.",
    "accept_transfer": "De overdracht van {n} is nog niet geaccepteerd.",
    "record_allocation": "Voor {n} is de toewijzing nog niet rond.",
    "record_start": "Voor {n} kan de zorg starten bij de nieuwe aanbieder.",
    "finish_care": "Van {n} rondt de stoppende aanbieder de zorg nog af.",
    "sign_off": "Voor {n} moet de eindcontrole nog komen.",
    FLEX: "Voor {n} loopt de flexroute nog.",
}


def blocks(region: Region, view: DossierView, children: Sequence[ChildView]) -> list[str]:
    """At most ten sentences, the most urgent first: first what holds up everybody, then the children by their last day."""
    said = [*_of_dossier(region, view), *_of_children(region, children, view.ends_by)]
    if len(said) > SHOWN:
        said = [*said[: SHOWN - 1], f"Er zijn nog {len(said) - SHOWN + 1} andere punten. Kijk in de lijst."]
    return said


def _of_dossier(region: Region, view: DossierView) -> Iterator[str]:
    provider, missing = region.name_of(view.provider), set(view.missing)
    if view.trouble:
        yield "Het dossier is apart gezet. Aan zet: beheer van Flexroute."
    if not view.counts and "counts" in missing:
        yield f"Er zijn nog geen aantallen. Aan zet: {provider}."
    elif "counts" in missing:
        yield f"Er ontbreken nog aantallen. Aan zet: {some(_must_count(region, view, provider))}."
    if "explanation" in missing:
        unexplained = [row for row in rows(region, view, ()) if row.difference == UNEXPLAINED]
        said = [
            f"{row.name} ({', '.join(f'{code_in_words(c)} {both(n)}' for c, n in row.numbers.items() if len(set(n)) > 1)})"
            for row in unexplained
        ]
        yield f"Aantallen verschillen zonder uitleg: {some(said)}. Aan zet: {provider} of de Toegang."
    if missing & {"counts", "explanation"} and view.open:
        yield f"Zolang dit niet klopt, kan de Toegang over geen enkele route besluiten ({many(view.open)})."
    if "children" in missing:
        yield _to_add(region, view, provider)
    if missing == {"declarations"}:
        yield f"Alleen de declaraties lopen nog, tot en met {day(view.declarations_by)}. Aan zet: {provider}."


def _must_count(region: Region, view: DossierView, provider: str) -> list[str]:
    """Who has not given numbers; of the stopping provider also for which municipalities (S-41, S-58)."""
    counts = {one: view.counts.get(one, Counted()) for one in sorted(view.counts.keys() | view.added.keys())}
    lacking = [place(region, one) for one, counted in counts.items() if not counted.provider]
    accesses = [place(region, one) for one, counted in counts.items() if not counted.access]
    return [*([f"{provider} (voor {some(lacking)})"] if lacking else []), *accesses]


def _to_add(region: Region, view: DossierView, provider: str) -> str:
    left_out, too_many = to_add(region, view)
    said = [f"{many(view.left_out)} geteld maar niet toegevoegd ({some(left_out)})"] if left_out else []
    said += [f"{many(view.not_counted)} toegevoegd maar niet geteld ({some(too_many)})"] if too_many else []
    return f"Niet alle jeugdigen zijn bekend: {' en '.join(said)}. Aan zet: {provider}."


def _of_children(region: Region, children: Sequence[ChildView], last: date) -> Iterator[str]:
    """A sentence per act that is due; the children come in their order of urgency, and so do the sentences."""
    aside = sum(child.trouble is not None for child in children)
    if aside:
        yield f"Apart gezet: {many(aside)}. Aan zet: beheer van Flexroute."
    waiting: dict[str, list[ChildView]] = defaultdict(list)
    for child in most_urgent_first(child for child in children if child.waiting_for):
        waiting[next(iter(child.acts), FLEX)].append(child)
    for act in sorted(waiting, key=lambda act: _urgency(act, waiting[act])):
        of_act = waiting[act]
        who = Counter(ident for child in of_act for ident in child.waiting_for).most_common()
        parties = [f"{region.name_of(ident)}{f' ({n})' if len(who) > 1 else ''}" for ident, n in who]
        said = [_ASKS[act].format(n=many(len(of_act))), f"Aan zet: {some(parties)}.", _when(of_act, last)]
        yield " ".join(part for part in said if part)


def _urgency(act: str, children: Sequence[ChildView]) -> tuple[bool, bool]:
    """What is late comes first, and last of all care that is being finished in time; else the order stays."""
    in_time = act == "finish_care" and not any(child.signals for child in children)
    return not _late(children), in_time


def _late(children: Sequence[ChildView]) -> int:
    return sum(child.due_in is not None and child.due_in < 0 for child in children)


def _when(children: Sequence[ChildView], last: date) -> str:
    """How many are late, or which last day comes before that of all."""
    due, due_in = children[0].due, children[0].due_in
    if late := _late(children):
        return f"Te laat: {late}."
    return f"De eerste moet klaar zijn op {day(due)} ({left(due_in)})." if due and due < last else ""
