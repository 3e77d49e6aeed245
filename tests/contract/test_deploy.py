"""The files for deployment fit each other, the settings and the commands."""

import configparser
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from helpdesk.cli.main import COMMANDS
from helpdesk.ops.routes import routes as ops_routes
from helpdesk.settings import PREFIX, Settings

DEPLOY = Path(__file__).resolve().parent.parent.parent / "deploy"
SETTINGS = {PREFIX + name.upper() for name in Settings.model_fields}


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return found


def test_every_service_names_its_image_and_only_known_settings() -> None:
    services = compose()["services"]
    assert {"postgres", "valkey", "upgrade", "web1", "web2", "worker", "nginx"} == set(services)
    for name, service in services.items():
        assert re.fullmatch(r"[\w./-]+:[\w.-]+", service["image"]), name
        used = {key for key in service.get("environment", {}) if key.startswith(PREFIX)}
        assert used <= SETTINGS, name
        for command in (service.get("command", []),):
            if command and command[0] == "helpdesk":
                assert command[1] in COMMANDS


def test_every_variable_that_compose_needs_stands_in_the_example() -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    needed = set(re.findall(r"\$\{(\w+)", text))
    example = (DEPLOY / "env.example").read_text(encoding="utf-8")
    assert needed == set(re.findall(r"^(\w+)=", example, re.MULTILINE))


def test_named_volumes_and_networks_exist_and_dependencies_too() -> None:
    whole = compose()
    for service in whole["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source.startswith("./") or source in whole["volumes"] or (DEPLOY / source).is_dir()
        assert set(service["networks"]) <= set(whole["networks"])
        assert set(service.get("depends_on", {})) <= set(whole["services"])


def test_nginx_passes_on_to_the_web_services_and_hides_what_is_for_operators() -> None:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert text.count("{") == text.count("}")
    upstreams = set(re.findall(r"server (\w+):8000", text))
    assert upstreams == {name for name in compose()["services"] if name.startswith("web")}
    for path in ("/metrics", "/readyz", "/healthz"):
        assert f"location = {path} {{ return 404; }}" in text


def units(folder: Path) -> list[Path]:
    """The units, with this Python in the place of the program: `systemd-analyze` wants to see an executable."""
    for unit in (DEPLOY / "systemd").iterdir():
        text = unit.read_text(encoding="utf-8").replace("/opt/helpdesk/bin/helpdesk", sys.executable)
        (folder / unit.name.replace("@", "@1")).write_text(text, encoding="utf-8")
    return sorted(folder.iterdir())


def test_the_units_start_commands_that_exist() -> None:
    for path in (DEPLOY / "systemd").iterdir():
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str  # type: ignore[assignment, method-assign]
        unit.read_string(path.read_text(encoding="utf-8"))
        if path.suffix == ".service":
            started = re.findall(r"bin/helpdesk (\w+)", unit["Service"]["ExecStart"])
            assert started
            assert set(started) <= set(COMMANDS)
            assert unit["Service"]["User"] == "helpdesk"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine")
def test_systemd_has_nothing_to_say_about_the_units_and_finds_them_shut(tmp_path: Path) -> None:
    files = units(tmp_path)
    said = analyze("verify", "--man=no", *map(str, files))
    assert (said.returncode, said.stdout + said.stderr) == (0, "")
    services = [str(path) for path in files if path.suffix == ".service"]
    shut = analyze("security", "--offline=yes", "--threshold=20", "--no-pager", *services)
    assert shut.returncode == 0, shut.stdout[-400:]


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *words], capture_output=True, text=True, timeout=60, check=False
    )


def instructions() -> list[tuple[str, str]]:
    """(word, rest) of each line of the container file; continued lines put together."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, " ".join(rest.split())) for word, rest in lines]


def test_the_container_copies_what_exists_and_runs_without_root() -> None:
    found = instructions()
    known = {
        "FROM",
        "ARG",
        "WORKDIR",
        "COPY",
        "RUN",
        "ENV",
        "USER",
        "VOLUME",
        "EXPOSE",
        "STOPSIGNAL",
        "HEALTHCHECK",
    }
    assert {word for word, _ in found} == known | {"CMD"}
    images = [rest.split()[0] for word, rest in found if word == "FROM"]
    assert all(re.fullmatch(r"[\w.]+/[\w./-]+:[\w.-]*\d[\w.-]*", image) for image in images), "named in full"
    for rest in (rest for word, rest in found if word == "COPY"):
        sources = rest.split()[:-1]
        assert sources[0] == "--from=build" or all((DEPLOY.parent / source).exists() for source in sources)
    words = [word for word, _ in found]
    assert ("USER", "10001") in found
    assert words.index("RUN") < words.index("USER") < words.index("CMD")
    assert "RUN" not in words[words.index("USER") :]


def test_the_container_names_settings_commands_ports_and_extras_that_exist() -> None:
    found = instructions()
    named = set(re.findall(r"HELPDESK_\w+", " ".join(rest for _, rest in found)))
    assert named <= SETTINGS
    command = json.loads(dict(found)["CMD"])
    assert command[:2] == ["helpdesk", "serve"]
    port = command[command.index("--port") + 1]
    assert dict(found)["EXPOSE"] == port
    checked = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", dict(found)["HEALTHCHECK"])
    assert checked
    assert checked[1] == port
    assert checked[2] in {route.path for route in ops_routes}
    project = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    shown = re.search(r"EXTRAS=([\w,]+)", (DEPLOY / "Containerfile").read_text(encoding="utf-8"))
    assert shown
    assert set(shown[1].split(",")) <= set(project["optional-dependencies"])


def test_the_simulated_company_is_set_up_as_the_compose_file_says() -> None:
    """`tests/company` runs this topology from packages; what one of them sets, the other does as well."""
    services = compose()["services"]
    composed = set(services["web1"]["environment"])
    assert (
        services["web2"]["environment"]
        == services["worker"]["environment"]
        == services["web1"]["environment"]
    )
    source = (DEPLOY.parent / "tests" / "company" / "company.py").read_text(encoding="utf-8")
    assert composed - {"HELPDESK_SITE_ORIGINS"} <= set(re.findall(r'"(HELPDESK_\w+)"', source))
    assert services["worker"]["command"] == ["helpdesk", "work"]
    assert services["upgrade"]["command"] == ["helpdesk", "db", "upgrade"]
