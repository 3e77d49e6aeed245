"""What somebody who waits may honestly be told: who is here, when the desk opens, how long others waited just now.

`GET /visitor/outlook` → `{"agents": "here"|"away", "opens_at": null|"…", "wait_s": null|[low, high]}`: the same for
everybody, null where it is not known.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from helpdesk.chat.hands import IN_LINE
from helpdesk.chat.models import Conversation, Message
from helpdesk.chat.presence import people_here
from helpdesk.clock import wire_time
from helpdesk.store.session import Tx
from helpdesk.tickets import sla
from helpdesk.tickets.work import office_hours
from helpdesk.web.client_address import client_address, network_of
from helpdesk.wiring import Desk

LOOK_BACK = timedelta(hours=24)
FRESH = timedelta(seconds=15)
MOST_WAITS = 20
FEWEST_WAITS = 3


async def outlook(request: Request) -> Response:
    """One reading in a quarter of a minute is enough for everybody."""
    desk: Desk = request.app.state.desk
    await desk.limits.check("120/minute", "outlook", network_of(client_address(request)))
    now = desk.clock.now()
    read_at, found = getattr(request.app.state, "outlook", (None, {}))
    if read_at is None or not read_at <= now < read_at + FRESH:
        found = await desk.store.read(look)
        request.app.state.outlook = (now, found)
    return JSONResponse(found, headers={"Cache-Control": f"public, max-age={FRESH.seconds}"})


def look(tx: Tx) -> dict[str, Any]:
    """The facts as they stand now."""
    opens = opens_at(office_hours(tx), tx.now)
    return {
        "agents": "here" if people_here(tx) else "away",
        "opens_at": wire_time(opens) if opens else None,
        "wait_s": usual_wait(recent_waits(tx)),
    }


def opens_at(hours: sla.Hours, now: datetime) -> datetime | None:
    """When the next office window begins; None round the clock, and inside a window."""
    if hours.is_always:
        return None
    begin = next((begin for begin, _ in sla.windows(hours, now)), None)
    return begin if begin and begin > now else None


def usual_wait(waits: list[float]) -> list[int] | None:
    """The middle half of what others waited, in seconds; None for fewer than three, which say nothing."""
    if len(waits) < FEWEST_WAITS:
        return None
    ordered, last = sorted(waits), len(waits) - 1
    return [round(ordered[last // 4]), round(ordered[last - last // 4])]


def recent_waits(tx: Tx) -> list[float]:
    """Seconds from getting in line to a person's first words, of the newest that were answered within a day."""
    newest = (
        select(col(Conversation.id), col(Conversation.first_reply_at))
        .where(
            col(Conversation.touched_at) > tx.now - LOOK_BACK, col(Conversation.first_reply_at).is_not(None)
        )
        .order_by(col(Conversation.touched_at).desc())
        .limit(MOST_WAITS)
    )
    answered = dict(tx.session.execute(newest).all())
    lined_up = (
        select(col(Message.conversation_id), func.min(col(Message.at)))
        .where(col(Message.conversation_id).in_(list(answered)), col(Message.author) == "system")
        .where(col(Message.text) == IN_LINE)
        .group_by(col(Message.conversation_id))
    )
    waits = [(answered[number] - since).total_seconds() for number, since in tx.session.execute(lined_up)]
    return [wait for wait in waits if wait >= 0]
