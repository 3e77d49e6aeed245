"""Mails that need a look-up or a derived secret: made when they are sent, so that nothing plain rests in a row.

This is where an address becomes an account, or nothing: behind the outbox, where nobody can time it.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import update
from sqlmodel import col

from helpdesk.accounts import codes, credentials, elsewhere, invitation_link, recovery
from helpdesk.accounts.addresses import is_own_address
from helpdesk.accounts.containment import DAYS as CONTAINED_DAYS
from helpdesk.accounts.models import Account, NotMeLink
from helpdesk.accounts.people import account_by_address, account_by_id
from helpdesk.accounts.recovery_models import RecoveryFlow, ResetInvitation
from helpdesk.accounts.reset_risk import hold_for_approval
from helpdesk.actor import System
from helpdesk.audit import trail
from helpdesk.delivery.letters import Letter
from helpdesk.delivery.models import Job
from helpdesk.keys import Keys, token_hash
from helpdesk.store.session import Tx
from helpdesk.web.browser import in_a_sentence

if TYPE_CHECKING:
    from helpdesk.wiring import Desk

Handler = Callable[[Job], Awaitable[None]]
WORKER = System("worker")
NOBODY = {
    "name": "Nobody", "code": "BCDF-GHJK", "minutes": 10, "reference": "BCDF", "asked_at": "", "device": "",
    "network": "", "help_url": "",
}  # fmt: skip


def handlers(desk: "Desk") -> dict[str, Handler]:
    """Job kind → what the worker does. A rule finds out what to send, to whom; then the mail goes out."""
    keys, settings = desk.keys, desk.settings

    def sending(rule: Callable[[Tx, dict[str, Any]], Letter | None]) -> Handler:
        async def send(job: Job) -> None:
            letter = await desk.store.write(rule, job.payload)
            if letter is not None:
                await desk.mailer.send(letter, job.message_id)

        return send

    async def send_code(job: Job) -> None:
        there = directory is None or await elsewhere.look_up(desk, directory, job)
        letter = await desk.store.write(code_letter, keys, base, sender, job.payload) if there else None
        if letter is not None and directory is not None and not directory.takes_password:
            await elsewhere.send_elsewhere(desk, directory, job.payload["flow"])
        elif letter is None:  # nobody: the same work, so that the server is as busy as for somebody
            desk.mailer.compose(
                Letter("nobody@invalid.invalid", "accounts/reset_code", NOBODY), job.message_id
            )
        else:
            await desk.mailer.send(letter, job.message_id)

    async def send_invitation(job: Job) -> None:
        if directory is None or await elsewhere.look_up(desk, directory, job):
            await invited(job)

    async def end_sessions(job: Job) -> None:
        await elsewhere.end_sessions(desk, directory, job)

    async def report(job: Job) -> None:
        await desk.extras["open_security_ticket"](job.payload)  # handed in by the worker, who knows tickets

    base, sender, directory = settings.base_url, settings.mail_from, desk.directory
    invited = sending(lambda tx, asked: invitation_letter(tx, keys, base, sender, asked))
    return {
        "recovery_code": send_code,
        "reset_invitation": send_invitation,
        "directory_end_sessions": end_sessions,
        "password_notice": sending(lambda tx, asked: notice_letter(tx, keys, base, asked)),
        "recovery_paused": sending(lambda tx, asked: paused_letter(tx, base, asked)),
        "invitation_held": sending(lambda tx, asked: held_letter(tx, base, asked)),
        "containment_notice": sending(lambda tx, asked: contained_letter(tx, base, asked)),
        "security_report": report,
    }


def code_letter(tx: Tx, keys: Keys, base_url: str, mail_from: str, asked: dict[str, Any]) -> Letter | None:
    """The code of the newest sending, for the registered address; None when nobody may get one."""
    flow = tx.session.get(RecoveryFlow, asked["flow"], populate_existing=True)
    if (
        flow is None
        or flow.state != "code_sent"
        or flow.sends != asked["sending"]
        or flow.code_ends_at <= tx.now
    ):
        return None
    account = account_by_id(tx, flow.account_id) if flow.account_id else account_by_address(tx, flow.address)
    if account is None or not may_get_mail(account, mail_from) or recovery.is_paused(tx, keys, flow):
        return None
    flow.account_id = account.id
    tx.session.add(flow)
    context = {
        "name": account.name,
        "code": codes.shown(codes.derive(keys, flow.id or 0, flow.sends, flow.nonce)),
        "minutes": max(1, round((flow.code_ends_at - tx.now).total_seconds() / 60)),
        "reference": flow.reference,
        "asked_at": said(flow.sent_at),
        "device": in_a_sentence(flow.device),
        "network": flow.ip,
        "help_url": f"{base_url}/help/code-not-received",
    }
    return Letter(account.email, "accounts/reset_code", context)


def invitation_letter(
    tx: Tx, keys: Keys, base_url: str, mail_from: str, asked: dict[str, Any]
) -> Letter | None:
    """The invitation, for the registered address; None when nobody may get one now."""
    invitation = tx.session.get(ResetInvitation, asked["invitation"], populate_existing=True)
    if invitation is None or invitation.state not in {"asked", "invited"}:
        return None
    account = account_by_id(tx, invitation.account_id or 0) or account_by_address(tx, invitation.address)
    if account is None or not may_get_mail(account, mail_from):
        _settle(tx, invitation, "void")
        return None
    invitation.account_id = account.id
    if account.frozen_until is not None and account.frozen_until > tx.now:
        _settle(tx, invitation, "refused")
        trail.record(
            tx,
            keys,
            WORKER,
            "reset:frozen",
            account_id=account.id,
            conversation=invitation.conversation,
            result="refused",
        )
        return None
    if invitation.state == "asked" and hold_for_approval(tx, keys, invitation, account):
        return None
    if invitation.state == "asked":
        _open(tx, keys, invitation, account)
    context = {
        "name": account.name,
        "agent": invitation_link.first_name(invitation.agent_name),
        "reference": invitation.reference,
        "asked_at": said(invitation.asked_at),
        "reason": "you asked our support team for help with signing in",
        "hours": invitation_link.HOURS,
        "link": f"{base_url}/recover/{invitation_link.link_token(keys, invitation)}",
    }
    return Letter(account.email, "accounts/reset_invitation", context)


def notice_letter(tx: Tx, keys: Keys, base_url: str, asked: dict[str, Any]) -> Letter | None:
    """ "Your password was changed", with the link for "this was not me"."""
    link = tx.session.get_one(NotMeLink, asked["link"])
    account = tx.session.get_one(Account, link.account_id, populate_existing=True)
    context = {
        "name": account.name,
        "how": asked["how"],
        "reference": asked["reference"],
        "at": said(datetime.fromisoformat(asked["at"])),
        "device": in_a_sentence(asked["device"]),
        "network": asked["network"],
        "link": f"{base_url}/not-me/{credentials.not_me_token(keys, link.nonce)}",
    }
    return Letter(
        account.former_email if asked["former"] else account.email, "accounts/password_changed", context
    )


def paused_letter(tx: Tx, base_url: str, asked: dict[str, Any]) -> Letter | None:
    """Somebody guesses codes for this address; the owner learns it, a stranger's address gets nothing."""
    flow = tx.session.get(RecoveryFlow, asked["flow"])
    account = account_by_id(tx, flow.account_id) if flow and flow.account_id else None
    if account is None:
        return None
    return Letter(
        account.email, "accounts/recovery_paused", {"name": account.name, "help_url": f"{base_url}/help"}
    )


def held_letter(tx: Tx, base_url: str, asked: dict[str, Any]) -> Letter | None:
    """An invitation waits for a second person because the address changed lately: both addresses hear of it."""
    account = account_by_id(tx, asked["account"])
    if account is None:
        return None
    to = account.former_email if asked["former"] else account.email
    return Letter(
        to, "accounts/invitation_held", {"name": account.name, "help_url": f"{base_url}/tickets/new"}
    )


def contained_letter(tx: Tx, base_url: str, asked: dict[str, Any]) -> Letter | None:
    """ "Your account was closed for your safety", to its owner, at once."""
    account = account_by_id(tx, asked["account"])
    if account is None or account.verified_at is None:
        return None
    context = {
        "name": account.name,
        "reference": asked["reference"],
        "at": said(datetime.fromisoformat(asked["at"])),
        "days": CONTAINED_DAYS,
        "link": f"{base_url}/forgot-password",
    }
    return Letter(account.email, "accounts/account_contained", context)


def may_get_mail(account: Account, mail_from: str) -> bool:
    """Only a verified address of a living account, and never one that this desk reads itself."""
    return (
        account.verified_at is not None
        and account.disabled_at is None
        and not is_own_address(account.email, mail_from)
    )


def said(moment: datetime) -> str:
    """A moment as a mail says it."""
    return moment.strftime("%-d %B %Y, %H:%M UTC")


def _open(tx: Tx, keys: Keys, invitation: ResetInvitation, account: Account) -> None:
    """From now on its link works; older ones for this account are dead."""
    older = update(ResetInvitation).where(
        col(ResetInvitation.account_id) == account.id,
        col(ResetInvitation.id) != invitation.id,
        col(ResetInvitation.state).in_(["invited", "opened"]),
    )
    ended = older.values(state="cancelled", settled_at=tx.now)
    tx.session.execute(ended.execution_options(synchronize_session=False))
    invitation.state, invitation.address, invitation.invited_at = "invited", "", tx.now
    invitation.ends_at = tx.now + timedelta(hours=invitation_link.HOURS)
    invitation.token_hash = token_hash(invitation_link.link_token(keys, invitation))
    tx.session.add(invitation)


def _settle(tx: Tx, invitation: ResetInvitation, state: str) -> None:
    invitation.state, invitation.address, invitation.settled_at = state, "", tx.now
    tx.session.add(invitation)
