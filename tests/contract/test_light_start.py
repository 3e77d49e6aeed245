"""What few desks need is not loaded by all of them: `serve` starts without it, and `helpdesk faq` without a desk."""

import subprocess
import sys

from tests.world import ROOT

HEAVY = {
    "webauthn": "passkeys", "cryptography": "second factors", "jwt": "identity tokens of a site", "PIL": "pictures",
    "httpx2": "accounts elsewhere", "httpcore2": "webhooks", "alembic": "a new schema", "ldap3": "accounts in LDAP",
    "authlib": "OpenID", "opentelemetry": "traces", "redis": "many machines", "psycopg": "PostgreSQL",
    "sqlalchemy.dialects.postgresql": "PostgreSQL", "segno": "second factors", "aiosmtpd": "mail that comes in",
}  # fmt: skip
OF_A_DESK = {"pydantic": "the settings", "sqlalchemy": "rows", "starlette": "pages", "jinja2": "templates"}


def loaded_of(names: dict[str, str], module: str) -> list[str]:
    asked = f"import sys, {module}; print(*sorted({set(names)} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_a_web_process_starts_without_what_few_desks_need() -> None:
    heavy = loaded_of(HEAVY, "helpdesk.cli.running")
    assert heavy == [], "each is megabytes for every process: import it where it is used"


def test_a_command_about_articles_starts_without_a_desk() -> None:
    heavy = loaded_of(HEAVY | OF_A_DESK, "helpdesk.cli.faq")
    assert heavy == [], "each costs time at every start of a filter: import it where it is used"
