"""Pure: an article's Markdown → HTML that is safe to show, and plain text."""

import re
from collections.abc import Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "a", "img", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
# The link's rel is set by nh3 itself, so it must not be allowed as an attribute of ours.
SCHEMES = {"http", "https", "mailto"}

_markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def is_local(address: str) -> bool:
    """Whether a link or image stays on our own site (no scheme and no host)."""
    return not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//|\\\\", address.strip())


def to_html(body: str) -> str:
    """Safe HTML: raw HTML is shown as text, remote images become their words, headings go down one level."""
    tokens = _markdown.parse(body)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 1)}"
        if token.children:
            token.children = [_without_remote_image(child) for child in token.children]
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer"
    )


def to_text(body: str) -> str:
    """Plain text: one line for each paragraph or step, steps numbered, blank lines between blocks."""
    lines: list[str] = []
    counters: list[int | None] = []
    prefix = ""
    for token in _markdown.parse(body):
        if token.type == "ordered_list_open":
            counters.append(int(token.attrGet("start") or 1))
        elif token.type == "bullet_list_open":
            counters.append(None)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            counters.pop()
        elif token.type == "list_item_open":
            number = counters[-1]
            prefix = "  " * (len(counters) - 1) + ("- " if number is None else f"{number}. ")
            counters[-1] = None if number is None else number + 1
        elif token.type == "inline":
            gap = "" if prefix else "\n"
            lines.append(gap + prefix + _words(token.children or ()))
            prefix = ""
        elif token.type in ("fence", "code_block"):
            lines.append("\n" + token.content.rstrip())
    return "\n".join(lines).strip()


def links(body: str) -> list[tuple[int, str]]:
    """(line from 1, address) of each link and image of a body."""
    found = []
    for token in _markdown.parse(body):
        line = (token.map or [0])[0] + 1
        for child in token.children or ():
            address = child.attrGet("href") or child.attrGet("src")
            if child.type in ("link_open", "image") and address:
                found.append((line, str(address)))
            line += child.type in ("softbreak", "hardbreak")
    return found


def _words(children: Sequence[Token]) -> str:
    parts = []
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type in ("text", "code_inline", "image"):
            parts.append(child.content)
    return "".join(parts)


def _without_remote_image(token: Token) -> Token:
    if token.type != "image" or is_local(str(token.attrGet("src") or "")):
        return token
    return Token("text", "", 0, content=token.content)
