"""Headers and files that are refused; who may take in, and a database that goes away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from acts import perform
from acts.flex import referral_list
from acts.flex.referral_list import import_referrals
from acts.intake import rows as intake_rows
from acts.intake.rows import Sent
from flexroute.errors import Unreachable, UserError
from models.store.database import Database
from rules.shared.refusal import Refused
from tests.acts.flex.referral_list.referral_lists import HEAD, LINE, listed
from tests.support.lists import NOW, xlsx
from tests.support.private import SECRETS
from tests.support.stored import counts


def test_everything_that_is_wrong_with_a_header_is_told_at_once(take_in: Any, database: Database) -> None:
    with pytest.raises(UserError) as error:
        take_in(f"kenmerk;Eigen_Kenmerk;verwijsroute;opdracht;Huisdier;naam;gemeente;kleur\n{LINE};;\n", by="tz-anna")
    told = str(error.value)
    for part in (
        "kolom 5 (Huisdier) heeft de waarden van ontvangen op",
        "kolom 8 (kleur) is onbekend",
        "kolommen 1 (kenmerk) en 2 (Eigen_Kenmerk) betekenen hetzelfde",
        "aanbieder (provider) ontbreekt",
        "ontvangen op (received_on) ontbreekt",
        "verwijzer (referrer) ontbreekt",
    ):
        assert f"regel 1: {part}" in told.replace("de kolom ", "")
    assert "gemeentecode" not in told
    assert counts(database) == [0] * 5


def test_a_referrer_needs_no_column_referrer_but_a_care_mediator_does(take_in: Any) -> None:
    with pytest.raises(UserError, match="verwijzer"):
        take_in(listed(LINE), by="tz-anna")
    assert take_in(listed(LINE), by="ref-lt").new


def test_a_file_without_a_header_does_not_show_its_first_referral(take_in: Any) -> None:
    with pytest.raises(UserError) as error:
        take_in("K-1;wijkteam;B;sys-noord;2026-03-02;0599;verblijf;Proefjeugdige Kornoelje;09-05-2014;999900006\n")
    assert "geen kop" in str(error.value)
    assert not any(secret in str(error.value) for secret in SECRETS)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("verwijzingen.txt", HEAD.encode()),
        ("verwijzingen.xls", b"\xd0\xcf\x11\xe0"),
        ("verwijzingen", HEAD.encode()),
        ("leeg.csv", b""),
        ("leeg.csv", b"\xef\xbb\xbf\r\n ;; \r\n"),
        ("leeg.xlsx", xlsx([])),
        ("geen.xlsx", b"eigen kenmerk;opdracht"),
        ("half.xlsx", xlsx([HEAD.split(";"), LINE.split(";")])[:2000]),
        ("utf16.csv", listed(LINE).encode("utf-16-le")),
        ("utf32.csv", listed(LINE).encode("utf-32")),
        ("binair.csv", bytes(range(256))),
        ("binair.csv", b"\x81\x8d\x8f"),
        ("quote.csv", listed(LINE, '"K-2;wijkteam').encode()),
        ("quote.csv", f'"{HEAD}'.encode()),
    ],
)
def test_files_that_cannot_be_used(take_in: Any, database: Database, name: str, content: bytes) -> None:
    with pytest.raises(UserError):
        take_in(content, name=name)
    assert counts(database) == [0] * 5


def test_a_quote_too_many_says_where(take_in: Any, database: Database) -> None:
    with pytest.raises(UserError, match="regel 3"):
        take_in(listed(LINE, '"K-2;wijkteam;B;sys-noord;2026-03-02;0599', LINE.replace("K-1", "K-3")))
    assert counts(database) == [0] * 5


def test_files_that_are_not_there(database: Database, tmp_path: Path) -> None:
    (tmp_path / "map.csv").mkdir()
    for name in ("weg.csv", "map.csv", "weg.xlsx", "raar\0.csv"):
        with pytest.raises(UserError):
            import_referrals(database, tmp_path / name, "ref-lt", NOW)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_there_is_a_limit_to_the_lines(
    take_in: Any, database: Database, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(intake_rows, "MAX_LINES", 3)
    rows = [HEAD.split(";"), *(LINE.replace("K-1", f"K-{number}").split(";") for number in range(4))]
    for size, fits in ((5, False), (4, True)):
        content: Any = rows[:size] if kind == "xlsx" else "\n".join(";".join(row) for row in rows[:size])
        if fits:
            assert len(take_in(content).new) == 3
        else:
            with pytest.raises(UserError, match="meer dan 3 regels"):
                take_in(content)
            assert counts(database) == [0] * 5


def test_a_file_that_is_too_big(take_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_rows, "MAX_BYTES", 10)
    with pytest.raises(UserError, match="te groot"):
        take_in(listed(LINE))


def test_what_somebody_sent_is_taken_in_without_a_file(
    take_in: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page has bytes and a name: what comes of them, and the limit, are those of a file."""
    content = listed(LINE).encode()
    done = import_referrals(database, Sent("C:/lijsten/verwijzingen.CSV", content), "ref-lt", NOW)
    assert [line for line, _ in done.new] == [2]
    assert take_in(content).known == done.new
    with pytest.raises(UserError, match=r"^lijst\.txt is geen CSV- of XLSX-bestand"):
        import_referrals(database, Sent("lijst.txt", content), "ref-lt", NOW)
    monkeypatch.setattr(intake_rows, "MAX_BYTES", 10)
    told = r"^a b\.csv is te groot\. Splits het bestand\. Er is niets overgenomen\.$"
    with pytest.raises(UserError, match=told):
        import_referrals(database, Sent("a\nb.csv", content), "ref-lt", NOW)


@pytest.mark.parametrize("by", ["sys-noord", "cm-bc", "beheer", "niemand"])
def test_who_may_not_register_is_told_before_anything(database: Database, tmp_path: Path, by: str) -> None:
    with pytest.raises(Refused) as refused:
        import_referrals(database, tmp_path / "bestaat-niet.csv", by, NOW)
    assert refused.value.code == "forbidden"


def test_a_database_that_goes_away_is_told_and_a_second_try_takes_in_the_rest(
    take_in: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_at_the_second(*args: Any) -> str:
        if args[4]["sender_reference"] == "K-2":
            raise Unreachable("weg")
        return perform(*args)

    text = listed(LINE, LINE.replace("K-1", "K-2"))
    with monkeypatch.context() as broken:
        broken.setattr(referral_list, "perform", fails_at_the_second)
        with pytest.raises(Unreachable):
            take_in(text)
    done = take_in(text)
    assert (done.known, done.new) == ([(2, "ZB-2026-000001")], [(3, "ZB-2026-000002")])
