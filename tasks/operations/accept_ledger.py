"""A person decides that a ledger goes on: after a restore, where its head outside does not fit it, or where
a partner has files of another ledger that sends as this one does.

What may have gone out since is taken for out: numbers move past it, unsent batches are held, and every
partner is stopped until a person has asked it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from config import partners as partner_files
from config.settings import Settings
from ledger.maintenance import epochs
from ledger.maintenance.epochs import Decision
from ledger.runs import alerts
from ledger.sending import batches
from ledger.storage.archive import Archive
from tasks.batches import known_sent, partner_evidence
from tasks.batches.plan import receiver_of
from tasks.errors import StepError
from tasks.home import outside_head
from tasks.home.home import Home
from tasks.runs.lease import DOUBT


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a decision did, or would do. `numbers`: the last one given out, by what counts it."""

    doubt: str
    epoch: int
    held: int
    stopped: tuple[str, ...]
    numbers: dict[str, int]


class _Undo(Exception):
    pass


def decision(
    settings: Settings,
    archive: Archive | None,
    as_of: date,
    *,
    why: str,
    nothing_since: bool,
    listed: bytes = b"",
    reason: str = "",
    more: Mapping[str, int] | None = None,
) -> Decision:
    """A person's decision that this home's ledger goes on, with all that is known to have gone out; `more`
    by receiver."""
    try:
        outside = outside_head.read(settings.home / outside_head.FOLDER / outside_head.FILE)
    except ValueError:
        outside = None  # damaged: what it knew is lost; the other heads and the gap make up for it
    clearinghouses = partner_files.load(settings.partners).clearinghouses
    receivers = {
        receiver_of(clearinghouse): 0 for clearinghouse in clearinghouses.values()
    }  # also those that nothing went to yet
    return Decision(
        business_on=as_of.isoformat(),
        why=why,
        outside=outside,
        heads=known_sent.heads(settings),
        home=outside_head.mark(settings.home),
        known=[receivers, *known_sent.numbers(settings, archive, listed), more or {}],
        stop=None if nothing_since else sorted(clearinghouses),
        reason=reason,
    )


def accept(
    home: Home, as_of: date, why: str, *, nothing_since: bool, listed: bytes = b"", really: bool = True
) -> Accepted:
    """The ledger in doubt is the one that goes on. `nothing_since`: nothing was sent that it does not
    know of, as when the home was moved; then no partner is stopped. Without `really` all is taken back.

    Raises:
        StepError: LGR-01, nothing is in doubt.
    """
    doubt = home.doubt or partner_evidence.standing(home)
    if not doubt:
        raise StepError("LGR-01", "the ledger is at its head outside; there is nothing to decide")
    decided = decision(
        home.settings,
        home.ledger.archive,
        as_of,
        why=why,
        nothing_since=nothing_since,
        listed=listed,
        reason=f"{doubt[:1].upper()}{doubt[1:]}; ask the partner what came since",
        more=partner_evidence.numbers(home),
    )
    done: Accepted | None = None
    try:
        evident = partner_evidence.stopped_for(home)
        with home.ledger.write() as connection:
            batches.lift_stops(connection, evident)
            held = epochs.begin(connection, decided)
            alerts.settle_all(connection, DOUBT)
            known = epochs.identity_of(connection)
            assert known is not None
            stopped = epochs.stopped_by(connection, decided)
            done = Accepted(doubt, known.epoch, held, stopped, epochs.numbers(connection))
            if not really:
                raise _Undo
    except _Undo:
        assert done is not None
        return done
    home.doubt = ""
    home.write_head()
    return done
