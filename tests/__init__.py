"""What a helper of the tests asserts is told as fully as what a test asserts."""

import pytest

pytest.register_assert_rewrite(
    "tests.stop_gates", "tests.flex_gates", "tests.faults.cases", "tests.watched", "tests.stop_news"
)
