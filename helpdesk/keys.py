"""Keys derived from the one secret, and the secret's own file."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

MIN_SECRET_CHARS = 32


def load_or_make_secret(data_dir: Path) -> str:
    """The generated secret of this data folder, made once, readable by the owner only."""
    path = data_dir / "secret_key"
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = secrets.token_urlsafe(48)
    mine = path.with_name(f"secret_key.{os.getpid()}")
    try:
        with os.fdopen(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(fresh)
        os.link(mine, path)  # atomic: of two processes that start at once, one wins and both read its key
    except FileExistsError:
        pass
    finally:
        mine.unlink(missing_ok=True)
    return path.read_text(encoding="ascii").strip()


class Keys:
    """One 256-bit key per purpose, by HKDF-expand (RFC 5869 with one block) from the secret."""

    def __init__(self, secret: str) -> None:
        self._root = hashlib.sha256(b"helpdesk root key\0" + secret.encode()).digest()

    def derive(self, purpose: str) -> bytes:
        """32 bytes that differ for every purpose."""
        return hmac.digest(self._root, purpose.encode() + b"\x01", "sha256")

    def mac(self, purpose: str, *parts: str | bytes) -> bytes:
        """HMAC-SHA-256 under the purpose's key; the parts are length-prefixed, so none can slide into another."""
        framed = b"".join(len(p).to_bytes(4, "big") + p for p in (_as_bytes(p) for p in parts))
        return hmac.digest(self.derive(purpose), framed, "sha256")


def _as_bytes(part: str | bytes) -> bytes:
    return part.encode() if isinstance(part, str) else part


def token_hash(token: str) -> str:
    """What is stored of a random token (128 bits or more): its SHA-256, in hex."""
    return hashlib.sha256(token.encode()).hexdigest()
