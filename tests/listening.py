"""Ports for servers of somebody else, and waiting for one that was just started."""

import secrets
import socket
import subprocess
import time
from collections.abc import Callable

FIRST, LAST = 20_000, 32_000
"""Below what Linux (from 32768) and macOS (from 49152) give to whoever asks for any port, or calls somebody."""
_ours: list[socket.socket] = []


def free_ports(count: int) -> list[int]:
    """So many ports for servers that are stopped and started again, all different: nobody else gets them until we end."""
    return [_free_port() for _ in range(count)]


def _free_port() -> int:
    """The UDP port of the same number is what we hold: so all our processes see that it is taken, servers do not."""
    while True:
        port = secrets.choice(range(FIRST, LAST))
        claim = socket.socket(type=socket.SOCK_DGRAM)
        try:
            claim.bind(("127.0.0.1", port))
            with socket.socket() as free:
                free.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
            continue
        _ours.append(claim)
        return port


def until_it_listens(
    process: subprocess.Popen[bytes], port: int, said: Callable[[], str], within_s: float
) -> None:
    """Until it takes connections on the port; fails with what it `said` when it ended, or when time is over."""
    deadline = time.monotonic() + within_s
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert process.poll() is None, said()
            assert time.monotonic() < deadline, f"nothing listens on {port}: {said()}"
            time.sleep(0.02)
