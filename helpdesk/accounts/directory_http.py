"""Accounts behind an endpoint of the company: three questions, signed by the Standard Webhooks scheme.

`docs/accounts.md` has the questions and the answers, `docs/account_endpoint.py` an endpoint to start from.
"""

import asyncio
import json
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx2

from helpdesk.accounts import outside
from helpdesk.accounts.addresses import email_key
from helpdesk.accounts.directory import DirectoryFailed, DirectoryRefused, FoundAccount, Outcome
from helpdesk.webhooks.signing import headers_for

if TYPE_CHECKING:
    from helpdesk.settings import Settings

MOST_ANSWER_BYTES = 64 * 1024
MOST_SENTENCE = 200


class HttpDirectory:
    """`POST` to one URL; no redirects, no proxies, one answer of JSON."""

    name = "http"

    def __init__(self, settings: "Settings") -> None:
        self._settings = settings
        self.takes_password = settings.account_endpoint_reset == "password"

    async def find(self, address: str) -> FoundAccount | None:
        """`account.find`: `{"account": {"id", "email", "name"}}`, or null."""
        found = (await self._ask("account.find", address=address)).get("account")
        if found is None:
            return None
        if not isinstance(found, dict) or not found.get("id") or not isinstance(found.get("email"), str):
            raise DirectoryFailed()
        if email_key(found["email"]) != email_key(address):
            return None
        return FoundAccount(str(found["id"])[:255], found["email"], str(found.get("name") or "")[:80])

    async def start_reset(self, account: FoundAccount, new_password: str | None) -> Outcome:
        """`account.reset`: `{"outcome": "changed"}` with a password, `{"outcome": "mailed"}` without."""
        sent = {"id": account.key} | ({} if new_password is None else {"password": new_password})
        expected: Outcome = "mailed" if new_password is None else "changed"
        if (await self._ask("account.reset", **sent)).get("outcome") != expected:
            raise DirectoryFailed()
        return expected

    async def end_sessions(self, account: FoundAccount) -> None:
        """`account.end_sessions`: any 2xx."""
        await self._ask("account.end_sessions", id=account.key)

    async def _ask(self, kind: str, **data: str) -> dict[str, Any]:
        now = datetime.now(UTC)  # the other side compares with its own clock, whatever ours was set to
        body = json.dumps({"type": kind, "timestamp": now.isoformat(), "data": data})
        secret, number = self._settings.account_endpoint_secret, f"msg_{secrets.token_hex(12)}"
        headers = {"content-type": "application/json", **headers_for([secret], number, now, body)}
        try:
            async with (
                asyncio.timeout(self._settings.accounts_seconds),
                outside.client() as client,
            ):
                answer = await client.post(self._settings.account_endpoint, content=body, headers=headers)
        except (httpx2.HTTPError, OSError, TimeoutError) as error:
            raise DirectoryFailed() from error
        if answer.status_code == 422:
            raise DirectoryRefused(str(_object(answer).get("sentence") or "")[:MOST_SENTENCE])
        if not answer.is_success:
            raise DirectoryFailed()
        return _object(answer)


def _object(answer: httpx2.Response) -> dict[str, Any]:
    if not answer.content:
        return {}
    try:
        found = json.loads(answer.content) if len(answer.content) <= MOST_ANSWER_BYTES else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise DirectoryFailed()
    return found
