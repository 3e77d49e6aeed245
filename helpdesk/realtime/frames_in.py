"""Pure: the text of one frame from outside → a JSON object, or a sentence on what is wrong with it.

`json.loads` alone accepts NaN, doubled keys and lone surrogates, and dies on deep nesting and long numbers.
"""

import json
from typing import Any, Never

MAX_DEPTH = 8
MAX_DIGITS = 18


class BadFrame(ValueError):
    """The frame is not one that anybody of ours would send."""


def parse_object(text: str) -> dict[str, Any]:
    """The object in `text`. Raises BadFrame: not JSON, not an object, too deep, NaN, doubled keys, NUL, surrogates."""
    if _too_deep(text):
        raise BadFrame("The frame is nested too deeply.")
    try:
        value = _decoded(text)
        if "\\u" in text:  # only an escape can smuggle in half a character or a NUL
            text = json.dumps(value, ensure_ascii=False)
            text.encode()
    except (ValueError, RecursionError) as error:
        raise BadFrame(
            str(error) if isinstance(error, BadFrame) else "The frame is not valid JSON."
        ) from None
    if not isinstance(value, dict):
        raise BadFrame("The frame is not a JSON object.")
    if "\\u0000" in text.replace("\\\\", ""):
        raise BadFrame("The frame holds a NUL character.")
    return value


def _decoded(text: str) -> Any:
    """As the library does, which takes longer to look for white space around an object than to read a short one."""
    if text[:1] == "{" and text[-1:] == "}":
        value, end = _DECODER.raw_decode(text)
        if end == len(text):
            return value
    return _DECODER.decode(text)


def _too_deep(text: str) -> bool:
    depth = 0
    in_string = escaped = False
    for char in text if text.count("[") + text.count("{") > MAX_DEPTH else "":
        if in_string:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == '"':
                in_string = False
        elif char == '"':
            in_string = True
        elif char in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif char in "]}":
            depth -= 1
    return False


def _refuse(name: str) -> Never:
    raise BadFrame(f"{name} is not a number here.")


def _short_int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise BadFrame("A number is too long.")
    return int(digits)


def _finite(digits: str) -> float:
    value = float(digits[:64])
    if value in (float("inf"), float("-inf")):
        raise BadFrame("A number is too large.")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadFrame("A key stands twice.")
    return found


_DECODER = json.JSONDecoder(
    parse_constant=_refuse, parse_int=_short_int, parse_float=_finite, object_pairs_hook=_unique
)
