"""How words are spelled where they are looked for."""

import pytest

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
