"""How one of the staff likes the console: which replies wait for second thoughts, keys, sounds, and quiet."""

import re
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any

from helpdesk.errors import Invalid
from helpdesk.store.session import Tx
from helpdesk.tickets.models import StaffPreference

UNDO = {
    "tickets": "In tickets (they go out by mail)",
    "all": "Everywhere, in live chats, too",
    "off": "Nowhere: send at once",
}
SOUNDS = {"none": "No sound", "ping": "Ping", "chime": "Chime", "knock": "Knock"}
KINDS = {
    "waiting": "Sound when a conversation waits",
    "reply": "Sound when a customer of mine writes",
    "mention": "Sound when I am mentioned",
}
QUIET = {"30m": timedelta(minutes=30), "1h": timedelta(hours=1)}
ALWAYS = "always"
_KEY = re.compile(r"[a-fh-z0-9/?.,;]|Shift\+[A-Z]|g [a-z]")
MOST_KEYS = 40


@dataclass(frozen=True)
class Preferences:
    """`keys`: the shipped key → the one that this person chose, empty for none; `sounds`: kind → name.

    `quiet_until`: do not disturb until this moment, `always`, or empty.
    """

    undo: str = "tickets"
    keys: dict[str, str] = field(default_factory=dict)
    sounds: dict[str, str] = field(
        default_factory=lambda: {"waiting": "ping", "reply": "ping", "mention": "chime"}
    )
    quiet_until: str = ""


KNOWN = frozenset(each.name for each in fields(Preferences))


def of(tx: Tx, staff_id: int) -> Preferences:
    """What was chosen; the shipped ones otherwise."""
    kept = tx.session.get(StaffPreference, staff_id)
    found = _read(kept.value) if kept else Preferences()
    return found if _lasts(found.quiet_until, tx.now) else replace(found, quiet_until="")


def _read(value: dict[str, Any]) -> Preferences:
    """A newer program may keep more than this one knows, while they take turns."""
    return Preferences(**{name: each for name, each in value.items() if name in KNOWN})


def keep(tx: Tx, staff_id: int, chosen: Preferences) -> None:
    """From the next page on."""
    tx.session.merge(StaffPreference(staff_id=staff_id, value=asdict(chosen)))


def be_quiet(tx: Tx, staff_id: int, wish: str) -> str:
    """Do not disturb for `30m`, `1h` or `always`, or not any more (`off`); until when. Invalid for another wish."""
    if wish not in {*QUIET, ALWAYS, "off"}:
        raise Invalid(wish="Choose one of the offered times.")
    until = (tx.now + QUIET[wish]).isoformat() if wish in QUIET else ALWAYS * (wish == ALWAYS)
    keep(tx, staff_id, replace(of(tx, staff_id), quiet_until=until))
    return until


def _lasts(until: str, now: datetime) -> bool:
    return until in ("", ALWAYS) or datetime.fromisoformat(until) > now


def checked(form: dict[str, str], before: Preferences) -> Preferences:
    """The form as preferences. Invalid, naming every wrong field. Without the fields of the keys these stay as they are."""
    errors: dict[str, str] = {}
    undo = form.get("undo", before.undo)
    if undo not in UNDO:
        errors["undo"] = "Choose one of the three."
    sounds = {kind: form.get(f"sound_{kind}", before.sounds[kind]) for kind in KINDS}
    for kind, name in sounds.items():
        if name not in SOUNDS:
            errors[f"sound_{kind}"] = "Choose one of the offered sounds."
    typed = {name[4:]: value.strip() for name, value in form.items() if name.startswith("key:")}
    keys = _keys(typed, errors) if typed else before.keys
    if errors:
        raise Invalid(**errors)
    return replace(before, undo=undo, keys=keys, sounds=sounds)


def _keys(typed: dict[str, str], errors: dict[str, str]) -> dict[str, str]:
    taken: set[str] = set()
    for shipped, chosen in list(typed.items())[:MOST_KEYS]:
        if len(shipped) > 10 or (chosen and not _KEY.fullmatch(chosen)):
            errors[f"key:{shipped}"] = (
                f"“{chosen[:20]}” is no key: use a letter, Shift+ and a letter, or g and one."
            )
        elif chosen and chosen in taken:
            errors[f"key:{shipped}"] = f"“{chosen}” would do two things."
        taken.add(chosen)
    return {shipped: chosen for shipped, chosen in typed.items() if chosen != shipped}
