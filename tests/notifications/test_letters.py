"""Every letter in words: it renders, holds no code, names its case, says the same in HTML, and each reader finds its part (A.10)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flexroute.settings import Settings
from notifications import links, templates
from notifications.flex import details
from notifications.templates import Rendered, fill
from notifications.words import words
from rules.flex.letters import OF_MEETINGS, RECIPIENTS
from rules.shared.process import processes
from rules.shared.roles import TEAM
from rules.stop.letters import STOP_LETTERS
from tests.support.facts import changed
from tests.support.letter_contexts import (
    CASES,
    CHILD_REFERENCE,
    DOSSIER_REFERENCE,
    FLEX,
    GRJR,
    LETTERS,
    MOTIVES,
    OF_DOSSIERS,
    OTHER,
    OWNER,
    REFERENCE,
    REFERRER,
    REJECTED,
    STOP_CASES,
    STOP_VARIANTS,
    TOO_LATE,
    VARIANTS,
    WHOLE,
    Context,
    renamed,
)
from tests.support.letter_html import AsWritten, Page, assert_good_html
from tests.support.letter_text import WIDEST, assert_proper, flat
from tests.support.parties import ACCESS, ADMINISTRATION, RECEIVER, STOPPER

PORTAL = Settings(portal_url="https://flexroute.example.nl")


def letter(kind: str, number: int = 0, **more: Any) -> Rendered:
    return fill(GRJR, kind, {**WHOLE[kind][number], **more})


def test_every_kind_has_its_folder() -> None:
    for process in processes():
        folders = [folder for folder in process.templates.iterdir() if folder.is_dir()]
        assert {folder.name for folder in folders} == {*process.letters}
        for folder in folders:
            assert {file.name for file in folder.iterdir()} == {"subject.txt", "text.txt", "html.html"}


def test_every_kind_is_tried_here() -> None:
    assert {*CASES, "direct_flex_rejected"} == set(RECIPIENTS)
    assert set(STOP_CASES) == set(STOP_LETTERS)


def test_every_kind_has_words() -> None:
    assert set(words()) >= {*RECIPIENTS, *OF_MEETINGS, *STOP_LETTERS}


def test_the_care_forms_of_the_region_have_words() -> None:
    assert set(words()) >= GRJR.known_care_forms()


@pytest.mark.parametrize(("kind", "context"), VARIANTS)
def test_letter_of_a_case(kind: str, context: Context) -> None:
    said = fill(GRJR, kind, context)
    assert_proper(said)
    assert said.subject.startswith(f"[{REFERENCE}] ")
    assert f"\nKenmerk van de casus: {REFERENCE}\n" in said.text


@pytest.mark.parametrize(("kind", "context"), STOP_VARIANTS)
def test_letter_of_a_stopping_provider(kind: str, context: Context) -> None:
    """S-35: signed by contract administration, about a dossier or a child in it, by its reference alone."""
    said = fill(GRJR, kind, context)
    assert_proper(said, "Contractbeheer")
    of_dossier = kind in OF_DOSSIERS
    reference, mark = (DOSSIER_REFERENCE, "Kenmerk van het dossier") if of_dossier else (CHILD_REFERENCE, "Kenmerk")
    assert said.subject.startswith(f"[{reference}] ")
    assert f"\n{mark}: {reference}\n" in said.text
    assert f"geen gegevens van {'jeugdigen' if of_dossier else 'de jeugdige'}." in said.text
    assert kind.startswith("flex_route_") or "casus" not in said.subject + said.text


@pytest.mark.parametrize("kind", list(WHOLE))
def test_the_link_takes_the_place_of_the_reference(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "settings", lambda: PORTAL)
    said, reference = letter(kind), WHOLE[kind][0]["reference"]
    sender, what, page = (
        ("Contractbeheer", "dit", "stoppers") if kind in STOP_LETTERS else ("Team Zorgbemiddeling", "de casus", "zaken")
    )
    link = f"https://flexroute.example.nl/{page}/{reference}"
    assert_proper(said, sender)
    assert_good_html(said)
    assert f"\nBekijk {what} in Flexroute:\n{link}\n" in said.text
    assert Page(said.html).links == [link]


@pytest.mark.parametrize(("kind", "context"), LETTERS)
def test_html_says_the_same_and_is_good(kind: str, context: Context) -> None:
    said = fill(GRJR, kind, context)
    assert_good_html(said)
    assert Page(said.html).links == []


@pytest.mark.parametrize(("kind", "context"), LETTERS)
def test_html_is_nested_well_as_it_is_written(kind: str, context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """The inliner mends what is wrong, each mail program would do so in its own way: so look at it before that."""
    monkeypatch.setattr(templates, "_inliner", AsWritten)
    assert Page(fill(GRJR, kind, context).html).words == flat(fill(GRJR, kind, context))


@pytest.mark.parametrize(("kind", "context"), LETTERS)
def test_names_are_names_in_html(kind: str, context: Context) -> None:
    region = renamed('Zorg & <b>Zoon</b> "{{ 1 }}" &amp; co')
    said = fill(region, kind, context)
    assert Page(said.html).words == flat(said)
    assert Page(said.html).title == said.subject
    assert "<b>" not in said.html
    assert "<b>Zoon</b>" in said.text


@pytest.mark.parametrize("kind", [*WHOLE, "direct_flex_rejected"])
def test_long_names_make_no_wide_lines(kind: str) -> None:
    region = renamed(" ".join(["Stichting Jeugdhulp"] * 6))
    for context in WHOLE.get(kind, [REJECTED]):
        assert max(map(len, fill(region, kind, context).text.splitlines())) <= WIDEST


@pytest.mark.parametrize("kind", [kind for kind, contexts in WHOLE.items() if len(contexts) > 1])
def test_variants_differ(kind: str) -> None:
    assert len({letter(kind, number).text for number in range(len(WHOLE[kind]))}) == len(WHOLE[kind])


WITH_NORM = [
    "assessment_request",
    "assessment_reminder",
    "assessment_overdue",
    "escalation",
    "approval_request",
    "approval_reminder",
    "flex_request",
    "flex_reminder",
    "re_offered",
    "handover_request",
    "handover_done",
    "allocation_request",
    "procedure_check_failed",
    "placement",
    "many_rounds",
]


@pytest.mark.parametrize("kind", WITH_NORM)
def test_the_treeknorm_or_that_there_is_none(kind: str) -> None:
    """F-31, AMB-03."""
    assert "uiterlijk starten op maandag 11 mei 2026. Dat is de treeknorm:" in flat(letter(kind))
    assert "geen treeknorm ingesteld" in flat(letter(kind, treeknorm_date=None))


PARTIES = {
    **{"owner": OWNER, "team": TEAM, "referrer": REFERRER, "manager": "cm-bc", "flex": FLEX},
    **{"stopping": STOPPER, "access": ACCESS, "receiver": RECEIVER, "administration": ADMINISTRATION},
}
READERS = [
    pytest.param(kind, number, PARTIES.get(party, party), id=f"{kind}-{number}-{party}")
    for kind, parties in {**RECIPIENTS, **STOP_LETTERS}.items()
    if kind in WHOLE and kind not in OF_DOSSIERS
    for number in range(len(WHOLE[kind]))
    for party in parties
]
SEVERAL = [
    ("assessment_overdue", 0, [OWNER, TEAM, REFERRER]),
    ("approval_decision", -2, [OWNER, TEAM]),
    ("approval_decision", -1, [OWNER, TEAM]),
    ("flex_answer", 3, [OWNER, TEAM]),
    ("handover_request", 0, [OWNER, FLEX]),
    ("handover_done", 0, [FLEX, TEAM]),
    ("procedure_check_failed", 0, [TEAM, "cm-bc"]),
    ("placement", 1, [OWNER, OTHER]),
    ("provider_list", 0, [STOPPER, ACCESS]),
    ("registration_date_changed", 0, [STOPPER, ACCESS]),
    ("transfer_complete", 0, [STOPPER, ACCESS]),
    ("file_due", 0, [STOPPER, RECEIVER, ADMINISTRATION]),
    ("file_overdue", 0, [STOPPER, RECEIVER, ADMINISTRATION]),
    *(("term_near", number, [STOPPER, ACCESS, ADMINISTRATION]) for number in range(3)),
    *(("term_exceeded", number, [STOPPER, ACCESS, ADMINISTRATION]) for number in range(4)),
    ("flex_route_entered", 0, [STOPPER, ACCESS, ADMINISTRATION]),
    *(("flex_route_news", number, [STOPPER, ACCESS, ADMINISTRATION]) for number in range(4)),
]


@pytest.mark.parametrize(("kind", "number", "reader"), READERS)
def test_each_reader_has_a_letter_of_its_own(kind: str, number: int, reader: str) -> None:
    """A.10: with something under every heading, from whoever signs it; nobody writes to itself as to a colleague."""
    signer = ("Contractbeheer", ADMINISTRATION) if kind in STOP_LETTERS else ("Team Zorgbemiddeling", TEAM)
    said = letter(kind, number, reader=reader)
    assert_proper(said, "" if reader == signer[1] else signer[0])
    assert_good_html(said)
    assert "Voor Team" not in said.text.removeprefix("Voor Team Zorgbemiddeling,")


@pytest.mark.parametrize(("kind", "number", "reader"), READERS)
def test_nobody_hurries_who_has_nothing_to_do(kind: str, number: int, reader: str) -> None:
    """A.10: "as soon as possible" is said to who is asked something."""
    asked, _, rest = (
        flat(letter(kind, number, reader=reader)).partition("Wat vragen wij van u?")[2].partition(" Wanneer? ")
    )
    if asked.strip(" -") == "U hoeft nu niets te doen." or asked.startswith(" Wacht"):
        assert not rest.startswith(("Zo snel", "Uiterlijk", "Begin"))


@pytest.mark.parametrize(("kind", "number", "readers"), SEVERAL)
def test_each_reader_finds_its_part_and_no_others(kind: str, number: int, readers: list[str]) -> None:
    texts = [flat(letter(kind, number, reader=reader)) for reader in readers]
    assert len(set(texts)) == len(readers)
    assert [text for text in texts if any(f"Voor {GRJR.name_of(reader)}:" in text for reader in readers)] == []


@pytest.mark.parametrize(("kind", "at"), [("assessment_outcome", 1), ("escalation", -2), ("flex_answer", 2)])
def test_which_of_two_things_a_provider_cannot(kind: str, at: int) -> None:
    """F-20: not at all, or not in time, and then from which day; a letter of before knew neither."""
    assert "kan de hulp voor opdracht B niet leveren." in flat(letter(kind, at))
    late = letter(kind, at, offer=TOO_LATE)
    assert "kan de hulp voor opdracht B niet op tijd leveren: pas vanaf dinsdag 2 juni 2026." in flat(late)
    assert "niet op tijd" in late.subject
    known = {key: value for key, value in WHOLE[kind][at].items() if key not in ("offer", "details")}
    assert "kan de hulp voor opdracht B niet, of niet op tijd, leveren." in flat(fill(GRJR, kind, known))


def test_a_reader_recognises_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """C.4: by the facts that the region chose; once there is a portal, what tells more of a child is read there."""
    usual = [
        "Verwijzer: Wijkteam Centrum",
        "Ontvangen op: maandag 2 maart 2026",
        "Opdracht: B",
        "Reden: er is tijdelijk",
    ]
    of_child = ["Soort hulp: ambulant individueel", "Leeftijd: 12 tot en met 15 jaar", "verwijzer: WT-2026.0041"]
    text = flat(letter("approval_request"))
    assert [fact for fact in usual + of_child if fact not in text] == []
    place = letter("approval_request", details={"municipality": "0599"})
    assert "Gemeente: Toegang Rotterdam" in flat(place)
    monkeypatch.setattr(details, "settings", lambda: PORTAL)
    text = flat(letter("approval_request"))
    assert [fact for fact in usual if fact not in text] == []
    assert [fact for fact in of_child if fact in text] == []


@pytest.mark.parametrize("kind", ["flex_request", "route_proposal"])
def test_how_to_answer_as_long_as_there_is_no_portal(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """C.4: yes or no with the reference, nothing of the child, the rest by phone."""
    how = "Schrijf dan alleen ja of nee en het kenmerk, en niets over de jeugdige. Bel ons voor de rest."
    assert how in flat(letter(kind))
    monkeypatch.setattr(links, "settings", lambda: PORTAL)
    assert how not in flat(letter(kind))


def test_who_withdrew_it_and_when() -> None:
    """AMB-30."""
    said = "heeft de casus voor opdracht B op woensdag 1 april 2026 ingetrokken."
    assert f"{GRJR.name_of(REFERRER)} {said}" in flat(letter("withdrawn"))
    known = {key: value for key, value in WHOLE["withdrawn"][0].items() if key not in ("by", "on")}
    assert "De casus voor opdracht B is ingetrokken" in flat(fill(GRJR, "withdrawn", known))
    news = "Team Zorgbemiddeling heeft die casus, ZB-2026-000123, op donderdag 1 oktober 2026 ingetrokken."
    assert news in flat(letter("flex_route_news", 3))


@pytest.mark.parametrize("kind", [kind for kind in WHOLE if "ends_by" in WHOLE[kind][0] and kind not in OF_DOSSIERS])
def test_a_term_says_what_must_be_done_by_then(kind: str) -> None:
    """S-10: not "the last day of the term", which nobody knows."""
    for number in range(len(WHOLE[kind])):
        assert "van de termijn" not in flat(letter(kind, number))


def test_what_nobody_needs_to_know_by_heart_is_explained() -> None:
    """F-31, F-49, S-48."""
    assert "Dat is de treeknorm: de langste tijd dat een jeugdige op hulp mag wachten." in flat(letter("flex_request"))
    assert "zorglandschapstafel: het overleg in de regio over" in flat(letter("many_rounds"))
    for kind in ("transfer_request", "route_decision", "transfer_complete", "file_due", "file_overdue"):
        assert "toekomstige indicatie (welke hulp hierna nodig is)" in flat(letter(kind))


def test_urgent_is_said_where_there_is_something_to_do() -> None:
    spoed = "Let op: deze casus heeft spoed."
    assert spoed in letter("flex_request", urgent=True).text
    assert spoed not in letter("flex_request").text
    assert spoed not in letter("withdrawn", urgent=True).text


def test_direct_flex_rejected() -> None:
    """F-10: there is no case, so there is no reference; the token of the outbox stays out of sight."""
    said = fill(GRJR, "direct_flex_rejected", REJECTED)
    assert_proper(said)
    assert said.subject.startswith("[Verwijzing opdracht B] ")
    assert "afgewezen:" not in said.subject + said.text
    assert "Kenmerk" not in said.text
    assert GRJR.name_of(FLEX) in flat(said)


# a provider that stops


@pytest.mark.parametrize("number", range(len(OF_DOSSIERS["provider_stops"])))
def test_the_fact_the_date_and_the_motives(number: int) -> None:
    """N-20, S-38, S-39: that it stops, as of when in words, and the motives word for word, line breaks aside."""
    said, motives = letter("provider_stops", number), WHOLE["provider_stops"][number]["motives"]
    assert "Zonnewende stopt" in said.subject
    assert "31 december 2026" in said.subject
    assert "Zonnewende stopt per donderdag 31 december 2026 met" in flat(said)
    assert " ".join(motives.split()) in flat(said)
    assert MOTIVES in flat(said)


def test_a_part_of_the_care_stops() -> None:
    """S-01, S-39."""
    assert "met een deel van de jeugdhulp" not in flat(letter("provider_stops"))
    assert "met een deel van de jeugdhulp" in flat(letter("provider_stops", 1))
    assert "voor een deel" in letter("provider_stops", 1).subject
    assert "Zorg die stopt: ambulant individueel, gezinshuis." in flat(letter("provider_stops"))
    assert "Zorg die stopt" not in flat(letter("provider_stops", 2))


def test_only_after_a_yes_the_family_hears() -> None:
    """S-45, N-24: everybody who hears of it before the agreement is asked not to inform the family yet."""
    before = ["provider_stops", "counts_to_recognise", "counts_differ", "provider_list", "route_proposal"]
    assert [kind for kind in before if "nog niet" not in (text := flat(letter(kind))) and "nog geen" not in text] == []
    assert "Informeer de jeugdige en de ouders. Dat mag vanaf nu." in flat(letter("route_decision"))
    assert "Informeer de jeugdige en de ouders niet over dit voorstel." in flat(letter("route_decision", 3))


def test_the_steps_of_a_transfer_are_in_their_order() -> None:
    """S-45, S-46, S-48, S-50, S-55 … S-57."""
    gives = [
        "Informeer",
        "toestemming",
        "warme overdracht",
        "compleet dossier",
        "accepteert",
        "toewijzing",
        "Pas dan start",
    ]
    takes = ["warme overdracht", "compleet is", "goede volgorde", "Accepteer dan", "Start pas"]
    for kind, steps in (("route_decision", gives), ("transfer_request", takes)):
        body = flat(letter(kind)).partition("volgorde")[2]
        places = [body.find(step) for step in steps]
        assert -1 not in places, kind
        assert places == sorted(places), kind
        assert "gezinsplan, aantal minuten lopende indicatie, toekomstige indicatie" in body


def test_who_moves_along_needs_the_messages() -> None:
    """S-27, S-28."""
    messages = "stopbericht (307), nieuwe einddatum (301), verzoek om toewijzing (315), nieuwe toewijzing (301)"
    for kind in ("route_proposal", "route_decision", "transfer_request"):
        assert messages in flat(letter(kind, 1))
        assert messages not in flat(letter(kind))


def test_care_that_is_finished_has_a_last_day() -> None:
    """S-24 … S-26, S-51."""
    text = flat(letter("route_decision", 2, ends_by="2027-03-31"))
    assert "Uiterlijk woensdag 31 maart 2027 moet de zorg zijn afgerond." in text
    assert "blijven alle afspraken uit uw overeenkomst gelden" in text
    assert "Dan vraagt uw gemeente daarmee om de zorg voort te zetten." in flat(letter("route_proposal", 2))


def test_a_proposal_says_what_is_in_the_way() -> None:
    """S-10, S-42, AMB-43, AMB-44."""
    assert (
        "Let op: dat is te laat. Uiterlijk vrijdag 31 december 2027 moet de zorg zijn overgedragen of afgerond."
        in flat(letter("route_proposal", 3))
    )
    assert "Er geldt al een andere afspraak" in flat(letter("route_proposal", 4))
    assert "U kunt nog niet beslissen." in flat(letter("route_proposal", 5))
    plain = flat(letter("route_proposal"))
    assert [said for said in ("Let op", "andere afspraak", "U kunt nog niet") if said in plain] == []


def test_who_waits_keeps_its_date() -> None:
    """S-33, AMB-47, AMB-48."""
    assert "De jeugdige wacht op zorg. De aanmelddatum is maandag 12 mei 2025." in flat(letter("transfer_request", 2))
    assert "De jeugdige wacht" not in flat(letter("transfer_request"))
    changed = letter("registration_date_changed").text
    assert "- Oude aanmelddatum: maandag 12 mei 2025;\n- nieuwe aanmelddatum: maandag 2 november 2026.\n" in changed


def test_both_numbers_of_a_difference() -> None:
    """S-40 … S-42."""
    assert (
        "- voortraject: 2;\n- lopende zorg: 14;\n- afronding zorg: 3.\nSamen: 19." in letter("counts_to_recognise").text
    )
    assert "- lopende zorg: Zonnewende telt 3, Toegang Rotterdam telt 4.\n" in letter("counts_differ").text


def test_providers_that_can_take_over_or_none() -> None:
    """S-30, N-23: with what they can take over; without any there is the flex route."""
    assert "- Bosrand: ambulant individueel.\n" in letter("provider_list").text
    assert f"- {GRJR.name_of(OTHER)}.\n" in letter("provider_list", 1).text
    none = flat(letter("provider_list", 2))
    assert "Er is nu geen andere aanbieder" in none
    assert "aanmelden voor de flexroute" in none


def test_care_forms_as_the_region_calls_them() -> None:
    """S-30, S-39, N-20, N-23: by its own name, else in usual words, else by their code."""
    region = changed(GRJR, care_forms={"outpatient_individual": "begeleiding thuis", "family_home": "pleegzorg plus"})
    for kind in ("provider_list", "provider_stops"):
        said = fill(region, kind, {**WHOLE[kind][0], "care_forms": ["outpatient_individual", "residential", "mst"]})
        assert "begeleiding thuis" in flat(said)
        assert "ambulant individueel" not in flat(said)
    assert "Zorg die stopt: begeleiding thuis, verblijf, mst." in flat(said)


def test_nobody_lets_go_when_the_term_has_passed() -> None:
    """S-10, S-11, N-26, AMB-43."""
    texts = [flat(letter("term_exceeded", number)) for number in range(4)]
    assert [
        text for text in texts if "De zorg stopt niet vanzelf. Zonnewende laat de jeugdige niet los" not in text
    ] == []
    assert ["(route 1) geldt niet meer" in text for text in texts] == [False, False, True, True]
    assert ["nu overdracht aan een andere aanbieder (route 2)" in text for text in texts] == [False, True, True, True]
    moves = "Een andere aanbieder moet uiterlijk vrijdag 31 december 2027 zijn gestart."
    assert [moves in text for text in texts] == [
        False,
        False,
        False,
        True,
    ]


def test_the_file_has_a_last_day_and_costs_nothing() -> None:
    """S-47 … S-49, N-25."""
    for kind in ("transfer_complete", "file_due", "file_overdue"):
        text = flat(letter(kind))
        assert "iterlijk dinsdag 29 december 2026" in text
        assert "Dat is gratis." in text
    assert "Leg uw eindcontrole vast in Flexroute." in flat(letter("transfer_complete", reader=ACCESS))  # S-59


def test_the_agenda_of_a_consultation() -> None:
    """S-35, S-36: where the dossier stands, what blocks it and who must act."""
    text = letter("consultation").text
    assert "Jeugdigen: 19, waarvan 4 overgedragen\n" in text
    assert f"- {CHILD_REFERENCE}: het besluit ontbreekt. Toegang Rotterdam is aan zet.\n" in text
    assert "Op dit moment loopt er niets vast." in flat(letter("consultation", 2))
    again = letter("consultation", 1)
    assert again.subject.endswith(" (bijgewerkt)")
    assert "De normale dag was maandag 5 oktober 2026." in flat(again)


@pytest.mark.parametrize("kind", ["assessment_request", "flex_request"])
def test_once_the_norm_has_passed_the_reader_hears_that_any_day_counts(kind: str) -> None:
    """AMB-71: or nobody would dare to say yes; and how to say that it is too late all the same."""
    assert "Die dag is al voorbij. Elke dag telt daarom." in flat(letter(kind, 1))
    assert "Die dag is al voorbij" not in flat(letter(kind, 0))


def test_the_page_with_every_letter(tmp_path: Path) -> None:
    """As docs/letters.md says to make it: in a Python of its own, which has imported nothing yet."""
    command = [sys.executable, "-m", "tests.support.show_letters", str(tmp_path / "demo" / "letters.html")]
    made = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert (made.returncode, made.stderr) == (0, "")
    page = (tmp_path / "demo" / "letters.html").read_text(encoding="utf-8")
    assert [kind for kind in WHOLE if f"<h2>{kind}-" not in page] == []
