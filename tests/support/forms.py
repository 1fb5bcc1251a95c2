"""What a browser sends of a form that is drawn."""

from __future__ import annotations

from collections.abc import Iterator

from portal.forms import Form, FormField


def sent(form: Form) -> list[tuple[str, str]]:
    """The inputs of a form with what is filled in, in their order: what was not ticked or chosen is not sent."""
    own = [("_fixed", name) for name in form.fixed] + [("_had", name) for name in form.had]
    return own + [item for one in form.fields for item in _sent(one)]


def _sent(one: FormField) -> Iterator[tuple[str, str]]:
    for child in one.children:
        yield from _sent(child)
    if isinstance(one.value, tuple):
        yield from ((one.name, value) for value in one.value)
    elif one.kind not in ("list", "group") and (one.value or one.kind != "radios"):
        yield one.name, one.value.replace("\n", "\r\n")
