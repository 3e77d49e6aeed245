"""An immutable snapshot of all articles: what people can read, what the bot may answer, and what is wrong."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from helpdesk.faq.article import Article, Facts, Fault
from helpdesk.faq.engine import Engine, learn, reread
from helpdesk.faq.facts import DEFAULT_FACTS
from helpdesk.faq.lexicon import lexicon
from helpdesk.faq.markdown import INCLUDE, Parsed, parse, with_body
from helpdesk.heap import give_back

Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Library:
    """All published articles of one folder at one moment. Read it from any thread; it never changes.

    `articles` are those the bot may answer with, by slug, in reading order; `pages` those that are only for
    reading (`bot: false`). `faults` cost a file its newest version, `warnings` cost nothing. `version` is a
    hash of everything that decides an answer, the same on every machine.
    """

    articles: Mapping[str, Article]
    pages: Mapping[str, Article]
    former: Mapping[str, str]
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    version: str
    engine: Engine = field(repr=False)
    asked_engine: str
    kept: Mapping[str, Article] = field(repr=False)
    """The last good article of each path, drafts too: what a faulty file falls back to."""

    @classmethod
    def load(
        cls,
        folder: Path,
        facts: Facts = DEFAULT_FACTS,
        previous: "Library | None" = None,
        engine: str = "core",
        cache: Path | None = None,
        progress: Progress | None = None,
    ) -> "Library":
        """Read and learn a folder. A file with a fault keeps its last good version from `previous`.

        Raises OSError when the folder is missing or cannot be read. `cache` is a folder for kept vectors (semantic).
        """
        must_be_readable(folder)
        faults: list[Fault] = []
        warnings: list[Fault] = []
        kept: dict[str, Article] = {}
        files = sorted(folder.rglob("*.md"))
        for number, file in enumerate(files, 1):
            if progress and number % 1000 == 0:
                progress(f"Read {number} of {len(files)} files.")
            path = file.relative_to(folder).as_posix()
            if any(part.startswith((".", "_")) for part in path.split("/")) or path == "README.md":
                continue
            parsed = _read(file, path, facts)
            faults += parsed.faults
            warnings += parsed.warnings
            article = parsed.article or (previous.kept.get(path) if previous else None)
            if article:
                kept[path] = article
        live = _published(kept, faults, previous)
        pages = {slug: _assembled(article, live, faults) for slug, article in live.items() if not article.bot}
        articles = {slug: article for slug, article in live.items() if article.bot}
        version = _version(live, engine)
        if previous and previous.taught == _taught(articles.values(), engine):
            # Another sentence in a text changes nothing of what is learned.
            same = [a.text for a in articles.values()] == [a.text for a in previous.articles.values()]
            learned = previous.engine if same else reread(previous.engine, tuple(articles.values()))
        else:
            learned = learn(tuple(articles.values()), engine, cache, progress)
            lexicon().let_go()
            give_back()
        if learned.note:
            warnings.append(Fault(".", 0, learned.note))
        former = {
            old: slug for slug, article in live.items() for old in article.former_slugs if old not in live
        }
        return cls(
            articles=MappingProxyType(articles),
            pages=MappingProxyType(pages),
            former=MappingProxyType(former),
            faults=tuple(faults),
            warnings=tuple(warnings),
            version=version,
            engine=learned,
            asked_engine=engine,
            kept=MappingProxyType(kept),
        )

    @property
    def taught(self) -> tuple[object, ...]:
        """All that the engine learned from."""
        return _taught(self.articles.values(), self.asked_engine)

    @property
    def sections(self) -> Mapping[str, tuple[Article, ...]]:
        """Folder → its articles in reading order; the top folder is "" and comes first."""
        found: dict[str, list[Article]] = {}
        for article in sorted(self.articles.values(), key=lambda a: (a.section, a.order, a.title)):
            found.setdefault(article.section, []).append(article)
        return {section: tuple(articles) for section, articles in found.items()}

    def get(self, slug: str) -> Article | None:
        """The article or page of this address, a former one too: redirect when its `.slug` differs."""
        slug = self.former.get(slug, slug)
        return self.articles.get(slug) or self.pages.get(slug)


def must_be_readable(folder: Path) -> None:
    """Raises OSError, with a sentence, where the articles' folder is missing or cannot be read."""
    if not folder.is_dir():
        raise FileNotFoundError(f"There is no folder {folder}.")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise PermissionError(f"The folder {folder} cannot be read.")


def _read(file: Path, path: str, facts: Facts) -> Parsed:
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):  # a pipe would be waited for without end
            return Parsed(faults=[Fault(path, 0, "This is no file.")])
        updated = datetime.fromtimestamp(status.st_mtime, UTC)
        return parse(file.read_text(encoding="utf-8"), path, updated, facts)
    except UnicodeDecodeError:
        return Parsed(faults=[Fault(path, 1, "The file is not UTF-8 text; save it as UTF-8.")])
    except OSError as error:
        return Parsed(faults=[Fault(path, 0, f"The file cannot be read: {error.strerror}.")])


def _published(
    kept: Mapping[str, Article], faults: list[Fault], previous: Library | None
) -> dict[str, Article]:
    """The articles in reading order. Of two with one slug the one that had it before stays, else the file of that name."""
    before = {**previous.articles, **previous.pages} if previous else {}

    def claim(article: Article) -> tuple[bool, bool]:
        holder = before.get(article.slug)
        return holder is None or holder.path != article.path, PurePosixPath(article.path).stem != article.slug

    articles = sorted(kept.values(), key=lambda a: (a.order, a.section, a.path))
    owners: dict[str, Article] = {}
    for article in sorted((a for a in articles if not a.draft), key=claim):
        owner = owners.setdefault(article.slug, article)
        if owner is not article:
            sentence = f"The slug {article.slug} belongs to {owner.path} already."
            faults.append(Fault(article.path, 1, sentence))
    return {article.slug: article for article in articles if owners.get(article.slug) is article}


def _assembled(page: Article, live: Mapping[str, Article], faults: list[Fault]) -> Article:
    """A page with each `{{ include slug }}` replaced by that article, its headings below the one above it."""
    lines: list[str] = []
    level = 0
    for line in page.body.split("\n"):
        if match := INCLUDE.match(line):
            source = live.get(match[1])
            if source is None or not source.bot:
                faults.append(Fault(page.path, 0, f"There is no article {match[1]} to include."))
                continue
            lines += [_lowered(inner, level) for inner in source.body.strip().split("\n")]
            continue
        if line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
        lines.append(line)
    return replace(with_body(page, "\n".join(lines)))


def _lowered(line: str, level: int) -> str:
    marks = len(line) - len(line.lstrip("#"))
    is_heading = 1 <= marks <= 6 and line[marks : marks + 1] == " "
    return "#" * min(6, marks + level) + line[marks:] if is_heading else line


def _version(live: Mapping[str, Article], engine: str) -> str:
    digest = hashlib.sha256(engine.encode())
    for article in live.values():
        fields = (
            article.slug,
            *article.wordings,
            *map(repr, article.not_for),
            article.body,
            str(article.needs),
        )
        digest.update("\0".join((article.section, str(article.order), str(article.bot), *fields)).encode())
        digest.update("\0".join(article.former_slugs).encode() + b"\1")
    return digest.hexdigest()[:16]


def _taught(articles: Iterable[Article], engine: str) -> tuple[object, ...]:
    return (engine, *((article.slug, article.wordings, article.not_for) for article in articles))
