"""What is learned from the articles when a library loads, and how it ranks them for one question."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from helpdesk.faq import background, closer, kept, learner, rivals
from helpdesk.faq.article import Article
from helpdesk.faq.bodies import Bodies
from helpdesk.faq.crowd import Crowd
from helpdesk.faq.features import Features, Texts
from helpdesk.faq.languages import Languages
from helpdesk.faq.lexicon import lexicon
from helpdesk.faq.meaning import Meaning, NoMeaning, read
from helpdesk.faq.person import wants_person
from helpdesk.faq.spelling import Speller
from helpdesk.faq.student import Student, Views
from helpdesk.faq.vectors import Floats
from helpdesk.faq.words import tokens

ENGINES = ("core", "semantic")
SECOND = 0.3
"""What the core's own judgement weighs in whether to answer where an encoder reads too."""
MOST_LEARNED = 3_000
"""Wordings up to which the exact learner serves: its cost grows with the cube."""

_LIKE_THE_FAQ = 0.38
"""Background this near to a wording may be a question for the FAQ, so it does not count as ordinary."""

_RAISED = 0.01
"""By how much the threshold is higher where a student reads: it finds more alike, of what is for no article too."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Known:
    """One text that the engine knows: a wording of an article, or (label = number of articles) of none."""

    text: str
    label: int


@dataclass(frozen=True, eq=False)
class Engine:
    """Immutable but for caches that any thread may fill. `slugs` stand in the order of the claims."""

    name: str
    note: str | None
    slugs: tuple[str, ...]
    known: tuple[Known, ...]
    features: Features
    speller: Speller
    languages: Languages
    meaning: Meaning | NoMeaning
    claims: "learner.Claims | Crowd"
    threshold: float
    second: kept.Learned | None
    """What the core alone has learned, where an encoder reads too."""
    rivals: rivals.Rivals | None
    """How far an answer usually stands out from the other articles, where an encoder reads."""
    for_people: frozenset[str]
    """Articles whose own wordings mostly ask for a person."""
    places: tuple[learner.Ints, ...]
    """For each article the places of its wordings among the known texts."""
    bodies: Bodies

    def near(self, questions: Sequence[str], words: Texts) -> tuple[Floats, Floats | None, Floats | None]:
        """How near each question, as typed and in mended words, is to each known text, 0–1.

        And, where an encoder has read it, how like they are by what it says alone, and by how much the core alone
        would be sure enough of its answer.
        """
        texts = [read(question, row) for question, row in zip(questions, words, strict=True)]
        near = self.features.near(words)
        opinions = None
        if self.second:
            opinions = learner.score(self.second.claims.of(near)) - self.second.threshold
        if isinstance(self.meaning, NoMeaning):
            return near, None, opinions
        alike = self.meaning.alike(texts)
        return self.meaning.mixed(alike, near), alike, opinions

    def closer(self, alike: Floats, articles: learner.Ints) -> Floats:
        """What a closer look at these articles alone says of each; only where an encoder reads."""
        if isinstance(self.meaning, NoMeaning):
            return np.zeros(len(articles), np.float32)
        return closer.claims(alike, [self.places[article] for article in articles], self.meaning.between)


def learn(
    articles: Sequence[Article],
    engine: str = "core",
    cache: Path | None = None,
    progress: Progress | None = None,
) -> Engine:
    """Learn the wordings, the near misses and what none of them is like."""
    say = progress or (lambda _: None)
    slugs = tuple(article.slug for article in articles)
    known = _known(articles, {slug: place for place, slug in enumerate(slugs)})
    wordings = len(known)
    ordinary = background.sentences()
    known += [Known(text, len(slugs)) for text in ordinary]
    words = [tokens(item.text) for item in known]
    own = Counter(word for row in words[:wordings] for word in row)
    # A rare word that is not English may be a slip of the editor's, copied from somebody's question.
    speller = Speller(words, (word for word, n in own.items() if n > 2 or word in lexicon().ranks), lexicon())
    words[:wordings] = map(speller.corrected, words[:wordings])
    say(f"Reading {wordings} wordings.")
    texts = [read(item.text, row) for item, row in zip(known, words, strict=True)]
    meaning, note = _reader(engine, own, texts, cache, say)
    features = Features(words, lexicon(), _views(meaning, own, words, wordings))
    labels = np.array([item.label for item in known], np.int64)
    claims: learner.Claims | Crowd
    second = leads = None
    if not wordings:
        claims, threshold = learner.Claims(np.zeros((0, 1), np.float32), labels[:0]), learner.HIGHEST
    elif wordings > MOST_LEARNED:
        say("Many wordings: the quicker learner serves.")
        claims, threshold = Crowd(labels, len(slugs)), Crowd.THRESHOLD
    else:

        def taught(by: Meaning | NoMeaning) -> kept.Learned:
            key = _key(by, features, known)
            if (found := kept.learned(cache, by.engine, key)) is None:
                found = _learned(by, features, labels, wordings, words, say)
                kept.keep(cache, by.engine, key, found)
            return found

        found = taught(meaning)
        claims, threshold = found.claims, found.threshold
        if isinstance(meaning, Meaning):
            second, leads = taught(NoMeaning()), found.rivals
    return Engine(
        name="core+semantic" if isinstance(meaning, Meaning) else "core",
        note=note,
        slugs=slugs,
        known=tuple(known),
        features=features,
        speller=speller,
        languages=Languages([item.text for item in known[:wordings]], list(own.elements()), speller.knows),
        meaning=meaning,
        claims=claims,
        threshold=threshold,
        second=second,
        rivals=leads,
        for_people=frozenset(_for_people(articles)),
        places=_places(labels, len(slugs)),
        bodies=_bodies(articles),
    )


def _reader(
    engine: str, own: Counter[str], texts: Sequence[str], cache: Path | None, say: Progress
) -> tuple[Meaning | NoMeaning, str | None]:
    """The encoder where it is wished for and can read the articles, and why not where it cannot."""
    if engine != "semantic":
        return NoMeaning(), None
    if not _is_english(own):
        reason = (
            "The encoder reads English and these articles are in another language; the core matches alone."
        )
        return NoMeaning(), reason
    meaning = Meaning.load(texts, cache, say)
    if isinstance(meaning, NoMeaning):
        return meaning, "The extra helpdesk[semantic] is not installed; the core matches alone."
    return meaning, None


def _views(meaning: Meaning | NoMeaning, own: Counter[str], words: Texts, wordings: int) -> Views | None:
    """What the student makes of the texts, where no encoder reads; it reads English, and not very many wordings."""
    if isinstance(meaning, Meaning) or not 0 < wordings <= MOST_LEARNED or not _is_english(own):
        return None
    return Views(Student(lexicon()), words, len(background.sentences()))


def _is_english(words: Counter[str]) -> bool:
    """Whether half of the words are ordinary English ones: 73 to 92 % are in English FAQs, 10 to 25 % elsewhere."""
    return 2 * sum(n for word, n in words.items() if word in lexicon().ranks) >= words.total()


def reread(engine: Engine, articles: Sequence[Article]) -> Engine:
    """The same engine for the same wordings with other answers, without learning again."""
    return replace(engine, bodies=_bodies(articles))


def _bodies(articles: Sequence[Article]) -> Bodies:
    return Bodies([article.text for article in articles], [len(article.wordings) for article in articles])


def _known(articles: Sequence[Article], places: dict[str, int]) -> list[Known]:
    known = [Known(text, places[article.slug]) for article in articles for text in article.wordings]
    for article in articles:
        for miss in article.not_for:
            known.append(Known(miss.query, places.get(miss.slug or "", len(places))))
    return known


def _key(by: Meaning | NoMeaning, features: Features, known: Sequence[Known]) -> str:
    """What is learned depends on: who reads, and all texts."""
    reader = f"{by.name} and student" if features.views else by.name
    return kept.key(reader, [(item.text, item.label) for item in known])


def _learned(
    by: Meaning | NoMeaning,
    features: Features,
    labels: learner.Ints,
    wordings: int,
    words: Texts,
    say: Progress,
) -> kept.Learned:
    """The exact learner, without the background that may be meant for this FAQ."""
    near = by.among(features.among())
    articles = int(labels[-1])
    keep = np.ones(len(labels), bool)
    if wordings:
        keep[wordings:] = near[wordings:, :wordings].max(1) < _LIKE_THE_FAQ
    groups = np.where(labels < articles, labels, articles + np.arange(len(labels)) // 2)
    say(f"Learning {int(keep.sum())} texts.")
    near = near[np.ix_(keep, keep)]  # The whole is let go of before the part that takes most.
    claims, rehearsal = learner.learn(near, labels[keep], groups[keep], articles, wordings, by.trust)
    lengths = [len(row) for row, label in zip(words, labels, strict=True) if label < articles]
    threshold = learner.threshold(rehearsal, lengths) + (_RAISED if features.views else 0.0)
    found = learner.Claims(claims.weights, np.flatnonzero(keep))
    return kept.Learned(found, threshold, rivals.usual(rehearsal, threshold))


def _for_people(articles: Sequence[Article]) -> list[str]:
    return [
        article.slug
        for article in articles
        if sum(map(wants_person, article.wordings)) * 2 > len(article.wordings)
    ]


def _places(labels: learner.Ints, articles: int) -> tuple[learner.Ints, ...]:
    order = np.argsort(labels, kind="stable")
    return tuple(np.split(order, np.searchsorted(labels[order], np.arange(1, articles + 1)))[:articles])
