"""The shell: what a turn leaves in the database; silence once a person has the talk."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

import helpdesk.schema  # noqa: F401 — every table must be known
from helpdesk.bot import dialogue, turn
from helpdesk.chat.models import Conversation
from helpdesk.chat.post import Draft, messages, post
from helpdesk.clock import WoundClock
from helpdesk.errors import Invalid
from helpdesk.faq.library import Library
from helpdesk.faqstats.gaps import gaps
from helpdesk.store.engine import make_engine
from helpdesk.store.session import Store, Tx
from tests import shipped

LIBRARY = shipped.library()


class Chat:
    """One conversation, as a visitor lives it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.id = store.write_now(self._open)

    def _open(self, tx: Tx) -> int:
        conversation = Conversation(created_at=tx.now, touched_at=tx.now)
        tx.session.add(conversation)
        tx.session.flush()
        return int(conversation.id or 0)

    def row(self, tx: Tx) -> Conversation:
        found = tx.session.get(Conversation, self.id, populate_existing=True)
        assert found is not None
        return found

    def say(self, text: str, people_here: bool = True, thought: turn.Thought | None = None) -> None:
        thought = thought or turn.think(LIBRARY, [text])

        def rule(tx: Tx) -> None:
            post(tx, self.id, Draft("v:1", "visitor", "You", text))
            turn.speak(tx, self.id, thought, people_here=people_here)

        self.store.write_now(rule)

    def choose(self, choice: str) -> None:
        self.store.write_now(lambda tx: turn.choose(tx, self.id, LIBRARY, choice, people_here=True))

    def judge(self, seq: int, helpful: bool, reason: str | None = None) -> None:
        self.store.write_now(
            lambda tx: turn.feedback(tx, self.id, LIBRARY, seq, helpful, reason, people_here=True)
        )

    def rows(self) -> list[dict[str, Any]]:
        line = select(messages).where(messages.c.conversation_id == self.id).order_by(messages.c.seq)
        return self.store.read_now(lambda tx: [dict(row) for row in tx.connection.execute(line).mappings()])

    def now(self) -> Conversation:
        return self.store.read_now(self.row)


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    engine = make_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    SQLModel.metadata.create_all(engine)
    store = Store(engine, WoundClock())
    yield Chat(store)
    store.close()


def test_an_answer_carries_its_article_and_where_it_comes_from(chat: Chat) -> None:
    chat.say("i forgt my pasword")
    answer = chat.rows()[-1]
    assert (answer["author"], answer["name"], answer["asks_feedback"]) == ("bot", "Assistant", True)
    assert answer["article"]["slug"] == "forgot-password"
    assert answer["article"]["url"] == "/help/forgot-password"
    source = answer["provenance"]
    assert source["slug"] == "forgot-password"
    assert source["library"] == LIBRARY.version
    assert source["score"] > 0
    assert {"version", "runner_up", "heading", "why"} <= source.keys()
    assert {"id": "person", "label": "Talk to a person"} in answer["choices"]


def test_an_article_in_other_letters_answers_though_its_locale_was_forgotten(tmp_path: Path) -> None:
    (tmp_path / "return.md").write_text("---\ntitle: كيف أعيد المنتج؟\n---\n\nهكذا.\n", encoding="utf-8")
    with_it = turn.think(Library.load(tmp_path), ["كيف أعيد المنتج؟"]).heard
    assert with_it.kind == "question"
    assert with_it.ranking is not None
    assert with_it.ranking.label == "return"
    assert turn.think(LIBRARY, ["كيف أعيد المنتج؟"]).heard.kind == "foreign"


def test_a_choice_is_known_by_its_label_and_others_are_not(chat: Chat) -> None:
    chat.say("password problem")
    row = chat.now()
    assert turn.label_of(row, "can_log_in:no") == "No, I cannot log in"
    assert turn.label_of(row, "can_log_in:maybe") is None
    chat.choose("can_log_in:no")
    assert chat.rows()[-1]["article"]["slug"] == "forgot-password"


def test_a_no_is_kept_with_its_reason_and_answered_once(chat: Chat) -> None:
    chat.say("i forgt my pasword")
    seq = chat.rows()[-1]["seq"]
    chat.judge(seq, False)
    count = len(chat.rows())
    chat.judge(seq, False)
    assert len(chat.rows()) == count
    assert chat.rows()[seq - 1]["helpful"] is False
    chat.choose("reason:no_code")
    assert chat.rows()[seq - 1]["helpful_reason"] == "No code arrived"
    assert chat.rows()[-1]["article"]["slug"] == "code-not-received"


def test_a_no_that_somebody_else_stored_first_is_answered_too(chat: Chat) -> None:
    chat.say("i forgt my pasword")
    seq = chat.rows()[-1]["seq"]
    chat.store.write_now(
        lambda tx: tx.connection.execute(
            messages.update()
            .where(messages.c.seq == seq, messages.c.conversation_id == chat.id)
            .values(helpful=False)
        )
    )
    chat.judge(seq, False)
    assert chat.rows()[-1]["seq"] > seq


def test_feedback_on_what_asked_for_none_is_refused(chat: Chat) -> None:
    chat.say("hi")
    with pytest.raises(Invalid):
        chat.judge(1, True)
    with pytest.raises(Invalid):
        chat.judge(99, True)


def test_a_person_is_one_press_away_and_the_bot_is_silent_from_then_on(chat: Chat) -> None:
    chat.say("i forgt my pasword")
    chat.choose("person")
    assert chat.now().handled_by == "queue"
    assert chat.rows()[-1]["author"] == "system"
    before = len(chat.rows())
    chat.say("i forgt my pasword")
    assert len(chat.rows()) == before + 1
    chat.judge(2, False)
    assert len(chat.rows()) == before + 1
    assert chat.rows()[1]["helpful"] is False


def test_a_thought_that_was_ready_before_the_claim_is_thrown_away(chat: Chat) -> None:
    thought = turn.think(LIBRARY, ["i forgt my pasword"])
    chat.choose("person")
    before = len(chat.rows())
    chat.say("i forgt my pasword", thought=thought)
    assert [row["author"] for row in chat.rows()[before:]] == ["visitor"]


def test_a_bot_that_fails_keeps_the_words_and_hands_over(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    thought = turn.think(LIBRARY, ["hi"])
    original = dialogue.hear

    def broken(memory: Any, heard: Any, scene: Any) -> Any:
        if heard.kind != "failed":
            raise RuntimeError("out of order")
        return original(memory, heard, scene)

    monkeypatch.setattr(dialogue, "hear", broken)
    chat.say("hi", thought=thought)
    assert chat.rows()[0]["text"] == "hi"
    assert chat.now().handled_by == "queue"


def test_a_miss_is_counted_for_the_editors_without_who_asked(chat: Chat) -> None:
    chat.say("do you sell shoes?")
    assert [gap.wordings for gap in chat.store.read_now(gaps)] == [("do you sell shoes?",)]


def test_after_a_removed_password_the_talk_is_of_passwords(chat: Chat) -> None:
    chat.say("[removed: password]")
    assert turn.is_about_passwords(chat.now())
    assert "change-password" in chat.rows()[-1]["text"]
