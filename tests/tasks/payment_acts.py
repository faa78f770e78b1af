"""What a person does on a claim while its answers come, for `payment_variants.Variant.acts`."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

import edi
from edi.records import ClaimAcknowledgment, ClaimStatus, Party, ProviderStatus, Status
from ledger.queries.work_queue import Asked, items
from ledger.schema import claim_payment, remittance
from tasks.operations import (
    appeal_work,
    claim_money,
    close_month,
    correct_claim,
    decide_remittance,
    enter_payment,
    place_payment,
)
from tasks.operations.money_acts import By
from tests.tasks.answering import HARBOR, LAKESIDE, envelope
from tests.tasks.payment_variants import Act, Stage

PAT = By("Pat", "as the payer and the patient agreed", second="Sam")


def desk(cents: int) -> Act:
    """The patient pays."""
    return lambda at: claim_money.pay(at.opened, at.day, PAT, at.encounter, cents, dry_run=False)


def refund(payer: str, cents: int | None = None) -> Act:
    return lambda at: claim_money.refund(at.opened, at.day, PAT, at.encounter, payer, cents, dry_run=False)


def to_patient(payer: str, reason: str) -> Act:
    return lambda at: claim_money.to_patient(
        at.opened, at.day, PAT, at.encounter, payer, reason, dry_run=False
    )


def payer_refund(payer: str, reference: str, cents: int | None = None, practice: str = "lakeside") -> Act:
    """A check to a payer under the reference of its recoupment."""
    return lambda at: claim_money.pay_refund(
        at.opened, at.day, PAT, payer, practice, reference, cents, dry_run=False
    )


def newer(**changes: Any) -> Act:
    """The practice sends a corrected encounter."""

    def drop(at: Stage) -> None:
        document = {**at.document, "version": 2, **changes}
        at.home.drop(f"{document['practice']}/{document['id']}-2.json", document)

    return drop


def correct(at: Stage) -> None:
    """The correction goes to the payer, as a replacement where it takes one."""
    correct_claim.correct(at.opened, at.day, PAT, at.encounter, dry_run=False)


def void(at: Stage) -> None:
    correct_claim.void(at.opened, at.day, PAT, at.encounter, dry_run=False)


def appeal(at: Stage) -> None:
    """The denial of this claim is appealed."""
    open_ones = items(at.opened.ledger, at.day, Asked(kinds=["denial"]))
    [work] = [w for w in open_ones if w.patient_control_number == at.sent.number]
    appeal_work.appeal(
        at.opened, at.day, PAT, work.id, channel="fax", argument="", enclosures=["Note"], dry_run=False
    )


def acknowledged(category: str, code: str) -> Act:
    """A 277CA says of the claim: A1 19 or A2 20, it is in hand; A3 and more, it is rejected."""

    def put(at: Stage) -> None:
        refused = category not in ("A1", "A2")
        said = Status(
            category=category,
            code=code,
            entity="85" if refused else "PR",
            action="U" if refused else "WQ",
            effective=at.day,
            amount=at.sent.charge,
        )
        claim = ClaimStatus(patient_control_number=at.sent.number, statuses=(said,))
        number = 5000 + len(list((at.home.path / "site" / "outbound").iterdir()))
        ack = ClaimAcknowledgment(
            source=HARBOR,
            receiver=Party(last="CLEANCLAIM", id="CLEANCLAIM", id_qualifier="46"),
            batch_reference=at.sent.batch,
            source_trace=f"T{number}",
            received=at.day,
            processed=at.day,
            statuses=(replace(said, category="A1", code="19", action="WQ"),),
            providers=(ProviderStatus(provider=LAKESIDE, claims=(claim,)),),
        )
        data = edi.write_acknowledgments([ack], envelope(number))
        (at.home.path / "site" / "outbound" / f"{number}.277").write_bytes(data)

    return put


def _conflict(at: Stage, trace: str) -> int:
    query = select(remittance.c.id).where(remittance.c.trace == trace, remittance.c.state == "conflict")
    with at.opened.ledger.read() as connection:
        return connection.execute(query).scalars().one()


def release(trace: str, part: int = 0) -> Act:
    """A remittance that came under the number of another one is posted after all."""
    return lambda at: decide_remittance.release(
        at.opened, at.day, PAT, _conflict(at, trace), part, dry_run=False
    )


def refuse(trace: str) -> Act:
    return lambda at: decide_remittance.refuse(at.opened, at.day, PAT, _conflict(at, trace), dry_run=False)


def on_paper(text: str) -> Act:
    """A remittance is entered by hand; `{number}` and `{member}` stand for the claim's."""

    def enter(at: Stage) -> None:
        file = _file(at, "paper.toml", text.format(number=at.sent.number, member=at.sent.members["P"]))
        enter_payment.enter(at.opened, at.day, PAT, file, dry_run=False)

    return enter


def _newest_payment(at: Stage, number: str) -> int:
    """The claim payment that came under a payer's number."""
    query = select(claim_payment.c.id).where(claim_payment.c.payer_claim_control_number == number)
    with at.opened.ledger.read() as connection:
        return max(connection.execute(query).scalars())


def match(number: str) -> Act:
    """A payment in suspense, by the payer's number, is of this claim."""
    return lambda at: place_payment.match(
        at.opened, at.day, PAT, _newest_payment(at, number), at.encounter, dry_run=False
    )


def reallocate(number: str) -> Act:
    """A payment, by the payer's number, goes from its claim to this one."""
    return lambda at: place_payment.reallocate(
        at.opened, at.day, PAT, _newest_payment(at, number), at.encounter, dry_run=False
    )


def close(month: str) -> Act:
    return lambda at: close_month.close_month(at.opened, at.day, month, "the month is over", who="Pat")


def _file(at: Stage, name: str, text: str) -> Path:
    file = at.home.path / f"{at.encounter}-{name}"
    file.write_text(text, "utf-8")
    return file
