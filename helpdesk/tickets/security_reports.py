"""A report about an account ("I did not ask for this") becomes an urgent ticket of the staff."""

import json
from typing import TYPE_CHECKING, Any

from helpdesk.accounts.reports import REPORTS
from helpdesk.keys import Keys
from helpdesk.store.session import Tx
from helpdesk.tickets import intake

if TYPE_CHECKING:
    from helpdesk.wiring import Desk


async def open_security_ticket(desk: "Desk", report: dict[str, Any]) -> None:
    """One ticket per report; the same report again opens none."""
    await desk.store.write(_open, desk.keys, desk.settings.mail_from, report)


def _open(tx: Tx, keys: Keys, address: str, report: dict[str, Any]) -> None:
    what = REPORTS.get(str(report.get("what")), "Something about an account needs a look.")
    facts = ", ".join(f"{name} {value}" for name, value in sorted(report.items()) if value and name != "what")
    intake.open_ticket(
        tx, keys, email=address, subject=f"Account access: {what}"[:200], text=f"{what} ({facts})",
        conversation_id=None, client_id=keys.mac("report", json.dumps(report, sort_keys=True)).hex()[:36],
        source="security",
    )  # fmt: skip
