"""A small SMTP listener for the mail server to deliver to.

It takes mail for our own address only, and no relaying.
"""

import asyncio

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from helpdesk.accounts.addresses import is_own_address
from helpdesk.errors import Unavailable
from helpdesk.inbound.attached import sort
from helpdesk.inbound.landing import land
from helpdesk.inbound.reading import MAX_BYTES, read
from helpdesk.wiring import Desk

MAX_RECIPIENTS = 20
log = structlog.get_logger()


class Handler:
    """The listener's answers. A mail is taken with 250 only after it is kept."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Only our own address and its keyed forms."""
        if not is_own_address(address, self.desk.settings.mail_from):
            return "550 5.1.1 No such address here"
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep it, then say so; while nothing can be kept the sender is asked to come again."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        mail = await asyncio.to_thread(read, content, tuple(envelope.rcpt_tos))
        came_along = await asyncio.to_thread(sort, mail.attachments)
        try:
            outcome = await self.desk.store.write(land, self.desk.keys, self.desk.settings, mail, came_along)
        except Unavailable:
            return "451 4.3.0 Come again in a moment"
        log.info("mail came in", outcome=outcome, automatic=mail.automatic)
        return "250 OK"


async def listen(desk: Desk, host: str, port: int) -> asyncio.Server:
    """A running listener; `close()` ends it. Port 0 takes a free one."""
    loop = asyncio.get_running_loop()

    def protocol() -> SMTP:
        return SMTP(
            Handler(desk), data_size_limit=MAX_BYTES, enable_SMTPUTF8=True, hostname="helpdesk", loop=loop
        )

    return await loop.create_server(protocol, host, port)
