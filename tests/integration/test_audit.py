"""The trail: every deed is in it, nobody can change it, and whoever tries is found out."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from helpdesk.actor import System
from helpdesk.audit import trail
from helpdesk.audit.trail import Broken
from helpdesk.clock import Clock
from helpdesk.keys import Keys
from helpdesk.store import migrate
from helpdesk.store.engine import make_engine
from helpdesk.store.session import Store, Tx
from tests.commands import helpdesk_now
from tests.integration.test_recovery import verified
from tests.world import ADA, CLEO, PASSWORDS, World, submit

SECRET = "test-secret-0123456789-abcdefghijk"


async def write(world: World, count: int = 5) -> None:
    for number in range(count):
        await world.desk.store.write(
            trail.record, world.desk.keys, System("test"), "test:deed", more={"number": number}
        )


async def test_every_step_of_a_recovery_is_recorded_without_an_address_or_a_code(world: World) -> None:
    client = world.browser()
    await submit(client, "/login", email=ADA, password="Not-My-Password!")
    await verified(world, client)
    await submit(
        client, "/forgot-password", new_password="Brand-New-Phrase", confirm_password="Brand-New-Phrase"
    )
    await submit(client, "/login", email=ADA, password="Brand-New-Phrase")
    entries = await world.desk.store.read(lambda tx: list(trail.entries(tx)))
    told = [(entry.action, entry.result) for entry in entries if not entry.action.endswith(":added")]
    assert told == [
        ("account:sign_in", "refused"),
        ("recovery:code_asked", "ok"),
        ("recovery:code_right", "ok"),
        ("account:password_reset", "ok"),
        ("account:sign_in", "ok"),
    ]
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    everything = json.dumps([entry.model_dump(mode="json") for entry in entries])
    assert "ada@" not in everything
    assert "Phrase" not in everything
    assert await world.desk.store.read(trail.verify, world.desk.keys) is None


async def test_parallel_deeds_make_one_gapless_chain(world: World) -> None:
    before = await world.desk.store.read(trail.head)
    await asyncio.gather(*(write(world, 3) for _ in range(10)))
    after = await world.desk.store.read(trail.head)
    assert after is not None
    assert before is not None
    assert after[0] == before[0] + 30
    assert await world.desk.store.read(trail.verify, world.desk.keys) is None


async def test_the_database_refuses_to_change_or_delete_an_entry(world: World) -> None:
    await write(world)
    for statement in (
        "UPDATE audit_entry SET result = 'x' WHERE seq = 2",
        "DELETE FROM audit_entry WHERE seq = 2",
    ):
        with pytest.raises(Exception, match="append-only"):
            await world.desk.store.write(lambda tx, text: tx.connection.exec_driver_sql(text), statement)


@pytest.fixture
def desk_folder(tmp_path: Path) -> tuple[Path, Engine]:
    """A database of its own with five entries, and its engine."""
    engine = make_engine(f"sqlite:///{tmp_path / 'helpdesk.db'}")
    migrate.upgrade(engine)
    store = Store(engine, Clock())
    for number in range(5):
        store.write_now(trail.record, Keys(SECRET), System("test"), "test:deed", more={"number": number})
    store.close()
    return tmp_path, engine


def command(folder: Path, *options: str) -> tuple[int, str]:
    said = helpdesk_now(folder, "audit", "verify", *options, HELPDESK_SECRET_KEY=SECRET)
    return said.code, said.out + said.err


def tamper(engine: Engine, *statements: str) -> None:
    """As somebody who owns the database: the triggers go first."""
    with engine.begin() as connection:
        for trigger in ("audit_entry_no_update", "audit_entry_no_delete"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {trigger}")
        for statement in statements:
            connection.exec_driver_sql(statement)


TAMPERED = {
    "a changed word": (["UPDATE audit_entry SET result = 'ok!' WHERE seq = 3"], "entry 3"),
    "a changed number": (["""UPDATE audit_entry SET more = '{"number":9}' WHERE seq = 2"""], "entry 2"),
    "a deleted middle": (["DELETE FROM audit_entry WHERE seq = 3"], "entry 3"),
    "two that changed places": (
        [
            "UPDATE audit_entry SET seq = 99 WHERE seq = 2",
            "UPDATE audit_entry SET seq = 2 WHERE seq = 3",
            "UPDATE audit_entry SET seq = 3 WHERE seq = 99",
        ],
        "entry 2",
    ),
    "a cut end": (["DELETE FROM audit_entry WHERE seq > 3"], "entry 5"),
    "nothing left": (["DELETE FROM audit_entry"], "entry 5"),
    "a cut end with its note": (
        ["DELETE FROM audit_entry WHERE seq > 3", "UPDATE audit_head SET seq = 3"],
        "note of entry 3",
    ),
    "a forged signature": (["UPDATE audit_entry SET mac = substr(mac, 2) || 'a' WHERE seq = 5"], "entry 5"),
}


def check(engine: Engine, anchors: list[tuple[int, str]] | None = None) -> Broken | None:
    """What `audit verify` would find."""
    store = Store(engine, Clock())
    try:
        return store.read_now(trail.verify, Keys(SECRET), anchors or [])
    finally:
        store.close()


@pytest.mark.parametrize("name", TAMPERED)
def test_whatever_was_tampered_with_is_found(desk_folder: tuple[Path, Engine], name: str) -> None:
    _, engine = desk_folder
    assert check(engine) is None
    statements, place = TAMPERED[name]
    tamper(engine, *statements)
    broken = check(engine)
    assert broken is not None
    assert place in broken.sentence.lower()


def test_an_entry_that_was_written_without_our_key_is_found(desk_folder: tuple[Path, Engine]) -> None:
    _, engine = desk_folder
    store = Store(engine, Clock())
    store.write_now(trail.record, Keys("x" * 40), System("test"), "test:forged")
    store.close()
    broken = check(engine)
    assert broken is not None
    assert (broken.seq, "key" in broken.sentence) == (6, True)


def test_a_cut_end_stays_a_gap_when_the_desk_goes_on(desk_folder: tuple[Path, Engine]) -> None:
    folder, engine = desk_folder
    tamper(engine, "DELETE FROM audit_entry WHERE seq > 3")
    store = Store(engine, Clock())
    store.write_now(trail.record, Keys(SECRET), System("test"), "test:deed")
    store.close()
    assert command(folder) == (3, "The chain is broken at entry 4: Entry 4 is missing.\n")


def test_an_end_cut_with_its_note_is_found_by_an_anchor_only(desk_folder: tuple[Path, Engine]) -> None:
    folder, engine = desk_folder
    with engine.connect() as connection:
        newest = trail.head(Tx(connection, Clock().now()))
    assert newest is not None
    anchors = folder / "anchors.jsonl"
    anchors.write_text(json.dumps({"seq": newest[0], "hash": newest[1]}) + "\n")
    assert check(engine, [newest]) is None
    tamper(engine, "DELETE FROM audit_entry WHERE seq > 3", "DELETE FROM audit_head")
    assert command(folder) == (0, "The chain holds: 3 entries.\n"), (
        "this database cannot know what came after"
    )
    code, said = command(folder, "--anchors", str(anchors))
    assert (code, "broken at entry 4" in said) == (3, True)


async def test_failed_sign_ins_are_counted_by_a_keyed_name(world: World) -> None:
    await submit(world.browser(), "/login", email="eve@example.com", password=PASSWORDS[ADA])
    found: list[Any] = await world.desk.store.read(lambda tx: trail.search(tx, action="account:sign_in"))
    assert (found[0].account_id, found[0].result, len(found[0].subject)) == (None, "refused", 16)


async def test_a_lead_reads_filters_and_takes_the_trail_with_them(world: World) -> None:
    formula = "=HYPERLINK(1)"
    await world.desk.store.write(trail.record, world.desk.keys, System("test"), "test:deed", reason=formula)
    await write(world, 60)
    ben, cleo = await world.staff(), await world.staff(CLEO)
    assert (await ben.get("/console/audit")).status_code == 403
    page = await cleo.get("/console/audit?verify=1")
    assert "The chain holds." in page.text
    assert 'href="/console/audit?before=' in page.text
    only = await cleo.get("/console/audit?action=staff:sign_in")
    assert "test:deed" not in only.text
    assert '<th scope="col">Confirmed by</th>' in only.text
    assert "<td>password</td>" in only.text, "how Cleo signed in"
    taken = await cleo.get("/console/audit.csv?action=test:")
    assert taken.headers["content-disposition"] == 'attachment; filename="audit.csv"'
    assert taken.text.count("\n") == 62
    assert f"'{formula}" in taken.text
    found = await world.desk.store.read(lambda tx: trail.search(tx, action="audit:exported"))
    assert found[0].actor_name == "Cleo"
    for odd in (
        "before=x",
        "before=-1",
        "before=99999999999999999999",
        "action=%27%20OR%201=1--",
    ):
        assert (await cleo.get(f"/console/audit?{odd}")).status_code == 200
    assert (await cleo.get("/console/audit?actor=%00")).status_code == 400
