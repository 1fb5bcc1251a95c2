"""What may be chosen, by what people call it: one way to read a word or a name, wherever a code or an id is asked for."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache

MOST_TOLD = 5  # values that are shown to choose from, where there may be hundreds
LEAST_KNOWN = 3  # letters from which a part of a name says something


@lru_cache(maxsize=1024)  # every line of a list asks for the same titles and words
def plain(text: str) -> str:
    """Without case, accents, spaces, hyphens and underscores."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[\s_-]+", "", "".join(letter for letter in letters if not unicodedata.combining(letter)))


@dataclass(frozen=True)
class Vocabulary:
    """Codes, each with what people call it; the first name is the one that they see. Case, accents, spaces and hyphens are free."""

    of: Mapping[str, tuple[str, ...]]
    ids: bool = False  # of the region's own making, which people know and type

    def codes(self, text: str) -> tuple[str, ...]:
        """Every code that a text may stand for: a code as it is goes first, then one in another case, then names."""
        if text in self.of:
            return (text,)
        return self._by_code.get(plain(text)) or self._by_name.get(plain(text), ())

    def code(self, text: str) -> str:
        """The code that a text stands for; a text that stands for nothing stays as it is. Raises ValueError where it may be several."""
        found = self.codes(text)
        if len(found) > 1:
            raise ValueError(f"'{text}' kan meer dan één ding zijn: {self.listed(found)}; kies er één")
        return found[0] if found else text

    def nearest(self, text: str) -> list[str]:
        """The codes whose code or name is most like a text that stands for nothing, the nearest first."""
        asked, known = plain(text), {**self._by_name, **self._by_code}
        keys = get_close_matches(asked, known, n=3, cutoff=0.6)
        keys += [key for key in known if len(asked) >= LEAST_KNOWN and asked in key]
        return list(dict.fromkeys(code for key in keys for code in known[key]))[:3]

    def meant(self, text: str) -> str:
        """The question whether one of the nearest is meant; nothing where none is like it."""
        near = self.nearest(text)
        return f"bedoelt u {self.listed(near)}?" if near else ""

    def instead(self, text: str) -> str:
        """What to choose in place of a text that stands for nothing: the nearest right ones, and all where they are few."""
        asked = self.meant(text)
        few = f"kies uit: {self.listed(self.of, ', ')}" if 0 < len(self.of) <= 3 * MOST_TOLD else ""
        return f"{asked} K{few[1:]}" if asked and few else asked or few

    def refusal(self, why: str, text: str) -> str:
        """Why a text cannot be, and what to choose in place of it."""
        return "; ".join(filter(None, [why, self.instead(text)]))

    def only(self, codes: Iterable[str]) -> Vocabulary:
        """The same names for these codes alone."""
        return Vocabulary({code: self.of.get(code, (code,)) for code in codes}, self.ids)

    def name_of(self, code: str) -> str:
        """What people see of a code."""
        return next(iter(self.of[code]), code)

    def listed(self, codes: Iterable[str], last: str = " of ") -> str:
        """Codes with their names, as a choice in a sentence."""
        said = [self._said(code) for code in codes]
        return last.join(filter(None, [", ".join(said[:-1]), *said[-1:]]))

    def _said(self, code: str) -> str:
        name = self.name_of(code)
        shared = len(self._by_name.get(plain(name), ())) > 1
        return f"{name} ({code})" if name != code and (self.ids or shared) else name

    @cached_property
    def _by_code(self) -> Mapping[str, tuple[str, ...]]:
        return _keyed((code, code) for code in self.of)

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[str, ...]]:
        return _keyed((name, code) for code, names in self.of.items() for name in names)


def _keyed(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for name, code in pairs:
        if key := plain(name):
            found[key][code] = None
    return {key: tuple(codes) for key, codes in found.items()}
