"""Whether a clearinghouse answers now: connect, prove the host key, log in, list what waits. Nothing is taken
and nothing is left there."""

from dataclasses import dataclass, replace
from datetime import date

import transport
from config.counted import counted
from config.partners import Clearinghouse
from ledger.trail import audit
from tasks.errors import StepError
from tasks.home.home import Home

SECONDS = 5.0
"""How long each answer may take while a person waits: five of them at most."""
TESTED = "connection tested"
_TIMES = ("connect_timeout", "banner_timeout", "login_timeout", "reply_timeout")


@dataclass(frozen=True, slots=True)
class Reached:
    """How it went; `says` in words, with the code where it failed."""

    partner: str
    answers: bool
    says: str


def reach(home: Home, as_of: date, name: str) -> Reached:
    """Tests the connection to a clearinghouse within a time limit, with a row in the audit trail.

    Raises StepError PRT-01: no clearinghouse of that name has a file.
    """
    clearinghouse = home.partners.clearinghouses.get(name)
    if clearinghouse is None:
        raise StepError("PRT-01", "no clearinghouse has this name; its file would be partners/clearinghouses")
    found = look(home, clearinghouse, SECONDS)
    audit.record(home.ledger, as_of.isoformat(), TESTED, f"partner {name}", found.says)
    return found


def look(home: Home, clearinghouse: Clearinghouse, seconds: float | None = None) -> Reached:
    """The same without a trace; `seconds` bounds each answer, None: as its file says."""
    try:
        site = transport.site_of(home.reached(clearinghouse))
        if seconds is not None and isinstance(site, transport.SftpSite):
            site = replace(site, **{name: min(getattr(site, name), seconds) for name in _TIMES})
        with transport.open(site, loopback_only=home.settings.demo) as partner:
            count = len(partner.list())
    except transport.TransportError as error:
        return Reached(clearinghouse.key, False, str(error))
    sftp = clearinghouse.transport == "sftp"
    how = "reached, host key as pinned" if sftp else f"folder {clearinghouse.folder}"
    return Reached(
        clearinghouse.key, True, f"{how}, {counted(count, 'file')} waiting; usage {clearinghouse.usage}"
    )
