"""What must be so before an act on a child (A.12, gates 6–10), each with its refusal. None: the gate is open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rules.shared.refusal import Refused
from rules.shared.region import Region
from rules.shared.roles import is_administration
from rules.stop.asked import OfChild
from rules.stop.facts import ChildFacts, DossierFacts
from rules.stop.route import DISSOLVED, FILE, MESSAGES, Care, Route, StopSignal


def contracted(region: Region, provider: str, care_form: str, day: date) -> bool:
    """A system or performance contract with this care form in force on `day` (S-27, S-29, S-37)."""
    return any(
        c.kind != "flex" and c.holds(day) and care_form in c.care_forms for c in region.organisation[provider].contracts
    )


def affected_forms(region: Region, provider: str, announced_on: date, contract_ends_on: date) -> tuple[str, ...]:
    """The care forms of its contracts: of those that run when it stops or was announced, else of all it had (S-09)."""
    since = min(announced_on, contract_ends_on)
    contracts = [contract for contract in region.organisation[provider].contracts if contract.kind != "flex"]
    running = [contract for contract in contracts if contract.valid_to >= since]
    return tuple(dict.fromkeys(form for contract in running or contracts for form in contract.care_forms))


def candidates(region: Region, provider: str, care_forms: Iterable[str], today: date) -> list[str]:
    """Providers that may take over one of these care forms from `provider`, in the order of the region (S-30, S-37)."""
    others = (o.id for o in region.organisations if o.id != provider)
    return [who for who in others if any(contracted(region, who, form, today) for form in care_forms)]


def counts_agree(dossier: DossierFacts) -> bool:
    """There are counts, and wherever there are counts or children both sides agree or explained (S-41, S-42, S-58)."""
    counts = dossier.counts
    return bool(counts) and all(place in counts and counts[place].agreed for place in dossier.places)


def default_route(child: ChildFacts) -> Route:
    """Restorative care finishes, durable care moves; after its term every child moves (S-24, S-29, AMB-43, AMB-44)."""
    exceeded = StopSignal.TERM_EXCEEDED in child.signals
    return Route.FINISH if child.care is Care.RESTORATIVE and not exceeded else Route.TRANSFER


def in_scope(dossier: DossierFacts, care_form: str, location: str | None) -> Refused | None:
    """Only who gets the care, at the place, that stops (S-01, AMB-52)."""
    fits = care_form in dossier.care_forms
    if fits and (not dossier.locations or location in dossier.locations):
        return None
    told = "Deze jeugdige krijgt geen zorg die in dit dossier stopt. Controleer zorgvorm en locatie."
    return Refused("not_affected", told, "location" if fits else "care_form")


def counts(asked: OfChild) -> Refused | None:
    """No route is final before the numbers agree or every difference is explained (S-42)."""
    if counts_agree(asked.dossier):
        return None
    return Refused(
        "counts_unexplained",
        "De aantallen van de aanbieder en de Toegang zijn er nog niet allemaal, of een verschil is nog niet verklaard.",
    )


def contract(asked: OfChild) -> Refused | None:
    """A receiver has a contract for this care, also when the child moves along with employees (gate 6, S-27, S-29).

    Never the provider that stops. A flex provider only for a child that it accepted in the flex route, after the contract
    manager's approval (F-36), and while its contract holds.
    """
    receiver = asked.proposal.receiver if asked.proposal else None
    if receiver is None:
        return None
    name = asked.region.name_of(receiver)
    if receiver == asked.dossier.provider:
        why = f"{name} is de aanbieder die stopt."
    elif contracted(asked.region, receiver, asked.child.care_form, asked.day) or _accepted_in_flex(asked, receiver):
        return None
    else:
        why = f"{name} heeft op {asked.day:%d-%m-%Y} geen contract voor de zorg van deze jeugdige."
    told = f"{why} Kies een andere aanbieder."
    along = asked.proposal is not None and asked.proposal.moves_along
    return Refused("not_contracted", told, "receiving_provider", requirement="S-27" if along else "S-29")


def _accepted_in_flex(asked: OfChild, receiver: str) -> bool:
    case = asked.child.flex
    if case is None or case.accepted != receiver:
        return False
    return asked.region.organisation[receiver].has_flex_contract((case.opdracht,), asked.day)


def continuation(asked: OfChild) -> Refused | None:
    """After dissolution care goes on only at the request of contract administration and the municipality (S-06, S-07)."""
    if asked.dossier.stop_type != DISSOLVED or asked.proposal is None or asked.proposal.route is not Route.FINISH:
        return None
    asks = asked.dossier.continuation
    of_client = any(is_administration(who, asked.region) for who in asks)
    of_access = asked.region.access.get(asked.child.municipality) in asks
    if of_client and of_access:
        return None
    return Refused(
        "continuation_not_requested",
        "De overeenkomst is ontbonden. Route 1 kan alleen als contractbeheer en de Toegang om voortzetting hebben gevraagd.",
    )


def reason_missing(why: str, requirement: str) -> Refused:
    """A reason is due, by this requirement, and was not given."""
    return Refused("reason_missing", f"Vul een reden in: {why}.", "reason", requirement=requirement)


def decision(asked: OfChild) -> Refused | None:
    """The access agreed, and no newer proposal waits for it (S-32, S-44)."""
    if asked.child.agreed and not asked.child.waiting:
        return None
    return Refused("no_agreement", "Er is nog geen akkoord van de Toegang, of een nieuw voorstel wacht op een besluit.")


def decision_before_family(asked: OfChild) -> Refused | None:
    """The family hears it only after contract administration and the access agreed (gate 8, S-45)."""
    early = "Informeer het gezin pas na het besluit van de Toegang. Er is nu nog geen akkoord."
    return Refused("family_informed_too_early", early) if decision(asked) else None


def _in_order(open_: bool, what: str, requirement: str) -> Refused | None:
    told = f"Een eerdere stap ontbreekt: {what}."
    return None if open_ else Refused("route_not_followed", told, requirement=requirement)


def informed(asked: OfChild) -> Refused | None:
    """The family was informed (S-45, S-56)."""
    return _in_order(asked.child.informed_on is not None, "het gezin is nog niet geïnformeerd", "S-45")


def consent(asked: OfChild) -> Refused | None:
    """The last answer of the child or its parents is yes (gate 9, S-50)."""
    if asked.child.consent:
        return None
    return Refused(
        "no_consent", "Er is geen toestemming van de jeugdige of de ouders. Zonder toestemming gaat niets over."
    )


def handover(asked: OfChild) -> Refused | None:
    """The warm handover was done (S-12, S-46)."""
    return _in_order(asked.child.handed_over, "de warme overdracht is nog niet vastgelegd", "S-12")


def handover_file(asked: OfChild) -> Refused | None:
    """The handover file is complete before the receiver accepts (gate 7, S-55, AMB-41)."""
    return _complete(asked.child.handover_file, "S-55")


def formal_file(asked: OfChild) -> Refused | None:
    """The file after the start is complete before the access signs off (S-47, S-59, AMB-41)."""
    return _complete(asked.child.file, "S-47", " De stoppende aanbieder legt dit na de start opnieuw vast.")


def _complete(items: frozenset[str], requirement: str, more: str = "") -> Refused | None:
    missing = [words for item, words in FILE.items() if item not in items]
    told = f"Het dossier is niet compleet. Er ontbreekt nog: {', '.join(missing)}.{more}"
    return Refused("file_incomplete", told, requirement=requirement) if missing else None


def acceptance(asked: OfChild) -> Refused | None:
    """The receiver accepted, on or before the start (gate 7, S-55, S-56)."""
    accepted = asked.child.accepted_on
    since = "nog niet" if accepted is None else f"pas op {accepted:%d-%m-%Y}"
    there = accepted is not None and accepted <= asked.day
    return _in_order(there, f"de ontvangende aanbieder heeft {since} geaccepteerd", "S-55")


def flex_route(asked: OfChild) -> Refused | None:
    """Who accepted the child in the flex route starts when nothing but the start is left there (gate 5, F-39, F-50)."""
    case = asked.child.flex.reference if asked.child.flex else ""
    done = not asked.child.waits_for_flex_route
    return _in_order(done, f"in de flexroute (casus {case}) de warme overdracht of de toewijzing", "F-50")


def allocation(asked: OfChild) -> Refused | None:
    """An allocation dated on or before the start; with all messages for who moves along (gate 7, S-28, S-57)."""
    child = asked.child
    there = child.allocation_number is not None and child.allocated_on is not None and child.allocated_on <= asked.day
    along = child.agreed is not None and child.agreed.moves_along
    if there and (not along or child.messages.issuperset(MESSAGES)):
        return None
    if there:
        told = f"Deze berichten ontbreken nog: {', '.join(one for one in MESSAGES if one not in child.messages)}."
    elif child.allocated_on:
        told = f"De toewijzing is er pas sinds {child.allocated_on:%d-%m-%Y}."
    else:
        told = "Er is nog geen toewijzing."
    return Refused("allocation_missing", told, requirement="S-28" if there else "S-57")
