"""Validates the coding of every open encounter: held where a finding holds it, clean otherwise.

What is held is judged again where code sets, partners' files, the calendar, its patient's claims or a person
may say otherwise now (`ledger/encounters/judged.py`); a corrected encounter goes out by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.agreed import authorizations
from ledger.encounters import encounters, judged
from ledger.encounters.encounters import EncounterRow
from tasks import chunks
from tasks.claims.findings import hold_failed
from tasks.home.home import Home
from tasks.steps.judging import NOTHING, Chunk


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The open encounters that must be judged in chunks, as `first-last`."""
    judged.follow(home.ledger)
    wanted = judged.wanted(home.validation(as_of, anew=True).judged_as, as_of)
    found = encounters.chunks(home.ledger, home.settings.chunk_size, which=wanted)
    return [f"{first}-{last}" for first, last in found]


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Runs the edits on one chunk. An encounter on which that fails is held with what may be shown."""
    return _done(home, as_of, _rows(home, as_of, piece))


def shared(home: Home) -> bool:
    """Whether chunks may be judged side by side."""
    return not authorizations.kept_with(home.ledger)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A chunk as it is judged by what the ledger says now. `chunk` is None where one of it fails."""

    rows: Sequence[EncounterRow]
    chunk: Chunk | None


def prepare(home: Home, as_of: date, piece: str) -> Prepared:
    """Judges one chunk, beside others; writes nothing."""
    rows = _rows(home, as_of, piece)
    return Prepared(rows, chunks.tried(lambda: Chunk(home, as_of, rows)) if rows else None)


def finish(home: Home, as_of: date, prepared: Prepared) -> dict[str, int]:
    """Records what was judged, in the chunk's turn. The encounters of patients of whom more is clean by now
    are judged again; where one failed, all are done one after another."""
    chunk = prepared.chunk
    counts = chunks.tried(lambda: _recorded(chunk)) if chunk is not None else None
    return counts if counts is not None else _done(home, as_of, prepared.rows)


def _recorded(chunk: Chunk) -> dict[str, int]:
    chunk.bring_up_to_date()
    return chunk.record()


def _rows(home: Home, as_of: date, piece: str) -> Sequence[EncounterRow]:
    first, last = map(int, piece.split("-"))
    wanted = judged.wanted(home.validation(as_of).judged_as, as_of, first, last)
    return encounters.load_of(home.ledger, wanted)


def _done(home: Home, as_of: date, rows: Sequence[EncounterRow]) -> dict[str, int]:
    return chunks.done(
        rows,
        "validate_coding",
        lambda some: Chunk(home, as_of, some).record() if some else dict(NOTHING),
        lambda row, why: hold_failed(home.ledger, as_of, row, why),
    )
