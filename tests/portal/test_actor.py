"""Who acts on a page, and for whom."""

from __future__ import annotations

import pytest

from portal.actor import Actor, actor_by_name, actor_in, actor_of, kept
from rules.shared.refusal import Refused
from rules.shared.region import Contact, Region

BOS = Contact(id="noord-bos", name="J. Bos", mail="bos@noord.example.nl")


@pytest.fixture
def with_bos(region: Region) -> Region:
    """The region of the scenarios, in which Jeugdhulp Noord has a contact."""
    return _with(region, BOS)


def _with(region: Region, *contacts: Contact) -> Region:
    rows = [
        one.model_copy(update={"contacts": contacts}) if one.id == "sys-noord" else one for one in region.organisations
    ]
    return Region.model_validate(
        region.model_copy(update={"organisations": tuple(rows)}).model_dump(by_alias=True, mode="json")
    )


def test_a_person_with_a_role_acts_as_that_person(region: Region) -> None:
    assert actor_of(region, "tz-anna") == Actor("tz-anna", "tz-anna", "Anna de Vries", "practice")


def test_a_contact_acts_for_the_organisation(with_bos: Region) -> None:
    assert actor_of(with_bos, "noord-bos", "oidc") == Actor("sys-noord", "noord-bos", "J. Bos", "oidc")


@pytest.mark.parametrize("nobody", ["sys-noord", "care_mediation_team", "zonder-naam"])
def test_an_organisation_or_mailbox_is_no_person(nobody: str, region: Region) -> None:
    with pytest.raises(KeyError):
        actor_of(region, nobody)


def test_a_typed_name_is_said_not_proven(with_bos: Region) -> None:
    actor = actor_by_name(with_bos, "sys-noord", " Kim  de Wit ", "code")
    assert actor == Actor("sys-noord", "Kim de Wit", "Kim de Wit", "code", confirmed=False)


@pytest.mark.parametrize("name", ["J. Bos", "j bos", "noord-bos", "tz-anna", "", "7", "x" * 81])
def test_nobody_types_the_name_of_somebody_known(name: str, with_bos: Region) -> None:
    with pytest.raises(Refused):
        actor_by_name(with_bos, "sys-noord", name, "code")


def test_who_left_is_signed_in_no_more(region: Region, with_bos: Region) -> None:
    bos = {"actor": kept(actor_of(with_bos, "noord-bos", "oidc"))}
    kim = {"actor": kept(actor_by_name(region, "sys-noord", "Kim de Wit", "code"))}
    assert actor_in(bos, with_bos) == actor_of(with_bos, "noord-bos", "oidc")
    assert actor_in(bos, region) is None
    assert actor_in(kim, region) == actor_by_name(region, "sys-noord", "Kim de Wit", "code")
    became_known = _with(region, Contact(id="noord-wit", name="Kim de Wit", mail="wit@noord.example.nl"))
    assert actor_in(kim, became_known) is None
    assert actor_in({}, region) is None
