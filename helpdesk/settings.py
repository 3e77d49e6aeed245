"""The settings, read once from the environment; a bad value stops the start with a sentence.

The only reader of `os.environ`. Every variable may also be given as `<NAME>_FILE`, a path whose content counts.
"""

import os
import re
from functools import cached_property
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qsl, urlsplit

import idna
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from helpdesk.errors import DeskError
from helpdesk.folders import of_articles
from helpdesk.keys import MIN_SECRET_CHARS, load_or_make_secret
from helpdesk.settings_elsewhere import ElsewhereSettings

PREFIX = "HELPDESK_"
MAX_SITE_NAME = 80
IMPLIED_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
LOOPBACK_NAMES = {"localhost", "127.0.0.1", "::1", "[::1]"}


class SettingsError(DeskError):
    """A setting that cannot be used; its text is a sentence for the operator."""


class Settings(ElsewhereSettings):
    """Everything that an operator may set. Frozen; derived values are properties."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True)

    data_dir: Path = Path("var")
    database_url: str = ""
    redis_url: str = ""
    base_url: str = "http://127.0.0.1:8000"
    secret_key: str = ""
    smtp_url: str = ""
    mail_from: str = "support@localhost"
    site_origins: Annotated[tuple[str, ...], NoDecode] = ()
    faq_dir: Path = Field(default_factory=of_articles)
    worker: Literal["inside", "outside"] = "inside"
    agent_second_factor: Literal["required", "optional"] = "required"
    password_policy: Literal["seed", "nist"] = "seed"  # noqa: S105 — the name of a policy
    limits: Literal["on", "off"] = "on"
    matcher: Literal["core", "semantic"] = "core"
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    webhook_networks: Annotated[tuple[str, ...], NoDecode] = ()
    identity_secret: str = ""
    site_name: str = "Helpdesk"
    inbound: str = ""
    traces: str = ""
    pickup_seconds: Annotated[int, Field(ge=5, le=86400)] = 120
    base_url_was_set: bool = Field(default=False, exclude=True)

    @classmethod
    def from_env(cls, **overrides: Any) -> Self:
        """Read the environment; `overrides` win. Raises SettingsError with one sentence a fault."""
        try:
            given = {**_from_files(), **overrides}
            known = "base_url" in given or bool(os.environ.get(PREFIX + "BASE_URL"))
            return cls(**{"base_url_was_set": known, **given})
        except ValidationError as error:
            raise SettingsError("\n".join(_sentence(fault) for fault in error.errors())) from None

    @field_validator("site_origins", "trusted_proxies", "webhook_networks", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return (
            tuple(p.strip().rstrip("/") for p in value.split(",") if p.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("site_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_origin(item) for item in value)

    @field_validator("trusted_proxies", "webhook_networks")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for item in value:
            ip_network(item, strict=False)
        return value

    @field_validator("base_url")
    @classmethod
    def _base(cls, value: str) -> str:
        return _origin(value)

    @field_validator("secret_key", "identity_secret")
    @classmethod
    def _strong(cls, value: str) -> str:
        if value and (len(value) < MIN_SECRET_CHARS or len(set(value)) < 8):
            raise ValueError(f"must be at least {MIN_SECRET_CHARS} random characters")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (_scheme(value) not in {"smtp", "smtps"} or not parts.hostname):
            raise ValueError("must look like smtp://user:pass@host:587?starttls=1")
        asked = dict(parse_qsl(parts.query, keep_blank_values=True))
        if asked.keys() - {"starttls", "ca"} or asked.get("starttls", "0") not in {"0", "1"}:
            raise ValueError(
                "takes nothing behind the question mark but starttls=1, starttls=0 and ca=/its/file"
            )
        if "ca" in asked and not Path(asked["ca"]).is_file():
            raise ValueError("names a file behind ca= that is not there")
        return value

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str) -> str:
        local, _, host = value.partition("@")
        if not _LOCAL.fullmatch(local) or not _HOST.fullmatch(host.lower()):
            raise ValueError("must be one plain address such as support@example.com")
        return value

    @field_validator("inbound")
    @classmethod
    def _inbound(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if value and not (host and port.isdigit() and 0 < int(port) < 65536):
            raise ValueError("must look like 127.0.0.1:2525")
        return value

    @field_validator("traces")
    @classmethod
    def _traces(cls, value: str) -> str:
        if value and value != "otlp" and not value.startswith("file:/"):
            raise ValueError("must be otlp, or a file such as file:/var/log/helpdesk-traces.jsonl")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: str) -> str:
        parts = urlsplit(value)
        number = parts.path.removeprefix("/") or "0"
        named = parts.scheme == "unix" or (parts.hostname and number.isascii() and number.isdigit())
        if value and (_scheme(value) not in {"redis", "rediss", "unix"} or not named):
            raise ValueError("must look like redis://host:6379/0")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if value and _scheme(value) not in {"sqlite", "postgresql", "postgres"}:
            raise ValueError("must begin with sqlite:/// or postgresql://")
        if value.startswith("sqlite:") and value.removeprefix("sqlite:").strip("/") in {"", ":memory:"}:
            raise ValueError("must name a file, such as sqlite:////var/lib/helpdesk/helpdesk.db")
        return value

    @field_validator("site_name")
    @classmethod
    def _site(cls, value: str) -> str:
        if not value.strip() or not value.isprintable() or len(value) > MAX_SITE_NAME:
            raise ValueError(f"must be one line of at most {MAX_SITE_NAME} characters")
        return value

    @model_validator(mode="after")
    def _faq_exists(self) -> Self:
        if not self.faq_dir.is_dir():
            raise ValueError(f"HELPDESK_FAQ_DIR: the folder {self.faq_dir} does not exist.")
        return self

    @property
    def is_https(self) -> bool:
        """Whether cookies are `Secure` and carry the `__Host-` prefix."""
        return self.base_url.startswith("https://")

    @property
    def base_is_loopback(self) -> bool:
        """Whether the base URL names this machine only."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    @property
    def own_host(self) -> str:
        """Host and port of the base URL, as a browser's Host header says it."""
        return urlsplit(self.base_url).netloc

    @property
    def embedding_origins(self) -> tuple[str, ...]:
        """Origins that may embed the widget."""
        return self.site_origins or (self.base_url,)

    @property
    def store_url(self) -> str:
        """The database's URL, with the default filled in; the file of a relative one is in the data folder."""
        kind, _, path = (self.database_url or "sqlite:///helpdesk.db").partition(":///")
        return f"sqlite:///{self.data_dir / path}" if kind == "sqlite" else self.database_url

    @cached_property
    def secret(self) -> str:
        """The set secret, or the one generated into the data folder."""
        return self.secret_key or load_or_make_secret(self.data_dir)


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    if host.lower() in LOOPBACK_NAMES:
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _scheme(url: str) -> str:
    """The scheme of a URL; ValueError when its port is none."""
    parts = urlsplit(url)
    if parts.scheme != "sqlite":
        _ = parts.port
    return parts.scheme


def _origin(value: str) -> str:
    """As a browser spells it: without the port that the scheme implies, a name of other letters as the DNS has it."""
    parts = urlsplit(value.strip())
    host = _host(parts.hostname or "")
    bare = not (parts.username or parts.password or parts.query or parts.fragment) and parts.path in {"", "/"}
    if (
        parts.scheme not in IMPLIED_PORTS
        or not host
        or not bare
        or parts.netloc.endswith(":")
        or parts.port == 0
    ):
        raise ValueError("must be an origin such as https://www.example.com, without a path")
    return f"{parts.scheme}://{host}" + (
        "" if parts.port in (None, IMPLIED_PORTS[parts.scheme]) else f":{parts.port}"
    )


def _host(name: str) -> str:
    """The host of an origin; "" for what is none."""
    try:
        address = ip_address(name)
        return f"[{address}]" if address.version == 6 else str(address)
    except ValueError:
        pass
    try:
        ascii_name = name if name.isascii() else idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError:
        return ""
    return ascii_name if _HOST.fullmatch(ascii_name) else ""


def _from_files() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in Settings.model_fields:
        path = os.environ.get(f"{PREFIX}{name.upper()}_FILE")
        if not path:
            continue
        try:
            found[name] = Path(path).read_text(encoding="utf-8").strip()
            if not found[name]:
                raise SettingsError(f"{PREFIX}{name.upper()}_FILE: {path} is empty.")
        except OSError as error:
            raise SettingsError(
                f"{PREFIX}{name.upper()}_FILE: {path} cannot be read ({error.strerror})."
            ) from None
        except UnicodeDecodeError:
            raise SettingsError(f"{PREFIX}{name.upper()}_FILE: {path} is not a text file.") from None
    return found


def _sentence(fault: Any) -> str:
    text = str(fault["msg"]).removeprefix("Value error, ")
    if not fault["loc"]:
        return text
    return f"{PREFIX}{str(fault['loc'][0]).upper()}: {text[0].lower()}{text[1:]}."
