"""The 98 bad inputs of the security requirements, each answered as it must be, by one running desk."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from tests.integration import bad_inputs_files, bad_inputs_pages, bad_inputs_sockets
from tests.integration.bad_inputs import Stage
from tests.integration.bad_inputs_elsewhere import ELSEWHERE
from tests.integration.test_containment import claimed_conversation
from tests.programs import program
from tests.world import World

HERE = Path(__file__).resolve().parent
ROWS = [*bad_inputs_pages.ROWS, *bad_inputs_sockets.ROWS, *bad_inputs_files.ROWS]
VICTIMS = re.compile(r"evil|victim|@x\.com|@y\.com|ada@", re.IGNORECASE)


async def places(world: World) -> dict[str, str]:
    """A claimed conversation, a program's token, a visitor with a file."""
    api = await program(world)
    token = api.headers["Authorization"]
    await api.aclose()
    another = (await (await world.visitor()).wait("welcome"))["token"]
    panel = await world.visitor()
    visitor = (await panel.wait("welcome"))["token"]
    async with world.browser() as client:
        kept = await client.post(
            "/visitor/files",
            files={"file": ("a.txt", b"hello", "text/plain")},
            headers={"Authorization": f"Visitor {visitor}"},
        )
    await panel.send(
        type="say", client_id="00000000-0000-4000-8000-0000000000ff", text="", files=[kept.json()["id"]]
    )
    link = (await panel.wait("message", author="visitor"))["files"][0]["url"]
    return {
        "chat": await claimed_conversation(world), "token": token, "visitor": visitor, "link": link,
        "file": link.partition("?")[0], "another": another,
    }  # fmt: skip


async def test_every_bad_input_gets_its_answer(make_world: Any, caplog: pytest.LogCaptureFixture) -> None:
    async with make_world(trusted_proxies=("127.0.0.1",)) as world:
        stage = Stage(world, await places(world))
        faults = [fault for row in ROWS if (fault := await stage.judge(row))]
        assert not faults, "\n".join(faults)
        assert [mail["To"] for mail in await world.mails() if VICTIMS.search(str(mail["To"]))] == []
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


def test_each_of_the_98_has_a_row_or_a_test_that_exists() -> None:
    wanted = [f"B{number:02}" for number in range(1, 99)]
    assert [one for one in wanted if one not in {row.id for row in ROWS} | set(ELSEWHERE)] == []
    assert {row.id for row in ROWS} | set(ELSEWHERE) == set(wanted)
    named = sorted({one for tests in ELSEWHERE.values() for one in tests})
    assert [one for one in named if one.partition("::")[2] not in names_in(one.partition("::")[0])] == []


def names_in(file: str) -> set[str]:
    """The tests that stand in a file."""
    tree = ast.parse((HERE / file).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
