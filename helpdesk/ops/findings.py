"""What a look at one part of the desk found."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "fault"]


@dataclass(frozen=True)
class Finding:
    """`state`: ok, warn (works, but look at it) or fault."""

    state: State
    name: str
    sentence: str
