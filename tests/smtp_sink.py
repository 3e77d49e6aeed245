"""A real SMTP server in the test's own loop; it keeps what it took."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope


class Sink:
    """`mails` in the order of arrival; `answer` is what the server says to the data of a mail, `refused` by address."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = "250 taken"
        self.refused: dict[str, str] = {}
        self.url = ""

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """aiosmtpd's hook."""
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        """aiosmtpd's hook."""
        if self.answer.startswith("250"):
            content = cast(bytes, envelope.content)
            self.mails.append(cast(EmailMessage, message_from_bytes(content, policy=policy.default)))
        return self.answer

    async def wait(self, to: str, contains: str, within_s: float = 10) -> EmailMessage:
        """The newest mail to `to` whose text or subject contains `contains`."""
        async with asyncio.timeout(within_s):
            while True:
                for mail in reversed(self.mails):
                    body = mail.get_body(("plain",))
                    text = body.get_content() if body else ""
                    if mail["To"] == to and (contains in text or contains in str(mail["Subject"])):
                        return mail
                await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def smtp_sink() -> AsyncIterator[Sink]:
    """A running sink on a free port."""
    sink = Sink()
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(sink, hostname="sink"), "127.0.0.1", 0
    )
    sink.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield sink
    finally:
        server.close()
        await server.wait_closed()
