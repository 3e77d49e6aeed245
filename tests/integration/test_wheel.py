"""What `pip install .` installs: everything that the demo needs, from any folder; and the sdist makes the same."""

import asyncio
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import httpx2
import pytest

from tests.world import ROOT, WAIT_S

START_S = 60.0
BUILD = """
import sys
from hatchling import build
build.build_wheel(sys.argv[1]) if sys.argv[2] == "wheel" else build.build_sdist(sys.argv[1])
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a wheel from the checkout, an sdist, and a wheel from that."""
    folder = tmp_path_factory.mktemp("built")
    build(ROOT, folder / "first", "wheel")
    build(ROOT, folder, "sdist")
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder / "source", filter="data")
    build(next((folder / "source").iterdir()), folder / "second", "wheel")
    return folder


def build(source: Path, target: Path, kind: str) -> None:
    """As pip and build do it, by the backend that pyproject.toml names."""
    target.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(target), kind],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def content(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_sdist_makes_the_same_wheel_and_nothing_of_a_desk_is_in_either(built: Path) -> None:
    first, second = (content(next((built / name).glob("*.whl"))) for name in ("first", "second"))
    assert first == second
    assert not [
        name for name in first if name.startswith(("tests", "var")) or name.endswith((".db", "secret_key"))
    ]
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = [name.split("/", 1)[1] for name in archive.getnames()]
    assert not [name for name in names if name.startswith(("var/", ".venv/", ".cache/", ".git/"))]
    assert {"CHANGELOG.md", "README.md", "deploy/compose.yaml", "docs/operations.md"} <= set(names)


async def test_the_demo_runs_from_any_folder(built: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(next((built / "first").glob("*.whl"))) as archive:
        archive.extractall(tmp_path / "installed")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    known = {name: value for name, value in os.environ.items() if not name.startswith("HELPDESK_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "helpdesk", "demo", "--port", "0", cwd=elsewhere, stdout=asyncio.subprocess.PIPE,
        env={**known, "PYTHONPATH": str(tmp_path / "installed")}, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        async with asyncio.timeout(START_S):
            url = (await process.stdout.readline()).decode().split()[-1]
        async with httpx2.AsyncClient(base_url=url, timeout=WAIT_S) as browser:
            for path in (
                "/",
                "/widget.js",
                "/help/forgot-password",
                "/console/login",
                "/api/v1/openapi.json",
            ):
                assert (await browser.get(path)).status_code == 200, path
            match = await browser.get("/help/search", params={"q": "i forgt my pasword"})
            assert "/help/forgot-password" in match.text
        checked = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "helpdesk", "faq", "check", cwd=elsewhere, stdout=asyncio.subprocess.PIPE,
            env={**known, "PYTHONPATH": str(tmp_path / "installed")},
        )  # fmt: skip
        said, _ = await checked.communicate()
        assert (checked.returncode, b"no faults" in said) == (0, True)
    finally:
        process.terminate()
        await process.wait()
