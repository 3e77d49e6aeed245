"""An article as the rest of the desk sees it, and what can be wrong with the file it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Needs = Literal["logged_in", "logged_out"]
Facts = Mapping[str, Mapping[str, object]]
"""Group → name → value, as `{{ group.name }}` in an article names them."""


@dataclass(frozen=True, slots=True)
class NotFor:
    """A near miss: a question that this article must not answer, and the one that does (None: none)."""

    query: str
    slug: str | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a file. `line` counts from 1; 0 means the file as a whole."""

    path: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Article:
    """One question and its answer. `html` is safe to show as it is; headings in it start at h2.

    `body` is Markdown with the facts filled in, `text` the same without any markup. `section` is the
    folder, "" at the top; `path` is relative to the FAQ folder; `updated` is the file's time, in UTC.
    `bot` is False for a page that people may read but that never answers a question.
    """

    slug: str
    title: str
    alternatives: tuple[str, ...]
    not_for: tuple[NotFor, ...]
    needs: Needs | None
    order: int
    draft: bool
    review_by: date | None
    owner: str | None
    locale: str
    section: str
    former_slugs: tuple[str, ...]
    path: str
    body: str
    html: str
    text: str
    updated: datetime
    bot: bool = True

    @property
    def wordings(self) -> tuple[str, ...]:
        """The title and then the alternatives: every way of asking that the file names."""
        return (self.title, *self.alternatives)
