"""Every alert has its words, and every alert in the code is known."""

import re

from docs.sources import alerts
from tasks.notices.words import UNKNOWN, WORDS, unwanted, words_of
from tests.conftest import CHECKOUT

ROOMS = ("ledger", "tasks", "console", "flows")
CODE = re.compile(r'"((?:ACK|ARC|RSP|PAY|DEN|INB|AUD|MON|SRV|NGT|NTC)-[A-Z0-9]+)"')
RAISES = re.compile(r"(?:alerts\.(?:add|report)|alert_of_the_day)\(")


def raised() -> set[str]:
    """The codes in files that raise alerts; those of findings, steps and refusals are among them."""
    found = set()
    for room in ROOMS:
        for file in (CHECKOUT / room).rglob("*.py"):
            text = file.read_text("utf-8")
            if RAISES.search(text):
                found |= set(CODE.findall(text))
    return found


def test_every_alert_of_the_code_has_its_words():
    findings = {"INB-ACCESS", "INB-SIZE", "ACK-CLAIM", "ACK-UNKNOWN", "RSP-REUSED"}
    named_elsewhere = {"INB-PRACTICE", "INB-VERSION", "INB-FOLDER", "INB-PART", "LED-13", "NTC-01", "NTC-02"}
    assert raised() - findings == WORDS.keys() - named_elsewhere
    assert named_elsewhere <= WORDS.keys()
    assert words_of("NEW-99") is UNKNOWN


def test_every_alert_has_a_part_of_the_page_that_messages_link_to():
    page = alerts.pages()["reference/alerts.md"]
    assert [code for code in WORDS if f"\n## {code}\n" not in page] == []


def test_notices_about_notices_never_go_out():
    assert {"NTC-01", "NTC-02"} <= unwanted(("urgent", "warning", "note"))
    assert "ACK-STOP" not in unwanted(("urgent",))
    assert "DEN-SOON" in unwanted(("urgent", "warning"))
