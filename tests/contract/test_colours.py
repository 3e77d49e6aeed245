"""A colour that a rule names and no sheet gives is none: the browser says nothing and draws the line in another."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_every_colour_and_size_that_is_named_is_given_somewhere() -> None:
    sheets = [*ROOT.glob("helpdesk/*/static/*.css"), *ROOT.glob("widget/*.css")]
    rules = {sheet.name: sheet.read_text(encoding="utf-8") for sheet in sheets}
    given = {name for text in rules.values() for name in re.findall(r"(--[\w-]+)\s*:", text)}
    assert {"--amber-line", "--green"} <= given
    for sheet, text in rules.items():
        assert set(re.findall(r"var\((--[\w-]+)", text)) <= given, sheet
