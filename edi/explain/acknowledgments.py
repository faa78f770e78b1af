"""Explains a TA1, 999 or 277CA: what was accepted or rejected, why, and what to do."""

from collections.abc import Iterator

from edi.acknowledgments.reading import Acknowledgment
from edi.explain.explanation import Explanation, days, joined, money, named, provider, sentence
from edi.explain.mask import Mask
from edi.explain.words.statuses import describe, remedy_of
from edi.explain.words.syntax import (
    DUPLICATE_INTERCHANGE,
    ELEMENT_CODES,
    GROUP_CODES,
    GROUPS,
    INTERCHANGE_NOTES,
    INTERCHANGE_STATUS,
    PARTNER_NOTES,
    RESULTS,
    SEGMENT_CODES,
    TRANSACTION_CODES,
    listed,
)
from edi.records.acknowledgment import (
    ClaimAcknowledgment,
    ClaimStatus,
    ImplementationAcknowledgment,
    InterchangeAcknowledgment,
    ProviderStatus,
    SegmentFault,
    Status,
)

FAULTS = ("transaction set", "place", "what is wrong", "value")
CLAIMS = ("claim", "patient", "services", "charged", "answer", "what to do")


def explain_acknowledgment(ack: Acknowledgment, mask: Mask = Mask()) -> Iterator[Explanation]:  # noqa: B008 - frozen
    """Explain one acknowledgment. A 277CA has one explanation for the file and one for each provider."""
    if isinstance(ack, InterchangeAcknowledgment):
        yield _interchange(ack)
    elif isinstance(ack, ImplementationAcknowledgment):
        yield _implementation(ack, mask)
    else:
        yield _claims(ack)
        for one in ack.providers:
            yield _provider(one, mask)


def _interchange(ack: InterchangeAcknowledgment) -> Explanation:
    status = INTERCHANGE_STATUS.get(ack.status, f"answered with {ack.status}")
    note = INTERCHANGE_NOTES.get(ack.note, f"note {ack.note}")
    if ack.status == "R" and ack.note == DUPLICATE_INTERCHANGE:
        remedy = "do not send it again: the partner has the first one; wait for its 999 or 277CA"
    elif ack.status == "R" and ack.note in PARTNER_NOTES:
        remedy = (
            "correct the partner's settings (ids, qualifiers, usage), then send the claims under a new number"
        )
    elif ack.status == "R":
        remedy = "correct the file and send it under a new control number"
    else:
        remedy = "nothing to do; the 999 comes next"
    return Explanation(
        kind="interchange acknowledgment",
        title=f"TA1: interchange {ack.control_number} {status}",
        sentences=(sentence(f"{note} ({ack.note})"), sentence(remedy)),
        bad=ack.status == "R",
    )


def _implementation(ack: ImplementationAcknowledgment, mask: Mask) -> Explanation:
    rejected = [t for t in ack.transactions if t.status not in ("A", "E")]
    bad = ack.status not in ("A", "E")
    what = GROUPS.get(ack.functional_code, ack.functional_code)
    result = RESULTS.get(ack.status, f"answered {ack.status}")
    sentences = [
        f"{ack.accepted} of {ack.received} transaction sets accepted",
        listed(ack.codes, GROUP_CODES) if ack.codes else "",
        *(
            f"transaction set {t.control_number} {RESULTS.get(t.status, t.status)}"
            + (f": {listed(t.codes, TRANSACTION_CODES)}" if t.codes else "")
            for t in ack.transactions
            if t.status != "A"
        ),
        "correct what is named and send those claims again as new ones: a rejected set was not processed"
        if rejected or bad
        else "nothing to do; the 277CA reports on each claim",
    ]
    return Explanation(
        kind="implementation acknowledgment",
        title=f"999: group {ack.group_control_number}, {what}, {result}",
        sentences=tuple(sentence(s) for s in sentences if s),
        columns=FAULTS,
        rows=tuple(
            row
            for t in ack.transactions
            for fault in t.faults
            for row in _fault(t.control_number, fault, mask)
        ),
        bad=bad,
    )


def _fault(control: str, fault: SegmentFault, mask: Mask) -> Iterator[tuple[str, ...]]:
    place = joined(fault.loop, fault.segment, by=" ")
    if fault.position:
        place += f", segment {fault.position}"
    if not fault.elements:
        yield (control, place, SEGMENT_CODES.get(fault.code, f"code {fault.code}"), "")
    for where, code, value in fault.elements:
        words = ELEMENT_CODES.get(code, f"code {code}")
        yield (control, f"{place}, element {where}", words, mask.text(value))


def codes_of(statuses: tuple[Status, ...]) -> str:
    """Statuses as their codes: "A7:562:85 A7:21"."""
    return " ".join(joined(s.category, s.code, s.entity, by=":") for s in statuses)


def _claims(ack: ClaimAcknowledgment) -> Explanation:
    refused = any(s.rejects for s in ack.statuses)
    named_claims = [c for p in ack.providers for c in p.claims]
    accepted = (
        ack.accepted_count if ack.accepted_count is not None else sum(not c.rejected for c in named_claims)
    )
    rejected = ack.rejected_count if ack.rejected_count is not None else sum(c.rejected for c in named_claims)
    sentences = [
        describe(codes_of(ack.statuses)),
        f"{accepted} claim{'' if accepted == 1 else 's'} accepted"
        + (f", {money(ack.accepted_amount)}" if ack.accepted_amount is not None else "")
        + f"; {rejected} rejected"
        + (f", {money(ack.rejected_amount)}" if ack.rejected_amount is not None else ""),
        f"received {days(ack.received)}, processed {days(ack.processed)}" if ack.received else "",
        f"the whole file is rejected: {remedy_of(codes_of(ack.statuses))}" if refused else "",
        "each claim is answered below; ask for the ones that are not" if named_claims else "",
    ]
    return Explanation(
        kind="claim acknowledgment",
        title=f"277CA: {named(ack.source)} answers {named(ack.receiver)}, file {ack.batch_reference}",
        sentences=tuple(sentence(s) for s in sentences if s),
        bad=refused or bool(rejected),
    )


def _provider(one: ProviderStatus, mask: Mask) -> Explanation:
    refused = any(s.rejects for s in one.statuses)
    sentences = [
        describe(codes_of(one.statuses)) if one.statuses else "",
        f"all claims of this provider are rejected: {remedy_of(codes_of(one.statuses))}" if refused else "",
    ]
    ordered = sorted(one.claims, key=lambda c: not c.rejected)
    return Explanation(
        kind="claims answered",
        title=f"Claims of {provider(one.provider)}: {sum(not c.rejected for c in one.claims)} accepted, "
        f"{sum(c.rejected for c in one.claims)} rejected",
        sentences=tuple(sentence(s) for s in sentences if s),
        columns=CLAIMS,
        rows=tuple(_claim(c, mask) for c in ordered),
        right=("charged",),
        bad=refused or any(c.rejected for c in one.claims),
    )


def _claim(claim: ClaimStatus, mask: Mask) -> tuple[str, ...]:
    own = codes_of(claim.statuses)
    texts = [s.text for s in claim.statuses if s.text]
    lines = [
        f"line {mask.number(number) or position}: {describe(codes_of(statuses))}"
        for position, (number, statuses) in enumerate(claim.lines, 1)
        if any(s.rejects for s in statuses)
    ]
    rejecting = codes_of(
        tuple(s for s in (*claim.statuses, *(s for _, ss in claim.lines for s in ss)) if s.rejects)
    )
    conflict = any(s.action != "U" and s.rejects for s in claim.statuses)
    return (
        mask.number(claim.patient_control_number),
        mask.name(claim.patient) if claim.patient is not None else "",
        days(claim.service_from, claim.service_to),
        money(next((s.amount for s in claim.statuses if s.amount is not None), None)),
        joined(
            f"{describe(own)} [{own}]",
            *lines,
            *(f"the payer writes: {mask.text(t)}" for t in texts),
            "its action code says accepted, but its status codes reject" if conflict else "",
            by="; ",
        ),
        remedy_of(rejecting or own),
    )
