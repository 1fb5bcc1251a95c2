"""The agenda to print: what is in it, for whom it can be read, and what is never in it (F-26, F-28, F-31, C.4)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import event

from models.flex.agenda import find_meeting
from models.region.directory import load_region
from notifications.flex.agenda import content
from notifications.flex.agenda_words import in_words
from notifications.guard import private_number
from notifications.templates import Rendered
from notifications.typeset import pdf
from tests.support.letter_contexts import FIRST_CASE, GRJR, MEETING, OLD, SECOND_CASE, Context
from tests.support.meetings import PREP, TUESDAY, Story
from tests.support.private import SECRETS, TYPED

ISSUED = datetime(2026, 3, 6, 12, 0, 0, 123456, tzinfo=UTC)  # as a real clock gives it


def printed(said: Context, **more: Any) -> bytes:
    words = {**in_words(GRJR, said), "title": "Agenda", "region": GRJR.name, "version": 1, **more}
    return pdf("agenda", words, ISSUED)


def pages(made: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(made)).pages]


def test_what_is_printed() -> None:
    """Every case with what the table must know, room to write for who must answer, and on each page which meeting it is."""
    on_paper = pages(printed({**MEETING, "cases": [FIRST_CASE, SECOND_CASE] * 5}, version=2))
    for number, page in enumerate(on_paper, 1):
        assert page.startswith(f"{GRJR.tables[0].name} dinsdag 10 maart 2026, 10:00 tot 12:00 uur")
        assert page.endswith(f"bladzijde {number} van {len(on_paper)}")
    whole = " ".join(on_paper)
    assert GRJR.name in whole
    assert "Dit is versie 2." in whole
    for words in in_words(GRJR, MEETING)["cases"]:
        for label, value in words["facts"]:
            assert f"{label}: {value}".replace(" ", "") in whole.replace(" ", "")
        for name in words["answers"]:
            assert f"{name} ja nee vanaf:" in whole
    assert whole.count("SPOED") == 10  # in the list and at the case itself
    assert whole.count("Aantekeningen:") == 10


def test_a_case_stays_on_its_page() -> None:
    """From its heading to its last line; the cases come in the order of the agenda."""
    cases = [
        {**FIRST_CASE, "reference": f"ZB-2026-{n:06d}", "must_answer": [FIRST_CASE["owner"]] * (n % 9)}
        for n in range(1, 30)
    ]
    on_paper = pages(printed({**MEETING, "cases": cases}))
    parts = re.findall(r"\d+\. ZB-2026-0000\d\d – SPOED|Aantekeningen:", " ".join(on_paper))
    assert parts == [part for n in range(1, 30) for part in (f"{n}. ZB-2026-{n:06d} – SPOED", "Aantekeningen:")]
    assert [page for page in on_paper if len(re.findall(r"\d\. ZB-", page)) != page.count("Aantekeningen:")] == []


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        ([], "Er zijn geen casussen."),
        ([OLD], "start uiterlijk maandag 11 mei 2026"),
        ([{**FIRST_CASE, "must_answer": []}], "SPOED"),
    ],
    ids=["none", "from before", "nobody answers"],
)
def test_other_agendas_print_too(cases: list[Context], said: str) -> None:
    assert said in " ".join(pages(printed({**MEETING, "cases": cases, "on": "2026-03-11", "optional": []})))


@pytest.mark.parametrize("many", [16, 17, 18, 80])
def test_more_than_fits_on_a_page(many: int) -> None:
    """Nothing is cut off."""
    names = [f"sys-{n}" for n in range(many)]
    said = [{"id": f"onderaannemer-{n}", "through": "iemand anders", "answer": "no"} for n in range(many)]
    for case in ({**FIRST_CASE, "must_answer": names}, {**FIRST_CASE, "subcontractors": said}):
        on_paper = pages(printed({**MEETING, "cases": [case]}))
        whole = " ".join(page.partition(" uur ")[2].rpartition(GRJR.name)[0] for page in on_paper)
        assert [name for name in case["must_answer"] if f"{GRJR.name_of(name)} ja nee vanaf:" not in whole] == []
        assert [one["id"] for one in case["subcontractors"] if GRJR.name_of(one["id"]) not in whole] == []
        assert whole.endswith("Aantekeningen: ")


def test_for_who_listens() -> None:
    """PDF/UA: title, language, tags, headings in order; and its own fonts, so that it looks the same everywhere."""
    made = printed(MEETING, title="Agenda B/C-tafel")
    reader = PdfReader(BytesIO(made))
    root: Any = reader.trailer["/Root"]
    assert reader.metadata
    assert reader.metadata.title == "Agenda B/C-tafel"
    assert root["/Lang"] == "nl-NL"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    headings = re.findall(rb"/S/(Title|H\d)/", made)
    assert headings == [b"Title", b"H1", b"H1", b"H2", b"H2"]
    fonts: list[Any] = [font for page in reader.pages for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    assert fonts
    for font in fonts:
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert "Libertinus" in descriptor["/FontName"]
        assert "/FontFile3" in descriptor


def test_the_same_issue_is_the_same_file() -> None:
    assert printed(MEETING) == printed(MEETING)
    assert printed(MEETING) != printed({**MEETING, "optional": []})
    made = PdfReader(BytesIO(printed(MEETING))).metadata
    assert made
    assert made.creation_date == ISSUED.replace(microsecond=0)


@settings(max_examples=10, deadline=None)
@given(name=st.text(st.characters(codec="latin-1", exclude_categories=["C"]), min_size=1, max_size=60).map(str.strip))
@pytest.mark.parametrize("odd", ["#panic() *x* $a$ [b] @c <d> `e` \\ // f", '"]}#{sys.inputs}'])
def test_a_name_is_a_name(odd: str, name: str) -> None:
    """Names go in as data: whatever they look like, none is taken for a command of the typesetter."""
    words = {**in_words(GRJR, MEETING), "title": "Agenda", "region": odd + name, "version": 1, "table": name or odd}
    assert pages(pdf("agenda", words, ISSUED))


def test_what_people_typed_is_in_no_form_of_the_agenda(story: Story) -> None:
    """C.4: explanations are read in the program; mail, HTML, PDF and invitation hold codes in words only."""
    subcontractors = [{"provider": "oa-klein", "can_deliver": False, "explanation": TYPED}]
    reference = story.case_at_the_table(
        "sys-noord",
        no={"explanation": TYPED, "ground": "other", "ground_text": TYPED, "subcontractors": subcontractors},
        private={"name": TYPED},
    )
    story.prepare()
    story.runner.decide(
        "change_meeting",
        None,
        "tz-anna",
        {"table": "T_BC", "on": TUESDAY, "room": TYPED.split()[0], "reason": TYPED},
        PREP,
    )
    said = story.latest()
    forms = [said.subject, said.text, said.html, *(_text(kind, made) for _, kind, made in said.attachments)]
    assert len(forms) == 5
    for form in forms[1:]:
        assert reference in form
        assert "Praktijk Klein" in form or form.startswith("BEGIN:VCALENDAR")
    assert [secret for secret in SECRETS for form in forms if secret.lower() in form.lower()] == []
    assert not private_number(said)


def _text(kind: str, made: bytes) -> str:
    return " ".join(pages(made)) if kind == "application/pdf" else made.decode().replace("\r\n ", "")


def test_an_agenda_of_many_cases_asks_no_question_per_case(story: Story) -> None:
    """The number of queries does not grow with the cases."""
    counts = []
    asked: list[str] = []
    event.listen(story.database.engine, "before_cursor_execute", lambda _c, _cur, query, *_: asked.append(query))
    for _ in range(2):
        story.case_at_the_table("sys-noord")
        with story.database.reading() as session:
            meeting = find_meeting(session, "T_BC", datetime.fromisoformat(TUESDAY).date())
            region = load_region(session)
            assert meeting
            asked.clear()
            content(session, region, meeting, {})
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_it_is_made_once_for_all_who_get_it(story: Story) -> None:
    """The same bytes for everybody, and the PDF is not even made again."""
    story.case_at_the_table("sys-noord")
    story.prepare()
    of_table: list[Rendered] = [said for letter, said in story.letters() if letter.subject == f"T_BC:{TUESDAY}"]
    assert len(of_table) > 3
    assert [said for said in of_table if said != of_table[0]] == []
    made = [content for said in of_table for _, kind, content in said.attachments if kind == "application/pdf"]
    assert {id(content) for content in made} == {id(made[0])}
