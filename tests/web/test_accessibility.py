"""Every page in a real browser, light and dark: what axe finds of WCAG 2.2 AA, and if it fits its window.

The pages are those that links lead to, one for each route: a new page is looked at without a word here.
"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest

from tests.web.browsing import IN_A_BROWSER, browsing, sign_in
from tests.web.conftest import Office, listening
from tests.web.routes import patterns

pytestmark = [*IN_A_BROWSER, pytest.mark.long]
ALL_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
"""What may differ in the dark."""
SERIOUS = ("serious", "critical")
PHONE = 390  # CSS pixels
OTHERS = 3
"""Requests beside the page's own: its sheet, its script, the icon."""
BEGINNINGS = ("/", "/codes/guide/S62", "/money/months/2026-10")
"""Where links are followed from: the first page, and pages to which these samples have no link."""
WITHOUT_SAMPLE = {
    *("/money/deposits/{number}", "/patients/{number}/statements/{statement}"),
    *("/sign-in", "/sign-in/first", "/sign-in/code", "/sign-in/set-up", "/shown/{token}"),
}
"""Pages of what the samples do not have, those of a person who is not signed in, and what answers a form, to
which no link leads."""
NO_PAGE = re.compile(r"^/(static|metrics|progress|favicon)|\.(pdf|csv|xlsx|zip|json|txt)$|/(file|sheet|pdf)$")


def pages(page, base: str, known: dict[str, re.Pattern[str]]) -> Iterator[str]:
    """Shows one page of each route that links lead to; gives the route."""
    left = dict(known)
    pending = [f"{base}{path}" for path in BEGINNINGS]
    seen = set(pending)
    while pending and left:
        address = pending.pop(0)
        path = urlsplit(address).path
        route = next((name for name, pattern in left.items() if pattern.match(path)), None)
        if route is None:
            continue
        answer = page.goto(address)
        if answer is None or answer.status != 200 or "text/html" not in answer.headers["content-type"]:
            continue
        del left[route]
        yield route
        hrefs = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
        for href in (urljoin(address, href).partition("#")[0] for href in hrefs):
            if href.startswith(base) and href not in seen:
                seen.add(href)
                pending.append(href)


def counted(page) -> list[str]:
    """What the page that is shown has asked for, from its own address on."""
    asked: list[str] = []

    def note(request) -> None:
        if request.is_navigation_request():
            asked.clear()
        asked.append(request.url)

    page.on("request", note)
    return asked


def wrong(page, axe, rules=ALL_RULES) -> list[str]:
    found = axe.run(page, options=rules).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node.get('failureSummary', '')}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


def test_no_page_has_a_serious_fault_or_is_too_wide_or_asks_for_more_than_three_files(office: Office):
    from axe_playwright_python.sync_playwright import Axe

    axe, faults, shown = Axe(), [], []
    known = {route: one for route, one in patterns(office.app).items() if not NO_PAGE.search(route)}
    with listening(office) as base, browsing(reduced_motion="reduce") as page:
        page.goto(f"{base}/sign-in")
        faults += [f"/sign-in {one}" for one in wrong(page, axe)]
        sign_in(page, "maria")
        asked = counted(page)
        for route in pages(page, base, known):
            shown.append(route)
            if len(asked) > 1 + OTHERS:
                faults.append(f"{route} asks for {asked}")
            faults += [f"{route} {one}" for one in wrong(page, axe)]
            page.emulate_media(color_scheme="dark")
            faults += [f"{route} in the dark {one}" for one in wrong(page, axe, CONTRAST)]
            page.emulate_media(color_scheme="light")
            for width in (820, PHONE, 1280):
                page.set_viewport_size({"width": width, "height": 900})
                over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
                if over > 0 and (width != PHONE or route == "/"):
                    faults.append(f"{route} is {over} wider than {width}")
    assert set(known) - set(shown) <= WITHOUT_SAMPLE
    assert faults == [], "\n".join(faults)
