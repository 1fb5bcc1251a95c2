"""Verwijzingen: registering one by one and by list, and what somebody sees of their own (F-13 … F-17)."""

from __future__ import annotations

from functools import partial
from io import BytesIO

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from openpyxl import load_workbook

from models.flex.case import Case
from models.store.decision import Decision
from portal.access import REFERRALS
from portal.flex import referrals
from portal.safety import LARGEST_BODY
from tests.acts.flex.referral_list.referral_lists import cases, listed, private
from tests.portal.conftest import Portal
from tests.support.flex_acts import refer
from tests.support.private import BORN, BSN, NAME
from tests.support.simultaneous import together
from tests.support.stored import rows

OF_REFERRER = "ref-lt:J. Bos"
FORM = {
    "referral_route": "local_team",
    "opdracht": "B",
    "provider": "sys-noord",
    "received_on": "02-03-2026",
    "municipality": "0599",
    "sender_reference": "K-1",
    "private.name": f"Proefjeugdige {NAME}",
    "private.birth_date": "09-05-2014",
    "private.bsn": BSN,
}
NEW, LIST = f"{REFERRALS.path}/nieuw", f"{REFERRALS.path}/lijst"


@pytest.fixture
def referrer(portal: Portal) -> TestClient:
    return portal.of(OF_REFERRER)


def hidden(page: Response, name: str) -> str:
    return page.text.split(f'name="{name}" value="')[1].split('"')[0]


def send(browser: TestClient, name: str, content: bytes | str) -> Response:
    return browser.post(LIST, files={"lijst": (name, content)})


@pytest.mark.both_databases
def test_a_referral_by_form(portal: Portal, referrer: TestClient) -> None:
    """F-13: recorded for the organisation by the person, moved, and its page is shown."""
    page = referrer.get(NEW)
    assert page.status_code == 200
    assert 'name="referrer"' not in page.text  # a referrer refers for itself
    answer = referrer.post(NEW, data={**FORM, "_once": hidden(page, "_once")})
    [case] = cases(portal.database)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/zaken/{case.reference}?vastgelegd=ja")
    assert (case.referrer_id, case.sender_reference, case.step) == ("ref-lt", "K-1", "provider_check")
    assert private(portal.database) == [{"name": f"Proefjeugdige {NAME}", "birth_date": BORN, "bsn": BSN}]
    [decision] = rows(portal.database, Decision)
    assert (decision.by, decision.person) == ("ref-lt", "ref-lt:" + decision.person.partition(":")[2])


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(portal: Portal, referrer: TestClient) -> None:
    answer = referrer.post(NEW, data={**FORM, "received_on": "31-02-2026", "provider": "flex-anker", "opdracht": ""})
    assert answer.status_code == 422
    assert "bestaande dag" in answer.text
    assert "K-1" in answer.text  # what was typed is there still
    assert cases(portal.database) == []


def test_a_flex_provider_is_refused(portal: Portal, referrer: TestClient) -> None:
    """F-10: also where somebody types it into the form."""
    answer = referrer.post(NEW, data={**FORM, "provider": "flex-anker"})
    assert answer.status_code == 409
    assert "Verwijs eerst naar een systeemaanbieder" in answer.text


def test_the_doubts_are_asked_before_it_is_sent(portal: Portal, referrer: TestClient) -> None:
    """An opdracht that the region has nowhere, or the same youth again: who sends it is asked, and decides."""
    refer(portal.database)
    asked = referrer.post(NEW, data=FORM)
    assert asked.status_code == 200
    assert "Klopt dit?" in asked.text
    assert len(cases(portal.database)) == 1
    assert referrer.post(NEW, data={**FORM, "_sure": "ja"}).status_code == 303
    assert len(cases(portal.database)) == 2


def test_the_same_number_again_shows_the_case_that_is_there(portal: Portal, referrer: TestClient) -> None:
    referrer.post(NEW, data=FORM)
    [case] = cases(portal.database)
    again = referrer.post(NEW, data=FORM)
    assert again.headers["location"] == f"/zaken/{case.reference}?vastgelegd=al"
    otherwise = referrer.post(NEW, data={**FORM, "provider": "sys-zuid", "_sure": "ja"})
    assert otherwise.status_code == 409
    assert f"al vastgelegd als {case.reference}, met andere gegevens (aanbieder)" in otherwise.text
    assert len(cases(portal.database)) == 1


def test_a_number_of_a_closed_case_comes_again_where_somebody_says_so(portal: Portal, referrer: TestClient) -> None:
    """The form asks it only then."""
    referrer.post(NEW, data=FORM)
    [case] = cases(portal.database)
    referrer.post(f"/zaken/{case.reference}/withdraw", data={"reason": "Hulp is niet meer nodig"})
    assert 'name="again"' not in referrer.get(NEW).text
    other = {**FORM, "provider": "sys-zuid"}
    refused = referrer.post(NEW, data=other)
    assert refused.status_code == 409
    assert 'name="again"' in refused.text
    assert referrer.post(NEW, data={**other, "again": "ja"}).status_code == 303
    assert len(cases(portal.database)) == 2


def test_a_button_that_is_pressed_twice_makes_one_case(portal: Portal, referrer: TestClient) -> None:
    """Also without a number of their own, and at the same moment; a new form makes another one."""
    form = {**FORM, "sender_reference": "", "_sure": "ja", "_once": hidden(referrer.get(NEW), "_once")}
    answers = together(*[partial(portal.of(OF_REFERRER).post, NEW, data=form)] * 3)
    assert len(cases(portal.database)) == 1
    places = sorted(answer.headers["location"].partition("?")[2] for answer in answers)
    assert places == ["vastgelegd=al", "vastgelegd=al", "vastgelegd=ja"]
    referrer.post(NEW, data={**form, "_once": hidden(referrer.get(NEW), "_once")})
    assert len(cases(portal.database)) == 2


def test_a_form_that_was_refused_may_be_sent_again(portal: Portal, referrer: TestClient) -> None:
    form = {**FORM, "_once": hidden(referrer.get(NEW), "_once")}
    assert referrer.post(NEW, data={**form, "opdracht": "b"}).status_code == 422
    assert referrer.post(NEW, data=form).status_code == 303


def test_a_care_mediator_registers_for_a_referrer(portal: Portal) -> None:
    """And sees it under what she registered; who referred sees it too, nobody else does."""
    mediator = portal.of("tz-anna")
    assert 'name="referrer"' in mediator.get(NEW).text
    missing = mediator.post(NEW, data=FORM)
    assert missing.status_code == 422
    assert "welke verwijzer heeft verwezen" in missing.text
    assert mediator.post(NEW, data={**FORM, "referrer": "ref-gp"}).status_code == 303
    [case] = cases(portal.database)
    assert case.referrer_id == "ref-gp"
    for who, sees in {"tz-anna": True, "ref-gp:K. Arts": True, "tz-bram": False, OF_REFERRER: False}.items():
        assert (case.reference in portal.of(who).get(REFERRALS.path).text) is sees


def test_a_referrer_does_not_register_for_another(portal: Portal, referrer: TestClient) -> None:
    answer = referrer.post(NEW, data={**FORM, "referrer": "ref-gp"})
    assert answer.status_code == 422
    assert cases(portal.database) == []


@pytest.mark.parametrize("who", ["sys-noord:J. Bos", "flex-anker:J. Bos", "cm-bc"])
def test_the_pages_are_for_who_refers(portal: Portal, who: str) -> None:
    browser = portal.of(who)
    for path in (REFERRALS.path, NEW, LIST, f"{LIST}/verwijzingen.xlsx"):
        assert browser.get(path).status_code == 404
    assert browser.post(NEW, data=FORM).status_code == 404
    assert send(browser, "l.csv", listed("K-1;wijkteam;B;sys-noord;2026-03-02;0599")).status_code == 404
    assert cases(portal.database) == []


def test_own_referrals(portal: Portal, referrer: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under their own numbers, with where they stand and a link to the case; closed ones apart; page by page."""
    assert "Er is nu geen verwijzing onderweg." in referrer.get(REFERRALS.path).text
    referrer.post(NEW, data={**FORM, "_sure": "ja"})
    referrer.post(NEW, data={**FORM, "sender_reference": "K-2", "_sure": "ja"})
    first, second = cases(portal.database)
    page = referrer.get(REFERRALS.path).text
    assert page.index("K-2") < page.index("K-1")
    assert f'<a href="/zaken/{first.reference}">' in page
    referrer.post(f"/zaken/{first.reference}/withdraw", data={"reason": "Hulp is niet meer nodig"})
    assert first.reference not in referrer.get(REFERRALS.path).text
    assert first.reference in referrer.get(f"{REFERRALS.path}?afgesloten=ja").text
    monkeypatch.setattr(referrals, "ON_A_PAGE", 1)
    referrer.post(NEW, data={**FORM, "sender_reference": "K-3", "_sure": "ja"})
    page = referrer.get(REFERRALS.path).text
    assert second.reference not in page
    assert "?blad=2" in page
    page = referrer.get(f"{REFERRALS.path}?blad=2").text
    assert second.reference in page
    assert "?blad=1" in page


@pytest.mark.both_databases
def test_a_list(portal: Portal, referrer: TestClient) -> None:
    """Good lines are taken in and moved, each wrong one stands beside what was read; again changes nothing."""
    good, wrong = "K-1;wijkteam;B;sys-noord;2026-03-02;0599", f"K-2;bus;B;sys-nergens;2026-03-02;0599;{NAME};{BSN}"
    content = (
        "eigen kenmerk;verwijsroute;opdracht;aanbieder;ontvangen op;gemeentecode;naam;bsn\n" + f"{good}\n{wrong}\n"
    )
    answer = send(referrer, "mijn lijst.csv", content)
    assert answer.status_code == 200
    [case] = cases(portal.database)
    assert case.step == "provider_check"
    assert "1 nieuw, 0 al bekend, 1 fout." in answer.text
    assert f'<a href="/zaken/{case.reference}">' in answer.text
    for shown in ("K-2", "verwijsroute: bus", "aanbieder: sys-nergens", "mijn lijst.csv"):
        assert shown in answer.text
    for secret in (NAME, BSN):
        assert secret not in answer.text
    again = send(referrer, "mijn lijst.csv", content)
    assert "0 nieuw, 1 al bekend, 1 fout." in again.text
    assert len(cases(portal.database)) == 1


def test_a_list_with_other_values_of_what_is_known(portal: Portal, referrer: TestClient) -> None:
    send(referrer, "l.csv", listed("K-1;wijkteam;B;sys-noord;2026-03-02;0599"))
    answer = send(referrer, "l.csv", listed("K-1;wijkteam;B;sys-zuid;2026-03-02;0599"))
    assert "al bekend, met andere gegevens; niets gewijzigd; anders: aanbieder" in answer.text
    assert cases(portal.database)[0].provider_id == "sys-noord"


def test_a_list_says_which_youth_is_on_its_way_already(portal: Portal, referrer: TestClient) -> None:
    """F-17, C.4: it is taken in, for nobody is asked; whose case it is not hears no reference."""
    case = refer(portal.database)
    head, line = (
        "eigen kenmerk;verwijsroute;opdracht;aanbieder;ontvangen op;gemeentecode;bsn\n",
        "wijkteam;B;sys-noord;2026-03-02;0599",
    )
    own = send(referrer, "l.csv", f"{head}K-1;{line};{BSN}\nK-2;{line};999900018\n").text
    assert own.count("Let op: deze jeugdige is al aangemeld") == 1
    assert f"deze jeugdige is al aangemeld: {case}." in own
    other = send(portal.of("ref-gp:K. Arts"), "l.csv", f"{head}K-9;{line};999900018\n").text
    assert "Let op: deze jeugdige is al aangemeld; vraag Team Zorgbemiddeling." in other
    assert "2 nieuw" in own
    assert "1 nieuw" in other


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("l.pdf", b"%PDF", "geen CSV- of XLSX-bestand"),
        ("l.xlsx", b"PK\x03\x04rubbish", "l.xlsx"),
        ("l.csv", "dag;tijd\n1;2\n", "geen kop met bekende kolommen"),
        ("l.csv", b"", "is leeg"),
        ("<script>.csv", b"", "&lt;script&gt;.csv is leeg"),
        ("l.csv", b"x" * (referrals.LARGEST + 1), "hooguit 5 MB"),
    ],
    ids=["another kind", "broken", "no header", "empty", "a name that is no name", "too large"],
)
def test_a_list_that_cannot_be_read(portal: Portal, referrer: TestClient, name: str, content: bytes, told: str) -> None:
    answer = send(referrer, name, content)
    assert answer.status_code == 422
    assert told in answer.text
    assert cases(portal.database) == []


def test_no_list(referrer: TestClient) -> None:
    assert referrals.LARGEST < LARGEST_BODY
    answer = referrer.post(LIST)
    assert (answer.status_code, "Kies eerst een bestand." in answer.text) == (422, True)
    assert send(referrer, "", b"").status_code in (400, 422)


def test_an_empty_list_to_fill_in(portal: Portal, referrer: TestClient) -> None:
    """What is downloaded can be sent as it is: there are no lines in it yet."""
    book = referrer.get(f"{LIST}/verwijzingen.xlsx")
    assert book.headers["content-disposition"] == 'attachment; filename="verwijzingen.xlsx"'
    read = load_workbook(BytesIO(book.content))
    assert any("op de pagina Verwijzingen" in str(row[0].value) for row in read["Uitleg"].iter_rows())
    plain = referrer.get(f"{LIST}/verwijzingen.csv")
    for name, file in (("v.xlsx", book), ("v.csv", plain)):
        assert "nog geen regels" in send(referrer, name, file.content).text
    assert referrer.get(f"{LIST}/verwijzingen.pdf").status_code == 404


def test_a_list_of_a_mediator_names_the_referrer(portal: Portal) -> None:
    line = "K-1;wijkteam;B;sys-noord;2026-03-02;0599"
    assert "de kolom verwijzer (referrer) ontbreekt" in send(portal.of("tz-anna"), "l.csv", listed(line)).text
    content = "eigen kenmerk;verwijsroute;opdracht;aanbieder;ontvangen op;gemeentecode;verwijzer\n" + f"{line};ref-gp\n"
    assert "1 nieuw" in send(portal.of("tz-anna"), "l.csv", content).text
    assert rows(portal.database, Case)[0].referrer_id == "ref-gp"
