"""The form of an act, made of its value model, and the values of a form that was sent: every act of every process, no special case.

An input has the name of its field as a refusal has it: `answers.0.subcontractors.1.explanation`. Names that begin with `_` are the
form's own: `_fixed` names what was told and not asked, `_had` what a correction found filled in, `_more` a list that must be longer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal, NamedTuple, get_origin

from pydantic import AfterValidator, StringConstraints
from pydantic.fields import FieldInfo

from acts.engine.act import Act, Beginning
from acts.engine.from_words import choices
from acts.engine.in_words import OF_YOUTH, label, parts_of, rows_of, values_in_words
from rules.shared.refusal import Refused
from rules.shared.region import Region
from rules.shared.values import NO, ONE_LINE, PRIVATE, YES, Correction, Values, Written, as_day
from rules.shared.vocabulary import Vocabulary

Kind = Literal["line", "text", "day", "number", "radios", "select", "checkboxes", "list", "group", "told"]
AT_ONCE = 5  # choices that are shown under each other; more go into a list that opens
TO_TICK = 15  # choices of which several may be ticked; of more, each is chosen from a list that opens
SHORT = 200  # signs that fit on one line
BLANK = 3  # lines to fill in, where it may be any number
LONG = 1000  # signs: of a shorter text people are told how many fit
MOST_DIGITS = 4  # of the number of a row
BIRTH_DATE, BSN = "birth_date", "bsn"  # of OF_YOUTH: a day, and digits


class Option(NamedTuple):
    """Something to choose: its code, and what people call it."""

    value: str
    label: str


TRUTHS = (Option(YES[0], "Ja"), Option(NO[0], "Nee"))


@dataclass(frozen=True)
class FormField:
    """One field as it is drawn. `list` and `group` have children and no input; `told` is a hidden input whose value is shown in words.

    `name`: the path of the field, and of its input; `id`: unique on a page with the forms of several acts. `value`: as it is typed; of
    `checkboxes` all that are ticked.
    """

    name: str
    id: str
    label: str
    kind: Kind
    required: bool = False
    optional: bool = False  # it says so
    hint: str = ""
    options: tuple[Option, ...] = ()
    value: str | tuple[str, ...] = ""
    errors: tuple[str, ...] = ()
    children: tuple[FormField, ...] = ()
    digits: bool = False  # a phone shows digits to type
    said: str = ""  # of `told`: its value in words
    longer: bool = False  # a list that may have more rows than are drawn

    def chosen(self, option: Option) -> bool:
        """Whether this is what is chosen, or one of it."""
        return option.value in (self.value if isinstance(self.value, tuple) else (self.value,))


@dataclass(frozen=True)
class Form:
    """The form of an act. `errors`: refusals about no field; `fixed` and `had`: see `from_form`."""

    act: Act[Any]
    fields: tuple[FormField, ...]
    errors: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    had: tuple[str, ...] = ()

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Every error: the id of its field (empty: of none), and what is wrong, with what people call the field."""
        return [("", error) for error in self.errors] + [*_told_of(self.fields, "")]


def _told_of(fields: Iterable[FormField], within: str) -> Iterator[tuple[str, str]]:
    """The errors of these fields; one of a row names whose row it is."""
    for one in fields:
        name = f"{within}, {_small(one.label)}" if within else one.label
        yield from ((one.id, f"{name}: {_small(error)}") for error in one.errors)
        yield from _told_of(one.children, name if one.kind == "group" else within)


def every_field(fields: Iterable[FormField]) -> Iterator[FormField]:
    """These fields with all that are in them, in the order in which they are drawn."""
    for one in fields:
        yield one
        yield from every_field(one.children)


def form_of(
    act: Act[Any],
    region: Region,
    *,
    about: str | None = None,
    begins: Beginning | None = None,
    given: Mapping[str, Any] | None = None,
    refused: Refused | None = None,
    more: str | None = None,
) -> Form:
    """The form of an act.

    `about`: the reference of its subject; codes are told in the words of its process. `begins`: what is known before, of
    `offered(…)`. `given` and `refused`: what was sent before (by `from_form`), and why not. `more`: the list that must be longer.
    """
    known = begins or Beginning()
    wrong = [(refused.field or "", refused.message), *refused.others] if refused else []
    drawing = _Drawing(act, region, about, known, wrong, more)
    fields = drawing.fields(act.values, "", given, known.values)
    told = tuple(one.name for one in every_field(fields) if one.kind == "told")
    had = tuple(_had(fields)) if issubclass(act.values, Correction) else ()
    return Form(act, fields, tuple(_sentence(why) for _, why in drawing.wrong), told, had)


def _had(fields: Iterable[FormField]) -> Iterator[str]:
    """What is filled in, and can be cleared."""
    for one in fields:
        lines = [line.value for line in one.children] if one.kind == "list" else [one.value]
        if one.kind not in ("group", "told") and any(lines):
            yield one.name


def from_form(act: Act[Any], items: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The values that were sent with the form of an act, as the act takes them; what is wrong with them the act says.

    What was left empty is not given. A row in which nothing was filled in but what was told is none; rows and lines get numbers
    without gaps. A correction empties what it had and was cleared. A name that is no field stays, so that the act refuses it.
    """
    own: dict[str, list[str]] = {"_fixed": [], "_had": []}
    sent: list[tuple[str, str]] = []
    for name, text in items:
        if name in own:
            own[name].append(text)
        elif not name.startswith("_") and (value := text.replace("\r\n", "\n").strip()):
            sent.append((name, value))
    fixed = set(own["_fixed"])
    filled = {row for name, _ in sent if name not in fixed for row in _rows_around(name)}
    sent = [(name, value) for name, value in sent if name not in fixed or filled.issuperset(_rows_around(name))]
    given: dict[str, Any] = {}
    strays = {name: value for name, value in sent if not _put(act.values, given, name.split("."), value)}
    found = _closed_up(given)
    if issubclass(act.values, Correction):
        fields = _sorts(act.values)
        cleared = [name for name in own["_had"] if name in fields and name not in found]
        found |= {name: [] if fields[name].many else "" for name in cleared}
    return found | strays


def more_of(items: Iterable[tuple[str, str]]) -> str | None:
    """The list for which somebody asked more rows, instead of sending the form."""
    return next((text for name, text in items if name == "_more"), None)


def bare(path: str) -> str:
    """The path of a field without the numbers of rows."""
    return ".".join(part for part in path.split(".") if not _is_number(part))


def _is_number(part: str) -> bool:
    return part.isascii() and part.isdigit() and len(part) <= MOST_DIGITS


def _rows_around(path: str) -> Iterator[str]:
    """Every row that a field is in: of `answers.0.subcontractors.1.provider` `answers.0`, and `answers.0.subcontractors.1`."""
    parts = path.split(".")
    return (".".join(parts[: n + 1]) for n, part in enumerate(parts[:-1]) if _is_number(part))


class _Rows(dict[int, Any]):
    """Rows or lines by the number that they have in the form; -1: all that was ticked."""


def _put(kind: type[Values], into: dict[str, Any], path: Sequence[str], text: str) -> bool:
    """Put one input where it belongs; whether it belongs anywhere."""
    first, *rest = path
    sort = _sorts(kind).get(first)
    if sort is None:
        return False
    match rest:
        case [] if first != PRIVATE and not sort.rows:
            if sort.many:
                into.setdefault(first, _Rows()).setdefault(-1, []).append(text)
            else:
                into[first] = as_day(text) if date in sort.parts else text
        case [of_youth] if first == PRIVATE and of_youth in OF_YOUTH:
            into.setdefault(PRIVATE, {})[of_youth] = as_day(text) if of_youth == BIRTH_DATE else text
        case [number] if sort.many and not sort.rows and _is_number(number):
            into.setdefault(first, _Rows())[int(number)] = text
        case [number, *within] if within and sort.rows and _is_number(number):
            return _put(sort.rows, into.setdefault(first, _Rows()).setdefault(int(number), {}), within, text)
        case _:
            return False
    return True


def _closed_up(given: Mapping[str, Any]) -> dict[str, Any]:
    """Numbered rows and lines as lists."""

    def listed(rows: _Rows) -> list[Any]:
        ticked: list[Any] = rows.pop(-1, [])
        return ticked + [_closed_up(row) if isinstance(row, dict) else row for _, row in sorted(rows.items()) if row]

    return {field: listed(value) if isinstance(value, _Rows) else value for field, value in given.items()}


class _Sort(NamedTuple):
    """What sort of field it is, as its value model says it."""

    info: FieldInfo
    name: str  # what people call it
    parts: list[Any]
    rows: type[Values] | None  # what each of its rows has
    many: bool
    hint: str
    free: bool  # whatever fits on a line may be written, also where there is something to choose
    written: Written | None
    limit: int | None


@cache
def _sorts(kind: type[Values]) -> dict[str, _Sort]:
    """The fields of a value model."""
    return {field: _sort(field, info) for field, info in kind.model_fields.items()}


def _sort(field: str, info: FieldInfo) -> _Sort:
    parts = [*parts_of(info.annotation), *info.metadata]
    limits = [part.max_length for part in parts if isinstance(part, StringConstraints) and part.max_length]
    written = (part.func for part in parts if isinstance(part, AfterValidator) and isinstance(part.func, Written))
    return _Sort(
        info,
        label(field, info),
        parts,
        rows_of(parts),
        any(get_origin(part) is tuple for part in parts),
        _sentence(info.description or ""),
        ONE_LINE in parts or 0 < min(limits, default=0) <= SHORT,
        next(written, None),
        min(limits, default=None),
    )


def _sentence(said: str) -> str:
    return said and f"{_capital(said)}{'' if said.endswith(('?', '.', '!')) else '.'}"


def _small(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _optional(info: FieldInfo) -> bool:
    """Whether it may stay empty; what begins with a value is not empty."""
    return not info.is_required() and info.get_default(call_default_factory=True) in (None, (), {})


def _typed(value: Any) -> str:
    """A value as somebody types it."""
    if isinstance(value, bool):
        return YES[0] if value else NO[0]
    return "" if value is None else str(value)


def _day_or_line(typed: str) -> Kind:
    """What is no day stays readable: a browser shows nothing of it in an input for days."""
    try:
        return "line" if typed and date.fromisoformat(typed).isoformat() != typed else "day"
    except ValueError:
        return "line"


def _between(parts: Sequence[Any]) -> str:
    """The least and the most of a number."""
    ends = [end for part in parts for end in (getattr(part, "metadata", None) or [part])]
    least, most = (next((getattr(end, way) for end in ends if hasattr(end, way)), None) for way in ("ge", "le"))
    return f"Een getal van {least} tot en met {most}." if least is not None and most is not None else ""


class _Drawing:
    """Draws the fields of one act; each error goes to its field, what is left in `wrong` is of none."""

    def __init__(
        self,
        act: Act[Any],
        region: Region,
        about: str | None,
        begins: Beginning,
        wrong: list[tuple[str, str]],
        more: str | None,
    ) -> None:
        self.act, self.region, self.about, self.begins, self.wrong, self.more = act, region, about, begins, wrong, more
        self.known: dict[str, Vocabulary | None] = {}  # what there is to choose, by field

    def fields(
        self, kind: type[Values], prefix: str, given: Mapping[str, Any] | None, known: Mapping[str, Any]
    ) -> tuple[FormField, ...]:
        """The fields of a value model, or of one row of a list. `given`: what was sent, `known`: what is known before."""
        return tuple(
            self._field(kind, field, sort, prefix + field, given, known)
            for field, sort in _sorts(kind).items()
            if not self._not_asked(field, sort, prefix + field, given, known)
        )

    def _not_asked(
        self, field: str, sort: _Sort, path: str, given: Mapping[str, Any] | None, known: Mapping[str, Any]
    ) -> bool:
        """It is of no use in this case; or it is of each party, and there is none."""
        of_parties = sort.rows and any(f"{bare(path)}.{one}" in self.begins.fixed for one in _sorts(sort.rows))
        nobody = of_parties and known.get(field) == [] and not (given and given.get(field))
        return bool(bare(path) in self.begins.without or nobody)

    def _field(
        self,
        kind: type[Values],
        field: str,
        sort: _Sort,
        path: str,
        given: Mapping[str, Any] | None,
        known: Mapping[str, Any],
    ) -> FormField:
        if sort.rows:
            return self._rows(sort.rows, sort, path, given and given.get(field), given is not None, known.get(field))
        if bare(path) in self.begins.fixed and known.get(field) not in (None, "", []):
            return self._told(kind, field, sort, path, known[field])
        default = None if sort.info.is_required() else sort.info.get_default(call_default_factory=True)
        value = (known if given is None else given).get(field, default)
        if field == PRIVATE:
            return self._youth(sort, path, value)
        return self._list(sort, path, value) if sort.many else self._one(sort, path, value)

    def _made(self, path: str, name: str, kind: Kind, **more: Any) -> FormField:
        return FormField(path, self._id(path), _capital(name), kind, errors=self._errors_of(path), **more)

    def _id(self, path: str) -> str:
        return f"{self.act.name}-{path.replace('.', '-')}"

    def _errors_of(self, path: str) -> tuple[str, ...]:
        """What is wrong with a field, and with what is in it and is not drawn; told once."""
        mine = [one for one in self.wrong if one[0] == path or one[0].startswith(f"{path}.")]
        self.wrong = [one for one in self.wrong if one not in mine]
        return tuple(_sentence(why) for _, why in mine)

    def _told(self, kind: type[Values], field: str, sort: _Sort, path: str, value: Any) -> FormField:
        [said] = values_in_words(kind, {field: value}, self.region, self.about).values()
        return self._made(path, sort.name, "told", value=_typed(value), said=str(said))

    def _one(self, sort: _Sort, path: str, value: Any, name: str = "") -> FormField:
        """A field of one value; one of a list of them has a name of its own."""
        parts, typed = sort.parts, _typed(value)
        more: dict[str, Any] = {"value": typed}
        if not name:
            more |= {"required": sort.info.is_required(), "optional": _optional(sort.info)}
        hint, name = "" if name else sort.hint, name or sort.name
        if bool in parts:
            return self._made(path, name, "radios", options=TRUTHS, hint=hint, **more)
        if date in parts:
            return self._made(path, name, _day_or_line(typed), hint=hint, **more)
        if int in parts:
            return self._made(path, name, "number", digits=True, hint=hint or _between(parts), **more)
        if (known := self._choices(path, sort)) and not (sort.many and sort.free):
            options = self._options(known, [typed])
            few = len(options) <= AT_ONCE and not sort.many
            return self._made(path, name, "radios" if few else "select", options=options, hint=hint, **more)
        if sort.written:
            digits = sort.written.pattern.startswith("[0-9]")
            return self._made(path, name, "line", digits=digits, hint=hint or _sentence(sort.written.how), **more)
        kind: Kind = "line" if sort.free else "text"
        short = f"Ten hoogste {sort.limit} tekens." if sort.limit and sort.limit < LONG else ""
        return self._made(path, name, kind, hint=hint or short, **more)

    def _list(self, sort: _Sort, path: str, value: Any) -> FormField:
        """Several values: to tick, or each on a line of its own; both where others may be added to what there is to choose."""
        values = [_typed(one) for one in (value if isinstance(value, (list, tuple)) else filter(None, [value]))]
        known = self._choices(path, sort)
        made = {"required": sort.info.is_required(), "optional": _optional(sort.info), "hint": sort.hint}
        if known and not sort.free and len(known.of) <= TO_TICK:
            options, made["hint"] = self._options(known, values), sort.hint or "Kies alles wat klopt."
            return self._made(path, sort.name, "checkboxes", options=options, value=tuple(values), **made)
        ticked = tuple(one for one in values if sort.free and known and one in known.of)
        ticks: list[FormField] = []
        if sort.free and known:
            options, ident = self._options(known, ()), f"{self._id(path)}-"
            ticks = [FormField(path, ident, _capital(sort.name), "checkboxes", options=options, value=ticked)]
        values = [one for one in values if one not in ticked]
        count = max(len(values) + 1, 1 if ticks else BLANK) + (BLANK if self.more == path else 0)
        values += [""] * (count - len(values))
        name = "iets anders" if ticks else sort.name
        lines = [self._one(sort, f"{path}.{len(ticked) + n}", one, f"{name} {n + 1}") for n, one in enumerate(values)]
        return self._made(path, sort.name, "list", children=(*ticks, *lines), longer=True, **made)

    def _rows(self, kind: type[Values], sort: _Sort, path: str, given: Any, was_sent: bool, parties: Any) -> FormField:
        """Rows with fields of their own: one for each party that is known before, else as many as somebody needs.

        A row that was sent keeps its number, which the refusal has.
        """
        left = dict(enumerate(given if isinstance(given, (list, tuple)) else ()))
        numbers = iter(range(len(left), 10**MOST_DIGITS))
        key = [field for field in _sorts(kind) if f"{bare(path)}.{field}" in self.begins.fixed]
        blank: Mapping[str, Any] | None = {} if was_sent else None
        rows: list[tuple[int, Mapping[str, Any] | None, Mapping[str, Any]]] = []
        for party in parties or ():
            of_it = [n for n, row in left.items() if key and all(row.get(field) == party.get(field) for field in key)]
            number = of_it[0] if of_it else next(numbers)
            rows.append((number, left.pop(number, blank), party))
        rows += [(number, row, {}) for number, row in left.items()]
        if not parties:
            wanted = max(1, len(rows) + (1 if self.more == path else 0))
            rows += [(next(numbers), blank, {}) for _ in range(wanted - len(rows))]
        children = tuple(self._row(kind, f"{path}.{number}", sort.name, row, party) for number, row, party in rows)
        required, optional = sort.info.is_required(), _optional(sort.info)
        made = {"required": required, "optional": optional, "hint": sort.hint, "longer": not parties}
        return self._made(path, sort.name, "list", children=children, **made)

    def _row(
        self, kind: type[Values], path: str, name: str, given: Mapping[str, Any] | None, known: Mapping[str, Any]
    ) -> FormField:
        fields = self.fields(kind, f"{path}.", given, known)
        party = " · ".join(one.said for one in fields if one.kind == "told")
        number = int(path.rpartition(".")[2]) + 1
        return self._made(path, party or f"{name} {number}", "group", children=fields)

    def _youth(self, sort: _Sort, path: str, value: Any) -> FormField:
        """Who it is about: it is never filled in before."""
        known = value if isinstance(value, Mapping) else {}
        children = tuple(
            self._made(
                f"{path}.{field}",
                asked.upper() if field == BSN else asked,
                _day_or_line(_typed(known.get(field))) if field == BIRTH_DATE else "line",
                value=_typed(known.get(field)),
                digits=field == BSN,
            )
            for field, asked in OF_YOUTH.items()
        )
        optional = _optional(sort.info)
        return self._made(path, sort.name, "group", optional=optional, hint=sort.hint, children=children)

    def _choices(self, path: str, sort: _Sort) -> Vocabulary | None:
        field = bare(path)
        if field not in self.known:
            known, fit = choices(sort.info, self.region, self.about), self.begins.among.get(field)
            if fit is not None:
                known = known.only(fit) if known else Vocabulary({code: (code,) for code in fit})
            self.known[field] = known
        return self.known[field]

    def _options(self, known: Vocabulary, chosen: Iterable[str]) -> tuple[Option, ...]:
        """What there is to choose; what was chosen before stays, also where it cannot be: the act says so."""
        codes = dict.fromkeys([*known.of, *filter(None, chosen)])
        names = {code: _capital(known.name_of(code)) if code in known.of else code for code in codes}
        often = Counter(names.values())
        return tuple(Option(code, name if often[name] == 1 else f"{name} ({code})") for code, name in names.items())
