"""One visitor message, one bot turn: rank first, then decide and post. A failure is a hand-over."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import DBAPIError

from helpdesk.actor import PROVED
from helpdesk.bot import dialogue, languages, lessons, phrases
from helpdesk.bot.answers import address
from helpdesk.bot.hearing import clauses, heard
from helpdesk.bot.memory import REASON, TICKET, Heard, Line, Memory, Scene, Turn
from helpdesk.bot.parts import begun, sure_part
from helpdesk.chat import hands
from helpdesk.chat.models import Conversation
from helpdesk.chat.post import Draft, conversations, messages, post, topic
from helpdesk.chat.secrets import scrub
from helpdesk.errors import DeskError, Invalid
from helpdesk.faq.article import Article
from helpdesk.faq.library import Library
from helpdesk.faq.matcher import rank, rank_all
from helpdesk.faqstats import figures
from helpdesk.store.columns import as_json
from helpdesk.store.quick import Quick
from helpdesk.store.session import Tx

log = logging.getLogger(__name__)
LONGEST_REASON = 500
NEAR_WHOLE = 20.0
"""Score: a part of a long story answers it when it is sure, and the whole is not about other things."""
_THIS = conversations.c.id == bindparam("number")
_SEEN = (conversations.c.handled_by, conversations.c.identity, conversations.c.bot)
_MIND = Quick(lambda dialect: select(*_SEEN).where(_THIS))
_REMEMBER = Quick(lambda dialect: update(conversations).where(_THIS).values(bot=bindparam("kept")))


@dataclass(frozen=True)
class Thought:
    """What the bot made of the visitor's last words, and the articles that it looked at."""

    library: Library
    heard: Heard


# -- before the transaction ----------------------------------------------------------------------------


def think(library: Library, texts: Sequence[str], *, unclear: str = "") -> Thought:
    """What the unanswered texts amount to, oldest first; never raises. Takes no lock: run it in a thread.

    `unclear` is what was not understood before (`unclear_words`): the new words may be the rest of it.
    """
    try:
        return Thought(library, _ranked(library, texts, unclear))
    except Exception:
        log.exception("the bot could not think")
        return Thought(library, Heard("failed"))


def _ranked(library: Library, texts: Sequence[str], unclear: str) -> Heard:
    said = heard(texts)
    if said.kind == "foreign" and languages.has(library, said.language, said.text):
        said = replace(said, kind="question")
    if said.kind not in ("question", "foreign", "can_log_in", "cannot_log_in"):
        # A greeting may still hold the word for a person in it, such as "hello agent".
        return replace(said, kind="person") if said.text and rank(library, said.text).wants_person else said
    ranking = rank(library, said.text)
    if ranking.wants_person:
        return replace(said, kind="person", ranking=ranking)
    if whole := begun(library, said, unclear):
        return whole
    if ranking.label is None and said.kind == "question":
        others = (texts[-1] if len(texts) > 1 else "", f"{unclear} {said.text}" if unclear else "")
        for other in filter(None, others):
            if (second := rank(library, other)).label is not None:
                return replace(said, ranking=second)
        if ranking.score >= NEAR_WHOLE and (sure := sure_part(rank_all(library, clauses(said.text)))):
            return replace(said, ranking=sure)
    elif said.kind == "question":
        parts = rank_all(library, clauses(said.text))
        # Words of two questions may add up to a third one that nobody asked: a part is surer than the whole then.
        if all(part.label != ranking.label for part in parts):
            sure = sure_part(parts)
            if sure is not None and sure.score > ranking.score:
                return replace(said, ranking=sure)
    return replace(said, ranking=ranking)


def rehearse(library: Library, text: str) -> Turn:
    """What a visitor who is not signed in would be told if these were the first words; nothing is kept."""
    said = scrub(text).text
    return dialogue.hear(Memory(), think(library, [said]).heard, Scene(library.articles, True, False))


def unclear_words(conversation: Conversation) -> str:
    """What the bot did not understand last time; "" when it did."""
    return Memory.from_json(conversation.bot).unclear


def is_about_passwords(conversation: Conversation) -> bool:
    """Whether a lone password-like word in the next message must be taken for a password."""
    return Memory.from_json(conversation.bot).about_passwords


def label_of(conversation: Conversation, choice_id: str) -> str | None:
    """The label of a choice that was offered in this conversation; None when it was not."""
    return Memory.from_json(conversation.bot).offered.get(choice_id)


# -- inside the transaction ----------------------------------------------------------------------------


def speak(tx: Tx, conversation_id: int, thought: Thought, *, people_here: bool) -> None:
    """Answer the message that this transaction posted. Silent unless the bot has the conversation."""

    def decide(memory: Memory, scene: Scene) -> Turn:
        return dialogue.hear(memory, thought.heard, scene)

    _take_turn(tx, conversation_id, thought.library, decide, people_here, thought.heard)


def choose(tx: Tx, conversation_id: int, library: Library, choice_id: str, *, people_here: bool) -> None:
    """Answer a pressed choice, after its label was posted as the visitor's message."""
    if choice_id == TICKET and _mind(tx, conversation_id).handled_by == "queue":
        _post(tx, conversation_id, Line(phrases.TICKET_HOW, "Wants a ticket."), library)
        return

    def decide(memory: Memory, scene: Scene) -> Turn:
        return dialogue.press(memory, choice_id, scene)

    _take_turn(tx, conversation_id, library, decide, people_here)
    if choice_id.startswith(REASON):
        _keep_reason(tx, conversation_id, label_of(_mind(tx, conversation_id), choice_id) or "")


def feedback(
    tx: Tx,
    conversation_id: int,
    library: Library,
    seq: int,
    helpful: bool,
    reason: str | None,
    *,
    people_here: bool,
) -> None:
    """Keep a Yes or No on the message `seq`, confirm it and answer it. The last one wins; the same again changes nothing.

    Raises Invalid when there is no such message, or when it asked for nothing.
    """
    here = (messages.c.conversation_id == conversation_id) & (messages.c.seq == seq)
    row = tx.connection.execute(select(messages).where(here)).mappings().first()
    if row is None or not row["asks_feedback"]:
        raise Invalid(seq="That message asks no question.")
    memory = Memory.from_json(_mind(tx, conversation_id).bot)
    before = memory.judged.get(str(seq))
    why = (reason or "").strip()[:LONGEST_REASON]
    kept = {"helpful": helpful, "helpful_reason": "" if helpful else why or row["helpful_reason"]}
    tx.connection.execute(update(messages).where(here).values(kept))
    tx.ring(topic(conversation_id), {"type": "feedback", "seq": seq, "helpful": helpful})
    is_news = why != row["helpful_reason"]
    source = row["provenance"] or {}
    slug = source.get("slug")
    if slug:
        figures.record_feedback(
            tx, slug, source.get("version", ""), helpful, why if is_news else "", instead_of=before
        )
    if slug and before is not helpful:
        question = lessons.question_of(tx, conversation_id, memory, slug, seq)
        lessons.judged(tx, question, slug, helpful)
        memory = replace(memory, asked="" if question == memory.asked else memory.asked)
    _remember(tx, conversation_id, replace(memory, judged={**memory.judged, str(seq): helpful}))

    def decide(memory: Memory, scene: Scene) -> Turn:
        return dialogue.judge(memory, slug, helpful, why, scene)

    if before is not helpful:
        _take_turn(tx, conversation_id, library, decide, people_here)


def passed_by(tx: Tx, conversation_id: int, library: Library) -> None:
    """The visitor went to a person or a ticket by another way than the bot's: its last answer did not do."""
    mind = _mind(tx, conversation_id)
    memory = Memory.from_json(mind.bot)
    if mind.handled_by != "bot" or not memory.given:
        return
    slug = memory.given[-1]
    figures.record_handed_over(tx, slug, _version(library, slug))
    _remember(tx, conversation_id, lessons.learn(tx, memory, Turn(memory, hand_over="asked"), None))


def _take_turn(
    tx: Tx,
    conversation_id: int,
    library: Library,
    decide: Callable[[Memory, Scene], Turn],
    people_here: bool,
    heard_now: Heard | None = None,
) -> None:
    mind = _mind(tx, conversation_id)
    if mind.handled_by != "bot":
        return
    memory = Memory.from_json(mind.bot)
    scene = Scene(library.articles, people_here, mind.identity in PROVED)
    savepoint, rings = tx.connection.begin_nested(), len(tx.rings)
    try:
        turn = decide(memory, scene)
        _carry_out(tx, conversation_id, library, memory, turn, heard_now)
        savepoint.commit()
    except (DBAPIError, DeskError):
        raise
    except Exception:
        log.exception("the bot failed", extra={"conversation": conversation_id})
        savepoint.rollback()
        del tx.rings[rings:]
        turn = dialogue.hear(memory, Heard("failed"), scene)
        _carry_out(tx, conversation_id, library, memory, turn, None)


def _carry_out(
    tx: Tx, conversation_id: int, library: Library, before: Memory, turn: Turn, heard_now: Heard | None
) -> None:
    for line in turn.lines:
        _post(tx, conversation_id, line, library)
        if line.asks_feedback and line.slug:
            figures.record_shown(tx, line.slug, _version(library, line.slug))
    _remember(tx, conversation_id, lessons.learn(tx, before, turn, heard_now))
    if turn.memory.about_passwords != before.about_passwords:
        tx.ring(topic(conversation_id), {"type": "topic", "passwords": turn.memory.about_passwords})
    if turn.hand_over is None:
        return
    if before.given:
        figures.record_handed_over(tx, before.given[-1], _version(library, before.given[-1]))
    conversation = hands.by_number(tx, conversation_id)
    assert conversation is not None
    hands.to_queue(tx, conversation, turn.hand_over)


def _post(tx: Tx, conversation_id: int, line: Line, library: Library) -> None:
    article = library.get(line.slug) if line.slug else None
    source: dict[str, Any] = {"why": line.why, "library": library.version}
    if article:
        source |= {
            "slug": article.slug,
            "version": _version(library, article.slug),
            "score": line.score,
            "runner_up": line.runner_up,
            "heading": line.heading,
        }
    draft = Draft(
        "bot", "bot", phrases.NAME, line.text,
        article=_shown(article) if article else None,
        choices=[{"id": key, "label": label} for key, label in line.choices],
        asks_feedback=line.asks_feedback, provenance=source,
    )  # fmt: skip
    post(tx, conversation_id, draft)


def _shown(article: Article) -> dict[str, str]:
    return {"slug": article.slug, "title": article.title, "url": address(article.slug)}


def _keep_reason(tx: Tx, conversation_id: int, reason: str) -> None:
    """The reason was pressed after the No: it belongs to the newest message that did not help."""
    line = (
        select(messages.c.seq, messages.c.provenance)
        .where(
            messages.c.conversation_id == conversation_id,
            messages.c.helpful.is_(False),
            messages.c.helpful_reason == "",
        )
        .order_by(messages.c.seq.desc())
        .limit(1)
    )
    row = tx.connection.execute(line).mappings().first()
    if row is None or not reason:
        return
    here = (messages.c.conversation_id == conversation_id) & (messages.c.seq == row["seq"])
    tx.connection.execute(update(messages).where(here).values(helpful_reason=reason))
    source = row["provenance"] or {}
    if source.get("slug"):
        figures.record_reason(tx, source["slug"], source.get("version", ""), reason)


def _version(library: Library, slug: str) -> str:
    article = library.get(slug)
    return figures.version_of(article.title, article.body) if article else ""


def _mind(tx: Tx, conversation_id: int) -> Any:
    """Who has it, what is proved, and what the bot remembers, as fresh as the transaction."""
    (found,) = _MIND.rows(tx.connection, {"number": conversation_id})
    return found


def _remember(tx: Tx, conversation_id: int, memory: Memory) -> None:
    _REMEMBER.change(tx.connection, {"number": conversation_id, "kept": as_json(memory.to_json())})
