"""Waiting for a server of somebody else that was just started."""

import socket
import subprocess
import time
from collections.abc import Callable


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
