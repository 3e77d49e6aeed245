"""`helpdesk faq …`: check the articles, try a question, match a stream, measure the quality."""

import json
import os
import sys
from datetime import date
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, cast

import typer

from helpdesk.counted import counted
from helpdesk.faq.check import look
from helpdesk.faq.engine import ENGINES
from helpdesk.faq.evaluation import Case, Quality, evaluate
from helpdesk.faq.facts import DEFAULT_FACTS
from helpdesk.faq.library import Library
from helpdesk.faq.matcher import Ranking, rank, rank_all
from helpdesk.faq.stream import waiting
from helpdesk.folders import of_articles
from helpdesk.heap import give_back_large
from helpdesk.helpcentre.languages import untranslated

if TYPE_CHECKING:
    from io import BufferedReader

app = typer.Typer(no_args_is_help=True, help="The help articles and the matcher.")

Folder = Annotated[Path, typer.Option("--faq", envvar="HELPDESK_FAQ_DIR", help="Folder of the articles.")]
EngineName = Annotated[str, typer.Option("--engine", envvar="HELPDESK_MATCHER", help="core or semantic.")]
Vectors = Annotated[
    Path | None,
    typer.Option(
        "--vectors", envvar="HELPDESK_DATA_DIR", help="Folder that keeps the semantic engine's vectors."
    ),
]
HERE = of_articles()
NO_QUERY = "Each line must be a JSON object with id and query."


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(envvar="HELPDESK_FAQ_DIR", help="Folder of the articles.")] = HERE,
) -> None:
    """Say what is wrong: faults as file:line: sentence and exit 1; warnings and hints on standard error."""
    library = _learned(folder, "core", None)
    sources = {
        file.relative_to(folder).as_posix(): _text(file) for file in folder.rglob("*.md") if file.is_file()
    }
    warnings = (*library.warnings, *look(library, sources, DEFAULT_FACTS, date.today()))
    for warning in warnings:
        typer.echo(f"{folder}/{warning} (warning)", err=True)
    for path, languages in untranslated(library).items():
        hint = f"Other articles are there in {' and '.join(languages)}, this one is not."
        typer.echo(f"{folder}/{path}:1: {hint} (hint)", err=True)
    for fault in library.faults:
        typer.echo(f"{folder}/{fault}")
    if library.faults:
        raise typer.Exit(1)
    articles = counted(len(library.articles), "article")
    typer.echo(f"{articles}, no faults, {counted(len(warnings), 'warning')}.")


@app.command()
def ask(
    text: Annotated[str, typer.Argument(help="The question, as somebody would type it.")],
    faq: Folder = HERE,
    engine: EngineName = "core",
    vectors: Vectors = None,
) -> None:
    """Show what the bot would answer, with scores and why."""
    from helpdesk.bot.turn import rehearse  # only this command needs the bot

    library = _library(faq, engine, vectors)
    ranking, turn = rank(library, text), rehearse(library, text)
    slug = next((line.slug for line in turn.lines if line.asks_feedback), None)
    typer.echo(f"Answer: {slug or 'none'}" + (" (asks for a person)" if ranking.wants_person else ""))
    for line in turn.lines if slug is None else ():
        typer.echo(" ".join([f"Says: {line.text}", *(f"[{label}]" for _, label in line.choices)]))
        typer.echo(f"Why: {line.why}")
    typer.echo(f"{'Why' if slug else 'Matcher'}: {ranking.reason}")
    for candidate in ranking.candidates:
        words = ", ".join(candidate.words) or "-"
        typer.echo(f"{candidate.score:6.1f}  {candidate.label}  “{candidate.wording}”  [{words}]")
    typer.echo(f"{ranking.threshold:6.1f}  is needed for an answer")


@app.command()
def match(faq: Folder = HERE, engine: EngineName = "core", vectors: Vectors = None) -> None:
    """Rank JSON lines {"id","query"} from standard input; one JSON line for each, in order."""
    library = _library(faq, engine, vectors)
    try:
        for lines in waiting(cast("BufferedReader", sys.stdin.buffer)):
            for row in _matched(library, [line for line in lines if line.strip()]):
                sys.stdout.write(json.dumps(row) + "\n")
            sys.stdout.flush()
    except BrokenPipeError:
        # Nobody reads any more; without this the interpreter would complain while closing the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@app.command(name="eval")
def measure(
    cases: Annotated[Path, typer.Argument(help='JSON lines {"query","label"}; label null: no answer.')],
    faq: Folder = HERE,
    engine: EngineName = "core",
    vectors: Vectors = None,
    min_accuracy: Annotated[
        float, typer.Option(help="Least share answered rightly, such as 0.95 or 95.")
    ] = 0.0,
    max_wrong: Annotated[
        float, typer.Option(help="Most that may be wrongly answered, such as 0.04 or 4.")
    ] = 1.0,
) -> None:
    """Measure the quality on labelled cases; exit 1 when a gate is missed."""
    least, most = _share(min_accuracy, "--min-accuracy"), _share(max_wrong, "--max-wrong")
    wanted, library = _cases(cases), _library(faq, engine, vectors)
    for number, case in wanted.items():
        if case.label is not None and case.label not in library.articles:
            _stop(f"{cases}:{number}: No article of {faq} has the slug {case.label}.")
    quality = evaluate(library, wanted.values())
    _show(quality)
    is_poor = quality.answerable > 0 and quality.accuracy < least
    if is_poor:
        typer.echo(f"The accuracy is below {least:.1%}.", err=True)
    if quality.wrong > most:
        typer.echo(f"More than {most:.1%} are wrongly answered.", err=True)
    if is_poor or quality.wrong > most:
        raise typer.Exit(1)


def _share(typed: float, option: str) -> float:
    """0.95 and 95 are the same gate."""
    if not 0 <= typed <= 100:
        _stop(f"{option} is a share from 0 to 1, or from 0 to 100 in per cent.")
    return typed if typed <= 1 else typed / 100


def _show(quality: Quality) -> None:
    typer.echo(f"cases            {quality.answerable} with an answer, {quality.unanswerable} without")
    typer.echo(f"accuracy         {quality.accuracy:7.1%}   unanswered {quality.missed:.1%}")
    typer.echo(f"recall@3         {quality.recall3:7.1%}")
    typer.echo(f"wrongly answered {quality.wrong:7.1%}   of those without an answer")
    for pair in quality.confusions:
        wanted = pair.wanted or "no answer"
        typer.echo(f"{pair.count:4d} × {wanted} → {pair.given}, as in “{pair.example}”")


@app.command()
def gaps(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many questions.")] = 50,
    add: Annotated[int | None, typer.Option(help="Number of a gap: add its newest wording.")] = None,
    to: Annotated[str | None, typer.Option(help="The article that the wording is added to.")] = None,
    done: Annotated[int | None, typer.Option(help="Number of a gap: it was handled in another way.")] = None,
    faq: Folder = HERE,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
) -> None:
    """Show what was asked and not answered in the last 90 days, grouped, the most frequent first.

    With --add and --to, replay what the wording would change, then write it into the article.
    """
    from helpdesk.cli.gaps import add_wording, close_gap, print_gaps  # only these need the database

    if (add is None) != (to is None):
        _stop("Give both: --add with the number of a gap, --to with the article's slug.")
    if done is not None and add is not None:
        _stop("Give --add or --done, not both.")
    if add is not None and to is not None:
        add_wording(add, to, faq, yes=yes)
    elif done is not None:
        close_gap(done)
    else:
        print_gaps(limit)


def _matched(library: Library, lines: list[bytes]) -> list[dict[str, object]]:
    asked = [_asked(line) for line in lines]
    rankings = iter(rank_all(library, [query for _, query in asked if isinstance(query, str)]))
    nothing: dict[str, object] = {"label": None, "score": 0.0, "candidates": [], "error": NO_QUERY}
    return [
        {"id": name, **(_result(next(rankings)) if isinstance(query, str) else nothing)}
        for name, query in asked
    ]


def _asked(line: bytes) -> tuple[object, object]:
    """Id and query of a line; None for what it lacks."""
    try:
        row = json.loads(line, parse_constant=_no_number, parse_float=_number)
    except (ValueError, RecursionError):
        row = None
    return (row.get("id"), row.get("query")) if isinstance(row, dict) else (None, None)


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _number(typed: str) -> float:
    """A number that can be written again: 1e400 would become Infinity, which is no JSON."""
    number = float(typed)
    return number if isfinite(number) else _no_number(typed)


def _result(ranking: Ranking) -> dict[str, object]:
    return {
        "label": ranking.label,
        "score": round(ranking.score, 4),
        "candidates": [{"label": c.label, "score": round(c.score, 4)} for c in ranking.candidates],
    }


def _cases(path: Path) -> dict[int, Case]:
    """Each case by the number of its line."""
    cases = {}
    try:
        for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
            if not line.strip():
                continue
            row = json.loads(line)
            if not _is_case(row):
                _stop(f'{path}:{number}: Write {{"query": "…", "label": "slug" or null}}.')
            cases[number] = Case(row["query"], row["label"])
    except OSError as error:
        _stop(f"{path} cannot be read: {error.strerror}.")
    except ValueError:
        _stop(f"{path} is not a file of JSON lines.")
    if not cases:
        _stop(f"{path} holds no case.")
    return cases


def _is_case(row: object) -> bool:
    return (
        isinstance(row, dict)
        and isinstance(row.get("query"), str)
        and isinstance(row.get("label", 0), str | None)
    )


def _library(folder: Path, engine: str, vectors: Path | None) -> Library:
    """The library; which files it had to leave out is said on standard error."""
    library = _learned(folder, engine, vectors)
    for fault in library.faults:
        _say(f"{folder}/{fault}")
    return library


def _learned(folder: Path, engine: str, vectors: Path | None) -> Library:
    if engine not in ENGINES:
        _stop(f"The engine must be core or semantic, not {engine}.")
    give_back_large()
    try:
        library = Library.load(
            folder, engine=engine, cache=vectors, progress=_say if sys.stderr.isatty() else None
        )
    except OSError as error:
        _stop(f"{error.filename}: {error.strerror}." if error.filename else str(error))
    if library.engine.note:
        _say(library.engine.note)
    return library


def _say(sentence: str) -> None:
    typer.echo(sentence, err=True)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def _stop(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)
