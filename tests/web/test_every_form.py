"""Every text field of every form that a page shows: what is typed comes back as text, is refused in words, or
is kept as it is; it is never code, and never breaks a page."""

import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from tests.web.test_money import desk as desk  # a fixture

HOSTILE = (
    '"><script>alert(1)</script><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://evil.example")',
    "{{ 7*7 }}${7*7}%s%n\x00\ud7ff\u202e'; DROP TABLE claim; --",
    "9" * 1900,
)
NEVER = ("/sign-out", "/second-factor")
"""Forms that end the session, or ask for this person's own password."""


class Page(HTMLParser):
    """The links of a page, and its forms: where each goes, and what its fields are called and hold."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, dict[str, str], set[str]]] = []
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "a" and has.get("href"):
            self.links.append(str(has["href"]))
        elif tag == "form" and has.get("method") == "post":
            self.forms.append((str(has["action"]), {}, set()))
        elif self.forms and has.get("name"):
            _, fields, typed = self.forms[-1]
            name, kind = str(has["name"]), has.get("type", "text")
            if tag == "textarea" or (tag == "input" and kind in ("text", "search", "password", "date")):
                typed.add(name)
            if tag == "select":
                self._select = name
            if tag != "button" and kind not in ("checkbox", "radio"):
                fields.setdefault(name, str(has.get("value") or ""))
        elif tag == "option" and self._select and self.forms:
            self.forms[-1][1].setdefault(self._select, str(has.get("value") or ""))


def kind_of(address: str) -> str:
    return re.sub(r"\d+", "N", urlsplit(address).path)


def forms_of(client) -> dict[str, tuple[str, dict[str, str], set[str]]]:
    """One form of each kind, on one page of each kind that links lead to."""
    pending, seen, forms = ["/", "/money/days/lakeside", "/codes/guide/S62"], set(), {}
    while pending:
        address = pending.pop(0)
        if kind_of(address) in seen or not address.startswith("/"):
            continue
        seen.add(kind_of(address))
        answer = client.get(address)
        if "text/html" not in answer.headers.get("content-type", "") or answer.status_code != 200:
            continue
        page = Page(answer.text)
        pending += page.links
        for action, fields, typed in page.forms:
            if action.partition("?")[0] not in NEVER:
                forms.setdefault(kind_of(action), (action, fields, typed))
    return forms


@pytest.mark.long
def test_what_is_typed_into_any_field_is_text_or_refused_and_breaks_no_page(desk):
    client = desk.as_("maria")
    forms = forms_of(client)
    assert len(forms) > 25, sorted(forms)
    assert sum(len(typed) for _, _, typed in forms.values()) > 40
    for action, fields, typed in forms.values():
        for hostile in HOSTILE:
            for really in ({}, {"really": "1"}):
                sent = {**fields, **dict.fromkeys(typed, hostile), **really}
                answer = client.post(action, data=sent)
                while answer.status_code == 303:
                    answer = client.get(answer.headers["location"])
                assert answer.status_code < 500, (action, hostile[:20], answer.status_code)
                assert "WEB-09" not in answer.text, (action, hostile[:20])
                assert "<script>alert" not in answer.text, action
                assert "<img src=x" not in answer.text, action
                assert "{{ 7*7 }}" in unescape(answer.text) or "49$" not in answer.text, action
        large = client.post(action, data={**fields, **dict.fromkeys(typed or {"why"}, "x" * 300_000)})
        assert large.status_code == 413, action
    for address in ("/", "/work", "/claims", "/money", "/patients", "/audit", "/alerts"):
        answer = client.get(address)
        assert (answer.status_code, "<script>alert" in answer.text) == (200, False), address
