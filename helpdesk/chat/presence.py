"""Who of the staff is there: a row per person, renewed by a heartbeat, so every process sees the same."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlmodel import Field, SQLModel, col

from helpdesk.store.columns import UtcMoment
from helpdesk.store.locks import one_at_a_time
from helpdesk.store.quick import Quick, moment
from helpdesk.store.session import Tx

HEARTBEAT_S = 20.0
GONE_AFTER_S = 60.0


class Presence(SQLModel, table=True):
    """`state`: online, away or offline, as the person chose or the program noticed."""

    __tablename__ = "presence"

    staff_id: int = Field(foreign_key="staff.id", primary_key=True)
    state: str = "online"
    at: datetime = Field(sa_type=UtcMoment)


_ANYBODY = Quick(
    lambda dialect: (
        select(col(Presence.staff_id))
        .where(col(Presence.state) == "online", col(Presence.at) > bindparam("since"))
        .limit(1)
    )
)


def beat(tx: Tx, staff_id: int, state: str | None = None) -> None:
    """This person's console is open; `state` None keeps what was chosen."""
    one_at_a_time(tx, f"presence {staff_id}")
    found = tx.session.get(Presence, staff_id)
    was_here = (
        found is not None and found.state == "online" and found.at > tx.now - timedelta(seconds=GONE_AFTER_S)
    )
    if found is None:
        found = Presence(staff_id=staff_id, at=tx.now)
    found.at = tx.now
    found.state = state or found.state
    tx.session.add(found)
    if was_here != (found.state == "online"):
        tx.ring("presence")


def state_of(tx: Tx, staff_id: int) -> str:
    """What this person chose last; online for somebody new."""
    found = tx.session.get(Presence, staff_id)
    return found.state if found else "online"


def leave(tx: Tx, staff_id: int) -> None:
    """The last console of this person was closed."""
    found = tx.session.get(Presence, staff_id)
    if found is not None:
        found.at = tx.now - timedelta(seconds=GONE_AFTER_S)
        tx.session.add(found)
        tx.ring("presence")


def people_here(tx: Tx) -> bool:
    """Whether anybody is there to answer now."""
    since = tx.now - timedelta(seconds=GONE_AFTER_S)
    return bool(_ANYBODY.read(tx.connection, {"since": moment(tx.connection.dialect, since)}))
