"""What a turn teaches the editors: each question that was not answered well, once, and each that was."""

from dataclasses import replace

from sqlalchemy import select

from helpdesk.bot.memory import Heard, Memory, Turn
from helpdesk.chat.post import messages
from helpdesk.faqstats import gaps
from helpdesk.store.session import Tx

VERDICTS = {"worked": True, "yes": True, "did_not_work": False, "no": False}
LOOK_BACK = 6


def learn(tx: Tx, before: Memory, turn: Turn, heard: Heard | None) -> Memory:
    """Count what the turn shows of the question before it and of this one; the memory after that.

    An answer is out until something is known of it: a Yes, a No, the same asked in other words (this turn
    answers with another article, or not at all), or the way to a person.
    """
    if turn.missed and heard and heard.text:
        candidates = heard.ranking.candidates if heard.ranking else ()
        gaps.record_miss(tx, heard.text, candidates[0].label if candidates else "")
    if not before.asked or not before.given:
        return turn.memory
    slug = before.given[-1]
    told = next((line.slug for line in turn.lines if line.asks_feedback), None)
    verdict = VERDICTS.get(heard.kind) if heard and before.last and not before.pair else None
    if verdict is not None:
        judged(tx, before.asked, slug, verdict)
    elif before.last and (turn.missed or told not in (None, slug)):
        gaps.record_miss(tx, before.asked, slug, "rephrased")
    elif turn.hand_over is not None:
        gaps.record_miss(tx, before.asked, slug, "handed_over")
    else:
        return turn.memory
    return turn.memory if told else replace(turn.memory, asked="")


def judged(tx: Tx, question: str, slug: str, helpful: bool) -> None:
    """A Yes keeps the question as one that is answered well; a No makes it a gap."""
    if helpful:
        gaps.record_helped(tx, question, slug)
    else:
        gaps.record_miss(tx, question, slug, "refused")


def question_of(tx: Tx, conversation_id: int, memory: Memory, slug: str, seq: int) -> str:
    """The question that message `seq` answered with `slug`; "" when it is not known any more."""
    if memory.asked and memory.given[-1:] == (slug,):
        return memory.asked
    line = (
        select(messages.c.text)
        .where(
            messages.c.conversation_id == conversation_id,
            messages.c.seq < seq,
            messages.c.author == "visitor",
        )
        .order_by(messages.c.seq.desc())
        .limit(LOOK_BACK)
    )
    pressed = set(memory.offered.values())
    return next((text for text in tx.connection.execute(line).scalars() if text not in pressed), "")
