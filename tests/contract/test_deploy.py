"""The files for deployment fit each other, the settings and the commands."""

import configparser
import re
from pathlib import Path
from typing import Any

import yaml

from helpdesk.cli.main import COMMANDS
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
            assert source.startswith("./") or source in whole["volumes"]
        assert set(service["networks"]) <= set(whole["networks"])
        assert set(service.get("depends_on", {})) <= set(whole["services"])


def test_nginx_passes_on_to_the_web_services_and_hides_what_is_for_operators() -> None:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert text.count("{") == text.count("}")
    upstreams = set(re.findall(r"server (\w+):8000", text))
    assert upstreams == {name for name in compose()["services"] if name.startswith("web")}
    for path in ("/metrics", "/readyz", "/healthz"):
        assert f"location = {path} {{ return 404; }}" in text


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


def test_the_container_copies_what_exists_and_runs_without_root() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    for line in re.findall(r"^COPY (?!--)(.+)$", text, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (DEPLOY.parent / source).exists(), source
    assert re.search(r"^USER 10001$", text, re.MULTILINE)
    assert text.index("USER 10001") < text.index("CMD [")
