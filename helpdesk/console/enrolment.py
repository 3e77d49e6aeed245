"""Set up the second factor at the first sign-in, where the setting asks for one and there is none yet.

The secret is derived for this pending session, so it rests nowhere until a code proves that the app has it.
"""

import base64
from typing import Any

from starlette.requests import Request

from helpdesk.accounts import staff_sign_in, totp
from helpdesk.accounts.staff import staff_by_id
from helpdesk.accounts.staff_sign_in import Pending
from helpdesk.accounts.step_up import StepUpNeeded
from helpdesk.keys import Keys


async def offer(request: Request, pending: Pending) -> dict[str, Any]:
    """What the page shows: the secret as text and as a picture."""
    import segno  # once for each member of staff, and it brings 1 MB

    desk = request.app.state.desk
    staff = await desk.store.read(staff_by_id, pending.staff_id)
    secret = _secret(desk.keys, pending)
    address = totp.address(secret, staff.email, desk.settings.site_name)
    picture = segno.make(address, error="m").png_data_uri(scale=5, border=2)
    return {"secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)), "picture": picture}


async def confirm(request: Request, pending: Pending, typed: str) -> None:
    """Keep the secret once a code of it was typed. Raises StepUpNeeded for a wrong one."""
    desk = request.app.state.desk
    secret = _secret(desk.keys, pending)
    if totp.matching_step(secret, typed, desk.clock.now()) is None:
        raise StepUpNeeded("That code is incorrect.", why="wrong code")
    await desk.store.write(staff_sign_in.enrol, desk.keys, pending, secret)


def _secret(keys: Keys, pending: Pending) -> str:
    raw = keys.mac("second factor offer", str(pending.session_id), str(pending.staff_id), pending.started)
    return base64.b32encode(raw[:20]).decode()
