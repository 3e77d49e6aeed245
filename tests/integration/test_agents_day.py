"""A support agent's day, line by line: what must be true, and the test that shows it. The last ones stand here.

1. Sign in with a second factor; a lost phone; five wrong tries:
   `test_the_second_factor_opens_the_console_and_a_code_serves_once`, `test_recovery_codes_sign_in_once_each`,
   `test_five_wrong_codes_make_the_sixth_wait_in_parallel_too`,
   `test_after_five_wrong_tries_a_right_recovery_code_waits_with_the_same_words`
2. The test alert: `test_the_test_alert_works_now_and_notes_never_become_replies`,
   `test_what_waits_is_a_dot_on_the_icon_until_somebody_takes_it`
3. A hand-over, at once and with all that is known: `test_the_list_is_live_and_keeps_still_under_the_pointer`,
   `test_a_hand_over_shows_what_the_assistant_said_and_why_it_did_not_help`,
   `test_the_staff_sees_where_somebody_was_who_asks_for_help`
4. Two press Claim: `test_of_two_claims_one_wins_and_the_other_is_told_who`
5. A colleague is typing: `test_two_agents_see_each_other_and_the_slower_one_is_stopped`
6. Half-written replies and their files: `test_a_draft_waits_on_the_server_for_the_next_computer`,
   `test_an_attached_file_waits_with_the_draft_of_its_conversation_alone`,
   `test_a_file_that_is_still_on_its_way_stays_with_the_conversation_it_was_chosen_for`
7. Notes stay notes: `test_the_test_alert_works_now_and_notes_never_become_replies`,
   `test_whatever_the_staff_does_in_whatever_order_no_note_gets_out`
8. Second thoughts, and words taken out later: `test_a_reply_to_a_ticket_waits_five_seconds_and_can_be_taken_back`,
   `test_words_are_removed_for_everybody_with_a_mark_that_stays`,
   `test_words_taken_out_of_a_sent_reply_leave_a_mark_for_the_customer_and_an_entry`
9. A claim silences the assistant: `test_a_thought_that_was_ready_before_the_claim_is_thrown_away`
10. After a sleep: `test_after_twenty_minutes_of_sleep_list_and_thread_are_exact`
11. Going offline: `test_going_offline_gives_the_chats_back_and_nobody_is_here_any_more`,
    `test_chats_of_somebody_who_has_gone_return_to_the_queue_and_the_customer_is_told`
12. A chat becomes a ticket: `test_a_chat_becomes_a_ticket_with_one_press_and_keeps_its_thread`,
    `test_a_chat_that_an_agent_makes_a_ticket_keeps_person_and_tags_and_the_customer_learns_the_reference`
13. Two tickets become one: `test_state_priority_tags_assignee_snooze_and_merge`
14. The invitation: `test_the_invitation_leads_to_a_new_password_without_any_secret_for_the_agent`,
    `test_the_button_of_the_invitation_says_what_stops_it_and_where_it_would_go`
15. No field for a password, and a refusal: `test_the_form_of_the_console_invites_and_takes_no_other_field`,
    `test_the_test_alert_works_now_and_notes_never_become_replies`
16. A question for a password is not sent: `test_an_answer_that_asks_for_a_password_is_not_sent`
17. What became of the mail: `test_the_details_of_a_proved_customer_follow_the_invitation_and_hold_no_secret`,
    `test_an_address_that_does_not_exist_is_left_alone_until_somebody_says_why_not`
18. The search: `test_the_search_finds_a_phrase_among_messages_and_notes_page_by_page`; its speed among 100,000
    messages is measured by `tests/integration/measure_search.py`
19. The clock of a ticket: `test_the_first_reply_is_due_then_nothing_while_the_customer_is_asked_then_the_next_reply`,
    `test_clock_changes_leap_days_and_holidays`
20. The figures: `test_the_figures_are_what_a_hand_counts`, `test_a_day_at_the_desk`
21. The export: `test_an_export_holds_no_notes_unless_asked_and_no_other_person`,
    `test_an_export_holds_no_secret_that_was_ever_written`
"""

import re

from tests.integration.test_console import REASON, waiting_visitor
from tests.integration.test_inbox_second_thoughts import NIGHT, a_ticket
from tests.integration.test_inbox_work import press
from tests.integration.test_sign_in_staff import LOGIN, first_step, now_code, with_second_factor
from tests.world import ADA, BEN, CLEO, PASSWORDS, ROOT, World, link_in, submit


def test_every_line_of_the_day_has_its_tests() -> None:
    lines = re.split(r"\n(?=\d+\. )", __doc__ or "")[1:]
    assert [int(line.partition(".")[0]) for line in lines] == list(range(1, 22))
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    for line in lines:
        named = re.findall(r"`(test_\w+)`", line)
        assert named, line
        assert [name for name in named if f"def {name}(" not in tests] == [], line


async def test_after_five_wrong_tries_a_right_recovery_code_waits_with_the_same_words(world: World) -> None:
    app, mine = await with_second_factor(world), "/console/account"
    client = await first_step(world)
    await submit(client, LOGIN, code=now_code(world, app))
    world.clock.wind(seconds=31)
    shown = await submit(client, f"{mine}/recovery-codes", page=mine, code=now_code(world, app))
    code = re.findall(r"<code>([A-Z]{4}-[A-Z]{4}-[A-Z]{4})</code>", shown.text)[0]
    lost_phone = await first_step(world)
    wrong = [await submit(lost_phone, LOGIN, code="BCDF-GHJK-LMNP") for _ in range(6)]
    assert [answer.status_code for answer in wrong] == [401] * 5 + [429]
    right = await submit(lost_phone, LOGIN, code=code)
    assert right.status_code == 429
    said = [re.findall(r'role="alert"[^>]*>(.*?)<', answer.text, re.S) for answer in (wrong[-1], right)]
    assert said[0]
    assert said[0] == said[1]
    world.clock.wind(minutes=15, seconds=1)
    assert (await submit(await first_step(world), LOGIN, code=code)).status_code == 303


async def test_words_taken_out_of_a_sent_reply_leave_a_mark_for_the_customer_and_an_entry(
    world: World,
) -> None:
    private, page = await a_ticket(world)
    agent = await world.staff()
    said = "Look in spam. Call me at 555-0100."
    sent = (await press(agent, f"{page}/reply", page, client_id="r-00000001", text=said)).json()
    customer = world.browser()
    assert "555-0100" in (await customer.get(private)).text
    await press(agent, f"{page}/redact", page, seq=str(sent["seq"]), part="Call me at 555-0100.")
    shown = (await customer.get(private)).text
    assert "555-0100" not in shown
    assert "Look in spam. [removed]" in shown
    assert "message:redacted" in (await (await world.staff(CLEO)).get("/console/audit")).text


async def test_a_chat_that_an_agent_makes_a_ticket_keeps_person_and_tags_and_the_customer_learns_the_reference(
    world: World,
) -> None:
    panel, ident = await waiting_visitor(world, "The code never came")
    agent, page = await world.staff(), f"/console/c/{ident}"
    await press(agent, f"{page}/claim", page)
    await press(agent, f"{page}/tags", page, tags="billing, vip")
    assert (await press(agent, f"{page}/ticket", page, email=NIGHT)).json() == {"ticket": "T-1001"}
    state = await panel.wait("state", ticket="T-1001")
    assert state["ticket_url"]
    assert (await agent.get("/console/tickets/T-1001")).headers["location"] == page
    shown = (await agent.get(page)).text
    for kept in ("The code never came", "billing, vip", "T-1001"):
        assert kept in shown
    letter = await world.mail(NIGHT, "T-1001")
    assert "The code never came" in (await world.browser().get(link_in(letter, "/t/"))).text


async def test_the_button_of_the_invitation_says_what_stops_it_and_where_it_would_go(world: World) -> None:
    ada = await world.customer()
    panel = await world.visitor(cookies="; ".join(f"{c.name}={c.value}" for c in ada.cookies.jar))
    ident = (await panel.wait("welcome"))["conversation"]
    await panel.say("My password feels wrong")
    agent, page = await world.staff(), f"/console/c/{ident}"

    async def hint() -> str:
        shown = (await agent.get(page)).text
        assert "<dt>Mails go to</dt><dd>a•••@e•••.com</dd>" in shown
        return shown.partition('id="why-not">')[2].partition("</p>")[0]

    assert await hint() == "Claim this conversation first: only its agent can send an invitation."
    await press(agent, f"{page}/claim", page)
    assert await hint() == ""
    fields = {"reason": REASON, "password": PASSWORDS[BEN]}
    for number in range(2):
        sent = await press(
            agent, f"{page}/invite", f"{page}/invite", client_id=f"i-0000000{number}", **fields
        )
        assert sent.status_code == 200, sent.text
    assert "That was too many invitations. Again from " in await hint()
    world.clock.wind(hours=25)
    agent = await world.staff()
    assert await hint() == "The customer has not written in the last 24 hours."
    await panel.say("Still wrong")
    await press(agent, f"{page}/invite", f"{page}/invite", client_id="i-00000009", **fields)
    letter = await world.mail(ADA, "/recover/", 3)
    path = link_in(letter, "/recover/")
    assert (await submit(world.browser(), path, path, did_not_ask="1")).status_code in (200, 303)
    assert "The customer stopped invitations until " in await hint()


async def test_an_export_holds_no_secret_that_was_ever_written(world: World) -> None:
    private, page = await a_ticket(world)
    agent = await world.staff()
    secrets = ("Hunter2!xyz", "4111 1111 1111 1111")
    said = f"my password is {secrets[0]} and my card is {secrets[1]}"
    await submit(world.browser(), private, private, text=said)
    await press(agent, f"{page}/note", page, client_id="n-00000001", text=f"They wrote: {said}")
    cleo = await world.staff(CLEO)
    for notes in ({}, {"notes": "yes"}):
        found = await submit(cleo, "/console/privacy", email=NIGHT, what="export", **notes)
        assert "removed: password" in found.text
        assert not [one for one in secrets if one in found.text]
