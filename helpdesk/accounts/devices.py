"""Known devices: a browser that signed in to an address before keeps a reserve of its own when limits are used up."""

import secrets

from sqlalchemy import delete, select, update
from sqlmodel import col

from helpdesk.accounts.models import KnownDevice
from helpdesk.keys import token_hash
from helpdesk.store.session import Tx


def is_known(tx: Tx, device_token: str, address_key: str) -> bool:
    """Whether this browser has signed in to this address before."""
    if not device_token:
        return False
    line = select(col(KnownDevice.id)).where(
        col(KnownDevice.token_hash) == token_hash(device_token), col(KnownDevice.address_key) == address_key
    )
    return tx.session.execute(line).first() is not None


def remember(tx: Tx, device_token: str, address_key: str) -> str:
    """This browser has signed in now; its token, which is a new one for a new browser."""
    if is_known(tx, device_token, address_key):
        mine = col(KnownDevice.token_hash) == token_hash(device_token)
        used = (
            update(KnownDevice)
            .where(mine, col(KnownDevice.address_key) == address_key)
            .values(used_at=tx.now)
        )
        tx.session.execute(used.execution_options(synchronize_session=False))
        return device_token
    fresh = device_token or secrets.token_urlsafe(24)
    tx.session.add(KnownDevice(token_hash=token_hash(fresh), address_key=address_key, used_at=tx.now))
    return fresh


def forget_all(tx: Tx, address_key: str) -> None:
    """No browser is known any more for this address."""
    line = delete(KnownDevice).where(col(KnownDevice.address_key) == address_key)
    tx.session.execute(line.execution_options(synchronize_session=False))
