"""Addresses that a mail server said do not exist: nothing goes there for 30 days, or until somebody lifts it.

Kept by HMAC, so that the table names nobody. Only a refusal of the address itself counts, said to us while we were
sending; a bounce that comes as a mail can be forged, and would stop a stranger's mails.
"""

from datetime import datetime, timedelta
from email.message import EmailMessage

from sqlalchemy import bindparam, delete, select
from sqlmodel import Field, SQLModel, col

from helpdesk.delivery.transports import NoSuchAddress, RefusedForGood, Transport
from helpdesk.keys import Keys
from helpdesk.store.columns import UtcMoment
from helpdesk.store.quick import Quick, moment
from helpdesk.store.session import Store, Tx

LASTS = timedelta(days=30)


class Suppression(SQLModel, table=True):
    """One address. `reason` is the mail server's code."""

    __tablename__ = "mail_suppression"

    key: str = Field(primary_key=True)
    reason: str
    at: datetime = Field(sa_type=UtcMoment)


class Careful:
    """A transport that remembers addresses that do not exist and does not try them again."""

    def __init__(self, transport: Transport, store: Store, keys: Keys) -> None:
        self._transport, self._store, self._keys = transport, store, keys

    async def send(self, message: EmailMessage, sender: str, recipient: str) -> None:
        """As the transport does; RefusedForGood at once for an address that was refused before."""
        if await self._store.read(suppressed, self._keys, recipient):
            raise RefusedForGood("suppressed")
        try:
            await self._transport.send(message, sender, recipient)
        except NoSuchAddress as error:
            await self._store.write(suppress, self._keys, recipient, str(error))
            raise


_LATELY = Quick(
    lambda dialect: select(Suppression.__table__).where(  # type: ignore[attr-defined]
        col(Suppression.key) == bindparam("key"), col(Suppression.at) > bindparam("since", type_=UtcMoment)
    )
)


def suppressed(tx: Tx, keys: Keys, address: str) -> Suppression | None:
    """Why and since when nothing goes to this address; None where mails go. Asked before each mail."""
    since = moment(tx.connection.dialect, tx.now - LASTS)
    found = _LATELY.rows(tx.connection, {"key": _key(keys, address), "since": since})
    return Suppression(**found[0]._asdict()) if found else None


def suppress(tx: Tx, keys: Keys, address: str, reason: str) -> None:
    """Send nothing there any more."""
    tx.session.merge(Suppression(key=_key(keys, address), reason=reason[:60], at=tx.now))


def lift(tx: Tx, keys: Keys, address: str) -> bool:
    """Send there again; whether it was stopped."""
    gone = tx.session.execute(delete(Suppression).where(col(Suppression.key) == _key(keys, address)))
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def _key(keys: Keys, address: str) -> str:
    return keys.mac("mail suppression", address.strip().casefold()).hex()
