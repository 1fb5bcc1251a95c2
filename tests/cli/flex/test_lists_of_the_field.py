"""Lists as people who do this work really have them: what a person sees as one value is one value, and nobody disappears."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from models.flex.case import Case
from models.store.database import Database, using
from models.store.youth import Youth
from tests.support.commands import Run, Said

FIELD = Path(__file__).parent / "field"
CAME_IN_AT = "2026-03-04T09:00"


@pytest.fixture
def take_in(practice: Run) -> Any:
    def run(name: str, *more: str) -> Said:
        return practice("import-referrals", str(FIELD / name), "--by", "tz-anna", "--no-prefect", *more, now=CAME_IN_AT)

    return run


def stored(tmp_path: Path) -> list[tuple[Case, dict[str, Any]]]:
    with using(Database(f"sqlite:///{tmp_path / 'home' / 'flexroute.db'}")) as database, database.reading() as session:
        rows = session.exec(select(Case, Youth.data).join(Youth)).all()
        session.expunge_all()
        return [(case, dict(data)) for case, data in rows]


@pytest.mark.parametrize(
    "name",
    [
        "nbsp-in-naam-aanbieder.csv", "dubbele-spatie-aanbieder.csv", "zwsp-achter-code.csv", "dubbele-bom.csv",
        "sep-regel.csv", "kop-op-rij-4.xlsx", "voorblad.xlsx", "is-formule-tekst.csv", "x000d.xlsx",
        "datum-met-tijd.csv", "datum-iso-t.csv", "keuzelijst-ander-blad.xlsx", "bsn-nul-kwijt.csv",
    ],
)  # fmt: skip
def test_taken_in_as_it_looks(take_in: Any, tmp_path: Path, name: str) -> None:
    said = take_in(name)
    assert (said.code, said.err) == (0, "")
    [(case, youth)] = stored(tmp_path)
    assert (case.sender_reference, case.provider_id, case.municipality) == ("V-1", "sys-noord", "0599")
    assert case.received_on.isoformat() == "2026-03-02"
    bsn = "010000008" if name == "bsn-nul-kwijt.csv" else "999900006"
    assert youth == {"name": "Noor Proefmens", "birth_date": "2012-05-09", "bsn": bsn}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("msdos-cp850.csv", "CSV UTF-8"),
        ("utf8-met-cp1252.csv", "CSV UTF-8"),
        ("strict-open-xml.xlsx", "Strict Open XML"),
    ],
)
def test_refused_for_what_it_is(take_in: Any, tmp_path: Path, name: str, told: str) -> None:
    said = take_in(name)
    assert (said.code, said.out) == (1, "")
    assert told in said.err
    assert len(said.err.splitlines()) == 1
    assert stored(tmp_path) == []


def test_a_formula_without_a_value_is_no_empty_cell(take_in: Any, tmp_path: Path) -> None:
    [wrong] = take_in("formule-zonder-waarde.xlsx", "--json").json["wrong"]
    assert (wrong["line"], wrong["column"]) == (2, "spoed")
    assert "formule zonder waarde" in wrong["reason"]
    assert stored(tmp_path) == []


def test_two_children_with_one_number_are_told(take_in: Any) -> None:
    said = take_in("zelfde-kenmerk-twee-kinderen.csv", "--json")
    [wrong] = said.json["wrong"]
    assert (said.code, wrong["line"], said.json["known"]) == (1, 3, [])
    assert wrong["reason"] == "dit eigen kenmerk staat ook op regel 2, met andere gegevens"


def test_a_number_with_a_sign_that_nobody_sees_is_the_same_number(take_in: Any, tmp_path: Path) -> None:
    said = take_in("zwsp-in-kenmerk.csv", "--json")
    assert (said.code, [one["line"] for one in said.json["known"]]) == (0, [3])
    assert len(stored(tmp_path)) == 1


def test_a_number_that_is_used_again_is_to_be_looked_at(take_in: Any, tmp_path: Path) -> None:
    take_in("kenmerk-hergebruikt-1.csv")
    said = take_in("kenmerk-hergebruikt-2.csv", "--json")
    [otherwise] = said.json["known_otherwise"]
    assert (said.code, said.json["ok"], said.json["known"], said.json["new"]) == (1, False, [], [])
    assert otherwise["differs"] == ["provider", "age_band", "name", "birth_date", "bsn"]
    said = take_in("kenmerk-hergebruikt-2.csv")
    assert "0 nieuw, 0 al bekend, 0 fout, 1 om naar te kijken." in said.out
    assert "al bekend, met andere gegevens" in said.out
    assert "aanbieder, leeftijdsgroep, naam jeugdige, geboortedatum, bsn" in said.out
    assert "--again" in said.out
    assert "nieuw is" in said.out
    assert take_in("kenmerk-hergebruikt-2.csv", "--again").code == 1  # the earlier case is open
    assert len(stored(tmp_path)) == 1


def test_an_id_that_was_pasted_with_a_sign_nobody_sees(practice: Run) -> None:
    file = str(FIELD / "dubbele-bom.csv")
    assert practice("import-referrals", file, "--by", "tz-anna\u200b", "--no-prefect", now=CAME_IN_AT).code == 0
    typed = (
        "act",
        "withdraw",
        "--case",
        "ZB-2026-000001\u00a0",
        "--by",
        "\ufefftz-anna",
        "reason=verhuisd",
        "--no-prefect",
    )
    assert practice(*typed, now=CAME_IN_AT).code == 0
    said = practice("import-referrals", file, "--by", "tz-anna", "--no-prefect", now=CAME_IN_AT)
    assert (said.code, "regel 2: ZB-2026-000001 (al bekend, afgesloten op 04-03-2026)" in said.out) == (0, True)
    [known] = practice("import-referrals", file, "--by", "tz-anna", "--no-prefect", "--json", now=CAME_IN_AT).json[
        "known"
    ]
    assert known == {"line": 2, "reference": "ZB-2026-000001", "closed_on": "2026-03-04"}
    other = str(FIELD / "kenmerk-hergebruikt-2.csv")
    said = practice("import-referrals", other, "--by", "tz-anna", "--no-prefect", now=CAME_IN_AT)
    assert (said.code, "afgesloten op 04-03-2026" in said.out) == (1, True)
    assert practice("import-referrals", other, "--by", "tz-anna", "--no-prefect", "--again", now=CAME_IN_AT).code == 0
