"""The customer's tickets: submit one, follow and answer it by its private link, and see one's own.

No account needed.
"""

import uuid
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlmodel import col
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from helpdesk.actor import Customer
from helpdesk.chat import file_kinds, files, history
from helpdesk.chat.frames import MAX_TEXT
from helpdesk.chat.models import Conversation
from helpdesk.errors import DeskError, Invalid
from helpdesk.keys import Keys
from helpdesk.portal.answer import read_answer
from helpdesk.portal.session import current_customer, require_customer
from helpdesk.store.session import Tx
from helpdesk.tickets import intake, links, work
from helpdesk.tickets.lifecycle import WORDS
from helpdesk.tickets.models import Ticket
from helpdesk.web.client_address import client_address, network_of
from helpdesk.web.forms import email_address, line_field, read_form, text_field
from helpdesk.web.problems import retry_after
from helpdesk.web.segments import segments
from helpdesk.web.templates import render
from helpdesk.wiring import Desk

NEW_TICKETS = "10/hour; 40/day"
ANSWERS = "30/hour"
LABELS = {"email": "Email", "subject": "Subject", "text": "Describe the problem"}
STATES = {**WORDS, "new": "Received", "waiting": "Waiting for your answer"}


async def new_page(request: Request) -> Response:
    """The form; a signed-in customer's address stands in it already."""
    customer = await current_customer(request)
    return _form(request, {"email": customer.email if customer else ""}, {}, customer)


async def create(request: Request) -> Response:
    """Keep the ticket and go to its private page. The same form sent twice makes one ticket."""
    customer = await current_customer(request)
    form = await read_form(request)
    desk: Desk = request.app.state.desk
    fields, errors = _checked(form)
    if errors:
        return _form(request, form, errors, customer, 422)
    try:
        await desk.limits.check(NEW_TICKETS, "new-ticket", network_of(client_address(request)))
        opened = await desk.store.write(
            intake.open_ticket, desk.keys, email=fields["email"], subject=fields["subject"],
            text=fields["text"], conversation_id=None, client_id=_ident(form), source="form",
            customer=customer,
        )  # fmt: skip
    except DeskError as error:
        wait_s = getattr(error, "retry_after_s", None)
        return _form(request, form, {"form": error.sentence}, customer, error.status, wait_s)
    return RedirectResponse(f"/t/{opened.url_token}?sent=1", 303)


async def ticket_page(request: Request) -> Response:
    """The whole thread behind a private link; nothing to whoever guesses."""
    return await _shown(request, {}, {}, 200)


async def answer(request: Request) -> Response:
    """Words of whoever holds the link; a closed ticket opens again."""
    desk: Desk = request.app.state.desk
    token = request.path_params["token"]
    await desk.store.read(intake.by_token, token)
    sent = await read_answer(request)
    form = sent.fields
    if sent.refused:
        return await _shown(request, form, {"files": sent.refused}, 422)
    try:
        least = 0 if sent.files else 1
        text = text_field(form, "text", least=least, most=MAX_TEXT, label="Your answer")
    except Invalid as error:
        return await _shown(request, form, error.fields, 422)
    try:
        await desk.limits.check(ANSWERS, "ticket-answer", token)
        await desk.store.write(_say, desk, token, _ident(form), text, sent.files)
    except DeskError as error:
        return await _shown(
            request, form, {"text": error.sentence}, error.status, getattr(error, "retry_after_s", None)
        )
    return RedirectResponse(f"/t/{token}?answered=1", 303)


async def mine(request: Request) -> Response:
    """The tickets of a signed-in customer's own account."""
    customer = await require_customer(request)
    desk: Desk = request.app.state.desk
    found = await desk.store.read(_of_customer, desk.keys, customer)
    return render(request, "portal/tickets_mine.html", tickets=found, states=STATES)


async def _shown(
    request: Request,
    typed: dict[str, str],
    errors: dict[str, str],
    status: int,
    wait_s: float | None = None,
) -> Response:
    await current_customer(request)
    desk: Desk = request.app.state.desk
    token = request.path_params["token"]
    found = await desk.store.read(_look, desk.keys, token, desk.clock.now())
    context = {
        **found,
        "typed": typed,
        "errors": errors,
        "labels": {"text": "Your answer", "files": "Files"},
        "states": STATES,
        "segments": segments,
    }
    return render(
        request, "portal/tickets_thread.html", status=status, flash=_news(request, found), client_id=_ident(typed),
        token=token,
        headers={"X-Robots-Tag": "noindex", **retry_after(wait_s)}, **context,
    )  # fmt: skip


def _news(request: Request, found: dict[str, Any]) -> str | None:
    """What has just been done here; an address that was kept says it no more once we have answered."""
    last = next((frame["author"] for frame in reversed(found["frames"]) if frame["author"] != "system"), "")
    if last == "agent" or found["state"] in ("solved", "closed"):
        return None
    if "sent" in request.query_params:
        return f"Ticket {found['reference']} submitted. We answer here and by email."
    return "Your answer is on its way to our team." if "answered" in request.query_params else None


def _look(tx: Tx, keys: Keys, token: str, now: Any) -> dict[str, Any]:
    ticket, conversation = intake.by_token(tx, token)
    number, frames, seq = conversation.id or 0, [], 0
    while page := history.after(tx, number, seq, 200):
        frames += [files.with_links(keys, now, frame) for frame in page]
        seq = frames[-1]["seq"]
    status = work.whole(tx, conversation).status
    return {
        "reference": ticket.reference,
        "subject": conversation.subject,
        "frames": frames,
        "state": status,
    }


def _say(
    tx: Tx, desk: Desk, token: str, client_id: str, text: str, sent: tuple[file_kinds.Accepted, ...]
) -> None:
    _, conversation = intake.by_token(tx, token)
    keep = partial(files.keep_all, tx, desk.settings.data_dir, conversation.id or 0, accepted=sent)
    work.requester_reply(tx, conversation, client_id, intake.cleaned(tx, desk.keys, text), keep)


def _of_customer(tx: Tx, keys: Keys, customer: Customer) -> list[dict[str, Any]]:
    line = (
        select(Ticket, Conversation)
        .join(Conversation, col(Conversation.id) == col(Ticket.conversation_id))
        .where(col(Conversation.account_id) == customer.account_id, col(Ticket.merged_into).is_(None))
        .order_by(col(Conversation.touched_at).desc())
        .limit(200)
    )
    return [
        {
            "reference": row[0].reference, "subject": row[1].subject, "status": work.whole(tx, row[1]).status,
            "path": links.path_for(keys, row[1].public_id), "at": row[1].touched_at,
        }
        for row in tx.session.execute(line)
    ]  # fmt: skip


def _checked(form: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    fields: dict[str, str] = {}
    errors: dict[str, str] = {}
    for name, most, check in (
        ("email", 254, None),
        ("subject", 200, line_field),
        ("text", MAX_TEXT, text_field),
    ):
        try:
            fields[name] = (
                check(form, name, most=most, label=LABELS[name])
                if check
                else email_address(form.get("email"))
            )
        except Invalid as error:
            errors |= error.fields
    return fields, errors


def _ident(form: dict[str, str]) -> str:
    given = form.get("client_id", "")
    try:
        return str(uuid.UUID(given))
    except ValueError:
        return str(uuid.uuid4())


def _form(
    request: Request,
    typed: dict[str, str],
    errors: dict[str, str],
    customer: Customer | None,
    status: int = 200,
    wait_s: float | None = None,
) -> Response:
    return render(
        request, "portal/tickets_new.html", status=status, headers=retry_after(wait_s), typed=typed, errors=errors, labels=LABELS,
        client_id=_ident(typed), known=customer.email if customer else "",
    )  # fmt: skip


routes = [
    Route("/tickets/new", new_page, methods=["GET"]),
    Route("/tickets/new", create, methods=["POST"]),
    Route("/t/{token}", ticket_page, methods=["GET"]),
    Route("/t/{token}", answer, methods=["POST"]),
    Route("/my-tickets", mine, methods=["GET"]),
]
