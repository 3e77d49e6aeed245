"""Bad inputs that need a moment: links that age, many tickets, exports, long texts, settings that would be unsafe."""

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from helpdesk.bot import turn
from helpdesk.chat.secrets import asks_for_secret, scrub
from helpdesk.console.audit_page import _cell as trail_cell
from helpdesk.faq.library import Library
from helpdesk.faqstats.anonymous import without_personal_data
from helpdesk.helpcentre.search import find
from helpdesk.logs import masked_text
from helpdesk.settings import Settings, SettingsError
from helpdesk.tickets.figures import safe_cell
from helpdesk.web.segments import segments
from tests.integration.test_bad_inputs import places
from tests.integration.test_reset_invitation import invite, link_of
from tests.integration.test_tickets import new_ticket
from tests.world import ADA, PASSWORDS, ROOT, SECRET, World, submit, text_of


async def test_a_link_to_a_file_is_over_after_five_minutes(world: World) -> None:
    link = (await places(world))["link"]
    stranger = world.browser()
    assert (await stranger.get(link)).text == "hello"
    elsewhere = re.sub(r"/files/[^?]+", "/files/AAAAAAAAAAAAAAAAAAAAAAAA", link)
    assert (await stranger.get(elsewhere)).status_code == 404, "a signature is of one file"
    world.clock.wind(minutes=5, seconds=1)
    assert (await stranger.get(link)).status_code == 404


async def test_tickets_in_the_name_of_a_victim_are_one_mail_without_a_word_of_theirs(make_world: Any) -> None:
    async with make_world(limits="off") as world:
        for number in range(20):
            await new_ticket(world, email="victim@example.com", text=f"Buy pills at evil.example {number}")
        world.clock.wind(hours=23)
        await new_ticket(world, email="VICTIM@example.com")
        mail = await world.mail("victim@example.com")
        assert "evil.example" not in text_of(mail)
        assert (
            len(await world.mails("victim@example.com")) + len(await world.mails("VICTIM@example.com")) == 1
        )


async def test_a_new_password_ends_an_invitation_that_was_sent_before(world: World) -> None:
    await invite(world)
    path = await link_of(world)
    ada = await world.customer()
    new = {"new_password": "Brand-New-Phrase", "confirm_password": "Brand-New-Phrase"}
    assert (await world.browser().get(path)).status_code == 200
    changed = await submit(ada, "/security/change-password", current_password=PASSWORDS[ADA], **new)
    assert changed.status_code == 303
    assert (await world.browser().get(path)).status_code == 404


async def test_the_name_of_a_message_belongs_to_its_conversation_and_sender(world: World) -> None:
    name = str(uuid.uuid4())
    first, second = await world.visitor(), await world.visitor()
    for panel, text in ((first, "mine"), (second, "theirs")):
        await panel.wait("seen")
        assert (await panel.say(text, name))["text"] == text


@pytest.mark.parametrize("start", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\tx", "\0=1"])
def test_a_cell_of_an_export_is_never_a_formula(start: str) -> None:
    for cell in (safe_cell, trail_cell):
        assert cell(start)[:1] not in set("=+-@\t\0")


LONG = [
    "a" * 4000, " " * 3999 + "x", "/t/" * 1300, "password=" * 440, "@a." * 1300, "[" * 4000, "1 " * 2000, "http://" * 570,
    "BCDF-" * 800, '"' * 4000, "\n\t" * 2000, "=:" * 2000, "-_" * 1990 + "A1", "<a href=" * 500, "password" + " " * 3900 + "x",
    "my password is " + "-_" * 1900, "password:\n" + "\n\t" * 1900, "passwort ist " + " " * 3900, "password is my " * 260,
    "ok" + " " * 3990 + "z",
]  # fmt: skip


def test_no_text_takes_long_to_read() -> None:
    """Whatever stands in a message: secrets, answer, log and console are through it in a moment."""
    library = Library.load(ROOT / "faq", {})
    readers: dict[str, Callable[[str], object]] = {
        "secrets": lambda text: scrub(text, topic_is_passwords=True), "bot": lambda text: turn.think(library, [text]),
        "log": masked_text, "gaps": without_personal_data, "console": lambda text: list(segments(text)),
        "agent's words": asks_for_secret, "search": lambda text: find(library, text),
    }  # fmt: skip
    slow = [
        f"{name} over {text[:12]!r}"
        for name, read in readers.items()
        for text in LONG
        if min(took_s(read, text) for _ in range(2)) > 0.1
    ]
    assert slow == []


def took_s(read: Callable[[str], object], text: str) -> float:
    begun = time.thread_time()
    read(text)
    return time.thread_time() - begun


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"secret_key": "short"}, "HELPDESK_SECRET_KEY"),
        ({"base_url": "*"}, "HELPDESK_BASE_URL"),
        ({"base_url": "https://support.example.com/path"}, "HELPDESK_BASE_URL"),
        ({"site_origins": "*"}, "HELPDESK_SITE_ORIGINS"),
        ({"mail_from": "a@x.com,b@y.com"}, "HELPDESK_MAIL_FROM"),
        ({"identity_secret": "short"}, "HELPDESK_IDENTITY_SECRET"),
        ({"trusted_proxies": "everybody"}, "HELPDESK_TRUSTED_PROXIES"),
        ({"limits": "maybe"}, "HELPDESK_LIMITS"),
    ],
)
def test_a_desk_that_would_be_unsafe_does_not_start(given: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError) as stopped:
        Settings.from_env(**{"secret_key": SECRET, **given})
    assert said in str(stopped.value)
