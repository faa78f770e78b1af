"""Collects what partners answered: each file once, whole, under our own name, routed by its envelopes.

A file is read when two looks at it agree; its bytes are kept in the ledger by their hash, and a
copy lies under HOME/edi/received. A name from outside is only ever looked up, never joined to
a path. What is no X12 is archived; what is not for us, damaged or not understood is quarantined
with the reason, and the others go on.

A name, size and time that were read before stand for the same bytes only while every listing has
shown them, and only where the time proves it: a server that gives none, or a file as new as any in
its listing, leaves a doubt, and the file is read again. Only bytes whose hash is stored are deleted.
"""

import time
from collections.abc import Sequence
from datetime import date
from pathlib import PurePosixPath

import transport
from config.partners import Clearinghouse
from config.problem import Problem
from edi.read.tidying import tidied
from ledger.border import kept
from ledger.runs import alerts
from ledger.sending import responses
from ledger.sending.responses import RemoteLook
from tasks.answers.contents import TAKEN, look, what_becomes
from tasks.home.home import Home, keep_copy
from tasks.inbox.files import sha256
from transport import Listing, RemoteFile, Transport, TransportError
from transport.errors import ConnectionLost, FileChanging, NoSuchFile, RemoteRefused, TimedOut, TooLarge

ROUNDS = 5  # looks in one night: answers to what was just sent come while we look
MOST_LOST = 3  # files of a night that may end the connection; then the partner is left for later
MOST_DOUBTED = 10_000  # files that are read again in one night, so that there is room for new ones
REFUSED = "RSP-REFUSED"
IN_DOUBT = -1  # stands for the time of a file whose time does not prove which bytes were read

Look = tuple[int, int]
"""Size and time of a remote file."""


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The clearinghouses that answer. A home without partners contacts nobody."""
    return sorted(home.partners.clearinghouses)


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Takes every finished file of one clearinghouse.

    Where reading one file ends the connection, the others are read over a new one.

    Raises:
        TransportError: the partner cannot be reached; or a file ended its connection, raised when the
            others are through.
    """
    collection = _Collection(home, home.reached(home.partners.clearinghouses[piece]), as_of.isoformat())
    while True:
        try:
            with transport.open(collection.clearinghouse, loopback_only=home.settings.demo) as site:
                collection.collect(site)
            break
        except (ConnectionLost, TimedOut) as error:
            if not collection.touched or len(collection.lost) >= MOST_LOST:
                raise
            collection.lost[collection.touched] = error
            collection.touched = ""
    collection.report()
    for lost in collection.lost.values():
        raise lost
    return collection.counts


class _Collection:
    """What one run has seen of one clearinghouse so far."""

    def __init__(self, home: Home, clearinghouse: Clearinghouse, business_on: str) -> None:
        self.home = home
        self.clearinghouse = clearinghouse
        self.business_on = business_on
        self.counts = {"files": 0, "known": 0, "refused": 0, "changing": 0}
        self.touched = ""  # the file that is being read or removed
        self.lost: dict[str, TransportError] = {}  # files that ended the connection
        self.read: dict[str, Look] = {}  # read and stored in this run
        self.noted: set[str] = set()  # looked at for the first time in this run
        self.missing: set[str] = set()  # listed, and not there when they were to be read
        self.left: set[str] = set()  # stored, but the partner does not let them be removed
        self.refused: dict[str, str] = {}  # not read, with the reason
        self.reported: set[str] = set()  # of those, reported already
        self.unnamed = 0
        self.newest = 0  # time of the newest file of the last listing
        self.cut = False

    def collect(self, site: Transport) -> None:
        """Looks several times, and reads what stood still between two looks."""
        before: dict[str, Look] = {}
        for _ in range(ROUNDS):
            seen = responses.seen(self.home.ledger, self.clearinghouse.key)
            new: dict[str, Look] = {}
            fetched = False
            for remote in self._listing(site, seen).files:
                here = (remote.size, remote.mtime)
                known = seen.get(remote.name)
                noted = None if known is None else (known.size, known.mtime)
                if known is not None and known.sha256 and noted == here:
                    # a run ended before it did
                    fetched = self._remove(site, remote.name, known.sha256) or fetched
                elif here in (before.get(remote.name), noted) or noted == (remote.size, IN_DOUBT):
                    fetched = self._fetch(site, remote) or fetched
                else:
                    new[remote.name] = here
            if new:
                responses.note_looks(self.home.ledger, self.clearinghouse.key, new, seen)
                self.noted.update(new)
            self._report_refused()
            self.counts["changing"] = len(new)
            before = new
            if not new and not fetched:
                break
            time.sleep(self.home.settings.look_again_seconds)

    def _listing(self, site: Transport, seen: dict[str, RemoteLook]) -> Listing:
        """What is to be looked at. What is gone is forgotten: the next file of its name is another one."""
        present: set[str] = set()
        doubted: list[None] = []
        self.newest = 0
        self.touched = ""

        def skip(remote: RemoteFile) -> bool:
            if remote.name in seen:
                present.add(remote.name)
            self.newest = max(self.newest, remote.mtime)
            if remote.size > self.clearinghouse.max_download_bytes:
                most = self.clearinghouse.max_download_bytes
                self.refused.setdefault(remote.name, f"{remote.size} bytes, at most {most} are read")
            if remote.name in self.refused or remote.name in self.lost:
                return True
            here = (remote.size, remote.mtime)
            if self.read.get(remote.name) == here:
                return True
            known = seen.get(remote.name)
            if known is not None and known.sha256 and known.mtime == IN_DOUBT:
                doubted.append(None)
                return len(doubted) > MOST_DOUBTED
            removes = self.clearinghouse.delete_after_download and remote.name not in self.left
            return (
                known is not None and bool(known.sha256) and (known.size, known.mtime) == here and not removes
            )

        listing = site.listing(skip)
        self.cut = listing.cut
        self.unnamed = listing.unnamed
        for refused in listing.refused:
            self.refused.setdefault(refused.escaped_name, refused.reason)
        if not listing.cut:
            responses.forget_looks(self.home.ledger, self.clearinghouse.key, seen.keys() - present)
        return listing

    def _fetch(self, site: Transport, remote: RemoteFile) -> bool:
        """Reads and stores one file. False where it waits for another night, or its bytes are known."""
        self.touched = remote.name
        try:
            data = site.get(remote.name, self.clearinghouse.max_download_bytes)
        except FileChanging as error:
            if remote.name not in self.noted:  # it stood still since another night
                self.refused[remote.name] = error.what
            return False
        except NoSuchFile:
            if remote.name in self.missing:
                self.refused[remote.name] = "it is listed, but not there when it is to be read"
            self.missing.add(remote.name)
            return True
        except (RemoteRefused, TooLarge) as error:
            self.refused[remote.name] = error.what
            return False
        digest = sha256(data)
        plain = tidied(data)
        contents = look(self.clearinghouse, plain)
        first = contents.headers[0] if contents.headers else None
        kinds = contents.kinds
        state, troubles = what_becomes(contents, plain)
        doubtful = remote.mtime <= 0 or remote.mtime >= self.newest
        stored = responses.store(
            self.home.ledger,
            self.business_on,
            self.clearinghouse.key,
            remote.name,
            data,
            size=remote.size,
            mtime=IN_DOUBT if doubtful else remote.mtime,
            sender=f"{kept(first.sender_qualifier)}:{kept(first.sender_id)}" if first is not None else "",
            isa13=kept(first.control_number) if first is not None else "",
            kinds=" ".join(sorted(kinds)),
            state=state,
            # of a file that is taken in part the reasons are reported with what comes of the rest
            troubles=troubles if state == "quarantined" else (),
            whole=not troubles,
        )
        again = remote.name in self.read
        self.read[remote.name] = (remote.size, remote.mtime)
        if not again:
            self.counts["files" if stored is not None else "known"] += 1
        keep_received(self.home, self.clearinghouse.key, data, kinds)
        replaced = self._remove(site, remote.name, digest)  # only now: the ledger has it
        return replaced or stored is not None

    def _remove(self, site: Transport, name: str, digest: str) -> bool:
        """Takes a stored file away where the partner wants that; refused, it is `left`, the others go on.

        True where another file has its name by now, which is to be read.
        """
        if not self.clearinghouse.delete_after_download or name in self.left:
            return False
        self.touched = name
        try:
            site.remove(name, digest, self.clearinghouse.max_download_bytes)
        except (FileChanging, TooLarge):  # another file by now: it is read when it stands still
            self.read.pop(name, None)
            responses.forget_looks(self.home.ledger, self.clearinghouse.key, [name])
            return True
        except RemoteRefused:
            self.left.add(name)
        return False

    def _report_refused(self) -> None:
        """Each file that is not read stands in the queue once."""
        fresh = {name: reason for name, reason in self.refused.items() if name not in self.reported}
        self.reported.update(fresh)
        self.counts["refused"] = len(self.refused) + self.unnamed
        if fresh:
            remedy = "it stays where it is; ask the partner what it is"
            troubles = [
                (name, Problem(place="", code=REFUSED, message=f"not read: {reason}", remedy=remedy))
                for name, reason in fresh.items()
            ]
            responses.refuse(self.home.ledger, self.business_on, self.clearinghouse.key, troubles)

    def report(self) -> None:
        """Alerts of what a person has to ask the partner about; each settles itself when it is over."""
        key = self.clearinghouse.key
        refused = self.counts["refused"]
        if not self.cut and not self.unnamed:  # else one that was reported before may still be there
            still = self.refused.keys() | self.lost.keys()
            responses.no_longer_refused(self.home.ledger, self.business_on, key, REFUSED, still)
        for cause, holds, code, message, remedy in (
            (
                f"left at {key}",
                bool(self.left),
                "RSP-LEFT",
                f"{key} does not let stored answers be removed; they stay there and are not taken again",
                "ask the partner for the right to remove, or set delete_after_download = false",
            ),
            (
                f"not read at {key}",
                bool(refused),
                REFUSED,
                f"{key} lists files that are not read: {refused}",
                "`cleanclaim quarantine` says which and why; ask the partner to take them away",
            ),
            (
                f"listing cut at {key}",
                self.cut,
                "RSP-CUT",
                f"{key} lists more files than are looked at in one night; the rest comes the next nights",
                "ask the partner to clear the folder, or set delete_after_download = true",
            ),
        ):
            if holds:
                alerts.report(self.home.ledger, cause, self.business_on, code, message, remedy, lasting=True)
            else:
                alerts.settle(self.home.ledger, cause)


def keep_received(home: Home, clearinghouse: str, data: bytes, kinds: frozenset[str]) -> None:
    """The copy for people, under our own name: what it is and the beginning of its hash."""
    kind = "-".join(sorted(kinds & TAKEN)).lower() or "other"
    name = PurePosixPath(f"{kind}_{sha256(data)[:16]}{'.txt' if kind == 'other' else '.x12'}").name
    keep_copy(home, home.received / clearinghouse / name, data)
