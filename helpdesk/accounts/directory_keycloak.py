"""Accounts in a realm of Keycloak, by its admin API: it sends the mail and sets the password itself.

The desk's client needs a service account with the realm-management roles `view-users` and `manage-users`.
"""

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx2

from helpdesk.accounts import outside
from helpdesk.accounts.addresses import email_key
from helpdesk.accounts.directory import DirectoryFailed, DirectoryRefused, FoundAccount, Outcome

if TYPE_CHECKING:
    from helpdesk.settings import Settings

LINK_S = 4 * 3600


class KeycloakDirectory:
    """A token for each call: they are few, and none is kept."""

    name = "keycloak"
    takes_password = False

    def __init__(self, settings: "Settings") -> None:
        self._settings = settings
        head, _, realm = settings.keycloak_url.rpartition("/realms/")
        self._users = f"{head}/admin/realms/{realm}/users"

    async def find(self, address: str) -> FoundAccount | None:
        """The enabled user with this verified address."""
        answer = await self._ask("GET", "", params={"email": address, "exact": "true"})
        found = answer.json() if answer.content else None
        if not isinstance(found, list):
            raise DirectoryFailed()
        fitting = [one for one in found if _fits(one, address)]
        if len(fitting) != 1:
            return None
        user = fitting[0]
        names = (user.get("firstName"), user.get("lastName"))
        return FoundAccount(
            str(user["id"]), str(user["email"]), " ".join(str(name) for name in names if name)[:80]
        )

    async def start_reset(self, account: FoundAccount, new_password: str | None) -> Outcome:
        """The action `UPDATE_PASSWORD`, by Keycloak's own mail."""
        if new_password is not None:
            raise DirectoryRefused("Keycloak lets its users choose the password themselves.")
        path = f"/{quote(account.key, safe='')}/execute-actions-email"
        await self._ask("PUT", path, params={"lifespan": str(LINK_S)}, json=["UPDATE_PASSWORD"])
        return "mailed"

    async def end_sessions(self, account: FoundAccount) -> None:
        """Every session of this user in the realm."""
        await self._ask("POST", f"/{quote(account.key, safe='')}/logout")

    async def _ask(self, method: str, path: str, **sent: Any) -> httpx2.Response:
        try:
            async with (
                asyncio.timeout(self._settings.accounts_seconds),
                outside.client() as client,
            ):
                headers = {"authorization": f"Bearer {await self._token(client)}"}
                answer = await client.request(method, self._users + path, headers=headers, **sent)
        except (httpx2.HTTPError, OSError, TimeoutError, ValueError, KeyError, TypeError) as error:
            raise DirectoryFailed() from error
        if answer.status_code in (400, 401, 403, 404, 409):
            raise DirectoryRefused("Keycloak refused the request.")
        if not answer.is_success:
            raise DirectoryFailed()
        return answer

    async def _token(self, client: httpx2.AsyncClient) -> str:
        answer = await client.post(
            f"{self._settings.keycloak_url}/protocol/openid-connect/token",
            data={
                "grant_type": "client_credentials",
                "client_id": self._settings.keycloak_client_id,
                "client_secret": self._settings.keycloak_client_secret,
            },
        )
        if answer.status_code in (400, 401, 403):
            raise DirectoryRefused("Keycloak refused the desk's client.")
        return str(answer.json()["access_token"])


def _fits(user: Any, address: str) -> bool:
    return (
        isinstance(user, dict)
        and bool(user.get("id"))
        and user.get("enabled") is True
        and user.get("emailVerified") is True
        and email_key(str(user.get("email") or "")) == email_key(address)
    )
