"""Who is acting."""

from dataclasses import dataclass
from typing import Literal

StaffRole = Literal["agent", "lead", "editor", "admin"]
PROVED = "jwt", "signed_in"
"""What the `identity` of a conversation says where more than a claim stands behind it."""


@dataclass(frozen=True)
class Visitor:
    """Somebody behind the widget, known by a token only."""

    id: int


@dataclass(frozen=True)
class Customer:
    """A signed-in owner of an account."""

    account_id: int
    email: str
    name: str
    session_id: int


@dataclass(frozen=True)
class Agent:
    """A signed-in member of staff. `session_id` is None for an API token; `scopes` narrows one, () does not."""

    id: int
    name: str
    email: str
    role: StaffRole
    session_id: int | None = None
    token_id: int | None = None
    scopes: tuple[str, ...] = ()

    def has_scope(self, scope: str) -> bool:
        """Whether the token that was shown, if it was one, is good for this."""
        return not self.scopes or scope in self.scopes

    @property
    def may_see_conversations(self) -> bool:
        """Editors see articles and figures of articles, never customers."""
        return self.role != "editor"

    @property
    def is_lead(self) -> bool:
        """Leads and admins decide for the desk: hours, retention, what all share."""
        return self.role in ("lead", "admin")


@dataclass(frozen=True)
class System:
    """The program itself."""

    name: str = "system"


Actor = Visitor | Customer | Agent | System
