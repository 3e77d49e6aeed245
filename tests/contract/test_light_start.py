"""What few desks need is not loaded by all of them: `serve` starts without it."""

import subprocess
import sys

from tests.world import ROOT

HEAVY = {
    "webauthn": "passkeys", "cryptography": "second factors", "jwt": "identity tokens of a site", "PIL": "pictures",
    "httpx2": "accounts elsewhere", "httpcore2": "webhooks", "alembic": "a new schema", "ldap3": "accounts in LDAP",
    "authlib": "OpenID", "opentelemetry": "traces", "redis": "many machines", "psycopg": "PostgreSQL",
}  # fmt: skip


def test_a_web_process_starts_without_what_few_desks_need() -> None:
    asked = f"import sys, helpdesk.cli.running; print(*sorted({set(HEAVY)} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [], "each is megabytes for every process: import it where it is used"
