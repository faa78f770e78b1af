"""270 and 271: what payers are asked of a person's coverage, read and written, and the answers written."""

from collections.abc import Iterable, Iterator
from typing import Any

from edi.acknowledgments.inquiry_levels import InquiryLevels
from edi.claims.reading import party_of, person_of
from edi.read.interchanges import Source
from edi.read.transaction_sets import Transaction, Walk
from edi.records.claim import Envelope
from edi.records.eligibility import AnswerDate, Benefit, Eligibility, Refusal
from edi.records.inquiries import EligibilityInquiry
from edi.records.party import Party, Person
from edi.segments.eligibility import BenefitProcedure
from edi.write.interchange import Output, day, delimiters
from edi.write.segments import lines_for

VERSION = "005010X279A1"
SEXES = ("F", "M")
OTHER_DEPENDENT = "34"  # INS02 of a 270: neither spouse nor child is said


def read_eligibility_inquiries(source: Source) -> Iterator[EligibilityInquiry]:
    """The people that every 270 of a file asks about, in file order.

    Content never raises; raises `SourceError`, `OSError`.
    """
    for item in Walk(source):
        if not isinstance(item, Transaction) or item.guide.kind != "270":
            continue
        for event, loop in item.reader.run():
            node: Any = loop
            if event == "close" and loop.ID == "2000C":
                if node.name.inquiries or not node.dependents:
                    yield _inquiry(node, node, None)
                for dependent in node.dependents:
                    yield _inquiry(dependent, node, dependent)


def _inquiry(asked: Any, subscriber: Any, dependent: Any) -> EligibilityInquiry:
    receiver = subscriber.parent
    payer = receiver.parent if receiver is not None else None
    root = payer.parent if payer is not None else None
    dated = next((d for d in asked.name.dates if d.qualifier == "291"), None)
    types = [code for one in asked.name.inquiries for code in one.question.service_types]
    return EligibilityInquiry(
        trace=asked.traces[0].number if asked.traces else "",
        payer=party_of(payer.name.name) if payer is not None else Party(),
        provider=party_of(receiver.name.name) if receiver is not None else Party(),
        subscriber=_person(subscriber.name),
        patient=_person(dependent.name) if dependent is not None else None,
        service_types=tuple(types),
        service_from=dated.start if dated is not None else None,
        service_to=dated.end if dated is not None else None,
        reference=root.beginning.reference if root is not None else "",
        loops=asked,
    )


def _person(name: Any) -> Person:
    return person_of(name.name, dmg=name.demographics)


def write_eligibility_inquiries(inquiries: Iterable[EligibilityInquiry], envelope: Envelope) -> bytes:
    """One interchange with one 270 of these, neighbours of one payer and one provider under one level.

    Raises as `write_claims` does.
    """
    d = delimiters(envelope)
    lines = lines_for(d)
    out = Output(envelope, lines.values, d)
    out.begin_group("HS", VERSION)
    out.begin_set("270", VERSION)
    levels = _Levels(out, lines, envelope)
    levels.begin("0022", "13", envelope.batch_reference or str(envelope.control_number))
    for one in inquiries:
        receiver = levels.receiver(one.payer, one.provider)
        with_dependent = one.patient is not None
        level = levels.level(receiver, "22", "1" if with_dependent else "0")
        if not with_dependent:
            levels.trace("1", one.trace)
        levels.person("IL", one.subscriber, "MI")
        if one.patient is not None:
            levels.level(level, "23", "0")
            levels.trace("1", one.trace)
            levels.person("03", one.patient, "")
            out.add(lines.ins(is_subscriber="N", relationship=OTHER_DEPENDENT))
        levels.dates((("291", one.service_from, one.service_to),))
        out.add(lines.eq(service_types=list(one.service_types)))
    out.end_set()
    out.end_group()
    return out.finish()


def write_eligibility(answers: Iterable[Eligibility], envelope: Envelope, reference: str = "") -> bytes:
    """One interchange with one 271; `reference` is the BHT03 that it answers. Every refusal is written where
    the person is named. Further identifiers, references, messages and related parties are not written.

    Raises as `write_claims` does.
    """
    d = delimiters(envelope)
    lines = lines_for(d)
    out = Output(envelope, lines.values, d)
    out.begin_group("HB", VERSION)
    out.begin_set("271", VERSION)
    levels = _Levels(out, lines, envelope)
    levels.begin("0022", "11", reference or str(envelope.control_number))
    for one in answers:
        receiver = levels.receiver(one.payer, one.provider)
        level = levels.level(receiver, "22", "0" if one.patient is None else "1")
        if one.patient is None:
            levels.traces(one.traces)
            levels.person("IL", one.subscriber, "MI", one.refusals)
        else:
            levels.person("IL", one.subscriber, "MI")
            levels.level(level, "23", "0")
            levels.traces(one.traces)
            levels.person("03", one.patient, "", one.refusals)
        levels.dates(one.dates)
        for benefit in one.benefits:
            levels.benefit(benefit)
    out.end_set()
    out.end_group()
    return out.finish()


class _Levels(InquiryLevels):
    """The levels that 270 and 271 have in common: payer, who asks, subscriber, dependent."""

    _payer_level = 0
    _receiver_level = 0

    def receiver(self, payer: Party, provider: Party) -> int:
        """The level of who asks under its payer: that of the one before where both are the same."""
        if payer != self._payer:
            self._payer, self._provider = payer, None
            self._payer_level = self.level(0, "20", "1")
            self._name("PR", payer, payer.id_qualifier or "PI", payer.id, person=False)
        if provider != self._provider:
            self._provider = provider
            self._receiver_level = self.level(self._payer_level, "21", "1")
            self._name("1P", provider, "XX", provider.npi, person=provider.person)
        return self._receiver_level

    def trace(self, type_: str, number: str) -> None:
        # TRN03 is who gave the number: ten characters, 9 before an id of its own choice
        originator = f"9{self.envelope.sender_id.strip():0>9}"[:10]
        self.add(self.lines.trn(type=type_, number=number, originator=originator))

    def traces(self, numbers: Iterable[str]) -> None:
        for number in numbers:
            self.trace("2", number)

    def person(self, entity: str, person: Person, qualifier: str, refusals: Iterable[Refusal] = ()) -> None:
        id_ = person.member_id if qualifier else ""
        self.add(
            self.lines.nm1(
                entity=entity, kind="2" if person.organisation else "1", last=person.last, first=person.first,
                middle=person.middle, suffix=person.suffix, id_qualifier=qualifier if id_ else "", id=id_,
            )
        )  # fmt: skip
        for one in refusals:
            self.add(self.lines.aaa(valid="N", reason=one.reason, follow_up=one.follow_up))
        if person.birth_date is not None:
            sex = person.sex if person.sex in SEXES else ""
            self.add(self.lines.dmg(format="D8", birth_date=day(person.birth_date), sex=sex))

    def dates(self, found: Iterable[AnswerDate]) -> None:
        for qualifier, start, end in found:
            self.dated(qualifier, start, end)

    def benefit(self, one: Benefit) -> None:
        procedure = BenefitProcedure.of(["HC", one.procedure]) if one.procedure else None
        self.add(
            self.lines.eb(
                information=one.information, coverage_level=one.coverage_level,
                service_types=list(one.service_types), insurance_type=one.insurance_type, plan=one.plan,
                period=one.period, amount=one.amount, percent=one.percent,
                quantity_qualifier=one.quantity_qualifier, quantity=one.quantity,
                authorization=one.authorization, in_network=one.in_network, procedure=procedure,
            )
        )  # fmt: skip
        self.dates(one.dates)

    def _name(self, entity: str, party: Party, qualifier: str, id_: str, *, person: bool) -> None:
        self.add(
            self.lines.nm1(
                entity=entity, kind="1" if person else "2", last=party.last,
                first=party.first if person else "", id_qualifier=qualifier, id=id_,
            )
        )  # fmt: skip
