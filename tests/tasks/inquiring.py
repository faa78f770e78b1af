"""Homes whose first payer answers inquiries, and what the partner got of them."""

from datetime import date, timedelta

import edi
from ledger.sending import inquiries
from ledger.sending.inquiries import Inquiry
from tasks import nightly_run
from tests.tasks.answering import MONDAY

ANSWER_DAYS = 10
OVERDUE = MONDAY + timedelta(days=ANSWER_DAYS + 1)
"""The nightly run that makes work of an answer that is waited for since Monday."""
ASKS = OVERDUE + timedelta(days=1)
"""The one that asks for it."""


def takes_inquiries(home, *kinds: str, payer: str = "harbor", more: str = "") -> None:
    """The payer answers within a few days, and takes these inquiries. `home` is one, or its folder; `more`
    are further lines of the payer's file."""
    file = getattr(home, "path", home) / "partners" / "payers" / f"{payer}.toml"
    named = ", ".join(f'"{kind}"' for kind in kinds)
    top = f"answer_days = {ANSWER_DAYS}\ninquiries = [{named}]\n{more}"
    file.write_text(top + file.read_text("utf-8"), "utf-8")


def night(home, *days: date) -> dict[str, int]:
    """The nightly runs of these business dates; what the last one counted."""
    found: dict[str, int] = {}
    for day in days:
        with home.opened() as opened:
            found = nightly_run.walk(opened, day)
    return found


def asked(home) -> list[Inquiry]:
    with home.opened() as opened, opened.ledger.read() as connection:
        return inquiries.listed(connection)


def questions(site, suffix: str = "276"):
    """What stands in the files of inquiries that the partner has."""
    files = sorted((site / "inbound").glob(f"*.{suffix}"))
    return [one for file in files for one in edi.read_status_inquiries(file.read_bytes())]
