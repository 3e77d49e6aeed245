"""`helpdesk account add`, `agent add`, `token add`, as an operator types them."""

import sqlite3
from pathlib import Path

import pyotp
import pytest

from tests.commands import Said, helpdesk_now, upgraded


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with a fresh database."""
    return upgraded(tmp_path)


def run(folder: Path, *words: str, typed: str = "") -> Said:
    return helpdesk_now(folder, *words, typed=typed, HELPDESK_MAIL_FROM="support@example.com")


def test_an_account_is_added_once(folder: Path) -> None:
    added = run(folder, "account", "add", "ada@example.com", "--name", "Ada", typed="Correct-Horse!\n")
    assert (added.code, added.out) == (0, "")
    again = run(folder, "account", "add", "ADA@Example.com", typed="Correct-Horse!\n")
    assert again.code == 2
    assert "There is already an account with this address." in again.err


def test_a_name_is_one_line(folder: Path) -> None:
    run(folder, "agent", "add", "ben@example.com", "--name", " Ben\nof\tSupport ", typed="Patient-Helper!\n")
    with sqlite3.connect(folder / "helpdesk.db") as rows:
        assert rows.execute("SELECT name FROM staff").fetchall() == [("Ben of Support",)]


def test_an_agent_gets_a_second_factor_and_a_token(folder: Path) -> None:
    added = run(folder, "agent", "add", "ben@example.com", "--role", "lead", typed="Patient-Helper!\n")
    assert added.code == 0, added.err
    assert added.out.startswith("otpauth://totp/")
    app = pyotp.parse_uri(added.out.strip())
    assert isinstance(app, pyotp.TOTP)
    assert len(app.now()) == 6
    token = run(folder, "token", "add", "--agent", "ben@example.com")
    assert token.code == 0
    assert len(token.out.split()) == 1
    assert "not shown again" in token.err


def test_who_lost_everything_starts_again_and_who_left_is_out(folder: Path) -> None:
    first = run(folder, "agent", "add", "ben@example.com", typed="Patient-Helper!\n").out
    again = run(folder, "agent", "reset", "ben@example.com", typed="Another-Helper!\n")
    assert again.code == 0, again.err
    assert pyotp.parse_uri(again.out.strip()).secret != pyotp.parse_uri(first.strip()).secret
    assert run(folder, "agent", "disable", "ben@example.com").code == 0
    assert run(folder, "token", "add", "--agent", "ben@example.com").code == 2


def test_mistakes_are_one_sentence_and_exit_2(folder: Path, tmp_path: Path) -> None:
    for words, typed, sentence in (
        (("account", "add", "no address"), "Correct-Horse!\n", "name@example.com"),
        (("account", "add", "eve@example.com"), "short\n", "Still needed"),
        (("account", "add", "eve@example.com"), "", "Still needed"),
        (("account", "add", "support+x@example.com"), "Correct-Horse!\n", "own address"),
        (("agent", "add", "eve@example.com", "--role", "king"), "Correct-Horse!\n", "A role is one of"),
        (("token", "add", "--agent", "nobody@example.com"), "", "no member of staff"),
    ):
        done = run(folder, *words, typed=typed)
        assert done.code == 2, words
        assert sentence in done.err
        assert "Traceback" not in done.err
        assert done.out == ""
    empty = run(tmp_path / "elsewhere", "account", "add", "eve@example.com", typed="Correct-Horse!\n")
    assert empty.code == 2
    assert "db upgrade" in empty.err
