"""The benchmarks compare like with like: the product and the plain loop leave the same rows behind."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from benchmarks import workload
from benchmarks.world import fresh, region
from flows.running import Runner
from models.case import Case


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
