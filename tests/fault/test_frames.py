"""Frames that are broken, huge or in ten thousand pieces, a flood of sign-ins, and a trail that cannot be written."""

import asyncio
import json
import random
import struct
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from helpdesk.accounts.recovery_models import ResetInvitation
from helpdesk.delivery.models import Job
from helpdesk.store.session import Tx
from tests.fault.length import BOTH, SEED, times
from tests.fault.people import Person, everybody_has, living, rest_and_judge
from tests.fault.test_slow_and_rude import bare, masked
from tests.integration.test_reset_invitation import invite
from tests.profiles import settings_of
from tests.world import ADA, World, start_world, submit

CLOSES = {1000, 1003, 1007, 1008, 1009, 1013, 4401, 4429}
GOOD = [
    '{"type":"hello","token":null,"after":0,"identity":null,"locale":"en"}',
    '{"type":"say","client_id":"00000000-0000-4000-8000-000000000001","text":"hello 💚"}',
    '{"type":"choose","client_id":"00000000-0000-4000-8000-000000000002","choice":"x"}',
    '{"type":"handover","client_id":"00000000-0000-4000-8000-000000000003","to":"ticket","email":"a@b.example"}',
    '{"type":"feedback","seq":1,"helpful":true,"reason":null}',
]
PIECES = [
    '"', "{", "}", "[", "]", "\\", "\\u0000", "\\ud800", "NaN", "1e999", "9" * 400, "null", "true", "\u202e", "\x00", "💚",
    '"type"', '"__proto__":1,', "[" * 50, "-0", "1.5", '"text":["x"],',
]  # fmt: skip


VALUES: list[Any] = [
    None, True, 0, -1, 1.5, 2**53, 10**17, "", "x", "\u202e", "💚" * 40, "null", [], ["x"] * 9, {}, {"$ne": 1}, [[[[[]]]]],
    "00000000-0000-4000-8000-000000000009", "a@b.example", "' OR 1=1--", "{{7*7}}", "ﷺ" * 90, "=1", "../../x",
]  # fmt: skip
FIELDS = ["client_id", "text", "seq", "token", "after", "identity", "locale", "to", "email", "subject", "choice", "helpful", "reason",
          "before", "score", "files", "conversation", "view", "limit", "html", "after_note", "role", "__proto__", "type"]  # fmt: skip
KINDS = ["hello", "say", "choose", "feedback", "handover", "typing", "seen", "history", "identify", "contact", "rate",
         "transcript", "new", "follow", "unfollow", "presence", "constructor"]  # fmt: skip


def broken(dice: random.Random) -> str:
    """A good frame with some letters taken out, doubled, or replaced by what parsers trip over; or odd values in order."""
    if dice.random() < 0.5:
        odd = {dice.choice(FIELDS): dice.choice(VALUES) for _ in range(dice.randint(0, 5))}
        return json.dumps({"type": dice.choice(KINDS), **odd}, ensure_ascii=dice.random() < 0.5)
    frame = dice.choice(GOOD)
    for _ in range(dice.randint(1, 4)):
        place = dice.randrange(len(frame) + 1)
        frame = frame[:place] + dice.choice([*PIECES, ""]) + frame[place + dice.randint(0, 3) :]
    return frame


@pytest.mark.timeout(3000)
async def test_broken_frames_break_nothing_but_their_own_socket(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Counted by the answers: what a socket that had enough did not read any more does not count."""
    dice, wanted, answered, sockets = random.Random(SEED), times(600, 100_000), 0, 0
    async with start_world(tmp_path, limits="off") as world:
        honest = Person(lambda: world.url, random.Random(SEED), pause_s=0.1)
        staff = await world.staff()
        cookie = "; ".join(f"{c.name}={c.value}" for c in staff.cookies.jar)
        async with living([honest]):
            await everybody_has([honest], 1)
            while answered < wanted:
                path = "/ws/staff" if sockets % 5 == 4 else "/ws/visitor"
                answered += await send_until_closed(world.url, path, cookie, dice)
                sockets += 1
            await rest_and_judge([honest])
        assert (honest.closed_with, honest.errors()) == ([], [])
        assert (await staff.get("/console")).status_code == 200
    faults = [record.getMessage() for record in caplog.records if record.exc_info]
    assert faults == [], f"after {answered} answers on {sockets} sockets"


async def send_until_closed(url: str, path: str, cookie: str, dice: random.Random) -> int:
    """How many frames one socket answered, in whatever way, before it had enough."""
    code, answers = 1000, 0
    headers = {"Cookie": cookie} if path == "/ws/staff" else {}
    address = url.replace("http", "ws") + path
    try:
        async with connect(
            address, origin=cast(Any, url), additional_headers=headers, compression=None
        ) as socket:
            if dice.random() < 0.8:
                await socket.send(GOOD[0] if path == "/ws/visitor" else '{"type":"hello","view":"all"}')
            for _ in range(30):
                await socket.send(broken(dice))
            for _ in range(5):  # if none of them was bad enough
                await socket.send("[]")
            while True:
                frame = json.loads(await asyncio.wait_for(socket.recv(), 10))
                answers += frame["type"] == "error"
    except ConnectionClosed as ended:
        code = ended.rcvd.code if ended.rcvd else 1006
    assert code in CLOSES
    return answers


async def test_a_frame_has_64_kib_whole_or_in_ten_thousand_pieces(tmp_path: Path) -> None:
    async with start_world(tmp_path, limits="off") as world, bare(world.port, 2) as (pieces, whole):
        await pieces.upgrade()
        hello = GOOD[0].encode().ljust(10_000)
        await pieces.send(b"\x01\x81\0\0\0\0" + hello[:1])
        for byte in hello[1:-1]:
            await pieces.send(b"\x00\x81\0\0\0\0" + bytes([byte]))
        await pieces.send(b"\x80\x81\0\0\0\0" + hello[-1:])
        assert b"welcome" in await pieces.read()
        await whole.upgrade()
        await whole.send(
            b"\x81\xff" + struct.pack("!Q", 64 * 1024) + b"\0\0\0\0" + GOOD[0].encode().ljust(64 * 1024)
        )
        assert b"welcome" in await whole.read()
        await whole.send(
            b"\x81\xff" + struct.pack("!Q", 64 * 1024 + 1) + b"\0\0\0\0" + b" " * (64 * 1024 + 1)
        )
        assert struct.pack("!H", 1009) in await whole.read_all()
        assert masked(b"x")[0] == 0x81


async def test_compression_is_not_taken_up(tmp_path: Path) -> None:
    async with (
        start_world(tmp_path) as world,
        connect(
            world.url.replace("http", "ws") + "/ws/visitor",
            origin=cast(Any, world.url),
            compression="deflate",
        ) as socket,
    ):
        assert socket.response is not None
        assert "Sec-WebSocket-Extensions" not in socket.response.headers


async def test_a_flood_of_sign_ins_does_not_slow_the_chat(tmp_path: Path) -> None:
    async with start_world(tmp_path, quick=False) as world:
        chatting = await world.visitor()
        await chatting.wait("seen")
        # 30 at once: more are a flood of the clients' own work, who share one processor with the desk here.
        flood = [asyncio.create_task(wrong_sign_ins(world, times(1, 10))) for _ in range(30)]
        for number in range(8):
            await chatting.say(f"still quick {number}")
        statuses = set().union(*await asyncio.gather(*flood))
        assert statuses <= {401, 429, 503}
        assert 429 in statuses


async def wrong_sign_ins(world: World, count: int) -> set[int]:
    browser = world.browser()
    wrong = {"email": ADA, "password": "not the password"}
    return {(await submit(browser, "/login", **wrong)).status_code for _ in range(count)}


@BOTH
async def test_without_an_entry_in_the_trail_there_is_no_invitation(tmp_path: Path, kind: str) -> None:
    async with start_world(tmp_path, **settings_of(kind)) as world:
        before = await world.desk.store.read(traces)
        await asyncio.to_thread(trail_takes, world, FORBID[kind])
        with pytest.raises(DBAPIError):
            await invite(world)
        assert await world.desk.store.read(traces) == before, "no invitation, no mail"
        await asyncio.to_thread(trail_takes, world, ALLOW[kind])
        await invite(world)
        assert await world.desk.store.read(traces) > before


FORBID = {
    "embedded": "CREATE TRIGGER no_entry BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'no'); END",
    "clustered": "ALTER TABLE audit_entry ADD CONSTRAINT no_entry CHECK (seq < 0) NOT VALID",
}
ALLOW = {
    "embedded": "DROP TRIGGER no_entry",
    "clustered": "ALTER TABLE audit_entry DROP CONSTRAINT no_entry",
}


def trail_takes(world: World, line: str) -> None:
    """From now on the database takes no entry, or takes them again."""
    with world.desk.store.engine.execution_options(writing=True).begin() as connection:
        connection.execute(text(line))


def traces(tx: Tx) -> tuple[int, int]:
    """Invitations and jobs."""
    counts = [
        tx.session.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (ResetInvitation, Job)
    ]
    return counts[0], counts[1]
