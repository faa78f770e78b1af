"""Takes in the acknowledgments of one file: TA1, 999 and 277CA move batches and claims, a 277 answers an
inquiry or asks for documents."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import edi
from config.problem import Problem
from edi.records import InformationRequest
from ledger import acknowledge as book
from ledger.sending.responses import ResponseRow
from tasks.answers import received
from tasks.answers.contents import ACKNOWLEDGMENTS, Contents, Key, key_of, look
from tasks.home.home import Home


@dataclass(frozen=True, slots=True)
class ReadAnswers:
    """A file of acknowledgments as it was read: its records, and what of it no reader handed on."""

    row: ResponseRow
    found: Sequence[book.Acknowledgment]
    left: Sequence[Problem]


def read_file(home: Home, response_id: int) -> ReadAnswers:
    """Reads one file of acknowledgments; writes nothing."""
    row, data = received.get(home.ledger, response_id)
    contents = look(home.partners.clearinghouses.get(row.clearinghouse), data)
    return _read(row, data, contents, Counter(), [])


def apply(home: Home, as_of: date, read: ReadAnswers) -> dict[str, int]:
    """Applies a file of acknowledgments that was read, and closes it."""
    taken = _applied(home, as_of.isoformat(), read)
    return {
        "accepted": taken.accepted,
        "rejected": taken.rejected,
        "unknown": taken.unknown,
        "statuses": taken.statuses,
        "coverages": taken.coverages,
    }


def take_file(home: Home, as_of: date, response_id: int) -> dict[str, int]:
    """Applies one file of acknowledgments."""
    return apply(home, as_of, read_file(home, response_id))


def take(
    home: Home,
    business_on: str,
    row: ResponseRow,
    data: bytes,
    contents: Contents,
    handed: Counter[Key],
    troubles: list[Problem],
) -> book.Taken:
    """Applies the acknowledgments of a file and closes it; what no reader `handed` on is quarantined."""
    return _applied(home, business_on, _read(row, data, contents, handed, troubles))


def _read(
    row: ResponseRow, data: bytes, contents: Contents, handed: Counter[Key], troubles: list[Problem]
) -> ReadAnswers:
    found: list[book.Acknowledgment] = []
    if contents.kinds & ACKNOWLEDGMENTS:
        found = list(contents.each(edi.read_acknowledgments(data), troubles))
        found += contents.each(edi.read_claim_statuses(data), troubles)
        if "277" in contents.kinds:
            found += contents.each(edi.read_information_requests(data), troubles)
    if "271" in contents.kinds:
        found += contents.each(edi.read_eligibility(data), troubles)
    handed.update(key_of(record) for record in found)
    return ReadAnswers(row, found, [*contents.troubles, *troubles, *contents.left(handed)])


def _applied(home: Home, business_on: str, read: ReadAnswers) -> book.Taken:
    payers = {
        one.payer.id: known.key
        for one in read.found
        if isinstance(one, InformationRequest)
        and (known := home.partners.payer(one.payer.id) or home.partners.payer(one.payer.last))
    }
    return book.take(home.ledger, business_on, read.row.id, read.found, read.left, payers)
