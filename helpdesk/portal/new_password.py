"""What is wrong with a typed new password, field by field: for the reset and for the change."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from helpdesk.accounts.passwords import policy_named, problems, sentence

if TYPE_CHECKING:
    from helpdesk.wiring import Desk

MISMATCH = "New Password and Confirm New Password do not match."


async def faults(desk: "Desk", form: Mapping[str, str], email: str, stored: str) -> dict[str, str]:
    """Field → sentence; {} when the new password may be set. The costly look at the current one comes last."""
    policy = policy_named(desk.settings.password_policy)
    new, confirm = form.get("new_password", ""), form.get("confirm_password", "")
    site = desk.settings.site_name
    found: dict[str, str] = {}
    if text := sentence(policy, problems(policy, new, email=email, site_name=site)):
        found["new_password"] = text
    if new != confirm:
        found["confirm_password"] = MISMATCH
    if found:
        return found
    if (await desk.passwords.verify(new, stored)).ok:
        same = problems(policy, new, email=email, site_name=site, is_current=True)
        found["new_password"] = sentence(policy, same)
    return found
