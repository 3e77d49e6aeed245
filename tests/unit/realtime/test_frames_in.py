"""What a stranger may send as a frame, and what he hears."""

import pytest

from helpdesk.realtime.frames_in import BadFrame, parse_object


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "nope", "[]", "null", '"x"', "1", '{"a":NaN}', '{"a":Infinity}', '{"a":1e400}', '{"a":"\\ud800"}',
        '{"a":"\\u0000"}', '{"a":1,"a":2}', '{"a":' + "9" * 5000 + "}", "[" * 100_000, '{"a":' * 9 + "1" + "}" * 9,
        '{"a":1}}', '{"a":1} {"a":1}', '{"a":1}x', "{}{}",
    ],
)  # fmt: skip
def test_what_is_not_one_of_our_frames_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(BadFrame, match=r"\.$"):
        parse_object(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a":"\\u00e9"}', "é"), ('{"a":"\\\\u0000 as text"}', "\\u0000 as text"), ('{"a":"' + "[" * 50 + '"}', "[" * 50),
        ('{"a":"\\ud83d\\ude00"}', "😀"), (' {"a":1}', 1), ('{"a":1}\n', 1), ('\t{"a":"{"} ', "{"), ('{"a":' + "9" * 18 + "}", int("9" * 18)),
    ],
)  # fmt: skip
def test_unusual_but_honest_text_is_taken(text: str, value: object) -> None:
    assert parse_object(text) == {"a": value}
