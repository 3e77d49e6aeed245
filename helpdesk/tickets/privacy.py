"""Retention, erasure and export: what goes, with a preview first and a receipt after.

Notes only where asked for.
"""

import asyncio
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, delete, func, or_, select, update
from sqlmodel import SQLModel

from helpdesk.accounts import step_up
from helpdesk.accounts.addresses import address_mac
from helpdesk.accounts.step_up import StepUp
from helpdesk.actor import Actor, Agent
from helpdesk.audit import trail
from helpdesk.chat import files, history, pages
from helpdesk.chat.models import Visitor
from helpdesk.chat.notes import note_frame, notes
from helpdesk.chat.post import conversations, messages
from helpdesk.counted import counted
from helpdesk.delivery import suppression
from helpdesk.faqstats import gaps
from helpdesk.keys import Keys
from helpdesk.store.locks import one_at_a_time
from helpdesk.store.session import Tx
from helpdesk.tickets import echoes, search_index
from helpdesk.tickets.models import DeskFact, reference_of
from helpdesk.tickets.rows import tickets
from helpdesk.webhooks.endpoints import KEPT_DAYS

if TYPE_CHECKING:
    from helpdesk.wiring import Desk

DAYS = 90
"""After how many days closed conversations go where no lead has said otherwise."""
AT_ONCE = 100
REST_S = 0.1
LOOK_EVERY_S = 3600.0


@dataclass(frozen=True)
class Found:
    """What an address or an age amounts to."""

    conversations: int
    messages: int
    tickets: int
    files: int


@dataclass(frozen=True)
class Receipt:
    """What went. `number` is kept in the audit trail and nowhere else."""

    number: str
    gone: Found
    file_ids: tuple[str, ...]


async def look(desk: "Desk") -> None:
    """For the worker's clock: what is older than the set days goes, a hundred at a time, with a rest for who writes."""
    while True:
        receipt = await desk.store.write(purge_old)
        await remove_files(desk, receipt.file_ids)
        if receipt.gone.conversations < AT_ONCE:
            return
        await asyncio.sleep(REST_S)


async def remove_files(desk: "Desk", ids: tuple[str, ...]) -> None:
    """Away with the bytes, once their rows are gone."""

    def unlink(path: Path) -> None:
        path.unlink(missing_ok=True)

    for ident in ids:
        await asyncio.to_thread(unlink, files.path_of(desk.settings.data_dir, ident))


def of_address(tx: Tx, email: str) -> list[int]:
    """Conversations in which this address was typed or proved, or that a ticket of it lies beside."""
    c = conversations.c
    wanted = email.casefold()
    line = (
        select(c.id)
        .select_from(conversations.outerjoin(tickets, tickets.c.conversation_id == c.id))
        .where(
            or_(
                func.lower(c.claimed_email) == wanted,
                func.lower(c.verified_email) == wanted,
                func.lower(tickets.c.email) == wanted,
            )
        )
    )
    return sorted(set(tx.connection.execute(line).scalars()))


def older_than(tx: Tx, days: int) -> list[int]:
    """Closed or never taken conversations that nobody has touched for so many days; at most AT_ONCE."""
    line = _old(tx, days).order_by(conversations.c.id).limit(AT_ONCE)
    return list(tx.connection.execute(line).scalars())


def preview(tx: Tx, numbers: list[int]) -> Found:
    """What would go. Changes nothing."""
    return _found(tx, len(numbers), numbers)


def preview_of_age(tx: Tx, days: int) -> Found:
    """All that is older than so many days, however much it is."""
    old = _old(tx, days)
    total = tx.connection.execute(select(func.count()).select_from(old.subquery())).scalar()
    return _found(tx, int(total or 0), old)


def retention_days(tx: Tx) -> int:
    """After how many days closed conversations go; 0 where a lead keeps them for good."""
    kept = tx.session.get(DeskFact, "retention_days")
    return int(kept.value) if kept else DAYS


def shortens(tx: Tx, days: int) -> bool:
    """Whether keeping them for so many days deletes more than now; 0 deletes nothing."""
    before = retention_days(tx)
    return days > 0 and (before == 0 or days < before)


def set_retention(tx: Tx, keys: Keys, lead: Agent, days: int, proof: StepUp, *, ip: str = "") -> None:
    """Keep closed conversations for so many days, 0 for good. Raises StepUpNeeded where that is a shorter time."""
    one_at_a_time(tx, "retention")
    before = retention_days(tx)
    method = ""
    if shortens(tx, days):
        method = step_up.check(tx, keys, lead, step_up.retention_purpose(days), proof)
    tx.session.merge(DeskFact(name="retention_days", value=days))
    if days != before:
        trail.record(
            tx, keys, lead, "retention:changed", subject="retention", step_up=method, ip=ip,
            reason=f"Kept {in_words(before)} before, {in_words(days)} now.", more={"from": before, "to": days},
        )  # fmt: skip


def in_words(days: int) -> str:
    """For how long conversations are kept."""
    return "for good" if days == 0 else counted(days, "day")


def purge_old(tx: Tx) -> Receipt:
    """Delete what is older than the retention."""
    days = retention_days(tx)
    numbers = older_than(tx, days) if days else []
    if days < KEPT_DAYS:  # else the log of the webhooks has forgotten them before
        echoes.forget_deliveries(tx, numbers)
    return _remove(tx, numbers)


def erase(tx: Tx, keys: Keys, lead: Agent, email: str, proof: StepUp, *, ip: str = "") -> Receipt:
    """Erase everything that was said under this address; the receipt's number stands in the audit trail.

    Raises StepUpNeeded.
    """
    method = step_up.check(tx, keys, lead, step_up.erasure_purpose(address_mac(keys, email)), proof)
    numbers = of_address(tx, email)
    gaps.forget(tx, _said_by_them(tx, numbers))
    echoes.forget(tx, numbers, email)
    receipt = _remove(tx, numbers)
    suppression.lift(tx, keys, email)
    gone = receipt.gone
    trail.record(
        tx, keys, lead, "person:erased", subject=keys.mac("erased person", email.casefold()).hex()[:16],
        step_up=method, ip=ip, more={"receipt": receipt.number, "conversations": gone.conversations, "messages": gone.messages},
    )  # fmt: skip
    return receipt


def export(tx: Tx, keys: Keys, actor: Actor, email: str, *, with_notes: bool = False) -> dict[str, Any]:
    """Everything that was said under this address, as plain data; private notes only on request."""
    found = []
    for number in of_address(tx, email):
        row = (
            tx.connection.execute(select(conversations).where(conversations.c.id == number)).mappings().one()
        )
        said: list[dict[str, Any]] = []
        while page := history.after(tx, number, said[-1]["seq"] if said else 0, 500):
            said += page
        ticket = tx.connection.execute(
            select(tickets.c.id).where(tickets.c.conversation_id == number)
        ).scalar()
        one: dict[str, Any] = {
            "conversation": row["public_id"],
            "subject": row["subject"],
            "began_at": row["created_at"].isoformat(),
            "ticket": reference_of(ticket) if ticket else None,
            "messages": [_told(m) for m in said],
            "rating": {"score": row["score"], "text": row["score_text"]} if row["score"] else None,
            "pages": pages.of(tx, number),
        }  # fmt: skip
        if with_notes:
            line = select(notes).where(notes.c.conversation_id == number).order_by(notes.c.note)
            one["notes"] = [note_frame(n, row["public_id"]) for n in tx.connection.execute(line).mappings()]
        found.append(one)
    trail.record(
        tx, keys, actor, "person:exported", subject=keys.mac("erased person", email.casefold()).hex()[:16],
        more={"conversations": len(found), "notes": with_notes},
    )  # fmt: skip
    return {"email": email, "exported_at": tx.now.isoformat(), "conversations": found}


def _told(message: dict[str, Any]) -> dict[str, Any]:
    plain = {key: message[key] for key in ("seq", "author", "name", "text", "at", "helpful")}
    return {**plain, "files": [{key: file[key] for key in ("name", "size")} for file in message["files"]]}


def _said_by_them(tx: Tx, numbers: list[int]) -> list[str]:
    c = messages.c
    line = select(c.text).where(c.conversation_id.in_(numbers), c.author == "visitor")
    line = line.order_by(c.conversation_id, c.seq)
    return list(tx.connection.execute(line).scalars())


def _old(tx: Tx, days: int) -> Select[int]:
    c = conversations.c
    return select(c.id).where(
        c.touched_at < tx.now - timedelta(days=days), c.handled_by.in_(("closed", "bot"))
    )


def _found(tx: Tx, total: int, which: list[int] | Select[int]) -> Found:
    return Found(total, *(_count(tx, name, which) for name in ("message", "ticket", "attachment")))


def _count(tx: Tx, table: str, which: list[int] | Select[int]) -> int:
    rows = SQLModel.metadata.tables[table]
    total = select(func.count()).select_from(rows).where(rows.c.conversation_id.in_(which))
    return int(tx.connection.execute(total).scalar() or 0)


def _remove(tx: Tx, numbers: list[int]) -> Receipt:
    gone = preview(tx, numbers)
    ids: tuple[str, ...] = ()
    if numbers:
        tx.session.flush()
        search_index.forget(tx, numbers)
        attachment = SQLModel.metadata.tables["attachment"]
        line = select(attachment.c.id).where(attachment.c.conversation_id.in_(numbers))
        ids = tuple(tx.connection.execute(line).scalars())
        mine = select(tickets.c.id).where(tickets.c.conversation_id.in_(numbers))
        tx.connection.execute(update(tickets).where(tickets.c.merged_into.in_(mine)).values(merged_into=None))
        for table in SQLModel.metadata.tables.values():
            if any(key.target_fullname == "conversation.id" for key in table.foreign_keys):
                tx.connection.execute(delete(table).where(table.c.conversation_id.in_(numbers)))
        visitors = set(
            tx.connection.execute(
                select(conversations.c.visitor_id).where(conversations.c.id.in_(numbers))
            ).scalars()
        )
        tx.connection.execute(delete(conversations).where(conversations.c.id.in_(numbers)))
        _end_visitors(tx, {visitor for visitor in visitors if visitor is not None})
        for number in numbers:
            tx.ring("inbox", {"conversation": number})
    return Receipt(f"R-{secrets.token_hex(6).upper()}", gone, ids)


def _end_visitors(tx: Tx, visitors: set[int]) -> None:
    """Browsers that have no conversation left start anew."""
    table = Visitor.__table__  # type: ignore[attr-defined]
    for visitor in visitors:
        left = select(func.count()).where(conversations.c.visitor_id == visitor)
        if not tx.connection.execute(left).scalar():
            tx.connection.execute(update(table).where(table.c.id == visitor).values(revoked_at=tx.now))
            tx.ring(f"visitor:{visitor}", {"type": "revoked"})
