"""The ordinary words of English: how common each is and, as a short vector, what it means."""

import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import shake_128
from importlib.resources import as_file, files
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import numpy as np
from numpy.typing import NDArray

from helpdesk.faq.words import stem

STRANGE = 0.75
"""How long the vector of an unlisted word is; half of the listed ones are longer than 1."""
_USUAL_BYTE = 73.9
"""The root of the mean square of a byte with a sign."""


@dataclass(frozen=True, eq=False)
class Lexicon:
    """`ranks`: word → rank, 1 the most common, of the words that slips are mended into.

    `vectors` is words × 256, rows in the order of `rows`, which has rarer and shorter words too.
    """

    ranks: Mapping[str, int]
    rows: Mapping[str, int]
    _vectors: NDArray[np.int8]
    _file: mmap.mmap
    _scale: NDArray[np.float32]

    def let_go(self) -> None:
        """Keep nothing of the vectors in memory until they are looked at again."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self._file.madvise(mmap.MADV_DONTNEED)

    @property
    def dimensions(self) -> int:
        return int(self._vectors.shape[1])

    def vector(self, word: str) -> NDArray[np.float32] | None:
        """256 numbers; words that mean much the same point the same way. None for numbers and addresses.

        An unlisted word points a way of its own: what it means is unknown, but not that it is the same one.
        """
        row = self.rows.get(word)
        if row is not None:
            return np.asarray(self._vectors[row] * self._scale[row], np.float32)
        return None if word in ("#", "@") else _strange(stem(word), self.dimensions)


def _strange(word: str, dimensions: int) -> NDArray[np.float32]:
    """As if by dice, but the same in every process."""
    drawn = np.frombuffer(shake_128(word.encode("utf-8", "replace")).digest(dimensions), np.int8)
    return drawn * np.float32(STRANGE / (_USUAL_BYTE * dimensions**0.5))


@cache
def lexicon() -> Lexicon:
    """The list that ships with the package (see `make_lexicon.py` for its sources), read once."""
    with as_file(files("helpdesk.faq").joinpath("data/lexicon.npz")) as path, np.load(path) as stored:
        words = bytes(stored["words"]).decode().split("\n")
        ranks = {word: rank for word, rank in zip(words, stored["ranks"].tolist(), strict=True) if rank}
        scale = stored["scale"].astype(np.float32) / 127
        return Lexicon(ranks, {word: row for row, word in enumerate(words)}, *_mapped(path), scale)


def _mapped(path: Path) -> tuple[NDArray[np.int8], mmap.mmap]:
    """The vectors where they lie in the file, which is not packed: the system reads what is looked at."""
    with ZipFile(path) as archive:
        member = archive.getinfo("vectors.npy")
        assert member.compress_type == ZIP_STORED
    with path.open("rb") as file:
        # There a member's own head says how much stands before its content.
        file.seek(member.header_offset + 26)
        file.seek(sum(struct.unpack("<HH", file.read(4))), 1)
        np.lib.format.read_magic(file)
        shape, _, kind = np.lib.format.read_array_header_1_0(file)
        whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return np.frombuffer(whole, kind, shape[0] * shape[1], file.tell()).reshape(shape), whole
