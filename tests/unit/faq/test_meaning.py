"""The optional encoder: another wording of the same thing is near, and vectors are kept between starts."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from helpdesk.faq.encoder import Encoder, pieces
from helpdesk.faq.library import Library
from helpdesk.faq.matcher import rank
from helpdesk.faq.meaning import Meaning, NoMeaning

TEXTS = ["How do I get an invoice?", "Where is my parcel?", "the weather in Rome", "play some music"]


@pytest.fixture(scope="module", autouse=True)
def extra() -> None:
    pytest.importorskip("onnxruntime", reason="needs helpdesk[semantic]")


def test_another_wording_is_nearest_to_what_it_means(tmp_path: Path) -> None:
    meaning = Meaning.load(TEXTS, None, lambda _: None)
    assert not isinstance(meaning, NoMeaning)
    questions = ["has my package arrived yet", "\ud800", "send me the bill"]
    alike = meaning.alike(questions)
    assert alike.shape == (3, 4)
    assert alike[[0, 2]].argmax(1).tolist() == [1, 0]
    assert meaning.between(np.arange(4)).diagonal() == pytest.approx(np.ones(4), abs=1e-5)


def test_vectors_are_encoded_once_and_a_broken_file_is_made_again(tmp_path: Path) -> None:
    said: list[str] = []
    Meaning.load(TEXTS, tmp_path, said.append)
    assert said == ["Encoding texts: 4 of 4."]
    Meaning.load(TEXTS, tmp_path, said.append)
    assert len(said) == 1
    Meaning.load([*TEXTS, "one more"], tmp_path, said.append)
    assert said[1:] == ["Encoding texts: 1 of 1."]
    for content in (b"not a file of vectors", b"PK\x03\x04 half of one", b""):
        (tmp_path / "faq-vectors.npz").write_bytes(content)
        Meaning.load(TEXTS, tmp_path, said.append)
    assert said[2:] == ["Encoding texts: 4 of 4."] * 3


def test_a_text_without_words_has_a_direction_too() -> None:
    vectors = Encoder().encode(["", "where is my parcel"])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1], abs=1e-5)


def test_words_are_cut_into_the_pieces_that_the_encoder_was_trained_on() -> None:
    assert pieces("How do I reset my password?") == [101, 2129, 2079, 1045, 25141, 2026, 20786, 1029, 102]
    assert pieces("Résumé unaffordable") == pieces("resume unaffordable")
    assert pieces("") == [101, 102]
    assert pieces("\U0001f984") == [101, 100, 102]
    assert len(pieces("word " * 500)) == 128


def test_articles_in_another_language_are_left_to_the_core(tmp_path: Path) -> None:
    (tmp_path / "passwort.md").write_text(
        "---\ntitle: Wie kann ich mein Passwort ändern?\nalternatives:\n  - Ich habe mein Kennwort vergessen\n"
        "---\nÖffnen Sie die Seite Sicherheit.\n"
    )
    german = Library.load(tmp_path, engine="semantic").engine
    assert (german.name, german.note is None) == ("core", False)
    english = Library.load(Path("faq"), engine="semantic").engine
    assert (english.name, english.note) == ("core+semantic", None)


def test_the_encoder_finds_the_article_and_both_decide_whether_it_answers(tmp_path: Path) -> None:
    both = Library.load(Path("faq"), engine="semantic", cache=tmp_path)
    encoder = replace(both, engine=replace(both.engine, second=None))
    assert both.engine.second
    plain = {"claims": both.engine.second.claims, "threshold": both.engine.second.threshold}
    core = replace(both, engine=replace(both.engine, meaning=NoMeaning(), second=None, rivals=None, **plain))
    for question in ("I never got the code", "i want to eat my password", "which card may I pay with?"):
        alone, together = rank(encoder, question), rank(both, question)
        assert [c.label for c in together.candidates] == [c.label for c in alone.candidates]
        scores = sorted([alone.score, rank(core, question).score])
        assert scores[0] < together.score < scores[1]
