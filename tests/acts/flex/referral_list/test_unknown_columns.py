"""A column that nobody knows is passed over and told, unless it may be meant for one that is known."""

from __future__ import annotations

from typing import Any

import pytest

from flexroute.errors import UserError
from models.store.database import Database
from tests.acts.flex.referral_list.referral_lists import HEAD, LINE, private
from tests.support.stored import counts


def test_it_is_named_and_not_read(take_in: Any, database: Database) -> None:
    """Also where something stands in it; of a title no more than fits."""
    done = take_in(f"{HEAD};Huisdier;{'x' * 90}\n{LINE};kat;5\n")
    assert (len(done.new), done.wrong) == (1, [])
    assert done.ignored == [(7, "Huisdier"), (8, "x" * 40)]
    assert private(database) == []


def test_a_cell_without_a_title_stays_wrong(take_in: Any) -> None:
    done = take_in(f"{HEAD};Huisdier\n{LINE};kat;hond\n")
    assert [(one.line, one.column) for one in done.wrong] == [(2, "kolom 8")]


@pytest.mark.parametrize(
    ("title", "meant"),
    [("zorgvrom", "zorgvorm"), ("Geboorte-datm", "geboortedatum"), ("verblijff", "verblijf"), ("bsn.", "bsn")],
)
def test_one_with_nearly_a_known_title_is_refused(take_in: Any, database: Database, title: str, meant: str) -> None:
    """What was typed wrong would be lost otherwise, also where it may be left out."""
    with pytest.raises(UserError) as error:
        take_in(f"{HEAD};{title}\n{LINE};x\n")
    assert f"kolom 7 ({title}) lijkt op {meant}" in str(error.value).replace("naam jeugdige", "naam")
    assert counts(database) == [0] * 5


@pytest.mark.parametrize(
    ("title", "meant", "value"),
    [("binnen", "ontvangen op", "2-3-2026"), ("bij", "aanbieder", "jeugdhulp noord"), ("door", "verwijsroute", "wijkteam"),
     ("plaats", "gemeentecode", "rotterdam"), ("perceel", "opdracht", "b")],
)  # fmt: skip
def test_one_with_the_values_of_a_column_that_is_missing_is_refused(
    take_in: Any, title: str, meant: str, value: str
) -> None:
    titles, cells = HEAD.split(";"), LINE.split(";")
    place = titles.index(meant)
    with pytest.raises(UserError, match=rf"kolom {place + 1} \({title}\) heeft de waarden van {meant}"):
        take_in(f"{';'.join([*titles[:place], title, *titles[place + 1 :]])}\n{LINE.replace(cells[place], value)}\n")


def test_or_is_there_and_empty(take_in: Any) -> None:
    """Somebody added a column in place of filling in the one that was there."""
    with pytest.raises(UserError, match=r"kolom 7 \(binnen\) heeft de waarden van ontvangen op"):
        take_in(f"{HEAD};binnen\n{LINE.replace('2026-03-02', '')};02-03-2026\n")
    assert take_in(f"{HEAD};binnen\n{LINE};02-03-2026\n").new  # it is filled: a day more is somebody's own


def test_names_in_a_list(take_in: Any) -> None:
    """A municipality by its name, an opdracht in lower case, J and N."""
    done = take_in(f"{HEAD};spoed\nK-1;Wijkteam;b;JEUGDHULP NOORD;2-3-2026;Rotterdam;J\n")
    assert (len(done.new), done.wrong) == (1, [])
