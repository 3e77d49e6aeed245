"""Pure: put one more wording into the text of an article, and leave every other character as it is."""

import json
from datetime import UTC, datetime

import yaml

from helpdesk.faq.article import Article, Facts
from helpdesk.faq.markdown import parse

_SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)


def with_alternative(text: str, wording: str, facts: Facts) -> str:
    """The file's text with the wording as its last alternative; comments, order and layout stay.

    Raises ValueError, with a sentence, where that cannot be done safely.
    """
    before = _article(text, facts)
    if before is None:
        raise ValueError("The file has a fault; mend it first: `helpdesk faq check` names it.")
    place, piece = _insertion(text, wording)
    changed = text[:place] + piece + text[place:]
    after = _article(changed, facts)
    wanted = (*before.alternatives, wording)
    if after is None or after.alternatives != wanted or _rest(after) != _rest(before):
        raise ValueError("The file is written in a way that cannot be changed safely; add the line by hand.")
    return changed


def _insertion(text: str, wording: str) -> tuple[int, str]:
    """(where, what) to insert."""
    newline = "\r\n" if "\r\n" in text else "\n"
    begin = text.index("\n", text.index("---")) + 1
    front = text[begin : _front_end(text, begin)]
    root = yaml.compose(front, Loader=yaml.BaseLoader)
    assert isinstance(root, yaml.MappingNode)  # it could be read as an article
    keys = {key.value: (key, value) for key, value in root.value}
    if "alternatives" not in keys:
        title = keys["title"][1]
        place = begin + _line_after(front, title.end_mark.index)
        return place, f"alternatives:{newline}  - {_scalar(wording)}{newline}"
    key, value = keys["alternatives"]
    if not isinstance(value, yaml.SequenceNode):
        place = begin + _line_after(front, key.end_mark.index)
        return place, f"  - {_scalar(wording)}{newline}"
    if value.flow_style:
        if not value.value:
            return begin + value.start_mark.index + 1, _scalar(wording, flow=True)
        return begin + value.value[-1].end_mark.index, f", {_scalar(wording, flow=True)}"
    last = value.value[-1]
    lead = front[front.rfind("\n", 0, last.start_mark.index) + 1 : last.start_mark.index]
    indent = lead[: lead.index("-")]
    place = begin + _line_after(front, last.end_mark.index)
    return place, f"{indent}- {_scalar(wording)}{newline}"


def _front_end(text: str, begin: int) -> int:
    place = begin
    while text[place : _next(text, place)].strip() != "---":
        place = _next(text, place)
    return place


def _line_after(text: str, place: int) -> int:
    """Where the line after `place` begins; white space before `place` belongs to what stands before it."""
    return _next(text, len(text[:place].rstrip()))


def _next(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end + 1


def _scalar(wording: str, *, flow: bool = False) -> str:
    """The wording as it stands where YAML reads it so, else in double quotes."""
    try:
        read = yaml.load(f"[{wording}]" if flow else f"- {wording}\n", Loader=yaml.BaseLoader)  # noqa: S506 — only texts
    except yaml.YAMLError:
        read = None
    return wording if read == [wording] else json.dumps(wording, ensure_ascii=False)


def _article(text: str, facts: Facts) -> Article | None:
    return parse(text, "article.md", _SOME_DAY, facts).article


def _rest(article: Article) -> tuple[object, ...]:
    """All that must not change."""
    names = set(Article.__dataclass_fields__) - {"alternatives"}
    return tuple(getattr(article, name) for name in sorted(names))
