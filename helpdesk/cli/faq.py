"""`helpdesk faq …`: check the articles, try a question, match a stream, measure the quality."""

import json
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from helpdesk.faq.library import Library
from helpdesk.faq.matcher import rank

app = typer.Typer(
    no_args_is_help=True, help="The help articles and the matcher.", pretty_exceptions_enable=False
)

Folder = Annotated[Path, typer.Option("--faq", envvar="HELPDESK_FAQ_DIR", help="Folder of the articles.")]
EngineName = Annotated[str, typer.Option("--engine", envvar="HELPDESK_MATCHER", help="core or semantic.")]


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(envvar="HELPDESK_FAQ_DIR", help="Folder of the articles.")] = Path(
        "faq"
    ),
) -> None:
    """Say what is wrong with the articles: faults as file:line: sentence and exit 1, warnings beside them."""
    library = _library(folder, "core")
    for warning in library.warnings:
        typer.echo(f"{folder}/{warning} (warning)", err=True)
    for fault in library.faults:
        typer.echo(f"{folder}/{fault}")
    if library.faults:
        raise typer.Exit(1)
    typer.echo(f"{len(library.articles)} articles, no faults.")


@app.command()
def ask(text: str, faq: Folder = Path("faq"), engine: EngineName = "core") -> None:
    """Show what the bot would answer, with scores and why."""
    ranking = rank(_library(faq, engine), text)
    typer.echo(
        f"Answer: {ranking.label or 'none'} (score {ranking.score:.1f}, threshold {ranking.threshold:.1f})"
    )
    typer.echo(ranking.reason)


@app.command()
def match(faq: Folder = Path("faq"), engine: EngineName = "core") -> None:
    """Rank JSON lines {"id","query"} from standard input, one JSON line each, in order."""
    library = _library(faq, engine)
    for line in sys.stdin:
        if not line.strip():
            continue
        sys.stdout.write(json.dumps(_matched(library, line), ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _matched(library: Library, line: str) -> dict[str, object]:
    try:
        row = json.loads(line)
        query = row["query"]
        if not isinstance(query, str):
            raise TypeError
    except (ValueError, TypeError, KeyError, RecursionError):
        return {"id": None, "error": "Each line must be a JSON object with id and query."}
    ranking = rank(library, query)
    return {
        "id": row.get("id"),
        "label": ranking.label,
        "score": round(ranking.score, 3),
        "candidates": [{"label": c.label, "score": round(c.score, 3)} for c in ranking.candidates],
    }


def _library(folder: Path, engine: str) -> Library:
    if engine not in ("core", "semantic"):
        _stop(f"The engine must be core or semantic, not {engine}.")
    try:
        return Library.load(folder, engine=engine)
    except OSError as error:
        _stop(str(error))


def _stop(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)
