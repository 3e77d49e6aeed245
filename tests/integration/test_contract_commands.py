"""Commands and settings as the contract promises them: a mistake is one sentence and exit 2, never a traceback."""

import asyncio
import contextlib
import json
import os
import socket
import sqlite3
import sys
from pathlib import Path

import httpx2
import pytest

from helpdesk.settings import Settings, SettingsError
from tests import forking
from tests.commands import WITHIN_S, Said, helpdesk, upgraded
from tests.fault.processes import Process, furnish, served
from tests.programs import program
from tests.world import ADA, ROOT, World, submit

BAD_SETTINGS = {
    "HELPDESK_WORKER": "maybe", "HELPDESK_LIMITS": "none", "HELPDESK_MATCHER": "magic",
    "HELPDESK_PASSWORD_POLICY": "x", "HELPDESK_AGENT_SECOND_FACTOR": "never", "HELPDESK_SECRET_KEY": "short",
    "HELPDESK_BASE_URL": "https://support.example.com:99999", "HELPDESK_SMTP_URL": "smtp://host:port",
    "HELPDESK_MAIL_FROM": "nobody", "HELPDESK_SITE_ORIGINS": "https://a.example,*", "HELPDESK_FAQ_DIR": "/nowhere",
    "HELPDESK_TRUSTED_PROXIES": "proxy", "HELPDESK_IDENTITY_SECRET": "short", "HELPDESK_REDIS_URL": "redis://h:x/0",
    "HELPDESK_DATABASE_URL": "postgresql://desk@h:x/desk", "HELPDESK_SMTP_URL_FILE": sys.executable,
}  # fmt: skip


def assert_a_mistake(said: Said, *words: str) -> None:
    """Exit 2, nothing on standard output, one line on standard error that holds these words."""
    assert (said.code, said.out) == (2, ""), said
    assert len(said.err.strip().splitlines()) == 1, said.err
    assert all(word in said.err for word in words), said.err


@pytest.mark.parametrize("name", BAD_SETTINGS)
def test_each_bad_setting_is_a_sentence_that_names_it(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, BAD_SETTINGS[name])
    with pytest.raises(SettingsError, match=name) as refused:
        Settings.from_env()
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SITE_ORIGINS", "https://*.example.com"), ("SITE_ORIGINS", "https://a.example;"),
        ("BASE_URL", "https://a.example:"), ("BASE_URL", "https://a b.example"),
        ("SMTP_URL", "smtp://mail.example?starttls=true"), ("SMTP_URL", "smtps://mail.example?ca=/not/there.pem"), ("MAIL_FROM", "@example.com"), ("MAIL_FROM", "support@"), ("MAIL_FROM", "süpport@a.example"), ("MAIL_FROM", "support@bücher.example"), ("MAIL_FROM", "a..b@c.example"),
        ("DATABASE_URL", "sqlite://"), ("DATABASE_URL", "sqlite:///:memory:"), ("REDIS_URL", "redis:///0"), ("REDIS_URL", "redis://127.0.0.1/x"),
        ("SITE_NAME", "Two\nlines"), ("SITE_NAME", "x" * 81), ("SECRET_KEY_FILE", "/dev/null"),
    ],
)  # fmt: skip
def test_a_setting_that_is_nearly_right_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"HELPDESK_{name}", value)
    with pytest.raises(SettingsError, match=f"HELPDESK_{name}"):
        Settings.from_env()


def test_an_origin_is_kept_as_browsers_spell_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELPDESK_BASE_URL", "HTTPS://Help.Example:443/")
    monkeypatch.setenv(
        "HELPDESK_SITE_ORIGINS", "http://a.example:80, https://bücher.example, https://[::0:1]:8443"
    )
    settings = Settings.from_env()
    assert (settings.base_url, settings.own_host) == ("https://help.example", "help.example")
    assert settings.site_origins == (
        "http://a.example", "https://xn--bcher-kva.example", "https://[::1]:8443",
    )  # fmt: skip


def test_the_default_database_named_is_the_default_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The contract's default is `sqlite:///helpdesk.db` in the data folder."""
    monkeypatch.setenv("HELPDESK_DATA_DIR", "/data")
    unset = Settings.from_env().store_url
    monkeypatch.setenv("HELPDESK_DATABASE_URL", "sqlite:///helpdesk.db")
    assert Settings.from_env().store_url == unset == "sqlite:////data/helpdesk.db"
    monkeypatch.setenv("HELPDESK_DATABASE_URL", "sqlite:////else/where.db")
    assert Settings.from_env().store_url == "sqlite:////else/where.db"


async def test_where_nobody_may_listen_the_start_says_why(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        busy, open_limits, plain = await asyncio.gather(
            helpdesk(tmp_path, "serve", "--port", port),
            helpdesk(tmp_path, "serve", "--host", "0.0.0.0", "--port", "0", HELPDESK_LIMITS="off"),
            helpdesk(tmp_path, "serve", "--port", "0", HELPDESK_BASE_URL="http://support.example.com"),
        )
    assert_a_mistake(busy, "Cannot listen on 127.0.0.1:" + port)
    assert_a_mistake(open_limits, "HELPDESK_LIMITS=off")
    assert_a_mistake(plain, "HELPDESK_BASE_URL", "http")


async def test_on_an_empty_database_nothing_starts_or_is_copied(tmp_path: Path) -> None:
    (tmp_path / "helpdesk.db").touch()
    old, head, copy = await asyncio.gather(
        helpdesk(tmp_path, "serve", "--port", "0"),
        helpdesk(tmp_path, "audit", "anchor"),
        helpdesk(tmp_path, "backup", str(tmp_path / "copy")),
    )
    assert_a_mistake(old, "helpdesk db upgrade")
    assert_a_mistake(head, "helpdesk db upgrade")
    assert_a_mistake(copy, "empty")


async def test_in_a_wrong_folder_a_command_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    wrong, copy = tmp_path / "wrong", str(tmp_path / "copy")
    commands = [
        ("serve", "--port", "0"), ("work",), ("audit", "verify"), ("audit", "anchor"), ("token", "add", "--agent", "b@example.com"),
        ("account", "add", "a@example.com"), ("agent", "add", "b@example.com"), ("agent", "disable", "b@example.com"),
        ("outbox", "list"), ("faq", "gaps"), ("backup", copy), ("migrate-data", f"sqlite:///{wrong}/a.db", "postgresql://h/d"),
    ]  # fmt: skip
    for said in await asyncio.gather(*(helpdesk(wrong, *words, typed="Passphrase!\n") for words in commands)):
        assert_a_mistake(said, "There is no database ", str(wrong))
    doctor = await helpdesk(wrong, "doctor")
    assert "db upgrade" in doctor.out
    assert os.listdir(tmp_path) == []


async def test_a_database_that_is_none_is_a_sentence_for_every_command(tmp_path: Path) -> None:
    (tmp_path / "helpdesk.db").write_bytes(b"no database at all " * 300)
    commands = [
        ("serve", "--port", "0"),
        ("db", "upgrade"),
        ("audit", "verify"),
        ("backup", str(tmp_path / "b")),
    ]
    for said in await asyncio.gather(*(helpdesk(tmp_path, *words) for words in commands)):
        assert_a_mistake(said, "not a database")


async def test_the_database_of_a_newer_program_is_a_sentence_for_every_command(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(upgraded(tmp_path) / "helpdesk.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0999'")
    commands = [("serve", "--port", "0"), ("demo", "--port", "0"), ("db", "upgrade"), ("audit", "verify")]
    *refused, doctor = await asyncio.gather(
        *(helpdesk(tmp_path, *words) for words in commands), helpdesk(tmp_path, "doctor")
    )
    for said in refused:
        assert_a_mistake(said, "0999", "a newer one")
    assert doctor.code == 1
    assert "fault database: The database is at step 0999" in doctor.out


async def test_a_folder_for_the_data_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    said = await helpdesk(tmp_path / "new", "db", "upgrade")
    assert said.code == 0
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


async def test_the_doctor_sees_that_a_folder_cannot_be_made() -> None:
    said = await helpdesk(Path("/dev/null/data"), "doctor")
    assert said.code == 1
    assert "fault folders: /dev/null/data cannot be written to." in said.out


async def test_every_command_explains_itself(tmp_path: Path) -> None:
    commands = [(), ("account", "add"), ("faq", "match")]
    for said in await asyncio.gather(*(helpdesk(tmp_path, *words, "--help") for words in commands)):
        assert (said.code, said.err) == (0, "")
        assert "Usage: helpdesk" in said.out


async def test_a_group_without_a_command_explains_itself_once(tmp_path: Path) -> None:
    said = await helpdesk(tmp_path, "account")
    assert (said.code, said.err) == (0, "")
    assert said.out.count("Usage: helpdesk account") == 1


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("--help >/dev/full", 2, "helpdesk: No space left on device.\n"),
        ("--version >&-", 0, ""),
        ("audit verify >/dev/full", 2, "helpdesk: No space left on device.\n"),
        ("faq match <&-", 0, ""),
        ("account add zoe@example.com <&-", 2, "helpdesk: Your new password must be at least 8 characters"),
        ("token add --agent caf$(printf '\\351')", 2, "helpdesk: What was typed is not text in UTF-8.\n"),
        ("agent disable caf$(printf '\\351')", 2, "helpdesk: What was typed is not text in UTF-8.\n"),
    ],
)
async def test_streams_that_are_full_or_closed_and_words_that_are_no_text(
    tmp_path: Path, line: str, code: int, said: str
) -> None:
    environment = {
        **os.environ,
        "HELPDESK_DATA_DIR": str(upgraded(tmp_path)),
        "HELPDESK_FAQ_DIR": str(ROOT / "faq"),
    }
    process = await asyncio.create_subprocess_shell(
        f"{sys.executable} -m helpdesk {line}", env=environment, cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    assert (process.returncode, out) == (code, b"")
    assert err.decode().startswith(said)
    assert len(err.splitlines()) <= 1


async def test_a_disk_that_takes_no_secret_keeps_no_half_of_one(tmp_path: Path) -> None:
    known = {name: value for name, value in os.environ.items() if not name.startswith("HELPDESK_")}
    process = await asyncio.create_subprocess_shell(
        f"echo 'Patient-Helper!' | (ulimit -f 0; {sys.executable} -m helpdesk account add {ADA})", cwd=ROOT,
        env={**known, "HELPDESK_DATA_DIR": str(upgraded(tmp_path))}, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, err = await process.communicate()
    assert (process.returncode, err) == (2, b"helpdesk: File too large.\n")
    assert [name for name in os.listdir(tmp_path) if name.startswith("secret_key")] == []


def test_in_any_folder_the_articles_are_those_of_the_program(tmp_path: Path) -> None:
    """As `serve` and `doctor` have it, which take `faq` in the folder where they start, else their own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HELPDESK_")}
    code, out, err = forking.run(["faq", "ask", "no code arrived"], environment, tmp_path, "", WITHIN_S)
    assert (code, err) == (0, "")
    assert "Answer: code-not-received" in out


async def test_the_matcher_answers_each_line_in_order_and_a_bad_one_too() -> None:
    lines = [
        '{"id":1,"query":"i forgt my pasword"}', "no JSON", '{"id":"b","query":"the weather in Oslo"}', '{"id":3}'
    ]  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "helpdesk", "faq", "match", "--faq", str(ROOT / "faq"),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate("\n".join(lines).encode())
    found = [json.loads(line) for line in out.decode().splitlines()]
    assert process.returncode == 0
    assert [row["id"] for row in found] == [1, None, "b", 3]
    assert [row["label"] for row in found] == ["forgot-password", None, None, None]
    assert all({"id", "label", "score", "candidates"} <= set(row) for row in found)
    best = found[0]["candidates"]
    assert best[0] == {"label": "forgot-password", "score": found[0]["score"]}
    assert [c["score"] for c in best] == sorted((c["score"] for c in best), reverse=True)


async def test_a_worker_beside_links_to_the_address_that_is_really_bound(tmp_path: Path) -> None:
    settings = await furnish(tmp_path, "embedded", HELPDESK_WORKER="outside")
    async with served(tmp_path, "embedded", HELPDESK_WORKER="outside") as web:
        async with httpx2.AsyncClient(base_url=web.url) as ada:
            assert (await submit(ada, "/forgot-password", email=ADA)).status_code == 303
        worker = Process(tmp_path, settings, command="work")
        await worker.start()
        assert worker.process is not None
        assert worker.process.stdout is not None
        try:
            async with asyncio.timeout(20):
                while b"/help/code-not-received" not in (line := await worker.process.stdout.readline()):
                    assert line, worker.log()
        finally:
            await worker.kill()
    assert f"{web.url}/help/code-not-received" in line.decode()


@pytest.mark.embedded
async def test_what_the_bot_would_answer_is_what_it_answers(world: World, tmp_path: Path) -> None:
    said = await helpdesk(tmp_path, "faq", "ask", "password")
    assert "Answer: none\nSays: Can you still log in?" in said.out
    panel = await world.visitor()
    await panel.say("password")
    assert (await panel.wait("message", author="bot"))["text"] == "Can you still log in?"
    async with await program(world) as ben:
        found = (await ben.post("/faq/match", json={"query": "password"})).json()
        assert found["label"] is None
        assert found["candidates"]
