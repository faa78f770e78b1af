"""What the partner says to the claims in its folder: which it takes, and what their payers pay.

Two in a hundred claims are rejected by the 277CA, twelve are denied. One file in its folder is held at a
time: for each there is a 277CA, and an 835 a payer, with a payment for each provider who billed.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path

import edi
from bench.lifelike.partners import CLEARINGHOUSE
from edi.records import (
    Adjustment,
    Claim,
    ClaimAcknowledgment,
    ClaimPayment,
    ClaimStatus,
    Envelope,
    Party,
    Person,
    ProviderStatus,
    Remittance,
    ServicePayment,
    Status,
)

REJECTED = 0.02
DENIED = 0.12
DENIALS = ("197", "50", "29", "204", "96", "167", "151")
OURS = "CLEANCLAIM"


class Partner:
    """A clearinghouse whose folder is `site`, and the payers behind it. It knows which files it answered.

    Beside each of so many claims (`strangers`, a share) a payer pays one that an older system sent.
    """

    def __init__(self, site: Path, strangers: float = 0.0) -> None:
        self.site = site
        self.strangers = strangers
        self.answered: set[str] = set()
        self._numbers = count(1)

    def answer(self, day: date) -> int:
        """Answers every file that came since, on this day. How many claims came."""
        came = 0
        for file in sorted((self.site / "inbound").iterdir()):
            if file.name not in self.answered:
                self.answered.add(file.name)
                came += self._answer(file, day)
        return came

    def _answer(self, file: Path, day: date) -> int:
        claims = list(edi.read_claims(file))
        reference = str(edi.read_envelopes(file)[0].control_number).zfill(9)
        self._put("277CA", edi.write_acknowledgments([taken(claims, reference, day)], self._envelope(day)))
        by_payer: dict[str, list[Claim]] = {}
        for claim in claims:
            if not rejected(claim):
                by_payer.setdefault(claim.payer.id, []).append(claim)
        for those in by_payer.values():
            remittances = self._remittances(those, day)
            self._put("835", edi.write_remittances(remittances, self._envelope(day)))
        return len(claims)

    def _remittances(self, claims: Sequence[Claim], day: date) -> Iterator[Remittance]:
        by_biller: dict[str, list[Claim]] = {}
        for claim in claims:
            by_biller.setdefault(claim.billing.npi, []).append(claim)
        for those in by_biller.values():
            found = [payment(claim) for claim in those]
            found += [
                stranger(claim) for claim in those if _draw(claim, "stranger").random() < self.strangers
            ]
            yield remittance(those, found, f"LIFE{next(self._numbers):08d}", day)

    def _put(self, kind: str, data: bytes) -> None:
        name = f"{next(self._numbers):08d}.{kind.lower()}"
        (self.site / "outbound" / name).write_bytes(data)

    def _envelope(self, day: date) -> Envelope:
        return Envelope(
            sender_id=CLEARINGHOUSE.upper(),
            receiver_id=OURS,
            control_number=next(self._numbers),
            created=day,
            usage="T",
            submitter=Party(),
            receiver=Party(),
        )


def _draw(claim: Claim, what: str) -> random.Random:
    return random.Random(f"{what} {claim.patient_control_number} {claim.payer_order} {claim.frequency}")


def rejected(claim: Claim) -> bool:
    """Whether the clearinghouse refuses it, before any payer sees it."""
    return _draw(claim, "277CA").random() < REJECTED


def taken(claims: Sequence[Claim], reference: str, day: date) -> ClaimAcknowledgment:
    """The 277CA of a file."""
    by_biller: dict[str, tuple[Party, list[Claim]]] = {}
    for claim in claims:
        by_biller.setdefault(claim.billing.npi, (claim.billing, []))[1].append(claim)
    accepted, refused = _halves(claims)
    total = sum(claim.charge for claim in claims)
    return ClaimAcknowledgment(
        source=Party(last="NORTHGATE CLEARING", id="NORTHGATE", id_qualifier="46"),
        receiver=Party(last="CLEANCLAIM DEMO BILLING", id="CCDEMO01", id_qualifier="46"),
        batch_reference=reference,
        source_trace=f"T{reference}",
        received=day,
        processed=day,
        statuses=(Status(category="A1", code="19", entity="PR", action="WQ", effective=day, amount=total),),
        accepted_count=len(accepted),
        rejected_count=len(refused),
        accepted_amount=sum(claim.charge for claim in accepted),
        rejected_amount=sum(claim.charge for claim in refused),
        providers=tuple(_of_biller(biller, those, day) for biller, those in by_biller.values()),
    )


def _halves(claims: Iterable[Claim]) -> tuple[list[Claim], list[Claim]]:
    halves: tuple[list[Claim], list[Claim]] = ([], [])
    for claim in claims:
        halves[rejected(claim)].append(claim)
    return halves


def _of_biller(biller: Party, claims: Sequence[Claim], day: date) -> ProviderStatus:
    accepted, refused = _halves(claims)
    return ProviderStatus(
        provider=biller,
        trace="0",
        accepted_count=len(accepted),
        rejected_count=len(refused),
        accepted_amount=sum(claim.charge for claim in accepted),
        rejected_amount=sum(claim.charge for claim in refused),
        claims=tuple(_said(claim, day) for claim in claims),
    )


def _said(claim: Claim, day: date) -> ClaimStatus:
    category, code, action = ("A7", "33", "U") if rejected(claim) else ("A2", "20", "WQ")
    entity = "IL" if category == "A7" else ""
    status = Status(
        category=category, code=code, entity=entity, action=action, effective=day, amount=claim.charge
    )
    days = sorted(line.service_from for line in claim.lines if line.service_from is not None)
    return ClaimStatus(
        patient_control_number=claim.patient_control_number,
        statuses=(status,),
        payer_claim_control_number="",
        clearinghouse_trace=claim.clearinghouse_trace,
        service_from=days[0] if days else None,
        service_to=days[-1] if days else None,
        patient=claim.patient or claim.subscriber,
    )


def payment(claim: Claim) -> ClaimPayment:
    """What a payer says of a claim: denied, or paid as agreed, and the patient owes a part."""
    draw = _draw(claim, "835")
    denial = draw.choice(DENIALS) if draw.random() < DENIED else ""
    agreed = draw.choice((6, 7, 7, 8))
    copay = 20_00 if draw.random() < 0.5 else 0
    lines = tuple(_line(line, denial, agreed, copay if n == 0 else 0) for n, line in enumerate(claim.lines))
    owes = sum(a.amount for line in lines for a in line.adjustments if a.group == "PR")
    return ClaimPayment(
        patient_control_number=claim.patient_control_number,
        status="4" if denial else str("PST".index(claim.payer_order) + 1),
        charge=claim.charge,
        paid=sum(line.paid for line in lines),
        patient_owes=owes or None,
        filing_code="12",
        payer_claim_control_number=f"ICN{claim.patient_control_number}{claim.payer_order}",
        patient=claim.patient or claim.subscriber,
        lines=lines,
    )


def _line(line: edi.ServiceLine, denial: str, agreed: int, copay: int) -> ServicePayment:
    allowed = 0 if denial else line.charge * agreed // 10
    share = min(copay, allowed)
    adjustments = [Adjustment(group="CO", reason=denial or "45", amount=line.charge - allowed)]
    if share:
        adjustments.append(Adjustment(group="PR", reason="3", amount=share))
    return ServicePayment(
        procedure=line.procedure,
        procedure_qualifier=line.procedure_qualifier,
        revenue_code=line.revenue_code,
        charge=line.charge,
        paid=allowed - share,
        service_from=line.service_from,
        control_number=line.control_number,
        adjustments=tuple(one for one in adjustments if one.amount),
    )


def stranger(claim: Claim) -> ClaimPayment:
    """What a payer says beside a claim of another one, which is not of this ledger."""
    paid = payment(claim)
    number = f"OLD{claim.patient_control_number}"
    someone = Person(last="Stranger", first="Sam")
    return replace(
        paid, patient_control_number=number, payer_claim_control_number=f"ICN{number}", patient=someone
    )


def remittance(claims: Sequence[Claim], found: list[ClaimPayment], trace: str, day: date) -> Remittance:
    """One 835 transaction that answers claims of one payer and one billing provider."""
    payer = claims[0].payer
    payer.contact_name, payer.contact_phone = "PROVIDER LINE", "2175550199"
    total = sum(one.paid for one in found)
    return Remittance(
        trace=trace,
        payment=total,
        method="ACH" if total else "NON",
        paid_on=day,
        payer=payer,
        payee=claims[0].billing,
        originator="1999999999",
        production_date=day,
        claims=found,
    )
