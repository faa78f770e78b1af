"""Two files compared by what they mean: records against records, not text against text.

    for d in differences("before.837", "after.837"):
        print(d.where, d.what, d.a, d.b)

Claims are paired by patient control number and payer order, lines by control number or by what was
done, remittances by trace. The order of claims, lines, diagnoses after the first, modifiers and
adjustments, upper and lower case, idle zeros and dates written as a period of one day make no
difference; neither do control numbers and other facts of the envelope, unless they are asked for.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from edi.acknowledgments.reading import read_acknowledgments
from edi.claims.files import read_claims
from edi.compare.segments import beside_the_records
from edi.explain.explanation import money
from edi.explain.mask import Mask
from edi.read.envelopes import read_envelopes
from edi.read.interchanges import Source
from edi.records.acknowledgment import (
    ClaimAcknowledgment,
    ClaimStatus,
    ImplementationAcknowledgment,
    InterchangeAcknowledgment,
    ProviderStatus,
    SegmentFault,
    Status,
    TransactionAcknowledgment,
)
from edi.records.claim import Attachment, Claim, DatedCode, LineAdjudication, OtherPayer, ServiceLine
from edi.records.dental import Tooth
from edi.records.envelope import InterchangeHeader
from edi.records.party import Adjustment, Party, Person
from edi.records.remittance import ClaimPayment, ProviderAdjustment, Remittance, ServicePayment
from edi.remittances.files import read_remittances


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference: where ("claim …0001, line 1 (99213)"), what ("charge"), and how each has it."""

    where: str
    what: str
    a: str
    b: str


ABSENT: Final = "(not there)"
PRESENT: Final = "(there)"

# What of a record is a patient's: names and ids are masked, free text is hidden. A `Party` is a
# provider or payer, whose name and NPI are public.
_NUMBERS: Final = frozenset(
    {
        "patient_control_number", "payer_claim_control_number", "member_id", "group_number",
        "prior_authorization", "referral_number", "medical_record_number", "clearinghouse_trace",
        "control_number", "prescription_number", "reference", "predetermination",
    }
)  # fmt: skip
_TEXTS: Final = frozenset({"note", "line1", "line2", "text", "elements", "other_references", "references"})
_NAMES: Final = frozenset({"last", "first", "middle", "suffix"})
# Facts of the envelope or of the reading, not of the meaning; diagnoses have their own way.
_IGNORED: Final = frozenset(
    {
        "loops", "findings", "diagnoses", "interchange_control_number",
        "transaction_control_number", "sender_id", "receiver_id", "number",
    }
)  # fmt: skip
_SET: Final = frozenset(
    {"modifiers", "submitted_modifiers", "remarks", "surfaces", "oral_cavity", "conditions", "codes"}
)


def differences(
    a: Source, b: Source, *, show_phi: bool = False, envelope: bool = False
) -> Iterator[Difference]:
    """How two files differ; nothing where they mean the same. Patients are masked unless asked.

    With `envelope` control numbers, dates, senders, receivers and batch references are compared too.
    Content never raises; raises `SourceError`, `OSError`. Both files' records are held in memory.
    """
    comparison = _Comparison(Mask(show_phi))
    if envelope:
        yield from comparison.records(read_envelopes(a), read_envelopes(b), "")
    for read in (read_claims, _remittances, read_acknowledgments):
        yield from comparison.records(read(a), read(b), "")


def compare_claims(a: Claim, b: Claim, *, show_phi: bool = False) -> list[Difference]:
    """How two claims differ, whatever their numbers are."""
    comparison = _Comparison(Mask(show_phi))
    return list(comparison.pair(a, b, comparison.name(a)))


def _remittances(source: Source) -> Iterator[Remittance]:
    for remittance in read_remittances(source):
        remittance.claims = list(remittance.claims)
        yield remittance


# What pairs two records of a kind: each function is tried in turn on what the one before left over.
_KEYS: Final[dict[type, tuple[Callable[[Any], Any], ...]]] = {
    Claim: (lambda c: (c.kind, c.patient_control_number, c.payer_order, c.frequency),
            lambda c: (c.kind, c.patient_control_number)),
    ServiceLine: (lambda s: (s.procedure, s.revenue_code, s.service_from, s.modifiers, s.charge),
                  lambda s: s.control_number or None,
                  lambda s: (s.procedure, s.revenue_code, s.service_from),
                  lambda s: (s.procedure, s.revenue_code)),
    OtherPayer: (lambda o: (o.order, o.payer.id), lambda o: o.payer.id),
    LineAdjudication: (lambda d: (d.payer_id, d.procedure), lambda d: d.payer_id),
    Adjustment: (lambda a: (a.group, a.reason, a.amount), lambda a: (a.group, a.reason)),
    Attachment: (lambda a: (a.report_type, a.control_number), lambda a: a.report_type),
    DatedCode: (lambda c: (c.code, c.on), lambda c: c.code),
    Tooth: (lambda t: t.number,),
    Remittance: (lambda r: (r.trace, r.payment), lambda r: r.trace),
    ClaimPayment: (lambda c: (c.patient_control_number, c.status, c.payer_claim_control_number, c.charge),
                   lambda c: (c.patient_control_number, c.status),
                   lambda c: c.patient_control_number),
    ServicePayment: (lambda s: (s.procedure, s.service_from, s.modifiers, s.charge),
                     lambda s: s.control_number or None,
                     lambda s: (s.procedure, s.service_from),
                     lambda s: s.procedure),
    ProviderAdjustment: (lambda p: (p.provider_id, p.reason, p.reference, p.amount),
                         lambda p: (p.provider_id, p.reason, p.reference)),
    InterchangeAcknowledgment: (lambda t: t.control_number,),
    ImplementationAcknowledgment: (lambda g: g.group_control_number,),
    TransactionAcknowledgment: (lambda t: t.control_number,),
    SegmentFault: (lambda f: (f.position, f.segment, f.code), lambda f: (f.position, f.segment)),
    ClaimAcknowledgment: (lambda c: c.batch_reference,),
    ProviderStatus: (lambda p: p.provider.npi or p.provider.last,),
    ClaimStatus: (lambda c: c.patient_control_number,),
    Status: (lambda s: (s.category, s.code, s.entity), lambda s: s.category),
    InterchangeHeader: (lambda i: i.control_number,),
}  # fmt: skip


class _Comparison:
    def __init__(self, mask: Mask) -> None:
        self.mask = mask

    def records(self, a: Iterable[Any], b: Iterable[Any], where: str) -> Iterator[Difference]:
        """Two collections of records: pairs compared, the rest reported as missing."""
        here, there = list(a), list(b)
        if len({_kind(record) for record in (*here, *there)}) > 1:
            for kind in dict.fromkeys(_kind(record) for record in (*here, *there)):
                mine = [record for record in here if _kind(record) is kind]
                yield from self.records(mine, [r for r in there if _kind(r) is kind], where)
            return
        pairs, only_a, only_b = _paired(here, there)
        for one, two in pairs:
            yield from self.pair(one, two, _inside(where, self.name(one)))
        for one in only_a:
            yield Difference(where=_inside(where, self.name(one)), what="", a=PRESENT, b=ABSENT)
        for one in only_b:
            yield Difference(where=_inside(where, self.name(one)), what="", a=ABSENT, b=PRESENT)

    def pair(self, a: Any, b: Any, where: str) -> Iterator[Difference]:
        """Two records that belong together."""
        found = False
        if isinstance(a, Claim):
            for d in self.diagnoses(a, b, where):
                found = True
                yield d
        for d in self.members(_meaning(a), _meaning(b), where) if a != b else ():
            found = True
            yield d
        if isinstance(a, Remittance):
            yield from self.records(a.claims, b.claims, where)
        elif isinstance(a, (Claim, ClaimPayment)) and not found:
            for name, one, two in beside_the_records(a.loops, b.loops):
                yield Difference(
                    where=where, what=f"segment {name}", a=self.mask.text(one), b=self.mask.text(two)
                )

    def diagnoses(self, a: Claim, b: Claim, where: str) -> Iterator[Difference]:
        """The first is the principal one; the others have no order."""
        if a.diagnoses[:1] != b.diagnoses[:1]:
            yield Difference(
                where=where,
                what="principal diagnosis",
                a="".join(a.diagnoses[:1]),
                b="".join(b.diagnoses[:1]),
            )
        one, two = sorted(a.diagnoses[1:]), sorted(b.diagnoses[1:])
        if one != two:
            yield Difference(where=where, what="other diagnoses", a=" ".join(one), b=" ".join(two))

    def members(self, a: Any, b: Any, where: str) -> Iterator[Difference]:
        """Field by field."""
        for field in fields(a):
            name = field.name
            if name == "claims" and isinstance(a, Remittance):
                continue  # compared beside its own fields
            if not field.compare or (name in _IGNORED and not isinstance(a, InterchangeHeader)):
                continue
            yield from self.values(getattr(a, name), getattr(b, name), where, name, type(a))

    def values(self, a: Any, b: Any, where: str, name: str, owner: type) -> Iterator[Difference]:
        """Two values of a field."""
        if a == b:
            return
        what = name.replace("_", " ")
        if is_dataclass(a) and is_dataclass(b):
            yield from self.members(a, b, _inside(where, what))
        elif is_dataclass(a) or is_dataclass(b):
            yield Difference(
                where=where, what=what, a=PRESENT if is_dataclass(a) else ABSENT,
                b=PRESENT if is_dataclass(b) else ABSENT,
            )  # fmt: skip
        elif _records(a) or _records(b):
            yield from self.records(a, b, where)
        elif _plain(a, name) != _plain(b, name):
            yield Difference(
                where=where, what=what, a=self.shown(a, name, owner), b=self.shown(b, name, owner)
            )

    def shown(self, value: Any, name: str, owner: type) -> str:
        """A value as the reader may see it."""
        if value is None or value == "" or value == ():
            return ABSENT
        if isinstance(value, date):
            return self.mask.birth(value) if name in ("birth_date", "death_date") else value.isoformat()
        if isinstance(value, int) and not isinstance(value, bool) and not name.endswith("count"):
            return money(value) if name not in ("included", "received", "accepted", "groups") else str(value)
        if isinstance(value, tuple):
            text = " ".join(str(v) if not isinstance(v, tuple) else ":".join(map(str, v)) for v in value)
        else:
            text = str(value)
        if name in _TEXTS or (owner is Person and name == "address"):
            return self.mask.text(text)
        if name in _NUMBERS:
            return self.mask.number(text)
        if name in _NAMES and owner is Person and not self.mask.show_phi:
            return f"{text[:1]}."
        return text

    def name(self, record: Any) -> str:
        """What a record is called in a place."""
        number = self.mask.number
        if isinstance(record, (Claim, ClaimPayment, ClaimStatus)):
            return f"claim {number(record.patient_control_number)}"
        if isinstance(record, (ServiceLine, ServicePayment)):
            at = f" {record.number}" if isinstance(record, ServiceLine) else ""
            return f"line{at} ({record.procedure or record.revenue_code})"
        if isinstance(record, OtherPayer):
            return f"other payer {record.payer.last or record.payer.id}"
        if isinstance(record, LineAdjudication):
            return f"decision of {record.payer_id}"
        if isinstance(record, Adjustment):
            return f"adjustment {record.group} {record.reason}"
        if isinstance(record, Remittance):
            return f"remittance {record.trace}"
        if isinstance(record, ProviderAdjustment):
            return f"provider adjustment {record.reason}"
        if isinstance(record, (InterchangeAcknowledgment, InterchangeHeader)):
            return f"interchange {record.control_number}"
        if isinstance(record, ImplementationAcknowledgment):
            return f"group {record.group_control_number}"
        if isinstance(record, Status):
            return f"status {record.category}:{record.code}"
        if isinstance(record, ProviderStatus):
            return f"provider {record.provider.last}"
        if isinstance(record, Party):
            return record.last
        word = "".join(f" {c.lower()}" if c.isupper() else c for c in type(record).__name__).strip()
        known = getattr(record, "code", "") or getattr(record, "control_number", "")
        return f"{word} {known}".strip()


def _inside(where: str, name: str) -> str:
    return f"{where}, {name}" if where and name else where or name


def _records(value: Any) -> bool:
    return isinstance(value, (tuple, list)) and bool(value) and is_dataclass(value[0])


def _plain(value: Any, name: str) -> Any:
    """A value without what makes no difference: case, idle zeros and blanks, order where there is none."""
    if isinstance(value, str):
        if name in ("units", "ndc_quantity", "quantity"):
            try:
                return Decimal(value)
            except InvalidOperation:
                return value
        return " ".join(value.casefold().split())
    if isinstance(value, (tuple, list)):
        plain = [_plain(v, name) for v in value]
        return sorted(plain, key=repr) if name in _SET or any(isinstance(v, tuple) for v in plain) else plain
    return value


def _meaning(record: Any) -> Any:
    """A record with what it says in two ways said in one."""
    if isinstance(record, Claim):
        return replace(record, lines=tuple(_line(line, record) for line in record.lines))
    return record


def _line(line: ServiceLine, claim: Claim) -> ServiceLine:
    """Pointers become the codes they point at; what is the claim's own is not the line's."""
    pointed: list[Any] = [
        claim.diagnoses[p - 1] if 1 <= p <= len(claim.diagnoses) else f"pointer {p}" for p in line.pointers
    ]
    return replace(
        line,
        pointers=tuple(pointed),
        service_to=None if line.service_to == line.service_from else line.service_to,
        place_of_service="" if line.place_of_service == claim.place_of_service else line.place_of_service,
    )


def _kind(record: Any) -> type:
    """The kind of record, where it may be a lazier one of its kind."""
    return next((kind for kind in type(record).__mro__ if kind in _KEYS), type(record))


def _paired(a: list[Any], b: list[Any]) -> tuple[list[tuple[Any, Any]], list[Any], list[Any]]:
    """Pairs, and what is left over on each side. Without a key they are paired in their order."""
    pairs: list[tuple[Any, Any]] = []
    kind = _kind((a or b or [None])[0])
    for key in _KEYS.get(kind, ()):
        waiting: dict[Any, list[Any]] = {}
        for two in b:
            waiting.setdefault(key(two), []).append(two)
        left: list[Any] = []
        for one in a:
            found = waiting.get(key(one)) if key(one) is not None else None
            if found:
                pairs.append((one, found.pop(0)))
            else:
                left.append(one)
        taken = {id(two) for _, two in pairs}
        a, b = left, [two for two in b if id(two) not in taken]
        if not a or not b:
            break
    if len(a) == len(b) == 1 or kind not in _KEYS:  # the last two belong together whatever they are called
        both = min(len(a), len(b))
        pairs += zip(a[:both], b[:both], strict=True)
        a, b = a[both:], b[both:]
    return pairs, a, b
