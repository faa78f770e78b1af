"""Partners that take no files at a time: what waits for them, and until when."""

from dataclasses import dataclass
from datetime import datetime

from config.counted import counted
from ledger.queries import partners
from ledger.sending import batches
from tasks.home.home import Home


@dataclass(frozen=True, slots=True)
class Waits:
    """A clearinghouse that takes no files before `opens` (in its zone), while claims or batches are ready."""

    partner: str
    opens: datetime
    claims: int
    batches: int

    @property
    def what(self) -> str:
        """What waits."""
        found = (
            counted(self.claims, "claim") if self.claims else "",
            counted(self.batches, "batch", "batches") if self.batches else "",
        )
        return " and ".join(filter(None, found))

    @property
    def says(self) -> str:
        return f"{self.what} for {self.partner}: takes files from {self.opens:%a %d %b %H:%M %Z}"


def closed(home: Home, now: datetime) -> dict[str, datetime]:
    """The clearinghouses that take no files at this time (aware), and when each does again."""
    zone = home.settings.time_zone
    return {
        key: one.takes_files.opening(zone, now)
        for key, one in home.partners.clearinghouses.items()
        if not one.takes_files.always and not one.takes_files.is_open(zone, now)
    }


def waiting(home: Home, now: datetime) -> list[Waits]:
    """What waits for the hours of its partner, by partner."""
    shut = closed(home, now)
    if not shut:
        return []
    ready = partners.ready(home.ledger, home.partners.payers)
    unsent = [batch.clearinghouse for batch in batches.to_send(home.ledger)]
    found = []
    for key, opens in sorted(shut.items()):
        payers = (p.key for p in home.partners.payers.values() if p.clearinghouse == key)
        claims = sum(ready.get(payer, 0) for payer in payers)
        if claims or key in unsent:
            found.append(Waits(key, opens, claims, unsent.count(key)))
    return found
