"""One HTTP request → one call: token, limit, checks, the rule in its transaction, the answer, its headers."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast
from weakref import WeakValueDictionary

from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import IntegrityError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from helpdesk.accounts.tokens import agent_of
from helpdesk.actor import Agent
from helpdesk.api import idempotency
from helpdesk.api.calls import PREFIX, Act, Answer, Ask, Call, Run
from helpdesk.api.faults import sentences
from helpdesk.errors import Conflict, DeskError, Invalid, Refused, SignInNeeded
from helpdesk.limits.refusal import too_many
from helpdesk.measures import API_REQUESTS
from helpdesk.store.session import Tx
from helpdesk.web.authorization import token_behind
from helpdesk.web.client_address import client_address, network_of
from helpdesk.web.problems import answer as problem
from helpdesk.web.problems import retry_after
from helpdesk.wiring import Desk

PER_TOKEN = "600/minute"  # noqa: S105 — a rate
PER_STRANGER = "60/minute"
POLICY = '"token";q=600;w=60'
JSON = "application/json"
_RUNNING: WeakValueDictionary[tuple[int, str], asyncio.Lock] = WeakValueDictionary()
"""Who runs a call under which key right now: a repeat waits for the first answer, and takes no try of its own."""


@dataclass(frozen=True)
class _Raw:
    """An answer as bytes and status, fresh or repeated."""

    status: int
    text: str
    repeated: bool = False


def routes_for(calls: Iterable[Call]) -> list[Route]:
    """One route for each path, so that 405 names every method that the path takes."""
    by_path: dict[str, dict[str, Call]] = {}
    for call in calls:
        by_path.setdefault(call.path, {})[call.method] = call
    return [
        Route(PREFIX + path, _endpoint(methods), methods=list(methods), name=path)
        for path, methods in by_path.items()
    ]


def _endpoint(calls: dict[str, Call]) -> Any:
    async def serve(request: Request) -> Response:
        call = calls.get("GET" if request.method == "HEAD" else request.method)
        if call is None:
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(calls))})
        response = await _serve(request, call)
        API_REQUESTS.labels(call=call.name, status=str(response.status_code)).inc()
        return response

    return serve


async def _serve(request: Request, call: Call) -> Response:
    headers: dict[str, str] = {}
    try:
        raw = await _answer(request, call, headers)
    except SignInNeeded as error:
        headers["WWW-Authenticate"] = 'Bearer realm="helpdesk"'
        return problem(request, error.status, error.sentence, code=error.code, headers=headers)
    except DeskError as error:
        headers |= retry_after(getattr(error, "retry_after_s", None))
        fields = error.fields if isinstance(error, Invalid) else None
        return problem(request, error.status, error.sentence, code=error.code, fields=fields, headers=headers)
    except HTTPException as error:
        return problem(request, error.status_code, str(error.detail), headers=headers)
    if raw.repeated:
        headers["Idempotency-Replayed"] = "true"
    return Response(raw.text, raw.status, headers, media_type=JSON if raw.text else None)


async def _answer(request: Request, call: Call, headers: dict[str, str]) -> _Raw:
    desk = request.app.state.desk
    address = client_address(request)
    agent = await _who(desk, request, address)
    await _limit(desk, f"{agent.token_id or agent.id}", headers)
    if not agent.has_scope(call.scope):
        raise Refused(f"This token has no scope {call.scope}.")
    body_bytes = await request.body() if call.writes else b""
    ask = Ask(
        desk=desk,
        agent=agent,
        path=dict(request.path_params),
        body=_read_body(request, call, body_bytes),
        query=_read_query(request, call),
        headers={name.lower(): value for name, value in request.headers.items()},
        address=address,
    )
    key = ask.headers.get(idempotency.HEADER, "") if call.method == "POST" else ""
    if idempotency.HEADER in ask.headers and call.method == "POST":
        idempotency.check_key(key)
    if not call.writes or (not call.changes and not key):
        return _as_raw(await desk.store.read(call.does, ask))
    if call.brings_own:
        return await _run_once(call, ask, key, body_bytes)
    try:
        found: _Raw = await desk.store.write(_act_once, call, ask, key, body_bytes)
    except IntegrityError:
        raise Conflict("The same request is being worked on. Try again in a moment.") from None
    return found


async def _run_once(call: Call, ask: Ask, key: str, body_bytes: bytes) -> _Raw:
    """As `_act_once`, for a call with its own transactions; such a call must be harmless when it is repeated."""
    run = cast(Run, call.does)
    if not key:
        return _as_raw(await run(ask))
    print_, store = idempotency.fingerprint(call, ask, body_bytes), ask.desk.store
    async with _RUNNING.setdefault((ask.agent.id, key), asyncio.Lock()):
        if (first := await store.read(idempotency.answered, ask.agent.id, key, print_)) is not None:
            return _Raw(first[0], first[1], repeated=True)
        raw = _as_raw(await run(ask))
        await store.write(idempotency.keep, ask.agent.id, key, print_, raw.status, raw.text)
    return raw


def _act_once(tx: Tx, call: Call, ask: Ask, key: str, body_bytes: bytes) -> _Raw:
    """The rule, and its answer under the key, in one transaction."""
    act = cast(Act, call.does)
    if not key:
        return _as_raw(act(tx, ask))
    print_ = idempotency.fingerprint(call, ask, body_bytes)
    if (first := idempotency.answered(tx, ask.agent.id, key, print_)) is not None:
        return _Raw(first[0], first[1], repeated=True)
    answer = act(tx, ask)
    kept = answer.body if answer.kept is None else answer.kept
    idempotency.keep(tx, ask.agent.id, key, print_, answer.status, _text(kept))
    return _as_raw(answer)


def _as_raw(answer: Answer) -> _Raw:
    return _Raw(answer.status, _text(answer.body))


def _text(body: BaseModel | None) -> str:
    return "" if body is None else body.model_dump_json()


async def _who(desk: Desk, request: Request, address: str) -> Agent:
    """The agent of the token. Failed tries are counted by network, so that nobody can try tokens for ever."""
    network = network_of(address)
    if await desk.limits.full(PER_STRANGER, "api token", network):
        wait_s = await desk.limits.wait_s(PER_STRANGER, "api token", network)
        raise too_many("api token", retry_after_s=wait_s)
    try:
        return await agent_of(desk.store, token_behind(request, "bearer"))
    except SignInNeeded:
        await desk.limits.allowed(PER_STRANGER, "api token", network)
        raise


async def _limit(desk: Desk, key: str, headers: dict[str, str]) -> None:
    if not desk.limits.on:
        return
    headers["RateLimit-Policy"] = POLICY
    try:
        await desk.limits.check(PER_TOKEN, "api", key)
    finally:
        left, reset_s = await desk.limits.left(PER_TOKEN, "api", key)
        headers["RateLimit"] = f'"token";r={left};t={max(0, round(reset_s))}'


def _read_query(request: Request, call: Call) -> Any:
    values: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in values:
            raise Invalid(**{name: "Give this once."})
        values[name] = value
    return _checked(lambda: call.query.model_validate(values))


def _read_body(request: Request, call: Call, raw: bytes) -> Any:
    if not call.writes:
        return None
    if call.body is None:
        if b"".join(raw.split()) not in (b"", b"{}"):
            raise Invalid("This call takes no body.")
        return None
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON:
        raise HTTPException(415, "Send the body as application/json.")
    try:
        json.loads(raw.decode(), object_pairs_hook=_no_doubles, parse_constant=_no_constants)
    except Invalid:
        raise
    except (ValueError, RecursionError):
        raise HTTPException(400, "The body is not JSON.") from None
    model = call.body
    return _checked(lambda: model.model_validate_json(raw))


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Invalid(
                **{name.encode(errors="replace").decode(): "Give this once."}
            )  # half a letter is "?"
        found[name] = value
    return found


def _no_constants(name: str) -> None:
    raise ValueError(name)


def _checked(read: Any) -> Any:
    try:
        return read()
    except ValidationError as error:
        raise Invalid(**sentences(error)) from None
