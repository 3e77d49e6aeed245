"""`Idempotency-Key`: the effect and its answer are one transaction, so a repeat finds both or neither."""

import hashlib
import re
from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import col

from helpdesk.api.calls import Ask, Call
from helpdesk.api.models import IdempotencyKey
from helpdesk.errors import Conflict, Invalid
from helpdesk.store.locks import one_at_a_time
from helpdesk.store.session import Tx

HEADER = "idempotency-key"
KEPT_HOURS = 24
PATTERN = r"^[\x21-\x7e]{1,255}$"
REUSED = "This Idempotency-Key was used for another request. Use a new key for a new request."


def check_key(key: str) -> None:
    """Invalid for a key that is empty, longer than 255 characters or not plain ASCII without spaces."""
    if not re.fullmatch(PATTERN, key):
        raise Invalid(**{"Idempotency-Key": "Use 1 to 255 visible ASCII characters without spaces."})


def fingerprint(call: Call, ask: Ask, raw: bytes) -> str:
    """What must be the same for a repeat: the call, its path and its body."""
    path = "\0".join(f"{name}={value}" for name, value in sorted(ask.path.items()))
    return hashlib.sha256(f"{call.method} {call.path}\0{path}\0".encode() + raw).hexdigest()


def answered(tx: Tx, staff_id: int, key: str, print_: str) -> tuple[int, str] | None:
    """The first answer to this key, or None. Raises Conflict when it belongs to another request."""
    one_at_a_time(tx, f"idempotency {staff_id} {key}")
    found = tx.session.get(IdempotencyKey, (staff_id, key))
    if found is None or found.at < tx.now - timedelta(hours=KEPT_HOURS):
        return None
    if found.fingerprint != print_:
        raise Conflict(REUSED)
    return found.status, found.body


def forget_old(tx: Tx) -> None:
    """Let answers go that are older than a day."""
    old = tx.now - timedelta(hours=KEPT_HOURS)
    tx.session.execute(delete(IdempotencyKey).where(col(IdempotencyKey.at) < old))


def keep(tx: Tx, staff_id: int, key: str, print_: str, status: int, body: str) -> None:
    """Keep an answer for a day, and let older ones go."""
    forget_old(tx)
    row = IdempotencyKey(staff_id=staff_id, key=key, fingerprint=print_, status=status, body=body, at=tx.now)
    tx.session.merge(row)
    tx.session.flush()
