"""Logs: one JSON object a line on standard error, with nothing in it that opens a door.

Every event of the program and of its libraries passes `mask`; a line break inside a value stays inside it.
"""

import logging
import re
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, TextIO

import structlog

MASK = "[masked]"
_SECRET_KEYS = re.compile(
    r"(?i)password|passwd|secret|authorization|cookie|csrf|api_?key|^otp$|one_?time_?code|verification_?code"
    r"|^(?:[a-z_]*_)?token$"
)
_ONE_PURPOSE = re.compile(r"(?i)^/+(t|recover|not-me)/+[^/]+")
_CONSONANTS = "[BCDFGHJKLMNPQRSTVWXZ]"
_IN_TEXT = (
    (re.compile(r"(?i)/(t|recover|not-me)/+[^/\s\"'?#]+"), r"/\1/…"),
    (re.compile(r"(?i)([?&]q=)[^&\s\"']+"), r"\1" + MASK),
    (re.compile(r"(?i)\b(bearer|visitor|basic)\s+[\w.~+/=-]{8,}"), r"\1 " + MASK),
    (re.compile(r"(?i)\b(authorization|cookie|set-cookie)(\"?\s*[:=]\s*)[^\r\n,}]+"), r"\1\2" + MASK),
    (re.compile(r"(?i)((?:password|passwd|pwd|token|secret|code|csrf_token|[?&]s)[\"']?\s*[=:]\s*)(\"[^\"]*\"|'[^']*'|[^\s&,}]+)"),
     r"\1" + MASK),
    (re.compile(r"(?s)\[parameters: .*?\](?=\s*\n|\s*$|\s*\()"), "[parameters: " + MASK + "]"),
    (re.compile(r"://([^/\s:@]*):[^/\s@]+@"), r"://\1:" + MASK + "@"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"), MASK),
    (re.compile(r"\bwhsec_[\w+/=-]+"), MASK),
    (re.compile(rf"\b{_CONSONANTS}{{4}}[- ]?{_CONSONANTS}{{4}}\b"), MASK),
    (re.compile(r"(?<![\w/.-])(?=[\w-]*[A-Za-z])(?=[\w-]*\d)[\w-]{32,}(?![\w/.-])"), MASK),
)  # fmt: skip
_AT_WILL = (
    "Invalid UTF-8 sequence received from client.",
    "ASGI callable returned without completing handshake.",
)
Event = dict[str, Any]
REQUEST: ContextVar[str] = ContextVar("request", default="")


def belongs_to(request_id: str) -> None:
    """From here on, lines, jobs and mails of this task name the request that caused them; "" for none."""
    REQUEST.set(request_id)
    if request_id:
        structlog.contextvars.bind_contextvars(request=request_id)
    else:
        structlog.contextvars.unbind_contextvars("request")


def masked_path(path: str) -> str:
    """The path without the secret of a link that serves one purpose."""
    return _ONE_PURPOSE.sub(r"/\1/…", path)


def masked_text(text: str) -> str:
    """The text without codes, tokens, passwords, cookies and the secrets of one-purpose links."""
    for pattern, instead in _IN_TEXT:
        text = pattern.sub(instead, text)
    return text


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return masked_text(value)
    if isinstance(value, bytes):
        return masked_text(value.decode("utf-8", "replace"))
    if isinstance(value, Mapping):
        return {
            str(key): MASK if _SECRET_KEYS.search(str(key)) else _masked(each) for key, each in value.items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_masked(each) for each in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return masked_text(str(value))


def mask(_logger: Any, _method: str, event: Event) -> Event:
    """The processor that every line passes."""
    found = _masked(event)
    assert isinstance(found, dict)
    return found


def calm(record: logging.LogRecord) -> bool:
    """What a stranger can cause at will is a line, never an error with a traceback."""
    if record.msg in _AT_WILL:
        record.levelno, record.levelname, record.exc_info = logging.INFO, "INFO", None
    return True


def set_up(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send the program's events and those of its libraries through one door; may be called again."""
    before: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    after: list[Any] = [mask, structlog.processors.JSONRenderer(ensure_ascii=True, default=str)]
    target = stream or sys.stderr
    structlog.configure(
        processors=[*before, *after],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=target),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *after],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, at_least in (
        ("aiosmtplib", logging.WARNING),
        ("httpx2", logging.WARNING),
        ("httpcore2", logging.WARNING),
        ("uvicorn.error", max(level, logging.INFO)),  # below that, both write the frames themselves
        ("websockets", max(level, logging.INFO)),
    ):
        logging.getLogger(name).setLevel(at_least)
    logging.getLogger("uvicorn.error").addFilter(calm)
