"""Every route of the program, asked by every kind of stranger: who may not get in does not, and learns nothing."""

import re
import uuid
from typing import Any, cast

import httpx2
from starlette.routing import WebSocketRoute
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from helpdesk.accounts import people, staff, tokens
from helpdesk.actor import System
from helpdesk.store.session import Tx
from tests.integration.route_rules import AUDIENCES, EVERYBODY, SEES, rules
from tests.world import ADA, BEN, CLEO, DORA, PASSWORDS, World, hidden_fields, submit

WORDS, NOTE, CASE = "canary4471@shop.example", "canary of the colleagues", "canary of the customer"
EVE, FINN, GUS = "eve@example.com", "finlay@example.com", "gus@example.com"
SIGNED_IN = {
    "customer": ADA,
    "other customer": EVE,
    "editor": DORA,
    "holder": BEN,
    "agent": FINN,
    "lead": CLEO,
    "admin": GUS,
}
LAST = ("POST", "/logout"), ("POST", "/console/logout"), ("POST", "/api/v1/conversations/{id}/resolve")
BODIES: dict[str, dict[str, object]] = {
    "/messages": {"client_id": "00000000-0000-4000-8000-0000000000e1", "text": "We are on it."},
    "/notes": {"client_id": "00000000-0000-4000-8000-0000000000e2", "text": "Sounds honest."},
    "/password-reset": {"email": "eve@example.com", "reason": "Locked out, asked for help in this chat."},
    "/tickets": {"email": "somebody@example.com", "subject": "Help", "text": "Please."},
    "/merge": {"into": "T-1999"},
    "/webhooks": {"url": "https://hooks.example.com/x", "events": ["ticket.opened"]},
}
REASON = "Locked out, asked for help in this chat."
AT_A_FORM = {"customer": "/security", "other customer": "/security", "nobody": "/login"}


async def test_every_route_has_a_rule_and_lets_in_who_may_and_nobody_else(make_world: Any) -> None:
    async with make_world(trusted_proxies=("127.0.0.1",), limits="off") as world:
        found = routes_of(world)
        missing, gone = sorted(set(found) - set(rules())), sorted(set(rules()) - set(found))
        assert (missing, gone) == ([], []), "each route needs one line in route_rules.py"
        walk = Walk(world)
        await walk.prepare()
        faults = []
        for rule in sorted(rules(), key=lambda rule: (rule in LAST, rule)):
            faults += [
                fault for who in sorted(EVERYBODY) if (fault := await walk.step(*rule, found[rule], who))
            ]
        assert not faults, "\n".join(faults)


def routes_of(world: World) -> dict[tuple[str, str], str]:
    """(method, path with … for what changes with the content) → the true path."""
    found = {}
    for route in cast(Any, world.server.config.app).routes:
        path = re.sub(r"-[0-9a-f]{16}", "-…", route.path)
        methods = {"WS"} if isinstance(route, WebSocketRoute) else set(route.methods) - {"HEAD"}
        found |= {(method, path): route.path for method in methods}
    return found


class Walk:
    """Everybody, signed in as they are, and the things that the addresses name."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.browsers: dict[str, httpx2.AsyncClient] = {}
        self.csrf: dict[str, str] = {}
        self.places: dict[str, str] = {
            "mail_id:row": "999999", "room": "web", "name": "page.css", "file_id": "A" * 24, "token": "A" * 43,
            "slug": "forgot-password", "passkey:row": "1", "invitation": "A" * 22, "view": "all", "act": "snooze",
            "delivery": "1",
        }  # fmt: skip

    async def prepare(self) -> None:
        """A chat that the holder has, a ticket of the customer's, a note; a session or a token for each."""
        world = self.world
        await world.desk.store.write(add_people, world.desk.keys, {
            email: await world.desk.passwords.hash(PASSWORDS[ADA]) for email in (EVE, FINN, GUS)
        })  # fmt: skip
        for who, email in SIGNED_IN.items():
            path = "/login" if "customer" in who else "/console/login"
            client = self.browsers[who] = world.browser()
            signed = await submit(client, path, email=email, password=PASSWORDS.get(email, PASSWORDS[ADA]))
            assert signed.status_code == 303, signed.text
        for who in ("visitor", "other visitor"):
            panel = await world.visitor()
            welcome = await panel.wait("welcome")
            self.browsers[who] = world.browser(headers={"Authorization": f"Visitor {welcome['token']}"})
            if who == "visitor":
                await panel.say(WORDS)
                await panel.send(type="handover", client_id=str(uuid.uuid4()), to="agent")
                await panel.wait("state", handled_by="queue")
                self.places |= {"conversation": welcome["conversation"]}
        self.browsers["nobody"] = world.browser()
        for who, email, scopes in (("program", BEN, ()), ("narrow", BEN, ("faq:read",)), ("pen", DORA, ())):
            token = await world.desk.store.write(issue, world.desk.keys, email, scopes)
            self.browsers[who] = world.browser(headers={"Authorization": f"Bearer {token}"})
        for who, client in self.browsers.items():
            at = AT_A_FORM.get(who, "/console/account" if who in AUDIENCES["staff"] else "/login")
            self.csrf[who] = hidden_fields((await client.get(at)).text)["csrf_token"]
        page = f"/console/c/{self.places['conversation']}"
        holder = self.browsers["holder"]
        assert (await submit(holder, f"{page}/claim", page)).status_code == 303
        await submit(holder, f"{page}/note", page, client_id="n-12345678", text=NOTE)
        asked = {"email": ADA, "subject": CASE, "text": "Please help."}
        opened = await submit(self.browsers["customer"], "/tickets/new", **asked)
        assert opened.status_code == 303, opened.text
        listed = await self.browsers["customer"].get("/my-tickets")
        reference = re.search(r"T-\d+", listed.text)
        assert reference
        self.places |= {"reference": reference[0], "ref": reference[0]}

    async def step(self, method: str, name: str, path: str, who: str) -> str:
        """Nothing, or what was wrong."""
        audience, good = rules()[(method, name)]
        own = {
            **self.places,
            "id": "A" * 22 if "webhook" in path or "views" in path else self.places["conversation"],
        }
        path = re.sub(r"\{([^}]+)\}", lambda found: own[found[1]], path)
        if method == "WS":
            status, text, where = await self.socket(path, who)
        else:
            status, text, where = await self.ask(method, path, who)
        what = f"{method} {name} as {who}"
        if status >= 500:
            return f"{what}: {status}"
        turned_away = status in (401, 403, 404, 409) or (
            status == 303 and ("/login" in where or where == "/console")
        )
        if who in AUDIENCES[audience] and status not in good:
            return f"{what}: {status}, not {sorted(good)}: {text[:100]!r}"
        if (
            who not in AUDIENCES[audience]
            and not turned_away
            and not self.leads_home(name, who, status, where)
        ):
            return f"{what}: was let in with {status} {where}"
        sees = who in AUDIENCES[audience] and who in SEES.get(audience, set())
        if not sees and any(canary in text for canary in (WORDS, NOTE, CASE)):
            return f"{what}: reads what is not theirs"
        return f"{what}: reads a note" if who not in {*AUDIENCES["desk"], "program"} and NOTE in text else ""

    def leads_home(self, name: str, who: str, status: int, where: str) -> bool:
        """A page for strangers sends whoever is signed in to their own."""
        return name == "/login" and "customer" in who and (status, where) == (303, "/security")

    async def ask(self, method: str, path: str, who: str) -> tuple[int, str, str]:
        client, more = self.browsers[who], cast(dict[str, Any], {})
        if method not in ("GET", "DELETE"):
            more["headers"] = {"Origin": self.world.url}
            if path.startswith("/api/"):
                more["json"] = next((body for end, body in BODIES.items() if path.endswith(end)), {})
            elif path == "/visitor/poll":
                more["json"] = {"after": 0, "frames": [{"type": "typing"}]}
            elif path.endswith("/invite"):
                more["data"] = {
                    "email": EVE,
                    "reason": REASON,
                    "password": PASSWORDS.get(SIGNED_IN.get(who, ""), PASSWORDS[ADA]),
                }
            else:
                more["data"] = {}
            if "data" in more:
                more["data"]["csrf_token"] = self.csrf[who]
                more["headers"]["X-CSRF-Token"] = self.csrf[who]
        got = await client.request(method, path, **more)
        return got.status_code, got.text, got.headers.get("location", "")

    async def socket(self, path: str, who: str) -> tuple[int, str, str]:
        client = self.browsers[who]
        cookie = "; ".join(f"{c.name}={c.value}" for c in client.cookies.jar)
        headers = {
            "Cookie": cookie,
            **({"Authorization": h} if (h := client.headers.get("authorization")) else {}),
        }
        program = "Bearer" in headers.get("Authorization", "") and path == "/ws/staff"
        origin = cast(Any, None if program else self.world.url)
        try:
            async with connect(
                self.world.url.replace("http", "ws") + path, origin=origin, additional_headers=headers
            ):
                return 101, "", ""
        except InvalidStatus as refused:
            return refused.response.status_code, "", ""


def add_people(tx: Tx, keys: Any, hashes: dict[str, str]) -> None:
    by = System("test")
    people.add_account(tx, keys, by, email=EVE, name="Eve", password_hash=hashes[EVE])
    staff.add_staff(tx, keys, by, email=FINN, name="Finn", role="agent", password_hash=hashes[FINN])
    staff.add_staff(tx, keys, by, email=GUS, name="Gus", role="admin", password_hash=hashes[GUS])


def issue(tx: Tx, keys: Any, email: str, scopes: tuple[str, ...]) -> str:
    person = staff.staff_by_address(tx, email)
    assert person is not None
    return tokens.issue(tx, keys, System("test"), person, scopes=scopes)
