"""Whether the parts of a region fit together: ids are unique and every id that is named exists."""

from __future__ import annotations

from collections.abc import Iterator

from rules.region import Region

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


def _doubles(region: Region) -> Iterator[Problem]:
    for n, organisation in enumerate(region.organisations):
        other = region.access.get(organisation.municipality or "")
        if other and other != organisation.id:
            yield (
                ("organisations", n, "municipality"),
                f"{other} is ook de Toegang van gemeente {organisation.municipality}",
            )
    seen: set[str] = set(region.mailboxes)
    named = {"organisations": [o.id for o in region.organisations], "people": [p.id for p in region.people]}
    for part, idents in named.items():
        for n, ident in enumerate(idents):
            if ident in seen:
                yield (part, n, "id"), f"{ident} staat er twee keer in"
            seen.add(ident)
    tables: set[str] = set()
    for n, table in enumerate(region.tables):
        if table.id in tables:
            yield ("tables", n, "id"), f"{table.id} staat er twee keer in"
        tables.add(table.id)
