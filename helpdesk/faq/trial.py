"""A wording on trial: the file as it would be, and what would come of it. Writes only when asked to."""

import contextlib
import difflib
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from helpdesk.faq.article import Facts
from helpdesk.faq.edit import with_alternative
from helpdesk.faq.library import Library
from helpdesk.faq.replay import Replay, replay

_REMOVED = re.compile(r"\[(?:link|email|removed|name|number)[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Trial:
    """`diff` is what would change in `file`, `after` its whole text then. `refusal` is why not, or empty."""

    wording: str
    file: Path
    after: str
    diff: str
    replay: Replay
    refusal: str


def plain_wording(wordings: Sequence[str]) -> str:
    """The first wording of which words are left without the marks of what was removed. ValueError for none."""
    for wording in wordings:
        plain = " ".join(_REMOVED.sub(" ", wording).split())
        if len(plain) >= 3:
            return plain
    raise ValueError("Nothing is left of this question but what was removed: write a wording by hand.")


def attempt(
    folder: Path,
    library: Library,
    facts: Facts,
    slug: str,
    wording: str,
    misses: Sequence[tuple[str, int]],
    right: Sequence[tuple[str, str]],
) -> Trial:
    """What adding the wording to the article would do. Raises ValueError, with a sentence, where it cannot be."""
    article = library.articles.get(slug)
    if article is None:
        raise ValueError(f"There is no article {slug} that answers questions.")
    for other in library.articles.values():
        if wording.casefold() in map(str.casefold, other.wordings):
            hint = "mend its answer instead" if other is article else "take it away there first"
            raise ValueError(f"“{wording}” is a wording of {other.slug} already: {hint}.")
    file = (folder / article.path).resolve()
    text = file.read_bytes().decode("utf-8")
    after = with_alternative(text, wording, facts)
    found = replay(library, _as_if(folder, library, facts, article.path, after), slug, wording, misses, right)
    refusal = ""
    if found.label is not None and found.label != slug:
        refusal = f"“{wording}” would still be answered by {found.label}: add it to not_for there first."
    return Trial(wording, file, after, _diff(text, after, article.path), found, refusal)


def write(trial: Trial) -> None:
    """Put the new text in the place of the old one, whole or not at all."""
    handle, name = tempfile.mkstemp(dir=trial.file.parent, prefix=".", suffix=".new")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(trial.after.encode("utf-8"))
        shutil.copymode(trial.file, name)
        os.replace(name, trial.file)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _as_if(folder: Path, library: Library, facts: Facts, path: str, text: str) -> Library:
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "faq"
        for file in folder.rglob("*.md"):
            place = copy / file.relative_to(folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
        (copy / path).write_bytes(text.encode("utf-8"))
        return Library.load(copy, facts, library, library.asked_engine)


def _diff(before: str, after: str, path: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), f"a/{path}", f"b/{path}", n=2, lineterm=""
    )
    return "\n".join(lines)
