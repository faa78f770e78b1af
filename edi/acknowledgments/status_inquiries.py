"""276 and 277: what payers are asked of claims, read and written, and the answers written."""

from collections.abc import Iterable, Iterator
from typing import Any

from edi.acknowledgments.inquiry_levels import InquiryLevels
from edi.claims.reading import cents_of, party_of, person_of, value_of
from edi.read.interchanges import Source
from edi.read.transaction_sets import Transaction, Walk
from edi.records.acknowledgment import Status
from edi.records.claim import Envelope
from edi.records.eligibility import ClaimStatusAnswer
from edi.records.inquiries import StatusInquiry
from edi.records.party import Party, Person
from edi.segments.answers import StatusCode
from edi.write.interchange import Output, day, delimiters
from edi.write.segments import lines_for

VERSION = "005010X212"
SEXES = ("F", "M")


def read_status_inquiries(source: Source) -> Iterator[StatusInquiry]:
    """The claims that every 276 of a file asks about, in file order.

    Content never raises; raises `SourceError`, `OSError`.
    """
    for item in Walk(source):
        if not isinstance(item, Transaction) or item.guide.kind != "276":
            continue
        for event, loop in item.reader.run():
            node: Any = loop
            if event == "close" and loop.ID == "2000D":
                yield from (_inquiry(claim, node, None) for claim in node.claims)
                for dependent in node.dependents:
                    yield from (_inquiry(claim, node, dependent) for claim in dependent.claims)


def _inquiry(loop: Any, subscriber: Any, dependent: Any) -> StatusInquiry:
    provider = subscriber.parent
    receiver = provider.parent if provider is not None else None
    payer = receiver.parent if receiver is not None else None
    root = payer.parent if payer is not None else None
    dated = loop.service_date
    return StatusInquiry(
        trace=loop.trace.number,
        payer=party_of(payer.name.name) if payer is not None else Party(),
        receiver=party_of(receiver.name.name) if receiver is not None else Party(),
        provider=party_of(provider.names[0].name) if provider is not None and provider.names else Party(),
        subscriber=person_of(subscriber.name.name, dmg=subscriber.demographics),
        patient=person_of(dependent.name.name, dmg=dependent.demographics) if dependent is not None else None,
        payer_claim_control_number=value_of(loop.payer_number),
        type_of_bill=value_of(loop.bill_type),
        patient_control_number=value_of(loop.patient_number),
        charge=cents_of(loop.charge),
        service_from=dated.start if dated is not None else None,
        service_to=dated.end if dated is not None else None,
        reference=root.beginning.reference if root is not None else "",
        loops=loop,
    )


def write_status_inquiries(inquiries: Iterable[StatusInquiry], envelope: Envelope) -> bytes:
    """One interchange with one 276 of these, neighbours of one payer and one provider under one level.

    Who asks is the envelope's submitter. Raises as `write_claims` does.
    """
    d = delimiters(envelope)
    lines = lines_for(d)
    out = Output(envelope, lines.values, d)
    out.begin_group("HR", VERSION)
    out.begin_set("276", VERSION)
    levels = _Levels(out, lines, envelope)
    levels.begin("0010", "13", envelope.batch_reference or str(envelope.control_number))
    for one in inquiries:
        level = levels.provider(one.payer, envelope.submitter, one.provider)
        levels.person(level, one.subscriber, one.patient, demographics=True)
        out.add(lines.trn(type="1", number=one.trace))
        levels.references(
            (
                ("1K", one.payer_claim_control_number),
                ("BLT", one.type_of_bill),
                ("EJ", one.patient_control_number),
            )
        )
        if one.charge is not None:
            out.add(lines.amt(qualifier="T3", amount=one.charge))
        levels.dated("472", one.service_from, one.service_to)
    out.end_set()
    out.end_group()
    return out.finish()


def write_claim_statuses(
    answers: Iterable[ClaimStatusAnswer], envelope: Envelope, reference: str = ""
) -> bytes:
    """One interchange with one 277 that answers a 276; `reference` is the BHT03 that it answers.

    To whom is the envelope's receiver. Lines of an answer are not written. Raises as `write_claims` does.
    """
    d = delimiters(envelope)
    lines = lines_for(d)
    out = Output(envelope, lines.values, d)
    out.begin_group("HN", VERSION)
    out.begin_set("277", VERSION)
    levels = _Levels(out, lines, envelope)
    levels.begin("0010", "08", reference or str(envelope.control_number), "DG")
    for one in answers:
        level = levels.provider(one.payer, envelope.receiver, one.provider)
        levels.person(level, one.patient, None, demographics=False)
        out.add(lines.trn(type="2", number=one.trace))
        for place, status in enumerate(one.statuses):
            levels.status(status, one if place == 0 else None)
        levels.references(
            (
                ("1K", one.payer_claim_control_number),
                ("BLT", one.type_of_bill),
                ("EJ", one.patient_control_number),
                ("D9", one.clearinghouse_trace),
            )
        )
        levels.dated("472", one.service_from, one.service_to)
    out.end_set()
    out.end_group()
    return out.finish()


class _Levels(InquiryLevels):
    """The levels that 276 and 277 have in common: payer, who asks, provider, subscriber, dependent."""

    _receiver_level = 0
    _provider_level = 0

    def provider(self, payer: Party, receiver: Party, provider: Party) -> int:
        """The level of a provider under its payer: that of the one before where both are the same."""
        if payer != self._payer:
            self._payer, self._provider = payer, None
            top = self.level(0, "20", "1")
            self._name("PR", payer, payer.id_qualifier or "PI", person=False)
            self._receiver_level = self.level(top, "21", "1")
            self._name("41", receiver, "46")
        if provider != self._provider:
            self._provider = provider
            self._provider_level = self.level(self._receiver_level, "19", "1")
            self._name("1P", provider, "")
        return self._provider_level

    def person(self, parent: int, subscriber: Person, patient: Person | None, *, demographics: bool) -> None:
        """The level of a subscriber, and of the dependent whose claim it is."""
        level = self.level(parent, "22", "0" if patient is None else "1")
        if demographics and subscriber.birth_date is not None:
            self._demographics(subscriber)
        self._person("IL", subscriber, "MI")
        if patient is not None:
            self.level(level, "23", "")
            if demographics:
                self._demographics(patient)
            self._person("QC", patient, "")

    def references(self, pairs: Iterable[tuple[str, str]]) -> None:
        for qualifier, value in pairs:
            if value:
                self.add(self.lines.ref(qualifier=qualifier, value=value))

    def status(self, status: Status, money: ClaimStatusAnswer | None) -> None:
        """An STC; the first one of a claim has its amounts."""
        codes = [status.category, status.code, status.entity, status.code_list]
        while codes and not codes[-1]:
            codes.pop()
        self.add(
            self.lines.stc(
                status=StatusCode.of(codes),
                date=status.effective or self.envelope.created,
                charge=money.charge if money is not None else None,
                paid=money.paid if money is not None else None,
                paid_on=money.paid_on if money is not None else None,
                check_date=money.paid_on if money is not None and money.check_number else None,
                check_number=money.check_number if money is not None else "",
            )
        )

    def _name(self, entity: str, party: Party, qualifier: str, *, person: bool | None = None) -> None:
        human = party.person if person is None else person
        identifier = party.id if qualifier else party.npi
        self.add(
            self.lines.nm1(
                entity=entity, kind="1" if human else "2", last=party.last,
                first=party.first if human else "", middle=party.middle if human else "",
                id_qualifier=qualifier or "XX", id=identifier,
            )
        )  # fmt: skip

    def _person(self, entity: str, person: Person, qualifier: str) -> None:
        self.add(
            self.lines.nm1(
                entity=entity, kind="2" if person.organisation else "1", last=person.last, first=person.first,
                middle=person.middle, suffix=person.suffix, id_qualifier=qualifier,
                id=person.member_id if qualifier else "",
            )
        )  # fmt: skip

    def _demographics(self, person: Person) -> None:
        sex = person.sex if person.sex in SEXES else ""
        self.add(self.lines.dmg(format="D8", birth_date=day(person.birth_date), sex=sex))
