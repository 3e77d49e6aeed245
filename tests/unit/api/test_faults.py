"""What a request has wrong is told in words, field by field; never as a regular expression."""

import pytest
from pydantic import ValidationError

from helpdesk.api.conversations import Reply
from helpdesk.api.faults import sentences
from helpdesk.api.tickets import NewTicket, TicketChange
from helpdesk.api.webhooks import NewWebhook


@pytest.mark.parametrize(
    ("model", "sent", "told"),
    [
        (Reply, '{"client_id": "7", "text": " "}',
         {"client_id": "Give a UUID.", "text": "Write something that can be seen, without NUL."}),
        (Reply, '{"text": 7, "shout": true}',
         {"client_id": "This is missing.", "text": "Send a text.", "shout": "There is no such field."}),
        (NewTicket, '{"email": "a@b.example", "subject": "a\\nb", "text": ""}',
         {"subject": "Write something that can be seen, on one line.", "text": "The length must be at least 1."}),
        (TicketChange, '{"tags": ["vip", "\\u200b"], "priority": "x"}',
         {"tags.1": "Write something that can be seen, on one line.",
          "priority": "Use 'urgent', 'high', 'normal' or 'low'."}),
        (NewWebhook, '{"url": "https://a.example/", "events": []}', {"events": "Name at least 1."}),
        (Reply, "[]", {"body": "Send an object."}),
    ],
)  # fmt: skip
def test_each_fault_is_a_sentence(model: type, sent: str, told: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as fault:
        model.model_validate_json(sent)  # type: ignore[attr-defined]
    assert sentences(fault.value) == told


def test_an_unknown_event_is_told_once() -> None:
    with pytest.raises(ValidationError) as fault:
        NewWebhook.model_validate_json('{"url": "https://a.example/", "events": ["shout"]}')
    assert list(sentences(fault.value)) == ["events.0"]
