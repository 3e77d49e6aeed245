"""Accounts in an LDAP directory: found by mail, changed by the Password Modify operation (RFC 3062), always under TLS.

The library blocks, so each call is a thread with time limits of its own; a connection serves one call.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from helpdesk.accounts.addresses import email_key
from helpdesk.accounts.directory import DirectoryFailed, DirectoryRefused, FoundAccount, Outcome

if TYPE_CHECKING:
    from helpdesk.settings import Settings

T = TypeVar("T")
NOT_ALLOWED = (
    "The directory that keeps your account did not allow the change. Please contact Customer Support."
)


class LdapDirectory:
    """`ldaps://…`, or `ldap://…` with StartTLS before anything is said."""

    name = "ldap"
    takes_password = True

    def __init__(self, settings: "Settings") -> None:
        self._settings = settings
        self._within_s = settings.accounts_seconds

    async def find(self, address: str) -> FoundAccount | None:
        """The only entry with this mail; None when there is none, or more than one."""
        return await self._in_thread(lambda: self._find(address))

    async def start_reset(self, account: FoundAccount, new_password: str | None) -> Outcome:
        """Password Modify as the desk's own user, without the old password."""
        if new_password is None:
            raise DirectoryRefused("An LDAP directory sends no mails.")
        await self._in_thread(lambda: self._set_password(account.key, new_password))
        return "changed"

    async def end_sessions(self, account: FoundAccount) -> None:
        """LDAP knows no sessions: whoever is signed in somewhere stays so until that place asks again."""

    def _find(self, address: str) -> FoundAccount | None:
        from ldap3.core.exceptions import LDAPSizeLimitExceededResult  # type: ignore[import-untyped]
        from ldap3.utils.conv import escape_filter_chars  # type: ignore[import-untyped]

        asked = self._settings.ldap_filter.replace("{address}", escape_filter_chars(address))
        with self._connection() as connection:
            try:
                connection.search(
                    self._settings.ldap_base_dn, asked, attributes=["mail", "cn", "displayName"], size_limit=2
                )
            except LDAPSizeLimitExceededResult:
                return None
            found = [entry for entry in connection.response if entry["type"] == "searchResEntry"]
        if len(found) != 1:
            return None
        entry = found[0]["attributes"]
        for mail in _texts(entry.get("mail")):
            if email_key(mail) == email_key(address):
                names = _texts(entry.get("displayName")) or _texts(entry.get("cn"))
                return FoundAccount(str(found[0]["dn"]), mail, names[0][:80] if names else "")
        return None

    def _set_password(self, dn: str, new_password: str) -> None:
        from ldap3.core import exceptions as said  # type: ignore[import-untyped]

        with self._connection() as connection:
            try:
                connection.extend.standard.modify_password(user=dn, new_password=new_password)
            except (said.LDAPConstraintViolationResult, said.LDAPUnwillingToPerformResult):
                raise DirectoryRefused() from None
            except said.LDAPOperationResult as error:
                raise DirectoryRefused(NOT_ALLOWED) from error

    @contextlib.contextmanager
    def _connection(self) -> Iterator[Any]:
        import ldap3  # type: ignore[import-untyped]
        from ldap3.core.exceptions import LDAPException

        parts, wanted = urlsplit(self._settings.ldap_url), self._settings
        tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=wanted.ldap_ca or None, version=None)
        is_tls = parts.scheme == "ldaps"
        server = ldap3.Server(
            parts.hostname, parts.port or (636 if is_tls else 389), use_ssl=is_tls, tls=tls,
            get_info=ldap3.NONE, connect_timeout=self._within_s,
        )  # fmt: skip
        connection = ldap3.Connection(
            server, wanted.ldap_bind_dn or None, wanted.ldap_password or None, raise_exceptions=True,
            receive_timeout=self._within_s, auto_referrals=False,
        )  # fmt: skip
        try:
            connection.open()
            if not is_tls:
                connection.start_tls()
            connection.bind()
            yield connection
        except (LDAPException, OSError) as error:
            raise DirectoryFailed() from error
        finally:
            with contextlib.suppress(LDAPException, OSError):
                connection.unbind()
            if connection.socket is not None:  # the library leaves it open when nobody answers
                connection.socket.close()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        try:
            async with asyncio.timeout(3 * self._within_s):
                return await asyncio.to_thread(work)
        except TimeoutError:
            raise DirectoryFailed() from None


def _texts(value: Any) -> list[str]:
    return [str(each) for each in (value if isinstance(value, list) else [value]) if each]
