"""`helpdesk account add`, `agent add`, `token add`, as an operator types them."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pyotp
import pytest

from tests.world import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with a fresh database."""
    assert run(tmp_path, "db", "upgrade").returncode == 0
    return tmp_path


def run(folder: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "HELPDESK_DATA_DIR": str(folder), "HELPDESK_FAQ_DIR": str(ROOT / "faq")}
    env["HELPDESK_MAIL_FROM"] = "support@example.com"
    command = [sys.executable, "-m", "helpdesk", *words]
    return subprocess.run(
        command, cwd=ROOT, env=env, input=typed, capture_output=True, text=True, timeout=60, check=False
    )


def test_an_account_is_added_once(folder: Path) -> None:
    added = run(folder, "account", "add", "ada@example.com", "--name", "Ada", typed="Correct-Horse!\n")
    assert (added.returncode, added.stdout) == (0, "")
    again = run(folder, "account", "add", "ADA@Example.com", typed="Correct-Horse!\n")
    assert again.returncode == 2
    assert "There is already an account with this address." in again.stderr


def test_a_name_is_one_line(folder: Path) -> None:
    run(folder, "agent", "add", "ben@example.com", "--name", " Ben\nof\tSupport ", typed="Patient-Helper!\n")
    with sqlite3.connect(folder / "helpdesk.db") as rows:
        assert rows.execute("SELECT name FROM staff").fetchall() == [("Ben of Support",)]


def test_an_agent_gets_a_second_factor_and_a_token(folder: Path) -> None:
    added = run(folder, "agent", "add", "ben@example.com", "--role", "lead", typed="Patient-Helper!\n")
    assert added.returncode == 0, added.stderr
    assert added.stdout.startswith("otpauth://totp/")
    app = pyotp.parse_uri(added.stdout.strip())
    assert isinstance(app, pyotp.TOTP)
    assert len(app.now()) == 6
    token = run(folder, "token", "add", "--agent", "ben@example.com")
    assert token.returncode == 0
    assert len(token.stdout.split()) == 1
    assert "not shown again" in token.stderr


def test_who_lost_everything_starts_again_and_who_left_is_out(folder: Path) -> None:
    first = run(folder, "agent", "add", "ben@example.com", typed="Patient-Helper!\n").stdout
    again = run(folder, "agent", "reset", "ben@example.com", typed="Another-Helper!\n")
    assert again.returncode == 0, again.stderr
    assert pyotp.parse_uri(again.stdout.strip()).secret != pyotp.parse_uri(first.strip()).secret
    assert run(folder, "agent", "disable", "ben@example.com").returncode == 0
    assert run(folder, "token", "add", "--agent", "ben@example.com").returncode == 2


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
        assert done.returncode == 2, words
        assert sentence in done.stderr
        assert "Traceback" not in done.stderr
        assert done.stdout == ""
    empty = run(tmp_path / "elsewhere", "account", "add", "eve@example.com", typed="Correct-Horse!\n")
    assert empty.returncode == 2
    assert "db upgrade" in empty.stderr
