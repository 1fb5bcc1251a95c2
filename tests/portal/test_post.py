"""Post: which letters there are, why one did not go, and having it sent again."""

from __future__ import annotations

import pytest

from models.store.database import Database
from models.store.letter import State
from portal import post
from portal.access import POST
from tests.portal.conftest import Portal
from tests.support.flex_acts import MONDAY, refer
from tests.support.queued_letters import letters, queue


def stand(database: Database, *states: str, reason: str | None = None) -> None:
    """So many letters, in these states."""
    queue(database, len(states))
    with database.writing() as session:
        for letter, state in zip(letters(database), states, strict=True):
            session.add(letter)
            letter.state, letter.reason = state, reason


@pytest.mark.both_databases
def test_letters_with_their_state(portal: Portal) -> None:
    """The newest first, each with why it did not go; filters are links, with how many there are."""
    stand(portal.database, "sent", "failed", "queued", "failed", reason="het adres bestaat niet")
    page = portal.of("tz-anna").get(POST.path).text
    assert page.index('href="/post/4"') < page.index('href="/post/1"')
    assert "mislukt: het adres bestaat niet" in page
    assert "Jeugdhulp Noord" in page
    assert '<a href="/post?staat=failed">mislukt (2)</a>' in page
    failed = portal.of("tz-anna").get(f"{POST.path}?staat=failed").text
    assert 'href="/post/4"' in failed
    assert 'href="/post/1"' not in failed
    about = portal.of("tz-anna").get(f"{POST.path}?over=ZB-2026-000001").text
    assert 'href="/post/1"' in about
    assert 'href="/post/2"' not in about


def test_page_by_page(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post, "SIZE", 2)
    stand(portal.database, *["sent"] * 4)
    first = portal.of("cm-e").get(POST.path).text
    assert 'href="/post/3"' in first
    assert 'href="/post/2"' not in first
    assert 'href="/post?voor=3"' in first
    second = portal.of("cm-e").get(f"{POST.path}?voor=3").text
    assert 'href="/post/2"' in second
    assert 'rel="next"' not in second


@pytest.mark.both_databases
def test_sent_again(portal: Portal) -> None:
    """What stopped goes; what is on its way stays so. No GET does it."""
    stand(portal.database, "failed", "queued", "held")
    browser = portal.of("tz-anna")
    browser.get("/post/1")
    assert letters(portal.database)[0].state == State.FAILED
    answer = browser.post(POST.path, data={"brief": ["1", "2", "99", "x"], "staat": "failed"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/post?staat=failed&opnieuw=1")
    assert [one.state for one in letters(portal.database)] == ["queued", "queued", "held"]
    assert letters(portal.database)[0].queued_at == MONDAY
    assert "1 brief gaat opnieuw mee" in browser.get(answer.headers["location"]).text


def test_nothing_chosen(portal: Portal) -> None:
    answer = portal.of("tz-anna").post(POST.path)
    assert "Er was niets opnieuw te versturen" in portal.of("tz-anna").get(answer.headers["location"]).text


def test_one_letter_with_its_words(portal: Portal) -> None:
    """Words are for who may see the case: a contract manager of something else looks after the post, and reads no more than that."""
    case = refer(portal.database)
    queue(portal.database, 1)
    [letter] = letters(portal.database)
    assert letter.subject == case
    assert "Kenmerk van de casus" in portal.of("tz-anna").get("/post/1").text
    page = portal.of("cm-e").get("/post/1").text
    assert "Kenmerk van de casus" not in page
    assert "voor wie mag zien waar hij over gaat" in page


def test_a_letter_without_words(portal: Portal) -> None:
    stand(portal.database, "failed")
    with portal.database.writing() as session:
        letter = letters(portal.database)[0]
        session.add(letter)
        letter.kind, letter.subject = "never_heard_of", "afgewezen:x"
    assert "niet te tonen (KeyError)" in portal.of("tz-anna").get("/post/1").text


@pytest.mark.parametrize("who", ["ref-lt:J. Bos", "sys-noord:J. Bos"])
def test_post_is_for_the_region(portal: Portal, who: str) -> None:
    stand(portal.database, "failed")
    for answer in (
        portal.of(who).get(POST.path),
        portal.of(who).get("/post/1"),
        portal.of(who).post(POST.path, data={"brief": "1"}),
    ):
        assert answer.status_code == 404
    assert letters(portal.database)[0].state == State.FAILED


@pytest.mark.parametrize("path", ["/post/0", "/post/99", "/post/9999999999", "/post/x", "/post?voor=x"])
def test_no_such_letter(portal: Portal, path: str) -> None:
    assert portal.of("tz-anna").get(path).status_code in (400, 404)
