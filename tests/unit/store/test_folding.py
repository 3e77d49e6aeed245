"""How words are spelled where they are looked for."""

from importlib import import_module

import pytest

from helpdesk.chat.search_ddl import words_sql
from helpdesk.store.folding import fold


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Straße", "strasse"),
        ("STRAẞE", "strasse"),
        ("İstanbul", "istanbul"),
        ("ısparta", "isparta"),
        ("Crème Brûlée", "creme brulee"),
        ("\ufb01ne o\ufb03ce", "fine office"),
        ("ＷＩＤＥ", "wide"),
        ("Łódź, Ærø", "lodz, aero"),
        ("пароль ПАРОЛЬ", "пароль пароль"),
        ("passwort", "passwort"),
    ],
)
def test_a_letter_counts_as_its_plain_one(word: str, folded: str) -> None:
    assert fold(word) == folded
    assert fold(folded) == folded


@pytest.mark.parametrize("table", ["message", "note"])
def test_postgresql_has_an_index_of_the_very_words_that_are_searched(table: str) -> None:
    """Where this fails, a new schema step must make the indexes anew."""
    step = import_module("helpdesk.store.migrations.versions.0008_words_folded")
    assert any(f"ON {table} USING gin ({words_sql(table)})" in index for index in step.INDEXES)
