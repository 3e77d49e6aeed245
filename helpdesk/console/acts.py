"""What is done to one conversation by a form or the script: each a POST, one rule, then the page again."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from helpdesk.actor import Agent
from helpdesk.chat import hands, notes
from helpdesk.chat.access import conversation_for
from helpdesk.chat.frames import MAX_FILES, MAX_TEXT
from helpdesk.chat.secrets import scrub
from helpdesk.console import people
from helpdesk.console.conversation import shown
from helpdesk.console.serving import desk_of, done
from helpdesk.errors import Conflict, DeskError, Invalid, NotFound
from helpdesk.keys import Keys
from helpdesk.store.session import Tx
from helpdesk.tickets import drafts, held, intake, macros, merge, redaction, work
from helpdesk.tickets.models import HeldReply
from helpdesk.web.forms import email_address, has_surrogate, line_field, read_form, whole_number
from helpdesk.web.problems import wants_json

Form = dict[str, str]
SNOOZES = {
    "1h": timedelta(hours=1),
    "4h": timedelta(hours=4),
    "1d": timedelta(days=1),
    "7d": timedelta(days=7),
}


async def act(request: Request, agent: Agent) -> Response:
    """`POST /console/c/<id>/<act>`. A refused form comes back as the page, with what was typed."""
    what, public_id = request.path_params["act"], request.path_params["conversation"]
    if what not in ACTS:
        raise NotFound()
    form = await read_form(request)
    try:
        facts = await ACTS[what](request, agent, public_id, form)
    except (Conflict, Invalid) as error:
        if wants_json(request):
            raise
        return await shown(
            request, agent, public_id, typed=form, status=error.status,
            problem=error.sentence if isinstance(error, Conflict) else error.plain,
        )  # fmt: skip
    return done(request, f"/console/c/{public_id}", **facts)


async def _reply(request: Request, agent: Agent, public_id: str, form: Form) -> dict[str, Any]:
    """At once; our own script asks with `hold` for the seconds of second thoughts that this agent has chosen."""
    ids = _ids(form)
    text = _text(form, empty_ok=bool(ids))
    after = whole_number(form.get("after", ""), 11)
    macros.refuse_unfilled(text)
    reply = held.Reply(_client_id(form), text, after, tuple(ids), form.get("then") == "resolve")
    rule = held.send_or_hold if form.get("hold") else held.send
    done_so = await desk_of(request).store.write(rule, agent, public_id, reply)
    if isinstance(done_so, HeldReply):
        return {"held": done_so.client_id, "for_s": held.HOLD_S}
    return {"seq": done_so.seq, "fresh": done_so.fresh}


async def _take_back(request: Request, agent: Agent, public_id: str, form: Form) -> dict[str, Any]:
    back = await desk_of(request).store.write(held.take_back, agent, public_id, _client_id(form))
    return {"text": back.text}


async def _release(request: Request, agent: Agent, public_id: str, form: Form) -> dict[str, Any]:
    gone = await desk_of(request).store.write(held.release, agent, public_id, _client_id(form))
    if isinstance(gone, DeskError):
        raise gone
    return {"seq": gone.seq}


async def _note(request: Request, agent: Agent, public_id: str, form: Form) -> dict[str, Any]:
    frame = await desk_of(request).store.write(_keep_note, agent, public_id, _client_id(form), _text(form))
    return {"note": frame["note"]}


def _keep_note(tx: Tx, agent: Agent, public_id: str, client_id: str, text: str) -> dict[str, Any]:
    frame, _ = notes.add(tx, agent, public_id, client_id, text)
    drafts.forget(tx, agent.id, conversation_for(tx, agent, public_id).id or 0, "note")
    return frame


async def _claim(request: Request, agent: Agent, public_id: str, form: Form) -> dict[str, Any]:
    await desk_of(request).store.write(hands.claim, agent, public_id)
    return {"assignee": agent.name}


async def _take_over(request: Request, agent: Agent, public_id: str, form: Form) -> dict[str, Any]:
    await desk_of(request).store.write(hands.take_over, agent, public_id)
    return {"assignee": agent.name}


async def _resolve(request: Request, agent: Agent, public_id: str, form: Form) -> dict[str, Any]:
    await desk_of(request).store.write(hands.resolve, agent, public_id)
    return {"handled_by": "closed"}


async def _reopen(request: Request, agent: Agent, public_id: str, form: Form) -> dict[str, Any]:
    await desk_of(request).store.write(_open_again, agent, public_id)
    return {"handled_by": "open"}


def _open_again(tx: Tx, agent: Agent, public_id: str) -> None:
    hands.reopen(tx, conversation_for(tx, agent, public_id))


async def _assign(request: Request, agent: Agent, public_id: str, form: Form) -> dict[str, Any]:
    email = form.get("assignee") or None
    await desk_of(request).store.write(work.assign, agent, public_id, email)
    return {"assignee": email}


async def _status(request: Request, agent: Agent, public_id: str, form: Form) -> dict[str, Any]:
    found = await desk_of(request).store.write(work.set_status, agent, public_id, form.get("status", ""))
    return {"status": found.status}


async def _priority(request: Request, agent: Agent, public_id: str, form: Form) -> dict[str, Any]:
    found = await desk_of(request).store.write(work.set_priority, agent, public_id, form.get("priority", ""))
    return {"priority": found.priority}


async def _tags(request: Request, agent: Agent, public_id: str, form: Form) -> dict[str, Any]:
    found = await desk_of(request).store.write(
        work.set_tags, agent, public_id, form.get("tags", "").split(",")
    )
    return {"tags": list(found.tags)}


async def _snooze(request: Request, agent: Agent, public_id: str, form: Form) -> dict[str, Any]:
    wanted = form.get("until", "")
    if wanted not in {*SNOOZES, "now"}:
        raise Invalid(until="Choose one of the offered times.")
    desk = desk_of(request)
    until = None if wanted == "now" else desk.clock.now() + SNOOZES[wanted]
    await desk.store.write(work.snooze, agent, public_id, until)
    return {"until": wanted}


async def _merge(request: Request, agent: Agent, public_id: str, form: Form) -> dict[str, Any]:
    desk = desk_of(request)
    found = await desk.store.write(merge.merge, desk.keys, agent, public_id, form.get("into", ""))
    return {"conversation": found.conversation.public_id}


async def _to_ticket(request: Request, agent: Agent, public_id: str, form: Form) -> dict[str, Any]:
    desk = desk_of(request)
    opened = await desk.store.write(
        _make_ticket, desk.keys, agent, public_id, email_address(form.get("email"))
    )
    return {"ticket": opened.reference}


def _make_ticket(tx: Tx, keys: Keys, agent: Agent, public_id: str, email: str) -> intake.OpenedTicket:
    conversation = conversation_for(tx, agent, public_id)
    return intake.open_ticket(
        tx, keys, email=conversation.verified_email or email, subject="", text="",
        client_id=None, source="chat", conversation_id=conversation.id,
    )  # fmt: skip


async def _redact(request: Request, agent: Agent, public_id: str, form: Form) -> dict[str, Any]:
    desk, seq = desk_of(request), whole_number(form.get("seq", ""), 9)
    if seq is None:
        raise Invalid(seq="Which message?")
    part = form.get("part", "").replace("\r\n", "\n")
    text = await desk.store.write(redaction.redact, desk.keys, agent, public_id, seq, part)
    return {"text": text}


async def _refusal(request: Request, agent: Agent, public_id: str, form: Form) -> dict[str, Any]:
    await desk_of(request).store.write(_log_refusal, agent, public_id)
    return {"logged": True}


def _log_refusal(tx: Tx, agent: Agent, public_id: str) -> None:
    conversation = conversation_for(tx, agent, public_id)
    work.log_event(
        tx, conversation.id or 0, agent.name, "Was asked to set a password, and took out the refusal."
    )


async def _draft(request: Request, agent: Agent, public_id: str, form: Form) -> dict[str, Any]:
    """The words of a draft, or the files of a reply's, or both; what is not named stays as it is."""
    if (
        has_surrogate(form.get("text", ""))
        or "\0" in form.get("text", "")
        or form.get("kind") not in ("reply", "note")
    ):
        raise Invalid(text="This cannot be kept.")
    await desk_of(request).store.write(_keep_draft, agent, public_id, form)
    return {"kept": True}


def _keep_draft(tx: Tx, agent: Agent, public_id: str, form: Form) -> None:
    number = conversation_for(tx, agent, public_id).id or 0
    if "text" in form:
        drafts.keep(tx, agent.id, number, form["kind"], form["text"][:MAX_TEXT])
    if "files" in form and form["kind"] == "reply":
        drafts.keep_files(tx, agent.id, number, _ids(form))


async def _lift(request: Request, agent: Agent, public_id: str, form: Form) -> dict[str, Any]:
    reason = scrub(line_field(form, "reason", least=20, most=500, label="Reason")).text
    desk = desk_of(request)
    await desk.store.write(people.lift, desk.keys, agent, public_id, reason)
    return {"lifted": True}


async def _unread(request: Request, agent: Agent, public_id: str, form: Form) -> dict[str, Any]:
    await desk_of(request).store.write(work.mark_unread, agent, public_id)
    return {"unread": True}


def _text(form: Form, *, empty_ok: bool = False) -> str:
    text = form.get("text", "").replace("\r\n", "\n")
    if len(text) > MAX_TEXT:
        raise Invalid(text=f"Keep messages under {MAX_TEXT:,} characters.")
    if not text.strip() and not empty_ok:
        raise Invalid(text="Write something first.")
    if has_surrogate(text) or "\0" in text:
        raise Invalid(text="This holds characters that cannot be kept.")
    return text


def _ids(form: Form) -> list[str]:
    return [one for one in form.get("files", "").split(",") if one][:MAX_FILES]


def _client_id(form: Form) -> str:
    ident = form.get("client_id", "")
    if not 8 <= len(ident) <= 64 or not ident.isascii():
        raise Invalid(client_id="Reload the page and send it again.")
    return ident


ACTS: dict[str, Callable[[Request, Agent, str, Form], Awaitable[dict[str, Any]]]] = {
    "reply": _reply, "note": _note, "claim": _claim, "take-over": _take_over, "resolve": _resolve,
    "reopen": _reopen, "assign": _assign, "status": _status, "priority": _priority, "tags": _tags,
    "redact": _redact, "refusal": _refusal, "take-back": _take_back, "release": _release, "unread": _unread,
    "lift": _lift,
    "snooze": _snooze, "merge": _merge, "ticket": _to_ticket, "draft": _draft,
}  # fmt: skip
