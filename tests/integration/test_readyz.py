"""What the operator's machines are told."""

import asyncio
from pathlib import Path

from sqlalchemy import text

from helpdesk.delivery import outbox
from helpdesk.store.session import Tx
from tests.programs import program, waiting_conversation
from tests.world import World, start_world


async def test_a_healthy_desk_is_ready(world: World) -> None:
    async with world.browser() as probe:
        assert (await probe.get("/healthz")).json() == {"status": "ok"}
        ready = await probe.get("/readyz", headers={"Host": "10.0.0.7"})
        assert ready.status_code == 200
        assert ready.json()["failed"] == []
        assert ready.json()["library"] == world.desk.library.current.version


async def test_what_is_only_worse_than_usual_is_listed_in_a_200(tmp_path: Path) -> None:
    folder = tmp_path / "faq"
    folder.mkdir()
    (folder / "good.md").write_text("---\ntitle: May I?\n---\n\nYes.\n")
    (folder / "bad.md").write_text("no front matter")
    async with start_world(tmp_path / "desk", faq_dir=folder, worker="outside") as world:

        def wait_long(tx: Tx) -> None:
            outbox.enqueue(tx, "letter", {})

        await world.desk.store.write(wait_long)
        world.clock.wind(minutes=6)
        async with world.browser() as probe:
            answer = await probe.get("/readyz")
            assert answer.status_code == 200
            assert {"faq", "outbox"} <= set(answer.json()["degraded"])
            assert "bad.md:1" in answer.json()["details"]["faq"]


async def test_an_old_schema_a_lost_database_and_leaving_are_503_but_alive(
    world: World,
) -> None:
    async with world.browser() as probe:
        world.desk.draining = True
        leaving = await probe.get("/readyz")
        assert (leaving.status_code, leaving.json()["failed"]) == (503, ["draining"])
        world.desk.draining = False

        def age(tx: Tx) -> None:
            tx.connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))

        await world.desk.store.write(age)
        old = await probe.get("/readyz")
        assert (old.status_code, old.json()["failed"]) == (503, ["schema"])

        def lose(tx: Tx) -> None:
            tx.connection.execute(text("DROP TABLE alembic_version"))
            tx.connection.execute(text("DROP TABLE pulse"))

        await world.desk.store.write(lose)
        assert (await probe.get("/readyz")).status_code == 503
        assert (await probe.get("/healthz")).status_code == 200


async def test_metrics_say_who_has_the_conversations_and_are_for_private_askers_only(tmp_path: Path) -> None:
    async with start_world(tmp_path, trusted_proxies=("127.0.0.1",)) as world, world.browser() as probe:
        await waiting_conversation(world)
        async with await program(world) as api:
            await api.get("/conversations")
        text_ = (await probe.get("/metrics")).text
        assert 'helpdesk_conversations{handled_by="queue"} 1.0' in text_
        assert 'helpdesk_outbox_jobs{state="dead"} 0.0' in text_
        assert 'helpdesk_api_requests_total{call="list_conversations",status="200"}' in text_
        assert "helpdesk_database_up 1.0" in text_
        stranger = await probe.get("/metrics", headers={"X-Forwarded-For": "93.184.216.34"})
        assert stranger.status_code == 404


async def test_many_probes_at_once_are_answered(world: World) -> None:
    async with world.browser() as probe:
        answers = await asyncio.gather(*(probe.get("/readyz") for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}
