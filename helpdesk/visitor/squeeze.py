"""Make our own JavaScript and CSS smaller and mean the same: no comments, no idle white space."""

import gzip
import re
from collections.abc import Iterator

_AFTER_THESE_A_SLASH_IS_A_REGEX = frozenset("(,=:[!&|?{};+-*%~^<>\n") | {""}
_WORDS_BEFORE_A_REGEX = frozenset({"return", "typeof", "case", "in", "of", "delete", "void", "else"})
# A line may be joined to the next after or before these: no statement can end there.
_OPEN_END = frozenset("{;,([:?&|=>")
_CLOSED_START = frozenset(")}],;:?.&|=")

_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
      | (?P<word>[\w$#@]+)
      | (?P<space>\s+)
      | (?P<sign>.)""",
    re.S | re.X,
)
_REGEX = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/[a-z]*")


def squeeze_js(source: str) -> str:
    """The same program. Every statement of `source` must end in `;` or `}`, as ours do."""
    out: list[str] = []
    pending = ""
    for token in tokens(source):
        if token.isspace():
            pending = "\n" if "\n" in token or pending == "\n" else " "
            continue
        if pending and out:
            out.append(_gap(out[-1][-1], token[0], pending))
        pending = ""
        out.append(token)
    return "".join(out)


def _gap(before: str, after: str, space: str) -> str:
    if before in _OPEN_END or after in _CLOSED_START:
        return ""
    if space == "\n":
        return "\n"
    if (_is_name(before) and _is_name(after)) or (before in "+-" and after == before):
        return " "
    return ""


def _is_name(char: str) -> bool:
    return char.isalnum() or char in "_$#"


def tokens(source: str) -> Iterator[str]:
    """Words, signs, white space, and texts, templates and regular expressions whole; comments as a space."""
    at = 0
    last = ""
    while at < len(source):
        if source[at] == "`":
            end = _template_end(source, at)
            yield source[at:end]
            at, last = end, "`"
            continue
        if source[at] == "/" and source[at + 1 : at + 2] not in ("/", "*"):
            regex = _REGEX.match(source, at)
            if regex and (last[-1:] in _AFTER_THESE_A_SLASH_IS_A_REGEX or last in _WORDS_BEFORE_A_REGEX):
                yield regex.group()
                at, last = regex.end(), "/"
                continue
        token = _TOKEN.match(source, at)
        assert token is not None
        at = token.end()
        if token.lastgroup == "comment":
            yield "\n" if "\n" in token.group() else " "
            continue
        if token.lastgroup != "space":
            last = token.group()
        yield token.group()


def template_parts(template: str) -> Iterator[tuple[str, bool]]:
    """Its pieces in order, and whether each is code inside `${…}`; joined they are the template again."""
    at = text_from = 0
    while at < len(template):
        if template[at] == "\\":
            at += 2
        elif template.startswith("${", at):
            end = _hole_end(template, at + 2)
            yield template[text_from : at + 2], False
            yield template[at + 2 : end], True
            at = text_from = end
        else:
            at += 1
    yield template[text_from:], False


def _hole_end(template: str, at: int) -> int:
    depth = 1
    while True:
        char = template[at]
        if char == "`":
            at = _template_end(template, at)
            continue
        depth += (char == "{") - (char == "}")
        if depth == 0:
            return at
        at += 1


def _template_end(source: str, start: int) -> int:
    """Where the template literal that begins at `start` ends, nested ones inside `${…}` included."""
    at = start + 1
    while at < len(source):
        if source[at] == "\\":
            at += 2
        elif source.startswith("${", at):
            at = _hole_end(source, at + 2) + 1
        elif source[at] == "`":
            return at + 1
        else:
            at += 1
    raise ValueError("A template literal has no end.")


def squeeze_css(source: str) -> str:
    """The same rules without comments and without the white space between them."""
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.S)
    source = re.sub(r"\s+", " ", source)
    source = re.sub(r" ?([{};,>]) ?", r"\1", source)
    return re.sub(r": ", ":", source).replace(";}", "}").strip()


def zipped(body: bytes) -> bytes:
    """Gzip at its best, the same bytes for the same body."""
    return gzip.compress(body, 9, mtime=0)
