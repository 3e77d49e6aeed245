"""Makes `data/student.npz`: a layer of a transformer that says of words' vectors what the encoder says of their text.

Run by hand when the lexicon, the encoder or `data/emphasis.npz` changes: `python -m helpdesk.faq.make_student SENTENCES`
(needs the group `student` of pyproject.toml and the extra `semantic`; a quarter of an hour on one core). SENTENCES is what
`make_sentences.py` prints; the file that ships learned from 110,000 of them. Distillation (Hinton et al. 2015), of each
text's vector and of how like the texts of a batch are to each other (Park et al. 2019).
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from helpdesk.faq.background import sentences
from helpdesk.faq.encoder import Encoder
from helpdesk.faq.lexicon import lexicon
from helpdesk.faq.meaning import emphasis_matrix
from helpdesk.faq.student import HEADS, LONGEST, described
from helpdesk.faq.vectors import Floats, level
from helpdesk.faq.words import tokens

Places = NDArray[np.int64]
Net = dict[str, Any]

WIDTH, HIDDEN = 128, 384
TAUGHT, KEPT = 256, 80
"""Of the encoder's principal directions so many are taught; the first of them are kept: what is learned of the others
makes the answers worse."""
BATCH = 512
ROUNDS = ((2_800, 2e-3, 1.0), (3_700, 1.5e-3, 3.0))
"""Steps, their pace at first (it falls to nearly nothing), and what likenesses weigh beside the vectors themselves."""
START = 0.5
"""How much more the rarer words weigh at first."""
LENGTHS = (3, 5, 7, 9, 12, 16, LONGEST)


def target(texts: list[str]) -> Floats:
    """What the encoder says, as `meaning.py` compares it, in its principal directions."""
    encoder = Encoder()
    ordinary = encoder.encode([" ".join(tokens(text)) for text in sentences()]).mean(0)
    found = np.zeros((len(texts), len(ordinary)), np.float32)
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    for start in range(0, len(order), 64):
        some = order[start : start + 64]
        found[some] = encoder.encode([texts[place] for place in some])
    found = level((found - ordinary) @ emphasis_matrix())
    directions = np.linalg.eigh(found.T @ found)[1][:, ::-1]
    return level(found @ directions[:, :TAUGHT])


def read(path: Path) -> tuple[list[str], list[Places]]:
    """The sentences, and which of them are of one family."""
    rows = [line.split("\t") for line in path.read_text().splitlines()]
    numbers = np.array([int(number) for number, _ in rows])
    return [text for _, text in rows], np.split(np.arange(len(rows)), np.flatnonzero(np.diff(numbers)) + 1)


def numbered(texts: list[str]) -> tuple[Floats, Places]:
    """The vectors of all words, the last one of nothing; the words of each text by their places there."""
    rows = [text.split()[:LONGEST] for text in texts]
    places = {word: place for place, word in enumerate(dict.fromkeys(word for row in rows for word in row))}
    known = lexicon()
    vectors = np.stack([*(described(word, known) for word in places), np.zeros(known.dimensions + 2)])
    found = np.full((len(rows), LONGEST), len(places))
    for line, row in zip(found, rows, strict=True):
        line[: len(row)] = [places[word] for word in row]
    return np.asarray(vectors, np.float32), found


def straight(vectors: Floats, words: Places, wanted: Floats) -> tuple[Floats, Floats]:
    """The best that a weighted mean of the words alone can say: where learning starts."""
    there = words < len(vectors) - 1
    weights = np.exp(START * vectors[words, -2]) * there
    weights /= weights.sum(1, keepdims=True)
    means = np.einsum("tw,twd->td", weights, vectors[words])
    rows = np.concatenate([means, np.ones((len(means), 1))], 1)
    ridge = np.diag([20.0] * means.shape[1] + [0.0])
    found = np.linalg.solve(rows.T @ rows + ridge, rows.T @ wanted)
    return np.asarray(found[:-1], np.float32), np.asarray(found[-1], np.float32)


def start(own: int, linear: Floats, shift: Floats) -> Net:
    """A net that says what `straight` found, and a little noise."""
    dice = np.random.default_rng(0)

    def drawn(rows: int, columns: int, size: float = 1.0) -> Any:
        return jnp.array(dice.normal(0, size * rows**-0.5, (rows, columns)), jnp.float32)

    return {
        "inward": drawn(own, WIDTH),
        "places": drawn(LONGEST, WIDTH, 0.1 * LONGEST**0.5),
        "first": jnp.ones(WIDTH),
        "heads": drawn(WIDTH, 3 * WIDTH),
        "back": drawn(WIDTH, WIDTH, 0.5),
        "second": jnp.ones(WIDTH),
        "wide": drawn(WIDTH, HIDDEN),
        "bias": jnp.zeros(HIDDEN),
        "narrow": drawn(HIDDEN, WIDTH, 0.5),
        "last": jnp.ones(WIDTH),
        "telling": drawn(WIDTH, 1, 0.2),
        "alone": jnp.zeros((own, 1)).at[-2, 0].set(START),
        "outward": drawn(WIDTH, TAUGHT, 0.3),
        "straight": jnp.array(linear),
        "shift": jnp.array(shift),
    }


def said(net: Net, words: Any, there: Any) -> Any:
    """The same sums as in `student.py`, for texts (× words × numbers) of any lengths; `there` marks their words."""
    count, length, _ = words.shape
    x = _times(words, net["inward"]) + net["places"][:length]
    parts = _times(_even(x, net["first"]), net["heads"]).reshape(count, length, 3, HEADS, -1)
    asked, known, told = parts.transpose(2, 0, 3, 1, 4)
    heard = asked @ known.transpose(0, 1, 3, 2) * asked.shape[-1] ** -0.5
    heard = jax.nn.softmax(heard + jnp.where(there, 0.0, -1e9)[:, None, None, :])
    mixed = (heard @ told).transpose(0, 2, 1, 3).reshape(count, length, -1)
    x = x + _times(mixed, net["back"])
    hidden = jax.nn.relu(_times(_even(x, net["second"]), net["wide"]) + net["bias"])
    x = _even(x + _times(hidden, net["narrow"]), net["last"])
    weights = (x @ net["telling"] + words @ net["alone"])[..., 0]
    weights = jax.nn.softmax(jnp.where(there, weights, -1e9))[..., None]
    found = _times((x * weights).sum(1), net["outward"])
    found += (words * weights).sum(1) @ net["straight"] + net["shift"]
    return found / jnp.sqrt((found**2).sum(1, keepdims=True) + 1e-9)


def _times(left: Any, right: Any) -> Any:
    """Half as exact and twice as quick."""
    return jnp.dot(left.astype(jnp.bfloat16), right.astype(jnp.bfloat16)).astype(jnp.float32)


def _even(x: Any, scale: Any) -> Any:
    return x * scale / jnp.sqrt((x * x).mean(-1, keepdims=True) + 1e-5)


def loss(net: Net, words: Any, there: Any, wanted: Any, likeness: float) -> Any:
    """How far vectors are off, and how far likenesses are: those of near texts count most."""
    found = said(net, words, there)
    right = wanted @ wanted.T
    weights = (1 - jnp.eye(len(right))) * (1 + 8 * jnp.maximum(right, 0) ** 2)
    off = (weights * (found @ found.T - right) ** 2).sum() / weights.sum()
    return 1 - (found * wanted).sum(1).mean() + 4 * likeness * off


def batches(families: list[Places], lengths: Places) -> Iterator[Places]:
    """For ever: texts of about one length, families together."""
    dice = np.random.default_rng(0)
    longest = np.array([lengths[family].max() for family in families])
    while True:
        order = np.argsort(longest + 2.5 * dice.random(len(families)), kind="stable")
        rows = np.concatenate([families[place] for place in order])
        for turn in dice.permutation(len(rows) // BATCH):
            yield rows[turn * BATCH : (turn + 1) * BATCH]


def learned(vectors: Floats, words: Places, families: list[Places], wanted: Floats) -> Net:
    """The net after all rounds, by Adam (Kingma and Ba 2014), its pace falling as a cosine."""
    net = start(vectors.shape[1], *straight(vectors, words[::3], wanted[::3]))
    lengths = (words < len(vectors) - 1).sum(1)
    drawn = batches(families, lengths)
    adam = optax.chain(optax.clip_by_global_norm(1.0), optax.scale_by_adam(0.9, 0.98))

    def step(net: Net, state: Any, place: Any, wanted: Any, pace: float, likeness: float) -> Any:
        told = jnp.array(vectors)[place], place < len(vectors) - 1
        off, slope = jax.value_and_grad(loss)(net, *told, wanted, likeness)
        change, state = adam.update(slope, state)
        moved = {
            name: net[name] - pace * (change[name] + 0.01 * net[name] * (net[name].ndim > 1)) for name in net
        }
        return moved, state, off

    step = jax.jit(step)
    for steps, pace, likeness in ROUNDS:
        state = adam.init(net)
        for turn in range(steps):
            some = next(drawn)
            length = next(length for length in LENGTHS if length >= lengths[some].max())
            now = pace * min(1, (turn + 1) / 150) * (0.02 + 0.49 * (1 + np.cos(np.pi * turn / steps)))
            net, state, off = step(net, state, words[some, :length], wanted[some], now, likeness)
            if turn % 100 == 0:
                print(turn, float(off), flush=True)
    return net


def main() -> None:
    texts, families = read(Path(sys.argv[1]))
    net = learned(*numbered(texts), families, target(texts))
    for name in ("outward", "straight", "shift"):
        net[name] = net[name][..., :KEPT]
    for name in ("telling", "alone"):
        net[name] = net[name][:, 0]
    kept: dict[str, Any] = {name: np.asarray(values, np.float16) for name, values in net.items()}
    np.savez_compressed(Path(__file__).with_name("data") / "student.npz", **kept)


if __name__ == "__main__":
    main()
