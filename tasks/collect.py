"""Collects what partners answered: each file once, whole, under our own name, routed by its envelopes.

A file is read when two looks at it agree; its bytes are kept in the ledger by their hash, and a
copy lies under HOME/edi/received. A name from outside is only ever looked up, never joined to
a path. What is no X12 is archived; what is not for us, damaged or not understood is put aside with
the reason, and the others go on.
"""

import time
from collections.abc import Sequence
from datetime import date
from pathlib import PurePosixPath

import edi
import transport
from config.partners import Clearinghouse
from edi.records.envelope import InterchangeHeader
from ledger import alerts, responses
from ledger.taken import Trouble
from tasks.home import Home, keep_copy
from tasks.inbox_files import sha256
from transport.errors import FileChanging, NoSuchFile, RemoteRefused, TooLarge

ROUNDS = 5  # looks in one evening: answers to what was just sent come while we look
PAUSE = 0.4  # seconds between two looks
ACKNOWLEDGMENTS = frozenset({"TA1", "999", "277"})
REMITTANCE = "835"
TAKEN = ACKNOWLEDGMENTS | {REMITTANCE}


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The clearinghouses that answer. A home without partners contacts nobody."""
    return sorted(home.partners.clearinghouses)


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Takes every finished file of one clearinghouse over one connection."""
    house = home.reached(home.partners.clearinghouses[piece])
    night = as_of.isoformat()
    counts = {"files": 0, "known": 0, "refused": 0, "changing": 0}
    with transport.open(house, loopback_only=home.settings.demo) as site:
        before: dict[str, tuple[int, int]] = {}
        left: set[str] = set()
        for _ in range(ROUNDS):
            listing = site.listing()
            seen = responses.seen(home.ledger, house.key)
            for refused in listing.refused:
                counts["refused"] += _refuse(home, night, house, refused.escaped_name, refused.reason)
            new: dict[str, tuple[int, int]] = {}
            fetched = 0
            for remote in listing.files:
                if remote.size > house.max_download_bytes:
                    reason = f"{remote.size} bytes, at most {house.max_download_bytes} are read"
                    counts["refused"] += _refuse(home, night, house, remote.name, reason)
                    continue
                look = (remote.size, remote.mtime)
                known = seen.get(remote.name)
                if known is not None and known.sha256 and (known.size, known.mtime) == look:
                    _remove(site, house, remote.name, left)  # a run ended before it did
                    continue
                if before.get(remote.name) == look or (
                    known is not None and (known.size, known.mtime) == look
                ):
                    fetched += _fetch(home, site, house, night, remote, counts, left)
                else:
                    new[remote.name] = look
            if new:
                responses.note_look(home.ledger, house.key, new)
            counts["changing"] = len(new)
            before = new
            if not new and not fetched:
                break
            time.sleep(PAUSE)
    _tell_of_left(home, night, house, left)
    return counts


def _fetch(
    home: Home,
    site: transport.Transport,
    house: Clearinghouse,
    night: str,
    remote: transport.RemoteFile,
    counts: dict[str, int],
    left: set[str],
) -> bool:
    """Reads and stores one file. False where it waits for another look."""
    try:
        data = site.get(remote.name, house.max_download_bytes)
    except (FileChanging, NoSuchFile):
        return False
    except TooLarge as error:
        counts["refused"] += _refuse(home, night, house, remote.name, error.what)
        return False
    route = route_of(house, data)
    state, trouble, header, kinds = route
    stored = responses.store(
        home.ledger,
        night,
        house.key,
        remote.name,
        data,
        size=remote.size,
        mtime=remote.mtime,
        sender=f"{header.sender_qualifier}:{header.sender_id}" if header is not None else "",
        isa13=header.control_number if header is not None else "",
        kinds=" ".join(sorted(kinds)),
        state=state,
        trouble=trouble,
    )
    counts["files" if stored is not None else "known"] += 1
    keep_received(home, house.key, data, kinds)
    _remove(site, house, remote.name, left)  # only now: the ledger has it
    return True


def _remove(site: transport.Transport, house: Clearinghouse, name: str, left: set[str]) -> None:
    """Takes a stored file away where the partner wants that; refused, it is `left` and the others go on."""
    if not house.delete_after_download or name in left:
        return
    try:
        site.remove(name)
    except RemoteRefused:
        left.add(name)


def _tell_of_left(home: Home, night: str, house: Clearinghouse, left: set[str]) -> None:
    key = f"left at {house.key}"
    if left:
        alerts.tell(
            home.ledger,
            key,
            night,
            "RSP-LEFT",
            f"{house.key} does not let stored answers be removed; they stay there and are not taken again",
            "ask the partner for the right to remove, or set delete_after_download = false",
        )
    elif house.delete_after_download:
        alerts.settle(home.ledger, key)


def route_of(
    house: Clearinghouse, data: bytes
) -> tuple[str, Trouble | None, InterchangeHeader | None, frozenset[str]]:
    """What becomes of a file: its state, why it is put aside, its first interchange, what is in it."""
    headers = edi.read_envelopes(data)
    if not headers:
        if data[:3] == b"ISA" or not data:
            return "quarantined", _damaged("its ISA cannot be read"), None, frozenset()
        return "archived", None, None, frozenset()
    first = headers[0]
    kinds = frozenset(kind for header in headers for kind in header.kinds)
    if not all(header.complete for header in headers):
        return "quarantined", _damaged("IEA, GE or SE are missing or disagree with their counts"), None, kinds
    for header in headers:
        if header.usage != house.usage:
            return (
                "quarantined",
                Trouble(
                    code="RSP-USAGE",
                    place="ISA15",
                    message=f"marked {header.usage}, this partner is set up for {house.usage}",
                    remedy="ask the partner; nothing of it was taken",
                ),
                first,
                kinds,
            )
        if header.receiver_id != house.sender_id:
            return (
                "quarantined",
                Trouble(
                    code="RSP-RECEIVER",
                    place="ISA08",
                    message="it is addressed to somebody else",
                    remedy="tell the partner; nothing of it was taken",
                ),
                first,
                kinds,
            )
    if not kinds & TAKEN:
        return "archived", None, first, kinds
    return "stored", None, first, kinds


def _damaged(what: str) -> Trouble:
    return Trouble(
        code="RSP-DAMAGED",
        place="envelope",
        message=what,
        remedy="ask the partner to provide the file again; nothing of it was taken",
    )


def _refuse(home: Home, night: str, house: Clearinghouse, name: str, reason: str) -> int:
    trouble = Trouble(
        code="RSP-REFUSED",
        message=f"not read: {reason}",
        remedy="it stays where it is; ask the partner what it is",
    )
    responses.refuse(home.ledger, night, house.key, name, trouble)
    return 1


def keep_received(home: Home, clearinghouse: str, data: bytes, kinds: frozenset[str]) -> None:
    """The copy for people, under our own name: what it is and the beginning of its hash."""
    kind = "-".join(sorted(kinds & TAKEN)).lower() or "other"
    name = PurePosixPath(f"{kind}_{sha256(data)[:16]}{'.txt' if kind == 'other' else '.x12'}").name
    keep_copy(home, home.received / clearinghouse / name, data)
