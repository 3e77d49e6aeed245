"""Ports for servers of somebody else, and waiting for one that was just started."""

import contextlib
import socket
import subprocess
import time
from collections.abc import Callable


def free_ports(count: int) -> list[int]:
    """So many ports that nobody uses now, all different: each is held until the last one is found."""
    with contextlib.ExitStack() as stack:
        found = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in found:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in found]


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
