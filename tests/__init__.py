"""What a helper of the tests asserts is told as fully as what a test asserts."""

import pytest

pytest.register_assert_rewrite(
    "tests.machines.stop",
    "tests.machines.flex",
    "tests.faults.cases",
    "tests.machines.watched",
    "tests.support.unmoved_dossiers",
)
