"""Join ES modules into files that a browser can keep for ever: the panel, and what it loads once it is open.

Modules joined into one file share one scope, so two must not use one name at the top level; ValueError says
which. Our imports are one line each: `import { a, b } from "./file.js";`.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from helpdesk.visitor.shorten import shorten_names
from helpdesk.visitor.squeeze import squeeze_js

_IMPORT = re.compile(r'^import \{ ([^}]*) \} from "\./([\w.-]+)";$', re.M)
_EXPORT_LIST = re.compile(r"^export \{ ([^}]*) \};$", re.M)


def modules_of(folder: Path, entry: str) -> list[str]:
    """`entry` and all that it imports, each after what it needs itself."""
    order: list[str] = []
    _collect(folder, entry, order, ())
    return order


def _collect(folder: Path, name: str, order: list[str], above: tuple[str, ...]) -> None:
    if name in above:
        raise ValueError(f"widget/{name} imports itself, by way of widget/{above[-1]}.")
    if name in order:
        return
    for _, needed in _IMPORT.findall((folder / name).read_text("utf-8")):
        _collect(folder, needed, order, (*above, name))
    order.append(name)


def imported_names(folder: Path, modules: Sequence[str], among: Sequence[str]) -> list[str]:
    """What `modules` import from the modules in `among`."""
    found: set[str] = set()
    for name in modules:
        for names, source in _IMPORT.findall((folder / name).read_text("utf-8")):
            if source in among:
                found.update(names.split(", "))
    return sorted(found)


def join_modules(folder: Path, modules: Sequence[str], *, exports: Sequence[str], head: str = "") -> str:
    """One module of `modules`, with `head` before it. It exports `exports` and what they export by a list."""
    owners: dict[str, str] = {}
    parts = []
    given = list(exports)
    for name in modules:
        text = (folder / name).read_text("utf-8")
        for listed in _EXPORT_LIST.findall(text):
            given += listed.split(", ")
        for declared in _top_names(text):
            if declared in owners:
                raise ValueError(f"widget/{name} and widget/{owners[declared]} both declare {declared}.")
            owners[declared] = name
        text = _EXPORT_LIST.sub("", _IMPORT.sub("", text))
        parts.append(squeeze_js(re.sub(r"^export (?=async |function|const|let|class)", "", text, flags=re.M)))
    body, spelled = shorten_names("\n".join(part for part in parts if part))
    listed = ",".join(
        f"{spelled[name]} as {name}" if name in spelled else name for name in dict.fromkeys(given)
    )
    return f"{head}{body}\nexport{{{listed}}};" if listed else f"{head}{body}"


def _top_names(source: str) -> list[str]:
    return re.findall(r"^(?:export )?(?:async )?(?:function\*?|const|let|class) ([\w$]+)", source, re.M)
