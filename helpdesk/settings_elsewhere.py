"""Settings of accounts that live elsewhere, and of sign-in elsewhere; `settings.py` reads them with the others."""

from ipaddress import ip_address
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings

NEEDED = {
    "builtin": (),
    "ldap": ("ldap_url", "ldap_base_dn"),
    "keycloak": ("keycloak_url", "keycloak_client_id", "keycloak_client_secret"),
    "http": ("account_endpoint", "account_endpoint_secret"),
}


class ElsewhereSettings(BaseSettings):
    """Which directory holds the customers' accounts, how to reach it, and the staff's provider."""

    accounts: Literal["builtin", "ldap", "keycloak", "http"] = "builtin"
    accounts_login_url: str = ""
    accounts_seconds: Annotated[int, Field(ge=1, le=30)] = 5
    ldap_url: str = ""
    ldap_bind_dn: str = ""
    ldap_password: str = ""
    ldap_base_dn: str = ""
    ldap_filter: str = "(mail={address})"
    ldap_ca: str = ""
    keycloak_url: str = ""
    keycloak_client_id: str = ""
    keycloak_client_secret: str = ""
    account_endpoint: str = ""
    account_endpoint_secret: str = ""
    account_endpoint_reset: Literal["password", "mail"] = "password"
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""

    @field_validator("keycloak_url", "account_endpoint", "accounts_login_url", "oidc_issuer")
    @classmethod
    def _safe_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"https", "http"} or not parts.hostname or parts.username):
            raise ValueError("must look like https://accounts.example.com/…")
        if value and parts.scheme == "http" and not _is_here(parts.hostname or ""):
            raise ValueError("must begin with https:// (plain http is for this machine only)")
        return value.rstrip("/")

    @field_validator("keycloak_url")
    @classmethod
    def _realm(cls, value: str) -> str:
        if value and "/realms/" not in value:
            raise ValueError("must name the realm, as in https://sso.example.com/realms/shop")
        return value

    @field_validator("account_endpoint_secret")
    @classmethod
    def _webhook_secret(cls, value: str) -> str:
        if value and (not value.startswith("whsec_") or len(value) < 32):
            raise ValueError("must look like whsec_… with at least 24 bytes in base64")
        return value

    @field_validator("ldap_url")
    @classmethod
    def _ldap(cls, value: str) -> str:
        if value and (urlsplit(value).scheme not in {"ldap", "ldaps"} or not urlsplit(value).hostname):
            raise ValueError("must look like ldaps://ldap.example.com, or ldap://… which then uses StartTLS")
        return value

    @field_validator("ldap_filter")
    @classmethod
    def _filter(cls, value: str) -> str:
        if value.count("{address}") != 1 or not (value.startswith("(") and value.endswith(")")):
            raise ValueError("must be a filter with {address} in it once, such as (mail={address})")
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for name in NEEDED[self.accounts]:
            if not getattr(self, name):
                raise ValueError(
                    f"HELPDESK_ACCOUNTS={self.accounts} needs HELPDESK_{name.upper()}, which is empty."
                )
        if self.oidc_issuer and not (self.oidc_client_id and self.oidc_client_secret):
            raise ValueError(
                "HELPDESK_OIDC_ISSUER needs HELPDESK_OIDC_CLIENT_ID and HELPDESK_OIDC_CLIENT_SECRET."
            )
        return self


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
