"""The flows as Prefect shows them: named and tagged by case, a task for each step that had news, nothing of the youth;
and the flow file as a newcomer reads it: the document's order."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from itertools import count
from time import monotonic, sleep
from typing import Any
from uuid import UUID

import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    FlowRunFilter,
    FlowRunFilterTags,
    LogFilter,
    LogFilterFlowRunId,
    TaskRunFilter,
    TaskRunFilterFlowRunId,
)
from prefect.client.schemas.objects import FlowRun, TaskRun
from sqlmodel import select, update

from acts import perform
from flows import flex_route as flex_route_file
from flows.deadline_watch import deadline_watch
from flows.deliver_mail import deliver_mail
from flows.flex_route import flex_route
from flows.mover import Ended, Runner
from flows.table_prep import table_prep
from models.flex.case import Case
from models.store.database import Database
from models.store.decision import Decision
from models.store.reference import ReferenceCounter
from rules.flex.route import STEP_INFO, TRANSITIONS, Step, settled_at
from tasks.engine.step import Line
from tests.support.flex_acts import NO, REFERRAL
from tests.support.private import SECRETS, TYPED
from tests.support.stored import case_of

WAIT_SECONDS = 60  # for Prefect's own recorders, which write task runs a little later
reference_blocks = count(700_000, 1_000)  # references of their own for each test: they share one Prefect server


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in March 2026, in Amsterdam (winter time)."""
    return datetime(2026, 3, day, hour - 1, minute, tzinfo=UTC)


@pytest.fixture
def case_database(case_database: Database) -> Database:
    """A database of its own whose references no other test has."""
    with case_database.writing() as session:
        session.add(ReferenceCounter(kind="register_referral", year=2026, last=next(reference_blocks)))
    return case_database


@pytest.fixture
def followed(prefect_server: str, case_database: Database) -> Iterator[Runner]:
    with Runner(prefect_server) as runner:
        yield runner


@pytest.fixture
def plain(case_database: Database) -> Iterator[Runner]:
    with Runner(None) as runner:
        yield runner


@pytest.fixture
def client(prefect_server: str) -> Iterator[SyncPrefectClient]:
    with get_client(sync_client=True) as opened:
        yield opened


def eventually(look: Callable[[], Any], wanted: Any) -> Any:
    """What `look` sees once it is what is wanted, or what it sees last. Prefect records task runs in its own time."""
    until = monotonic() + WAIT_SECONDS
    while (seen := look()) != wanted and monotonic() < until:
        sleep(0.05)  # each look is a request to the server, which has something else to do
    return seen


def began(run: FlowRun | TaskRun) -> datetime:
    """When it began; before that, when it was made."""
    moment = run.start_time or run.created
    assert moment is not None
    return moment


def runs_of(client: SyncPrefectClient, reference: str) -> list[FlowRun]:
    """The runs that are tagged with a case, oldest first."""
    found = client.read_flow_runs(flow_run_filter=FlowRunFilter(tags=FlowRunFilterTags(all_=[reference])))
    return sorted(found, key=began)


def task_names(client: SyncPrefectClient, run: UUID) -> list[str]:
    """The names of the tasks of a run, in the order in which they began; without the number that Prefect puts behind."""
    found = client.read_task_runs(task_run_filter=TaskRunFilter(flow_run_id=TaskRunFilterFlowRunId(any_=[run])))
    found.sort(key=began)
    return [task.name.rpartition("-")[0] for task in found]


def artifacts_of(client: SyncPrefectClient, run: UUID) -> list[Any]:
    wanted = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run]))
    answer = client.request("POST", "/artifacts/filter", json={"artifacts": wanted.model_dump(mode="json")})
    return list(answer.json())


def register(runner: Runner, day: int = 2) -> str:
    return runner.decide("register_referral", None, "ref-lt", REFERRAL, at(day, 9))[0]


def decide(runner: Runner, case: str, act: str, by: str, moment: datetime, **given: Any) -> Ended:
    return runner.decide(act, case, by, given, moment)[1]


def to_table(runner: Runner, case: str) -> None:
    decide(runner, case, "record_assessment", "sys-noord", at(5, 15), ground="other", ground_text=TYPED, **NO)
    decide(runner, case, "decide_mediation", "tz-anna", at(6, 10), outcome="table", reason=TYPED)


def to_flex_search(runner: Runner, case: str) -> None:
    to_table(runner, case)
    answers = [{"provider": who, **NO} for who in ("sys-zuid", "sys-oost", "prest-west")]
    decide(runner, case, "record_table_answers", "tz-anna", at(10, 11), on="2026-03-10", answers=answers)
    decide(runner, case, "decide_approval", "cm-bc", at(11, 9), approved=True, ground="other", motivation=TYPED)


# what Prefect shows


def test_a_decision_is_a_run_of_that_case(followed: Runner, client: SyncPrefectClient) -> None:
    """Each decision is a run named after the case and the act, tagged with the reference, of the flow of the document."""
    case = register(followed)
    ended = decide(followed, case, "record_assessment", "sys-noord", at(5, 15), ground="demand_peak", **NO)
    assert (ended.tracked, ended.attention) == (True, False)
    runs = runs_of(client, case)
    assert [run.name for run in runs] == [f"{case} · verwijzing aangemeld", f"{case} · beoordeling gegeven"]
    assert [run.tags for run in runs] == [[case], [case]]
    assert {client.read_flow(run.flow_id).name for run in runs} == {"Flexroute GRJR"}
    assert [(run.state.type.value, run.state.name) for run in runs if run.state] == [("COMPLETED", "Completed")] * 2


def test_an_import_is_one_run_with_every_case(
    followed: Runner, client: SyncPrefectClient, case_database: Database
) -> None:
    """A set of cases is one run that carries the tag of each."""
    cases = [perform(case_database, "register_referral", None, "ref-lt", REFERRAL, at(2, 9)) for _ in range(3)]
    followed.move(cases, "import · 3 verwijzingen", at(2, 9))
    [run] = runs_of(client, cases[1])
    assert (run.name, sorted(run.tags), run.parameters["references"]) == ("import · 3 verwijzingen", cases, cases)


def test_the_whole_path_of_a_case_is_found_by_its_reference(
    followed: Runner, client: SyncPrefectClient, case_database: Database
) -> None:
    """Also the runs that did not know beforehand what they would move: a sweep, and the deadline watch."""
    case = register(followed)
    perform(case_database, "record_assessment", case, "sys-noord", {**NO, "ground": "demand_peak"}, at(5, 15))
    followed.move(None, "verplaatsen", at(5, 16))
    other = register(followed)  # and this one the provider has not answered in a week
    followed.run(deadline_watch, "termijnen", now=at(10, 7))
    assert [run.name for run in runs_of(client, case)] == [f"{case} · verwijzing aangemeld", "verplaatsen"]
    assert [run.name for run in runs_of(client, other)] == [f"{other} · verwijzing aangemeld", "termijnen"]


def test_a_task_for_each_step_that_had_news(followed: Runner, client: SyncPrefectClient) -> None:
    """A run shows the step that was settled, by its number and name in the document, and no step without news."""
    case = register(followed)
    to_flex_search(followed, case)
    decide(followed, case, "record_flex_answer", "flex-anker", at(12, 9), provider="flex-anker", accepts=False)
    steps = (Step.REFERRAL, Step.PROVIDER_CHECK, Step.MEDIATION, Step.TABLE, Step.APPROVAL, Step.FLEX_SEARCH)
    wanted = [[f"{STEP_INFO[step].number} · {STEP_INFO[step].name}"] for step in steps]
    runs = runs_of(client, case)
    assert eventually(lambda: [task_names(client, run.id) for run in runs], wanted) == wanted


def test_a_run_without_news_has_no_tasks(followed: Runner, client: SyncPrefectClient) -> None:
    """A sweep that finds nothing starts nothing; the run after it, with news, has its task."""
    case = register(followed)
    ended = followed.run(flex_route, "lege ronde", (case, "leeg"), references=[case], now=at(3, 9))
    assert ended == Ended(attention=False, message="0 in de flexroute verplaatst", tracked=True)
    to_table(followed, case)
    registered, empty, assessed, decided = runs_of(client, case)
    assert empty.name == "lege ronde"
    wanted = ["4 · Team Zorgbemiddeling"]
    assert eventually(lambda: task_names(client, decided.id), wanted) == wanted
    wanted = ["2 · Beoordeling aanbieder"]
    assert eventually(lambda: task_names(client, assessed.id), wanted) == wanted
    assert task_names(client, empty.id) == []
    assert task_names(client, registered.id) == ["1 · Verwijzing"]


def test_several_steps_in_one_run_come_in_the_order_of_the_document(
    followed: Runner, client: SyncPrefectClient, case_database: Database
) -> None:
    """A sweep over cases at different steps shows a task for each of these steps, in the document's order."""
    first, second = register(followed), register(followed)
    to_table(followed, first)
    third = perform(case_database, "register_referral", None, "ref-lt", REFERRAL, at(6, 11))
    perform(case_database, "record_assessment", second, "sys-noord", {**NO, "ground": "demand_peak"}, at(6, 11))
    perform(case_database, "move_to_table", first, "tz-anna", {"table": "T_FOR", "reason": TYPED}, at(6, 11))
    ended = followed.run(flex_route, "ronde", (first, "ronde"), now=at(6, 12))
    assert ended.message == "3 in de flexroute verplaatst"
    sweep = runs_of(client, first)[-1]
    wanted = ["1 · Verwijzing", "2 · Beoordeling aanbieder", "5–7 · Zorgbemiddelingstafel"]
    assert eventually(lambda: task_names(client, sweep.id), wanted) == wanted
    assert case_of(case_database, third).step == Step.PROVIDER_CHECK


def test_the_other_flows_show_what_they_do(followed: Runner, client: SyncPrefectClient) -> None:
    """Agendas, terms and mail are runs of their own flow, with a task only where there is something to do."""
    case = register(followed)
    followed.run(deadline_watch, "termijnen", (case, "t1"), now=at(3, 7))
    followed.run(deadline_watch, "te laat", (case, "t2"), now=at(10, 7))
    followed.run(deliver_mail, "post", (case, "t3"), now=at(10, 8))
    _, early, late, mail = runs_of(client, case)
    assert [client.read_flow(run.flow_id).name for run in (late, mail)] == ["Termijnbewaking", "Post bezorgen"]
    assert eventually(lambda: task_names(client, mail.id), ["Post bezorgen"]) == ["Post bezorgen"]
    wanted = ["Termijn van de aanbieder"]
    assert eventually(lambda: task_names(client, late.id), wanted) == wanted
    assert eventually(lambda: task_names(client, early.id), wanted) == wanted  # due within two weeks: looked at
    assert mail.state
    assert mail.state.message == "4 verstuurd"


def test_nothing_of_the_youth_is_in_prefect(
    followed: Runner, client: SyncPrefectClient, case_database: Database
) -> None:
    """Parameters, names, tags, states, logs and artifacts hold references and ids: no private value, no typed text (C.4)."""
    case = register(followed)
    to_flex_search(followed, case)
    followed.run(table_prep, "agenda's", (case,), now=at(6, 13))
    followed.run(deliver_mail, "post", (case,), now=at(11, 10))
    runs = runs_of(client, case)
    assert len(runs) == 7
    for run in runs:
        assert set(run.parameters) <= {"references", "now", "only_when_due", "this_week_too"}
        assert run.parameters.get("references", [case]) == [case]
        logs = client.read_logs(log_filter=LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run.id])))
        tasks = client.read_task_runs(task_run_filter=TaskRunFilter(flow_run_id=TaskRunFilterFlowRunId(any_=[run.id])))
        everything = [run.model_dump_json(), json.dumps(artifacts_of(client, run.id))]
        everything += [log.model_dump_json() for log in logs] + [task.model_dump_json() for task in tasks]
        assert not [secret for secret in SECRETS if any(secret in text for text in everything)]


def test_the_candidate_list_is_an_artifact(followed: Runner, client: SyncPrefectClient) -> None:
    """After the approval the run shows the flex providers in the order in which they are asked (F-36)."""
    case = register(followed)
    to_flex_search(followed, case)
    [shown] = artifacts_of(client, runs_of(client, case)[-1].id)
    assert (shown["key"], shown["type"]) == (f"kandidaten-{case.lower()}", "table")
    assert json.loads(shown["data"]) == [
        {"casus": case, "volgorde": 1, "flex-aanbieder": "Anker Flex", "gevraagd": "ja"},
        {"casus": case, "volgorde": 2, "flex-aanbieder": "Dubbelrol Flex", "gevraagd": ""},
    ]
    decide(followed, case, "record_flex_answer", "flex-anker", at(12, 9), provider="flex-anker", accepts=False)
    [shown] = artifacts_of(client, runs_of(client, case)[-1].id)
    assert [(row["flex-aanbieder"], row["gevraagd"]) for row in json.loads(shown["data"])] == [("Dubbelrol Flex", "ja")]


def test_the_agenda_is_an_artifact(followed: Runner, client: SyncPrefectClient) -> None:
    """The agenda run shows each agenda as it was issued, with references only (F-26, C.4); a second run issues nothing."""
    case = register(followed)
    to_table(followed, case)
    ended = followed.run(table_prep, "agenda's", (case, "eerste"), now=at(6, 13))
    assert ended.tracked
    first = runs_of(client, case)[-1]
    shown = {artifact["key"]: artifact["data"] for artifact in artifacts_of(client, first.id)}
    assert set(shown) == {
        "agenda-t-bc-2026-03-10",
        "agenda-t-c1-2026-03-12",
        "agenda-t-for-2026-03-09",
        "agenda-t-c2-2026-03-12",
    }
    assert case in shown["agenda-t-bc-2026-03-10"]
    assert not [secret for secret in SECRETS if secret in "".join(shown.values())]
    followed.run(table_prep, "agenda's", (case, "tweede"), now=at(6, 14))
    assert artifacts_of(client, runs_of(client, case)[-1].id) == []


# what goes wrong


def spoil(database: Database, reference: str) -> None:
    """Make the last decision of a case one that no rule can settle, as only a mistake in the program could."""
    with database.writing() as session:
        case = session.exec(select(Case).where(Case.reference == reference)).one()
        newest = select(Decision.id).where(Decision.subject == case.reference).order_by(Decision.id.desc()).limit(1)  # type: ignore[union-attr]
        session.exec(update(Decision).where(Decision.id == session.exec(newest).one()).values(data={}))  # type: ignore[arg-type]


def assessed(database: Database, runner: Runner) -> str:
    """A case with a recorded assessment that is still to be moved."""
    case = register(runner)
    perform(database, "record_assessment", case, "sys-noord", {**NO, "ground": "demand_peak"}, at(5, 15))
    return case


def test_a_broken_case_asks_for_attention(followed: Runner, client: SyncPrefectClient, case_database: Database) -> None:
    """One case that cannot be settled is set aside with the kind of error; the others move on; the run ends as
    AttentionNeeded and says which and why, without a word of what was typed. A later run moves it once it is mended."""
    good, bad, also_good = (assessed(case_database, followed) for _ in range(3))
    spoil(case_database, bad)
    ended = followed.move([good, bad, also_good], "ronde", at(5, 16))
    assert (ended.attention, ended.tracked) == (True, True)
    assert ended.message.startswith(f"{bad}: KeyError in ")
    assert [case_of(case_database, case).step for case in (good, bad, also_good)] == [
        Step.MEDIATION,
        Step.PROVIDER_CHECK,
        Step.MEDIATION,
    ]
    assert case_of(case_database, bad).trouble == ended.message.partition(": ")[2]
    state = runs_of(client, bad)[-1].state
    assert state
    assert (state.type.value, state.name, state.message) == ("FAILED", "AttentionNeeded", ended.message)
    with case_database.writing() as session:
        session.exec(update(Decision).where(Decision.data == {}).values(data=_no_data(case_database, good)))  # type: ignore[arg-type]
    ended = followed.move(None, "ronde", at(5, 17))
    assert not ended.attention
    assert "1 in de flexroute verplaatst" in ended.message
    mended = case_of(case_database, bad)
    assert (mended.step, mended.trouble) == (Step.MEDIATION, None)


def _no_data(database: Database, reference: str) -> dict[str, Any]:
    """The decision of another case that was settled."""
    with database.reading() as session:
        found = session.exec(select(Decision).where(Decision.subject == reference, Decision.act == "record_assessment"))
        return found.one().data


def test_a_broken_case_is_set_aside_without_prefect_too(plain: Runner, case_database: Database) -> None:
    """The same without Prefect: the others move, the broken one is named."""
    good, bad = assessed(case_database, plain), assessed(case_database, plain)
    spoil(case_database, bad)
    ended = plain.move([good, bad], "ronde", at(5, 16))
    assert (ended.attention, ended.tracked) == (True, False)
    assert case_of(case_database, good).step == Step.MEDIATION
    assert case_of(case_database, bad).trouble


def test_without_a_server_the_route_moves(case_database: Database) -> None:
    """Nobody answers at the address of Prefect: the case moves, untracked, and says so. People never wait for it."""
    with Runner("http://127.0.0.1:1/api") as away:
        case = register(away)
        ended = decide(away, case, "record_assessment", "sys-noord", at(5, 15), ground="demand_peak", **NO)
    assert (ended.tracked, ended.attention) == (False, False)
    assert case_of(case_database, case).step == Step.MEDIATION


def test_a_server_that_fails_on_the_way_stops_nothing(
    followed: Runner, case_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prefect answers, and is gone when the run begins: the flow runs once more without it, and nothing happens twice."""
    import httpx

    from flows.runtime.tracking import Tracker

    def gone(*_: Any) -> Any:
        raise httpx.ConnectError("gone")

    case = register(followed)
    monkeypatch.setattr(Tracker, "run", gone)
    ended = decide(followed, case, "record_assessment", "sys-noord", at(5, 15), ground="demand_peak", **NO)
    assert (ended.tracked, ended.attention) == (False, False)
    assert case_of(case_database, case).step == Step.MEDIATION


# the flow as it is written


def flow_lines(flow: Any) -> list[str]:
    """The names of what a flow's body calls with `news`, from top to bottom."""
    tree = ast.parse(inspect.getsource(flow.fn))
    [body] = [node.body for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)]
    calls = [node.value for node in body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
    return [ast.unparse(call.func) for call in calls if [ast.unparse(arg) for arg in call.args] == ["news"]]


def test_the_flow_reads_in_the_order_of_the_document() -> None:
    """Top to bottom the lines of flows/flex_route.py are the steps of rules/flex/route.py, in its order; only `meetings`,
    which is of the tables and not of a case, stands between them."""
    lines = [getattr(flex_route_file, name) for name in flow_lines(flex_route)]
    steps = [Step(line.at) for line in lines if isinstance(line, Line)]
    assert steps == sorted(steps, key=list(Step).index)
    assert len(set(steps)) == len(steps)
    assert [line.__name__ for line in lines if not isinstance(line, Line)] == ["meetings"]


def test_every_act_is_settled_by_a_line_of_the_flow() -> None:
    """No act of the route is recorded and then forgotten: the step that settles it has a line."""
    lines = [getattr(flex_route_file, name) for name in flow_lines(flex_route)]
    assert {line.at for line in lines if isinstance(line, Line)} == {settled_at(way.act) for way in TRANSITIONS}


def test_a_line_is_named_as_the_document_names_its_step() -> None:
    """What Prefect shows is the number and the name of the step; every step has a file of its name in tasks/flex."""
    for name in flow_lines(flex_route):
        line = getattr(flex_route_file, name)
        assert getattr(import_module(f"tasks.flex.{name}"), name) is line
        if isinstance(line, Line):
            stop = STEP_INFO[Step(line.at)]
            assert line.task.name == (f"{stop.number} · {stop.name}" if stop.number else stop.name)


@pytest.mark.parametrize(
    "flow", [flex_route, deadline_watch, table_prep, deliver_mail], ids=lambda flow: flow.fn.__name__
)
def test_flows_keep_nothing_and_take_the_time_as_an_argument(flow: Any) -> None:
    """Nothing of a case is kept in Prefect's own storage, and every flow can be run for any moment."""
    assert flow.persist_result is False
    assert inspect.iscoroutinefunction(flow.fn)
    assert inspect.signature(flow.fn).parameters["now"].default is None
