"""When to come back is said in whole seconds, and never too early."""

import pytest

from helpdesk.web.problems import retry_after


@pytest.mark.parametrize(
    ("wait_s", "said"),
    [(None, {}), (0.0, {"Retry-After": "1"}), (0.2, {"Retry-After": "1"}), (59.1, {"Retry-After": "60"})],
)
def test_the_wait_is_rounded_up(wait_s: float | None, said: dict[str, str]) -> None:
    assert retry_after(wait_s) == said
