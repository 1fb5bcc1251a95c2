"""The HTML of a letter as a mail program and a reader get it, and whether it is any good."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import css_inline

from notifications.templates import Rendered

VOID = {"br", "meta"}
INLINE = {"strong", "a"}
UNSEEN = {"head", "title", "style"}
LOADING = {"src", "srcset", "background", "poster", "data", "action"}
# What may stand directly inside what; an element that is not here may stand anywhere.
PARENTS = {"li": {"ul"}, "tr": {"table", "tbody"}, "td": {"tr"}, "th": {"tr"}}
PHRASE = {"p", "h2", "h3", "strong", "a"}
CONTRAST = 4.5
DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{(.*)\}\s*</style>", re.DOTALL)


class AsWritten:
    """Instead of the inliner: the page as the letter files say it."""

    def inline(self, html: str) -> str:
        return html


class Page(HTMLParser):
    """Reads a page from top to bottom; a tag that does not fit is an AssertionError."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str]]] = []
        self.said: list[str] = []
        self.title = ""
        self.links: list[str] = []
        self.colours: set[tuple[str, str]] = set()
        self.sizes: set[str] = set()
        self.tables: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    @property
    def words(self) -> str:
        """What a reader reads, as a text says it: a list with "- ", a link with its address after it."""
        return " ".join("".join(self.said).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        around = self.open[-1] if self.open else ("", {})
        assert LOADING.isdisjoint(given)
        assert around[0] in PARENTS.get(tag, {around[0]}), (tag, around[0])
        assert tag in {*INLINE, *VOID} or around[0] not in PHRASE, (tag, around[0])
        if tag not in INLINE:
            self.said.append("- " if tag == "li" else " ")
        if tag == "a":
            self.links.append(given["href"])
        if tag == "table":
            self.tables.append(given.get("role", ""))
        if tag == "th":
            self.tables[-1] = self.tables[-1] or "data"
        if tag not in VOID:
            self.open.append((tag, around[1] | _style(given)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop()[0] == tag
        self.said.append(f": {self.links[-1]}" if tag == "a" else "" if tag in INLINE else " ")

    def handle_data(self, data: str) -> None:
        if not data.strip():
            self.said.append(data)
        elif self.open[-1][0] == "title":
            self.title += data
        elif UNSEEN.isdisjoint(tag for tag, _ in self.open):
            style = self.open[-1][1]
            self.said.append(data)
            self.colours.add((style.get("color", ""), style.get("background-color", "")))
            self.sizes.add(style.get("font-size", ""))


def _style(given: dict[str, str]) -> dict[str, str]:
    rules = (rule.partition(":") for rule in given.get("style", "").split(";") if rule.strip())
    return {name.strip(): value.removesuffix("!important").strip() for name, _, value in rules}


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG counts it: 1 to 21."""
    dark, light = sorted(map(_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def in_the_dark(html: str) -> str:
    """The page as a mail program in dark mode shows it."""
    dark, found = DARK.subn(r"\1</style>", html)
    assert found == 1
    return css_inline.inline(dark)


def assert_good_html(said: Rendered) -> None:
    """The words of the text; readable by day and by night, on a phone and aloud; and nothing that is fetched."""
    page, dark = Page(said.html), Page(in_the_dark(said.html))
    assert page.words == " ".join(said.text.split())
    assert page.title == said.subject
    assert page.colours != dark.colours
    assert [pair for pair in page.colours | dark.colours if contrast(*pair) < CONTRAST] == []
    assert {int(size.removesuffix("px")) for size in page.sizes} <= {16, 18}
    assert set(page.tables) <= {"presentation", "data"}
    assert len(page.links) <= 1
    assert '<html lang="nl">' in said.html
    assert '<meta name="viewport" content="width=device-width' in said.html
    body = said.html.partition("<body")[2]
    assert [hole for hole in ("{", "None") if hole in body] == []
    assert [way for way in ("url(", "@import", "<link", "<script", "<img") if way in said.html] == []
    assert re.findall(r"https?://[^\"<\s]+", said.html) == page.links
