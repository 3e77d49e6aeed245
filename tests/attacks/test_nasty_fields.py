"""A1, A2 and A5: every field of every form, every part of every address, filled with what breaks parsers and pages."""

import random
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.fault.length import BOTH, LONG, SEED
from tests.integration.route_rules import rules
from tests.integration.test_every_route import LAST, Walk, routes_of
from tests.profiles import settings_of
from tests.world import World, start_world

NASTY = [
    "\x00", "a\x00b", "²", "٣", "9" * 30, "9" * 5000, "-1", "1e999", "NaN", "' OR 1=1--", '"><script>alert(1)</script>', "{{7*7}}",
    "../../../etc/passwd", "%00", "\u202egpj.exe", "\ufffd\ufffe", "ﷺ" * 40, "a" * 9000, "=cmd|' /C calc'!A0", "x\r\nSet-Cookie: a=b",
    "https://evil.example", "//evil.example", "[]", "__proto__", "💥", "T-²", "99999-12-31", "0000-00-00", "25:99", "UTC/../x",
]  # fmt: skip
FIELDS = [
    "email", "password", "code", "reason", "text", "subject", "name", "client_id", "after", "seq", "part", "kind", "assignee", "status",
    "priority", "tags", "until", "into", "files", "ids", "act", "tag", "undo", "state", "view", "shared", "order", "zone", "day1",
    "holidays", "capacity", "auto", "retention_days", "gap", "answer", "account", "approval", "conversation", "contain", "decision",
    "what", "notes", "sure", "helpful", "version", "query", "new_password", "confirm_password", "current_password", "resend", "did_not_ask",
    "delete", "next", "then", "keys", "sounds", "slug",
]  # fmt: skip
ASKED = ["q", "skip", "before", "after", "days", "from", "to", "tag", "status", "priority", "order", "view", "current", "next", "action",
         "actor", "conversation", "verify", "cursor", "limit", "handled_by", "s", "sent", "code", "state", "error"]  # fmt: skip
ENDS = {*LAST, ("POST", "/console/c/{conversation}/invite")}
ROLES = ("nobody", "customer", "editor", "holder", "lead", "program")


@BOTH
@pytest.mark.timeout(1200)
async def test_no_value_in_any_field_breaks_a_page_or_gets_out_of_its_place(
    tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    dice = random.Random(SEED)
    async with start_world(tmp_path, limits="off", **settings_of(kind)) as world:
        walk = Walk(world)
        await walk.prepare()
        faults: list[str] = []
        for method, name in sorted(set(rules()) - ENDS):
            if method == "WS" or name == "/visitor/poll":
                continue
            for value in NASTY if LONG else dice.sample(NASTY, 2):
                for who in ROLES if LONG else dice.sample(ROLES, 1):
                    faults += await ask(walk, world, method, routes_of(world)[(method, name)], who, value)
        assert not faults, "\n".join(faults)
        for who, mine in (
            ("customer", "/security"),
            ("holder", "/console"),
            ("lead", "/console/audit"),
            ("editor", "/console"),
        ):
            assert (await walk.browsers[who].get(mine)).status_code == 200, f"{who} was there all the time"
    assert {str(record.exc_info[1]) for record in caplog.records if record.exc_info} == set()


async def ask(walk: Walk, world: World, method: str, path: str, who: str, value: str) -> list[str]:
    """The value once in the fields and the query, once in the place of each part of the address."""
    client, found = walk.browsers[who], []
    headers = {"Origin": world.url, "X-CSRF-Token": walk.csrf[who]} if method != "GET" else {}
    fields = {
        "csrf_token": walk.csrf[who],
        **dict.fromkeys(FIELDS, value[:200] if len(value) > 200 else value),
    }
    whole = path
    for part, true in {**walk.places, "id": walk.places["conversation"]}.items():
        whole = whole.replace("{" + part + "}", true)
    places = [whole, *(path.replace("{" + part + "}", quote(value, safe="")) for part in parts(path))]
    for place in places:
        for part, true in {**walk.places, "id": walk.places["conversation"]}.items():
            place = place.replace("{" + part + "}", true)
        more: dict[str, Any] = {"params": dict.fromkeys(ASKED, value[:300])} if method == "GET" else {}
        if method in ("POST", "PATCH"):
            few = {name: fields[name] for name in list(fields)[:40]}
            more |= (
                {
                    "json": {
                        "email": value,
                        "text": value,
                        "subject": value,
                        "client_id": value,
                        "reason": value,
                    }
                }
                if "/api/" in path
                else {"data": few}
            )
        got = await client.request(method, place, headers=headers, **more)
        what = f"{method} {path} as {who} with {value[:20]!r}: {got.status_code}"
        if got.status_code >= 500:
            found.append(what)
        if "<script>alert(1)" in got.text and "html" in got.headers.get("content-type", ""):
            found.append(f"{what}, markup in the page")
        if "evil.example" in got.headers.get("location", "").partition("?")[0] or got.headers.get(
            "set-cookie", ""
        ).startswith("a=b"):
            found.append(f"{what}, leads to {got.headers.get('location')}")
    return found


def parts(path: str) -> list[str]:
    """The names of the parts of an address that vary."""
    return [piece.partition("}")[0] for piece in path.split("{")[1:] if ":int" not in piece]
