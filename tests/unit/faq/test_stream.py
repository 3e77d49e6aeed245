"""Lines that wait are read together, and nobody waits for the next line."""

import io
import os

from helpdesk.faq.stream import waiting


def test_a_line_that_comes_alone_is_handed_on_at_once() -> None:
    read_end, write_end = os.pipe()
    with open(read_end, "rb") as source, open(write_end, "wb", buffering=0) as typist:
        groups = waiting(source)
        typist.write(b"first\n")
        assert next(groups) == [b"first"]
        typist.write(b"second\nthi")
        assert next(groups) == [b"second"]
        typist.write(b"rd\nfourth\n")
        assert next(groups) == [b"third", b"fourth"]


def test_lines_come_in_order_and_in_small_groups_and_the_last_may_lack_its_end() -> None:
    lines = [str(number).encode() for number in range(200)]
    groups = list(waiting(io.BytesIO(b"\n".join(lines))))
    assert [line for group in groups for line in group] == lines
    assert max(map(len, groups)) == 64


def test_a_line_longer_than_what_is_read_at_once_stays_whole() -> None:
    long = b"x" * 300_000
    assert list(waiting(io.BytesIO(long + b"\nshort\n"))) == [[long, b"short"]]
    assert list(waiting(io.BytesIO(b""))) == []
