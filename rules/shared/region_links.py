"""Whether the parts of a region fit together: ids are unique and every id that is named exists."""

from __future__ import annotations

from collections.abc import Iterator

from rules.shared.region import Region

Problem = tuple[tuple[str | int, ...], str]


def problems(region: Region) -> Iterator[Problem]:
    """Every misfit as (path to the value, what is wrong)."""
    yield from _doubles(region)
    for n, table in enumerate(region.tables):
        chair = region.person.get(table.chair)
        if chair is None or "care_mediator" not in chair.roles:
            yield ("tables", n, "chair"), f"{table.chair} is geen zorgbemiddelaar van deze regio"
        for m, name in enumerate(table.participants):
            if name not in region.organisation or not region.organisation[name].is_system_provider():
                yield ("tables", n, "participants", m), f"{name} is geen systeem- of prestatieaanbieder van deze regio"
    for n, organisation in enumerate(region.organisations):
        for m, name in enumerate(organisation.subcontractors):
            if name not in region.organisation or name == organisation.id:
                yield ("organisations", n, "subcontractors", m), f"{name} is geen andere organisatie van deze regio"
    for n, person in enumerate(region.people):
        if "contract_manager" in person.roles and not person.opdrachten:
            yield ("people", n, "roles"), "een contractmanager heeft opdrachten nodig"
    yield from _unlisted(region)
    yield from _nobody(region)


def _nobody(region: Region) -> Iterator[Problem]:
    """What would wait for nobody: an opdracht that nobody judges (F-33, AMB-18), Team Zorgbemiddeling without people (F-25).

    Each opdracht once, at the first place that names it.
    """
    if not any("care_mediator" in person.roles for person in region.people):
        yield ("people",), "niemand heeft de rol care_mediator; Team Zorgbemiddeling heeft iemand nodig"
    told = set()
    for place, opdracht in _opdrachten(region):
        if opdracht not in told and not region.contract_managers(opdracht):
            told.add(opdracht)
            yield (
                place,
                f"niemand mag akkoord geven voor {opdracht}: noem een contract_manager of een contract_administration",
            )


def _unlisted(region: Region) -> Iterator[Problem]:
    """Opdrachten that are not in the list of a region that has one: a slip of the pen would wait for nobody (F-27)."""
    managers = (
        (("people", n, "opdrachten", m), opdracht)
        for n, person in enumerate(region.people)
        for m, opdracht in enumerate(person.opdrachten)
    )
    norms = ((("treeknorm", n, "opdracht"), row.opdracht) for n, row in enumerate(region.treeknorm))
    for place, opdracht in (*norms, *_opdrachten(region), *managers):
        if not region.has_opdracht(opdracht) and opdracht != "*":
            yield place, f"{opdracht} staat niet bij opdrachten; kies uit: {', '.join(region.opdrachten)}"


def _opdrachten(region: Region) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The opdrachten of tables and contracts, each with its place."""
    for n, table in enumerate(region.tables):
        for m, opdracht in enumerate(table.opdrachten):
            yield ("tables", n, "opdrachten", m), opdracht
    for n, organisation in enumerate(region.organisations):
        for k, contract in enumerate(organisation.contracts):
            for m, opdracht in enumerate(contract.opdrachten):
                yield ("organisations", n, "contracts", k, "opdrachten", m), opdracht


def _doubles(region: Region) -> Iterator[Problem]:
    for n, organisation in enumerate(region.organisations):
        other = region.access.get(organisation.municipality or "")
        if other and other != organisation.id:
            yield (
                ("organisations", n, "municipality"),
                f"{other} is ook de Toegang van gemeente {organisation.municipality}",
            )
    for part, names in (("care_forms", region.care_forms), ("opdrachten", region.opdrachten)):
        for code, name in names.items():
            if other := next((one for one in names if one != code and names[one] == name), None):
                yield (part, code), f"{other} heet ook {name}"
    seen: set[str] = set(region.mailboxes)
    named: list[tuple[tuple[str | int, ...], str]] = [
        *((("organisations", n, "id"), one.id) for n, one in enumerate(region.organisations)),
        *((("people", n, "id"), one.id) for n, one in enumerate(region.people)),
    ]
    for n, organisation in enumerate(region.organisations):
        named += [(("organisations", n, "contacts", m, "id"), one.id) for m, one in enumerate(organisation.contacts)]
    for place, ident in named:
        if ident in seen:
            yield place, f"{ident} staat er twee keer in"
        seen.add(ident)
    tables: set[str] = set()
    for n, table in enumerate(region.tables):
        if table.id in tables:
            yield ("tables", n, "id"), f"{table.id} staat er twee keer in"
        tables.add(table.id)
