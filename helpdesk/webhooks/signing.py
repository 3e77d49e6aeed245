"""Pure: secrets and signatures of the Standard Webhooks scheme."""

import base64
from datetime import datetime

from standardwebhooks import Webhook as Signer

from helpdesk.keys import Keys

GRACE_HOURS = 24


def secret_of(keys: Keys, public_id: str, generation: int) -> str:
    """`whsec_…`: derived, so that it can be rotated but never leak from the database."""
    return "whsec_" + base64.b64encode(keys.mac("webhook secret", public_id, str(generation))).decode()


def headers_for(secrets: list[str], message_id: str, at: datetime, body: str) -> dict[str, str]:
    """The three headers; one signature for each secret, the newest first."""
    signatures = [Signer(secret).sign(message_id, at, body) for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
