"""What is said about a frame that is none of the contract's."""

import uuid
from typing import Any

import pytest

from helpdesk.chat.frames import STAFF, VISITOR, NotAFrame, read_frame

ID = str(uuid.uuid4())
RIGHT: list[dict[str, Any]] = [
    {"type": "hello", "token": "x", "after": 0, "identity": "x", "locale": "en"},
    {"type": "hello", "view": "mine", "limit": 9, "html": True, "presence": True},
    {"type": "say", "client_id": ID, "text": "Hello", "files": ["x"]},
    {"type": "choose", "client_id": ID, "choice": "yes"},
    {"type": "feedback", "seq": 1, "helpful": True, "reason": "x"},
    {"type": "handover", "client_id": ID, "to": "agent", "email": "x", "subject": "x", "text": "x"},
    {"type": "rate", "score": 5, "text": "x"},
    {"type": "history", "before": 51},
    {"type": "follow", "conversation": "x", "after": 0, "after_note": 0},
]


def said_of(adapter: Any, frame: dict[str, Any]) -> str:
    """What is wrong with the frame; "" where nothing is."""
    try:
        read_frame(adapter, frame)
    except NotAFrame as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        ({}, "type: is missing."),
        ({"type": ["say"]}, "type: there is no such frame."),
        ({"type": "say", "client_id": ID}, "text: is missing."),
        ({"type": "say", "client_id": ID, "text": 5}, "text: must be a text."),
        ({"type": "say", "client_id": ID, "text": "x" * 70_000}, "text: must have at most 65536 characters."),
        ({"type": "say", "client_id": ID, "text": "x", "files": "a"}, "files: must be a list."),
        ({"type": "say", "client_id": ID, "text": "x", "files": ["a"] * 6}, "files: must have at most 5 entries."),
        ({"type": "say", "client_id": ID, "text": "x", "files": [5]}, "files.0: must be a text."),
        ({"type": "say", "client_id": "7", "text": "x"}, "client_id: must be a UUID."),
        ({"type": "choose", "client_id": ID, "choice": ""}, "choice: must not be empty."),
        ({"type": "feedback", "seq": 1, "helpful": 1}, "helpful: must be true or false."),
        ({"type": "handover", "client_id": ID, "to": "me"}, "to: must be 'agent' or 'ticket'."),
        ({"type": "seen", "seq": -1}, "seq: must be 0 or more."),
        ({"type": "seen", "seq": 2**60}, "seq: must be less than 9007199254740992."),
        ({"type": "seen", "seq": True}, "seq: must be a whole number."),
        ({"type": "rate", "score": 7}, "score: must be 5 or less."),
        ({"type": "seen", "seq": 1, "of": 2}, "of: is not a field of this frame."),
    ],
)  # fmt: skip
def test_a_wrong_frame_is_told_which_field_and_what_belongs_there(
    frame: dict[str, Any], sentence: str
) -> None:
    assert said_of(VISITOR, frame) == sentence


@pytest.mark.parametrize(
    "value", [None, True, -1, 2**70, 1.5, "", "x" * 70_000, "\ud800", [], ["x"] * 9, [None], {}]
)
@pytest.mark.parametrize("frame", RIGHT, ids=lambda frame: frame["type"])
def test_each_wrong_value_has_words_of_its_own(frame: dict[str, Any], value: Any) -> None:
    for adapter in (VISITOR, STAFF):
        for field in frame:
            assert "what it should be" not in said_of(adapter, {**frame, field: value})
