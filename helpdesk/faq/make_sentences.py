"""Makes the sentences that `make_student.py` teaches with: our own ones and WordNet's examples, each said a little otherwise.

Run by hand: `python -m helpdesk.faq.make_sentences WORDNET COUNT > sentences.txt`, where WORDNET is the folder of WordNet's
files (3.0, free to use; Debian's package `wordnet-base` has them). One line each: the number of its family, a tab, its words.
A family is up to four sentences that differ in a word or two, so that fine differences can be learned. None of them
comes from a set of questions.
"""

import random
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np

from helpdesk.faq.background import sentences
from helpdesk.faq.lexicon import Lexicon, lexicon
from helpdesk.faq.make_emphasis import wishes
from helpdesk.faq.words import tokens

Words = list[str]

FAMILY = 4
KINDS = {"1": "noun", "2": "verb", "3": "adjective", "5": "adjective", "4": "adverb"}
ENDINGS = ("ing", "ed", "ly", "s")
COMMON = 110
"""Words up to this rank tell how a sentence is built; the others may be exchanged."""
SEAMS = frozenset(
    [
        "to",
        "for",
        "my",
        "the",
        "a",
        "with",
        "on",
        "in",
        "from",
        "of",
        "and",
        "but",
        "because",
        "if",
        "when",
        "is",
        "it",
        "i",
        "your",
    ]
)
"""Words at which two sentences can be joined."""
BEFORE = (
    "hi|hello|hey|hello there|hi team|good morning|please|please help|i need help|can you help me|could you tell me"
    "|i have a question|quick question|excuse me|hi i have a problem|urgent|sorry|ok so|i would like to know|do you know"
    "|tell me|can you please|i want to know|just wondering|thanks"
)
AFTER = (
    "please|thanks|thank you|can you help|what should i do|help|asap|please help|how do i fix this|why|is that normal"
    "|anyone|what now"
)


class Thesaurus:
    """Words that may stand in the place of another: near ones, or any of the same kind and ending."""

    def __init__(self, wordnet: Path, known: Lexicon, dice: random.Random) -> None:
        self._known, self._dice = known, dice
        self._words = list(known.rows)
        vectors = np.array([known.vector(word) for word in self._words], np.float32)
        self._vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
        self._ranks = np.array([known.ranks.get(word, 15_000) for word in self._words])
        self._usual = np.flatnonzero(self._ranks < 9_000)
        self._near: dict[str, Words] = {}
        self._kinds = _kinds(wordnet)
        self._pools: dict[tuple[str, str], list[int]] = {}
        for place in np.flatnonzero((self._ranks > 120) & (self._ranks < 16_000)):
            if len(self._words[place]) > 2:
                self._pools.setdefault(self._shape(self._words[place]), []).append(int(place))
        self._odds = {
            shape: list(accumulate(1 / (self._ranks[pool] + 400.0) ** 0.9))
            for shape, pool in self._pools.items()
        }

    def tells(self, word: str) -> bool:
        """Whether a word says what a sentence is about."""
        return word.isalpha() and len(word) > 2 and self._known.ranks.get(word, 20_000) > COMMON

    def another(self, word: str) -> str:
        """A near word, one of the same kind, or now and then one that nobody knows."""
        turn = self._dice.random()
        if word in self._known.rows and turn < 0.45:
            near = self._nearest(word)
            return self._dice.choice(near[:10]) if near else word
        return self._alike(word) if turn < 0.93 else self._strange(word)

    def _nearest(self, word: str) -> Words:
        if word not in self._near:
            alike = self._vectors[self._usual] @ self._vectors[self._known.rows[word]]
            best = self._usual[np.argsort(-alike)[1:16]]
            self._near[word] = [self._words[place] for place in best if self._words[place] != word]
        return self._near[word]

    def _alike(self, word: str) -> str:
        shape = self._shape(word)
        if shape not in self._pools:
            return word
        odds = self._odds[shape]
        place = int(np.searchsorted(odds, self._dice.random() * odds[-1]))
        return self._words[self._pools[shape][place]]

    def _strange(self, word: str) -> str:
        dice = self._dice
        if dice.random() < 0.5:
            return "".join(
                dice.choice("bcdfgklmnprstvz") + dice.choice("aeiou") for _ in range(dice.randint(2, 4))
            )
        place = dice.randrange(len(word))
        return word[:place] + dice.choice("abcdefghijklmnopqrstuvwxyz") + word[place + dice.randint(0, 1) :]

    def _shape(self, word: str) -> tuple[str, str]:
        ending = next((e for e in ENDINGS if word.endswith(e) and len(word) > len(e) + 2), "")
        return ending, self._kind(word)

    def _kind(self, word: str) -> str:
        """Noun, verb … as which WordNet's texts mostly use it; a noun when they do not."""
        bases = [word, word.removesuffix("s")]
        if word.endswith("ing"):
            bases += [word[:-3], word[:-3] + "e"]
        if word.endswith("ed"):
            bases += [word[:-2], word[:-1]]
        for base in bases:
            if counts := self._kinds.get(base):
                return max(counts, key=counts.__getitem__)
        return "noun"


def _kinds(wordnet: Path) -> dict[str, dict[str, int]]:
    """Word → how often WordNet's marked texts have it as a noun, a verb …"""
    found: dict[str, dict[str, int]] = {}
    for line in (wordnet / "cntlist.rev").read_text().splitlines():
        sense, _, times = line.split()
        word, _, rest = sense.partition("%")
        counts = found.setdefault(word, {})
        counts[KINDS[rest[0]]] = counts.get(KINDS[rest[0]], 0) + int(times)
    return found


def examples(wordnet: Path) -> Iterator[Words]:
    """The sentences that show how a word is used."""
    for part in ("noun", "verb", "adj", "adv"):
        for line in (wordnet / f"data.{part}").read_text().splitlines():
            if not line.startswith(" "):
                rows = [tokens(quoted) for quoted in re.findall(r'"([^"]+)"', line.split(" | ", 1)[1])]
                yield from (row for row in rows if 3 <= len(row) <= 14)


def varied(words: Words, strength: float, others: Thesaurus, dice: random.Random) -> Words:
    """The same with other words, or without some."""
    found = []
    for word in words:
        turn = dice.random()
        if others.tells(word):
            if turn < strength:
                found.append(others.another(word))
            elif turn <= 0.96:
                found.append(word)
        elif turn >= 0.06:
            found.append(word)
    return found


def spliced(first: Words, second: Words, dice: random.Random) -> Words:
    """The beginning of one and the end of another, joined at a small word."""
    cuts = [place for place, word in enumerate(first) if word in SEAMS and place > 0]
    if not cuts:
        return first
    cut = dice.choice(cuts)
    ends = [place for place, word in enumerate(second) if word == first[cut]]
    ends = ends or [place for place, word in enumerate(second) if word in SEAMS]
    return first[:cut] + second[dice.choice(ends) :] if ends else first


class Families:
    """Draws families of sentences, always the same ones."""

    def __init__(self, wordnet: Path) -> None:
        self._dice = random.Random(8)  # noqa: S311
        ours = [row for group in wishes() for saying in group if (row := tokens(saying))]
        idle = [row for sentence in sentences(12) if 2 <= len(row := tokens(sentence)) <= 16]
        self.wishes, self._sources = len(ours), ours + idle
        self._examples = list(examples(wordnet))
        self._dice.shuffle(self._examples)
        self._others = Thesaurus(wordnet, lexicon(), self._dice)
        self._before, self._after = ([tokens(one) for one in text.split("|")] for text in (BEFORE, AFTER))
        self._seen: set[str] = set()

    def draw(self) -> Words:
        """One family; sentences that were drawn before are left out."""
        first = self._first()
        if self._dice.random() < 0.7:
            first = varied(first, self._dice.choice((0.15, 0.35, 0.6)), self._others, self._dice)
        family = []
        for turn in range(FAMILY):
            row = (
                first
                if not turn
                else varied(first, self._dice.choice((0.12, 0.25)), self._others, self._dice)
            )
            row = self._dressed(row)
            sentence = " ".join(row[:20])
            if row and sentence not in self._seen:
                self._seen.add(sentence)
                family.append(sentence)
        return family

    def _first(self) -> Words:
        dice, sources = self._dice, self._sources
        turn = dice.random()
        if turn < 0.6:
            words = sources[dice.randrange(self.wishes)]
            return (
                spliced(words, sources[dice.randrange(self.wishes)], dice) if dice.random() < 0.35 else words
            )
        words = (
            sources[dice.randrange(self.wishes, len(sources))] if turn < 0.75 else dice.choice(self._examples)
        )
        if dice.random() >= 0.15:
            return words
        other = dice.choice(self._examples) if dice.random() < 0.5 else sources[dice.randrange(self.wishes)]
        return spliced(words, other, dice)

    def _dressed(self, words: Words) -> Words:
        """With a greeting, a plea, or only a piece of it, now and then."""
        dice = self._dice
        turn = dice.random()
        if turn < 0.06:
            return dice.choice(self._before) + words
        if turn < 0.10:
            return words + dice.choice(self._after)
        if turn < 0.16 and len(words) > 5:
            start = dice.randrange(0, len(words) - 3)
            return words[start : start + dice.randint(2, 5)]
        return words


def main(arguments: Sequence[str]) -> None:
    families = Families(Path(arguments[0]))
    count = number = 0
    while count < int(arguments[1]):
        for sentence in (family := families.draw()):
            print(number, sentence, sep="\t")
        count += len(family)
        number += bool(family)


if __name__ == "__main__":
    main(sys.argv[1:])
