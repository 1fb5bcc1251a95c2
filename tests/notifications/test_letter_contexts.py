"""What a letter knows: what its template reads and nothing else, checked where it is queued, without a text that somebody typed."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from jinja2 import meta
from pydantic import ValidationError

from flows.mover import Runner
from models.flex.case import Case
from models.store.database import Database
from models.store.letter import Letter
from notifications import templates
from notifications.contexts import LetterContext, context_of
from notifications.flex.contexts import Escalation
from notifications.templates import fill
from rules.shared.process import named, processes
from tests.support.flex_acts import MONDAY, refer
from tests.support.letter_contexts import CASES, GRJR, KNOWN, REJECTED, WHOLE, Context
from tests.support.stored import rows

GIVEN = {"reference", "reader", "link", "own", "region", "subject", "team"} | {  # every letter has these
    *("button", "gegevens", "naam", "zorgvormen")
}
IF_KNOWN = {"urgent", "dossier", "details"}  # what letters have in common reads these where they are there
TYPED = "Jip Kornoelje is vier jaar."
CONTEXTS: dict[str, type[LetterContext]] = {k: context for one in processes() for k, context in one.contexts.items()}
FROM_TEMPLATES = [(kind, one.name) for one in processes() for kind in one.letters if kind not in one.rendered]
QUEUED = {
    kind: [{key: value for key, value in one.items() if key not in ("reference", "reader")} for one in contexts]
    for kind, contexts in {**WHOLE, "direct_flex_rejected": [REJECTED]}.items()
    if kind in dict(FROM_TEMPLATES)
}


@cache
def read_by(template: str) -> set[str]:
    """The names that a template reads, with those of what it extends or includes."""
    env = templates._templates(tuple((process.name, process.templates) for process in processes()))
    assert env.loader
    tree = env.parse(env.loader.get_source(env, template)[0])
    others = (read_by(other) for other in meta.find_referenced_templates(tree) if other)
    return meta.find_undeclared_variables(tree).union(*others)


def read_in(kind: str, process: str) -> set[str]:
    """The names that the three parts of a letter read; by what a letter is recognised comes from its `details`."""
    parts = (read_by(f"{process}/{kind}/{part}") for part in ("subject.txt", "text.txt", "html.html"))
    names = set().union(*parts)
    return (names | ({"details"} if "gegevens" in names else set())) - GIVEN


@pytest.mark.parametrize(("kind", "process"), FROM_TEMPLATES)
def test_a_letter_reads_what_its_context_knows(kind: str, process: str) -> None:
    assert read_in(kind, process) - IF_KNOWN <= {*CONTEXTS[kind].model_fields}


def declared() -> list[tuple[type[LetterContext], str]]:
    """Every field of the contexts, with the class that adds it."""
    classes = {base for kind, _ in FROM_TEMPLATES for base in CONTEXTS[kind].__mro__ if issubclass(base, LetterContext)}
    return sorted(
        ((one, field) for one in classes for field in one.__annotations__ if field in one.model_fields),
        key=lambda pair: (pair[0].__name__, pair[1]),
    )


@pytest.mark.parametrize(("kind", "field"), declared(), ids=lambda one: getattr(one, "__name__", one))
def test_what_a_context_knows_is_read(kind: type[LetterContext], field: str) -> None:
    """By each of its letters; what many have in common by one of them at least."""
    reads = [field in read_in(*letter) for letter in FROM_TEMPLATES if issubclass(CONTEXTS[letter[0]], kind)]
    assert any(reads) if kind.__subclasses__() else all(reads)


@pytest.mark.parametrize("kind", QUEUED)
def test_it_is_kept_as_it_was_said(kind: str) -> None:
    """What may be left out and is not given stays out: templates ask whether it is there."""
    for known in QUEUED[kind]:
        assert context_of(kind, **known) == {
            key: list(value) if isinstance(value, tuple) else value for key, value in known.items()
        }


def missing(kind: str) -> list[Context]:
    """What it knows, each time without one value that it needs."""
    known, fields = QUEUED[kind][0], CONTEXTS[kind].model_fields
    return [{key: known[key] for key in known if key != one} for one in known if fields[one].is_required()]


@pytest.mark.parametrize("kind", QUEUED)
def test_a_value_that_is_missing_or_unknown_is_a_fault(kind: str) -> None:
    wrong = [*missing(kind), {**QUEUED[kind][0], "explanation": "demand_peak"}]
    assert len(wrong) > 1
    for known in wrong:
        with pytest.raises(ValidationError):
            context_of(kind, **known)


@pytest.mark.parametrize("kind", QUEUED)
def test_nothing_that_somebody_typed_gets_in(kind: str) -> None:
    """C.4, S-39: but for the motives of the one letter that has them word for word."""
    for known in QUEUED[kind]:
        for field, value in known.items():
            for wrong in typed_into(value):
                if field == "motives":
                    assert context_of(kind, **{**known, field: wrong})[field] == TYPED
                    continue
                with pytest.raises(ValidationError) as refused:
                    context_of(kind, **{**known, field: wrong})
                assert TYPED not in str(refused.value).replace(f"`{TYPED}`", "")  # the name of a field is told


def typed_into(value: Any) -> list[Any]:
    """A text in the place of a value, and in the place of each value in it."""
    match value:
        case dict():
            inside = [{**value, key: wrong} for key in value for wrong in typed_into(value[key])]
            return [TYPED, {**value, TYPED: next(iter(value.values()))}, *inside]
        case list() | tuple() if value:
            return [TYPED, [TYPED], *([wrong] for wrong in typed_into(value[0]))]
    return [TYPED, [TYPED]] if isinstance(value, list) else [TYPED]


@pytest.mark.parametrize(
    "known",
    [
        {},
        {"outcome": "solved_directly"},
        {"provider": "sys-noord"},
        {"refused": True, "provider": "sys-noord"},
        {"refused": True, "re_offered": True},
        {"outcome": "withdrawn", "provider": "sys-noord", "refused": True},
    ],
)
def test_a_referrer_hears_one_thing(known: Context) -> None:
    """AMB-34: how it ended and where, or that it goes round again."""
    of_case = {key: value for key, value in KNOWN.items() if key not in ("reference", "reader")}
    with pytest.raises(ValidationError, match=r"an outcome with its provider, refused, or re_offered"):
        context_of("status_to_referrer", **of_case, **known)


@pytest.mark.parametrize("kind", CASES)
def test_a_letter_of_before_still_has_its_words(kind: str) -> None:
    """One that waits since before the context had `norm_passed`."""
    of_before = {key: value for key, value in WHOLE[kind][0].items() if key != "norm_passed"}
    assert fill(GRJR, kind, of_before) == fill(GRJR, kind, WHOLE[kind][0])


def test_a_step_that_forgets_a_value_sets_its_case_aside(
    database: Database, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says what went wrong and not with which values; nothing is queued, and the case goes on when it is mended."""
    case = refer(database)
    with monkeypatch.context() as patch:
        patch.setitem(named("flex").contexts, "assessment_request", Escalation)
        ended = runner.move(None, "aanmelding", MONDAY)
    assert ended.attention
    [stands] = rows(database, Case)
    assert (stands.reference, stands.step, rows(database, Letter)) == (case, "referral", [])
    assert (stands.trouble or "").startswith("ValidationError in ")
    assert "sys-noord" not in f"{stands.trouble}{ended.message}"
    runner.move(None, "aanmelding", MONDAY)
    assert [letter.kind for letter in rows(database, Letter)] == ["assessment_request"]
