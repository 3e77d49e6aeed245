"""Pure: is a question in a language and script that the FAQ has? Told by its small words and its letters."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib.resources import files

_SHARE = 0.04
"""A language is the FAQ's when at least this share of its words are small words of that language."""


class Languages:
    """What the wordings are written in."""

    def __init__(self, texts: Sequence[str], words: Sequence[str], knows: Callable[[str], bool]) -> None:
        """`words` are those of the texts, as typed; `knows` tells whether the speller knows a word."""
        self._knows = knows
        self._scripts = {script for text in texts for script in _scripts(text)}
        hits = Counter(language for word in words for language in small_words().get(word, ()))
        self._own = {language for language, n in hits.items() if n >= _SHARE * len(words)}

    def has(self, question: str, typed: Sequence[str], read: Sequence[str]) -> bool:
        """False when most letters or most small words belong to a script or language that no wording has.

        `typed` and `read` are the question's words before and after slips are mended. A lone small word of another
        language is a slip, as in "pasword forgoten wat now", where all are words that are known, as read.
        """
        scripts = _scripts(question)
        strange = sum(n for script, n in scripts.items() if script not in self._scripts)
        if strange * 2 > sum(scripts.values()):
            return False
        found = [small_words().get(word, ()) for word in typed]
        own = sum(any(language in self._own for language in languages) for languages in found)
        foreign = Counter(
            language
            for languages in found
            if not any(language in self._own for language in languages)
            for language in languages
        )
        most = max(foreign.values(), default=0)
        return most <= own or (most == 1 < len(typed) and all(map(self._knows, read)))


@cache
def small_words() -> dict[str, tuple[str, ...]]:
    """Small word, without accents → the languages that have it."""
    found: dict[str, tuple[str, ...]] = {}
    text = files("helpdesk.faq").joinpath("data/languages.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        language, colon, words = line.partition(":")
        if colon and not line.startswith("#"):
            for word in dict.fromkeys(words.split()):
                found[word] = (*found.get(word, ()), language)
    return found


def _scripts(text: str) -> Counter[str]:
    if text.isascii():
        return Counter(LATIN=sum(map(str.isalpha, text)))
    return Counter(_script(letter) for letter in unicodedata.normalize("NFKC", text) if letter.isalpha())


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "?").split()[0]
    return "HAN" if name in ("CJK", "HIRAGANA", "KATAKANA") else name
