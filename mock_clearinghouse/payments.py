"""The decisions that are due become 835s: one file a payer, one ST a payee, all in balance."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import edi
from edi.records import (
    Address,
    Adjustment,
    Claim,
    ClaimPayment,
    Party,
    ProviderAdjustment,
    Remittance,
    ServicePayment,
)
from mock_clearinghouse.adjudicate import decide, reversal
from mock_clearinghouse.mail import Mail
from mock_clearinghouse.reception import Reception
from mock_clearinghouse.scenario import REFUSED, PayerFacts, Remit
from mock_clearinghouse.state import KnownClaim

_SOMEWHERE = Address(line1="PO BOX 100", city="SPRINGFIELD", state="IL", zip="627010100")


@dataclass(slots=True)
class _Payment:
    """What one payee gets from one payer on a business date."""

    payer: Party
    payee: Party
    claims: list[ClaimPayment] = field(default_factory=list)
    adjustments: list[ProviderAdjustment] = field(default_factory=list)


_Files = dict[tuple[str, str, str], dict[str, _Payment]]
"""By payer, sender and receiver, what each payee gets."""


class Payments:
    """Decides and pays. `claim_at` reads a claim again from the file that it came in."""

    def __init__(self, reception: Reception, claim_at: Callable[[KnownClaim], Claim], mail: Mail) -> None:
        self._reception = reception
        self._scenario = reception.scenario
        self._state = reception.state
        self._claim_at = claim_at
        self._mail = mail

    def pay(self, night: int, day: date) -> None:
        """Make every decision that is due, and place the 835s."""
        files: _Files = {}
        self._decide_due(files, self._state.open_claims(), night, day)
        self._answer_letters(files, night, day)
        self._place(files, night, day)

    def pay_at_once(self, file: int, night: int, day: date) -> None:
        """Make the decisions on a file's claims that are due as it comes (`after = 0`)."""
        files: _Files = {}
        self._decide_due(files, [c for c in self._state.open_claims(file) if self._at_once(c)], night, day)
        self._place(files, night, day)

    def _at_once(self, known: KnownClaim) -> bool:
        steps = self._scenario.rule(known.rule).remit
        if known.done >= len(steps):
            return False
        step = steps[known.done]
        return (step.after if step.days is None else step.days) == 0

    def _decide_due(self, files: _Files, claims: Iterable[KnownClaim], night: int, day: date) -> None:
        for known in claims:
            steps = self._scenario.rule(known.rule).remit
            claim = self._claim_at(known)
            for number in range(known.done, len(steps)):
                if not self._due(known, steps[number], night, day):
                    break
                self._decide(self._payment(files, known, claim), known, claim, number, day)
                self._state.decided(known.id)

    def _due(self, known: KnownClaim, step: Remit, night: int, day: date) -> bool:
        """Whether a decision is made by now: so many business dates, or calendar days, from receipt."""
        if step.days is None:
            return known.night + step.after <= night
        return self._state.day_of(known.night) + timedelta(days=step.days) <= day

    def _place(self, files: _Files, night: int, day: date) -> None:
        for (payer, sender, receiver), payees in sorted(files.items()):
            self._add_strangers(payer, night, next(iter(payees.values())))
            remittances = [self._remittance(payer, payment, day) for payment in payees.values()]
            envelope = self._reception.envelope_to(sender, receiver)
            data = edi.write_remittances(remittances, envelope)
            self._reception.outbox.place("835", data, night, day, about=payer)

    def _payment(self, files: _Files, known: KnownClaim, claim: Claim) -> _Payment:
        """What the payee of a claim gets today."""
        payees = files.setdefault((known.payer, known.sender, known.receiver), {})
        return payees.setdefault(claim.billing.npi, _Payment(payer=self._payer(claim), payee=claim.billing))

    def _answer_letters(self, files: _Files, night: int, day: date) -> None:
        """The letters that are due: one that is won is paid, any other is answered by a letter."""
        for letter in self._state.open_letters():
            known = self._state.claim(letter.claim)
            appeal = self._scenario.rule(known.rule).appeal(letter.number)
            if letter.night + appeal.after > night:
                continue
            if not known.done or known.reversed:
                appeal = REFUSED  # there is no decision that could be changed
            if appeal.won is None:
                self._mail.write(letter.name, appeal.lost, day)
            else:
                claim = self._claim_at(known)
                payment = self._payment(files, known, claim)
                payment.claims += self._taken_back(known, claim)
                payment.claims.append(self._decided(known, claim, appeal.won))
            self._state.answer_letter(letter.name, won=appeal.won is not None)

    def _taken_back(self, known: KnownClaim, claim: Claim) -> list[ClaimPayment]:
        """The reversal of what stands of a claim; none where nothing does."""
        rule = self._scenario.rule(known.rule)
        if number := self._state.won_letter(known.id):
            standing = rule.appeal(number).won
        else:
            decided = [step for step in rule.remit[: known.done] if not step.recoup]
            standing = decided[-1] if decided and not decided[-1].takeback else None
        return [reversal(self._decided(known, claim, standing))] if standing is not None else []

    def _decide(self, payment: _Payment, known: KnownClaim, claim: Claim, number: int, day: date) -> None:
        """One decision on one claim: payments of the claim, and what goes to the PLB."""
        steps = self._scenario.rule(known.rule).remit
        step = steps[number]
        if number == 0 and known.replaces:
            self._take_back_original(payment, known)
            if claim.frequency == "8":
                return
        if step.recoup:
            paid = self._decided(known, claim, steps[step.recoup - 1]).paid
            payment.adjustments.append(self._plb(payment.payee, day, "WO", paid, known.number))
            return
        if step.reverse:
            payment.claims.append(reversal(self._decided(known, claim, steps[step.reverse - 1])))
            if step.takeback:
                return
        payment.claims.append(self._decided(known, claim, step))
        if step.interest:
            payment.adjustments.append(self._plb(payment.payee, day, "L6", -step.interest, known.number))

    def _decided(self, known: KnownClaim, claim: Claim, step: Remit) -> ClaimPayment:
        """The payment of one decision, within what is left of the member's year."""
        if not step.annual_maximum:
            return decide(claim, step, known.number)
        member = f"{known.payer}:{claim.subscriber.member_id}:{_who(claim)}"
        year = min((line.service_from for line in claim.lines if line.service_from), default=date.max).year
        room = step.annual_maximum - self._state.benefits_before(known.id, member, year)
        payment = decide(claim, step, known.number, max(room, 0))
        self._state.add_benefit(known.id, member, year, payment.paid)
        return payment

    def _take_back_original(self, payment: _Payment, known: KnownClaim) -> None:
        """A replacement or a void reverses what was decided last on the claim that REF F8 names."""
        original = self._state.claim_of_number(known.replaces)
        if original is None or original.reversed or not original.done:
            return
        payment.claims += self._taken_back(original, self._claim_at(original))
        self._state.set_reversed(original.id)

    def _add_strangers(self, payer: str, night: int, payment: _Payment) -> None:
        """Payments for claim numbers that nobody sent, once each."""
        for place, stranger in enumerate(self._scenario.strangers):
            if stranger.payer_id != payer or stranger.night > night or self._state.stranger_placed(place):
                continue
            contractual = stranger.charge - stranger.paid
            line = ServicePayment(
                procedure="99213",
                charge=stranger.charge,
                paid=stranger.paid,
                adjustments=(Adjustment(group="CO", reason="45", amount=contractual),) if contractual else (),
            )
            known = payment.claims[0] if payment.claims else None
            payment.claims.append(
                ClaimPayment(
                    patient_control_number=stranger.patient_control_number,
                    status="1",
                    charge=stranger.charge,
                    paid=stranger.paid,
                    filing_code=known.filing_code if known else "CI",
                    payer_claim_control_number=f"{payer}S{place + 1:07d}",
                    facility_code="11",
                    frequency="1",
                    patient=replace(known.patient, member_id="W100000000", first="SAM", last="STRANGER")
                    if known and known.patient
                    else None,
                    statement_from=known.statement_from if known else None,
                    lines=(replace(line, service_from=known.statement_from if known else None),),
                )
            )
            self._state.place_stranger(place)

    def _remittance(self, payer: str, payment: _Payment, day: date) -> Remittance:
        """One ST. What would be less than nothing is carried to the payee's next one (PLB FB)."""
        payee = payment.payee.npi
        adjustments = list(payment.adjustments)
        trace = f"{payer}{self._state.next('payment'):08d}"
        carried, reference = self._state.carried(payer, payee)
        if carried:
            adjustments.append(self._plb(payment.payee, day, "FB", carried, reference))
            self._state.carry(payer, payee, 0, "")
        total = sum(claim.paid for claim in payment.claims) - sum(item.amount for item in adjustments)
        if total < 0:
            adjustments.append(self._plb(payment.payee, day, "FB", total, trace))
            self._state.carry(payer, payee, -total, trace)
            total = 0
        for claim in payment.claims:
            self._state.add_decision(claim.payer_claim_control_number, claim.paid, day, trace)
        return Remittance(
            trace=trace,
            payment=total,
            method="CHK" if total else "NON",
            paid_on=day,
            payer=payment.payer,
            payee=payment.payee,
            originator=f"1{payment.payer.tax_id}",
            production_date=day,
            claims=payment.claims,
            provider_adjustments=adjustments,
        )

    def _payer(self, claim: Claim) -> Party:
        """The payer as its 835 names it."""
        facts = self._scenario.payers.get(claim.payer.id) or PayerFacts(
            id=claim.payer.id, name=claim.payer.last
        )
        return Party(
            last=facts.name,
            id=facts.id,
            id_qualifier="XV",
            tax_id=facts.tax_id,
            address=claim.payer.address or _SOMEWHERE,
            contact_name="PROVIDER SERVICES",
            contact_phone="8005550101",
            secondary_ids=(("2U", facts.id),),
        )

    @staticmethod
    def _plb(payee: Party, day: date, reason: str, amount: int, reference: str) -> ProviderAdjustment:
        return ProviderAdjustment(
            provider_id=payee.npi,
            fiscal_period_end=date(day.year, 12, 31),
            reason=reason,
            amount=amount,
            reference=reference,
        )


def _who(claim: Claim) -> str:
    """Whose maximum it is: each person of a family has one."""
    person = claim.patient or claim.subscriber
    return f"{person.last}, {person.first}"
