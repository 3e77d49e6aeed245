"""Two web processes get the same form, or the same mail, at the same moment: it is one ticket."""

import asyncio
from typing import Any

import pytest

from helpdesk.clock import Clock
from helpdesk.inbound.attached import Sorted
from helpdesk.inbound.landing import land
from helpdesk.inbound.reading import read
from helpdesk.keys import Keys
from helpdesk.settings import Settings
from helpdesk.store.engine import make_engine
from helpdesk.store.session import Store, Tx
from helpdesk.tickets.intake import OpenedTicket, open_ticket
from tests.programs import new_id
from tests.services import fresh_database
from tests.world import SECRET

ROUNDS = 20
MAIL = b"From: eve@example.com\r\nTo: support@localhost\r\nMessage-ID: <%d@example.com>\r\n\r\nThe code never comes.\r\n"


@pytest.mark.embedded
async def test_what_two_processes_get_at_once_is_one_ticket() -> None:
    url = fresh_database()
    keys, settings = Keys(SECRET), Settings.from_env(database_url=url)
    first, second = (Store(make_engine(url), Clock()) for _ in range(2))

    async def both(rule: Any, *words: Any) -> list[Any]:
        return await asyncio.gather(first.write(rule, *words), second.write(rule, *words))

    def by_form(tx: Tx, client_id: str) -> OpenedTicket:
        return open_ticket(
            tx, keys, email="eve@example.com", subject="No code", text="It never comes.", conversation_id=None,
            client_id=client_id, source="web",
        )  # fmt: skip

    for number in range(ROUNDS):
        one, other = await both(by_form, new_id())
        assert (one.reference, one.fresh) == (other.reference, not other.fresh)
        mail = read(MAIL % number)
        assert sorted(await both(land, keys, settings, mail, Sorted((), ()))) == ["opened", "repeated"]
    for store in (first, second):
        await asyncio.to_thread(store.close)
