"""Ordinary language that belongs to no FAQ: what a matcher must know in order to say "this is not for me"."""

import re
from functools import cache
from importlib.resources import files

_SLOT = re.compile(r"\{(\w+)\}")


@cache
def sentences(each: int = 2) -> tuple[str, ...]:
    """Every sentence of `data/background.txt`, those with slots filled in `each` ways; always the same."""
    lists: dict[str, list[str]] = {}
    templates: list[str] = []
    text = files("helpdesk.faq").joinpath("data/background.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if " = " in line:
            name, _, words = line.partition(" = ")
            lists[name] = [word.strip() for word in words.split("|")]
        elif line.strip() and not line.startswith("#"):
            templates.append(line.strip())
    found: list[str] = []
    turn = dict.fromkeys(lists, 0)

    def word(match: re.Match[str]) -> str:
        name = match[1]
        turn[name] += 1
        return lists[name][(turn[name] + turn[name] // len(lists[name])) % len(lists[name])]

    for template in templates:
        for _ in range(each if "{" in template else 1):
            found.append(_SLOT.sub(word, template))
    return tuple(dict.fromkeys(found))
