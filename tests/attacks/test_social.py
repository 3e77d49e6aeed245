"""A4 and A5: somebody talks an agent round, or is one. Whatever they send, no secret comes back and nothing is sent elsewhere."""

import asyncio
import itertools
import re

from helpdesk.audit import trail
from tests.integration.test_containment import claimed_conversation
from tests.integration.test_recovery import CODE, HERE, ask, new_code
from tests.programs import program
from tests.world import ADA, BEN, PASSWORDS, World, hidden_fields, link_in, submit

REASON = "Locked out, asked for help in this chat."
EVIL = "mallory@evil.example"


async def test_an_agent_finds_no_code_link_or_address_in_whatever_they_may_read(world: World) -> None:
    case = await claimed_conversation(world)
    ben = await world.staff()
    sent = await submit(ben, f"/console/c/{case}/invite", email=ADA, reason=REASON, password=PASSWORDS[BEN])
    assert sent.status_code == 303
    path = link_in(await world.mail(ADA, "/recover/"), "/recover/")
    owner = world.browser()
    await submit(owner, path)
    secrets = [path.rsplit("/", 1)[1], code := await new_code(world), code.replace("-", "")]
    async with await program(world) as api:
        answers = [
            await ben.get(page)
            for page in (f"/console/c/{case}", f"/console/c/{case}/invite", "/console", "/console/search?q=code", "/console/account",
                         "/console/figures.csv", "/console/tickets", "/metrics", "/readyz")
        ] + [await api.get(f"/conversations/{case}{part}") for part in ("", "/messages", "/notes")]  # fmt: skip
    for answer in answers:
        assert not [secret for secret in secrets if secret in answer.text], answer.url
    thief = world.browser()
    await ask(thief, ADA)
    assert "That code is incorrect." in (await submit(thief, HERE, code=code)).text, (
        "read aloud, it opens nothing elsewhere"
    )


async def test_no_field_of_any_size_or_name_sends_the_invitation_elsewhere(world: World) -> None:
    case = await claimed_conversation(world)
    ben, path = await world.staff(), f"/console/c/{case}/invite"
    token = hidden_fields((await ben.get(path)).text)
    fields = {"email": ADA, "reason": REASON, "password": PASSWORDS[BEN], **token}
    tried = [
        *({name: EVIL} for name in ("to", "cc", "bcc", "address", "sent_to", "Email", "email ", "email[]", "account_id", "verified_email")),
        {"email": f"{ADA},{EVIL}"}, {"email": f"{ADA}\r\nBcc: {EVIL}"}, {"email": f"{ADA} {EVIL}"}, {"email": f'"{EVIL}" <{ADA}>'},
        {"reason": f"{REASON}\r\nBcc: {EVIL}", "ttl": "999999"},
    ]  # fmt: skip
    for more in tried:
        got = await ben.post(path, data={**fields, **more}, headers={"Origin": world.url})
        assert got.status_code == 422, more
    async with await program(world) as api:
        for more in ({"to": EVIL}, {"email": [EVIL]}, {"email": {"$ne": ""}}, {"ttl": 1}, {"reason": None}):
            body = {"email": ADA, "reason": REASON, **more}
            assert (await api.post(f"/conversations/{case}/password-reset", json=body)).status_code == 422
    assert [mail["To"] for mail in await world.mails()] == []
    found = await world.desk.store.read(lambda tx: trail.search(tx, action="reset:refused"))
    assert any(entry.result == "alarm" for entry in found)


async def test_an_agent_with_many_hands_stays_within_the_limits(world: World) -> None:
    case = await claimed_conversation(world)
    ben, path = await world.staff(), f"/console/c/{case}/invite"
    token = hidden_fields((await ben.get(path)).text)
    numbers = itertools.count()

    async def invite(email: str) -> int:
        fields = {
            "email": email,
            "reason": REASON,
            "password": PASSWORDS[BEN],
            "client_id": f"try-{next(numbers):08}",
            **token,
        }
        return (await ben.post(path, data=fields, headers={"Origin": world.url})).status_code

    same = await asyncio.gather(*(invite(ADA) for _ in range(4)))
    assert same.count(303) <= 2
    others = await asyncio.gather(*(invite(f"person{number}@example.com") for number in range(14)))
    assert (same + others).count(303) <= 10
    assert set(same + others) <= {303, 401, 429, 503}
    assert len([mail for mail in await world.mails() if re.search("/recover/", mail.as_string())]) <= 2
    assert not [mail for mail in await world.mails() if CODE.search(mail.as_string())]
