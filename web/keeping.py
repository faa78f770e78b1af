"""Pages about the home: its partners, alerts, trail and settings, for who keeps it or looks over it."""

from web.desk import Visit
from web.errors import Refused


def needs_keeper(visit: Visit) -> None:
    """Raises Refused WEB-03: what these pages say is about all practices, and for operators, managers and
    auditors."""
    if not (visit.may("operate") or visit.may("audit")):
        raise Refused(403, "WEB-03", "your role does not allow this; ask who keeps the users")
    if visit.user.only is not None:
        raise Refused(403, "WEB-03", "this is about all practices; only who sees all of them sees it")


def row_id(text: str) -> int:
    """A row's id out of an address; 0 where it has none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
