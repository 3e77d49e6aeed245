"""A token that is good for some things, and for some days."""

from pathlib import Path

import pytest

from helpdesk.accounts import tokens
from helpdesk.accounts.staff import staff_by_address
from helpdesk.actor import System
from helpdesk.api.openapi import document
from helpdesk.store.session import Tx
from tests.commands import helpdesk, upgraded
from tests.programs import problem_of, waiting_conversation
from tests.world import BEN, World


async def token(world: World, *scopes: str, days: int = tokens.DAYS) -> dict[str, str]:
    """The header of a fresh token."""

    def make(tx: Tx) -> str:
        staff = staff_by_address(tx, BEN)
        assert staff is not None
        return tokens.issue(tx, world.desk.keys, System("test"), staff, scopes=scopes, days=days)

    return {"Authorization": f"Bearer {await world.desk.store.write(make)}"}


async def test_a_narrow_token_may_what_it_was_made_for_and_nothing_else(world: World) -> None:
    conversation = await waiting_conversation(world)
    browser, headers = world.browser(), await token(world, "conversations:read", "faq:read")
    here = f"/api/v1/conversations/{conversation}"
    assert (await browser.get(here, headers=headers)).status_code == 200
    matched = await browser.post("/api/v1/faq/match", headers=headers, json={"query": "password"})
    assert matched.status_code == 200, "asking changes nothing"
    for method, path, scope in (
        ("POST", here + "/claim", "conversations:write"),
        ("GET", "/api/v1/tickets", "tickets:read"),
        ("POST", here + "/password-reset", "password-reset:write"),
        ("GET", "/api/v1/webhooks", "webhooks:read"),
    ):
        refused = await browser.request(method, path, headers=headers)
        assert refused.status_code == 403
        assert problem_of(refused)["detail"] == f"This token has no scope {scope}."
    whole = await token(world)
    assert (await browser.post(here + "/claim", headers=whole)).status_code == 200, (
        "as before without a scope"
    )


async def test_a_scope_does_not_lengthen_a_life(world: World) -> None:
    browser, headers = world.browser(), await token(world, "tickets:read", days=2)
    assert (await browser.get("/api/v1/tickets", headers=headers)).status_code == 200
    world.clock.wind(days=2, seconds=1)
    assert (await browser.get("/api/v1/tickets", headers=headers)).status_code == 401


def test_every_scope_is_needed_somewhere_and_every_call_names_one_that_exists() -> None:
    named = {
        operation["description"].rpartition("`")[0].rpartition("`")[2]
        for methods in document("https://a.example")["paths"].values()
        for operation in methods.values()
    }
    assert named == set(tokens.SCOPES)


@pytest.mark.embedded
async def test_the_command_takes_scopes_and_days(tmp_path: Path) -> None:
    upgraded(tmp_path)
    for words in (("--scope", "everything"), ("--days", "0")):
        refused = await helpdesk(tmp_path, "token", "add", "--agent", BEN, *words)
        assert refused.code == 2
        assert "Traceback" not in refused.err
