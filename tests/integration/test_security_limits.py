"""What bounds one address and one sender, and what an https desk says to browsers."""

from typing import Any, cast

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from helpdesk.realtime.socket import MAX_SOCKETS
from tests.world import World


async def test_under_https_cookies_are_bound_to_the_host_and_browsers_come_back_by_https(
    make_world: Any,
) -> None:
    async with make_world(base_url="https://help.example.com") as world:
        async with httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{world.port}", headers={"Host": "help.example.com"}
        ) as client:
            page = await client.get("/login")
        assert page.headers["strict-transport-security"].startswith("max-age=31536000")
        assert page.headers["set-cookie"].startswith("__Host-csrf=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(page.headers["set-cookie"].split("; "))


async def test_an_address_has_a_hundred_unnamed_sockets_and_gets_a_place_again(world: World) -> None:
    url, origin = world.url.replace("http", "ws") + "/ws/visitor", cast(Any, world.url)
    sockets = [await connect(url, origin=origin) for _ in range(MAX_SOCKETS)]
    with pytest.raises(InvalidStatus) as refused:
        await connect(url, origin=origin)
    assert refused.value.response.status_code == 429
    for socket in sockets:
        await socket.close()
    panel = await world.visitor()
    await panel.say("there is room again")


async def test_a_house_full_of_known_visitors_is_no_crowd_of_strangers(world: World) -> None:
    token = (await (await world.visitor()).wait("welcome"))["token"]
    for _ in range(MAX_SOCKETS - 1):
        await (await world.visitor(token)).wait("seen")
    await (await world.visitor()).wait("seen")
    one_too_many = await world.visitor(token)
    with pytest.raises(ConnectionClosed):
        await one_too_many.wait("never")
    assert one_too_many.socket.close_code == 4429


async def test_a_sender_has_fifty_megabytes_a_day(make_world: Any) -> None:
    async with make_world(limits="off") as world:
        token = (await (await world.visitor()).wait("welcome"))["token"]
        client = world.browser(headers={"Authorization": f"Visitor {token}"})
        statuses = []
        for _ in range(6):
            file = {"file": ("a.txt", b"x" * 9_500_000, "text/plain")}
            statuses.append((await client.post("/visitor/files", files=file)).status_code)
        assert statuses == [201] * 5 + [429]
        world.clock.wind(days=1, seconds=1)
        assert (
            await client.post("/visitor/files", files={"file": ("a.txt", b"x", "text/plain")})
        ).status_code == 201
