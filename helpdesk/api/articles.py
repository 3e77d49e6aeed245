"""What the bot would answer, what it could not, and how the articles fare."""

from typing import Annotated

from pydantic import Field

from helpdesk.api.calls import Answer, Ask, Body, Call, Out, Visible
from helpdesk.bot.turn import rehearse
from helpdesk.clock import wire_time
from helpdesk.faq.matcher import rank
from helpdesk.faqstats.figures import figures
from helpdesk.faqstats.gaps import gaps
from helpdesk.store.session import Tx

TAG = "Help articles"
MOST_GAPS = 200


class Question(Body):
    """Words of a visitor."""

    query: Annotated[Visible, Field(min_length=1, max_length=4000)]


class CandidateOut(Out):
    """An article that may answer, with its score from 0 to 100."""

    label: str
    score: float
    title: str
    url: str


class MatchOut(Out):
    """`label` is the article that the bot would answer with; null when none is sure enough, or when it would ask."""

    label: str | None
    score: float
    threshold: float
    wants_person: bool
    reason: str
    library: Annotated[str, Field(description="The version of all articles together.")]
    candidates: list[CandidateOut]


def match_question(tx: Tx, ask: Ask) -> Answer:
    """Rank the articles for a question; nothing is kept."""
    library = ask.desk.library.current
    ranking, turn = rank(library, ask.body.query), rehearse(library, ask.body.query)
    is_told = turn.hand_over is not None or any(line.asks_feedback for line in turn.lines)
    return Answer(
        MatchOut(
            label=ranking.label if is_told else None,
            score=round(ranking.score, 3),
            threshold=round(ranking.threshold, 3),
            wants_person=ranking.wants_person,
            reason=ranking.reason,
            library=library.version,
            candidates=[
                CandidateOut(
                    label=each.label,
                    score=round(each.score, 3),
                    title=library.articles[each.label].title,
                    url=f"{ask.desk.settings.base_url}/help/{each.label}",
                )
                for each in ranking.candidates
                if each.label in library.articles
            ],
        )
    )


class GapOut(Out):
    """A question that was asked and not answered; its wordings hold no personal data."""

    times: int
    nearest: Annotated[str | None, Field(description="The article that came nearest.")]
    wordings: list[str]
    last_at: str


class GapList(Out):
    """The questions of the last 90 days, the most frequent first; at most 200."""

    items: list[GapOut]


class FiguresOut(Out):
    """What became of one version of an article."""

    slug: str
    version: str
    shown: int
    yes: int
    no: int
    handed_over: int
    reasons: Annotated[list[str], Field(description="Why No, the newest first; at most 20.")]


class FiguresList(Out):
    """Every version of every article that was shown or judged."""

    items: list[FiguresOut]


def list_gaps(tx: Tx, ask: Ask) -> Answer:
    """What was asked and not answered, grouped."""
    found = [
        GapOut(
            times=gap.times,
            nearest=gap.nearest or None,
            wordings=list(gap.wordings[:20]),
            last_at=wire_time(gap.last_at),
        )
        for gap in gaps(tx)[:MOST_GAPS]
    ]
    return Answer(GapList(items=found))


def list_figures(tx: Tx, ask: Ask) -> Answer:
    """Shown, Yes, No with reasons, handed over: for each version of each article."""
    names = FiguresOut.model_fields
    rows = [FiguresOut(**{name: row[name] for name in names}) for row in figures(tx)]
    return Answer(FiguresList(items=rows))


CALLS = (
    Call("GET", "/faq/gaps", list_gaps, "List gaps", TAG, answers={200: GapList}),
    Call("GET", "/faq/figures", list_figures, "List figures of the articles", TAG, answers={200: FiguresList}),
    Call("POST", "/faq/match", match_question, "Match a question", TAG, body=Question,
         answers={200: MatchOut}, changes=False),
)  # fmt: skip
