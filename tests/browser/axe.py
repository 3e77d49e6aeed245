"""What axe finds, best practices included."""

from typing import Any, Literal

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Frame, Page

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


async def violations(place: Page | Frame, **options: Any) -> list[str]:
    """Rule and place of each fault."""
    asked = {"resultTypes": ["violations"], **options}
    found = (await Axe().run(place, options=asked)).response["violations"]
    return [f"{rule['id']}: {node['html'][:150]}" for rule in found for node in rule["nodes"]]
