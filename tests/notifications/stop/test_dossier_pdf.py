"""The dossier to print: one page for the consultation, then every child; for whom it can be read, and what is never in it (S-36, C.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlmodel import select

from flows.mover import Runner
from models.region.directory import load_region
from models.stop import overview as stop_overview
from models.stop.dossier import StopDossier
from models.store.database import Database
from models.views.dossier import ChildView, DossierView
from notifications.stop.report.words import in_words
from notifications.typeset import pdf
from rules.shared.region import Region
from tests.support.dossier_views import TODAY, a_child, a_region, a_view, numbers, settled, transferring
from tests.support.dossiers import People
from tests.support.parties import ACCESS, STOPPER
from tests.support.private import PRIVATE, SECRETS

MADE_AT = datetime(2027, 3, 1, 8, 0, 0, 123456, tzinfo=UTC)
WORLD_REGION = a_region()


def printed(view: DossierView, children: list[ChildView], region: Region = WORLD_REGION, **more: Any) -> bytes:
    return pdf("dossier", {**in_words(region, view, children, TODAY), **more}, MADE_AT)


def pages(made: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(made)).pages]


def elements(node: Any) -> Iterator[Any]:
    """The elements of the structure that is read aloud, in their order."""
    node = node.get_object()
    for one in node if isinstance(node, list) else [node]:
        known = one.get_object()
        if isinstance(known, dict):
            if "/S" in known:
                yield known
            if "/K" in known:
                yield from elements(known["/K"])


def read_aloud(made: bytes) -> list[Any]:
    root: Any = PdfReader(BytesIO(made)).trailer["/Root"]
    return list(elements(root["/StructTreeRoot"]["/K"]))


def test_page_one_says_it_all() -> None:
    """S-36: figures, what blocks, who must act, the drawing, the numbers of both sides."""
    counts = {"0599": {"provider": numbers(2), "access": numbers(3), "explained": True}}
    view = a_view(counts=counts, differences={"0599": {"running": [2, 3]}})
    first, *rest = pages(printed(view, [a_child(1), transferring(2), settled(3, TODAY)]))
    for said in (
        "Zonnewende stopt Dossier ST-2026-000001 · stand op maandag 1 maart 2027",
        "3 van 3 jeugdigen nog bij de aanbieder",
        "305 dagen tot de laatste dag van de termijn",
        "1 per maand is nodig om op tijd klaar te zijn",
        "3 wacht op voorstel",
        "1. Voor 1 jeugdige is er nog geen voorstel voor een route. Aan zet: Zonnewende.",
        "2. Van 1 jeugdige is het gezin nog niet geïnformeerd. Aan zet: Zonnewende.",
        "Contract eindigt: 31 december 2026",
        "Kunnen overnemen: Bosrand",
        "Toegang Rotterdam 0 2 / 3 1 3 2 verklaard",
        "vandaag: nog 2 · 1 mrt 2027",
        "laatste dag · 31 dec 2027",
    ):
        assert said in first, said
    assert len(rest) == 1
    assert first.endswith("bladzijde 1 van 2")


def test_every_child_is_in_the_list() -> None:
    """From page two on, the most urgent first; the heading of the table is on every page."""
    children = [transferring(n, due=TODAY + timedelta(n)) for n in range(120, 0, -1)]
    first, *rest = pages(printed(a_view(), children))
    assert "ST-2026-000001-0" not in first
    assert len(rest) > 3
    assert re.findall(r"ST-2026-000001-(\d{4})", " ".join(rest)) == [f"{n:04d}" for n in range(1, 121)]
    for number, page in enumerate(rest, 2):
        assert "Kenmerk Toegang Route Staat Nu bij Ontbreekt nog Laatste dag Tijd Aan zet" in page
        assert page.endswith(f"bladzijde {number} van {len(rest) + 1}")
    assert "2 naar Bosrand overdracht bezig Zonnewende" in rest[0]


def test_without_children_it_prints_too() -> None:
    view = a_view(status="announced", counts={}, added={}, open=0, missing=["counts"], waiting_for=["zonnewende"])
    first, second = pages(printed(view, []))
    assert "Er zijn nog geen aantallen. Aan zet: Zonnewende." in first
    assert "Aantallen per gemeente" not in first
    assert "Er is nog geen jeugdige toegevoegd." in second


@pytest.mark.parametrize(
    ("places", "name"),
    [(1, ""), (14, ""), (15, ""), (40, ""), (300, ""), (40, "Stichting Jeugdzorg van de Eilanden en het Midden "),
     pytest.param(40, "W" * 105, marks=pytest.mark.long)],
    ids=["one", "fourteen", "fifteen", "forty", "all of the country", "long names", "endless names"],
)  # fmt: skip
def test_page_one_is_one_page(places: int, name: str) -> None:
    """S-36: whatever the number of municipalities and however long the names; small ones go together, with their sums."""
    region = a_region(places, name)
    here = [f"{1000 + n}" for n in range(places)]
    counts = {
        place: {"provider": numbers(n), "access": numbers(n + 1), "explained": False} for n, place in enumerate(here)
    }
    view = a_view(
        counts=counts, added={place: {"running": n} for n, place in enumerate(here)}, missing=["counts", "explanation"],
        differences={place: {"running": [n, n + 1]} for n, place in enumerate(here)}, status="counting",
        candidates=[one.id for one in region.organisations], care_forms=["zorgvorm" * 5] * 20, trouble="ValueError",
        signals=["family_informed_too_early", "term_at_risk", "term_exceeded", "file_overdue"],
        waiting_for=[f"t-{n}" for n in range(places)],
    )  # fmt: skip
    acts = [
        "propose_route",
        "decide_route",
        "inform_family",
        "record_consent",
        "record_file",
        "accept_transfer",
        "sign_off",
    ]
    children = [
        a_child(n, acts=[acts[n % 7]], municipality=here[n % places], waiting_for=[f"t-{n % places}"])
        for n in range(99)
    ]
    first, second, *_ = pages(printed(view, children, region))
    assert "Kenmerk" not in first
    assert "De meest dringende staat bovenaan." in second
    [table] = re.findall(r"Verschil (.*) Twee getallen", first)
    others = re.search(r"en (\d+) andere gemeenten", table)
    assert int(others[1]) + table.count("verklaard") - 1 == places if others else table.count("verklaard") == places


def test_a_region_full_of_municipalities_is_named_in_full() -> None:
    """Nothing is folded that fits."""
    region = a_region(12)
    counts = {f"{1000 + n}": {"provider": numbers(n), "access": numbers(n), "explained": False} for n in range(12)}
    first = pages(printed(a_view(counts=counts, added={}), [a_child(1), transferring(2)], region))[0]
    assert re.findall(r"Toegang (\d+) 0 ", first) == [str(n) for n in range(11, -1, -1)]
    assert "andere gemeenten" not in first


def test_for_who_listens() -> None:
    """PDF/UA: title, language, tags, headings in order, tables with headings, and the drawing in words (S-10)."""
    made = printed(a_view(), [a_child(1), transferring(2)])
    reader = PdfReader(BytesIO(made))
    root: Any = reader.trailer["/Root"]
    assert reader.metadata
    assert reader.metadata.title == "Zonnewende stopt · ST-2026-000001"
    assert reader.metadata.author == WORLD_REGION.name
    assert root["/Lang"] == "nl-NL"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    kinds = [one["/S"] for one in read_aloud(made)]
    assert [kind for kind in kinds if kind in ("/Title", "/H1", "/Table", "/Figure")] == [
        "/Title", "/H1", "/Figure", "/H1", "/H1", "/H1", "/Table", "/H1", "/Table",
    ]  # fmt: skip
    assert (kinds.count("/TH"), kinds.count("/LI")) == (7 + 9, 2)
    [figure] = [one for one in read_aloud(made) if one["/S"] == "/Figure"]
    assert "1 maart 2027: 2. Het contract eindigt op 31 december 2026." in figure["/Alt"]
    fonts: list[Any] = [font for page in reader.pages for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    for font in fonts:
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert "Libertinus" in descriptor["/FontName"]
        assert "/FontFile3" in descriptor


def test_black_and_white_says_the_same() -> None:
    """Lines differ by thickness and by dashes; the only colour is one dark blue."""
    content = PdfReader(BytesIO(printed(a_view(), [a_child()]))).pages[0].get_contents()
    assert content is not None
    drawn = content.get_data().decode("latin-1")
    assert len(set(re.findall(r"/c1 (?:cs|CS) ([\d.]+ [\d.]+ [\d.]+)", drawn))) == 1
    assert len(set(re.findall(r"\[([\d. ]+)\] ?[\d.]+ d\b", drawn))) == 2
    assert len(set(re.findall(r"([\d.]+) w\b", drawn))) > 3


def test_the_same_dossier_is_the_same_file() -> None:
    children = [a_child(1), transferring(2)]
    assert printed(a_view(), children) == printed(a_view(), children)
    assert printed(a_view(), children) != printed(a_view(), children[:1])
    made = PdfReader(BytesIO(printed(a_view(), []))).metadata
    assert made
    assert made.creation_date == MADE_AT.replace(microsecond=0)


ODD_NAMES = ["#panic() *x* $a$ [b] @c <d> `e` \\ // f", '"]}#{sys.inputs}', "Zon 😀 日本 \x07\u200b\n= Kop"]


@settings(max_examples=5, deadline=None, derandomize=True)
@given(name=st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@pytest.mark.parametrize("odd", ODD_NAMES)
def test_a_name_is_a_name(odd: str, name: str) -> None:
    """Names go in as data: whatever they look like, none is a command of the typesetter, and none keeps the papers from coming."""
    words = in_words(WORLD_REGION, a_view(), [a_child()], TODAY)
    words |= {"title": odd + name, "region": name, "blocks": [odd, name], "facts": [(name, odd)]}
    words["children"] = [dict.fromkeys(one, odd + name) for one in words["children"]]
    made = pdf("dossier", words, MADE_AT)
    assert [one["/S"] for one in read_aloud(made)].count("/H1") == 5
    assert len(pages(made)) >= 2


def test_a_strange_letter_becomes_a_question_mark() -> None:
    said = pages(printed(a_view(), [], title="Zon 😀 & Łódź stopt"))[0]
    assert "Zon ? & Łódź stopt" in said


def test_a_real_dossier_and_nothing_private(case_database: Database) -> None:
    """S-36, S-51, C.4: the numbers are those of the dossier; youth, reasons and typed words are in no part of it."""
    with Runner(None) as runner:
        people = People(case_database, runner)
        dossier = people.open(3, locations=["Huis Kornoelje"], motives="Zie Kornoelje")
        one, two, _ = (people.add(dossier, private=PRIVATE, location="Huis Kornoelje") for _ in range(3))
        people.wait_until("2026-10-01T09:00")
        people.agree(one)
        people.hand_over(one)
        people.do("propose_route", two, STOPPER, route=1, expected_end="2027-05-01", reason="Kornoelje wil niet mee")
        people.do("decide_route", two, ACCESS, agreed=False, reason="Kornoelje gaat wel mee")
    with case_database.reading() as session:
        region, today = load_region(session), date(2026, 11, 2)
        view, children = stop_overview.whole(session, region, session.exec(select(StopDossier)).one(), today)
    made = pdf("dossier", in_words(region, view, children, today), MADE_AT)
    first, second = pages(made)
    assert "2 van 3 jeugdigen nog bij de aanbieder" in first
    assert "1 wacht op voorstel 1 wacht op besluit 0 afronding zorg 0 overdracht bezig 1 overgedragen" in first
    assert "Van 1 jeugdige is het dossier nog niet compleet. Aan zet: Zonnewende. Te laat: 1." in first
    assert "Locaties: 1 locatie" in first
    assert second.count(dossier) == 3 + 1
    assert "1 oktober 2026: 2" in next(one["/Alt"] for one in read_aloud(made) if one["/S"] == "/Figure")
    whole = str([*pages(made), *read_aloud(made)])
    assert not [word for word in SECRETS if word in whole]
