"""Pure: what a rule hands over when somebody must be written to. Rules never render."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Letter:
    """A mail to be: the one address, the template folder (`<room>/mail/<folder>`), and its JSON context.

    `reply_to` and `headers` are optional; `auto` marks mail that no machine should answer.
    """

    to: str
    folder: str
    context: dict[str, Any] = field(default_factory=dict)
    reply_to: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    auto: bool = True
