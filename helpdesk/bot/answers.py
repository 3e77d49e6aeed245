"""Pure: an article as a chat can show it: what it says first, its steps, a link to the rest."""

import re
from dataclasses import dataclass

from helpdesk.bot import phrases
from helpdesk.faq.article import Article

LONGEST_WHOLE = 2000
LONGEST_ANSWER = 700
LONGEST_BLOCK = 1500
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_STEP = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s")
_WORD = re.compile(r"\w{3,}")


@dataclass(frozen=True)
class Answer:
    """`text` is small Markdown; `heading` is the part of the article it comes from, "" at its beginning."""

    text: str
    heading: str


def address(slug: str) -> str:
    """Where the article can be read."""
    return f"/help/{slug}"


def told(article: Article, question: str = "") -> Answer:
    """A short article whole; of a long one the part nearest to the question, with a link to the rest."""
    whole = _IMAGE.sub(r"\1", article.body).strip()
    if len(whole) <= LONGEST_WHOLE:
        return Answer(whole, "")
    parts = _parts(article.body)
    asked = {word.lower() for word in _WORD.findall(question)}
    heading, blocks = max(parts, key=lambda part: _likeness(part, asked)) if len(parts) > 1 else parts[0]
    if not any(blocks):
        heading, blocks = next((part for part in parts if any(part[1])), parts[0])
    kept: list[str] = []
    length = 0
    for block in blocks:
        block = block[:LONGEST_BLOCK]
        if kept and not _is_steps(block) and length + len(block) > LONGEST_ANSWER:
            break
        if kept and _is_steps(block) and length + len(block) > 2 * LONGEST_ANSWER:
            break
        kept.append(block)
        length += len(block)
    kept.append(f"{phrases.MORE}: [{_plain(article.title)}]({address(article.slug)})")
    return Answer("\n\n".join(kept), heading)


def _parts(body: str) -> list[tuple[str, list[str]]]:
    parts: list[tuple[str, list[str]]] = [("", [])]
    block: list[str] = []

    def close() -> None:
        if block:
            parts[-1][1].append("\n".join(block))
            block.clear()

    for line in _IMAGE.sub(r"\1", body).split("\n"):
        if match := _HEADING.match(line):
            close()
            parts.append((match[2], []))
        elif not line.strip():
            close()
        else:
            block.append(line)
    close()
    return [part for part in parts if part[1] or part[0]] or [("", [])]


def _likeness(part: tuple[str, list[str]], asked: set[str]) -> tuple[int, int]:
    heading, blocks = part
    words = {word.lower() for word in _WORD.findall(" ".join([heading, heading, *blocks]))}
    return len(words & asked), not heading


def _is_steps(block: str) -> bool:
    return bool(_STEP.match(block))


def _plain(title: str) -> str:
    return re.sub(r"[\[\]\\]", "", title)
