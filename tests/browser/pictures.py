"""A desk of its own and a browser, for whoever takes pictures of it."""

import contextlib
import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from tests.world import World, start_world


@contextlib.asynccontextmanager
async def desk_and_browser() -> AsyncIterator[tuple[World, Browser]]:
    """Both, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        async with start_world(Path(folder), limits="off") as world, async_playwright() as driver:
            path = os.environ.get("HELPDESK_TEST_CHROMIUM") or "/usr/bin/chromium"
            browser = await driver.chromium.launch(
                executable_path=path, args=["--no-sandbox", "--disable-gpu"]
            )
            yield world, browser
            await browser.close()
