"""`helpdesk doctor` and `helpdesk outbox`: what an operator types when something is wrong."""

import os
import socket
from pathlib import Path

from sqlalchemy import select

from helpdesk.clock import Clock
from helpdesk.delivery import outbox
from helpdesk.delivery.models import Job
from helpdesk.store.engine import make_engine
from helpdesk.store.session import Store, Tx
from tests.commands import helpdesk, upgraded


async def test_a_sound_desk_has_a_line_for_each_part(tmp_path: Path) -> None:
    upgraded(tmp_path)
    said = await helpdesk(tmp_path, "doctor")
    assert said.code == 0, said.out
    parts = {line.split()[1].rstrip(":") for line in said.out.splitlines()}
    assert parts == {"settings", "secret", "folders", "database", "bus", "mail", "accounts", "articles"}


async def test_each_fault_is_a_line_that_says_what_to_do(tmp_path: Path) -> None:
    empty = await helpdesk(tmp_path, "doctor")
    assert empty.code == 1
    assert "helpdesk db upgrade" in empty.out
    upgraded(tmp_path)
    (tmp_path / "secret_key").write_text("x" * 40)
    os.chmod(tmp_path / "secret_key", 0o644)
    broken = await helpdesk(
        tmp_path, "doctor", HELPDESK_SMTP_URL="smtp://127.0.0.1:1", HELPDESK_REDIS_URL="redis://127.0.0.1:1/0",
        HELPDESK_BASE_URL="http://support.example.com", HELPDESK_SECRET_KEY="",
    )  # fmt: skip
    assert broken.code == 1
    faults = {line.split()[1].rstrip(":") for line in broken.out.splitlines() if line.startswith("fault")}
    assert faults == {"settings", "secret", "bus", "mail"}
    assert "Traceback" not in broken.err


async def test_a_slip_in_the_name_of_a_setting_is_told(tmp_path: Path) -> None:
    upgraded(tmp_path)
    slips = {"HELPDESK_SMPT_URL": "smtp://127.0.0.1:1", "HELPDESK_BASEURL": "https://support.example.com"}
    said = await helpdesk(tmp_path, "doctor", HELPDESK_TEST_CHROMIUM="/usr/bin/chromium", **slips)
    assert "Nobody reads HELPDESK_SMPT_URL; did you mean HELPDESK_SMTP_URL?" in said.out
    assert "Nobody reads HELPDESK_BASEURL; did you mean HELPDESK_BASE_URL?" in said.out
    assert said.out.count("Nobody reads") == 2


async def test_where_mail_comes_in_is_tried(tmp_path: Path) -> None:
    upgraded(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        said = await helpdesk(tmp_path, "doctor", HELPDESK_INBOUND=place)
        assert f"Mail may come in at {place}." in said.out
    said = await helpdesk(tmp_path, "doctor", HELPDESK_INBOUND=place)
    assert f"Nobody takes mail at {place} (Connection refused): is a worker running?" in said.out
    assert said.code == 0, "a worker may start later"


async def test_a_bad_setting_is_a_sentence_and_exit_2(tmp_path: Path) -> None:
    said = await helpdesk(tmp_path, "doctor", HELPDESK_SMTP_URL="carrier-pigeon")
    assert said.code == 2
    assert "HELPDESK_SMTP_URL" in said.err
    assert "Traceback" not in said.err


async def test_a_dead_letter_is_listed_without_its_content_and_sent_again(tmp_path: Path) -> None:
    upgraded(tmp_path)
    store = Store(make_engine(f"sqlite:///{tmp_path / 'helpdesk.db'}"), Clock())

    def give_one_up(tx: Tx) -> int:
        job = outbox.enqueue(tx, "letter", {"to": "ada@example.com"})
        outbox.give_up(tx, job, "refused: 550")
        return job.id or 0

    number = await store.write(give_one_up)
    listed = await helpdesk(tmp_path, "outbox", "list", "--state", "dead")
    assert f"{number}\tletter\tdead" in listed.out
    assert "refused: 550" in listed.out
    assert "ada@" not in listed.out
    assert (await helpdesk(tmp_path, "outbox", "send-again", str(number))).code == 0
    assert (await helpdesk(tmp_path, "outbox", "send-again", str(number))).code == 2
    assert await store.read(lambda tx: tx.session.execute(select(Job.state)).scalar()) == "waiting"  # type: ignore[call-overload]
    assert (await helpdesk(tmp_path, "outbox", "list", "--state", "lost")).code == 2
    store.close()
