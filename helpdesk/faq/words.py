"""Pure: a text → its words, in one spelling for everything that people write in more than one way."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files


@cache
def _forms(section: str) -> Mapping[str, str]:
    """One section of `data/forms.txt`: what people type for short ("typed"), irregular words ("stems")."""
    text = files("helpdesk.faq").joinpath("data/forms.txt").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    now = ""
    for line in text.splitlines():
        if line.startswith("["):
            now = line.strip("[]")
        elif now == section and " = " in line:
            typed, _, meant = line.partition(" = ")
            found[typed] = meant
    return found


_PHRASES = (
    (re.compile(r"\b(?:log|sign)(?:ged|ging|s|ning|ed)?[ -](?:on|in)(?:to)?\b(?! (?:sheet|bonus))"), "login"),
    (re.compile(r"\b(?:log|sign)(?:ged|ging|s|ning|ed)?[ -](?:off|out)\b"), "logout"),
    (re.compile(r"\b(?:sign|signed|signing|signs)[ -]up\b"), "signup"),
    (re.compile(r"\b(?:top|topped|topping|tops)[ -]up(s?)\b"), r"topup\1"),
    (re.compile(r"\buser ?(?:id|name)s?\b"), "username"),
    (re.compile(r"\bpass ?words?\b"), "password"),
    (re.compile(r"\be ?mail\b"), "email"),
)
_TOKEN = re.compile(
    r"https?://\S+|www\.\S+"
    r"|[\w.+-]+@[\w-]+\.[\w.]+"
    r"|[^\W\d_]+(?:'[^\W\d_]+)?"
    r"|\d+(?:[.,:]\d+)*(?:st|nd|rd|th)?"
)
_WIDE = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af\u0e00-\u0e7f])")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'"})


def tokens(text: str) -> list[str]:
    """The words in order, in small letters and without accents; numbers as "#", addresses as "@".

    Chinese, Japanese, Korean and Thai letters each count as a word.
    """
    text = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in text if not unicodedata.combining(c))
        text = unicodedata.normalize("NFKC", _WIDE.sub(r" \1 ", text))
    text = text.replace("e-mail", "email").replace("pass-code", "passcode")
    for pattern, word in _PHRASES:
        text = pattern.sub(word, text)
    found: list[str] = []
    for match in _TOKEN.finditer(text):
        found += _expanded(match[0])
    return found


@lru_cache(maxsize=20_000)
def _expanded(token: str) -> tuple[str, ...]:
    if token[0].isdigit():
        return ("#",)
    if "@" in token or token.startswith(("http", "www.")):
        return ("@",)
    if token in _forms("typed"):
        return tuple(_forms("typed")[token].split())
    if token.endswith("n't"):
        return (token[:-3], "not")
    head, _, tail = token.partition("'")
    if tail:
        long = {"m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would"}.get(tail)
        return (head, long) if long else (head,)
    return (token,)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The word without its English endings; words of three letters or fewer stay as they are."""
    if word in _forms("stems"):
        return _forms("stems")[word]
    if len(word) <= 3 or not word.isascii():
        return word
    base = word
    if base.endswith("ies") and len(base) > 4:
        base = base[:-3] + "y"
    elif base.endswith(("sses", "shes", "ches", "xes")):
        base = base[:-2]
    elif base.endswith("s") and not base.endswith(("ss", "us", "is")):
        base = base[:-1]
    for ending in ("ing", "ed"):
        rest = base[: -len(ending)]
        if base.endswith(ending) and len(rest) >= 3 and any(c in "aeiouy" for c in rest):
            base = rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "lsz" else rest
            break
    for ending, instead in (("ation", ""), ("ment", ""), ("ly", ""), ("ness", ""), ("ity", ""), ("er", "")):
        if base.endswith(ending) and len(base) - len(ending) >= 4:
            base = base[: -len(ending)] + instead
            break
    if base.endswith("e") and len(base) > 3:
        base = base[:-1]
    return base[:-1] + "i" if base.endswith("y") and len(base) > 3 else base
