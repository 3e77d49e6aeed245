"""Passkeys of the staff: a second factor that cannot be phished. The challenge lives in the session and serves once."""

import asyncio
import base64
import json
import secrets
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlmodel import col

from helpdesk.accounts.staff_models import Staff, StaffPasskey, StaffSession
from helpdesk.actor import Agent
from helpdesk.audit import trail
from helpdesk.errors import Conflict, Invalid, NotFound, Refused
from helpdesk.keys import Keys
from helpdesk.store.session import Tx

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

MOST = 10
MAX_CHARS = 16_000
NOT_TAKEN = "This passkey was not accepted. Please try again."


@dataclass(frozen=True)
class Site:
    """For whom a passkey is made: our own origin."""

    base_url: str
    name: str

    @property
    def host(self) -> str:
        """The host that passkeys are bound to."""
        return urlsplit(self.base_url).hostname or ""


async def ready() -> None:
    """Have their library loaded before a transaction needs it: a tenth of a second, once, and 7 MB."""
    await asyncio.to_thread(import_module, "webauthn")


def offer(tx: Tx, agent: Agent, site: Site) -> dict[str, Any]:
    """What the browser needs to make a passkey for this session's person."""
    import webauthn
    from webauthn.helpers import structs

    session = tx.session.get_one(StaffSession, agent.session_id, populate_existing=True)
    session.challenge = _fresh_challenge()
    tx.session.add(session)
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=str(agent.id).encode(),
        user_name=agent.email,
        user_display_name=agent.name,
        challenge=_raw(session.challenge),
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.DISCOURAGED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(tx, agent.id),
    )
    return _as_json(webauthn.options_to_json(options))


def add(tx: Tx, keys: Keys, agent: Agent, site: Site, answer: str, name: str) -> None:
    """Keep the new passkey. Raises Refused when it does not answer this session's challenge."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    if len(passkeys_of(tx, agent.id)) >= MOST:
        raise Conflict(f"You have {MOST} passkeys already: remove one first.")
    session = tx.session.get_one(StaffSession, agent.session_id, populate_existing=True)
    challenge = _take_challenge(tx, session)
    try:
        made = webauthn.verify_registration_response(
            credential=_as_json(answer),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.base_url,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise Refused(NOT_TAKEN) from None
    tx.session.add(
        StaffPasskey(
            staff_id=agent.id,
            name=name.strip()[:60] or "Passkey",
            credential_id=_text(made.credential_id),
            public_key=_text(made.credential_public_key),
            sign_count=made.sign_count,
            created_at=tx.now,
        )
    )
    trail.record(tx, keys, agent, "staff:passkey_added", subject=f"staff:{agent.id}")


def remove(tx: Tx, keys: Keys, agent: Agent, passkey_id: int) -> None:
    """Forget one of this person's passkeys. Raises NotFound."""
    line = delete(StaffPasskey).where(
        col(StaffPasskey.id) == passkey_id, col(StaffPasskey.staff_id) == agent.id
    )
    gone = tx.session.execute(
        line.returning(col(StaffPasskey.id)).execution_options(synchronize_session=False)
    ).first()
    if gone is None:
        raise NotFound()
    trail.record(tx, keys, agent, "staff:passkey_removed", subject=f"staff:{agent.id}")


def passkeys_of(tx: Tx, staff_id: int) -> list[StaffPasskey]:
    """This person's passkeys, oldest first."""
    line = select(StaffPasskey).where(col(StaffPasskey.staff_id) == staff_id).order_by(col(StaffPasskey.id))
    return list(tx.session.execute(line).scalars())


def ask(tx: Tx, session_id: int, site: Site) -> dict[str, Any]:
    """What the browser needs to show a passkey, for a pending sign-in or a step-up."""
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    session = tx.session.get_one(StaffSession, session_id, populate_existing=True)
    session.challenge = _fresh_challenge()
    tx.session.add(session)
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=_raw(session.challenge),
        allow_credentials=_descriptors(tx, session.staff_id),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _as_json(webauthn.options_to_json(options))


def check(tx: Tx, session_id: int, site: Site, answer: str) -> None:
    """The passkey answered this session's challenge. Raises Refused. A challenge serves once.

    A counter that does not grow is refused: somebody copied the key.
    """
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    session = tx.session.get_one(StaffSession, session_id, populate_existing=True)
    challenge = _take_challenge(tx, session)
    credential = _as_json(answer)
    line = select(StaffPasskey).where(
        col(StaffPasskey.staff_id) == session.staff_id,
        col(StaffPasskey.credential_id) == str(credential.get("id", "")),
    )
    passkey = tx.session.execute(line).scalar_one_or_none()
    staff = tx.session.get_one(Staff, session.staff_id, populate_existing=True)
    if passkey is None or staff.disabled_at is not None:
        raise Refused(NOT_TAKEN)
    try:
        shown = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.base_url,
            credential_public_key=_raw(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise Refused(NOT_TAKEN) from None
    passkey.sign_count, passkey.used_at = shown.new_sign_count, tx.now
    tx.session.add(passkey)


def _take_challenge(tx: Tx, session: StaffSession) -> bytes:
    if not session.challenge:
        raise Refused(NOT_TAKEN)
    challenge, session.challenge = _raw(session.challenge), ""
    tx.session.add(session)
    return challenge


def _descriptors(tx: Tx, staff_id: int) -> "list[PublicKeyCredentialDescriptor]":
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=_raw(key.credential_id)) for key in passkeys_of(tx, staff_id)]


def _fresh_challenge() -> str:
    return _text(secrets.token_bytes(32))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _as_json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if len(text) <= MAX_CHARS else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Invalid("Send the browser's answer as JSON.")
    return found
