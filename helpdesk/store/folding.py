"""How words are spelled where they are looked for: small letters without accents, the same in both databases."""

import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, Text, literal_column
from sqlalchemy.sql import func

PAIRS = {"ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe"}
SINGLE = ("ıøØłŁđĐ", "ioolldd")
"""Letters that Unicode does not take apart, and what they count as."""
_TABLE = str.maketrans({**PAIRS, **dict(zip(*SINGLE, strict=True))})


def fold(text: str) -> str:
    """ "Straße, İstanbul" → "strasse, istanbul"; ligatures and wide letters become the plain ones."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if not "\u0300" <= c <= "\u036f").translate(_TABLE).lower()


def folded_sql(column: str) -> str:
    """The same as an expression of PostgreSQL, but for the capital letters that `to_tsvector` makes small."""
    plain = f"translate(regexp_replace(normalize({column}, NFKD), '[\u0300-\u036f]', '', 'g'), '{SINGLE[0]}', '{SINGLE[1]}')"
    for letter, pair in PAIRS.items():
        plain = f"replace({plain}, '{letter}', '{pair}')"
    return f"CASE WHEN octet_length({column}) = length({column}) THEN {column} ELSE {plain} END"


def folded(dialect: str, column: Any) -> ColumnElement[str]:
    """A column's words folded; SQLite calls `fold`."""
    if dialect == "sqlite":
        return func.folded(func.coalesce(column, ""))
    return func.lower(literal_column(folded_sql(f"{column.table.name}.{column.name}"), Text))
