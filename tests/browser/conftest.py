"""A real Chromium; which one is said by `bin/test` (HELPDESK_TEST_CHROMIUM)."""

import os
from typing import Any

import pytest

FLAGS = [
    "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-gpu",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium with the flags of a quiet machine."""
    path = os.environ.get("HELPDESK_TEST_CHROMIUM") or "/usr/bin/chromium"
    flags = [*FLAGS, "--no-sandbox"] if os.getuid() == 0 else FLAGS
    return {**browser_type_launch_args, "executable_path": path, "args": flags}
