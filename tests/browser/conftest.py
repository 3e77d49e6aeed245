"""A real Chromium; which one is said by `bin/test` (HELPDESK_TEST_CHROMIUM)."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserType

FLAGS = [
    "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-gpu",
]  # fmt: skip
NOT_THE_PAGES = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
    "PreconnectToSearch", "WebUIOmniboxAimPopup", "WebUIOmniboxPopup", "WebUIOmniboxFullPopup",
    "SpareRendererForSitePerProcess",
)  # fmt: skip
"""Features of the program around the pages: those that Playwright turns off (a second list replaces its own), and the
address bar's lists, which are pages too and cost three times as much as the one that a test opens, and the process that
waits for a next page."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium with the flags of a quiet machine."""
    path = os.environ.get("HELPDESK_TEST_CHROMIUM") or "/usr/bin/chromium"
    flags = [*FLAGS, f"--disable-features={','.join(NOT_THE_PAGES)}"]
    flags += ["--no-sandbox"] if os.getuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": path, "args": flags}


@pytest.fixture
async def browser(browser: Browser) -> AsyncIterator[Browser]:
    """The session's; what a test leaves open is closed, or it would look for its desk for ever."""
    yield browser
    for context in browser.contexts:
        await context.close()


@pytest.fixture
async def browser_with_windows(
    browser: Browser, browser_type: BrowserType, browser_type_launch_args: dict[str, Any]
) -> AsyncIterator[Browser]:
    """One that shows notifications: the session's, unless that is the one without windows."""
    if "headless" not in Path(browser_type_launch_args["executable_path"]).name:
        yield browser
        return
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("no Chromium with windows is installed")
    other = await browser_type.launch(**{**browser_type_launch_args, "executable_path": path})
    yield other
    await other.close()
