"""A person says which claims were sent already: by the copies of what was sent, or by a partner's list."""

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from itertools import chain
from pathlib import Path

import edi
from config.partners import Clearinghouse
from edi.records import Claim, InterchangeHeader
from ledger.maintenance import packing
from ledger.queries.batches import name_of
from ledger.queries.claims import ready_numbers
from ledger.sending import claims_out
from ledger.sending.claims_out import ClaimOut, Counted, FileOut
from tasks.batches.known_sent import sent_copies, sent_in_packs
from tasks.batches.plan import receiver_of
from tasks.errors import StepError
from tasks.home.home import Home

WORD = re.compile(r"[^\s,;|\"']+")


def from_sent(home: Home, as_of: date, why: str, *, really: bool) -> list[Counted]:
    """Counts as out what lies in HOME/edi/sent, or in a pack of the archive, and this ledger does not know to
    have sent."""
    return _count(home, as_of, chain(_copies(home), _packed(home)), why, really=really)


def from_list(home: Home, as_of: date, file: Path, why: str, *, really: bool) -> list[Counted]:
    """Counts as out the ready claims whose patient control number stands in a text of the partner's.

    Raises:
        StepError: LGR-04, the list can't be read, or names no claim that waits.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise StepError("LGR-04", f"{file} can't be read: {error.strerror}") from None
    found = _count(home, as_of, _listed(home, file.name, data), why, really=really)
    if not found:
        raise StepError(
            "LGR-04",
            f"{file.name} names no claim that waits to be sent; `run` first, so that claims are built from "
            "the inbox, and give the numbers as they stand in CLM01",
        )
    return found


def _count(home: Home, as_of: date, files: Iterator[FileOut], why: str, *, really: bool) -> list[Counted]:
    business_on = as_of.isoformat()
    found = [claims_out.count(home.ledger, business_on, file, why, really=really) for file in files]
    found = [one for one in found if one.claims or one.not_found]
    if really and found:
        claims_out.record(home.ledger, business_on, found, why)
    return found


def _copies(home: Home) -> Iterator[FileOut]:
    for path, data in sent_copies(home.settings, home.ledger.archive):
        clearinghouse = home.partners.clearinghouses.get(path.parent.name)
        headers = edi.read_envelopes(data)
        if clearinghouse is None or len(headers) != 1 or not headers[0].complete:
            continue
        yield _file_out(clearinghouse, path.name.removesuffix(".age"), headers[0], data)


def _packed(home: Home) -> Iterator[FileOut]:
    """Files of packs that the ledger does not name: those of nights after its backup. A pack says nothing of
    where a file went, so who sent it and who receives it tell."""
    with home.ledger.read() as connection:
        known = packing.named(connection)
    for data in sent_in_packs(home.settings, home.ledger.archive, known):
        headers = edi.read_envelopes(data)
        if len(headers) != 1 or not headers[0].complete:
            continue
        to = (headers[0].sender_id, headers[0].receiver_qualifier, headers[0].receiver_id, headers[0].usage)
        for clearinghouse in home.partners.clearinghouses.values():
            of = (clearinghouse.sender_id, clearinghouse.receiver_qualifier, clearinghouse.receiver_id)
            if (*of, clearinghouse.usage) == to:
                digest = hashlib.sha256(data).hexdigest()
                name = name_of(home.ledger, clearinghouse.key, digest) or f"{digest[:16]}.837"
                yield _file_out(clearinghouse, name, headers[0], data)
                break


def _file_out(clearinghouse: Clearinghouse, name: str, header: InterchangeHeader, data: bytes) -> FileOut:
    return FileOut(
        clearinghouse=clearinghouse.key,
        receiver=receiver_of(clearinghouse),
        name=name,
        data=data,
        claims=[_claim(c) for c in edi.read_claims(data)],
        isa13=int(header.control_number),
    )


def _claim(claim: Claim) -> ClaimOut:
    return ClaimOut(
        patient_control_number=claim.patient_control_number,
        billing_npi=claim.billing.npi,
        member_id=claim.subscriber.member_id,
        charge=claim.charge,
        lines=tuple(
            (line.procedure, line.service_from.isoformat() if line.service_from else "")
            for line in claim.lines
        ),
    )


def _listed(home: Home, name: str, data: bytes) -> Iterator[FileOut]:
    """One file a clearinghouse that a named claim waits for."""
    words = set(WORD.findall(data.decode("utf-8", "replace")))
    by_clearinghouse: dict[str, list[ClaimOut]] = {}
    for number, payer in ready_numbers(home.ledger):
        if number in words and payer in home.partners.payers:
            clearinghouse = home.partners.clearinghouse_of(home.partners.payers[payer])
            by_clearinghouse.setdefault(clearinghouse.key, []).append(ClaimOut(number))
    for key, claims in sorted(by_clearinghouse.items()):
        yield FileOut(
            clearinghouse=key,
            receiver=receiver_of(home.partners.clearinghouses[key]),
            name=f"{hashlib.sha256(data).hexdigest()[:16]}_{re.sub('[^A-Za-z0-9.-]', '_', name)}",
            data=data,
            claims=claims,
            listed=True,
        )
