"""A real nginx with the configuration that ships, on free ports, as any user."""

import os
import shutil
import signal
import ssl
import subprocess
from functools import cache
from pathlib import Path

import trustme

from tests.listening import until_it_listens
from tests.world import ROOT

WHY_NOT = "nginx is not on this machine"
CONFIGURATION = ROOT / "deploy" / "nginx.conf"
START_S = 10.0


@cache
def program() -> str | None:
    """Where it is, or None."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


class Nginx:
    """`url` is what people type; `desks` are the ports of the web processes behind it."""

    def __init__(self, folder: Path, desks: list[int], plain_port: int, tls_port: int) -> None:
        self.folder, self.plain_port, self.tls_port = folder, plain_port, tls_port
        folder.mkdir(parents=True)
        authority = trustme.CA()
        authority.cert_pem.write_to_path(folder / "ca.pem")
        own = authority.issue_cert("127.0.0.1")
        own.private_key_pem.write_to_path(folder / "privkey.pem")
        for part in own.cert_chain_pems:
            part.write_to_path(folder / "fullchain.pem", append=True)
        self.configuration = folder / "nginx.conf"
        self.configuration.write_text(rendered(folder, desks, plain_port, tls_port), encoding="utf-8")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The public address."""
        return f"https://127.0.0.1:{self.tls_port}"

    @property
    def trust(self) -> ssl.SSLContext:
        """What a browser that knows the authority trusts."""
        return ssl.create_default_context(cafile=str(self.folder / "ca.pem"))

    def start(self) -> None:
        """Start it, and wait until it listens."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log)
        until_it_listens(self.process, self.tls_port, self.log, START_S)

    def command(self, *more: str) -> list[str]:
        """How it is started; with `-t` it only reads the configuration."""
        found = program()
        assert found is not None
        where = f"daemon off; pid {self.folder}/pid; error_log stderr;"
        return [found, "-p", str(self.folder), "-c", str(self.configuration), "-g", where, *more]

    def kill_its_workers(self) -> int:
        """`kill -9` of every process that serves; the one that watches over them starts new ones. How many."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for child in children:
            os.kill(int(child), signal.SIGKILL)
        return len(children)

    def stop(self) -> None:
        """End it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    def log(self) -> str:
        """What it said."""
        return (self.folder / "log").read_text(errors="replace")


def rendered(folder: Path, desks: list[int], plain_port: int, tls_port: int) -> str:
    """The file that ships, with other places and ports and nothing else changed."""
    text = CONFIGURATION.read_text(encoding="utf-8")
    places = [f"{name}_temp_path {folder}/{name};" for name in ("proxy", "client_body")]
    places += [f"{name}_temp_path {folder}/{name};" for name in ("fastcgi", "uwsgi", "scgi")]
    changes = {
        "server web1:8000": f"server 127.0.0.1:{desks[0]}",
        "server web2:8000": f"server 127.0.0.1:{desks[1]}",
        "listen 80 ": f"listen 127.0.0.1:{plain_port} ",
        "listen 443 ": f"listen 127.0.0.1:{tls_port} ",
        "/etc/nginx/tls/": f"{folder}/",
        "include /etc/nginx/mime.types;": "\n  ".join(places),
    }
    for before, after in changes.items():
        assert before in text, before
        text = text.replace(before, after)
    return text
