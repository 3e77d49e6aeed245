"""`helpdesk doctor` says whether those who keep the accounts can be asked, and if not, what to look at."""

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from helpdesk.errors import DeskError
from helpdesk.ops import elsewhere
from helpdesk.settings import Settings
from helpdesk.wiring import need_extras
from tests import slapd
from tests.commands import helpdesk
from tests.integration.test_accounts_elsewhere_http import Endpoint
from tests.integration.test_accounts_elsewhere_keycloak import keycloak
from tests.integration.test_accounts_elsewhere_oidc import Provider, provider
from tests.world import ROOT

__all__ = ["provider"]


async def look(**settings: Any) -> tuple[str, str]:
    """(state, sentence) of the customers' directory."""
    (found,) = await asyncio.to_thread(lambda: list(elsewhere.customers(Settings(**settings))))
    return found.state, found.sentence


@pytest.mark.skipif(slapd.slapd() is None, reason=slapd.WHY_NOT)
async def test_a_directory_by_ldap_is_asked_as_the_desk_would(tmp_path: Path) -> None:
    with slapd.running() as ldap:
        good = ldap.settings()
        assert await look(**good) == ("ok", "The directory at localhost lets the desk look for an account.")
        for wrong, what in (
            ({"ldap_password": "not this one"}, "does not accept HELPDESK_LDAP_BIND_DN"),
            ({"ldap_base_dn": "ou=nowhere,dc=example,dc=com"}, "no HELPDESK_LDAP_BASE_DN"),
            ({"ldap_base_dn": "nowhere"}, "is no name of an entry"),
            ({"ldap_filter": "(mail={address}))"}, "HELPDESK_LDAP_FILTER is no filter"),
            ({"ldap_ca": ""}, "HELPDESK_LDAP_CA"),
        ):  # fmt: skip
            state, sentence = await look(**{**good, **wrong})
            assert (state, what in sentence) == ("fault", True), sentence
            assert slapd.DESK_PASSWORD not in sentence
        named = {f"HELPDESK_{name.upper()}": str(value) for name, value in good.items()}
        ldap.stop()
        said = await helpdesk(tmp_path, "doctor", **named)
    assert said.code == 1
    assert "fault accounts: The directory at localhost cannot be used: " in said.out
    assert said.err == ""


async def test_an_endpoint_with_another_secret_is_a_fault() -> None:
    endpoint = Endpoint()
    await endpoint.start()
    try:
        assert (await look(**endpoint.settings()))[0] == "ok"
        other = "whsec_" + "B" * 43 + "="
        state, sentence = await look(**endpoint.settings(account_endpoint_secret=other))
        assert (state, "same on both sides" in sentence) == ("fault", True)
        assert other not in sentence
    finally:
        endpoint.stop()
    assert "cannot be used" in (await look(**endpoint.settings()))[1]


async def test_a_realm_that_does_not_know_the_client_says_so() -> None:
    async with keycloak() as realm:
        assert (await look(**realm.settings()))[0] == "ok"
        state, sentence = await look(**realm.settings(keycloak_client_secret="another"))
        assert (state, sentence) == (
            "fault",
            "The directory at 127.0.0.1 cannot be used: Keycloak refused the desk's client.",
        )


async def test_the_provider_of_the_staff_is_asked_who_it_is(provider: Provider) -> None:
    def looked(**changes: Any) -> tuple[str, str]:
        (found,) = elsewhere.staff(Settings(**provider.settings(**changes)))
        return found.state, found.sentence

    assert await asyncio.to_thread(looked) == ("ok", "The provider at 127.0.0.1 answers.")
    other = provider.url.replace("127.0.0.1", "localhost")
    state, sentence = await asyncio.to_thread(looked, oidc_issuer=other)
    assert (state, f"calls itself {provider.url}" in sentence) == ("fault", True)
    away = await asyncio.to_thread(looked, oidc_issuer="http://127.0.0.1:1")
    assert (away[0], "does not describe itself" in away[1]) == ("fault", True)
    assert list(elsewhere.staff(Settings())) == []


NEEDY: dict[str, tuple[dict[str, str], str]] = {
    "psycopg": ({"database_url": "postgresql://desk@db/desk"}, "postgres"),
    "redis": ({"redis_url": "redis://cache/0"}, "redis"),
    "ldap3": ({"accounts": "ldap", "ldap_url": "ldap://x", "ldap_base_dn": "dc=x"}, "ldap"),
    "authlib": (
        {"oidc_issuer": "https://sso.example.com", "oidc_client_id": "desk", "oidc_client_secret": "s"},
        "oidc",
    ),
    "opentelemetry.exporter.otlp.proto.http": ({"traces": "otlp"}, "otel"),
}
WITHOUT = "import sys; sys.modules[sys.argv.pop(1)] = None; from helpdesk.cli.main import run; run()"


@pytest.mark.parametrize("module", NEEDY)
def test_a_setting_says_which_library_it_needs(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, extra = NEEDY[module]
    need_extras(Settings(**settings))
    monkeypatch.setitem(sys.modules, module, None)  # as if it were not installed
    with pytest.raises(DeskError, match=re.escape(f"pip install 'helpdesk[{extra}]'")):
        need_extras(Settings(**settings))
    need_extras(Settings())


@pytest.mark.parametrize(("command", "code"), [("serve", 2), ("doctor", 1)])
async def test_a_missing_library_stops_the_start_with_the_command_to_type(
    tmp_path: Path, command: str, code: int
) -> None:
    known = {name: value for name, value in os.environ.items() if not name.startswith("HELPDESK_")}
    settings = {"HELPDESK_ACCOUNTS": "ldap", "HELPDESK_LDAP_URL": "ldap://x", "HELPDESK_LDAP_BASE_DN": "dc=x"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WITHOUT, "ldap3", command, *(["--port", "0"] if command == "serve" else []), cwd=ROOT,
        env={**known, "HELPDESK_DATA_DIR": str(tmp_path), **settings}, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode == code
    assert "pip install 'helpdesk[ldap]'" in said.decode()
    assert "Traceback" not in said.decode()
