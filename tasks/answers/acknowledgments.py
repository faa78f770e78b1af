"""Takes in the acknowledgments of one file: TA1, 999 and 277CA move batches and claims, a 277 answers an
inquiry or asks for documents."""

from collections import Counter
from datetime import date

import edi
from config.problem import Problem
from edi.records import InformationRequest
from ledger import acknowledge as book
from ledger.sending.responses import ResponseRow
from tasks.answers import received
from tasks.answers.contents import ACKNOWLEDGMENTS, Contents, Key, key_of, look
from tasks.home.home import Home


def take_file(home: Home, as_of: date, response_id: int) -> dict[str, int]:
    """Applies one file of acknowledgments."""
    row, data = received.get(home.ledger, response_id)
    contents = look(home.partners.clearinghouses.get(row.clearinghouse), data)
    taken = take(home, as_of.isoformat(), row, data, contents, Counter(), [])
    return {
        "accepted": taken.accepted,
        "rejected": taken.rejected,
        "unknown": taken.unknown,
        "statuses": taken.statuses,
        "coverages": taken.coverages,
    }


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
    found: list[book.Acknowledgment] = []
    if contents.kinds & ACKNOWLEDGMENTS:
        found = list(contents.each(edi.read_acknowledgments(data), troubles))
        found += contents.each(edi.read_claim_statuses(data), troubles)
        if "277" in contents.kinds:
            found += contents.each(edi.read_information_requests(data), troubles)
    if "271" in contents.kinds:
        found += contents.each(edi.read_eligibility(data), troubles)
    handed.update(key_of(record) for record in found)
    left = [*contents.troubles, *troubles, *contents.left(handed)]
    payers = {
        one.payer.id: known.key
        for one in found
        if isinstance(one, InformationRequest)
        and (known := home.partners.payer(one.payer.id) or home.partners.payer(one.payer.last))
    }
    return book.take(home.ledger, business_on, row.id, found, left, payers)
