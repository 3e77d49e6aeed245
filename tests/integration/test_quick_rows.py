"""Messages are written past the library's care for values; what is read back with it must be the same."""

from helpdesk.chat import history
from helpdesk.chat.models import Conversation
from helpdesk.chat.post import Draft, messages, post
from helpdesk.clock import wire_time
from helpdesk.store.session import Tx
from tests.world import World


async def test_a_message_reads_back_as_it_was_written(world: World) -> None:
    draft = Draft(
        "v:1", "visitor", "Zoë", "Grüße 🙂", "0b0e7b9e-6f5c-4a0e-9a55-0d7a8f1f2a01", article={"slug": "ä", "n": 1},
        choices=[{"id": "a", "label": "Ü"}], asks_feedback=True, files=[{"id": "f"}], provenance={"by": "test"},
    )  # fmt: skip

    def write(tx: Tx) -> tuple[int, dict[str, object], Tx]:
        conversation = Conversation(created_at=tx.now, touched_at=tx.now)
        tx.session.add(conversation)
        tx.session.flush()
        return conversation.id or 0, post(tx, conversation.id or 0, draft).frame, tx

    def read(tx: Tx, number: int) -> tuple[Conversation | None, dict[str, object]]:
        row = (
            tx.connection.execute(messages.select().where(messages.c.conversation_id == number))
            .mappings()
            .one()
        )
        return tx.session.get(Conversation, number), dict(row)

    store = world.desk.store
    number, frame, tx = await store.write(write)
    conversation, row = await store.read(read, number)
    assert await store.read(history.after, number, 0) == [frame]
    assert frame["at"] == wire_time(tx.now)
    assert (row["at"], row["provenance"], row["choices"]) == (tx.now, {"by": "test"}, draft.choices)
    assert conversation is not None
    assert (conversation.last_seq, conversation.last_text) == (1, "Grüße 🙂")
    assert conversation.touched_at == conversation.waiting_since == conversation.last_visitor_at == tx.now
