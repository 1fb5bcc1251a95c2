"""Codes in Dutch: what every process has, and how the words of one are found. Each has its own in its folder here."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from babel.dates import format_date

from flexroute.clock import local
from rules.shared.process import of_reference, processes
from rules.shared.region import Region
from rules.shared.vocabulary import Vocabulary, plain

CARE_FORMS = ("outpatient_individual", "outpatient_group", "family_home", "residential")  # the usual ones
SHARED: dict[str, str] = {
    # care forms
    "outpatient_individual": "ambulant individueel",
    "outpatient_group": "ambulant in een groep",
    "family_home": "gezinshuis",
    "residential": "verblijf",
    # the outbox
    "queued": "staat klaar",
    "sending": "onderweg",
    "retry": "nog niet gelukt",
    "sent": "verstuurd",
    "held": "tegengehouden",
    "withheld": "niet verstuurd",
    "failed": "mislukt",
    # letters of all processes together
    "stood_in": "wat een vervanger besloot",
}


def day_in_words(day: date | str) -> str:
    """A date as people say it: "maandag 9 maart 2026"."""
    return _day_in_words(date.fromisoformat(day) if isinstance(day, str) else day)


@lru_cache(maxsize=1000)  # a list names the same days again and again
def _day_in_words(day: date) -> str:
    return format_date(day, "EEEE d MMMM y", locale="nl")


def clock_time(moment: str) -> str:
    """The time of an ISO moment on the clock: "10:00"."""
    return local(datetime.fromisoformat(moment)).strftime("%H:%M")


def words(about: str | None = None) -> Mapping[str, str]:
    """All codes in Dutch. Where two processes have the same code, that of the process of this reference goes first."""
    own = of_reference(about)
    return _in_this_order((*([own.name] if own else []), *(one.name for one in processes() if one is not own)))


def code_in_words(code: Any, about: str | None = None) -> str:
    """A code as people say it (in the process of this reference); a region's own care form has no words here and stays as it is."""
    return words(about).get(str(code), str(code)) if code not in (None, "") else ""


def task_in_words(act: str, about: str | None = None) -> str:
    """What somebody is asked to do with an act (about this reference): "akkoord geven of weigeren"; else the word of the act."""
    own = of_reference(about)
    found = (one.tasks.get(act) for one in ((own,) if own else processes()))
    return next(filter(None, found), code_in_words(act, about))


def asked_in_words(acts: Iterable[str], requirement: str, about: str | None = None) -> str:
    """What somebody is asked to do: one of these acts; else, outside the program, what this requirement asks; else to follow it."""
    own = of_reference(about)
    elsewhere = own.tasks.get(requirement) if own else None
    return " of ".join(task_in_words(act, about) for act in acts) or elsewhere or "volgen"


def vocabulary(codes: Iterable[Any], about: str | None = None) -> Vocabulary:
    """These codes with their words (in the process of this reference), to choose from."""
    return Vocabulary({str(code): (code_in_words(code, about),) for code in codes})


def who_in_words(
    region: Region,
    by: str,
    person: str | None,
    at_request: bool | None = False,
    stands_in: bool | None = False,
    confirmed: bool | None = True,
) -> str:
    """Who decided, and for whom where that is somebody else: "J. Bos (zelf genoemd), voor Jeugdhulp Noord"."""
    whom = region.name_of(by)
    if person is None:
        return whom
    name = f"{person} (zelf genoemd)" if confirmed is False else person
    return f"{name}, {'als vervanger van' if stands_in else 'op verzoek van' if at_request else 'voor'} {whom}"


def care_form_in_words(code: str, region: Region) -> str:
    """A care form as people say it: by the region's own name, else a usual word, else its code."""
    return region.care_forms.get(code) or SHARED.get(code, code)


def care_form_names(region: Region, more: Iterable[str] = ()) -> Vocabulary:
    """The usual care forms, those of the region and these; the region's own name for one goes before a usual word for another."""
    codes = dict.fromkeys((*CARE_FORMS, *sorted(region.known_care_forms()), *more))
    own = {plain(name) for name in region.care_forms.values()}
    usual = {code: [word for word in [SHARED.get(code, code)] if plain(word) not in own] for code in codes}
    names = {code: (region.care_forms.get(code), *usual[code]) for code in codes}
    return Vocabulary({code: tuple(filter(None, said)) or (code,) for code, said in names.items()})


def care_forms_in_words(codes: Iterable[str], region: Region) -> str:
    """Several of them, as a list in a sentence."""
    return ", ".join(care_form_in_words(code, region) for code in codes)


@cache
def _in_this_order(names: tuple[str, ...]) -> Mapping[str, str]:
    of = {one.name: dict(one.words) for one in processes()}
    return ChainMap(*(of[name] for name in names), SHARED)
