"""What the bot would answer."""

from typing import Annotated

from pydantic import Field

from helpdesk.api.calls import Answer, Ask, Body, Call, Out, Visible
from helpdesk.faq.matcher import rank
from helpdesk.store.session import Tx

TAG = "Help articles"


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
    """`label` is the article that the bot would answer with; null when none is sure enough."""

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
    ranking = rank(library, ask.body.query)
    return Answer(
        MatchOut(
            label=ranking.label,
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


CALLS = (
    Call("POST", "/faq/match", match_question, "Match a question", TAG, body=Question,
         answers={200: MatchOut}, changes=False),
)  # fmt: skip
