"""Pure: which state a ticket is in, which may follow which, and how urgent a text is by itself."""

import re
from typing import Literal

from helpdesk.errors import Invalid

Status = Literal["new", "open", "waiting", "solved", "closed"]
STATUSES: tuple[Status, ...] = ("new", "open", "waiting", "solved", "closed")
WORDS = {
    "new": "New", "open": "Open", "waiting": "Waiting for customer", "solved": "Resolved", "closed": "Closed",
}  # fmt: skip
PRIORITIES = ("urgent", "high", "normal", "low")
MAX_TAGS = 20
MOST_SUBJECT, MOST_OF_TEXT = 200, 120
_FOLLOWS: dict[str, frozenset[str]] = {
    "new": frozenset({"open", "waiting", "solved", "closed"}),
    "open": frozenset({"waiting", "solved", "closed"}),
    "waiting": frozenset({"open", "solved", "closed"}),
    "solved": frozenset({"open", "closed"}),
    "closed": frozenset({"open"}),
}
_ACCESS = re.compile(
    r"\b(?:log\s?-?\s?(?:in|on|ging in)|sign\s?-?\s?in|lock(?:ed)?(?: me)? out|pass\s?-?\s?(?:word|code)s?"
    r"|p[ao]s+wo?r+d|reset|verification code|no code|hacked|access (?:to )?my account"
    r"|can(?:no|'|’)?t get in(?:to)?)\b",
    re.IGNORECASE,
)
_TAG = re.compile(r"[^\w.+-]+")


def status_of(
    *,
    handled_by: str,
    said: str,
    said_seq: int,
    last_seq: int,
    customer_waits: bool,
    has_reply: bool,
    assigned: bool,
) -> Status:
    """The state that the facts amount to. What somebody said counts until the next message."""
    if handled_by == "closed":
        return "closed" if said == "closed" else "solved"
    if said in ("open", "waiting", "new") and said_seq == last_seq:
        return said  # type: ignore[return-value]
    if has_reply and not customer_waits:
        return "waiting"
    return "open" if has_reply or assigned else "new"


def check_step(before: str, after: str) -> None:
    """Raises Invalid, naming `status`, when `after` may not follow `before`."""
    if after not in STATUSES:
        raise Invalid(status=f"Use one of {', '.join(STATUSES)}.")
    if after != before and after not in _FOLLOWS[before]:
        raise Invalid(status=f"A ticket that is {before} cannot become {after}.")


def check_priority(value: str) -> str:
    """The priority; Invalid, naming the field, for an unknown one."""
    if value not in PRIORITIES:
        raise Invalid(priority=f"Use one of {', '.join(PRIORITIES)}.")
    return value


def priority_for(text: str) -> str:
    """`urgent` when somebody cannot get into an account: the help centre promises to put that first."""
    return "urgent" if _ACCESS.search(text) else "normal"


def clean_tags(given: list[str]) -> list[str]:
    """Lower case, no spaces, each once, in order; Invalid for more than 20 or longer than 40 characters."""
    tags = sorted({tag for one in given if (tag := _TAG.sub("-", one.strip().lower()).strip("-"))})
    if len(tags) > MAX_TAGS or any(len(tag) > 40 for tag in tags):
        raise Invalid(tags="At most 20 tags of 40 characters each.")
    return tags


def subject_from(subject: str, text: str) -> str:
    """The subject on one line, at most MOST_SUBJECT characters; without one a shorter beginning of the text."""
    own = " ".join(subject.split())
    line = own or " ".join(text.split()) or "A question from the chat"
    most = MOST_SUBJECT if own else MOST_OF_TEXT
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
