"""`/`: a plain host page with the widget. `/demo/mailbox`: every mail that the demo kept."""

from email import message_from_string, policy

import pyotp
from sqlalchemy import select
from sqlmodel import col
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from helpdesk.accounts.staff_models import Staff
from helpdesk.delivery.transports import KeptMail
from helpdesk.demo.people import PEOPLE, second_factor
from helpdesk.errors import NotFound
from helpdesk.store.session import Tx
from helpdesk.web.paths import ROW
from helpdesk.web.segments import segments
from helpdesk.web.templates import render
from helpdesk.wiring import Desk

NEWEST = 200


async def front(request: Request) -> Response:
    """The host page, with everything that one can do here, and the one-time codes of this moment."""
    desk: Desk = request.app.state.desk
    enrolled = await desk.store.read(_enrolled)
    codes = {
        person.email: pyotp.TOTP(secret).at(desk.clock.now())
        for person in PEOPLE
        if (secret := second_factor(desk.keys, person)) and person.email in enrolled
    }
    return render(request, "demo/front.html", people=PEOPLE, codes=codes)


def _enrolled(tx: Tx) -> set[str]:
    return set(tx.session.execute(select(col(Staff.email)).where(col(Staff.totp_sealed) != "")).scalars())


async def mailbox(request: Request) -> Response:
    """The kept mails, newest first."""
    desk: Desk = request.app.state.desk
    mails = await desk.store.read(_newest)
    return render(request, "demo/mailbox.html", mails=mails)


async def mail(request: Request) -> Response:
    """One kept mail, as plain text with links that can be pressed."""
    desk: Desk = request.app.state.desk
    found = await desk.store.read(_one, request.path_params["mail_id"])
    message = message_from_string(found.raw, policy=policy.default)
    body = message.get_body(("plain",))
    text = body.get_content() if body else ""
    return render(request, "demo/mail.html", mail=found, pieces=segments(text.strip()))


def _newest(tx: Tx) -> list[KeptMail]:
    return list(
        tx.session.execute(select(KeptMail).order_by(col(KeptMail.id).desc()).limit(NEWEST)).scalars()
    )


def _one(tx: Tx, mail_id: int) -> KeptMail:
    found = tx.session.get(KeptMail, mail_id)
    if found is None:
        raise NotFound()
    return found


routes: list[BaseRoute] = [
    Route("/", front, methods=["GET"]),
    Route("/demo/mailbox", mailbox, methods=["GET"]),
    Route(f"/demo/mailbox/{{mail_id:{ROW}}}", mail, methods=["GET"]),
]
