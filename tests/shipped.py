"""The shipped articles, learned once for all tests of a process. Nobody can change a library."""

from functools import cache
from pathlib import Path

from helpdesk.faq.library import Library

FOLDER = Path(__file__).resolve().parent.parent / "faq"


@cache
def library() -> Library:
    """With the facts that stand where no setting says otherwise."""
    return Library.load(FOLDER)
