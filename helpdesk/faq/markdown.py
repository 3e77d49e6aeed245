"""Pure: the text of one file → an Article, or its faults with their lines; warnings cost nothing."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal, TypeVar

import yaml
from rapidfuzz import process

from helpdesk.faq import facts as variables
from helpdesk.faq.article import Article, Facts, Fault, NotFor
from helpdesk.faq.render import is_local, to_html, to_text

KEYS = [
    "title",
    "slug",
    "alternatives",
    "not_for",
    "needs",
    "order",
    "draft",
    "review_by",
    "owner",
    "locale",
    "former_slugs",
    "bot",
]
LONGEST_FILE = 200_000
"""Characters; a longer file is a fault, so that a stray dump cannot stall the desk."""

INCLUDE = re.compile(r"^\{\{\s*include\s+([\w-]+)\s*\}\}\s*$", re.MULTILINE)

# Base loaders: "no" and "007" stay what they are, words. The one in C is ten times as fast, and not everywhere.
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_IMAGE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)")
_CODE = re.compile(r"(?i)\]\(\s*<?((?:javascript|data|vbscript):[^)\s]*)")
_TAKEN = ("search", "suggest")
"""What stands below `/help/` already."""
_ADVICE = {
    "mapping values": "put quotes around a text that holds a colon",
    "cannot start any token": "put quotes around the text",
    "undefined alias": "put quotes around the text",
    "tab character": "write spaces",
    "expected key": "begin the lines of a list at the same place, and write '' for a ' between quotes",
}
"""What to do about a part of the YAML reader's complaint."""
_T = TypeVar("_T")


@dataclass(slots=True)
class Parsed:
    """What a file gave: an article unless there are faults."""

    article: Article | None = None
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    body_line: int = 1
    lines: Mapping[str, int] = field(default_factory=dict)


def parse(text: str, path: str, updated: datetime, facts: Facts) -> Parsed:
    """Read one file; never raises. `path`, relative to the FAQ folder, gives section and default slug."""
    parsed = Parsed()
    if len(text) > LONGEST_FILE:
        parsed.faults.append(Fault(path, 0, f"The file is longer than {LONGEST_FILE} characters."))
        return parsed
    front, body, body_line = _split(text.lstrip("\ufeff").replace("\r\n", "\n"))
    if front is None:
        parsed.faults.append(
            Fault(path, 1, "Start the file with a line ---, the title: line and a line ---.")
        )
        return parsed
    parsed.body_line = body_line
    if found := _NO_TEXT.search(text):
        line, name = text[: found.start()].count("\n") + 1, "NUL" if found[0] == "\0" else "control character"
        sentence = f"There is a {name} here, a character that no text has: take it out."
        parsed.faults.append(Fault(path, line, sentence))
        return parsed
    values = _Values(path, parsed)
    if not values.read(front):
        return parsed
    for number, name in variables.unknown(body, facts):
        sentence = f"There is no variable {{{{ {name} }}}}; {_known(name, facts)}"
        parsed.faults.append(Fault(path, body_line + number - 1, sentence))
    article = _article(values, path, updated, variables.fill(body, facts).strip() + "\n")
    _look_at_body(parsed, path, body, is_page=not article.bot)
    parsed.article = None if parsed.faults else article
    return parsed


def with_body(article: Article, body: str) -> Article:
    """The same article with another body, rendered again."""
    return replace(article, body=body, html=to_html(body), text=to_text(body))


def _split(text: str) -> tuple[str | None, str, int]:
    lines = text.split("\n")
    if lines[0].strip() != "---":
        return None, text, 1
    for number, line in enumerate(lines[1:], 1):
        if line.strip() == "---":
            skipped = 0
            rest = lines[number + 1 :]
            while skipped < len(rest) and not rest[skipped].strip():
                skipped += 1
            return "\n".join(lines[1:number]), "\n".join(rest[skipped:]), number + 2 + skipped
    return None, text, 1


def _article(values: "_Values", path: str, updated: datetime, body: str) -> Article:
    folder, _, name = path.replace("\\", "/").rpartition("/")
    stem = name.removesuffix(".md")
    slug = values.text("slug") or stem.replace(".", "-")  # `forgot-password.de.md` is a sibling
    if not _SLUG.fullmatch(slug):
        values.fault("slug", f"The slug {slug!r} may hold only small letters, digits and single hyphens.")
    elif slug in _TAKEN:
        values.fault("slug", f"The address /help/{slug} is the search's: choose another slug.")
    needs: Literal["logged_in", "logged_out"] | None = None
    match values.text("needs"):
        case "logged_in":
            needs = "logged_in"
        case "logged_out":
            needs = "logged_out"
        case None:
            pass
        case _:
            values.fault("needs", "Write needs: logged_in or needs: logged_out, or leave the line out.")
    title = values.text("title")
    if not title and "title" not in values.faulty:
        values.fault("title", "The title is missing: write title: and the question as people ask it.")
    elif len((title or "").splitlines()) > 1:
        values.fault("title", "The title has several lines: write it on one.")
    return Article(
        slug=slug,
        title=title or "",
        alternatives=values.texts("alternatives"),
        not_for=values.near_misses(),
        needs=needs,
        order=values.read_as("order", int, 100, "a whole number"),
        draft=values.read_as("draft", _truth, False, "true or false"),
        review_by=values.read_as("review_by", _day, None, "a date such as 2027-01-31"),
        owner=values.text("owner"),
        locale=values.text("locale") or "en",
        section=folder,
        former_slugs=values.texts("former_slugs"),
        path=path,
        body=body,
        html=to_html(body),
        text=to_text(body),
        updated=updated,
        bot=values.read_as("bot", _truth, True, "true or false"),
    )


def _look_at_body(parsed: Parsed, path: str, body: str, *, is_page: bool) -> None:
    """Warn of what is shown otherwise than it is written. `body` is as typed, so that its lines are the file's."""
    if not body.strip():
        parsed.warnings.append(Fault(path, parsed.body_line, "The answer is empty."))
    for number, typed in enumerate(body.split("\n"), 1):
        found = []
        if not all(map(is_local, _IMAGE.findall(typed))):
            found.append("An image from another site is not shown; put the file beside the article.")
        found += [
            f"The link {link[:40]} is not allowed: it is shown as text." for link in _CODE.findall(typed)
        ]
        if not (is_page and INCLUDE.match(typed)):
            found += [
                f"“{braces[:40]}” is no variable: it is shown as it is."
                for _, braces in variables.misspelt(typed)
            ]
        parsed.warnings += [Fault(path, parsed.body_line + number - 1, sentence) for sentence in found]


def _truth(value: str) -> bool:
    if value.lower() in ("true", "yes"):
        return True
    if value.lower() in ("false", "no"):
        return False
    raise ValueError(value)


def _day(value: str) -> date | None:
    return date.fromisoformat(value)


def _known(name: str, facts: Facts) -> str:
    names = [f"{group}.{key}" for group, values in facts.items() for key in values]
    near = process.extractOne(name, names)
    return f"did you mean {near[0]}?" if near else "none are known."


class _Values:
    """The front matter's values, each with its line; a value of the wrong kind becomes a fault."""

    def __init__(self, path: str, parsed: Parsed) -> None:
        self._path = path
        self._parsed = parsed
        self._values: dict[str, Any] = {}
        self._lines: dict[str, int] = {}
        self.faulty: set[str] = set()

    def read(self, front: str) -> bool:
        """Fill in the values; False when the front matter cannot be read at all."""
        loader = _Loader(front)
        try:
            node = loader.get_single_node()
            if node is None or not isinstance(node, yaml.MappingNode):
                self._parsed.faults.append(
                    Fault(self._path, 2, "The front matter needs lines such as title: …")
                )
                return False
            for key_node, value_node in node.value:
                key = str(loader.construct_object(key_node, deep=True))
                line = key_node.start_mark.line + 2
                if key in self._lines:
                    self._parsed.faults.append(Fault(self._path, line, f"The key {key} is there twice."))
                self._lines[key] = line
                self._values[key] = value = loader.construct_object(value_node, deep=True)
                texts = value if isinstance(value, list) else [value]
                if any(isinstance(one, str) and _NO_TEXT.search(one) for one in texts):
                    sentence = f"There is a character in {key} that no text has: take it out."
                    self._parsed.faults.append(Fault(self._path, line, sentence))
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            self._parsed.faults.append(_unreadable(self._path, error))
            return False
        finally:
            loader.dispose()
        self._parsed.lines = self._lines
        for key in self._values.keys() - set(KEYS):
            near = process.extractOne(key, KEYS, score_cutoff=60)
            hint = f"; did you mean {near[0]}?" if near else "."
            self._parsed.warnings.append(
                Fault(self._path, self._lines[key], f"Nobody reads the key {key}{hint}")
            )
        return True

    def fault(self, key: str, sentence: str) -> None:
        self.faulty.add(key)
        self._parsed.faults.append(Fault(self._path, self._lines.get(key, 1), sentence))

    def text(self, key: str) -> str | None:
        value = self._values.get(key)
        if value is None or isinstance(value, str):
            return value.strip() or None if value not in (None, "~", "null") else None
        self.fault(key, f"The {key} must be one line of text.")
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._values.get(key)
        if value in (None, "", "~", "null"):
            return ()
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(item.strip() for item in value if item.strip())
        self.fault(key, f"Write {key} as a list: each line starts with a hyphen; put quotes around a colon.")
        return ()

    def read_as(self, key: str, read: Callable[[str], _T], default: _T, words: str) -> _T:
        value = self.text(key)
        if value is None:
            return default
        try:
            return read(value)
        except ValueError:
            self.fault(key, f"The {key} must be {words}.")
            return default

    def near_misses(self) -> tuple[NotFor, ...]:
        value = self._values.get("not_for")
        misses = []
        for item in value if isinstance(value, list) else [] if value in (None, "") else [None]:
            if isinstance(item, str):
                misses.append(NotFor(item.strip(), None))
            elif (
                isinstance(item, dict)
                and item.keys() <= {"query", "slug"}
                and isinstance(item.get("query"), str)
            ):
                misses.append(NotFor(item["query"].strip(), str(item["slug"]) if item.get("slug") else None))
            else:
                self.fault("not_for", "Write each near miss as a line of text, or as query: and slug:.")
        return tuple(misses)


def _unreadable(path: str, error: Exception) -> Fault:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "it is not valid YAML"
    if problem == "found unexpected end of stream":
        mark, problem = getattr(error, "context_mark", mark), "the quote that begins here never ends"
    line = mark.line + 2 if mark else 1
    advice = next((f"; {what}" for part, what in _ADVICE.items() if part in problem), "")
    return Fault(path, line, f"The front matter cannot be read here: {problem}{advice}.")
