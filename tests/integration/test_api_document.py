"""The document of the API is true: a fuzzer that reads it finds nothing, and a client made from it works."""

import asyncio
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import pytest

from tests.client_maker import make_client
from tests.programs import new_id, program, waiting_conversation
from tests.world import start_world

EXAMPLES = "6"
MEANING = (
    "GET /api/v1/conversations", "GET /api/v1/tickets", "GET /api/v1/webhooks/{id}/deliveries",
    "POST /api/v1/tickets", "PATCH /api/v1/tickets/{ref}", "POST /api/v1/webhooks", "PATCH /api/v1/conversations/{id}",
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


async def checked(folder: Path, source: str) -> ModuleType:
    """The module of a source that the type checker finds nothing in."""
    file = folder / "made_client.py"
    file.write_text(source)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "mypy", "--strict", "--config-file", "", "--cache-dir", folder / "mypy", file,
        cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    spec = spec_from_file_location("made_client", file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def test_a_typed_client_made_from_the_document_leads_a_whole_conversation(tmp_path: Path) -> None:
    async with start_world(tmp_path) as world, await program(world) as http:
        document = (await http.get("/openapi.json")).json()
        assert document["openapi"] == "3.1.0"
        client = (await checked(tmp_path, make_client(document))).Client(http)
        conversation = await waiting_conversation(world)
        listed = await client.list_conversations(handled_by="queue")
        assert listed["items"][0]["id"] == conversation
        await client.claim_conversation(conversation)
        words = {"client_id": new_id(), "text": "Hello, what happened?"}
        await client.post_reply(conversation, words)
        await client.post_note(conversation, {"client_id": new_id(), "text": "Sounds tired."})
        messages = await client.list_messages(conversation, after=1)
        assert messages["items"][-1]["text"] == words["text"]
        assert (await client.resolve_conversation(conversation))["handled_by"] == "closed"
        with pytest.raises(httpx2.HTTPStatusError):
            await client.get_ticket("T-999999")


async def test_the_page_to_try_the_api_shows_every_call(tmp_path: Path) -> None:
    async with start_world(tmp_path) as world, await program(world) as http:
        page = (await http.get("/docs")).text
        document = (await http.get("/openapi.json")).json()
        for path in document["paths"]:
            assert f'data-path="{path}"' in page


async def test_what_is_refused_before_a_call_is_reached_is_in_the_document(tmp_path: Path) -> None:
    async with start_world(tmp_path, limits="off") as world, await program(world) as http:
        for path, calls in (await http.get("/openapi.json")).json()["paths"].items():
            for method, call in calls.items():
                where = path.removeprefix("/api/v1")
                assert (await http.request(method, where + "?limit=%00")).status_code == 400
                assert "400" in call["responses"]
                if method in ("post", "patch"):
                    large = await http.request(method, where, content=b" " * 310_000)
                    assert large.status_code == 413
                    assert "413" in call["responses"], (method, path)


async def test_every_limit_is_written_as_such_documents_know_it(tmp_path: Path) -> None:
    """A limit behind a reading of our own came out as `ge`, which no reader of the document knows."""
    async with start_world(tmp_path) as world, await program(world) as http:
        assert not {"ge", "gt", "le", "lt", "min_length", "max_length"} & keywords(
            (await http.get("/openapi.json")).json()
        )


def keywords(part: Any) -> set[str]:
    """All keys at any depth."""
    if isinstance(part, dict):
        return set(part).union(*map(keywords, part.values()))
    return set().union(*map(keywords, part)) if isinstance(part, list) else set()
