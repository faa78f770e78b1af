"""Records to 837 loops: what the three guides share.

A writer lays claims out as the guides nest them: billing provider, subscriber with payer, patient.
Neighbouring claims with the same parties share their levels, up to a hundred claims a subscriber.
`professional.py` and its siblings add the claim itself (`ClaimWriter.claim`).

A claim that was read is written into the loops that it was read from: those that it shared with its
neighbours it shares again, and what its record has no field for is written too (`edi.write.merging`).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from edi import guides
from edi.claims.reading import ClaimReader, levels_of, party_of
from edi.errors import EdiError
from edi.records.claim import Claim, Contract, Envelope, LineAdjudication, OtherPayer, ServiceLine
from edi.records.party import Address, Party, Person
from edi.records.professional import Conditions
from edi.segments.claim import Procedure, Unit
from edi.write.interchange import Output, day
from edi.write.merging import parts_of
from edi.write.records import RecordWriter
from edi.write.segments import Lines

CLAIMS_A_SUBSCRIBER = 100
PAYER_IDS = ("G2", "LU")  # qualifiers of a billing provider's identifiers with one payer
Source = tuple[Any, Any, Any, Any]  # what a claim was read from: root, billing, subscriber, patient loop
NOTHING: Source = (None, None, None, None)


def source_of(claim: Claim) -> Source:
    """The loops above the one that a claim was read from; none for a claim made from data."""
    loop = claim.loops
    if loop is None:
        return NOTHING
    levels = levels_of(loop)
    billing = levels[0]
    return billing.parent if billing is not None else None, *levels


class ClaimWriter(RecordWriter, ABC):
    """Writes the claims of one guide into an output."""

    version: str
    kind: str

    def __init__(self, out: Output, lines: Lines, reader: ClaimReader[Any]) -> None:
        super().__init__(out, lines)
        self._reader = reader
        guide = guides.find(self.version)
        assert guide is not None
        self._places = {place.id: place for place in guide.places()}
        self._level = 0

    @abstractmethod
    def claim(self, claim: Claim) -> None:
        """The loops of one claim, 2300 downwards."""

    def write(self, claims: Iterable[Claim], envelope: Envelope, first_set: int) -> int:
        """A functional group of these claims, split into transaction sets; gives the sets written.

        Each set has its own batch reference (BHT03): the envelope's, with "-2", "-3" ... for further sets.
        """
        coming = map(self._of_this_guide, claims)
        first = next(coming, None)
        if first is None:
            return 0
        version = self._version(first, envelope)
        root = source_of(first)[0]
        self.out.begin_group("HC", version, root._group if root is not None else None)
        size = max(1, envelope.claims_per_transaction)
        sets = done = 0
        reference = envelope.batch_reference or str(envelope.control_number)
        while first is not None:
            number = first_set + sets
            self.out.begin_set("837", version)
            several = _Set(first, coming, size)
            self._header(envelope, reference if number == 0 else f"{reference}-{number + 1}", several.root)
            self._hierarchy(several, done)
            self.out.end_set()
            sets += 1
            done += several.taken
            first = several.following
        self.out.end_group()
        return sets

    def _of_this_guide(self, claim: Claim) -> Claim:
        """The claim; without its loop where that is another guide's."""
        if claim.loops is None or isinstance(claim.loops, self._places["2300"].loop):
            return claim
        return replace(claim, loops=None)

    def _version(self, claim: Claim, envelope: Envelope) -> str:
        """The envelope's version if it is of this guide, else that of the claim's file, else the guide's."""
        header = root.header if (root := source_of(claim)[0]) is not None else None
        for version in (envelope.version, header.version if header else ""):
            guide = guides.find(version, "837")
            if guide is not None and guide.kind == f"837{self.kind}":
                return version.strip().upper()
        return self.version

    def _header(self, envelope: Envelope, reference: str, root: Any) -> None:
        if root is None:
            self._beginning(envelope, reference, envelope.created, envelope.time or "0000")
            return
        if self.out.first_set is None:
            self.out.first_set = root
        read, first = _of_its_header(envelope, root), _of_its_header(envelope, self.out.first_set)
        given = replace(
            envelope,
            submitter=self._kept(self._submitter, envelope.submitter, first.submitter, read.submitter),
            receiver=self._kept(self._receiver, envelope.receiver, first.receiver, read.receiver),
        )
        base = self.captured(lambda: self._beginning(read, "", None, ""))
        mine = self.captured(lambda: self._beginning(given, reference, given.created, given.time or "0000"))
        place = self._places["ST"]
        self.in_set(place, base, mine, parts_of(place, root))

    def _beginning(self, envelope: Envelope, reference: str, created: date | None, time: str) -> None:
        lines = self.lines
        self.add(
            lines.bht(structure="0019", purpose="00", reference=reference, date=created, time=time, type="CH")
        )
        self._submitter(envelope.submitter)
        self._receiver(envelope.receiver)

    def _submitter(self, party: Party) -> None:
        self.name("41", party, "46")
        self.contact(party)

    def _receiver(self, party: Party) -> None:
        self.name("40", party, "46", person=False)

    def _kept(self, write: Callable[[Party], None], given: Party, first: Party, read: Party) -> Party:
        """What was read, unless what is given is not what the first set had."""
        same = self.captured(lambda: write(given)) == self.captured(lambda: write(first))
        return read if same else given

    def _hierarchy(self, claims: Iterable[Claim], done: int) -> None:
        self._level = 0
        place = self._places["2300"]
        number = done + 1
        billing: Claim | None = None
        billing_level = 0
        for several in _of_a_subscriber(claims):
            first = several[0]
            _, billing_loop, subscriber_loop, _ = source_of(first)
            try:
                if billing is None or not _same_billing(billing, first):
                    billing_level = self._at_level("2000A", billing_loop, self._billing, first, 0)
                    billing = first
                depends = several[-1].patient is not None  # the subscriber's own come first
                write = self._subscriber_above if depends else self._subscriber
                subscriber_level = self._at_level("2000B", subscriber_loop, write, first, billing_level)
            except EdiError as error:
                raise error.at(f"claim {number}") from None
            patient: Claim | None = None
            for claim in several:
                try:
                    if claim.patient is not None and (patient is None or not _same_patient(patient, claim)):
                        loop = source_of(claim)[3]
                        self._at_level("2000C", loop, self._patient, claim, subscriber_level)
                        patient = claim
                    if claim.loops is None:
                        self.claim(claim)
                    else:
                        self.merged(place, claim, claim.loops, self._reader.read, self.claim)
                except EdiError as error:
                    raise error.at(f"claim {number}") from None
                number += 1
            self.out.pass_on()

    # -- what was read

    def _at_level(
        self, id: str, loop: Any, write: Callable[[Claim, int], int], claim: Claim, parent: int
    ) -> int:
        """A level, as it was read but for what was changed since; gives its number.

        Its HL is always the writer's: numbers, and whether there are levels below.
        """
        if loop is None:
            return write(claim, parent)
        number = self._level + 1
        mine = self.captured(lambda: write(claim, parent))
        self._level = number - 1
        before = self._reader.read(claim.loops)
        base = self.captured(lambda: write(before, parent))
        merged = self.merger.loop(self._places[id], [mine[0], *base[1:]], mine, loop)
        # Nothing is merged where no segment of the level was read: the loops within it stand alone then.
        read = bool(merged) and merged[0].partition(self.lines.d.element)[0] == "HL"
        self.out.segments += [mine[0], *merged[1 if read else 0 :]]
        return number

    # -- levels

    def _next_level(self, parent: int, code: str, child: str) -> int:
        self._level += 1
        self.add(
            self.lines.hl(id=str(self._level), parent=str(parent) if parent else "", level=code, child=child)
        )
        return self._level

    def _billing(self, claim: Claim, parent: int) -> int:
        level = self._next_level(parent, "20", "1")
        party = claim.billing
        lines = self.lines
        if party.taxonomy:
            self.add(lines.prv(role="BI", qualifier="PXC", taxonomy=party.taxonomy))
        self.name("85", party)
        self.address(party.address)
        if party.tax_id:
            self.add(lines.ref(qualifier=party.tax_id_type, value=party.tax_id))
        for qualifier, value in party.secondary_ids if self.kind != "I" else ():
            if qualifier in ("0B", "1G"):
                self.add(lines.ref(qualifier=qualifier, value=value))
        self.contact(party)
        if claim.pay_to is not None and claim.pay_to.address is not None:
            self.add(lines.nm1(entity="87", kind="1" if claim.pay_to.person else "2", last=""))
            self.address(claim.pay_to.address)
        return level

    def _subscriber_above(self, claim: Claim, parent: int) -> int:
        """A subscriber's level that has patients below."""
        return self._subscriber(claim, parent, "1")

    def _subscriber(self, claim: Claim, parent: int, child: str = "0") -> int:
        lines = self.lines
        level = self._next_level(parent, "22", child)
        own = claim.patient is None
        self.add(
            lines.sbr(
                order=claim.payer_order,
                relationship="18" if own else "",
                group_number=claim.group_number,
                group_name=claim.group_name,
                insurance_type=claim.insurance_type if self.kind == "P" else "",
                filing_code=claim.filing_code,
            )
        )
        person = claim.subscriber
        if own and self.kind == "P" and (facts := _pat(person)):  # only the 837P has PAT here
            self.add(lines.pat(**facts))
        self.member(person)
        if own:
            self.address(person.address)
            self.demographics(person)
            self._property(claim)
        payer = claim.payer
        self.name("PR", payer, payer.id_qualifier or "PI", person=False)
        self.address(payer.address)
        for qualifier, value in payer.secondary_ids:
            self.add(lines.ref(qualifier=qualifier, value=value))
        for qualifier, value in claim.billing.secondary_ids:
            if qualifier in PAYER_IDS:
                self.add(lines.ref(qualifier=qualifier, value=value))
        return level

    def _patient(self, claim: Claim, parent: int) -> int:
        lines = self.lines
        person = claim.patient or Person()
        level = self._next_level(parent, "23", "0")
        facts = _pat(person) if self.kind == "P" else {}
        self.add(lines.pat(relationship=claim.relationship, **facts))
        self.add(
            lines.nm1(
                entity="QC", kind="1", last=person.last, first=person.first, middle=person.middle,
                suffix=person.suffix,
            )
        )  # fmt: skip
        self.address(person.address)
        self.demographics(person)
        self._property(claim, "1W")
        return level

    def _property(self, claim: Claim, patient_id: str = "") -> None:
        """What a property and casualty insurance calls the claim and the patient, and whom it asks."""
        self.reference("Y4", claim.property_claim_number)
        if patient_id:
            self.reference(patient_id, claim.property_patient_id)
        if claim.property_contact_phone and self.kind == "P":
            self.add(
                self.lines.per(
                    function="IC",
                    name=claim.property_contact_name,
                    qualifier="TE",
                    number=claim.property_contact_phone,
                )
            )

    # -- parts that repeat

    def name(self, entity: str, party: Party, qualifier: str = "", *, person: bool | None = None) -> None:
        """NM1 of a party: by its NPI, or by `id` under the qualifier that is given."""
        human = party.person if person is None else person
        identifier = party.id if qualifier else party.npi
        self.add(
            self.lines.nm1(
                entity=entity,
                kind="1" if human else "2",
                last=party.last,
                first=party.first if human else "",
                middle=party.middle if human else "",
                suffix=party.suffix if human and not qualifier else "",
                id_qualifier=(qualifier or "XX") if identifier else "",
                id=identifier,
            )
        )

    def member(self, person: Person) -> None:
        """NM1 IL."""
        self.add(
            self.lines.nm1(
                entity="IL",
                kind="2" if person.organisation else "1",
                last=person.last,
                first=person.first,
                middle=person.middle,
                suffix=person.suffix,
                id_qualifier="MI" if person.member_id else "",
                id=person.member_id,
            )
        )

    def address(self, address: Address | None) -> None:
        """N3 and N4; nothing where there is no address."""
        if address is None:
            return
        self.add(self.lines.n3(line1=address.line1, line2=address.line2))
        country = "" if address.country in ("US", "USA") else address.country
        self.add(self.lines.n4(city=address.city, state=address.state, zip=address.zip, country=country))

    def demographics(self, person: Person) -> None:
        """DMG, where the birth date is known."""
        if person.birth_date is not None:
            self.add(self.lines.dmg(format="D8", birth_date=day(person.birth_date), sex=person.sex or "U"))

    def contact(self, party: Party) -> None:
        """PER IC with a telephone, where one is given."""
        if party.contact_phone:
            self.add(
                self.lines.per(
                    function="IC", name=party.contact_name, qualifier="TE", number=party.contact_phone
                )
            )

    def dated(self, qualifier: str, value: date | None, until: date | None = None) -> None:
        """DTP of a day, or of a period where it ends on another day."""
        if value is None:
            return
        if until is not None and until != value:
            self.add(self.lines.dtp(qualifier=qualifier, format="RD8", value=f"{day(value)}-{day(until)}"))
        else:
            self.add(self.lines.dtp(qualifier=qualifier, format="D8", value=day(value)))

    def reference(self, qualifier: str, value: str) -> None:
        """REF, where there is a value."""
        if value:
            self.add(self.lines.ref(qualifier=qualifier, value=value))

    def contract(self, contract: Contract | None) -> None:
        """CN1."""
        if contract is not None:
            self.add(
                self.lines.cn1(
                    type=contract.type,
                    amount=contract.amount,
                    percentage=contract.percentage,
                    code=contract.code,
                    discount=contract.discount,
                    version=contract.version,
                )
            )

    def conditions(self, conditions: Iterable[Conditions]) -> None:
        """CRC segments."""
        for one in conditions:
            if one.codes:
                first, *others = one.codes
                self.add(
                    self.lines.crc(
                        category=one.category,
                        applies="Y" if one.applies else "N",
                        condition=first,
                        others=others,
                    )
                )

    def epsdt_referrals(self, claim: Claim) -> None:
        """CRC ZZ."""
        self.conditions([Conditions(category="ZZ", codes=claim.epsdt_referrals)])

    def file_information(self, claim: Claim) -> None:
        """K3 segments."""
        for text in claim.file_information:
            self.add(self.lines.k3(information=text))

    def attachments(self, claim: Claim) -> None:
        """PWK for each attachment of the claim."""
        for one in claim.attachments:
            self.add(
                self.lines.pwk(
                    report_type=one.report_type,
                    transmission=one.transmission,
                    id_qualifier="AC" if one.control_number else "",
                    control_number=one.control_number,
                )
            )

    def drug(self, line: ServiceLine) -> None:
        """2410, where the line has a drug."""
        if line.ndc:
            self.add(self.lines.lin(qualifier="N4", code=line.ndc))
            unit = Unit.of([line.ndc_unit or "UN"])
            self.add(self.lines.ctp(quantity=line.ndc_quantity or "1", unit=unit))
            self.reference("XZ", line.prescription_number)

    def provider(
        self, entity: str, party: Party | None, *, specialty: str = "", located: bool = False
    ) -> None:
        """A provider's loop: NM1, then PRV (`specialty` is its role), address, secondary identifiers."""
        if party is None:
            return
        self.name(entity, party)
        if specialty and party.taxonomy:
            self.add(self.lines.prv(role=specialty, qualifier="PXC", taxonomy=party.taxonomy))
        if located:
            self.address(party.address)
        for qualifier, value in party.secondary_ids:
            self.add(self.lines.ref(qualifier=qualifier, value=value))

    def other_payer(self, other: OtherPayer) -> None:
        """2320 to 2330B."""
        lines = self.lines
        self.add(
            lines.sbr(
                order=other.order,
                relationship=other.relationship,
                group_number=other.group_number,
                group_name=other.group_name,
                insurance_type=other.insurance_type if self.kind == "P" else "",
                filing_code=other.filing_code,
            )
        )
        self.adjustments(other.adjustments)
        for qualifier, amount in (
            ("D", other.paid),
            ("A8", other.non_covered),
            ("EAF", other.remaining_patient_liability),
        ):
            if amount is not None:
                self.add(lines.amt(qualifier=qualifier, amount=amount))
        self.add(lines.oi(benefits_assigned=other.benefits_assigned, release=other.release_of_information))
        stay = other.inpatient if self.kind == "I" else ()  # the 837I does not use MIA02
        self.adjudication_of_whole(
            (*stay[:1], *("" for _ in stay[1:2]), *stay[2:]), other.outpatient, other.remarks
        )
        self.member(other.subscriber)
        self.address(other.subscriber.address)
        self.name("PR", other.payer, other.payer.id_qualifier or "PI", person=False)
        self.address(other.payer.address)
        self.dated("573", other.adjudicated)
        for qualifier, value in other.payer.secondary_ids:
            self.add(lines.ref(qualifier=qualifier, value=value))
        self.reference("F8", other.payer_claim_control_number)

    def adjudication(self, decided: LineAdjudication, qualifier: str, revenue_code: str = "") -> None:
        """2430."""
        lines = self.lines
        self.add(
            lines.svd(
                payer_id=decided.payer_id,
                paid=decided.paid,
                procedure=Procedure.of(
                    [qualifier, decided.procedure, *decided.modifiers] if decided.procedure else []
                ),
                revenue_code=revenue_code,
                units=decided.units,
                bundled_line=decided.bundled_into,
            )
        )
        self.adjustments(decided.adjustments)
        self.dated("573", decided.adjudicated)
        if decided.remaining_patient_liability is not None:
            self.add(lines.amt(qualifier="EAF", amount=decided.remaining_patient_liability))


def _of_its_header(envelope: Envelope, root: Any) -> Envelope:
    """The envelope with submitter and receiver of a transaction set that was read."""
    contacts = root.submitter.contacts
    submitter = party_of(root.submitter.name, contact=contacts[0] if contacts else None)
    return replace(envelope, submitter=submitter, receiver=party_of(root.receiver.name))


def _pat(person: Person) -> dict[str, str]:
    """What PAT says of a person beside the relationship."""
    facts: dict[str, str] = {}
    if person.death_date is not None:
        facts |= {"format": "D8", "death_date": day(person.death_date)}
    if person.weight:
        facts |= {"weight_unit": "01", "weight": person.weight}
    if person.pregnant:
        facts["pregnant"] = "Y"
    return facts


class _Set:
    """The claims of one transaction set, as they come: those of one set that was read, `size` at most."""

    def __init__(self, first: Claim, coming: Iterator[Claim], size: int) -> None:
        self.root = source_of(first)[0]
        self.taken = 0
        self.following: Claim | None = first
        self._coming = coming
        self._size = size

    def __iter__(self) -> Iterator[Claim]:
        while (
            self.following is not None
            and self.taken < self._size
            and source_of(self.following)[0] is self.root
        ):
            self.taken += 1
            yield self.following
            self.following = next(self._coming, None)


def _of_a_subscriber(claims: Iterable[Claim]) -> Iterator[list[Claim]]:
    """Neighbours that share a subscriber's level; its own claims come before its dependents'."""
    several: list[Claim] = []
    for claim in claims:
        if several and (
            (len(several) == CLAIMS_A_SUBSCRIBER and claim.loops is None)
            or not _same_subscriber(claim, several[0])
            or (claim.patient is None and several[-1].patient is not None)
        ):
            yield several
            several = []
        several.append(claim)
    if several:
        yield several


def _same_billing(a: Claim, b: Claim) -> bool:
    read_from = source_of(a)[1]
    if read_from is not source_of(b)[1] or not (a.pay_to is b.pay_to or a.pay_to == b.pay_to):
        return False
    if a.billing is b.billing or a.billing == b.billing:
        return True
    # its identifiers with a payer stand at the subscriber's level, which may differ below one of the file
    return read_from is not None and _without_payer_ids(a.billing) == _without_payer_ids(b.billing)


def _without_payer_ids(party: Party) -> Party:
    ids = tuple((qualifier, value) for qualifier, value in party.secondary_ids if qualifier not in PAYER_IDS)
    return replace(party, secondary_ids=ids)


def _same_subscriber(a: Claim, b: Claim) -> bool:
    return (
        (a.subscriber is b.subscriber or a.subscriber == b.subscriber)
        and a.payer_order == b.payer_order
        and a.group_number == b.group_number
        and a.group_name == b.group_name
        and a.filing_code == b.filing_code
        and a.insurance_type == b.insurance_type
        and (a.patient is not None or _same_property(a, b))
        and (a.payer is b.payer or a.payer == b.payer)
        and (a.billing is b.billing or a.billing == b.billing)
        and _same_billing(a, b)
        and (
            (a.patient is None) == (b.patient is None)
            or a.patient is None
            or source_of(a)[2] is not None  # in the file that it was read from they did
        )
        and source_of(a)[2] is source_of(b)[2]
    )


def _same_patient(a: Claim, b: Claim) -> bool:
    return a.patient == b.patient and _same_property(a, b) and source_of(a)[3] is source_of(b)[3]


def _same_property(a: Claim, b: Claim) -> bool:
    return (
        a.property_claim_number == b.property_claim_number
        and a.property_patient_id == b.property_patient_id
        and a.property_contact_name == b.property_contact_name
        and a.property_contact_phone == b.property_contact_phone
    )
