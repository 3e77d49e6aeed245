"""The console's own form: it invites once, takes no field that it does not have, and shows no link."""

import re

from helpdesk.audit import trail
from tests.integration.test_containment import REASON, claimed_conversation
from tests.world import ADA, BEN, CLEO, PASSWORDS, World, submit, text_of


async def test_the_form_of_the_console_invites_and_takes_no_other_field(world: World) -> None:
    conversation = await claimed_conversation(world)
    ben = await world.staff(BEN)
    path = f"/console/c/{conversation}/invite"
    fields = {"email": ADA, "reason": REASON, "password": PASSWORDS[BEN], "client_id": "pressed-once"}
    for extra in ({"ttl": "999999"}, {"to": "mallory@example.com"}, {"redirect": "https://evil.example"}):
        assert (await submit(ben, path, **fields, **extra)).status_code == 422
    assert (await submit(ben, path, **{**fields, "email": CLEO})).status_code == 403
    found = await world.desk.store.read(lambda tx: trail.search(tx, action="reset:refused"))
    assert [entry.result for entry in found] == ["alarm"] * 4
    assert await world.mails(ADA) == []
    for _ in range(2):
        assert (await submit(ben, path, **fields)).status_code == 303
    letter = await world.mail(ADA, "/recover/")
    assert len(await world.mails(ADA)) == 1
    link = re.search(r"/recover/(\w+)", text_of(letter))
    assert link
    page = await ben.get(f"/console/c/{conversation}")
    assert link[1] not in page.text
    assert page.status_code == 200
