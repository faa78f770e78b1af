"""Writes the inquiries that are wanted: one interchange a clearinghouse and kind, whole in the ledger first.

Like a batch of claims it is made and checked with no transaction open, under the number that comes next; the
ledger stores number, bytes and inquiries together, or nothing where the number was taken meanwhile. An
inquiry that is of no use any more, or can't be written, is dropped with the reason, and the others go.
Sending is that of claim files.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import edi
from config.clearinghouse import Clearinghouse
from ledger.errors import StateConflict
from ledger.sending import batches, inquiries
from ledger.sending.batches import NewBatch
from ledger.sending.inquiries import Inquiry
from tasks import chunks
from tasks.batches.plan import envelope, receiver_of
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.inquiries.coverage import CoverageWriter
from tasks.inquiries.records import RecordsWriter
from tasks.inquiries.status import StatusWriter
from tasks.inquiries.writing import Writer

ATTEMPTS = 3  # of a file whose number was taken meanwhile
WRITERS: Final[Mapping[str, Writer]] = {
    "276": StatusWriter(),
    "275": RecordsWriter(),
    "270": CoverageWriter(),
}
"""By the kind of inquiry."""
ALONE: Final = frozenset({"275"})
"""Kinds of which a file has one: they are large, and what a partner refuses of a file is that one."""


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The files to be, as `clearinghouse:kind`. Partners that are stopped or have no file any more wait."""
    stopped = batches.stopped(home.ledger)
    wanted = {(one.clearinghouse, one.kind) for one in inquiries.wanted(home.ledger)}
    return sorted(
        f"{clearinghouse}:{kind}"
        for clearinghouse, kind in wanted
        if clearinghouse in home.partners.clearinghouses and clearinghouse not in stopped and kind in WRITERS
    )


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Writes every inquiry of one kind that one clearinghouse is to have."""
    key, _, kind = piece.partition(":")
    clearinghouse = home.partners.clearinghouses[key]
    counts = {"files": 0, "inquiries": 0, "dropped": 0}
    failed = 0
    most = 1 if kind in ALONE else clearinghouse.max_claims_per_batch
    while asked := inquiries.wanted(home.ledger, kind, key)[:most]:
        asked.sort(key=lambda one: (one.payer, one.practice, one.id))
        try:
            written, dropped = _write(home, as_of, clearinghouse, kind, asked)
        except StateConflict:
            failed += 1
            if failed == ATTEMPTS:
                raise
            continue
        counts["files"] += bool(written)
        counts["inquiries"] += written
        counts["dropped"] += dropped
    return counts


def _write(
    home: Home, as_of: date, clearinghouse: Clearinghouse, kind: str, asked: Sequence[Inquiry]
) -> tuple[int, int]:
    """Writes one file of these; how many are in it, and how many were dropped."""
    writer = WRITERS[kind]
    made = writer.make(home, as_of, asked)
    isa13 = batches.next_control_number(home.ledger, receiver_of(clearinghouse))
    records = {one.id: made.records[one.id] for one in asked if one.id in made.records}
    data, faults = _file(writer, clearinghouse, isa13, as_of, list(records.values()))
    if faults:
        for number, record in records.items():
            if wrong := _file(writer, clearinghouse, isa13, as_of, [record])[1]:
                made.dropped[number] = f"it can't be written: {wrong[0]}"
        records = {i: record for i, record in records.items() if i not in made.dropped}
        data, faults = _file(writer, clearinghouse, isa13, as_of, list(records.values()))
    if made.dropped:
        inquiries.drop(home.ledger, as_of.isoformat(), made.dropped)
    if not records:
        return 0, len(made.dropped)
    if faults:
        raise StepError("INQ-01", f"a file of inquiries to {clearinghouse.key} has {faults[0]}; report this")
    batches.store(
        home.ledger,
        as_of.isoformat(),
        NewBatch(
            kind=kind,
            clearinghouse=clearinghouse.key,
            receiver=receiver_of(clearinghouse),
            payer="",
            isa13=isa13,
            name=clearinghouse.inquiry_file_name(isa13=isa13, day=as_of, kind=kind),
            data=data,
            inquiries=list(records),
        ),
    )
    return len(records), len(made.dropped)


def _file(
    writer: Writer, clearinghouse: Clearinghouse, isa13: int, as_of: date, records: Sequence[Any]
) -> tuple[bytes, list[str]]:
    """A file of these, and what is wrong with it: codes and places, no value of it."""
    named = [(inquiries.trace_of(isa13, at), record) for at, record in enumerate(records, 1)]
    try:
        data = writer.write(named, envelope(clearinghouse, isa13, as_of))
    except edi.EdiError as error:
        return b"", [error.message]
    except Exception as error:
        if not chunks.of_the_content(error):
            raise
        return b"", [type(error).__name__]
    return data, [f"{f.code} {f.segment}{f.element}" for f in edi.check(data) if f.severity == "error"]
