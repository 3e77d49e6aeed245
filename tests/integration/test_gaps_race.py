"""Two web processes hear the same new question at the same moment: it is one gap, and nobody's message fails."""

import asyncio
from typing import Any

import pytest

from helpdesk.clock import Clock
from helpdesk.faqstats.figures import record_feedback
from helpdesk.faqstats.gaps import gaps, record_helped, record_miss
from helpdesk.store.engine import make_engine
from helpdesk.store.session import Store
from tests.services import fresh_database

ROUNDS = 20


@pytest.mark.embedded
async def test_a_question_that_two_processes_hear_at_once_is_one_gap() -> None:
    url = fresh_database()
    first, second = (Store(make_engine(url), Clock()) for _ in range(2))

    async def both(rule: Any, *words: Any) -> list[Any]:
        return await asyncio.gather(first.write(rule, *words), second.write(rule, *words))

    for number in range(ROUNDS):
        assert sorted(await both(record_miss, f"where is platypus {number}")) == [False, True]
        await both(record_helped, f"where is wombat {number}", "contact-support")
        await both(record_feedback, "contact-support", f"version {number}", True, "")
    found = await first.read(gaps)
    assert sum(gap.times for gap in found) == 2 * ROUNDS
    for store in (first, second):
        await asyncio.to_thread(store.close)
