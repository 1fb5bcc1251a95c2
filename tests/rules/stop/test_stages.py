"""The stop flow as it is written: its stages in the document's order, with the document's own words."""

from __future__ import annotations

import ast
import inspect
from typing import Any

import pytest

from flows import stop_provider as flow_file
from flows.stop_provider import stop_provider
from rules.stop.duties import DUTIES
from rules.stop.route import BANKRUPTCY, FILE_ITEMS, GUIDELINE, MESSAGES, STAGES, Care, DossierStatus, Route, StopSignal
from tasks.engine.step import Line
from tests.support.acts import STOP_VALUES


@pytest.mark.parametrize("key", ["name", "sentence", "requirement"])
def test_stages_are_told_apart(key: str) -> None:
    """S-35: no two have the same name, sentence or number."""
    said = [getattr(stage, key) for stage in STAGES.values()]
    assert len({*said}) == len(said)


def test_the_stages_are_in_the_order_of_the_document() -> None:
    """S-39, S-42, S-17, S-32, S-45, S-24, S-50, S-12, S-47, S-55, S-28, S-57, S-59: first who decides, then the family, then care."""
    order = ["dossier", "counts", "children", "proposals", "families", "finish"]
    order += [
        "consent",
        "handover",
        "file",
        "acceptance",
        "allocation",
        "start",
        "flex",
        "sign_off",
        "consultations",
        "duties",
    ]
    assert [*STAGES] == order


def flow_lines(function: Any) -> list[str]:
    """The names of the lines of a flow from top to bottom, those of the functions that it calls within."""
    names: list[str] = []
    for node in ast.parse(inspect.getsource(function)).body[0].body:  # type: ignore[attr-defined]
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
            continue
        if [ast.unparse(argument) for argument in node.value.args] != ["news"]:
            continue
        name = ast.unparse(node.value.func)
        line = getattr(flow_file, name)
        names += [name] if isinstance(line, Line) else flow_lines(line)
    return names


def test_the_flow_reads_in_the_order_of_the_document() -> None:
    """S-24, S-29, S-35: top to bottom the lines of flows/stop_provider.py are the stages, in their order; none is left out."""
    names = flow_lines(stop_provider.fn)
    lines = [getattr(flow_file, name) for name in names]
    assert [line.at for line in lines] == [*STAGES]
    assert names == [line.at for line in lines]


def test_both_routes_have_their_own_lines() -> None:
    """S-24, S-29: route 1 finishes the care, route 2 has consent, hands over, completes the file, is accepted, allocated and starts."""
    assert flow_lines(flow_file.route_1) == ["finish"]
    assert flow_lines(flow_file.route_2) == ["consent", "handover", "file", "acceptance", "allocation", "start"]


@pytest.mark.parametrize("name", STAGES)
def test_a_line_is_named_as_its_stage(name: str) -> None:
    """S-35: what is shown while it runs is the stage's name; each is made in tasks/stop."""
    line = getattr(flow_file, name)
    assert (line.at, line.task.name) == (name, STAGES[name].name)


# words of the document


def test_the_words_of_the_document() -> None:
    """S-24, S-28, S-29, S-48, AMB-44: two routes, two kinds of care, three items, four messages in the order in which they go."""
    assert [*Route] == [1, 2]
    assert [*Care] == ["restorative", "durable"]
    assert FILE_ITEMS == ("family_plan", "minutes_running_indication", "future_indication")
    assert MESSAGES == ("stop_307", "end_date_301", "request_315", "new_301")
    assert [*DossierStatus] == ["announced", "counting", "routing", "settling", "closed"]
    assert {*StopSignal} == {"family_informed_too_early", "term_at_risk", "term_exceeded", "file_overdue"}


def test_a_bankruptcy_is_no_kind_of_stopping() -> None:
    """S-01 … S-04, gate 10: three kinds open a dossier; for the fourth another guideline applies."""
    kinds = STOP_VALUES["register_stop"].model_fields["stop_type"].annotation
    assert kinds.__args__ == ("provider_decision", "not_renewed", "dissolved")
    assert BANKRUPTCY not in kinds.__args__
    assert GUIDELINE == "Continuïteit van jeugdhulp bij faillissement"


def test_the_checklist_of_the_guideline() -> None:
    """S-13 … S-23, S-54, AMB-50: every item of the guideline and the protocol once, with its sentence and who sees to it."""
    numbers = [duty.requirement for duty in DUTIES.values()]
    assert numbers == [f"S-{number}" for number in (*range(13, 24), 54)]
    assert all(duty.asks and duty.who and len(duty.sentence) > 20 for duty in DUTIES.values())
    assert len({duty.sentence for duty in DUTIES.values()}) == len(DUTIES)
