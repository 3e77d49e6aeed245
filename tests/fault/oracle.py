"""The one judge of all fault tests: what was acknowledged stands, once, in one order, the same for everybody."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]


@dataclass
class Record:
    """What one person wrote down: `said` (client id → text), `receipts` (client id → seq) and `shown`, in order.

    `shown` holds what a client would show: a frame whose seq it has already is no news.
    """

    said: dict[str, str] = field(default_factory=dict)
    receipts: dict[str, int] = field(default_factory=dict)
    shown: list[Row] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def last(self) -> int:
        """The newest seq that this person has."""
        return int(self.shown[-1]["seq"]) if self.shown else 0

    def take(self, frame: Row) -> None:
        """Note a `message` frame as it arrived."""
        ident, seq = frame["client_id"], frame["seq"]
        if ident in self.said:
            before = self.receipts.setdefault(ident, seq)
            if before != seq:
                self.faults.append(f"{ident} has two receipts: {before} and {seq}")
        if seq > self.last + 1:
            self.faults.append(f"a gap: {seq} came after {self.last}")
        if seq > self.last:
            self.shown.append(frame)
        elif frame["text"] != self.shown[seq - 1]["text"]:
            self.faults.append(f"message {seq} has two texts")


def judge(rows: list[Row], people: Iterable[Record]) -> None:
    """`rows` are the conversation as the database has it; `people` all who took part and have come to rest."""
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1)), "seq is 1 … n without gaps"
    ids = Counter(row["client_id"] for row in rows if row["client_id"])
    assert not [ident for ident, count in ids.items() if count > 1], "each client id stands once"
    by_id = {row["client_id"]: row for row in rows if row["client_id"]}
    for record in people:
        assert not record.faults, record.faults
        for ident, seq in record.receipts.items():
            assert ident in by_id, f"{ident} was acknowledged as {seq} and is lost"
            assert by_id[ident]["seq"] == seq, "the receipt names the place"
            assert by_id[ident]["text"] == record.said[ident], "the text is the one that was said"
        shown = [(frame["seq"], frame["text"]) for frame in record.shown]
        assert shown == [(row["seq"], row["text"]) for row in rows], "everybody sees all, in the same order"
