"""The editor's pages: axe finds nothing, nothing scrolls sideways, and all of it works without a script."""

from playwright.async_api import Browser, expect

from helpdesk.faqstats.figures import record_feedback, record_handed_over, record_shown, version_of
from helpdesk.faqstats.gaps import record_miss
from helpdesk.store.session import Tx
from tests.browser.test_axe import faults_of, sign_in
from tests.world import DORA, World

LONG = "may i please sign in with a fingerprint instead of typing that very long password again and again"
PAGES = (
    "/console", "/console/articles?q=i+forgt+my+pasword", "/console/articles/gaps", "/console/articles/figures",
    f"/console/articles/gaps?to=change-password&add={LONG.replace(' ', '+')}",
)  # fmt: skip


async def lived_in(world: World) -> None:
    """Gaps and figures as after some days."""
    article = world.desk.library.current.articles["forgot-password"]
    version = version_of(article.title, article.body)

    def days(tx: Tx) -> None:
        for question, why in (
            (LONG, "refused"),
            (f"{LONG} please", "unanswered"),
            ("where is the moon", "rephrased"),
        ):
            record_miss(tx, question, "change-password", why)  # type: ignore[arg-type]
        for known in (version, "0123456789ab"):
            for _ in range(9):
                record_shown(tx, article.slug, known)
            record_feedback(tx, article.slug, known, True)
            record_feedback(tx, article.slug, known, False, "The link in step two led nowhere for me")
            record_handed_over(tx, article.slug, known)

    await world.desk.store.write(days)


async def test_axe_finds_nothing_on_the_editors_pages(browser: Browser, world: World) -> None:
    await lived_in(world)
    context = await browser.new_context()
    page = await context.new_page()
    await sign_in(page, f"{world.url}/console/login", DORA)
    faults: dict[str, list[str]] = {}
    for number, path in enumerate(PAGES):
        await page.goto(world.url + path)
        if found := await faults_of(page, f"editor-{number}"):
            faults[path] = found
    assert faults == {}
    await context.close()


async def test_an_editor_needs_no_script(browser: Browser, world: World) -> None:
    await lived_in(world)
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await sign_in(page, f"{world.url}/console/login", DORA)
    await page.get_by_label("Question", exact=True).fill("i forgt my pasword")
    await page.get_by_role("button", name="Try", exact=True).click()
    await expect(page.get_by_role("status").filter(has_text="Answered with")).to_be_visible()
    await page.get_by_role("link", name="Gaps", exact=True).click()
    await page.get_by_label("Article for gap 1").select_option("change-password")
    await page.get_by_role("button", name="Replay gap 1").click()
    await expect(page.get_by_label("Change to the file")).to_contain_text("+  - may i please")
    await page.get_by_role("button", name="Mark gap 1 as handled").click()
    await expect(page.get_by_text("Marked as handled.")).to_be_visible()
    await expect(page.get_by_text("fingerprint")).to_have_count(0)
    await page.get_by_role("link", name="Article figures").click()
    await expect(page.get_by_role("table", name="How the articles fare")).to_contain_text("50 %")
    await context.close()
