"""The optional encoder: another wording of the same thing is near, and vectors are kept between starts."""

from pathlib import Path

import numpy as np
import pytest

from helpdesk.faq.meaning import Meaning, NoMeaning

TEXTS = ["How do I get an invoice?", "Where is my parcel?", "the weather in Rome", "play some music"]


@pytest.fixture(scope="module", autouse=True)
def extra() -> None:
    pytest.importorskip("onnxruntime", reason="needs helpdesk[semantic]")


def test_another_wording_is_nearest_to_what_it_means(tmp_path: Path) -> None:
    meaning = Meaning.load(TEXTS, None, lambda _: None)
    assert not isinstance(meaning, NoMeaning)
    nothing = np.zeros(len(TEXTS), np.float32)
    assert meaning.mixed("has my package arrived yet", nothing).argmax() == 1
    assert meaning.mixed("\ud800", nothing).shape == (4,)


def test_vectors_are_encoded_once_and_a_broken_file_is_made_again(tmp_path: Path) -> None:
    said: list[str] = []
    Meaning.load(TEXTS, tmp_path, said.append)
    assert said == ["Encoding texts: 4 of 4."]
    Meaning.load(TEXTS, tmp_path, said.append)
    assert len(said) == 1
    Meaning.load([*TEXTS, "one more"], tmp_path, said.append)
    assert said[1:] == ["Encoding texts: 1 of 1."]
    (tmp_path / "faq-vectors.npz").write_bytes(b"not a file of vectors")
    Meaning.load(TEXTS, tmp_path, said.append)
    assert said[2:] == ["Encoding texts: 4 of 4."]
