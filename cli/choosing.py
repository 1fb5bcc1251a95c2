"""What somebody typed on the command line where a code, an id, a day or a reference is asked for: by the words of the screen too."""

from __future__ import annotations

from collections.abc import Iterable
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


def one_of(known: Vocabulary | Iterable[Any], text: str | None, option: str) -> Any:
    """The code of what was chosen; None where nothing was. Raises typer.BadParameter."""
    if text is None:
        return None
    names = known if isinstance(known, Vocabulary) else vocabulary(known)
    try:
        code = names.code(one_line(text))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None
    if code not in names.of:
        raise typer.BadParameter(f"'{text}' kan niet; {names.instead(text)}".rstrip("; "), param_hint=option)
    return code


def or_itself(known: Vocabulary, text: str) -> str:
    """The code of what was named where there is one; else the text, of which others say what is wrong with it."""
    found = known.codes(one_line(text))
    return found[0] if len(found) == 1 else text


def somebody(region: Region, text: str | None) -> str | None:
    """The id of an organisation, person or mailbox. Raises UserError for one that the region does not know, or knows twice."""
    if not text:
        return text
    try:
        who = region.names.code(one_line(text))
    except ValueError as error:
        raise UserError(sentence(str(error))) from None
    if who not in region.names.of:
        raise UserError(f"'{text}' is geen organisatie of persoon van deze regio. {otherwise(region.names, text)}")
    return who


def party(text: str, field: str = "by") -> tuple[str, Region]:
    """Who acts or reads, by id or name, with the region.

    Somebody with a wrong role hears later what role it takes; who is not there at all, how to find the id. Raises Refused.
    """
    text = one_line(text)
    with current().reading() as session:
        region = load_region(session)
    try:
        who = region.names.code(text)
    except ValueError as error:
        raise Refused("forbidden", str(error), field) from None
    if who not in region.organisation and who not in region.person:
        near = otherwise(region.names, text)
        raise Refused("forbidden", f"'{text}' is geen id of naam van een persoon of organisatie. {near}", field)
    return who, region


def sentence(said: str) -> str:
    """With a capital and a full stop; nothing stays nothing."""
    return said and f"{said[0].upper()}{said[1:]}{'' if said.endswith('?') else '.'}"


def otherwise(names: Vocabulary, text: str) -> str:
    """The nearest right ones, and where all of them stand."""
    near = names.nearest(text)
    asked = f"Bedoelt u {names.listed(near)}? " if near else ""
    return f"{asked}De namen en ids staan in: flexroute region export"


def a_table(region: Region, text: str) -> str:
    """The id of a table, by id or name. Raises UserError."""
    names = region.table_names
    try:
        found = names.code(one_line(text))
    except ValueError as error:
        raise UserError(sentence(str(error))) from None
    if found not in names.of:
        raise UserError(f"De tafel {text} bestaat niet. {sentence(names.instead(text))}".strip())
    return found


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
