"""Pure: what a request has wrong → one sentence for each field, in words for whoever wrote the program."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from helpdesk.api.calls import ONE_LINE, VISIBLE_TEXT
from helpdesk.chat.frames import CLIENT_ID

_PATTERNS = {
    CLIENT_ID: "Give a UUID.",
    VISIBLE_TEXT: "Write something that can be seen, without NUL.",
    ONE_LINE: "Write something that can be seen, on one line.",
}
_SENTENCES = {
    "missing": "This is missing.",
    "extra_forbidden": "There is no such field.",
    "model_type": "Send an object.",
    "json_invalid": "This is not valid JSON.",
    "string_type": "Send a text.",
    "string_too_short": "The length must be at least {min_length}.",
    "string_too_long": "The length must be at most {max_length}.",
    "int_type": "Send a whole number.",
    "int_parsing": "Send a whole number.",
    "int_from_float": "Send a whole number.",
    "int_parsing_size": "Send a smaller number.",
    "bool_type": "Send true or false.",
    "bool_parsing": "Send true or false.",
    "greater_than_equal": "Send {ge} or more.",
    "less_than_equal": "Send {le} or less.",
    "less_than": "Send a number below {lt}.",
    "list_type": "Send a list.",
    "too_short": "Name at least {min_length}.",
    "too_long": "Name at most {max_length}.",
}


def sentences(error: ValidationError) -> dict[str, str]:
    """Field → sentence, such as `tags.1`; "body" for the whole."""
    found: dict[str, str] = {}
    for fault in error.errors(include_url=False, include_input=False):
        name = ".".join(str(part) for part in fault["loc"]) or "body"
        found[name] = _sentence(fault["type"], fault["msg"], fault.get("ctx") or {})
    return found


def _sentence(kind: str, said: str, facts: Mapping[str, Any]) -> str:
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(facts["pattern"], "This does not have the right form.")
    if kind == "literal_error":
        return f"Use {facts['expected']}."
    if kind in _SENTENCES:
        return _SENTENCES[kind].format(**facts)
    return said.removeprefix("Value error, ").rstrip(".") + "."
