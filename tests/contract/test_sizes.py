"""Files and functions stay small enough to be read in one go."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FUNCTION = 60
LIMITS = (
    ("helpdesk/**/*.py", 300),
    ("tests/**/*.py", 300),
    ("helpdesk/**/*.html", 120),
    ("helpdesk/**/*.js", 200),
    ("widget/**/*.js", 200),
)
LONGER = {"widget/loader.js": 320}  # one classic script: it can import nothing
GENERATED = ("helpdesk/store/migrations/versions/", "widget/test/", "helpdesk/faq/data/")


@cache
def _tracked() -> tuple[Path, ...]:
    """What belongs to the project: in a checkout what git knows or would add, else every file."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True)
        names = done.stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if ".venv" not in path.parts]
    return tuple(ROOT / name for name in sorted(set(names)) if not name.startswith(GENERATED))


def _files(pattern: str) -> Iterator[Path]:
    folder, _, name = pattern.partition("/**/")
    for path in _tracked():
        if path.is_relative_to(ROOT / folder) and path.match(name) and path.is_file():
            yield path


def test_no_file_is_longer_than_its_kind_may_be() -> None:
    too_long = [
        f"{path.relative_to(ROOT)}: {length} lines, {most} at most"
        for pattern, most in LIMITS
        for path in _files(pattern)
        if (length := len(path.read_text(encoding="utf-8").splitlines()))
        > LONGER.get(str(path.relative_to(ROOT)), most)
    ]
    assert too_long == []


def test_no_function_is_longer_than_sixty_lines() -> None:
    too_long = []
    for path in (*_files("helpdesk/**/*.py"), *_files("tests/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION:
                    too_long.append(f"{path.relative_to(ROOT)}:{node.lineno}: {node.name} has {length} lines")
    assert too_long == []


def test_every_room_has_a_sign_on_its_door() -> None:
    for folder in sorted((ROOT / "helpdesk").iterdir()):
        if folder.is_dir() and any(path.suffix == ".py" for path in folder.iterdir()):
            sign = (folder / "__init__.py").read_text(encoding="utf-8").strip()
            assert sign.startswith('"""'), folder.name
