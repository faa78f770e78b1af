"""A file arrived: its envelope is checked, its claims are taken in, TA1, 999 and 277CA go out."""

from dataclasses import dataclass, field, replace
from datetime import date

import edi
from edi.records import (
    Claim,
    ClaimAcknowledgment,
    ClaimStatus,
    Envelope,
    ImplementationAcknowledgment,
    InterchangeAcknowledgment,
    Party,
    ProviderStatus,
    Status,
)
from mock_clearinghouse.coverages import coverages
from mock_clearinghouse.interchange import Interchange, Transaction, faulty_claims, split
from mock_clearinghouse.outbox import Outbox
from mock_clearinghouse.scenario import Scenario
from mock_clearinghouse.state import State, claim_number
from mock_clearinghouse.statuses import statuses

_NOWHERE = Envelope(
    sender_id="MOCK",
    receiver_id="MOCK",
    control_number=1,
    created=date(1970, 1, 1),
    usage="T",
    submitter=Party(),
    receiver=Party(),
)  # for what never leaves this program


@dataclass(slots=True)
class Reception:
    """Takes in one file at a time. `night` is the number of the business date, `day` its date."""

    scenario: Scenario
    state: State
    outbox: Outbox
    night: int = 0
    day: date = field(default_factory=lambda: date(1970, 1, 1))

    def receive(self, file: int, data: bytes) -> None:
        """Answer a file: everything that can be said of it at once. `file` is its id in the state."""
        transaction_place = 0
        for interchange in split(data):
            checked = list(edi.read_acknowledgments(edi.acknowledge(interchange.raw, _NOWHERE)))
            note = next((a.note for a in checked if isinstance(a, InterchangeAcknowledgment)), "000")
            syntax = [a for a in checked if isinstance(a, ImplementationAcknowledgment)]
            status, refused = self._answer_interchange(interchange, note)
            if status == "R":
                transaction_place += len(interchange.transactions)
                continue
            if refused:
                syntax = [_refused(answer) for answer in syntax]
            accepted = self._answer_syntax(interchange, syntax)
            for transaction in interchange.transactions:
                if transaction.control_number in accepted and transaction.kind == "837":
                    self._take_in(file, transaction_place, interchange, transaction)
                elif transaction.control_number in accepted and transaction.kind == "276":
                    self._say_statuses(interchange, transaction)
                elif transaction.control_number in accepted and transaction.kind == "270":
                    self._say_coverages(interchange, transaction)
                transaction_place += 1

    def _answer_interchange(self, interchange: Interchange, note: str) -> tuple[str, bool]:
        """TA1: A, E or R, and whether the scenario has its 999 refuse what is in it.

        `note` is what `edi.check` says of the envelope, "000" for nothing.
        """
        sender, number = interchange.sender_id, interchange.control_number
        if interchange.note:
            note = interchange.note
        elif self.state.holds_interchange(sender, number):
            note = "025"
        elif interchange.usage != self.scenario.usage:
            note = "020"
        status = "A" if note == "000" else "R"
        count = self.state.add_interchange(sender, number, status)
        refused = False
        for rule in self.scenario.interchanges:
            if rule.isa13 in ("*", number) and rule.nth in (0, count) and status == "A":
                status, note = rule.ta1, rule.note
                refused = rule.syntax == "R"
                self.state.set_interchange(count, status)
        if number:
            answer = InterchangeAcknowledgment(
                control_number=number.zfill(9)[-9:], created=self.day, status=status, note=note
            )
            data = edi.write_interchange_acknowledgment(answer, self.envelope(interchange))
            self.outbox.place("TA1", data, self.night, self.day)
        return status, refused

    def _answer_syntax(
        self, interchange: Interchange, answers: list[ImplementationAcknowledgment]
    ) -> set[str]:
        """999: the ST02 of the transaction sets that are accepted."""
        data = edi.write_acknowledgments(answers, self.envelope(interchange))
        self.outbox.place("999", data, self.night, self.day)
        return {
            transaction.control_number
            for answer in answers
            for transaction in answer.transactions
            if transaction.status in ("A", "E") and answer.status in ("A", "E", "P")
        }

    def _take_in(self, file: int, place: int, interchange: Interchange, transaction: Transaction) -> None:
        """Keep the accepted claims of a transaction and answer it with a 277CA."""
        by_provider: dict[str, tuple[Party, list[tuple[Claim, ClaimStatus | None]]]] = {}
        faulty = faulty_claims(transaction)
        for number, claim in enumerate(edi.read_claims(transaction.alone)):
            rule = self.scenario.rule_for(claim, self.state.count_match)
            answer = None
            if number in faulty:
                answer = self._rejected(claim, faulty[number])
            elif rule.acknowledge == "reject":
                answer = self._rejected(claim, rule.status)
            else:
                claim_id = self.state.add_claim(
                    file=file,
                    transaction_place=place,
                    place=number,
                    rule=rule.name,
                    night=self.night,
                    payer=claim.payer.id,
                    sender=interchange.sender_id,
                    receiver=interchange.receiver_id,
                    replaces=claim.payer_claim_control_number if claim.frequency in ("7", "8") else "",
                    steps=len(rule.remit),
                    patient_control_number=claim.patient_control_number,
                )
                if rule.acknowledge == "accept":
                    answer = self._accepted(claim, claim_id)
            by_provider.setdefault(claim.billing.npi, (claim.billing, []))[1].append((claim, answer))
        self._answer_claims(interchange, transaction, list(by_provider.values()))

    def _say_statuses(self, interchange: Interchange, transaction: Transaction) -> None:
        """277: what became of the claims that a 276 asks about. Where nothing is said, there is no file."""
        asked = edi.read_status_inquiries(transaction.alone)
        said = statuses(asked, interchange.sender_id, self.scenario, self.state, self.day)
        if said:
            envelope = replace(
                self.envelope(interchange),
                receiver=Party(last=transaction.submitter_name, id=transaction.submitter_id),
            )
            data = edi.write_claim_statuses(said, envelope, transaction.reference)
            self.outbox.place("277", data, self.night, self.day)

    def _say_coverages(self, interchange: Interchange, transaction: Transaction) -> None:
        """271: what a 270 asks about. Where nothing is said, there is no file."""
        said = coverages(edi.read_eligibility_inquiries(transaction.alone), self.scenario, self.day)
        if said:
            data = edi.write_eligibility(said, self.envelope(interchange), transaction.reference)
            self.outbox.place("271", data, self.night, self.day)

    def _accepted(self, claim: Claim, claim_id: int) -> ClaimStatus:
        return self._status(
            claim,
            Status(category="A2", code="20", action="WQ", effective=self.day, amount=claim.charge),
            claim_number(claim.payer.id, claim_id),
        )

    def _rejected(self, claim: Claim, composite: str) -> ClaimStatus:
        """Rejected with a status as in "A7:33:IL"."""
        category, code, entity = [*composite.split(":"), ""][:3]
        return self._status(
            claim,
            Status(
                category=category,
                code=code,
                entity=entity,
                action="U",
                effective=self.day,
                amount=claim.charge,
            ),
        )

    def _status(self, claim: Claim, status: Status, payer_number: str = "") -> ClaimStatus:
        days = sorted(line.service_from for line in claim.lines if line.service_from is not None)
        return ClaimStatus(
            patient_control_number=claim.patient_control_number,
            statuses=(status,),
            payer_claim_control_number=payer_number,
            clearinghouse_trace=claim.clearinghouse_trace,
            service_from=days[0] if days else None,
            service_to=days[-1] if days else None,
            patient=claim.patient or claim.subscriber,
        )

    def _answer_claims(
        self,
        interchange: Interchange,
        transaction: Transaction,
        providers: list[tuple[Party, list[tuple[Claim, ClaimStatus | None]]]],
    ) -> None:
        """277CA of one ST. Claims to be left out are neither listed nor counted."""
        listed = [
            (claim, answer) for _, answers in providers for claim, answer in answers if answer is not None
        ]
        accepted = [claim.charge for claim, answer in listed if not answer.rejected]
        rejected = [claim.charge for claim, answer in listed if answer.rejected]
        made = ClaimAcknowledgment(
            source=self._own_party("46"),
            receiver=Party(
                last=transaction.submitter_name or interchange.sender_id,
                id=transaction.submitter_id or interchange.sender_id,
                id_qualifier="46",
            ),
            batch_reference=transaction.reference,
            source_trace=f"{self.state.next('trace'):010d}",
            received=self.day,
            processed=self.day,
            statuses=(
                Status(
                    category="A1",
                    code="19",
                    entity="PR",
                    action="WQ",
                    effective=self.day,
                    amount=sum(accepted) + sum(rejected),
                ),
            ),
            accepted_count=len(accepted),
            rejected_count=len(rejected),
            accepted_amount=sum(accepted),
            rejected_amount=sum(rejected),
            providers=tuple(
                ProviderStatus(
                    provider=provider,
                    trace="0",
                    accepted_count=sum(1 for _, a in answers if a is not None and not a.rejected),
                    rejected_count=sum(1 for _, a in answers if a is not None and a.rejected),
                    accepted_amount=sum(c.charge for c, a in answers if a is not None and not a.rejected),
                    rejected_amount=sum(c.charge for c, a in answers if a is not None and a.rejected),
                    claims=tuple(a for _, a in answers if a is not None),
                )
                for provider, answers in providers
            ),
        )
        data = edi.write_acknowledgments([made], self.envelope(interchange))
        self.outbox.place("277CA", data, self.night, self.day)

    def envelope(self, interchange: Interchange) -> Envelope:
        """An envelope back to the sender, with a control number of this clearinghouse's own."""
        return self.envelope_to(interchange.sender_id, interchange.receiver_id)

    def envelope_to(self, client: str, own: str) -> Envelope:
        """An envelope to a client (its ISA06), from us (the ISA08 it wrote to)."""
        return Envelope(
            sender_id=own or self.scenario.clearinghouse_id,
            receiver_id=client or "UNKNOWN",
            control_number=self.state.next("interchange"),
            created=self.day,
            time="0600",
            usage=self.scenario.usage,
            submitter=self._own_party("46"),
            receiver=Party(last=client, id=client, id_qualifier="46"),
            ack_requested="0",
        )

    def _own_party(self, qualifier: str) -> Party:
        return Party(
            last=self.scenario.clearinghouse_name,
            id=self.scenario.clearinghouse_id,
            id_qualifier=qualifier,
            contact_name="CLIENT DESK",
            contact_phone="8005550100",
        )


def _refused(answer: ImplementationAcknowledgment) -> ImplementationAcknowledgment:
    """The 999 of a clean group as it is when every transaction set of it is refused."""
    return replace(
        answer,
        status="R",
        accepted=0,
        transactions=tuple(replace(t, status="R", codes=("5",)) for t in answer.transactions),
    )
