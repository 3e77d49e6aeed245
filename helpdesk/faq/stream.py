"""Lines from a pipe, as many together as wait there already; a line that comes alone is not kept waiting."""

from collections.abc import Iterator
from io import BufferedIOBase

_CHUNK = 65_536
_MOST = 64
"""Lines that are handed on together, so that the first answers come soon."""


def waiting(source: BufferedIOBase) -> Iterator[list[bytes]]:
    """The lines, without their ends, in groups of 1 to 64; a last line may lack its end."""
    begun: list[bytes] = []
    while chunk := source.read1(_CHUNK):
        first, *others = chunk.split(b"\n")
        begun.append(first)
        if others:
            lines = [b"".join(begun), *others[:-1]]
            begun = [others[-1]]
            yield from (lines[start : start + _MOST] for start in range(0, len(lines), _MOST))
    if last := b"".join(begun):
        yield [last]
