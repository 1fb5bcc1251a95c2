"""Bodies of several letters as one: what they all say is said once, and what differs stands with each of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import unescape
from typing import NamedTuple

DIFFERS = "Dit verschilt: zie bij het kenmerk."
MOST = 5  # lines that may differ: letters that differ in more are letters of their own
_PARAGRAPH, _HEADING = re.compile("<p>.*</p>"), re.compile("<h[23]>(.*)</h[23]>")


class Body(NamedTuple):
    """The words of a letter between greeting and signature, as text and as HTML."""

    text: str
    html: str


class Part(NamedTuple):
    """What several letters say: `whose` (their places in the list), and of each of them what it says alone."""

    body: Body
    whose: tuple[int, ...]
    own: tuple[tuple[Body, ...], ...]


def parts(bodies: Sequence[Body]) -> list[Part]:
    """The letters by what they say, in their order: those that differ in a few paragraphs together, all others by their very words."""
    found: list[Part] = []
    for whose in _alike(bodies, [(one.text.count("\n"), one.html.count("\n")) for one in bodies]):
        if whole := _in_common([bodies[place] for place in whose]):
            found.append(Part(whole[0], whose, whole[1]))
        else:
            of_these = [bodies[place] for place in whose]
            same = [tuple(whose[n] for n in places) for places in _alike(of_these, of_these)]
            found += [Part(bodies[places[0]], places, ((),) * len(places)) for places in same]
    return sorted(found, key=lambda part: part.whose)


def _alike(bodies: Sequence[Body], by: Sequence[object]) -> list[tuple[int, ...]]:
    places: dict[object, list[int]] = {}
    for place in range(len(bodies)):
        places.setdefault(by[place], []).append(place)
    return [tuple(one) for one in places.values()]


def _in_common(bodies: Sequence[Body]) -> tuple[Body, tuple[tuple[Body, ...], ...]] | None:
    """What they all say, and what each says alone, with its heading; None where that is more than a few paragraphs."""
    headings = {unescape(found[1]) for line in bodies[0].html.splitlines() if (found := _HEADING.fullmatch(line))}
    text = _apart([body.text.splitlines() for body in bodies], lambda line: line if line in headings else None)
    html = _apart([body.html.splitlines() for body in bodies], lambda line: (m := _HEADING.fullmatch(line)) and m[1])
    if len(text.own) != len(html.own) or len(text.own) > MOST:
        return None
    if not all(_PARAGRAPH.fullmatch(line) for _, row in html.own for line in row):
        return None
    own = tuple(
        tuple(
            Body(" ".join(filter(None, (above, row[n]))), " ".join(filter(None, (above_html, of_html[n][3:-4]))))
            for (above, row), (above_html, of_html) in zip(text.own, html.own, strict=True)
        )
        for n in range(len(bodies))
    )
    return Body(_said(text.lines, DIFFERS), _said(html.lines, f"<p>{DIFFERS}</p>")), own


class _Lines(NamedTuple):
    lines: list[str | None]  # None: they differ
    own: list[tuple[str, tuple[str, ...]]]  # the heading that stands right above, and the line of each


def _apart(bodies: Sequence[Sequence[str]], heading_of: Callable[[str], str | None]) -> _Lines:
    """Line by line what is the same in all of them, and what is not."""
    found, above = _Lines([], []), ""
    for row in zip(*bodies, strict=True):
        if len(set(row)) == 1:
            found.lines.append(row[0])
            above = heading_of(row[0]) or ""
            continue
        found.own.append((above, row))
        above = ""
        if next((line for line in reversed(found.lines) if line != ""), "") is not None:
            found.lines.append(None)
    return found


def _said(lines: Sequence[str | None], differs: str) -> str:
    return "\n".join(differs if line is None else line for line in lines)
