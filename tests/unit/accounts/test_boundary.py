"""Nothing that serves the staff can write a customer's password, or see a code or a link."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3] / "helpdesk"
FORBIDDEN = {
    "credentials",
    "recovery",
    "recovery_grant",
    "recovery_limits",
    "invitation_link",
    "password_change",
    "letters_out",
    "not_me",
}


def imported(path: Path) -> set[str]:
    """The modules of accounts that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "helpdesk.accounts":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("helpdesk.accounts."):
            found.add((node.module or "").removeprefix("helpdesk.accounts."))
    return found


@pytest.mark.parametrize("room", ["console", "api", "tickets", "webhooks"])
def test_the_rooms_of_the_staff_cannot_reach_the_credential_writer(room: str) -> None:
    for path in (ROOT / room).glob("*.py"):
        assert imported(path) & FORBIDDEN == set(), path
