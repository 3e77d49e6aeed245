"""Write the trail, and check that nobody touched it.

`record` runs in the transaction of the deed: no entry, no deed. Each entry carries the hash of the one before and a
MAC under a key that is not in the database. The newest is noted in a row of its own, so that a cut end is missed.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text
from sqlmodel import col

from helpdesk.actor import Actor, Agent, Customer, Visitor
from helpdesk.audit.models import AuditEntry, AuditHead
from helpdesk.clock import wire_time
from helpdesk.keys import Keys
from helpdesk.store.session import Tx

GENESIS = "0" * 64
LOCK = 0x61756469  # any number, the same in every process
PAGE = 500
PURPOSE, HEAD = "audit", "audit head"


@dataclass(frozen=True)
class Broken:
    """The first entry that is not as it was written."""

    seq: int
    sentence: str


def record(
    tx: Tx,
    keys: Keys,
    actor: Actor,
    action: str,
    *,
    account_id: int | None = None,
    subject: str = "",
    conversation: str = "",
    reason: str = "",
    identity_level: str = "",
    step_up: str = "",
    approver_id: int | None = None,
    ip: str = "",
    result: str = "ok",
    more: dict[str, Any] | None = None,
) -> AuditEntry:
    """Append one entry, in this transaction. `more` takes texts, whole numbers, truth values; never a secret."""
    if tx.connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        tx.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    newest, noted = head(tx), tx.session.get(AuditHead, 1)
    if noted is not None and (newest is None or noted.seq > newest[0]):
        newest = (noted.seq, noted.hash)  # somebody cut the end: the gap stays, for `verify` to find
    who, name, session = _name(actor)
    entry = AuditEntry(
        seq=newest[0] + 1 if newest else 1,
        at=tx.now.replace(microsecond=tx.now.microsecond // 1000 * 1000),
        actor=who,
        actor_name=name,
        actor_session=keys.mac("audit session", session).hex()[:16] if session else "",
        action=action,
        account_id=account_id,
        subject=subject,
        conversation=conversation,
        reason=reason,
        identity_level=identity_level,
        step_up=step_up,
        approver_id=approver_id,
        ip=ip,
        result=result,
        more=more or {},
        prev_hash=newest[1] if newest else GENESIS,
        hash="",
        mac="",
    )
    entry.hash = chained(entry)
    entry.mac = keys.mac(PURPOSE, entry.hash).hex()
    tx.session.add(entry)
    tx.session.merge(
        AuditHead(id=1, seq=entry.seq, hash=entry.hash, mac=_head_mac(keys, entry.seq, entry.hash))
    )
    tx.session.flush()
    tx.ring("audit")
    return entry


def verify(tx: Tx, keys: Keys, anchors: Iterable[tuple[int, str]] = ()) -> Broken | None:
    """The first fault of the whole trail, or None. `anchors` are (seq, hash) that were written down elsewhere."""
    known = dict(anchors)
    noted = tx.session.get(AuditHead, 1)  # before the entries: of those that come meanwhile it knows nothing
    if noted is not None:
        if not hmac.compare_digest(_head_mac(keys, noted.seq, noted.hash), noted.mac):
            return Broken(noted.seq, f"The note of entry {noted.seq} was not written with this desk's key.")
        known.setdefault(noted.seq, noted.hash)
    expected, last = GENESIS, 0
    for entry in entries(tx):
        if entry.seq != last + 1:
            return Broken(last + 1, f"Entry {last + 1} is missing.")
        if entry.prev_hash != expected:
            return Broken(entry.seq, f"Entry {entry.seq} does not follow the entry before it.")
        if chained(entry) != entry.hash:
            return Broken(entry.seq, f"Entry {entry.seq} was changed.")
        if not hmac.compare_digest(keys.mac(PURPOSE, entry.hash).hex(), entry.mac):
            return Broken(entry.seq, f"Entry {entry.seq} was not written with this desk's key.")
        if known.get(entry.seq, entry.hash) != entry.hash:
            return Broken(entry.seq, f"Entry {entry.seq} is not the one that was noted elsewhere.")
        expected, last = entry.hash, entry.seq
    if known and max(known) > last:
        return Broken(last + 1, f"The end is missing: entry {max(known)} was noted elsewhere.")
    return None


def entries(tx: Tx) -> Iterator[AuditEntry]:
    """Every entry in order, read in pages."""
    after = 0
    while True:
        page = select(AuditEntry).where(col(AuditEntry.seq) > after).order_by(col(AuditEntry.seq)).limit(PAGE)
        rows = list(tx.session.execute(page).scalars())
        yield from rows
        if len(rows) < PAGE:
            return
        after = rows[-1].seq


def head(tx: Tx) -> tuple[int, str] | None:
    """(seq, hash) of the newest entry: what is worth writing down elsewhere."""
    line = select(col(AuditEntry.seq), col(AuditEntry.hash)).order_by(col(AuditEntry.seq).desc()).limit(1)
    found = tx.session.execute(line).first()
    return (found[0], found[1]) if found else None


def search(
    tx: Tx,
    *,
    action: str = "",
    actor: str = "",
    conversation: str = "",
    before: int | None = None,
    limit: int = 50,
) -> list[AuditEntry]:
    """At most `limit` entries, newest first; `action` may be the beginning of one."""
    line = select(AuditEntry).order_by(col(AuditEntry.seq).desc()).limit(limit)
    if action:
        line = line.where(func.substr(col(AuditEntry.action), 1, len(action)) == action)
    if actor:
        line = line.where(col(AuditEntry.actor) == actor)
    if conversation:
        line = line.where(col(AuditEntry.conversation) == conversation)
    if before is not None:
        line = line.where(col(AuditEntry.seq) < before)
    return list(tx.session.execute(line).scalars())


def chained(entry: AuditEntry) -> str:
    """SHA-256 of the hash before and the row as canonical JSON: sorted keys, UTF-8, no floats."""
    row = {
        "seq": entry.seq,
        "at": wire_time(entry.at),
        "actor": entry.actor,
        "actor_name": entry.actor_name,
        "actor_session": entry.actor_session,
        "action": entry.action,
        "account_id": entry.account_id,
        "subject": entry.subject,
        "conversation": entry.conversation,
        "reason": entry.reason,
        "identity_level": entry.identity_level,
        "step_up": entry.step_up,
        "approver_id": entry.approver_id,
        "ip": entry.ip,
        "result": entry.result,
        "more": entry.more,
    }
    canonical = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(entry.prev_hash.encode() + canonical.encode()).hexdigest()


def _head_mac(keys: Keys, seq: int, digest: str) -> str:
    return keys.mac(HEAD, f"{seq}:{digest}").hex()


def _name(actor: Actor) -> tuple[str, str, str]:
    """(actor, name, session) as the trail keeps them."""
    if isinstance(actor, Agent):
        session = f"staff:{actor.session_id}" if actor.session_id else f"token:{actor.token_id or 0}"
        return f"staff:{actor.id}", actor.name, session
    if isinstance(actor, Customer):
        return f"account:{actor.account_id}", "", f"customer:{actor.session_id}"
    if isinstance(actor, Visitor):
        return f"visitor:{actor.id}", "", ""
    return f"system:{actor.name}", "", ""
