"""What is larger than we take is answered, and not cut off: a client that still sends can read why."""

from collections.abc import AsyncIterator

import pytest

from tests.world import World

MIB = 1024 * 1024
WHERE = {"/visitor/files": 12 * MIB, "/visitor/poll": MIB, "/api/v1/tickets": MIB, "/forgot-password": MIB}


@pytest.mark.parametrize(("path", "size"), WHERE.items())
async def test_who_sends_all_of_it_reads_413_and_goes_on(world: World, path: str, size: int) -> None:
    client = world.browser()
    for _ in range(3):  # a connection that is closed too early loses its answer now and then only
        answer = await client.post(path, content=b"x" * size)
        assert answer.status_code == 413
    program = not path.startswith("/forgot")
    assert ("application/problem+json" in answer.headers["content-type"]) == program
    if program:
        assert answer.json()["detail"] == "That is larger than what we take here."
    assert (await client.get("/healthz")).status_code == 200


async def test_without_a_length_it_is_the_same(world: World) -> None:
    async def without_end() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * MIB

    answer = await world.browser().post("/visitor/poll", content=without_end())
    assert answer.status_code == 413
    assert answer.json()["status"] == 413
