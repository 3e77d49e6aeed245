"""Traces: how long each step of one request took, from the page to the mail. Off unless HELPDESK_TRACES says where to.

The only door to OpenTelemetry: every text passes the mask of the logs, an error is its type alone, and the trace of a
request is found by the request's id, so that the worker's jobs belong to it without a word between the processes.
"""

import contextlib
import hashlib
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextvars import ContextVar
from functools import partial
from typing import Any

from helpdesk.errors import DeskError
from helpdesk.logs import masked_text

OTLP, FILE = "otlp", "file:"
KIND = re.compile(r'"type"\s*:\s*"([a-z_]{1,24})"')
MOST_TEXT = 200
REQUEST = "helpdesk.request"
Facts = Mapping[str, str | int]
_provider: Any = None
_tracer: Any = None
_root: ContextVar[str] = ContextVar("root", default="")


def begin(where: str, version: str) -> None:
    """From here on, to the OTLP endpoint of the `OTEL_…` variables, or to a file as JSON lines; "" is off.

    What is left is sent when the process ends. Raises DeskError when that is not possible.
    """
    global _provider, _tracer
    if not where or _provider is not None:
        return
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

    class Ids(RandomIdGenerator):
        """The first span of a request has its id."""

        def generate_trace_id(self) -> int:
            return _trace_id(_root.get()) if _root.get() else super().generate_trace_id()

        def generate_span_id(self) -> int:
            root = _root.get()
            _root.set("")
            return int(root, 16) if root else super().generate_span_id()

    named = Resource.create({"service.name": "helpdesk", "service.version": version})
    _provider = TracerProvider(resource=named, id_generator=Ids())
    _provider.add_span_processor(BatchSpanProcessor(_exporter(where)))
    _tracer = _provider.get_tracer("helpdesk", version)


def _exporter(where: str) -> Any:
    if where == OTLP:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        return OTLPSpanExporter()
    from opentelemetry.sdk.trace.export import ConsoleSpanExporter

    path = where.removeprefix(FILE)
    try:
        lines = open(path, "a", encoding="utf-8")  # noqa: SIM115 — for as long as the process lives
    except OSError as error:
        raise DeskError(f"HELPDESK_TRACES: {path} cannot be written to ({error.strerror}).") from None
    return ConsoleSpanExporter(out=lines, formatter=lambda span: span.to_json(indent=None) + "\n")


def are_on() -> bool:
    """Whether steps are told."""
    return _tracer is not None


class Step:
    """A span that is under way, or nothing while traces are off."""

    def __init__(self, span: Any = None) -> None:
        self._span = span

    def say(self, facts: Facts, name: str = "") -> None:
        """What is known now, and a better name."""
        if self._span is None:
            return
        if name:
            self._span.update_name(masked_text(name))
        for key, value in facts.items():
            shown = masked_text(value)[:MOST_TEXT] if isinstance(value, str) else value
            self._span.set_attribute(key, shown)

    def fail(self, why: str) -> None:
        """It did not work."""
        if self._span is not None:
            from opentelemetry.trace import Status, StatusCode

            self._span.set_status(Status(StatusCode.ERROR, masked_text(why)))


_nothing = contextlib.nullcontext(Step())


def step(
    name: str, facts: Facts | None = None, *, rule: Any = None, request: str = "", cause: str = ""
) -> contextlib.AbstractContextManager[Step]:
    """A span around a block. `request`: it is the first one of this request; `cause`: it comes after that request's.

    A `rule` is worth a span only inside another one: what the clock alone does, once a second, is no news.
    """
    if _tracer is None or (rule is not None and not _is_inside()):
        return _nothing
    return _step(name if rule is None else f"{name} {_name_of(rule)}", request, cause, facts or {})


@contextlib.contextmanager
def _step(name: str, request: str, cause: str, facts: Facts) -> Iterator[Step]:
    from opentelemetry.context import Context

    _root.set(request)
    parent = _context_of(cause) if cause else Context() if request else None
    kind = _kind(request, cause)
    with _tracer.start_as_current_span(
        masked_text(name), context=parent, kind=kind, record_exception=False, set_status_on_exception=False
    ) as span:
        under_way = Step(span)
        under_way.say(facts)
        try:
            yield under_way
        except BaseException as error:
            under_way.fail(type(error).__name__)
            raise


def _is_inside() -> bool:
    from opentelemetry.trace import get_current_span

    return bool(get_current_span().get_span_context().is_valid)


def _kind(request: str, cause: str) -> Any:
    from opentelemetry.trace import SpanKind

    return SpanKind.SERVER if request else SpanKind.CONSUMER if cause else SpanKind.INTERNAL


def _context_of(request: str) -> Any:
    """As if the first span of that request were the parent; sampled exactly if it was."""
    from opentelemetry.context import Context
    from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

    trace_id = _trace_id(request)
    kept = _provider.sampler.should_sample(None, trace_id, "request").decision.is_sampled()
    flags = TraceFlags(TraceFlags.SAMPLED if kept else TraceFlags.DEFAULT)
    parent = SpanContext(trace_id, int(request, 16), is_remote=True, trace_flags=flags)
    return set_span_in_context(NonRecordingSpan(parent), Context())


def _trace_id(request: str) -> int:
    return int.from_bytes(hashlib.blake2b(request.encode(), digest_size=16).digest())


def _name_of(rule: Any) -> str:
    while isinstance(rule, partial):
        rule = rule.func
    module = str(getattr(rule, "__module__", "")).removeprefix("helpdesk.")
    return f"{module}.{getattr(rule, '__qualname__', type(rule).__name__)}".replace("<locals>.", "")


class Frames:
    """An ASGI `receive` of a socket that makes a span of each frame: until the next one is asked for."""

    def __init__(self, receive: Callable[[], Awaitable[Any]], path: str, request: str) -> None:
        self._receive, self._request = receive, request
        self._facts = {"url.path": path, REQUEST: request}
        self._open = contextlib.ExitStack()

    async def __call__(self) -> Any:
        """The next message."""
        self.end()
        message = await self._receive()
        if isinstance(text := message.get("text"), str):
            found = KIND.search(text[:2000])
            name = f"frame {found[1] if found else 'unknown'}"
            self._open.enter_context(step(name, self._facts, cause=self._request))
        return message

    def end(self) -> None:
        """The frame under way is done."""
        self._open.close()


def frames(receive: Callable[[], Awaitable[Any]], path: str, request: str) -> Frames | None:
    """None while traces are off."""
    return None if _tracer is None else Frames(receive, path, request)
