"""`flexroute act` about a dossier, a child, and a selection of children: one act, one answer per child."""

from __future__ import annotations

import re

import pytest

from flows.mover import Runner
from tests.cli.stop.conftest import NOW
from tests.support.commands import Run
from tests.support.dossiers import People
from tests.support.parties import ACCESS, ADMINISTRATION, RECEIVER, STOPPER


@pytest.fixture
def dossier(people: People) -> str:
    """Four children: three durable, one restorative."""
    made = people.open(4)
    for care in ("durable", "durable", "durable", "restorative"):
        people.add(made, care=care)
    people.wait_until(NOW)
    return made


ROUTE_2 = ("route=2", f"receiving_provider={RECEIVER}")


def act(flexroute: Run, *args: str, code: int = 0) -> str:
    """What the command said."""
    said = flexroute("act", *args, "--no-prefect")
    assert said.code == code, said
    return said.out + said.err


def test_one_act_for_a_selection(people: People, dossier: str, flexroute: Run) -> None:
    """S-31, S-43: propose and decide for everybody who is so, in one act."""
    out = act(flexroute, "propose_route", "--stop", dossier, "--choose", "care=durable", "--by", STOPPER, *ROUTE_2)
    assert "3 van de 3 jeugdigen" in out
    chosen = ("--choose", "status=waiting_for_decision", "--choose", "municipality=0599")
    out = act(flexroute, "decide_route", "--stop", dossier, *chosen, "--by", ACCESS, "agreed=ja")
    assert "3 van de 3 jeugdigen" in out
    assert [people.child(f"{dossier}-000{n}").route for n in (1, 2, 3, 4)] == [2, 2, 2, None]


def test_one_answer_per_child(people: People, dossier: str, flexroute: Run) -> None:
    """S-17: who may not is told why; the others go on."""
    every = ("--choose", "category=running")
    out = act(flexroute, "propose_route", "--stop", dossier, *every, "--by", STOPPER, *ROUTE_2, code=1)
    assert "3 van de 4 jeugdigen" in out
    assert f"{dossier}-0004" in out
    assert re.search(r"0004 +│ reden +│ Vul een reden in", out)
    assert people.child(f"{dossier}-0004").status == "waiting_for_proposal"


def test_people_choose_by_the_words_they_see(people: People, dossier: str, flexroute: Run) -> None:
    """S-17, S-31: a status or the kind of care as the screen names it."""
    every = ("--choose", "status=wacht op voorstel", "--choose", "care=duurzaam")
    act(flexroute, "propose_route", "--stop", dossier, *every, "--by", STOPPER, *ROUTE_2)
    assert people.child(f"{dossier}-0001").status == "waiting_for_decision"


def test_nothing_is_moved_where_nothing_was_recorded(
    dossier: str, flexroute: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All were refused, or nobody was chosen: no run, and no word of one."""
    monkeypatch.setattr(Runner, "run", None)
    asked = ("accept_transfer", "--stop", dossier, "--choose")
    assert "verplaatst" not in act(flexroute, *asked, "care=durable", "--by", RECEIVER, code=1)
    assert "verplaatst" not in act(flexroute, *asked, "status=finished", "--by", RECEIVER)


def test_one_answer_per_child_for_programs(people: People, dossier: str, flexroute: Run) -> None:
    """S-17: the same as JSON, in the order asked."""
    asked = [f"{dossier}-0002", f"{dossier}-0009", f"{dossier}-0001"]
    children = [part for child in asked for part in ("--child", child)]
    said = flexroute("act", "propose_route", *children, "--by", STOPPER, *ROUTE_2, "--json", "--no-prefect")
    assert said.code == 1
    assert [(one["child"], one["refused"]) for one in said.json["answers"]] == [
        (asked[0], None),
        (asked[1], "not_found"),
        (asked[2], None),
    ]


def test_one_child_and_one_dossier(people: People, dossier: str, flexroute: Run) -> None:
    """S-36, S-59: without a selection it answers as for a case, with where it stands now."""
    child = f"{dossier}-0001"
    out = act(flexroute, "propose_route", "--child", child, "--by", STOPPER, *ROUTE_2)
    assert "Toegang Rotterdam" in out
    duty = ("duty=client_analysis", "on=2026-10-01")
    assert dossier in act(flexroute, "record_duty", "--stop", dossier, "--by", ADMINISTRATION, *duty)
    assert "akkoord" in act(flexroute, "record_start", "--child", child, "--by", RECEIVER, "on=2026-10-05", code=1)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--choose", "naam=Jip"), "kies uit: staat"),
        (("--choose", "receiver_id=bosrand"), "bedoelt u ontvangende aanbieder?"),
        (("--child", "ST-2026-000001-0001"), "--stop en --child: kies er één van"),
    ],
)
def test_a_wrong_selection_is_told(dossier: str, flexroute: Run, args: tuple[str, ...], says: str) -> None:
    """Wrong use names the option and what to do; private data is nothing to select by."""
    assert says in act(flexroute, "sign_off", "--stop", dossier, *args, "--by", ACCESS, "what=handover", code=2)


def test_an_empty_selection_does_nothing(dossier: str, flexroute: Run) -> None:
    """Nobody is so: said, and no failure."""
    chosen = ("--choose", "status=transferred")
    out = act(flexroute, "sign_off", "--stop", dossier, *chosen, "--by", ACCESS, "what=handover")
    assert "Geen jeugdige past bij deze keuze" in out


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ("status=gone", "bij staat: 'gone' is hier geen waarde; kies uit: wacht op voorstel, "),
        ("municipality=9999", "bij gemeente: '9999' is hier geen waarde; kies uit: Toegang Rotterdam (0599), "),
        ("care_form=residential", "kies uit: ambulant individueel, gezinshuis"),
        ("route=abc", "bij route: 'abc' is hier geen waarde; kies uit: 1, 2"),
        ("route=3", "kies uit: 1, 2"),
        (
            "receiving_provider=nergens",
            "bij ontvangende aanbieder: 'nergens' is hier geen waarde; kies uit: Jeugdhulp Noord (sys-noord)",
        ),
    ],
)
def test_a_value_that_cannot_be_is_refused(dossier: str, flexroute: Run, choice: str, told: str) -> None:
    """What nobody can be is a mistake, and not an empty selection; the values to choose from are told."""
    assert told in act(
        flexroute, "sign_off", "--stop", dossier, "--choose", choice, "--by", ACCESS, "what=handover", code=1
    )


def test_a_dossier_that_is_not_there_is_refused(dossier: str, flexroute: Run) -> None:
    chosen = ("--stop", "ST-2026-000009", "--choose", "care=durable")
    assert "Geweigerd: Er is geen dossier" in act(
        flexroute, "propose_route", *chosen, "--by", STOPPER, *ROUTE_2, code=1
    )


def test_every_field_chooses(people: People, flexroute: Run) -> None:
    """S-17, S-31: on both databases; a place is any text where the dossier names none."""
    made = people.open(1)
    child = people.add(made, location="Huis Oost")
    people.agree(child)
    people.wait_until(NOW)
    standing = ("status=transferring", "municipality=0599", "category=running", "care=durable", "location=Huis Oost")
    choices = (*standing, "care_form=outpatient_individual", "route=2", f"receiving_provider={RECEIVER}")
    every = [part for choice in choices for part in ("--choose", choice)]
    out = act(flexroute, "inform_family", "--stop", made, *every, "--by", STOPPER, "on=2026-10-05")
    assert "1 van de 1 jeugdigen" in out
    assert "Geen jeugdige past" in act(
        flexroute, "inform_family", "--stop", made, "--choose", "location=West", "--by", STOPPER, "on=2026-10-05"
    )


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("propose_route", "--child", "{}-0001", "--by", STOPPER, "route=3"), "route: kies een van: 1, 2"),
        (("plan_consultation", "--stop", "{}", "--by", ADMINISTRATION, "first_on=2026-10-12", "start=14.00"),
         "begintijd: schrijf de tijd als uu:mm, bijvoorbeeld 14:30"),
        (("record_allocation", "--child", "{}-0001", "--by", ACCESS, "number=12", "messages=new_301"),
         "Geweigerd bij dag van de toewijzing: vul bij een toewijzing nummer én dag in"),
        (("sign_off", "--child", "{}-0001", "--by", ACCESS, "what=handover"),
         "Geweigerd: Dit kan nu niet. De jeugdige staat nu op: wacht op voorstel."),
        (("explain_difference", "--stop", "{}", "--by", ACCESS, "explanation=x"),
         "Geweigerd bij gemeente: vul dit veld in"),
        (("explain_difference", "--stop", "{}", "--by", ACCESS, "municipality=0599", "explanation=x"),
         "Geweigerd bij gemeente: Voor Toegang Rotterdam is er nu geen verschil in de aantallen."),
        (("propose_route", "--child", "{}-0001", "--by", STOPPER, "route=2", "receiving_provider=flex-anker"),
         "bij ontvangende aanbieder: Anker Flex heeft op 05-10-2026 geen contract voor de zorg van deze jeugdige"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_with_what_to_do(dossier: str, flexroute: Run, asked: tuple[str, ...], told: str) -> None:
    assert told in act(flexroute, *(part.format(dossier) for part in asked), code=1)


@pytest.mark.parametrize(
    ("asked", "code", "told"),
    [
        (("propose_route", "--stop", "{}", "--by", STOPPER, "route=1"), 2, "noem er een met --child, of kies ze met --choose"),
        (("record_duty", "--child", "{}-0001", "--by", STOPPER), 2, "gaat over een heel dossier: noem dat met --stop"),
        (("sign_off", "--child", "{}-0001", "--by", "Toegang"), 1, "'Toegang' is geen id of naam van een persoon of organisatie"),
        (("add_child", "--stop", "{}", "--by", STOPPER, "sender_reference=999900006", "municipality=0599", "care=durable",
          "category=running", "care_form=outpatient_individual", "registered_on=2025-03-03", "allocation_ends_on=2027-08-31"),
         1, "dit lijkt een BSN; kies een ander kenmerk"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_for_what_it_is(
    dossier: str, flexroute: Run, asked: tuple[str, ...], code: int, told: str
) -> None:
    """What is wrong is the option, the id, or a BSN where a reference belongs (C.4); nothing is recorded."""
    assert told in act(flexroute, *(part.format(dossier) for part in asked), code=code)
