"""What `helpdesk doctor` asks of those who keep accounts elsewhere: the customers' directory, the staff's provider."""

import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx2

from helpdesk.accounts.directory import DirectoryFailed
from helpdesk.ops.findings import Finding
from helpdesk.settings import Settings
from helpdesk.wiring import directory_for

NOBODY = "helpdesk-doctor@example.com"
WHY = {
    "LDAPInvalidCredentialsResult": "it does not accept HELPDESK_LDAP_BIND_DN with HELPDESK_LDAP_PASSWORD",
    "LDAPInappropriateAuthenticationResult": "it does not accept HELPDESK_LDAP_BIND_DN with HELPDESK_LDAP_PASSWORD",
    "LDAPNoSuchObjectResult": "it has no HELPDESK_LDAP_BASE_DN that this user may see",
    "LDAPInsufficientAccessRightsResult": "this user may not search below HELPDESK_LDAP_BASE_DN",
    "LDAPInvalidDnError": "HELPDESK_LDAP_BIND_DN or HELPDESK_LDAP_BASE_DN is no name of an entry",
    "LDAPInvalidFilterError": "HELPDESK_LDAP_FILTER is no filter",
    "LDAPStartTLSError": "its certificate is not one to trust (HELPDESK_LDAP_CA), or it offers no TLS",
}


def customers(settings: Settings) -> Iterator[Finding]:
    """Ask the directory for an address that nobody has: that needs all but the right to set a password."""
    directory = directory_for(settings)
    if directory is None:
        yield Finding("ok", "accounts", "This desk keeps the customers' accounts.")
        return
    url = {"ldap": settings.ldap_url, "keycloak": settings.keycloak_url, "http": settings.account_endpoint}
    host = urlsplit(url[directory.name]).hostname
    try:
        asyncio.run(directory.find(NOBODY))
    except DirectoryFailed as error:
        yield Finding("fault", "accounts", f"The directory at {host} cannot be used: {_why(error)}.")
    else:
        yield Finding("ok", "accounts", f"The directory at {host} lets the desk look for an account.")


def staff(settings: Settings) -> Iterator[Finding]:
    """Read what the provider says of itself."""
    if not settings.oidc_issuer:
        return
    where = f"{settings.oidc_issuer}/.well-known/openid-configuration"
    try:
        answer = httpx2.get(where, timeout=settings.accounts_seconds, trust_env=False)
        named = str(answer.raise_for_status().json()["issuer"])
    except (httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
        yield Finding(
            "fault", "staff", f"The provider does not describe itself at {where} ({type(error).__name__})."
        )
        return
    if named.rstrip("/") != settings.oidc_issuer:
        yield Finding(
            "fault", "staff", f"The provider calls itself {named}: that is the HELPDESK_OIDC_ISSUER."
        )
    else:
        yield Finding("ok", "staff", f"The provider at {urlsplit(named).hostname} answers.")


def _why(error: DirectoryFailed) -> str:
    """What an operator can do something about, as far as it is known."""
    cause = error.__cause__
    if cause is None:
        return (
            error.sentence.rstrip(".")
            if error.code == "invalid"
            else "it answers, but not as agreed; is the secret the same on both sides?"
        )
    name = type(cause).__name__
    if name in WHY:
        return WHY[name]
    text = " ".join(str(cause).split())[:160].rstrip(".")
    return f"{name}, {text}" if text else name
