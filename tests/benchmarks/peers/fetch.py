"""Fetch the peers once with `npm pack` into a folder; later runs need no network."""

import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(tempfile.gettempdir()) / "helpdesk-peers"


@dataclass(frozen=True)
class Peer:
    """A widget: how a page asks for it, and where its button and its panel are once it is there."""

    name: str
    package: str
    head: str
    button: str
    panel: str


PEERS = (
    Peer(
        "Typebot bubble",
        "@typebot.io/js@0.10.7",
        '<script type="module">import Typebot from "{base}/dist/web.js";'
        'Typebot.initBubble({{ typebot: "x", apiHost: location.origin + "/stub" }});</script>',
        'document.querySelector("typebot-bubble")?.shadowRoot?.querySelector("[part=button]")',
        'document.querySelector("typebot-bubble")?.shadowRoot?.querySelector("[part=bot]")',
    ),
    Peer(
        "flowise-embed",
        "flowise-embed@3.1.6",
        '<script type="module">import Chatbot from "{base}/dist/web.js";'
        'Chatbot.init({{ chatflowid: "x", apiHost: location.origin + "/stub" }});</script>',
        'document.querySelector("flowise-chatbot")?.shadowRoot?.querySelector("button[part=button]")',
        'document.querySelector("flowise-chatbot")?.shadowRoot?.querySelector("[part=bot]")',
    ),
    Peer(
        "@n8n/chat",
        "@n8n/chat@1.37.0",
        '<link rel="stylesheet" href="{base}/dist/style.css"><script type="module">'
        'import {{ createChat }} from "{base}/dist/chat.bundle.es.js";'
        'createChat({{ webhookUrl: location.origin + "/stub" }});</script>',
        'document.querySelector(".chat-window-toggle")',
        'document.querySelector(".chat-window")',
    ),
)


def fetched(peer: Peer) -> Path:
    """The unpacked package. Fetched where it is not here yet; a failure of npm ends with its own words."""
    place = FOLDER / peer.package.replace("/", "_")
    if not place.is_dir():
        FOLDER.mkdir(parents=True, exist_ok=True)
        run = subprocess.run(
            ["npm", "pack", "--silent", peer.package], cwd=FOLDER, capture_output=True, text=True, check=False
        )
        if run.returncode:
            raise SystemExit(f"npm pack {peer.package}: {run.stderr.strip()}")
        with tarfile.open(FOLDER / run.stdout.split()[-1]) as archive:
            archive.extractall(place, filter="data")
    return place / "package"
