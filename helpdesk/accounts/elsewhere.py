"""The desk's side of accounts that a directory keeps: ask outside transactions, then write down what it said.

A known address has a row here, so that flows, invitations and the trail can name it; it holds no password. Every
failure stands in the trail, and in the invitation where there is one.
"""

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import update
from sqlmodel import col

from helpdesk.accounts import password_reset, recovery_grant
from helpdesk.accounts.addresses import address_mac, email_key
from helpdesk.accounts.directory import Directory, DirectoryFailed, FoundAccount
from helpdesk.accounts.models import Account
from helpdesk.accounts.not_me import NO_HASH
from helpdesk.accounts.people import account_by_address, account_by_id
from helpdesk.accounts.recovery_grant import Grant
from helpdesk.accounts.recovery_models import RecoveryFlow, ResetInvitation
from helpdesk.actor import System
from helpdesk.audit import trail
from helpdesk.delivery.models import Job
from helpdesk.errors import Conflict, SignInNeeded, Unavailable
from helpdesk.keys import Keys, token_hash
from helpdesk.store.session import Tx
from helpdesk.web.browser import Browser

if TYPE_CHECKING:
    from helpdesk.wiring import Desk

TRY_FOR = timedelta(hours=1)
BUSY_S = 60
ACTOR = System("directory")
BUSY = "Your new password is being set already. Please wait a moment."
HALF = "Your new password was set, but we could not finish here. Please log in with it."


async def look_up(desk: "Desk", directory: Directory, job: Job) -> bool:
    """Ask for the account of a job's flow or invitation, and keep its row up to date; whether there is one.

    Raises DirectoryFailed, so that the job is tried again; an invitation's job only for an hour.
    """
    address = await desk.store.read(_address_of, job.payload)
    if not address:
        return True  # over already: the rule that sends finds that out
    try:
        found = await directory.find(address)
    except DirectoryFailed as error:
        last = desk.clock.now() - job.created_at >= TRY_FOR
        await desk.store.write(_not_found_out, desk.keys, directory.name, address, job.payload, error, last)
        if last and "invitation" in job.payload:
            return False
        raise
    await desk.store.write(_keep, desk.keys, address, found, job.payload)
    return found is not None


async def send_elsewhere(desk: "Desk", directory: Directory, flow_id: int) -> None:
    """Let the directory mail the owner, in place of our code."""
    account_id = await desk.store.read(_account_of, flow_id)
    found = await desk.store.read(_found_of, account_id)
    if found is None:
        return
    try:
        await directory.start_reset(found, None)
    except DirectoryFailed as error:
        await desk.store.write(_failed, desk.keys, directory.name, flow_id, account_id, error)
        raise
    await desk.store.write(_mailed, desk.keys, directory.name, flow_id, account_id)


async def set_password(
    desk: "Desk", directory: Directory, token: str, grant: Grant, new_password: str, browser: Browser
) -> None:
    """Hand the new password to the directory, once at a time, then use the grant up.

    Raises SignInNeeded (the step is over), Conflict (under way), DirectoryRefused, DirectoryFailed: then the grant
    still counts, and the same password may be sent again.
    """
    flow_id = await desk.store.write(_claim, desk.keys, directory.name, token, grant)
    found = FoundAccount(grant.elsewhere, grant.email)
    try:
        await directory.start_reset(found, new_password)
    except DirectoryFailed as error:
        await desk.store.write(_failed, desk.keys, directory.name, flow_id, grant.account_id, error)
        raise
    try:
        await desk.store.write(
            recovery_grant.redeem, desk.keys, token, grant, f"{NO_HASH}:{secrets.token_hex(8)}",
            ip=browser.ip, network=browser.wide_network, device=browser.device,
        )  # fmt: skip
    except (SignInNeeded, Conflict, Unavailable):
        raise Unavailable(HALF) from None


async def end_sessions(desk: "Desk", directory: Directory | None, job: Job) -> None:
    """The job behind every "sign out everywhere" of an account that lives elsewhere."""
    found = await desk.store.read(_found_of, job.payload["account"])
    if directory is None or found is None:
        return
    try:
        await directory.end_sessions(found)
    except DirectoryFailed as error:
        await desk.store.write(
            _note, desk.keys, "sessions_ended", directory.name, job.payload["account"], error.what
        )
        raise
    await desk.store.write(_note, desk.keys, "sessions_ended", directory.name, job.payload["account"])


def _address_of(tx: Tx, payload: dict[str, Any]) -> str:
    if "flow" in payload:
        flow = tx.session.get(RecoveryFlow, payload["flow"])
        return flow.address if flow and flow.state == "code_sent" else ""
    invitation = tx.session.get(ResetInvitation, payload["invitation"])
    if invitation is None or invitation.state not in {"asked", "invited"}:
        return ""
    account = account_by_id(tx, invitation.account_id or 0)
    return account.email if account else invitation.address


def _account_of(tx: Tx, flow_id: int) -> int:
    flow = tx.session.get(RecoveryFlow, flow_id)
    return (flow.account_id if flow else None) or 0


def _found_of(tx: Tx, account_id: int) -> FoundAccount | None:
    account = account_by_id(tx, account_id)
    return (
        FoundAccount(account.elsewhere, account.email, account.name)
        if account and account.elsewhere
        else None
    )


def _keep(tx: Tx, keys: Keys, address: str, found: FoundAccount | None, payload: dict[str, Any]) -> None:
    """The row of a found account is new or brought up to date; an invitation of nobody is void."""
    invitation = tx.session.get(ResetInvitation, payload.get("invitation", 0), populate_existing=True)
    if invitation is not None:
        invitation.failure = ""
        tx.session.add(invitation)
    if found is None:
        if invitation is not None:
            invitation.state, invitation.address, invitation.settled_at = "void", "", tx.now
        return
    account = account_by_address(tx, address)
    if account is None:
        account = Account(
            email=found.email, email_key=email_key(found.email), password_hash=NO_HASH,
            password_changed_at=tx.now, created_at=tx.now,
        )  # fmt: skip
        tx.session.add(account)
    is_new = account.elsewhere != found.key
    account.elsewhere, account.email, account.name = found.key, found.email, found.name or account.name
    account.verified_at = account.verified_at or tx.now
    tx.session.flush()
    if is_new:
        trail.record(tx, keys, ACTOR, "directory:account_found", account_id=account.id)


def _not_found_out(
    tx: Tx, keys: Keys, name: str, address: str, payload: dict[str, Any], error: DirectoryFailed, last: bool
) -> None:
    trail.record(
        tx, keys, ACTOR, "directory:find", subject=address_mac(keys, address)[:16], result=error.what,
        more={"directory": name},
    )  # fmt: skip
    invitation = tx.session.get(ResetInvitation, payload.get("invitation", 0), populate_existing=True)
    if invitation is None:
        return
    invitation.failure = error.what
    if last:
        invitation.state, invitation.address, invitation.settled_at = "failed", "", tx.now
    tx.session.add(invitation)


def _claim(tx: Tx, keys: Keys, name: str, token: str, grant: Grant) -> int:
    """Only one request at a time may ask the directory; that it is asked stands in the trail before it is."""
    verified = update(RecoveryFlow).where(
        col(RecoveryFlow.token_hash) == token_hash(token), col(RecoveryFlow.state) == "verified",
        col(RecoveryFlow.grant_ends_at) > tx.now, col(RecoveryFlow.account_id) == grant.account_id,
        col(RecoveryFlow.busy_until).is_(None) | (col(RecoveryFlow.busy_until) <= tx.now),
    )  # fmt: skip
    line = verified.values(busy_until=tx.now + timedelta(seconds=BUSY_S)).returning(col(RecoveryFlow.id))
    row = tx.session.execute(line.execution_options(synchronize_session=False)).first()
    if row is None and recovery_grant.grant_of(tx, token) is not None:
        raise Conflict(BUSY)
    if row is None or row[0] is None:
        raise SignInNeeded("This step is over. Please start again.")
    _note(tx, keys, "password_asked", name, grant.account_id)
    return int(row[0])


def _failed(tx: Tx, keys: Keys, name: str, flow_id: int, account_id: int, error: DirectoryFailed) -> None:
    """The grant is free again; the trail and the agent of the case learn that it did not work."""
    line = update(RecoveryFlow).where(col(RecoveryFlow.id) == flow_id).values(busy_until=None)
    tx.session.execute(line.execution_options(synchronize_session=False))
    _note(tx, keys, "password_asked", name, account_id, error.what)
    invitation = password_reset.invitation_of_flow(tx, flow_id)
    if invitation is not None:
        invitation.failure = error.what
        tx.session.add(invitation)


def _mailed(tx: Tx, keys: Keys, name: str, flow_id: int, account_id: int) -> None:
    _note(tx, keys, "mail_started", name, account_id)
    invitation = password_reset.invitation_of_flow(tx, flow_id)
    if invitation is not None and invitation.state == "opened":
        invitation.state, invitation.settled_at, invitation.failure = "mailed", tx.now, ""
        tx.session.add(invitation)


def _note(tx: Tx, keys: Keys, what: str, name: str, account_id: int, result: str = "ok") -> None:
    trail.record(
        tx, keys, ACTOR, f"directory:{what}", account_id=account_id, result=result, more={"directory": name}
    )
