"""Whom an address stands for: a person, or an organisation whose address several people read."""

from __future__ import annotations

from rules.shared.cleaning import one_line
from rules.shared.person import plain
from rules.shared.region import Region


def known_as(region: Region, address: str) -> tuple[str, ...]:
    """The ids of people with a role and of contacts whose own address this is, and of organisations that share it.

    An address is shared where the organisation itself, a mailbox, or somebody with another name has it too: who writes from it is not
    proven. One person may be a contact of several organisations.
    """
    address = _alike(address)
    people = {one.id: one.name for one in region.people if _alike(one.mail) == address}
    contacts = {
        contact.id: (contact.name, organisation.id)
        for organisation in region.organisations
        for contact in organisation.contacts
        if _alike(contact.mail) == address
    }
    theirs = [one.id for one in region.organisations if _alike(one.mail) == address]
    names = {plain(name) for name in [*people.values(), *(name for name, _ in contacts.values())]}
    shared = theirs or len(names) > 1 or any(_alike(one.mail) == address for one in region.mailboxes.values())
    if not shared:
        return (*people, *contacts)
    return tuple(dict.fromkeys([*people, *theirs, *(organisation for _, organisation in contacts.values())]))


def known_by_code(region: Region, address: str) -> tuple[str, ...]:
    """As `known_as`, for who gives a code that was mailed there: the people of the region may not come in by one, so then nobody."""
    found = known_as(region, address)
    return () if any(one in region.person for one in found) else found


def _alike(address: str) -> str:
    return one_line(address).casefold()
