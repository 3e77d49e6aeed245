"""Small files that become huge: refused at once, and the server does not grow."""

import io
import random
import struct
import time
import zipfile
import zlib
from pathlib import Path

import httpx2

from tests.fault.length import SEED
from tests.fault.people import Person, everybody_has, living
from tests.fault.processes import Process, served

MOST_S, MOST_KIB = 1.0, 100 * 1024


def gif(size: int, frames: int) -> bytes:
    """A canvas of size × size whose frames are one dot each."""
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    head = b"GIF89a" + struct.pack("<HHBBB", size, size, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return head + frame * frames + b"\x3b"


def png(width: int, height: int, body: bytes) -> bytes:
    """A picture that says its size; `body` is what is really there."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack("!I", len(content)) + kind + content + struct.pack("!I", zlib.crc32(kind + content))
        )

    head = chunk(b"IHDR", struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def archive(entries: int, each: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(entries):
            packed.writestr(str(number), b"\0" * each)
    return out.getvalue()


def bombs() -> dict[str, bytes]:
    """By the name under which each is sent."""
    return {
        "many-large-frames.gif": gif(5000, 100),
        "ten-thousand-frames.gif": gif(10, 10_000),
        "fifty-thousand-wide.png": png(50_000, 50_000, zlib.compress(b"\0" * 1_000_000)),
        "entries.zip": archive(20_000, 1),
        "bomb.zip": archive(10, 20_000_000),
    }


def peak_kib(server: Process) -> int:
    """The most memory that it ever had."""
    assert server.process is not None
    lines = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


async def test_files_that_would_grow_are_refused_at_once_and_cost_no_memory(tmp_path: Path) -> None:
    async with served(tmp_path, "embedded") as server:
        visitor = Person(lambda: server.url, random.Random(SEED))
        async with living([visitor]), httpx2.AsyncClient(base_url=server.url, timeout=30) as web:
            await everybody_has([visitor], 1)
            headers = {"Authorization": f"Visitor {visitor.token}", "Origin": server.url}
            small = await web.post("/visitor/files", headers=headers, files={"file": ("a.gif", gif(2, 3))})
            assert small.status_code == 201
            before = peak_kib(server)
            liar = png(
                100, 100, zlib.compress(b"\0" * 200_000_000)
            )  # what is beyond its size is never unpacked
            kept = await web.post("/visitor/files", headers=headers, files={"file": ("a.png", liar)})
            assert kept.json()["size"] < 1000
            for name, content in bombs().items():
                begun = time.monotonic()
                answer = await web.post("/visitor/files", headers=headers, files={"file": (name, content)})
                took_s = time.monotonic() - begun
                assert answer.status_code in (413, 415), name
                assert took_s < MOST_S + len(content) / 10_000_000, f"{name}: {took_s:.1f} s"
            assert peak_kib(server) - before < MOST_KIB
        assert server.tracebacks() == []
