"""A site vouches for its visitor by a token; missing, stolen or old ones prove nothing."""

import time
import uuid
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import jwt

from tests.world import Panel, World

SECRET = "a-shared-secret-of-the-site-0123456789"


def token(world: World, **changes: Any) -> str:
    now = int(time.time())
    claims = {
        "sub": "42",
        "email": "ada@shop.example",
        "name": "Ada",
        "iat": now,
        "exp": now + 300,
        "aud": world.url,
    }
    return jwt.encode({**claims, **changes}, SECRET, algorithm="HS256")


async def level_of(world: World, panel: Panel) -> str:
    conversation = (await panel.wait("welcome"))["conversation"]
    await panel.say("hello")
    ben = await world.staff()
    page = await ben.get(f"/console/c/{conversation}")
    return "verified" if "ada@shop.example" in page.text else "anonymous"


async def test_a_token_serves_the_visitor_who_showed_it_first_and_nobody_else(
    make_world: Callable[..., AbstractAsyncContextManager[World]],
) -> None:
    async with make_world(identity_secret=SECRET) as world:
        good = token(world)
        mine = await world.visitor(identity=good)
        assert await level_of(world, mine) == "verified"
        stolen = await world.visitor(identity=good)
        assert await level_of(world, stolen) == "anonymous"


async def test_a_verified_history_is_shown_only_with_proof(
    make_world: Callable[..., AbstractAsyncContextManager[World]],
) -> None:
    async with make_world(identity_secret=SECRET) as world:
        first = await world.visitor(identity=token(world))
        welcome = await first.wait("welcome")
        await first.say("my private trouble")
        again = await world.visitor(token=welcome["token"])
        assert (await again.wait("welcome"))["conversation"] != welcome["conversation"]
        await again.wait("seen")
        assert again.messages() == []


async def test_old_foreign_and_unsigned_tokens_prove_nothing(
    make_world: Callable[..., AbstractAsyncContextManager[World]],
) -> None:
    async with make_world(identity_secret=SECRET) as world:
        now = int(time.time())
        bad = [
            token(world, exp=now - 5, iat=now - 300), token(world, aud="https://other.example"),
            jwt.encode({"sub": "42", "email": "ada@shop.example", "iat": now, "exp": now + 60, "aud": world.url}, "x" * 40),
            jwt.encode({"sub": "42", "email": "ada@shop.example", "iat": now, "exp": now + 60, "aud": world.url}, None, "none"),
        ]  # fmt: skip
        for one in bad:
            assert await level_of(world, await world.visitor(identity=one)) == "anonymous"


async def test_who_loses_the_proof_is_told_so_and_is_not_made_a_stranger_in_silence(
    make_world: Callable[..., AbstractAsyncContextManager[World]],
) -> None:
    async with make_world(identity_secret=SECRET) as world:
        now = int(time.time())
        panel = await world.visitor(identity=token(world, exp=now - 5, iat=now - 300))
        await panel.wait("seen")
        error = await panel.wait("error")
        assert error["code"] == "invalid"
        assert error["detail"].startswith("identity: ")


async def test_a_new_chat_of_a_proved_visitor_is_proved_as_well(
    make_world: Callable[..., AbstractAsyncContextManager[World]],
) -> None:
    async with make_world(identity_secret=SECRET) as world:
        good = token(world)
        panel = await world.visitor(identity=good)
        first = await panel.wait("welcome")
        await panel.wait("seen")
        await panel.send(type="new")
        new = await panel.wait("welcome")
        assert new["conversation"] != first["conversation"]
        back = await (await world.visitor(token=first["token"], identity=good)).wait("welcome")
        assert back["conversation"] == new["conversation"]


async def test_a_proved_visitor_without_sockets_stays_proved_and_sends_files(
    make_world: Callable[..., AbstractAsyncContextManager[World]],
) -> None:
    async with make_world(identity_secret=SECRET) as world, world.browser() as client:
        good = token(world)
        hello = {"type": "hello", "token": None, "after": 0, "identity": good, "locale": "en"}
        first = (await client.post("/visitor/poll", json={"after": 0, "frames": [hello]})).json()["frames"]
        mine = {"Authorization": f"Visitor {first[0]['token']}"}
        named = {**mine, "X-Conversation": first[0]["conversation"]}
        sent = await client.post("/visitor/files", files={"file": ("a.txt", b"words")}, headers=named)
        assert sent.status_code == 201
        say = {
            "type": "say",
            "client_id": str(uuid.uuid4()),
            "text": "see this",
            "files": [sent.json()["id"]],
        }
        body = {"after": 0, "frames": [say], "identity": good}
        got = (await client.post("/visitor/poll", json=body, headers=mine)).json()["frames"]
        while not (echo := [frame for frame in got if frame.get("client_id") == say["client_id"]]):
            body["frames"] = []  # a receipt that was late for this answer stands in the next one
            got = (await client.post("/visitor/poll", json=body, headers=mine)).json()["frames"]
        assert [file["name"] for file in echo[0]["files"]] == ["a.txt"]
        over = {"after": 0, "frames": [say], "identity": token(world, exp=int(time.time()) - 5)}
        got = (await client.post("/visitor/poll", json=over, headers=mine)).json()["frames"]
        assert got == [{"type": "closed", "code": 1000}]
        strange = {**mine, "X-Conversation": "somebody-elses"}
        sent = await client.post("/visitor/files", files={"file": ("a.txt", b"words")}, headers=strange)
        assert sent.status_code == 404
