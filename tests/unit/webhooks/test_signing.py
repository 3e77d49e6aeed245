"""Signatures by the Standard Webhooks scheme."""

from datetime import UTC, datetime

from standardwebhooks import Webhook

from helpdesk.keys import Keys
from helpdesk.webhooks.signing import headers_for, secret_of

KEYS = Keys("unit-test-secret-0123456789-abcdefgh")


def test_a_secret_differs_for_every_endpoint_and_generation_and_is_always_the_same() -> None:
    secrets = {secret_of(KEYS, name, number) for name in ("a", "b") for number in (1, 2)}
    assert len(secrets) == 4
    assert secret_of(KEYS, "a", 1) in secrets
    assert all(secret.startswith("whsec_") for secret in secrets)


def test_the_kept_library_verifies_what_we_sign_with_either_secret() -> None:
    old, new = secret_of(KEYS, "a", 1), secret_of(KEYS, "a", 2)
    headers = headers_for([new, old], "msg_1", datetime.now(UTC), '{"type":"ping"}')
    for secret in (old, new):
        assert Webhook(secret).verify('{"type":"ping"}', headers) == {"type": "ping"}
