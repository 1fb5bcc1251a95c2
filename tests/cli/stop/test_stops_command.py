"""flexroute stops and flexroute stop: how a dossier and a child stand, on the screen, on paper, in sheets and for programs (S-35, S-36)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import event

from acts.stop.child_columns import child_columns
from acts.stop.selection import selection
from cli import stop_screen
from flows.deadline_watch import deadline_watch
from models.region.directory import load_region, store_region
from models.views.dossier import ChildView, DossierView
from rules.shared.region import Region
from tests.cli.stop.conftest import NOW
from tests.support.commands import Run, Said
from tests.support.dossiers import FILE, People
from tests.support.facts import changed
from tests.support.parties import ACCESS, RECEIVER, STOPPER
from tests.support.private import PRIVATE, SECRETS, TYPED


@pytest.fixture
def ask(flexroute: Run) -> Callable[..., Said]:
    """A command that is done, in whose answer nothing of a youth is."""

    def run(*args: str) -> Said:
        said = flexroute(*args)
        assert said.code == 0, said.err
        assert not [secret for secret in SECRETS if secret.encode() in said.raw or secret in said.err]
        return said

    return run


@pytest.fixture
def dossier(people: People) -> str:
    """Three children: one on its way to Bosrand, one whose proposal waits, one that was just added."""
    made = people.open(3)
    one, two, _ = (people.add(made, private=PRIVATE) for _ in range(3))
    people.wait_until(NOW)
    people.agree(one)
    people.do("inform_family", one, STOPPER, on="2026-10-05")
    people.do("propose_route", two, STOPPER, route=1, expected_end="2027-05-01", reason=TYPED)
    return made


def lines(said: Said) -> str:
    """What is on the screen, without the lines of tables and in one row."""
    return " ".join(said.out.replace("│", " ").split())


def test_the_dossiers(people: People, dossier: str, ask: Run) -> None:
    """S-35: where each stands, how many children are open, how much time is left, who must act."""
    said = lines(ask("stops"))
    for part in (dossier, "Zonnewende", "routes bepalen", "3 van 3", "31-12-2027", "Toegang Rotterdam (1"):
        assert part in said
    [view] = ask("stops", "--json").json
    assert (view["reference"], view["open"], view["days_left"]) == (dossier, 3, 452)
    assert view["must_act"] == {STOPPER: 2, ACCESS: 1}


def test_names_of_the_region(people: People, dossier: str, ask: Run, region: Region, tmp_path: Path) -> None:
    """S-02, S-14, S-17: its own for a care form, on the screen, in the sheets, to choose by, and to fill in and read."""
    with people.database.writing() as session:
        store_region(session, changed(region, care_forms={"outpatient_individual": "begeleiding thuis"}))
    child = f"{dossier}-0001"
    assert "lopende zorg, begeleiding thuis" in lines(ask("stop", child))
    assert "zorgvormen: begeleiding thuis" in lines(ask("stop", dossier))
    file = tmp_path / "leeg.xlsx"
    ask("children-template", str(file), "--stop", dossier)
    assert "begeleiding thuis" in [cell.value for row in load_workbook(file)["Keuzes"].iter_rows() for cell in row]
    columns = child_columns(["outpatient_individual"])
    with people.database.reading() as session:
        own = load_region(session)
        assert len(selection(session, own, dossier, [("care_form", "begeleiding thuis")])) == 3
    for text in ("begeleiding thuis", "ambulant individueel", "outpatient_individual"):
        assert columns.of["care_form"].read(text, own) == "outpatient_individual"


def test_a_closed_dossier_is_shown_when_asked_for(people: People, ask: Run) -> None:
    closed = people.open(0)
    people.wait_until("2028-01-02T06:00")
    people.runner.run(deadline_watch, "termijnen", now=people.now)
    assert people.dossier(closed).status == "closed"
    assert ask("stops").out == "Stoppende aanbieders: geen.\n"
    assert closed in ask("stops", "--all").out
    assert "te laat" not in ask("stops", "--all").out
    assert ask("stops", "--json").json == []


def test_a_dossier(dossier: str, ask: Run) -> None:
    """S-10, S-36, S-51, S-53: how many, where each stands, what blocks, days left, who must act."""
    said = lines(ask("stop", dossier))
    for part in (
        "Zonnewende stopt",
        "waarom: overeenkomst niet verlengd",
        "contract eindigt: 31 december 2026",
        "laatste dag: 31 december 2027 (nog 452 dagen)",
        "declaraties: uiterlijk 31 december 2027",
        "zorgvormen: ambulant individueel en gezinshuis",
        "ontbreekt nog: akkoord over een route voor elke jeugdige",
        "aan zet: Zonnewende (2 jeugdigen) en Toegang Rotterdam (1 jeugdige)",
        "kunnen overnemen: Jeugdhulp Noord, Zuiderzorg Jeugd, Oosterlicht en Bosrand",
        "1. Voor 1 jeugdige is er nog geen voorstel voor een route. Aan zet: Zonnewende.",
        "Toegang Rotterdam 0 3 0 3 3 geen",
        f"{dossier}-0003 Toegang Rotterdam – wacht op voorstel Zonnewende voorstel",
        f"{dossier}-0002 Toegang Rotterdam voorstel: 1, einde",  # S-31
    ):
        assert part in said, part
    assert said.index(f"{dossier}-0003") < said.index(f"{dossier}-0002") < said.index(f"{dossier}-0001")
    assert "vastleggen" not in said


def test_the_duties_of_the_guideline(people: People, dossier: str, ask: Run) -> None:
    """S-13 … S-23, S-54: a checklist of what, who and when; open ones have no date, a note is read here."""
    people.do(
        "record_duty", dossier, STOPPER, duty="contact_point", on="2026-10-01", note="Mevrouw Voorbeeld, 010-0000000"
    )
    said = lines(ask("stop", dossier, "--duties"))
    assert "01-10-2026 Zonnewende Mevrouw Voorbeeld, 010-0000000 contact_point" in said
    assert said.count("flexroute act verplichting-vastgelegd") == 1
    assert "follow_guideline" in said


def test_a_dossier_tells_which_act_is_due(people: People, ask: Run) -> None:
    """S-17: before the children there is something to do for the dossier itself."""
    said = lines(ask("stop", people.open(2)))
    assert "vastleggen: jeugdige-toegevoegd (door de stoppende aanbieder)" in said
    where = "(Toegang Rotterdam: lopende zorg 2). Aan zet: Zonnewende."
    assert f"Niet alle jeugdigen zijn bekend: 2 jeugdigen geteld maar niet toegevoegd {where}" in said
    assert "Jeugdigen, de meest dringende eerst: geen." in said


def test_locations_are_shown_on_the_screen(people: People, ask: Run) -> None:
    assert "locatie: Huis Oost" in lines(ask("stop", people.open(locations=["Huis Oost"])))


@pytest.mark.parametrize(("more", "shown"), [((), 2), (("--all-children",), 3)])
def test_a_long_list_is_cut(
    dossier: str, ask: Run, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...], shown: int
) -> None:
    """The most urgent are shown; the screen says where the others are."""
    monkeypatch.setattr(stop_screen, "SHOWN", 2)
    said = ask("stop", dossier, *more).out
    assert said.count(f"{dossier}-0") == shown
    assert ("Dit zijn er 2 van 3. Allemaal: --all-children" in said) == (shown == 2)


def test_a_child(people: People, dossier: str, ask: Run) -> None:
    """S-50: what is missing, who must act with which act and why, what happened, what was sent."""
    child = f"{dossier}-0001"
    said = lines(ask("stop", child))
    for part in (
        f"kenmerk: {child}",
        "route: 2 naar Bosrand",
        "staat: overdracht bezig",
        "nu bij: Zonnewende",
        "laatste dag: 31-12-2027 (nog 452 dagen)",
        "aan zet: Zonnewende",
        "ontbreekt nog: toestemming, warme overdracht, compleet dossier",
        "(S-50) vastleggen: antwoord-over-toestemming (door de stoppende aanbieder) vastleggen: warme-overdracht",
        "vastleggen: hulp-gestart (door de ontvangende aanbieder) met: flexroute act NAAM --child",
        "01-09-2026 09:00 jeugdige toegevoegd Zonnewende",
        "05-10-2026 09:00 besluit over de route Toegang Rotterdam",
        "05-10-2026 09:00 vraag om overname Bosrand staat klaar",
    ):
        assert part in said, part
    view = ask("stop", child, "--json").json
    assert view["acts"][0] == "record_consent"
    assert view["why"]["requirement"] == "S-50"
    assert [one["act"] for one in view["timeline"]] == ["add_child", "propose_route", "decide_route", "inform_family"]
    assert {one["kind"] for one in view["letters"]} == {"route_proposal", "route_decision", "transfer_request"}


def test_a_child_whose_proposal_waits(dossier: str, ask: Run) -> None:
    """S-32: the route is not agreed yet; the reason that was typed is with the decision, not here."""
    said = lines(ask("stop", f"{dossier}-0002"))
    assert "route: – voorstel: 1, einde verwacht op 01-05-2027 staat: wacht op besluit" in said
    assert "vastleggen: besluit-over-de-route (door de Toegang van de gemeente van de jeugdige)" in said


def test_the_end_that_is_expected_stays_with_the_route(people: People, dossier: str, ask: Run) -> None:
    """S-51: once it is agreed too."""
    people.do("decide_route", f"{dossier}-0002", ACCESS, agreed=True)
    assert "route: 1, einde verwacht op 01-05-2027 staat: afronding zorg" in lines(ask("stop", f"{dossier}-0002"))


def test_the_reference_of_the_provider_itself(people: People, ask: Run) -> None:
    """S-14, S-17: by which it knows the child, in the list and on its own."""
    dossier = people.open(2)
    child = people.add(dossier, sender_reference="Z-77")
    assert "eigen kenmerk" not in ask("stop", people.add(dossier)).out
    assert "eigen kenmerk: Z-77" in lines(ask("stop", child))
    assert f"{child} Z-77 Toegang Rotterdam" in lines(ask("stop", dossier))


def test_a_child_without_a_proposal_names_who_may_take_over(dossier: str, ask: Run) -> None:
    """S-30, S-37: for its own care; the list of the dossier is about all care that stops."""
    assert "kunnen overnemen: Jeugdhulp Noord, " in ask("stop", f"{dossier}-0003").out
    assert "kunnen overnemen" not in ask("stop", f"{dossier}-0001").out


def test_a_child_that_is_settled(people: People, dossier: str, ask: Run) -> None:
    """S-11, S-59: held by the receiver; nothing to record any more."""
    child = f"{dossier}-0003"
    people.agree(child)
    people.hand_over(child)
    people.do("record_file", child, STOPPER, on="2026-10-05", items=FILE)
    people.do("sign_off", child, ACCESS, what="handover")
    said = lines(ask("stop", child))
    assert "nu bij: Bosrand" in said
    assert "vastleggen" not in said
    assert "laatste dag" not in said
    assert ask("stop", child, "--json").json["why"] is None
    assert people.child(child).held_by == RECEIVER


def test_a_child_in_the_flex_route_names_its_case(people: People, dossier: str, ask: Run) -> None:
    """F-17: linked."""
    entry = {
        "referral_route": "local_team",
        "opdracht": "B",
        "provider": "sys-noord",
        "referrer": "ref-lt",
        "reason": "Vol",
    }
    people.do("enter_flex_route", f"{dossier}-0003", ACCESS, **entry)
    assert "flexroute: ZB-2026-000001 (beoordeling aanbieder)" in lines(ask("stop", f"{dossier}-0003"))


def test_for_programs(dossier: str, ask: Run) -> None:
    view = ask("stop", dossier, "--json").json
    assert view == ask("stop", dossier, "--format", "json").json
    assert (view["status"], view["missing"], view["must_act"]) == ("routing", ["routes"], {STOPPER: 2, ACCESS: 1})
    assert [child["reference"][-1] for child in view["of_children"]] == ["3", "2", "1"]
    assert len(view["blocks"]) == 3


def test_on_paper_and_in_sheets(dossier: str, ask: Run, tmp_path: Path) -> None:
    """S-36: the same numbers in both."""
    pages = [page.extract_text() for page in PdfReader(BytesIO(ask("stop", dossier, "--format", "pdf").raw)).pages]
    assert len(pages) == 2
    assert "3 van 3" in pages[0]
    sheets = load_workbook(BytesIO(ask("stop", dossier, "--format", "xlsx").raw))
    assert sheets["Jeugdigen"].max_row == 4


@pytest.mark.parametrize("kind", ["text", "json", "pdf", "xlsx"])
def test_to_a_file(dossier: str, ask: Run, tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"overzicht.{kind}"
    said = ask("stop", dossier, "--format", kind, "--output", str(file))
    assert (said.out, said.err) == ("", f"Het overzicht staat in {file}\n")
    begins = {"text": b"Zonnewende stopt\n", "json": b'{"reference"', "pdf": b"%PDF", "xlsx": b"PK"}
    assert file.read_bytes().startswith(begins[kind])


@pytest.mark.parametrize("kind", ["pdf", "xlsx"])
def test_what_no_screen_can_show_goes_to_a_file(
    dossier: str, ask: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    said = ask("stop", dossier, "--format", kind)
    assert (said.out, said.err) == ("", f"Het overzicht staat in {dossier}.{kind}\n")
    assert (tmp_path / f"{dossier}.{kind}").exists()


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("ST-2026-000009",), 1, "Er is geen dossier of jeugdige met kenmerk ST-2026-000009."),
        (("{}-9999",), 1, "Er is geen dossier of jeugdige"),
        (("{}", "--format", "doc"), 2, "--format"),
        (("{}", "--json", "--format", "pdf"), 2, "gaan niet samen"),
        (("{}-0001", "--format", "xlsx"), 2, "xlsx is er voor een dossier, niet voor één jeugdige"),
        (("{}-0001", "--duties"), 2, "deze lijst is er voor een dossier, niet voor één jeugdige"),
        (("{}", "--output", "/nergens/x.txt"), 1, "/nergens/x.txt"),
    ],
)
def test_wrong_use_is_told(dossier: str, flexroute: Run, args: tuple[str, ...], code: int, says: str) -> None:
    said = flexroute("stop", *(arg.format(dossier) for arg in args))
    assert said.code == code
    assert says in said.err + said.out


def test_no_question_is_asked_per_child(people: People, dossier: str, ask: Run) -> None:
    """The number of queries does not grow with the children."""
    asked: list[str] = []
    event.listen(people.database.engine, "before_cursor_execute", lambda _c, _cur, query, *_: asked.append(query))
    counts = []
    for _ in range(2):
        for command in (("stops",), ("stop", dossier)):
            asked.clear()
            ask(*command)
            counts.append(len(asked))
        people.add(dossier)
        people.add(dossier, municipality="0606")
    assert counts[:2] == counts[2:]


def test_the_keys_for_programs_are_the_fields_of_the_views(dossier: str, ask: Run) -> None:
    """In this order, and then what is said about it."""
    of_all, of_one = [*DossierView.model_fields, "must_act"], [*DossierView.model_fields, "must_act", "blocks"]
    assert [*ask("stops", "--json").json[0]] == of_all
    whole = ask("stop", dossier, "--json").json
    assert [*whole] == [*of_one, "of_children"]
    assert {tuple(child) for child in whole["of_children"]} == {(*ChildView.model_fields,)}
    child = [*ask("stop", f"{dossier}-0001", "--json").json]
    assert child[: len(ChildView.model_fields)] == [*ChildView.model_fields]


def test_who_stops_as_well_is_said_of_it(people: People, dossier: str, ask: Run) -> None:
    """S-30: it may still have a contract today; and a second dossier of one provider is told of when it is opened."""
    stop = (
        "provider=bosrand",
        "stop_type=not_renewed",
        "announced_on=2026-10-01",
        "contract_ends_on=2026-12-31",
        "motives=x",
    )
    first, second = (lines(ask("act", "register_stop", "--by", "beheer", *stop, "--no-prefect")) for _ in range(2))
    assert "nog een open dossier" not in first
    assert "nog een open dossier: ST-2026-000002" in second
    assert "Bosrand (stopt ook)" in lines(ask("stop", dossier))
    assert "Bosrand (stopt ook)" in lines(ask("stop", f"{dossier}-0003"))
