"""Files of a conversation: kept under a random name, bound to who sent them, shown by a link of five minutes."""

import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Field, SQLModel, col

from helpdesk.chat.file_kinds import Accepted
from helpdesk.errors import Invalid, NotFound
from helpdesk.keys import Keys
from helpdesk.limits.refusal import too_many
from helpdesk.store.columns import UtcMoment
from helpdesk.store.session import Tx

LINK_S = 300
A_DAY_BYTES = 50 * 1024 * 1024


class Attachment(SQLModel, table=True):
    """A kept file; `owner` is the sender of the message table. Its bytes lie in the data folder under `id`."""

    __tablename__ = "attachment"

    id: str = Field(default_factory=lambda: secrets.token_urlsafe(18), primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id", index=True)
    owner: str = Field(index=True)
    name: str
    type: str
    size: int
    used: bool = False
    at: datetime = Field(sa_type=UtcMoment)


def path_of(data_dir: Path, file_id: str) -> Path:
    """Where the bytes of a file lie."""
    return data_dir / "files" / file_id


def keep(tx: Tx, data_dir: Path, conversation_id: int, owner: str, file: Accepted) -> Attachment:
    """Write the bytes, then the row. TooMany when this sender sent more than A_DAY_BYTES in a day."""
    since = tx.now - timedelta(days=1)
    sent = select(func.coalesce(func.sum(Attachment.size), 0)).where(
        col(Attachment.owner) == owner, col(Attachment.at) > since
    )
    if int(tx.session.execute(sent).scalar() or 0) + len(file.content) > A_DAY_BYTES:
        raise too_many(
            "files-a-day",
            "That is more than 50 MB of files in a day. Try again tomorrow.",
            retry_after_s=3600,
        )
    kept = Attachment(
        conversation_id=conversation_id,
        owner=owner,
        name=file.name,
        type=file.type,
        size=len(file.content),
        at=tx.now,
    )
    path = path_of(data_dir, kept.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.content)
    tx.session.add(kept)
    return kept


def keep_all(
    tx: Tx, data_dir: Path, conversation_id: int, owner: str, accepted: Iterable[Accepted]
) -> tuple[dict[str, Any], ...]:
    """Keep several; as a message names them."""
    rows = [keep(tx, data_dir, conversation_id, owner, file) for file in accepted]
    return tuple(map(described, rows))


def described(file: Attachment) -> dict[str, Any]:
    """A file as a message names it, and as whoever sent it is told."""
    return {"id": file.id, "name": file.name, "size": file.size, "type": file.type}


def named(tx: Tx, ids: Iterable[str]) -> list[dict[str, Any]]:
    """The files of these ids that are still there, in this order."""
    rows = (tx.session.get(Attachment, one) for one in ids)
    return [described(row) for row in rows if row is not None]


def take(tx: Tx, conversation_id: int, owner: str, ids: list[str]) -> tuple[dict[str, Any], ...]:
    """The files of a message, in the order asked for. Invalid for one that is not this sender's in this conversation."""
    found = []
    for file_id in dict.fromkeys(ids):
        row = tx.session.get(Attachment, file_id)
        if row is None or row.conversation_id != conversation_id or row.owner != owner:
            raise Invalid(files="That file is not here. Send it again.")
        found.append(described(row))
    return tuple(found)


def with_links(keys: Keys, now: datetime, frame: dict[str, Any]) -> dict[str, Any]:
    """The frame with a fresh link for each of its files."""
    if not frame.get("files"):
        return frame
    return {**frame, "files": [{**file, "url": link(keys, now, file["id"])} for file in frame["files"]]}


def link(keys: Keys, now: datetime, file_id: str) -> str:
    """`/files/<id>?s=<end>.<signature>`, good for LINK_S seconds."""
    end = str(int(now.timestamp()) + LINK_S)
    return f"/files/{file_id}?s={end}.{keys.mac('file', file_id, end).hex()[:40]}"


def by_link(tx: Tx, keys: Keys, file_id: str, signature: str) -> Attachment:
    """The file of a link that is still good; NotFound otherwise, whatever the reason."""
    end, _, mac = signature.partition(".")
    wanted = keys.mac("file", file_id, end).hex()[:40]
    good = end.isdigit() and len(end) < 12 and hmac.compare_digest(mac.encode(), wanted.encode())
    row = tx.session.get(Attachment, file_id) if good and int(end) > tx.now.timestamp() else None
    if row is None:
        raise NotFound()
    return row
