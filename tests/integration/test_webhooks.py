"""Webhooks, from a program's first call to a signed event at its door."""

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import trustme
from sqlalchemy import select
from sqlmodel import col
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from helpdesk.delivery.models import Job
from helpdesk.store.session import Tx
from helpdesk.webhooks import outgoing
from helpdesk.webhooks.deliver import deliver_one
from helpdesk.webhooks.publish import publish
from tests.programs import Receiver, new_id, problem_of, program, receiver, waiting_conversation
from tests.world import ADA, BEN, CLEO, DORA, World, start_world, submit, until

LOCAL = ("127.0.0.0/8",)


@contextlib.asynccontextmanager
async def hooked(folder: Path, *answers: int) -> AsyncIterator[tuple[World, Receiver, httpx2.AsyncClient]]:
    """A desk that may reach this machine, a receiver, and a program of Ben's."""
    world_of_ours = start_world(folder, webhook_networks=LOCAL)
    async with world_of_ours as world, receiver(*answers) as box, await program(world) as api:
        yield world, box, api


def verified(secret: str, got: tuple[dict[str, str], str]) -> dict[str, object]:
    """The event, if its signature is good."""
    found: dict[str, object] = Verifier(secret).verify(got[1], got[0])
    return found


def kinds(box: Receiver) -> list[str]:
    return [json.loads(body)["type"] for _, body in box.got]


async def test_an_endpoint_gets_a_ping_and_then_signed_events_without_secrets(tmp_path: Path) -> None:
    async with hooked(tmp_path) as (world, box, api):
        made = await api.post("/webhooks", json={"url": box.url, "events": ["*"]})
        assert made.status_code == 201, made.text
        secret = made.json()["secret"]
        await until(lambda: "ping" in kinds(box))
        conversation = await waiting_conversation(world)
        await until(lambda: "message.posted" in kinds(box) and "conversation.changed" in kinds(box))
        ticket = {"email": "new@example.com", "subject": "Help", "text": "It does not work."}
        await api.post("/tickets", json=ticket)
        await until(lambda: "ticket.opened" in kinds(box))
        for got in box.got:
            verified(secret, got)
        with pytest.raises(WebhookVerificationError):
            verified("whsec_" + "A" * 43 + "=", box.got[0])
        posted = next(json.loads(body) for _, body in box.got if "message.posted" in body)
        assert posted["data"]["conversation"] == conversation
        listed = (await api.get("/webhooks")).json()["items"]
        assert "secret" not in listed[0]


async def test_a_failing_endpoint_is_retried_logged_and_sent_again_on_request(tmp_path: Path) -> None:
    async with hooked(tmp_path, 500, 200) as (world, box, api):
        made = (await api.post("/webhooks", json={"url": box.url, "events": ["faq.gap"]})).json()
        log = f"/webhooks/{made['id']}/deliveries"

        async def tried() -> list[dict[str, object]]:
            return [row for row in (await api.get(log)).json()["items"] if row["attempts"]]

        assert (await until(tried))[0]["last_status"] == 500

        def second() -> bool:
            world.clock.wind(seconds=10)
            return len(box.got) == 2

        await until(second)

        async def delivered() -> object:
            return (await tried())[0]["state"] == "delivered"

        await until(delivered)
        row = (await tried())[0]
        again = await api.post(f"{log}/{row['id']}/send-again")
        assert again.status_code == 202
        await until(lambda: len(box.got) == 3)
        assert len({headers["webhook-id"] for headers, _ in box.got}) == 1


async def tried(world: World, times: int) -> bool:
    """Whether a delivery was tried so often, and its outcome is written down: only then may the clock be wound."""

    def look(tx: Tx) -> bool:
        line = select(Job).where(col(Job.attempts) == times, col(Job.lease_until).is_(None))
        return tx.session.execute(line.where(col(Job.state) == "waiting")).first() is not None

    return await world.desk.store.read(look)


async def test_an_endpoint_that_is_dead_for_a_day_is_paused_and_its_owner_told(
    tmp_path: Path,
) -> None:
    async with hooked(tmp_path, 503) as (world, box, api):
        made = (await api.post("/webhooks", json={"url": box.url, "events": ["*"]})).json()
        await until(lambda: tried(world, 1))
        world.clock.wind(hours=23)
        await until(lambda: tried(world, 2), 20)
        world.clock.wind(hours=2)

        async def paused() -> bool:
            world.clock.wind(minutes=1)  # past the pause before the next try
            return bool((await api.get(f"/webhooks/{made['id']}")).json()["state"] == "paused")

        await until(paused)
        assert box.url in str((await world.mail(BEN, "paused")).get_body(("plain",)))
        before = len(box.got)
        await world.desk.store.write(publish, "faq.gap", {"wording": "x"})
        box.answers = [200]
        assert (await api.post(f"/webhooks/{made['id']}/resume")).json()["state"] == "active"
        await until(lambda: len(box.got) > before)
        assert kinds(box)[-1] == "ping"


async def test_after_a_rotation_both_secrets_verify_for_a_day(tmp_path: Path) -> None:
    async with hooked(tmp_path) as (world, box, api):
        made = (await api.post("/webhooks", json={"url": box.url, "events": ["faq.gap"]})).json()
        key = {"Idempotency-Key": new_id()}
        fresh = await api.post(f"/webhooks/{made['id']}/rotate", headers=key)
        repeated = await api.post(f"/webhooks/{made['id']}/rotate", headers=key)
        assert fresh.json()["secret"] not in (made["secret"], repeated.json()["secret"])
        await until(lambda: len(box.got) == 1)
        await world.desk.store.write(publish, "faq.gap", {"wording": "x"})
        await until(lambda: len(box.got) == 2)
        for secret in (made["secret"], fresh.json()["secret"]):
            verified(secret, box.got[1])


async def test_private_addresses_redirects_and_plain_http_are_refused(world: World) -> None:
    async with await program(world) as api:
        for url in (
            "http://example.com/x",
            "https://127.0.0.1/x",
            "https://localhost/",
            "https://example.com:8443/",
        ):
            refused = await api.post("/webhooks", json={"url": url, "events": ["*"]})
            assert refused.status_code == 422, url
            assert "url" in problem_of(refused)["fields"]
        # A public name that leads here is caught when it is connected to.
        assert (
            await api.post("/webhooks", json={"url": "https://localtest.example/", "events": ["*"]})
        ).status_code == 201


async def test_a_redirect_is_a_failure_and_is_not_followed(tmp_path: Path) -> None:
    async with (
        start_world(tmp_path, webhook_networks=LOCAL) as world,
        receiver() as other,
        receiver(302) as box,
    ):
        box.location = other.url
        async with await program(world) as api:
            made = (await api.post("/webhooks", json={"url": box.url, "events": ["*"]})).json()
            await until(lambda: len(box.got) == 1)

            async def logged() -> object:
                return (await api.get(f"/webhooks/{made['id']}/deliveries")).json()["items"][0]["last_status"]

            assert await until(logged) == 302
            assert other.got == []


async def test_agents_manage_their_own_endpoints_and_leads_all(world: World) -> None:
    async with (
        await program(world, BEN) as ben,
        await program(world, CLEO) as cleo,
        await program(world, DORA) as dora,
    ):
        body = {"url": "https://hooks.example.com/", "events": ["ticket.opened"]}
        of_ben = (await ben.post("/webhooks", json=body)).json()["id"]
        of_cleo = (await cleo.post("/webhooks", json=body)).json()["id"]
        assert [row["id"] for row in (await ben.get("/webhooks")).json()["items"]] == [of_ben]
        assert (await ben.get(f"/webhooks/{of_cleo}")).status_code == 404
        assert (await dora.get("/webhooks")).status_code == 404
        assert len((await cleo.get("/webhooks")).json()["items"]) == 2
        assert (await cleo.delete(f"/webhooks/{of_ben}")).status_code == 204
        await deliver_one(world.desk, 1)  # what was queued for a removed endpoint is nothing any more


async def test_a_name_is_looked_up_once_and_a_private_address_behind_it_is_never_connected_to() -> None:
    async with receiver() as box:
        port = box.url.rpartition(":")[2].partition("/")[0]
        with pytest.raises(outgoing.NotAllowed):
            await outgoing.post(f"http://localhost:{port}/hook", b"{}", {})
        assert box.got == []
        assert (
            await outgoing.post(f"http://localhost:{port}/hook", b"{}", {}, ("127.0.0.0/8", "::1/128")) == 200
        )


async def test_the_certificate_must_be_for_the_name_although_the_address_was_pinned() -> None:
    authority = trustme.CA()
    ours = ssl.create_default_context()
    authority.configure_trust(ours)
    for name, works in (("localhost", True), ("hooks.example.com", False)):
        theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(theirs)
        async with receiver(tls=theirs) as box:
            networks = ("127.0.0.0/8", "::1/128")
            if works:
                assert await outgoing.post(box.url, b"{}", {}, networks, ours) == 200
            else:
                with pytest.raises(Exception, match="certificate"):
                    await outgoing.post(box.url, b"{}", {}, networks, ours)
                assert box.got == []


async def test_whose_certificates_count_is_read_once() -> None:
    outgoing.authorities.cache_clear()
    authority, theirs = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(theirs)
    async with receiver(tls=theirs) as box:
        with pytest.raises(Exception, match="certificate"):
            await outgoing.post(box.url, b"{}", {}, ("127.0.0.0/8", "::1/128"))
        authority.configure_trust(outgoing.authorities())  # said once, to the list that is kept
        assert await outgoing.post(box.url, b"{}", {}, ("127.0.0.0/8", "::1/128")) == 200
    outgoing.authorities.cache_clear()


async def test_endpoints_that_hang_hold_up_no_mail(tmp_path: Path) -> None:
    held: list[asyncio.StreamWriter] = []

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    async with start_world(tmp_path, webhook_networks=LOCAL) as world, await program(world) as api:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        for _ in range(3):
            assert (await api.post("/webhooks", json={"url": url, "events": ["*"]})).status_code == 201
        await waiting_conversation(world)
        await until(lambda: len(held) == 5)
        await submit(world.browser(), "/forgot-password", email=ADA)
        await world.mail(ADA, "good for")
        assert len(held) == 5, "the other places are for mails"
        server.close()
        for writer in held:
            writer.close()


async def test_a_status_counts_though_the_content_behind_it_is_cut() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await outgoing.post(f"http://127.0.0.1:{port}/", b"{}", {}, LOCAL) == 200
