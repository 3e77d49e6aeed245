"""How fast the search is among 100,000 messages, on both profiles: `python -m tests.integration.measure_search`."""

import asyncio
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from helpdesk.actor import Agent
from helpdesk.chat.models import Conversation
from helpdesk.chat.post import messages
from helpdesk.store.session import Tx
from helpdesk.tickets import search, search_index
from tests.profiles import PROFILES, settings_of
from tests.world import BEN, start_world

CONVERSATIONS, EACH, ROUNDS = 1000, 100, 7
QUERIES = (('"purple elephant"', 0), ("word77", 0), ("common", 0), ("common", 2000), ("word12 commo", 0))


def fill(tx: Tx, first: int, many: int) -> None:
    """Conversations of random words; every third message says `common`, one in ten thousand the phrase."""
    dice, said = random.Random(first), list[dict[str, Any]]()
    words = [f"word{number}" for number in range(3000)]
    people = [
        Conversation(handled_by="closed", last_seq=EACH, created_at=tx.now, touched_at=tx.now)
        for _ in range(many)
    ]
    tx.session.add_all(people)
    tx.session.flush()
    for place, one in enumerate(people):
        for seq in range(1, EACH + 1):
            text = " ".join(dice.choices(words, k=12)) + (" common" if seq % 3 == 0 else "")
            if place == 7 and seq == 50:
                text += " the purple elephant left"
            row = {"conversation_id": one.id, "seq": seq, "sender": "v:1", "author": "visitor", "name": "You"}
            said.append({**row, "text": text, "at": tx.now, "asks_feedback": False, "helpful_reason": ""})
    tx.connection.execute(insert(messages), said)


async def main() -> None:
    """Fill, index, search."""
    agent = Agent(1, "Ben", BEN, "agent")
    for profile in PROFILES:
        with tempfile.TemporaryDirectory() as folder:
            async with start_world(Path(folder), **settings_of(profile)) as world:
                for number in range(10):
                    await world.desk.store.write(fill, number, CONVERSATIONS // 10)
                await search_index.look(world.desk)
                for query, skip in QUERIES:
                    times = []
                    for _ in range(ROUNDS):
                        begun = time.perf_counter()
                        hits, _ = await world.desk.store.read(search.find, agent, query, skip)
                        times.append((time.perf_counter() - begun) * 1000)
                    sys.stdout.write(
                        f"{profile:10} {query:18} from {skip:5}: {len(hits):3} hits, "
                        f"median {statistics.median(times):6.1f} ms, worst {max(times):6.1f} ms\n"
                    )


if __name__ == "__main__":
    asyncio.run(main())
