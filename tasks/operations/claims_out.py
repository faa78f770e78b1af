"""A person says which claims were sent already: by the copies of what was sent, or by a partner's list."""

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import edi
from edi.records import Claim
from ledger.queries.claims import ready_numbers
from ledger.sending import claims_out
from ledger.sending.claims_out import ClaimOut, Counted, FileOut
from tasks.batches.known_sent import sent_copies
from tasks.batches.plan import receiver_of
from tasks.errors import StepError
from tasks.home.home import Home

WORD = re.compile(r"[^\s,;|\"']+")


def from_sent(home: Home, as_of: date, why: str, *, really: bool) -> list[Counted]:
    """Counts as out what lies in HOME/edi/sent and this ledger does not know to have sent."""
    return _count(home, as_of, _copies(home), why, really=really)


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
        yield FileOut(
            clearinghouse=clearinghouse.key,
            receiver=receiver_of(clearinghouse),
            name=path.name.removesuffix(".age"),
            data=data,
            claims=[_claim(c) for c in edi.read_claims(data)],
            isa13=int(headers[0].control_number),
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
