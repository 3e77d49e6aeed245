"""The OpenAPI 3.1 document, made from the very models that check requests, and a page to try the API."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

import helpdesk
from helpdesk.api.calls import PREFIX, Call
from helpdesk.api.idempotency import PATTERN
from helpdesk.api.shapes import Gone, ProblemOut
from helpdesk.web.templates import render

REF = "#/components/schemas/{model}"
REFUSALS = {
    400: "The body is not JSON, or the address holds a NUL.",
    401: "The token is missing, unknown, revoked or old; or a step-up is needed.",
    403: "The token's owner may not do that, or the token has no scope for it.",
    404: "Nothing here that this token may see: unknown and foreign ids look the same.",
    409: "Somebody else was first, and the detail names who; or the Idempotency-Key was used for another request.",
    413: "The body is larger than 300 KiB.",
    415: "The body is not application/json.",
    422: "A field is not right; `fields` names it.",
    429: "Too often; `Retry-After` says how long to wait.",
    503: "Nothing can be saved right now; try again later.",
}
ABOUT = """Everything that the console can do with conversations and tickets, for programs.

Send `Authorization: Bearer <token>`; `helpdesk token add --agent EMAIL` prints one. Errors are
`application/problem+json` with `code` for programs and `detail` for people. Lists come in pages: send `next`
back as `cursor`. Every POST takes an `Idempotency-Key`: a repeat within 24 hours gets the first answer and
does nothing.
"""


@cache
def document(base_url: str) -> dict[str, Any]:
    """The whole document."""
    from helpdesk.api.routes import CALLS

    schemas = _schemas(CALLS)
    paths: dict[str, dict[str, Any]] = {}
    for call in CALLS:
        paths.setdefault(PREFIX + call.path, {})[call.method.lower()] = _operation(call)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Helpdesk API", "version": helpdesk.__version__, "description": ABOUT},
        "servers": [{"url": base_url}],
        "security": [{"token": []}],
        "tags": [{"name": name} for name in dict.fromkeys(call.tag for call in CALLS)],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas,
            "headers": _headers(),
        },
    }


def _schemas(calls: Iterable[Call]) -> dict[str, Any]:
    models: dict[type[BaseModel], Any] = {ProblemOut: "serialization"}
    for call in calls:
        if call.body:
            models[call.body] = "validation"
        models |= {model: "serialization" for model in call.answers.values() if model and model is not Gone}
    _, whole = models_json_schema(list(models.items()), ref_template=REF)
    found: dict[str, Any] = whole["$defs"]
    return found


def _operation(call: Call) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": call.name,
        "summary": call.summary,
        "description": f"{call.does.__doc__}\n\nScope: `{call.scope}`.",
        "tags": [call.tag],
        "parameters": [*_path_parameters(call), *_query_parameters(call), *_header_parameters(call)],
        "responses": _responses(call),
    }
    if call.body:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": REF.format(model=call.body.__name__)}}},
        }
    return operation


def _path_parameters(call: Call) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "minLength": 1, "maxLength": 64},
        }
        for name in re.findall(r"{(\w+)}", call.path)
    ]


def _query_parameters(call: Call) -> list[dict[str, Any]]:
    found = []
    for name, schema in call.query.model_json_schema().get("properties", {}).items():
        shown = {
            key: value for key, value in schema.items() if key not in ("title", "description", "default")
        }
        if "anyOf" in shown:  # "or nothing" is said by leaving the parameter out
            shown = next(each for each in shown["anyOf"] if each.get("type") != "null")
        if schema.get("default") is not None:
            shown["default"] = schema["default"]
        parameter = {"name": name, "in": "query", "required": False, "schema": shown}
        if "description" in schema:
            parameter["description"] = schema["description"]
        found.append(parameter)
    return found


def _header_parameters(call: Call) -> list[dict[str, Any]]:
    found = [
        {"name": name, "in": "header", "required": False, "description": words, "schema": {"type": "string"}}
        for name, words in call.headers.items()
    ]
    if call.method == "POST":
        schema = {"type": "string", "pattern": PATTERN, "minLength": 1, "maxLength": 255}
        words = "A repeat with the same key within 24 hours gets the first answer and does nothing."
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": words,
                "schema": schema,
            }
        )
    return found


def _responses(call: Call) -> dict[str, Any]:
    limits = {name: {"$ref": f"#/components/headers/{name}"} for name in ("RateLimit", "RateLimit-Policy")}
    found: dict[str, Any] = {}
    for status, model in call.answers.items():
        answer: dict[str, Any] = {
            "description": (model.__doc__ if model else None) or "Done.",
            "headers": limits,
        }
        if model and model is not Gone:
            answer["content"] = {"application/json": {"schema": {"$ref": REF.format(model=model.__name__)}}}
        found[str(status)] = answer
    refused = {400, 401, 403, 422, 429, 503, *call.refusals}
    refused |= {415} if call.body else set()
    refused |= {413} if call.writes else set()
    refused |= {409} if call.method == "POST" else set()
    for status in sorted(refused):
        content = {"application/problem+json": {"schema": {"$ref": REF.format(model="ProblemOut")}}}
        found[str(status)] = {"description": REFUSALS[status], "content": content}
        if status in (429, 503):
            found[str(status)]["headers"] = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
    return found


def _headers() -> dict[str, Any]:
    return {
        "RateLimit": {"description": 'Such as `"token";r=599;t=60`.', "schema": {"type": "string"}},
        "RateLimit-Policy": {"description": 'Such as `"token";q=600;w=60`.', "schema": {"type": "string"}},
        "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
    }


async def show_document(request: Request) -> Response:
    """The document, for everybody: it holds nothing that is not public."""
    content = document(request.app.state.desk.settings.base_url)
    return JSONResponse(content, headers={"Cache-Control": "public, max-age=300"})


async def show_page(request: Request) -> Response:
    """A page to read about the calls and to try them."""
    content = document(request.app.state.desk.settings.base_url)
    calls = [
        {"method": method.upper(), "path": path, **operation}
        for path, methods in content["paths"].items()
        for method, operation in methods.items()
    ]
    return render(request, "api/docs.html", calls=calls, schemas=content["components"]["schemas"])
