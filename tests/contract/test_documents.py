"""Every setting, command, frame, call, event and metric stands in the documents; nothing else does."""

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

from helpdesk.api.openapi import document
from helpdesk.chat import frames
from helpdesk.cli.main import COMMANDS, _command
from helpdesk.measures import REGISTRY
from helpdesk.ops.metrics import FAMILIES, _Rows
from helpdesk.settings import PREFIX, Settings
from helpdesk.webhooks.publish import EVENTS

ROOT = Path(__file__).resolve().parent.parent.parent
NOT_SET_BY_PEOPLE = {"base_url_was_set"}


def text_of(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields if name not in NOT_SET_BY_PEOPLE}
    documented = set(re.findall(r"^\| `(HELPDESK_\w+)` \|", text_of("operations.md"), re.MULTILINE))
    assert documented == known


def test_every_command_is_documented_and_every_documented_command_exists() -> None:
    known = set()
    for name, (_, attribute, _) in COMMANDS.items():
        inner = [
            each.name or each.callback.__name__
            for each in _command(name).registered_commands
            if each.callback
        ]
        known |= (
            {f"helpdesk {name} {each}" for each in inner}
            if attribute.endswith("app")
            else {f"helpdesk {name}"}
        )
    documented = set(re.findall(r"^\| `(helpdesk [a-z -]+)` \|", text_of("operations.md"), re.MULTILINE))
    assert documented == known


def test_every_frame_is_documented() -> None:
    visitor, staff = text_of("protocol.md").split("## The staff's socket", 1)
    sent = visitor.split("To the browser:", 1)[0]
    assert set(re.findall(r'\{"type":"(\w+)"', sent)) == _kinds(frames.VisitorFrame)
    said = set(re.findall(r'→ \{"type":"(\w+)"', staff))
    assert said == _kinds(frames.StaffFrame)


def _kinds(union: Any) -> set[str]:
    models = get_args(get_args(union)[0])
    return {get_args(model.model_fields["type"].annotation)[0] for model in models}


def test_every_field_of_a_frame_from_the_browser_is_documented() -> None:
    sent = text_of("protocol.md").split("To the browser:", 1)[0]
    for model in get_args(get_args(frames.VisitorFrame)[0]):
        kind = get_args(model.model_fields["type"].annotation)[0]
        line = next(line for line in sent.splitlines() if f'{{"type":"{kind}"' in line)
        for field in model.model_fields:
            assert f'"{field}":' in line, (kind, field)


def test_every_call_of_the_api_is_documented_and_every_documented_call_exists() -> None:
    paths = document("https://support.example.com")["paths"]
    known = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    documented = set(re.findall(r"^\| `([A-Z]+ /api/v1/[^`]+)` \|", text_of("api.md"), re.MULTILINE))
    assert documented == known


def test_every_webhook_event_is_documented() -> None:
    table = text_of("api.md").split("| event | `data` |", 1)[1].split("\n\n", 1)[0]
    assert set(re.findall(r"^\| `([a-z.]+)` \|", table, re.MULTILINE)) == set(EVENTS)


def _metric_names() -> set[str]:
    desk = SimpleNamespace(
        library=SimpleNamespace(current=SimpleNamespace(articles={}, faults=())),
        bus=SimpleNamespace(healthy=True),
        sockets=SimpleNamespace(wires=set()),
    )
    figures: dict[str, Any] = {name: {"x": 1.0} if label else 1.0 for name, (_, label) in FAMILIES.items()}
    rows = {family.name for family in _Rows(figures, desk).collect()}
    counted = {family.name + ("_total" if family.type == "counter" else "") for family in REGISTRY.collect()}
    return rows | counted


def test_every_metric_is_documented_and_every_documented_metric_exists() -> None:
    table = text_of("operations.md").split("| metric | kind | meaning |", 1)[1].split("\n\n", 1)[0]
    assert set(re.findall(r"`(helpdesk_\w+)`", table)) == _metric_names()


def test_metric_names_follow_the_conventions() -> None:
    for name in _metric_names():
        assert re.fullmatch(r"helpdesk_[a-z]+(_[a-z]+)*", name)
        assert "milli" not in name


def test_the_dashboard_asks_only_for_metrics_that_exist() -> None:
    board = json.loads((ROOT / "deploy" / "grafana" / "helpdesk.json").read_text(encoding="utf-8"))
    asked = {target["expr"] for panel in board["panels"] for target in panel["targets"]}
    names = {
        re.sub(r"_(bucket|sum|count)$", "", name)
        for expression in asked
        for name in re.findall(r"helpdesk_\w+", expression)
    }
    assert names
    assert names <= _metric_names()


def test_every_link_between_documents_leads_somewhere() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:|/)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} → {target}"


def test_the_api_document_is_the_same_every_time() -> None:
    first = json.dumps(document("https://a.example"), sort_keys=True)
    document.cache_clear()
    assert json.dumps(document("https://a.example"), sort_keys=True) == first
