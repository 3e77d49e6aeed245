"""A typed Python client, written from nothing but the OpenAPI document."""

import re
from typing import Any

HEAD = '''"""Made from the document; not to be edited."""

from typing import Any, Literal, NotRequired, TypedDict

import httpx2


'''
CLIENT = '''class Client:
    """One method for each call; raises httpx2.HTTPStatusError on a refusal."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def _send(self, method: str, path: str, query: dict[str, Any], body: Any) -> Any:
        given = {name: value for name, value in query.items() if value is not None}
        answer = await self._http.request(method, path, params=given, json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None
'''
PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def make_client(document: dict[str, Any]) -> str:
    """The source of a module with a TypedDict for each schema and a `Client`."""
    schemas = document["components"]["schemas"]
    shapes = "".join(_shape(name, schema) for name, schema in schemas.items())
    methods = "".join(
        _method(path, verb, operation)
        for path, operations in document["paths"].items()
        for verb, operation in operations.items()
    )
    return HEAD + shapes + CLIENT + methods


def _shape(name: str, schema: dict[str, Any]) -> str:
    needed = set(schema.get("required", ()))
    fields = "".join(
        f"    {field}: {_type(each) if field in needed else f'NotRequired[{_type(each)}]'}\n"
        for field, each in schema.get("properties", {}).items()
    )
    return f'class {name}(TypedDict):\n    """{_line(schema.get("description", name))}"""\n\n{fields or "    pass"}\n\n'


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return '"' + schema["$ref"].rpartition("/")[2] + '"'
    if "enum" in schema:
        return f"Literal[{', '.join(repr(each) for each in schema['enum'])}]"
    if "const" in schema:
        return f"Literal[{schema['const']!r}]"
    if "anyOf" in schema:
        return (
            "Any"
            if any("$ref" in each for each in schema["anyOf"])
            else " | ".join(map(_type, schema["anyOf"]))
        )
    if schema.get("type") == "array":
        return f"list[{_type(schema.get('items', {}))}]"
    if schema.get("type") == "object":
        return "dict[str, Any]"
    return PLAIN.get(str(schema.get("type")), "Any")


def _method(path: str, verb: str, operation: dict[str, Any]) -> str:
    in_path = [p["name"] for p in operation["parameters"] if p["in"] == "path"]
    in_query = {p["name"]: _type(p["schema"]) for p in operation["parameters"] if p["in"] == "query"}
    parts = [f"{name}: str" for name in in_path]
    body = _content(operation.get("requestBody", {}))
    parts += [f'body: "{body}"'] if body else []
    parts += ["*"] if in_query else []
    parts += [f"{name}: {kind} | None = None" for name, kind in in_query.items()]
    answers = (
        _content(answer) for status, answer in operation["responses"].items() if status.startswith("2")
    )
    answer = next(filter(None, answers), "")
    query = "{" + ", ".join(f'"{name}": {name}' for name in in_query) + "}"
    address = re.sub(r"^/api/v1", "", path)
    shown = f'"{answer}"' if answer else "None"
    lines = [
        f"\n    async def {operation['operationId']}(self, {', '.join(parts)}) -> {shown}:",
        f'        """{_line(operation["description"])}"""',
        f'        found: {shown} = await self._send("{verb.upper()}", f"{address}", {query}, {"body" if body else "None"})',
        "        return found\n",
    ]
    return "\n".join(lines).replace("(self, )", "(self)")


def _content(part: dict[str, Any]) -> str:
    schema = part.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _line(text: str) -> str:
    return " ".join(text.split()).replace('"', "'")
