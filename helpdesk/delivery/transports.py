"""Where mails go: an SMTP server, the kept mailbox of the demo, or the server's own output."""

import re
import ssl
import sys
from datetime import datetime
from email import policy
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
from sqlalchemy import Column, Text, select
from sqlmodel import Field, SQLModel, col

from helpdesk.store.columns import UtcMoment
from helpdesk.store.session import Store, Tx

TIMEOUT_S = 30.0


class RefusedForGood(Exception):
    """The mail server said no (5xx); trying again is of no use."""


class NoSuchAddress(RefusedForGood):
    """The mail server said that the address itself does not exist."""


class Transport(Protocol):
    """Takes one finished mail. Raises RefusedForGood, or anything else for "try later"."""

    async def send(self, message: EmailMessage, sender: str, recipient: str) -> None:
        """Returns when the next server has taken the mail."""


class KeptMail(SQLModel, table=True):
    """A mail of the demo's mailbox."""

    __tablename__ = "kept_mail"

    id: int | None = Field(default=None, primary_key=True)
    recipient: str
    subject: str
    raw: str = Field(sa_column=Column(Text, nullable=False))
    message_id: str = Field(unique=True)
    at: datetime = Field(sa_type=UtcMoment)


class Mailbox:
    """Keeps mails in the database for `/demo/mailbox`; the same Message-ID is kept once."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def send(self, message: EmailMessage, sender: str, recipient: str) -> None:
        """Keep it."""
        await self._store.write(_keep, message, recipient)


def _keep(tx: Tx, message: EmailMessage, recipient: str) -> None:
    ident = str(message["Message-ID"])
    if tx.session.execute(select(col(KeptMail.id)).where(col(KeptMail.message_id) == ident)).first():
        return
    raw = message.as_bytes(policy=policy.SMTP).decode("utf-8", "replace")
    tx.session.add(
        KeptMail(recipient=recipient, subject=str(message["Subject"]), raw=raw, message_id=ident, at=tx.now)
    )


class Printer:
    """Prints mails to the server's output: for a desk that has no mail server yet."""

    async def send(self, message: EmailMessage, sender: str, recipient: str) -> None:
        """Print it, between two lines that a person finds."""
        body = message.get_body(("plain",))
        text = body.get_content() if body else ""
        sys.stdout.write(f"--- mail to {recipient}: {message['Subject']}\n{text}\n--- end of mail\n")
        sys.stdout.flush()


class Smtp:
    """`smtp://user:pass@host:587?starttls=1` or `smtps://…`; connections are kept between mails."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        asked = parse_qs(parts.query)
        starttls = asked.get("starttls", ["0"])[0] == "1"
        self._options = {
            "hostname": parts.hostname or "localhost",
            "port": parts.port or (465 if parts.scheme == "smtps" else 25),
            "username": unquote(parts.username) if parts.username else None,
            "password": unquote(parts.password) if parts.password else None,
            "use_tls": parts.scheme == "smtps",
            "start_tls": starttls or None if starttls else False,
            "timeout": TIMEOUT_S,
        }
        if asked.get("ca"):
            self._options["tls_context"] = ssl.create_default_context(cafile=asked["ca"][0])
        self._idle: list[aiosmtplib.SMTP] = []

    async def send(self, message: EmailMessage, sender: str, recipient: str) -> None:
        """Hand it over; a reply of 5xx is RefusedForGood, anything else may be tried again."""
        client, is_kept = await self._connection()
        try:
            try:
                await client.send_message(message, sender=sender, recipients=[recipient])
            except aiosmtplib.SMTPServerDisconnected:
                if not is_kept:
                    raise
                client = await self._connect()  # the server had put down a connection that was long quiet
                await client.send_message(message, sender=sender, recipients=[recipient])
            self._idle.append(client)
        except aiosmtplib.SMTPRecipientsRefused as error:
            client.close()
            if all(500 <= refusal.code < 600 for refusal in error.recipients):
                first = error.recipients[0]
                kind = NoSuchAddress if is_about_the_address(first.code, first.message) else RefusedForGood
                raise kind(f"{first.code}") from None
            raise
        except aiosmtplib.SMTPResponseException as error:
            client.close()
            if 500 <= error.code < 600:
                raise RefusedForGood(f"{error.code}") from None
            raise
        except BaseException:
            client.close()
            raise

    async def greet(self, within_s: float) -> None:
        """Connect and leave again. Raises whatever a mail would meet before anything is said of it."""
        client = aiosmtplib.SMTP(**{**self._options, "timeout": within_s})  # type: ignore[arg-type]
        await client.connect()
        await client.quit()

    async def _connection(self) -> tuple[aiosmtplib.SMTP, bool]:
        """A connection that nobody uses now, and whether it was there before."""
        while self._idle:
            client = self._idle.pop()
            if client.is_connected:
                return client, True
        return await self._connect(), False

    async def _connect(self) -> aiosmtplib.SMTP:
        """A new one. Whatever goes wrong here says nothing about one mail, so each waits for a better moment."""
        client = aiosmtplib.SMTP(**self._options)  # type: ignore[arg-type]
        try:
            await client.connect()
        except BaseException:
            client.close()
            raise
        return client


def is_about_the_address(code: int, text: str) -> bool:
    """Whether a refusal says that there is no such address, not that somebody dislikes the mail or its sender."""
    if found := re.match(r"\s*5\.(\d+)\.\d+", text):  # RFC 3463: 5.1 is addressing, 5.7 is policy
        return found[1] == "1"
    return code in {550, 551, 553}
