"""Pages of results: an opaque cursor that only this desk can have made."""

import base64
import binascii
import hmac
import struct
from typing import Annotated, Any

from pydantic import Field

from helpdesk.api.calls import Query
from helpdesk.errors import Invalid
from helpdesk.keys import Keys

MAC_BYTES = 8
DEFAULT_LIMIT = 50
MOST = 200
Limit = Annotated[int, Field(ge=1, le=MOST, description="How many results at most.")]
Cursor = Annotated[str, Field(max_length=64, description="`next` of the page before; empty for the first.")]


class Page(Query):
    """Which page of a list."""

    cursor: Cursor = ""
    limit: Limit = DEFAULT_LIMIT


def cursor_for(keys: Keys, kind: str, last_id: int) -> str:
    """The cursor behind `last_id` in lists of `kind`."""
    number = struct.pack(">Q", last_id)
    mac = keys.mac("cursor", kind, number)[:MAC_BYTES]
    return base64.urlsafe_b64encode(number + mac).decode().rstrip("=")


def read_cursor(keys: Keys, kind: str, cursor: str) -> int | None:
    """The id that a page begins behind; None for the first page. Invalid for what we did not make."""
    if not cursor:
        return None
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    number, mac = raw[:8], raw[8:]
    if len(raw) != 8 + MAC_BYTES or not hmac.compare_digest(
        keys.mac("cursor", kind, number)[:MAC_BYTES], mac
    ):
        raise Invalid(cursor="Use `next` of the page before, unchanged.")
    return int(struct.unpack(">Q", number)[0])


def cut(keys: Keys, kind: str, rows: list[Any], limit: int, id_of: Any) -> tuple[list[Any], str | None]:
    """At most `limit` of `rows` (read with one more than asked) and the cursor of the next page, or None."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], cursor_for(keys, kind, id_of(rows[limit - 1]))
