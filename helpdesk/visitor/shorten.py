"""Give the variables of our own scripts short names. Properties, keys, methods and globals keep theirs.

A name of the top level gets one new name in the whole file; one inside a statement of the top level gets one
new name in that statement. So scopes stay as they are. It relies on how we write: every statement ends in `;`
or `}`, and no label, `with`, `eval` or `import … as` is used.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count, islice, product
from string import ascii_letters

from helpdesk.visitor.squeeze import template_parts, tokens

MOST_NAMES = 2000
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_PRIVATE = re.compile(r"#[A-Za-z_]\w*")
_KEYWORDS = frozenset(
    re.findall(
        r"\w+",
        "arguments as async await break case catch class const constructor continue default delete do else"
        " export extends false finally for from function get if import in instanceof let new null of return"
        " set static super switch this throw true try typeof undefined var void while yield",
    )
)
# Declared by us somewhere, and by the browser everywhere: not worth the risk.
_GLOBALS = frozenset(
    re.findall(
        r"\w+",
        "addEventListener close crypto document event fetch history innerHeight innerWidth length location"
        " name navigator open origin parent screen self status top window",
    )
)
_BEFORE_AN_OBJECT = frozenset([*"(,=:[?&|", "return", "const", "let", "of", "in", "export", "import"])


@dataclass
class _Token:
    text: str
    bracket: str = ""  # "(" or ")" for the text of a template around `${…}`: it opens or closes an expression
    role: str = ""  # of a name: `variable`, `short` (as in `{name}`) or `property`

    @property
    def shape(self) -> str:
        return self.bracket or self.text


def shorten_names(source: str) -> tuple[str, dict[str, str]]:
    """The same program, and how the names of its top level are spelled in it."""
    everything = list(_flat(source))
    words = [token for token in everything if not token.text.isspace()]
    depths = _give_roles(words)
    statements = list(_statements(words, depths))
    shared = set(_declared(words, depths, only_top=True)) - _GLOBALS - _KEYWORDS
    declared = set(_declared(words, depths, only_top=False)) - _GLOBALS - _KEYWORDS
    free = {word.text for word in words if word.role in ("variable", "short")} - declared - shared
    fresh = [name for name in islice(_short_names(), MOST_NAMES) if name not in free | _KEYWORDS]
    # One letter for what is inside a statement, two for what all share.
    everywhere = dict(zip(_by_use(words, shared), (name for name in fresh if len(name) > 1), strict=False))
    everywhere |= {
        name: f"#{letter}" for name, letter in zip(_by_use(words, None), _short_names(), strict=False)
    }
    for statement in statements:
        taken = {everywhere.get(word.text, "") for word in statement} | free
        unused = (name for name in fresh if name not in taken)
        inside = dict(zip(_by_use(statement, declared - shared), unused, strict=False))
        for word in statement:
            _rename(word, everywhere | inside)
    return "".join(token.text for token in everything), everywhere


def _rename(token: _Token, short: dict[str, str]) -> None:
    name = short.get(token.text)
    if name is not None and token.role in ("variable", "short"):
        token.text = f"{token.text}:{name}" if token.role == "short" and name != token.text else name


def _by_use(words: Iterable[_Token], names: set[str] | None) -> list[str]:
    """The names of `names`, or the private ones, the most used first."""
    uses = Counter(
        word.text
        for word in words
        if word.role in ("variable", "short")
        and (word.text in names if names is not None else word.text.startswith("#"))
    )
    return [name for name, _ in uses.most_common()]


def _short_names() -> Iterator[str]:
    for length in count(1):
        for letters in product(ascii_letters, repeat=length):
            yield "".join(letters)


def _flat(source: str) -> Iterator[_Token]:
    for token in tokens(source):
        if not token.startswith("`"):
            yield _Token(token)
            continue
        parts = list(template_parts(token))
        for at, (part, is_code) in enumerate(parts):
            if is_code:
                yield from _flat(part)
                continue
            if at:
                yield _Token("", ")")
            yield _Token(part, "" if at == len(parts) - 1 else "(")


def _statements(words: list[_Token], depths: list[int]) -> Iterator[list[_Token]]:
    """The words of each statement of the top level that declares something."""
    start = 0
    for at, word in enumerate(words):
        follows = at and words[at - 1].text in (";", "}")
        if depths[at] == 0 and follows and word.text in ("const", "let", "function", "class", "async"):
            yield words[start:at]
            start = at
    yield words[start:]


def _give_roles(words: list[_Token]) -> list[int]:
    """How deep each word stands in brackets."""
    inside = ["block"]
    depths = []
    for at, word in enumerate(words):
        if word.shape in (")", "]", "}"):
            inside.pop()
        depths.append(len(inside) - 1)
        if word.shape == "{":
            inside.append(_kind_of_brace(words, at))
        elif word.shape in ("(", "["):
            inside.append(word.shape)
        elif _PRIVATE.fullmatch(word.text):
            word.role = "variable"
        elif _NAME.fullmatch(word.text) and not word.bracket:
            word.role = _role(words, at, inside[-1])
    return depths


def _role(words: list[_Token], at: int, place: str) -> str:
    before, after = _shape(words, at - 1), _shape(words, at + 1)
    is_spread = [_shape(words, at - n) for n in (1, 2, 3)] == [".", ".", "."]
    if words[at].text in _KEYWORDS or (before == "." and not is_spread):
        return "property"
    if place == "class" and before in ("{", "}", ";", "static", "get", "set", "async"):
        return "property"
    if place == "object" and before in ("get", "set", "async"):
        return "property"
    if place == "object" and before in ("{", ","):
        return "property" if after in (":", "(") else "short"
    return "variable"


def _shape(words: list[_Token], at: int) -> str:
    return words[at].shape if 0 <= at < len(words) else ""


def _kind_of_brace(words: list[_Token], at: int) -> str:
    if "class" in (_shape(words, at - 2), _shape(words, at - 4)):
        return "class"
    return "object" if _shape(words, at - 1) in _BEFORE_AN_OBJECT else "block"


def _declared(words: list[_Token], depths: list[int], *, only_top: bool) -> Iterator[str]:
    """Names after `const`, `let`, `function` and `class`; without `only_top` parameters and `{name}` too."""
    for at, word in enumerate(words):
        is_named = word.text in ("const", "let", "function", "class") and _NAME.fullmatch(
            _shape(words, at + 1)
        )
        if is_named and (depths[at] == 0 or not only_top):
            yield words[at + 1].text
        if only_top:
            continue
        if word.role == "short":
            yield word.text
        if word.text in ("const", "let") and _shape(words, at + 1) == "[":
            yield from _names_between(words, at + 2, "]")
        is_arrow = [_shape(words, at + 1), _shape(words, at + 2)] == ["=", ">"]
        if is_arrow and word.role == "variable":
            yield word.text
        elif word.text == ")" and (is_arrow or _shape(words, at + 1) == "{"):
            yield from _parameters(words, at)


def _names_between(words: list[_Token], at: int, end: str) -> Iterator[str]:
    while words[at].text != end:
        if words[at].role == "variable":
            yield words[at].text
        at += 1


def _parameters(words: list[_Token], close: int) -> Iterator[str]:
    """The simple names between the bracket that closes at `close` and the one that opens it."""
    depth, at = 1, close
    while depth:
        at -= 1
        depth += (words[at].shape in (")", "]", "}")) - (words[at].shape in ("(", "[", "{"))
    if _shape(words, at - 1) in ("if", "for", "while", "switch"):
        return
    for place in range(at + 1, close):
        depth += (words[place].shape in ("(", "[", "{")) - (words[place].shape in (")", "]", "}"))
        is_first = _shape(words, place - 1) in ("(", ",") or _shape(words, place - 3) == "."
        if depth == 0 and is_first and words[place].role == "variable":
            yield words[place].text
