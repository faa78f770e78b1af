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
