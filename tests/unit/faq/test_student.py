"""What a short text means as a whole, without an encoder: by a small net that one has taught."""

from pathlib import Path

import numpy as np
import pytest

from helpdesk.faq.lexicon import lexicon
from helpdesk.faq.library import Library
from helpdesk.faq.student import LONGEST, Student, Views
from helpdesk.faq.vectors import Floats

TEXTS = [
    text.split()
    for text in (
        "how do i get an invoice",
        "where is my parcel",
        "the frobnicator does not start",
        "what is the weather in rome",
        "play some music",
    )
]


@pytest.fixture(scope="module")
def views() -> Views:
    return Views(Student(lexicon()), TEXTS, 2)


def asked(views: Views, text: str) -> Floats:
    return np.asarray(views.alike([text.split()])[0], np.float32)


def test_another_wording_is_nearest_to_what_it_means(views: Views) -> None:
    assert asked(views, "has the package arrived yet").argmax() == 1
    assert asked(views, "send me the bill please").argmax() == 0


def test_a_word_that_no_list_has_is_known_again(views: Views) -> None:
    assert asked(views, "my frobnicator is broken")[2] > asked(views, "my wobblicator is broken")[2] + 0.1


def test_texts_are_read_alike_together_and_alone(views: Views) -> None:
    together = views.alike(TEXTS)
    alone = np.concatenate([views.alike([words]) for words in TEXTS])
    assert together == pytest.approx(alone, abs=1e-5)
    assert np.stack(list(views.among())) == pytest.approx(together, abs=1e-5)
    assert together.diagonal() == pytest.approx(np.ones(5), abs=1e-5)


def test_a_text_without_words_is_like_nothing(views: Views) -> None:
    assert not views.alike([[]]).any()
    assert np.isfinite(asked(views, "# @")).all()


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    words = ["parcel", "invoice", "music"] * LONGEST
    student = Student(lexicon())
    assert student.read([words]) == pytest.approx(student.read([words[:LONGEST]]), abs=1e-6)


def test_it_reads_english_articles_only(tmp_path: Path) -> None:
    def library(name: str, title: str, wording: str) -> Library:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "one.md").write_text(f"---\ntitle: {title}\nalternatives:\n  - {wording}\n---\nText.\n")
        return Library.load(folder)

    assert library("english", "Where is my parcel?", "has the package arrived").engine.features.views
    german = library("german", "Wie setze ich mein Passwort zurück?", "Kennwort vergessen was tun")
    assert german.engine.features.views is None
