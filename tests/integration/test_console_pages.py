"""The pages that a customer came from: told when they ask for a person, shown to the staff, gone with the rest."""

import json
import uuid
from typing import Any

import httpx2
from sqlalchemy import func, select

from helpdesk.chat.pages import PagesSeen
from helpdesk.store.session import Tx
from tests.integration.test_console import waiting_visitor
from tests.world import CLEO, PASSWORDS, Panel, World, submit


async def tell(world: World, panel: Panel, *pages: tuple[str, int], **more: Any) -> httpx2.Response:
    """As the panel tells them."""
    welcome = next(frame for frame in panel.seen if frame["type"] == "welcome")
    headers = {
        "Authorization": f"Visitor {welcome['token']}", "X-Conversation": welcome["conversation"], "Origin": world.url,
    }  # fmt: skip
    body = {"pages": [{"url": url, "ago_s": ago_s} for url, ago_s in pages], **more}
    return await world.browser().post("/visitor/pages", content=json.dumps(body), headers=headers)


async def test_the_staff_sees_where_somebody_was_who_asks_for_help(world: World) -> None:
    panel, ident = await waiting_visitor(world)
    ben = await world.staff()
    socket = await world.staff_socket(ben)
    await socket.send(type="follow", conversation=ident, after=None)
    await socket.wait("state", conversation=ident)
    here, evil = world.url, "https://evil.example.com/login"
    told = await tell(
        world, panel, (f"{here}/shop?card=1", 120), (evil, 60), (f"{here}/t/AbCdef", 5), (f"{here}/pay", 0)
    )
    assert told.status_code == 204, told.text
    await socket.wait("state", conversation=ident)  # an open console looks again
    shown = (
        (await ben.get(f"/console/c/{ident}"))
        .text.partition('id="pages-title"')[2]
        .partition("</section>")[0]
    )
    assert shown.index("/pay") < shown.index("/t/…") < shown.index("/shop")
    assert "card" not in shown
    assert "evil" not in shown
    assert "AbCdef" not in shown
    assert f'<a href="{here}/pay" target="_blank" rel="noopener noreferrer nofollow ugc">' in shown
    assert f'href="{here}/t/' not in shown


async def test_nothing_is_told_while_nobody_was_asked_for_and_nothing_by_others(world: World) -> None:
    panel = await world.visitor()
    ident = (await panel.wait("welcome"))["conversation"]
    await panel.say("hello")
    assert (await tell(world, panel, (world.url, 0))).status_code == 409
    waiting, other = await waiting_visitor(world)
    stranger = Panel(panel.socket)
    token = next(frame for frame in panel.seen if frame["type"] == "welcome")["token"]
    stranger.seen = [{"type": "welcome", "token": token, "conversation": other}]
    assert (await tell(world, stranger, (world.url, 0))).status_code == 404
    for wrong in ([("x" * 3000, 0)], [(world.url, -1)], [(world.url, 0)] * 21):
        assert (await tell(world, waiting, *wrong)).status_code == 422
    assert (await tell(world, waiting, (world.url, 0), more=1)).status_code == 422
    assert (await tell(world, waiting, *[(f"{world.url}/{n}", n) for n in range(20)])).status_code == 204
    shown = (await (await world.staff()).get(f"/console/c/{other}")).text
    assert "15 more" in shown
    assert 'id="pages-title"' not in (await (await world.staff()).get(f"/console/c/{ident}")).text


async def test_a_page_whose_address_is_a_secret_tells_none(world: World) -> None:
    words = {"email": "night@example.com", "subject": "No code", "text": "It never came."}
    sent = await submit(world.browser(), "/tickets/new", **words)
    private = await world.browser().get(sent.headers["location"])
    assert 'src="/widget.js" async data-pages="off"' in private.text


async def test_an_export_holds_the_pages_and_an_erasure_takes_them(world: World) -> None:
    panel = await world.visitor()
    await panel.wait("welcome")
    ask = {"to": "ticket", "email": "night@example.com", "subject": "No code", "text": "It never came."}
    await panel.send(type="handover", client_id=str(uuid.uuid4()), **ask)
    await panel.wait("state", handled_by="ticket")
    assert (await tell(world, panel, (f"{world.url}/zebra", 3))).status_code == 204
    cleo = await world.staff(CLEO)
    fields = {"email": "night@example.com"}
    found = (await submit(cleo, "/console/privacy", what="export", **fields)).json()
    assert [page["url"] for page in found["conversations"][0]["pages"]] == [f"{world.url}/zebra"]
    await submit(
        cleo, "/console/privacy", what="erase", sure="night@example.com", password=PASSWORDS[CLEO], **fields
    )
    assert await world.desk.store.read(_kept) == 0


def _kept(tx: Tx) -> int:
    return int(tx.session.execute(select(func.count()).select_from(PagesSeen)).scalar() or 0)
