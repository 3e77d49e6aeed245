"""The help centre as a reader, a search engine and an editor meet it."""

import asyncio
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from sqlalchemy import select

from helpdesk.accounts.passwords import policy_named
from helpdesk.faq.facts import DEFAULT_FACTS
from helpdesk.faqstats.figures import figures
from helpdesk.faqstats.models import ArticleReason
from helpdesk.store.session import Tx
from tests.world import ROOT, World, start_world, until

MAY_I = """---
title: May I?
former_slugs: [may-we]
alternatives: [may i]
---

Yes <b onclick=x>you</b> may.
"""


def reasons(tx: Tx) -> list[str]:
    return list(tx.session.execute(select(ArticleReason.reason)).scalars())  # type: ignore[call-overload]


async def test_every_article_has_its_question_as_heading_and_asks_whether_it_helped(world: World) -> None:
    async with world.browser() as reader:
        front = await reader.get("/help")
        assert "Search help" in front.text
        for slug, article in world.desk.library.current.articles.items():
            assert f'href="/help/{slug}"' in front.text
            page = (await reader.get(f"/help/{slug}")).text
            assert re.findall(r"<h1>(.*?)</h1>", page) == [article.title.replace("'", "&#39;")]
            assert 'href="#main">Skip to main content' in page
            assert "Did this answer your question?</h2>" in page
        combined = (await reader.get("/help/login-password")).text
        assert "How to Change or Reset Your Login Password?</h1>" in combined
        for slug in ("forgot-password", "code-not-received"):
            assert "60 seconds" in (await reader.get(f"/help/{slug}")).text


async def test_a_page_that_did_not_change_is_not_sent_again(world: World) -> None:
    async with world.browser() as reader:
        first = await reader.get("/help/forgot-password")
        assert "set-cookie" not in first.headers
        again = await reader.get("/help/forgot-password", headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["content-security-policy"] == first.headers["content-security-policy"]
        other = await reader.get("/help/change-password", headers={"If-None-Match": first.headers["etag"]})
        assert other.status_code == 200
        assert "nonce-" not in first.headers["content-security-policy"]


async def test_a_signed_in_reader_gets_a_page_that_nobody_else_may_keep(world: World) -> None:
    ada = await world.customer()
    page = await ada.get("/help")
    assert page.headers["cache-control"].startswith("private")
    async with world.browser() as reader:
        assert (await reader.get("/help")).headers["cache-control"].startswith("public")


async def test_search_finds_words_beginnings_and_misspellings_without_a_script(world: World) -> None:
    async with world.browser() as reader:
        for query, slug in (
            ("spam", "code-not-received"),
            ("uppercas", "password-rules"),
            ("forgto pasword", "forgot-password"),
        ):
            page = (await reader.get("/help/search", params={"q": query})).text
            assert f'href="/help/{slug}"' in page, query
            found = (await reader.get("/help/suggest", params={"q": query})).json()["results"]
            assert f"/help/{slug}" in [hit["url"] for hit in found]
        nothing = (await reader.get("/help/search", params={"q": "zzzz<script>"})).text
        assert "Nothing found for “zzzz&lt;script&gt;”" in nothing
        assert (await reader.get("/help/search")).status_code == 200


async def test_feedback_is_counted_for_the_version_read_and_loses_what_is_personal(world: World) -> None:
    async with world.browser() as reader:
        post = "/help/forgot-password/feedback"
        said = await reader.post(post, data={"helpful": "yes"})
        assert said.headers["location"] == "/help/forgot-password?said=yes"
        thanks = (await reader.get(said.headers["location"])).text
        assert "Thank you for your feedback." in thanks
        assert "What was missing?" not in thanks
        said = await reader.post(post, data={"helpful": "no"})
        asked = (await reader.get(said.headers["location"])).text
        for words in ("What was missing? (optional)", "Customer Support", "Submit a Ticket"):
            assert words in asked
        await reader.post(post, data={"reason": "I am bob@example.com, my password is Hunter2!x"})
        row = (await world.desk.store.read(figures))[0]
        assert (row["slug"], row["yes"], row["no"]) == ("forgot-password", 1, 1)
        kept = (await world.desk.store.read(reasons))[0]
        assert "bob" not in kept
        assert "Hunter2" not in kept


async def test_wrong_feedback_and_other_sites_are_refused(world: World) -> None:
    async with world.browser() as reader:
        post = "/help/forgot-password/feedback"
        assert (await reader.post(post, data={"helpful": "maybe"})).status_code == 422
        assert (await reader.post(post, data={"reason": "x" * 1001})).status_code == 422
        assert (await reader.post("/help/no-such-page/feedback", data={"helpful": "yes"})).status_code == 404
        evil = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        assert (await reader.post(post, data={"helpful": "yes"}, headers=evil)).status_code == 403
        assert await world.desk.store.read(figures) == []


async def test_structured_data_cannot_leave_its_element(world: World) -> None:
    async with world.browser() as reader:
        page = (await reader.get("/help/forgot-password")).text
        found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
        assert len(found) == 1
        assert not set("<>&") & set(found[0])
        facts = json.loads(found[0])
        assert facts["@type"] == "FAQPage"
        assert facts["mainEntity"][0]["name"] == world.desk.library.current.articles["forgot-password"].title


async def test_sitemap_feed_and_robots_name_every_page(world: World) -> None:
    async with world.browser() as reader:
        sitemap = ElementTree.fromstring((await reader.get("/sitemap.xml")).content)
        pages = {element.text for element in sitemap.iter() if element.tag.endswith("loc")}
        library = world.desk.library.current
        slugs = (*library.articles, *library.pages)
        assert pages == {f"{world.url}/help", *(f"{world.url}/help/{slug}" for slug in slugs)}
        feed = ElementTree.fromstring((await reader.get("/help/feed.xml")).content)
        assert len([e for e in feed if e.tag.endswith("entry")]) == len(pages) - 1
        robots = (await reader.get("/robots.txt")).text
        assert f"Sitemap: {world.url}/sitemap.xml" in robots


async def test_a_saved_article_is_live_a_draft_is_not_and_a_former_address_leads_on(tmp_path: Path) -> None:
    folder = tmp_path / "faq"
    shutil.copytree(ROOT / "faq", folder)
    async with start_world(tmp_path / "desk", faq_dir=folder) as world, world.browser() as reader:
        (folder / "may-i.md").write_text(MAY_I)
        (folder / "secret-plan.md").write_text("---\ntitle: Plan\ndraft: true\n---\n\nHidden.\n")

        async def live() -> bool:
            return (await reader.get("/help/may-i")).status_code == 200

        await until(live)
        page = (await reader.get("/help/may-i")).text
        assert "<b" not in page.partition("<article")[2].partition("</article>")[0]
        moved = await reader.get("/help/may-we")
        assert (moved.status_code, moved.headers["location"]) == (301, "/help/may-i")
        for address in ("/help/secret-plan", "/help/nothing", "/help/..%2f..%2fetc%2fpasswd"):
            assert (await reader.get(address)).status_code == 404
        for everywhere in ("/help", "/sitemap.xml", "/help/feed.xml", "/help/suggest?q=plan"):
            assert "secret-plan" not in (await reader.get(everywhere)).text
        (folder / "may-i.de.md").write_text("---\ntitle: Darf ich?\nlocale: de\n---\n\nJa.\n")

        async def translated() -> bool:
            return (await reader.get("/help/may-i-de")).status_code == 200

        await until(translated)
        assert (
            '<a href="/help/may-i" lang="en" hreflang="en">May I?</a>'
            in (await reader.get("/help/may-i-de")).text
        )
        front = (await reader.get("/help")).text
        assert "/help/may-i" in front
        assert "Darf ich?" not in front
        os.remove(folder / "may-i.md")

        async def gone() -> bool:
            await asyncio.to_thread(world.desk.library.refresh)
            return (await reader.get("/help/may-i")).status_code == 404

        await until(gone)


async def test_an_address_that_no_article_has_any_more_offers_the_nearest_and_a_search(world: World) -> None:
    async with world.browser() as reader:
        page = await reader.get("/help/i-forgot_my-pasword")
        assert page.status_code == 404
        assert "<h1>Not found</h1>\n<p>There is no help article at this address." in page.text
        assert 'value="i forgot my pasword"' in page.text
        assert '<li><a href="/help/forgot-password">' in page.text
        nonsense = await reader.get('/help/"><script>zzzz')
        assert nonsense.status_code == 404
        assert 'value="&#34;&gt;&lt;script&gt;zzzz"' in nonsense.text
        assert "Perhaps you look for" not in nonsense.text
        told = await reader.get("/help/nothing", headers={"Accept": "application/json"})
        assert (told.status_code, told.json()["detail"]) == (404, "There is no help article at this address.")


async def test_the_rules_that_an_article_names_are_those_in_force(make_world: Any) -> None:
    assert DEFAULT_FACTS["policy"] == policy_named("seed").facts()
    async with make_world(password_policy="nist") as world:
        told = (await world.browser().get("/help/password-rules")).text
        assert "<strong>15 characters</strong> (and at most 256).</li>" in told
        assert "uppercase" not in told
        panel = await world.visitor()
        await panel.say("what are the password rules")
        answer = await panel.wait("message", asks_feedback=True)
        assert "15 characters" in answer["text"]
        assert "special" not in answer["text"]
