"""Before the command line sends a referral that may be a mistake, it asks; a script says --yes."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import CASE, REFERRALS
from tests.support.commands import Run, Said
from tests.support.flex_acts import REFERRAL, WITHOUT_PRIVATE


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        return True


def refer(run: Run, tmp_path: Path, given: dict[str, object], *more: str, by: str = "ref-lt") -> Said:
    file = tmp_path / "verwijzing.json"
    file.write_text(json.dumps({**REFERRAL, **given}), encoding="utf-8")
    return run("act", "register_referral", "--by", by, "--with", f"@{file}", "--no-prefect", *more)


def cases(run: Run) -> list[str]:
    return [case["reference"] for case in run("cases", "--json").json]


def test_a_script_hears_what_was_found_and_how_to_go_on(one_case: Run, tmp_path: Path) -> None:
    """F-17: the same youth, who stands in no answer; nothing is recorded without --yes."""
    said = refer(one_case, tmp_path, {"provider": "sys-zuid"})
    assert (said.code, said.out) == (1, "")
    assert f"Deze jeugdige is al aangemeld: {CASE}. Klopt het toch? Doe het dan opnieuw met --yes." in said.err
    told = refer(one_case, tmp_path, {}, "--json")
    assert (told.code, told.json["refused"], told.json["field"]) == (1, "unconfirmed", "reference")
    assert cases(one_case) == [CASE]
    assert refer(one_case, tmp_path, {}, "--yes").code == 0
    assert len(cases(one_case)) == 2


@pytest.mark.parametrize(
    ("answer", "code", "number"), [("nee\n", 1, 1), ("J\n", 0, 2), ("misschien\nja\n", 0, 2), ("", 1, 1)]
)
def test_a_person_is_asked(
    one_case: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int, number: int
) -> None:
    """F-17: and decides."""
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    said = refer(one_case, tmp_path, {})
    assert said.code == code
    assert CASE in said.err
    assert len(cases(one_case)) == number


def test_without_a_youth(one_case: Run) -> None:
    """F-17: the same referrer, provider, day, opdracht and care form, without own number; another day is another referral."""
    given = [f"{field}={value}" for field, value in WITHOUT_PRIVATE.items()]
    line = ("act", "register_referral", "--by", "ref-lt", *given, "--no-prefect")
    assert "die nog open is" in one_case(*line).err
    assert one_case(*line, "eigen-kenmerk=K-5").code == 0


def test_a_referrer_hears_of_its_own_only(one_case: Run, tmp_path: Path) -> None:
    """C.4: that a youth is on its way is told to everybody, which case that is to who may see it; Team Zorgbemiddeling sees both."""
    asked = refer(one_case, tmp_path, {"referral_route": "certified_institution"}, by="ref-gi")
    assert "Deze jeugdige is al aangemeld; vraag Team Zorgbemiddeling" in asked.err
    assert CASE not in asked.err
    assert refer(one_case, tmp_path, {"referral_route": "certified_institution"}, "--yes", by="ref-gi").code == 0
    said = refer(one_case, tmp_path, {"referrer": "ref-lt"}, by="tz-anna")
    assert f"{CASE}, ZB-2026-000002" in said.err


def test_an_opdracht_that_the_region_has_nowhere(practice: Run, tmp_path: Path) -> None:
    """F-27: with the nearest right one; both questions together."""
    said = refer(practice, tmp_path, {"opdracht": "C3"})
    assert (said.code, cases(practice)) == (1, [])
    assert (
        "kan een vergissing zijn bij opdracht: Opdracht C3 staat in deze regio bij geen tafel, norm of contract; bedoelt u C"
        in said.err
    )
    assert refer(practice, tmp_path, {"opdracht": "C3"}, "--yes").code == 0
    both = refer(practice, tmp_path, {"opdracht": "C3"}, "--json").json
    assert (both["field"], [one["field"] for one in both["others"]]) == ("reference", ["opdracht"])


def test_a_list_is_not_asked(one_case: Run, tmp_path: Path) -> None:
    """F-17: a line with a number of its own, of the same youth, is taken in."""
    file = tmp_path / "lijst.csv"
    file.write_text(REFERRALS, encoding="utf-8")
    assert one_case("import-referrals", str(file), "--by", "ref-lt", "--no-prefect").code == 0
    assert len(cases(one_case)) == 2


def test_a_correction_is_asked_about_too(one_case: Run) -> None:
    """F-27: the opdracht that it gives, and nothing where it gives none."""
    line = ("act", "correct_referral", "--case", CASE, "--by", "tz-anna", "reason=Verkeerd.", "--no-prefect")
    said = one_case(*line, "opdracht=C3")
    assert said.code == 1
    assert "Opdracht C3 staat in deze regio bij geen tafel, norm of contract" in said.err
    assert one_case(*line, "urgent=ja").code == 0
    assert one_case(*line, "opdracht=C3", "--yes").code == 0
