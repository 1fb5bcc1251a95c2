"""Whom an address stands for: a person, or an organisation whose address several people read."""

from __future__ import annotations

from rules.shared.cleaning import one_line
from rules.shared.person import plain
from rules.shared.region import Contact, Mailbox, Organisation, Person, Region


def is_shared(region: Region, address: str) -> bool:
    """Whether an organisation, a mailbox, or people with different names have this address: who writes from it is not proven."""
    address = _alike(address)
    people: list[Person | Contact] = [*region.people, *_contacts(region)]
    names = {plain(one.name) for one in people if _alike(one.mail) == address}
    boxes: list[Organisation | Mailbox] = [*region.organisations, *region.mailboxes.values()]
    return len(names) > 1 or any(_alike(one.mail) == address for one in boxes)


def known_as(region: Region, address: str) -> tuple[str, ...]:
    """The ids of the people with a role and the contacts whose own address this is; where it is shared: of the organisations that have it.

    One person may be a contact of several organisations, or stand in the region for several tasks.
    """
    address, shared = _alike(address), is_shared(region, address)
    people = [one.id for one in region.people if _alike(one.mail) == address and not shared]
    found = [
        organisation.id if shared else contact.id
        for organisation in region.organisations
        for contact in organisation.contacts
        if _alike(contact.mail) == address
    ]
    theirs = [one.id for one in region.organisations if _alike(one.mail) == address]
    return tuple(dict.fromkeys([*people, *theirs, *found]))


def known_by_code(region: Region, address: str) -> tuple[str, ...]:
    """As `known_as`, for who gives a code that was mailed there: the people of the region may not come in by one, so then nobody."""
    of_the_region = any(_alike(one.mail) == _alike(address) for one in region.people)
    return () if of_the_region else known_as(region, address)


def _contacts(region: Region) -> list[Contact]:
    return [contact for organisation in region.organisations for contact in organisation.contacts]


def _alike(address: str) -> str:
    return one_line(address).casefold()
