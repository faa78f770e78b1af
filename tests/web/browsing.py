"""A real browser on the console: opened, a person signs in, goes back; what a page says against it fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import PASSWORD

BROWSER = Path("/usr/bin/chromium")
needs_browser = pytest.mark.skipif(
    not BROWSER.exists(), reason="no Chromium of this machine's at /usr/bin/chromium"
)
IN_A_BROWSER = [pytest.mark.slow, needs_browser]


@contextmanager
def browsing(*, refused: bool = False, **context: Any) -> Iterator[Any]:
    """A page. At its end the pages' policy has refused nothing, and no script broke; `refused`: pages of the
    walk are refused, which the browser reports as an error of its own."""
    from playwright.sync_api import sync_playwright

    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(BROWSER))
        page = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **context}).new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        if not refused:
            page.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
        yield page
        browser.close()
    assert said == [], "the page policy refused nothing, and no script broke"


def sign_in(page: Any, name: str) -> None:
    """A person signs in on the page that asks for it, and sees the page behind it."""
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    with page.expect_navigation(url=lambda url: "/sign-in" not in url):
        page.click("main button")


def back(page: Any) -> None:
    """Back as by the browser's button, from a page that has settled: one just replaced takes no command."""
    page.wait_for_load_state("load")
    with page.expect_navigation():
        page.evaluate("history.back()")
