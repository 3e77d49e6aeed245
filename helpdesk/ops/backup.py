"""A consistent copy of the database while it is in use, and the way back; what is replaced is kept aside.

SQLite: the online backup API (a plain copy of a file that is in use would be torn). PostgreSQL: `pg_dump` and
`pg_restore`, which come with the server. Sent files lie in the data folder and go into the same archive.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from sqlalchemy.engine import make_url

import helpdesk
from helpdesk.counted import counted
from helpdesk.errors import DeskError
from helpdesk.keys import Keys
from helpdesk.ops import postgres_backup
from helpdesk.settings import Settings
from helpdesk.store import migrate
from helpdesk.store.engine import is_sqlite

DATABASE, MANIFEST, FILES, DUMP = "helpdesk.db", "manifest.json", "files", "helpdesk.dump"
LOCK_WITHIN_S = 1.0
TAKEN = "{file} exists already. Choose a new name: backups are never overwritten."
NOT_OURS = "{file} is not a backup of this program, or not a whole one."


def back_up(settings: Settings, file: Path) -> str:
    """Write FILE in one step; what went into it, as a sentence. DeskError when that is not possible."""
    url = settings.store_url
    if file.exists():
        raise DeskError(TAKEN.format(file=file))
    if not file.parent.is_dir():
        raise DeskError(f"There is no folder {file.parent}.")
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
        name = DATABASE if is_sqlite(url) else DUMP
        copy = Path(folder) / name
        facts = _copy_sqlite(url, copy) if is_sqlite(url) else postgres_backup.dump(url, copy)
        if not facts.get("schema"):
            raise DeskError("The database is empty: there is nothing to copy.")
        manifest = {
            "program": "helpdesk",
            "version": helpdesk.__version__,
            "database": name,
            "sha256": _digest(copy),
            "key": key_id(settings),
            **facts,
        }
        whole = Path(folder) / "whole"
        with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as target:
            _pack(target, manifest, copy, settings.data_dir / FILES)
            target.flush()
            os.fsync(target.fileno())
        _give_name(whole, file)
    return f"{file}: {_rows(manifest)}, checked, {file.stat().st_size} bytes."


def _give_name(whole: Path, file: Path) -> None:
    """In one step, and never over another backup that began at the same time."""
    try:
        os.link(whole, file)
    except FileExistsError:
        raise DeskError(TAKEN.format(file=file)) from None
    except OSError:  # a file system on which no file has two names
        os.replace(whole, file)


def bring_back(settings: Settings, file: Path) -> list[str]:
    """Put the copy in place of the database; what came back, as sentences. DeskError leaves all as it was."""
    url, data_dir = settings.store_url, settings.data_dir
    if not file.is_file():
        raise DeskError(f"There is no file {file}.")
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data_dir, prefix=".restore-") as folder:
        manifest, copy = _unpack(file, Path(folder))
        migrate.must_be_known(str(manifest.get("schema") or ""), str(file))
        kind = "SQLite" if manifest["database"] == DATABASE else "PostgreSQL"
        if (kind == "SQLite") != is_sqlite(url):
            raise DeskError(f"{file} holds a {kind} database; HELPDESK_DATABASE_URL names the other kind.")
        if kind == "SQLite":
            _check_copy(copy, manifest, file)
            aside = _replace_sqlite(url, copy)
        else:
            aside = postgres_backup.load(url, copy, data_dir)
        sent = Path(folder) / FILES
        if sent.is_dir():
            shutil.copytree(sent, data_dir / FILES, dirs_exist_ok=True)
    found = [f"Back: {_rows(manifest)}."]
    found += [f"What was there before is in {aside}."] if aside else []
    if manifest.get("key") and manifest["key"] != key_id(settings):
        found.append(
            "warning: the backup was made with another HELPDESK_SECRET_KEY. Bring that key back as well."
        )
    return [*found, "Run `helpdesk db upgrade`, then start."]


def _rows(manifest: dict[str, Any]) -> str:
    """How much a copy holds, and of which version."""
    return f"{counted(sum(manifest.get('rows', {}).values()), 'row')} at schema step {manifest.get('schema')}"


def key_id(settings: Settings) -> str:
    """A fingerprint of the secret in use; empty while there is none yet."""
    if not settings.secret_key and not (settings.data_dir / "secret_key").is_file():
        return ""
    return Keys(settings.secret).mac("backup key id").hex()[:16]


def _path_of(url: str) -> Path:
    return Path(make_url(url).database or "")


def _copy_sqlite(url: str, copy: Path) -> dict[str, Any]:
    path = _path_of(url)
    if not path.is_file():
        raise DeskError(f"There is no database {path}.")
    try:
        with closing(sqlite3.connect(path, timeout=30)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)  # in one step: in WAL mode that blocks no writer and cannot be overtaken
            target.execute("PRAGMA journal_mode=DELETE")
        return _facts(copy)
    except sqlite3.DatabaseError as error:
        raise DeskError(f"The database could not be copied: {error}.") from None


def _facts(copy: Path) -> dict[str, Any]:
    """What the copy holds; it must be whole."""
    with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as database:
        verdict = database.execute("PRAGMA integrity_check").fetchone()[0]
        if verdict != "ok":
            raise DeskError(f"The copy is not sound ({verdict}). The database itself may be damaged.")
        listed = (
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
        tables = [row[0] for row in database.execute(listed)]
        rows = {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608
        found = (
            database.execute("SELECT version_num FROM alembic_version").fetchone()
            if "alembic_version" in rows
            else None
        )
        return {"rows": rows, "schema": found[0] if found else ""}


def _check_copy(copy: Path, manifest: dict[str, Any], file: Path) -> None:
    try:
        facts = _facts(copy)
    except (sqlite3.DatabaseError, DeskError):
        raise DeskError(NOT_OURS.format(file=file)) from None
    if facts["rows"] != manifest["rows"]:
        raise DeskError(NOT_OURS.format(file=file))


def _replace_sqlite(url: str, copy: Path) -> Path | None:
    """Where the database that was there lies now, or None."""
    path = _path_of(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = None
    if path.exists():
        _must_be_alone(path)
        aside = _free_name(path)
    fresh = path.with_name(path.name + ".restored")
    shutil.copyfile(copy, fresh)
    with fresh.open("rb") as written:
        os.fsync(written.fileno())
    if aside is not None:
        os.replace(path, aside)
    for rest in ("-wal", "-shm"):
        Path(f"{path}{rest}").unlink(missing_ok=True)
    os.replace(fresh, path)
    return aside


def _free_name(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.before-restore-{number}")).exists():
        number += 1
    return aside


def _must_be_alone(path: Path) -> None:
    """Nobody else may have the database open: a running process would go on writing into the old file."""
    sentence = f"{path} is in use. Stop `helpdesk serve`, `work` and `demo` first."
    try:
        with closing(sqlite3.connect(path, timeout=LOCK_WITHIN_S, isolation_level=None)) as database:
            database.execute("PRAGMA locking_mode=EXCLUSIVE")
            database.execute("PRAGMA journal_mode=DELETE")  # leaving WAL needs to be the only connection
            if database.execute("PRAGMA journal_mode").fetchone()[0] != "delete":
                raise DeskError(sentence)
            database.execute("BEGIN EXCLUSIVE")
            database.execute("COMMIT")
    except sqlite3.OperationalError:
        raise DeskError(sentence) from None
    except sqlite3.DatabaseError:
        return  # it is damaged: that is what a restore is for


def _pack(target: IO[bytes], manifest: dict[str, Any], copy: Path, files: Path) -> None:
    with tarfile.open(fileobj=target, mode="w:gz", compresslevel=6) as archive:
        text = json.dumps(manifest, indent=2, sort_keys=True).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(text)
        archive.addfile(entry, io.BytesIO(text))
        archive.add(copy, manifest["database"], recursive=False)
        for path in sorted(files.rglob("*")) if files.is_dir() else []:
            if path.is_file() and not path.is_symlink():
                archive.add(path, f"{FILES}/{path.relative_to(files).as_posix()}", recursive=False)


def _unpack(file: Path, folder: Path) -> tuple[dict[str, Any], Path]:
    try:
        with tarfile.open(file, "r:gz") as archive:
            archive.extractall(folder, filter="data")
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        copy = folder / str(manifest["database"])
        if manifest["database"] not in (DATABASE, DUMP) or manifest["sha256"] != _digest(copy):
            raise ValueError
    except (tarfile.TarError, ValueError, KeyError, TypeError, OSError, EOFError):
        raise DeskError(NOT_OURS.format(file=file)) from None
    return manifest, copy


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
