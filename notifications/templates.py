"""Templates in words: the outbox holds codes, dates and ids; here they become plain Dutch (B1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from css_inline import CSSInliner
from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    pass_context,
    select_autoescape,
)
from jinja2.runtime import Context

from notifications.links import WORK, link, page_of
from notifications.together import Body, parts
from notifications.words import care_forms_in_words, clock_time, code_in_words, day_in_words
from rules.shared.process import OF_ALL, of_letter, processes
from rules.shared.region import Region
from rules.shared.roles import TEAM

LETTERS = Path(__file__).parent / "letters"
_BASES = (("base_text", "txt"), ("base_html", "html"))
SHARED = LETTERS / "shared"  # what letters of several processes are made of


@dataclass(frozen=True)
class Rendered:
    """A letter as people get it: the same words as text and as HTML. Attachments: file name, MIME type, content.

    `printed`: what a PDF among them says, for who cannot read a PDF.
    """

    subject: str
    text: str
    html: str
    attachments: tuple[tuple[str, str, bytes], ...] = ()
    printed: str = ""


@pass_context
def _in_letter(letter: Context, code: str) -> str:
    return code_in_words(code, letter.get("reference"))


@lru_cache(maxsize=4)
def _templates(folders: tuple[tuple[str, Path], ...]) -> Environment:
    own = PrefixLoader({name: FileSystemLoader(folder) for name, folder in folders})
    env = Environment(
        loader=ChoiceLoader([FileSystemLoader(SHARED), own]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=select_autoescape(["html"], default=False),  # a text has nothing to escape
    )
    env.globals["team"] = TEAM
    env.filters |= {name: says for process in processes() for name, says in process.filters.items()}
    env.filters |= {"dag": day_in_words, "tijd": clock_time, "woorden": _in_letter}
    return env


@lru_cache(maxsize=1)
def _inliner() -> CSSInliner:
    """Writes the styles into the elements, where every mail program reads them; phone and dark mode stay in the head."""
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def fill(region: Region, kind: str, context: Mapping[str, Any], path: str | None = None) -> Rendered:
    """A letter of this kind in words, with what is for its `reader`. `path`: where its link leads, if not to the page of what it is about.

    Raises jinja2 errors or KeyError when letter and context do not fit.
    """
    known = _known(region, kind, context, path or page_of(str(context.get("reference", ""))))
    folder = f"{of_letter(kind).name}/{kind}"
    subject = " ".join(_template(f"{folder}/subject.txt").render(known).split())
    return _written(subject, f"{folder}/text.txt", f"{folder}/html.html", known)


def fill_together(region: Region, kind: str, contexts: Sequence[Mapping[str, Any]]) -> Rendered:
    """Several letters of this kind to one reader as one mail: what they all say is said once, under the references it is about.

    Raises as `fill` does.
    """
    process, every = of_letter(kind), [_known(region, kind, context, WORK) for context in contexts]
    folder = f"{process.name}/{kind}"
    text, html = _template(f"{folder}/text.txt"), _template(f"{folder}/html.html")
    bodies = [
        Body(*("".join(one.blocks["body"](one.new_context(known))).strip() for one in (text, html))) for known in every
    ]
    said = [
        {
            "body": part.body,
            "about": [{**every[n], "own_words": own} for n, own in zip(part.whose, part.own, strict=True)],
        }
        for part in parts(bodies)
    ]
    name = code_in_words(kind, every[0]["reference"])
    base = {part: _template(f"{process.name}/letter.{end}", f"letter.{end}") for part, end in _BASES}
    known = {**every[0], **base, "parts": said, "urgent": False}
    urgent = ", ook spoed" if any(one.get("urgent") for one in every) else ""
    return _written(f"{name[:1].upper()}{name[1:]}: {len(every)} keer{urgent}", "together.txt", "together.html", known)


def _known(region: Region, kind: str, context: Mapping[str, Any], path: str | None) -> dict[str, Any]:
    """What a template may read: what the letter knows, and how to say it."""
    process = of_letter(kind)
    said = {
        "naam": region.name_of,
        "zorgvormen": partial(care_forms_in_words, region=region),
        "gegevens": process.recognised_by(context, region),
        "region": region.name,
        "own": context.get("reader") == process.answers(region),  # who signs it writes to itself
    }
    return {**context, **said, "link": link(path)}


def _written(subject: str, text: str, html: str, known: Mapping[str, Any]) -> Rendered:
    words = _template(text).render(known).strip() + "\n"
    return Rendered(subject, words, _inliner().inline(_template(html).render({**known, "subject": subject})))


def _template(*names: str) -> Template:
    """The first of these that there is."""
    folders = tuple((one.name, one.templates) for one in processes())
    folders += tuple({one.name: one.templates for one in OF_ALL.values()}.items())
    return _templates(folders).select_template(names)
