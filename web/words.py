"""Amounts, days and names as people read them."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from config.counted import counted


def worded(name: str) -> str:
    """A name of the ledger in words: `part_paid` is part paid."""
    return name.replace("_", " ")


def day(iso: str | date | None) -> str:
    """A day as people say it: Mon 16 Nov 2026."""
    if not iso:
        return ""
    found = iso if isinstance(iso, date) else date.fromisoformat(iso[:10])
    return f"{found:%a} {found.day} {found:%b %Y}"


def left(days: int | None) -> str:
    """Days left to act, in words."""
    if days is None:
        return ""
    if days < 0:
        return f"{counted(-days, 'day')} late"
    return "today" if days == 0 else f"{counted(days, 'day')} left"


def asked(given: dict[str, Any], **changes: Any) -> str:
    """A page's own filters as the end of an address, with some of them changed; None or "" leaves one out."""
    kept = {name: value for name, value in (given | changes).items() if value not in (None, "", False, 0)}
    return f"?{urlencode(kept)}" if kept else "?"


def fours(text: str) -> str:
    """A long key in groups of four, to be typed."""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
