"""Where the articles and the widget lie. Alone here, so that a command finds them without loading the settings."""

from pathlib import Path

PROGRAM = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """A folder that comes with the program: beside it in a checkout, inside it when installed."""
    inside = PROGRAM / "_shipped" / name
    return inside if inside.is_dir() else PROGRAM.parent / name


def of_articles() -> Path:
    """`faq` in the working folder, else the program's own articles."""
    here = Path("faq")
    return here if here.is_dir() else shipped("faq")
