"""What somebody typed on the command line where a code, an id, a day or a reference is asked for: by the words of the screen too."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from datetime import date
from typing import Any

import typer

from flexroute.errors import UserError
from models.region.directory import load_region
from models.store.database import current
from models.store.reference import is_short, whole
from notifications.words import vocabulary
from rules.shared.cleaning import one_line
from rules.shared.refusal import Refused
from rules.shared.region import Region
from rules.shared.values import day_of
from rules.shared.vocabulary import Vocabulary

WHERE = "De namen en ids staan in: flexroute region export"


def _chosen(
    names: Vocabulary,
    text: str,
    wrong: Callable[[str], Exception],
    unknown: Callable[[str], str],
    known: Container[str] | None = None,
) -> str:
    """The code of what was named. Raises what `wrong` makes of a text that is `unknown`, or may be several.

    `known`: those that may be chosen, where that is not every name.
    """
    text = one_line(text)
    try:
        code = names.code(text)
    except ValueError as error:
        raise wrong(str(error)) from None
    if code not in (names.of if known is None else known):
        raise wrong(unknown(text))
    return code


def one_of(known: Vocabulary | Iterable[Any], text: str | None, option: str) -> Any:
    """The code of what was chosen; None where nothing was. Raises typer.BadParameter."""
    if text is None:
        return None
    names = known if isinstance(known, Vocabulary) else vocabulary(known)
    return _chosen(
        names,
        text,
        lambda said: typer.BadParameter(said, param_hint=option),
        lambda named: names.refusal(f"'{named}' kan niet", named),
    )


def or_itself(known: Vocabulary, text: str) -> str:
    """The code of what was named where there is one; else the text, of which others say what is wrong with it."""
    found = known.codes(one_line(text))
    return found[0] if len(found) == 1 else text


def somebody(region: Region, text: str | None) -> str | None:
    """The id of an organisation, person or mailbox. Raises UserError for one that the region does not know, or knows twice."""
    if not text:
        return text
    return _chosen(
        region.names, text, _error, lambda named: _nobody(region, named, "organisatie of persoon van deze regio")
    )


def party(text: str, field: str = "by") -> tuple[str, Region]:
    """Who acts or reads, by id or name, with the region.

    Somebody with a wrong role hears later what role it takes; who is not there at all, how to find the id. Raises Refused.
    """
    with current().reading() as session:
        region = load_region(session)
    who = _chosen(
        region.names,
        text,
        lambda said: Refused("forbidden", said, field),
        lambda named: _nobody(region, named, "id of naam van een persoon of organisatie"),
        {*region.organisation, *region.person},
    )
    return who, region


def a_table(region: Region, text: str) -> str:
    """The id of a table, by id or name. Raises UserError."""
    names = region.table_names
    return _chosen(
        names,
        text,
        _error,
        lambda named: f"De tafel {named} bestaat niet. {sentence(names.instead(named))}".strip(),
    )


def _error(said: str) -> UserError:
    return UserError(sentence(said))


def _nobody(region: Region, text: str, what: str) -> str:
    """The nearest right ones, and where all of them stand."""
    said = [f"'{text}' is geen {what}.", sentence(region.names.meant(text)), WHERE]
    return " ".join(filter(None, said))


def sentence(said: str) -> str:
    """With a capital and a full stop, but for a command at the end; nothing stays nothing."""
    return said and f"{said[0].upper()}{said[1:]}{'' if said.endswith(('?', '.', WHERE)) else '.'}"


def in_full(text: str, *labels: str) -> str:
    """A whole reference for a short number, where there is one such subject. Raises Refused where there are several."""
    text = one_line(text)
    if not is_short(text):
        return text
    with current().reading() as session:
        return whole(session, text, labels)


def a_day(text: str, option: str) -> date:
    """A day as people write it. Raises typer.BadParameter."""
    try:
        return day_of(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None
