"""PostgreSQL's own tools, for a database that is somewhere else."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url

from helpdesk.errors import DeskError
from helpdesk.store.engine import make_engine

WITHIN_S = 3600
_VARIABLES = {
    "PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE",
    "PGSSLMODE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY", "PGSSLCRL", "PGCHANNELBINDING",
}  # fmt: skip


def dump(url: str, copy: Path) -> dict[str, Any]:
    """Write a dump in `pg_dump`'s own format; what the database holds."""
    _run("pg_dump", url, "--format=custom", f"--file={copy}")
    return _facts(url)


def load(url: str, copy: Path, data_dir: Path) -> Path | None:
    """Replace the tables by the dump's, in one transaction; where a dump of what was there lies, or None."""
    aside = None
    if any(_facts(url)["rows"].get(name) for name in ("account", "staff", "conversation")):
        number = 1
        while (data_dir / f"before-restore-{number}.dump").exists():
            number += 1
        aside = data_dir / f"before-restore-{number}.dump"
        dump(url, aside)
    name = make_url(url).database or ""
    _run(
        "pg_restore", url, "--clean", "--if-exists", "--no-owner", "--single-transaction", f"--dbname={name}",
        str(copy),
    )  # fmt: skip
    return aside


def _facts(url: str) -> dict[str, Any]:
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            names = inspect(connection).get_table_names()
            rows = {
                name: int(connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar() or 0)  # noqa: S608
                for name in sorted(names)
            }
            schema = ""
            if "alembic_version" in rows:
                schema = str(
                    connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
                )
            return {"rows": rows, "schema": schema}
    finally:
        engine.dispose()


def _as_variables(url: str) -> dict[str, str]:
    """Where the database is, as its tools are told: never in an argument, which everybody on the machine can read."""
    parts = make_url(url)
    said: dict[str, Any] = {
        "host": parts.host,
        "port": parts.port,
        "user": parts.username,
        "password": parts.password,
    }
    said |= {"database": parts.database, **parts.query}
    named = {f"PG{name.upper().replace('_', '')}": str(value) for name, value in said.items() if value}
    return {name: value for name, value in named.items() if name in _VARIABLES}


def _run(tool: str, url: str, *arguments: str) -> None:
    found = shutil.which(tool)
    if found is None:
        raise DeskError(f"{tool} is not installed; it comes with the PostgreSQL client programs.")
    environment = {**os.environ, **_as_variables(url)}
    try:
        done = subprocess.run(  # noqa: S603 — a program found by name, our own arguments, no shell
            [found, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=WITHIN_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise DeskError(f"{tool} did not end within an hour.") from None
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip() and not line[0].isspace()]
        raise DeskError(f"{tool} failed: {lines[-1] if lines else 'no reason was given'}")  # indented: a hint
