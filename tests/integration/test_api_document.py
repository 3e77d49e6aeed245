"""The document of the API is true: a fuzzer that reads it finds nothing, and a client made from it works."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import httpx2

from tests.programs import new_id, program, waiting_conversation
from tests.world import start_world

EXAMPLES = "6"
MEANING = (
    "GET /api/v1/conversations", "GET /api/v1/tickets", "GET /api/v1/webhooks/{id}/deliveries",
    "POST /api/v1/tickets", "PATCH /api/v1/tickets/{ref}", "POST /api/v1/webhooks",
    "POST /api/v1/conversations/{id}/password-reset",
)  # fmt: skip
"""Calls that may refuse what has the right form: a cursor that we did not make, an address that is nobody's."""
ALLOWED = '["2xx", "3xx", "401", "403", "404", "409", "422", "429"]'
WITHIN_S = 110.0


async def test_a_fuzzer_that_reads_the_document_finds_nothing(tmp_path: Path) -> None:
    rules = [
        f'[[operations]]\ninclude-name = "{name}"\n[operations.checks.positive_data_acceptance]\n'
        f"expected-statuses = {ALLOWED}\n"
        for name in MEANING
    ]
    (tmp_path / "schemathesis.toml").write_text("\n".join(rules))
    async with start_world(tmp_path, limits="off") as world, await program(world) as api:
        await waiting_conversation(world)
        new = {"email": "a@example.com", "subject": "Help", "text": "Please.", "client_id": new_id()}
        await api.post("/tickets", json=new)
        process = await asyncio.create_subprocess_exec(
            Path(sys.executable).with_name("schemathesis"), "--config-file", tmp_path / "schemathesis.toml", "run",
            f"{world.url}/api/v1/openapi.json", "-H", f"Authorization: {api.headers['authorization']}",
            "--max-examples", EXAMPLES, "--phases", "examples,coverage,fuzzing", "--workers", "2", "--seed", "7",
            "--warnings", "off", "--no-color",
            cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        async with asyncio.timeout(WITHIN_S):
            said, _ = await process.communicate()
        assert process.returncode == 0, said.decode()[-6000:]


class Client:
    """A client that knows no address: every method is an `operationId` of the document."""

    def __init__(self, http: httpx2.AsyncClient, document: dict[str, Any]) -> None:
        self._http = http
        self._calls = {
            operation["operationId"]: (method, path)
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        }

    async def call(self, name: str, body: Any = None, query: Any = None, **path: str) -> Any:
        """The answer's JSON; fails on a refusal."""
        method, address = self._calls[name]
        answer = await self._http.request(
            method.upper(), address.format(**path).removeprefix("/api/v1"), json=body, params=query
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None


async def test_a_client_that_knows_only_the_document_leads_a_whole_conversation(tmp_path: Path) -> None:
    async with start_world(tmp_path) as world, await program(world) as http:
        document = (await http.get("/openapi.json")).json()
        assert document["openapi"] == "3.1.0"
        client = Client(http, document)
        conversation = await waiting_conversation(world)
        listed = await client.call("list_conversations", query={"handled_by": "queue"})
        assert listed["items"][0]["id"] == conversation
        await client.call("claim_conversation", id=conversation)
        words = {"client_id": new_id(), "text": "Hello, what happened?"}
        await client.call("post_reply", words, id=conversation)
        await client.call("post_note", {"client_id": new_id(), "text": "Sounds tired."}, id=conversation)
        messages = await client.call("list_messages", id=conversation, query={"after": 1})
        assert messages["items"][-1]["text"] == words["text"]
        assert (await client.call("resolve_conversation", id=conversation))["handled_by"] == "closed"


async def test_the_page_to_try_the_api_shows_every_call(tmp_path: Path) -> None:
    async with start_world(tmp_path) as world, await program(world) as http:
        page = (await http.get("/docs")).text
        document = (await http.get("/openapi.json")).json()
        for path in document["paths"]:
            assert f'data-path="{path}"' in page
