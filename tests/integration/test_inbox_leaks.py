"""No private note, no name of a macro, no history line ever stands in anything that a customer can fetch or is mailed."""

import random
import uuid

from tests.world import CLEO, Panel, World, submit, text_of

MARK = "zqxnote"
NIGHT = "night@example.com"


async def everything_a_customer_gets(world: World, panel: Panel, private: str) -> list[str]:
    """Frames, a replay from the start, long polling, the private page, and every mail."""
    token = next(frame["token"] for frame in panel.seen if frame["type"] == "welcome")
    again = await world.visitor(token=token, after=0)
    await again.wait("seen")
    client = world.browser()
    polled = await client.post(
        "/visitor/poll",
        json={"after": 0, "frames": []},
        headers={"Authorization": f"Visitor {token}", "Origin": world.url},
    )
    pages = [(await client.get(private)).text, (await client.get("/help")).text]
    mails = [str(mail["Subject"]) + text_of(mail) + mail.as_string() for mail in await world.mails()]
    return [*(str(frame) for frame in [*panel.seen, *again.seen]), polled.text, *pages, *mails]


async def test_whatever_the_staff_does_in_whatever_order_no_note_gets_out(world: World) -> None:
    dice = random.Random(20261124)
    panel = await world.visitor()
    await panel.wait("welcome")
    await panel.say("I forgot my password")
    await panel.send(
        type="handover",
        client_id=str(uuid.uuid4()),
        to="ticket",
        email=NIGHT,
        subject="Locked out",
        text="please help",
    )
    private = (await panel.wait("state", handled_by="ticket"))["ticket_url"]
    ben, cleo = await world.staff(), await world.staff(CLEO)
    page = (await ben.get("/console/tickets/T-1001")).headers["location"]
    acts = {
        "note": lambda n: {"client_id": f"n-{n:08}", "text": f"{MARK} {n} @ben @cleo"},
        "reply": lambda n: {"client_id": f"r-{n:08}", "text": f"answer {n}"},
        "draft": lambda n: {"kind": "note", "text": f"{MARK} half {n}"},
        "tags": lambda n: {"tags": f"{MARK}tag{n}"},
        "priority": lambda n: {"priority": dice.choice(["low", "high"])},
        "assign": lambda n: {"assignee": dice.choice(["ben@example.com", "cleo@example.com", ""])},
        "snooze": lambda n: {"until": "1h"},
        "status": lambda n: {"status": "waiting"},
        "resolve": lambda n: {},
        "reopen": lambda n: {},
    }
    for number in range(40):
        who = dice.choice([ben, cleo])
        act = dice.choice(["note", *acts])
        answer = await submit(who, f"{page}/{act}", page, **acts[act](number))
        assert answer.status_code in (303, 409, 422), (act, answer.text)
    held = {"client_id": "h-00000001", "text": f"{MARK} taken back", "hold": "yes"}
    assert (await submit(ben, f"{page}/reply", page, **held)).status_code == 303
    back = await submit(ben, f"{page}/take-back", page, client_id=held["client_id"])
    assert back.status_code == 303
    other = world.browser()
    await submit(other, "/tickets/new", email=NIGHT, subject="Second", text="the same person")
    second = (await ben.get("/console/tickets/T-1002")).headers["location"]
    await submit(ben, f"{second}/note", second, client_id="n-99999999", text=f"{MARK} on the second")
    await submit(ben, f"{second}/merge", second, into="T-1001")
    assert MARK in (await ben.get(page)).text, "the staff does see it"
    got = await everything_a_customer_gets(world, panel, private)
    assert any("answer" in text for text in got), "the customer does get what is meant for them"
    assert not [text[:300] for text in got if MARK in text]
