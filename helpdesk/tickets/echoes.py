"""What is kept elsewhere of what was said: deliveries to webhooks, answers to keyed calls, the demo's mails."""

from sqlalchemy import Table, delete, func, select
from sqlmodel import SQLModel

from helpdesk.chat.notes import notes
from helpdesk.chat.post import conversations, messages
from helpdesk.store.session import Tx

AT_ONCE = 500


def forget_deliveries(tx: Tx, numbers: list[int]) -> None:
    """Take what webhooks were told of these conversations out of their log and out of the line."""
    _forget(tx, _table("webhook_delivery"), _names_of(tx, numbers))


def forget(tx: Tx, numbers: list[int], email: str) -> None:
    """The same, the answers of the API that programs may ask for again, and mails that were kept to be looked at."""
    forget_deliveries(tx, numbers)
    _forget(tx, _table("idempotency_key"), {*_names_of(tx, numbers), *_ids_said(tx, numbers)})
    mails = _table("kept_mail")
    tx.connection.execute(delete(mails).where(func.lower(mails.c.recipient) == email.casefold()))


def _names_of(tx: Tx, numbers: list[int]) -> set[str]:
    line = select(conversations.c.public_id).where(conversations.c.id.in_(numbers))
    return {f'"{name}"' for name in tx.connection.execute(line).scalars()}


def _ids_said(tx: Tx, numbers: list[int]) -> set[str]:
    lines = [select(t.c.client_id).where(t.c.conversation_id.in_(numbers)) for t in (messages, notes)]
    return {f'"{ident}"' for line in lines for ident in tx.connection.execute(line).scalars() if ident}


def _forget(tx: Tx, table: Table, marks: set[str]) -> None:
    """Delete the rows whose body names one of them."""
    if not marks:
        return
    keys = list(table.primary_key)
    rows = tx.connection.execute(select(table.c.body, *keys)).partitions(AT_ONCE)
    gone = [row[1:] for some in rows for row in some if any(mark in row[0] for mark in marks)]
    for values in gone:
        tx.connection.execute(
            delete(table).where(*(key == value for key, value in zip(keys, values, strict=True)))
        )


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]
