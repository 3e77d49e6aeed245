"""The one narrow contract with whoever keeps the customers' accounts, when that is not this desk.

Nothing here runs in a transaction: a directory is slow, or away. With `HELPDESK_ACCOUNTS=builtin` there is none, and
all happens in the database, all or nothing.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from helpdesk.errors import DeskError

Outcome = Literal["changed", "mailed"]
NO_ANSWER = "the directory did not answer"
SAID_NO = "the directory refused"


class DirectoryFailed(DeskError):
    """The directory that keeps your account did not answer. Nothing may have changed; please try again in a moment."""

    code = "unavailable"
    status = 503
    what = NO_ANSWER


class DirectoryRefused(DirectoryFailed):
    """The directory that keeps your account does not accept this password. Please choose another one."""

    code = "invalid"
    status = 422
    what = SAID_NO


@dataclass(frozen=True)
class FoundAccount:
    """An account as its directory knows it. `key` is the directory's own name of it: a DN, an id."""

    key: str
    email: str
    name: str = ""


class Directory(Protocol):
    """Each method ends within the set seconds, and raises DirectoryFailed or DirectoryRefused; nothing else.

    `takes_password`: the desk proves the person by its own code and hands over the new password. Otherwise the
    directory sends a mail of its own.
    """

    name: str
    takes_password: bool

    async def find(self, address: str) -> FoundAccount | None:
        """The one living account with exactly this address."""

    async def start_reset(self, account: FoundAccount, new_password: str | None) -> Outcome:
        """Set the password; or, with None, let the directory mail the owner."""

    async def end_sessions(self, account: FoundAccount) -> None:
        """Sign the owner out everywhere, as far as the directory can."""
