"""The benchmarks compare like with like: the product and the plain loop leave the same rows behind."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from benchmarks import dossier, many_cases, portal, workload
from benchmarks.world import fresh, region
from flows.mover import Runner
from models.flex.case import Case

pytestmark = pytest.mark.usefixtures("home")  # for the log


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_product_and_plain_loop_leave_the_same_rows(kind: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue("postgresql_url") if kind == "postgresql" else None
    with fresh(url) as plain, fresh(url) as moved, Runner(None) as runs:
        workload.referrals(plain, 3)
        workload.baseline(plain)
        workload.product(moved, workload.referrals(moved, 3), runs)
        workload.same_rows(moved, plain)
        with plain.writing() as session:
            session.execute(update(Case).values(round=2))
        with pytest.raises(AssertionError):
            workload.same_rows(moved, plain)


def test_fifty_flex_providers_are_ranked() -> None:
    assert sum(one.is_flex_provider() for one in region().organisations) == 50


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_dossier_is_measured_beside_the_same_rows(kind: str, request: pytest.FixtureRequest) -> None:
    """The bare SQL writes as many children, decisions and letters as the product; every measure has a figure."""
    url = request.getfixturevalue("postgresql_url") if kind == "postgresql" else None
    with Runner(None) as runs:
        seconds = dossier._once(url, 4, runs)
    assert set(seconds) == {"import", "overview", "watch"}
    assert all(ours > 0 and bare > 0 for ours, bare in seconds.values())


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_very_many_cases_are_made_of_a_few(kind: str, request: pytest.FixtureRequest) -> None:
    """A tenth is open, at every step; the portal's bare SQL finds there what it asks for."""
    url = request.getfixturevalue("postgresql_url") if kind == "postgresql" else None
    with fresh(url) as database, Runner(None) as runs:
        made = many_cases.fill(database, runs, 300)
        assert list(made) == [*reversed(many_cases.STEPS)]
        assert len(made["closed"]) == 270
        assert min(map(len, made.values())) > 1
        for statements in portal.BARE.values():
            assert portal._bare(database, statements, made["mediation"][-1])
