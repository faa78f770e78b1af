"""Explains a 277 claim status answer or a 271: what a payer says about claims or a person's coverage."""

from collections.abc import Iterator
from typing import Any

from edi.acknowledgments.inquiry_answers import read_claim_statuses
from edi.acknowledgments.reading import statuses_of
from edi.claims.reading import party_of
from edi.explain.acknowledgments import codes_of
from edi.explain.explanation import Explanation, days, joined, money, named, provider, sentence
from edi.explain.mask import Mask
from edi.explain.words.statuses import describe
from edi.read.interchanges import Source
from edi.read.transaction_sets import Transaction, Walk
from edi.records.eligibility import Benefit, ClaimStatusAnswer, Eligibility

LINES = ("line", "date", "procedure", "charge", "paid", "answer")
BENEFITS = ("what", "for whom", "services", "plan", "period", "amount", "share", "network")
_FINISHED_UNPAID = ("F2", "F4", "F5", "D0", "E0", "E1", "E2", "E3", "E4")
_KINDS = {
    **dict.fromkeys("12345", "active"),
    **dict.fromkeys("678", "not active"),
    "A": "co-insurance",
    "B": "co-payment",
    "C": "deductible",
    "F": "limit",
    "G": "out of pocket, at most",
    "I": "not covered",
    "R": "another payer",
    "Y": "spend-down",
}


def explain_claim_statuses(source: Source, mask: Mask = Mask()) -> Iterator[Explanation]:  # noqa: B008 - frozen
    """Explain every 277 that answers a 276: each claim, or why a level above was refused."""
    none = True
    for answer in read_claim_statuses(source):
        none = False
        yield explain_claim_status(answer, mask)
    if none:
        yield from _refused(source)


def explain_claim_status(answer: ClaimStatusAnswer, mask: Mask = Mask()) -> Explanation:  # noqa: B008 - frozen
    """Explain one claim's status; its lines are the rows."""
    codes = codes_of(answer.statuses)
    number = answer.patient_control_number or answer.trace
    numbers = joined(
        f"asked under {mask.number(answer.trace)}" if answer.trace else "",
        f"the payer's claim {mask.number(answer.payer_claim_control_number)}"
        if answer.payer_claim_control_number
        else "",
        f"type of bill {answer.type_of_bill}" if answer.type_of_bill else "",
        f"clearinghouse's trace {mask.number(answer.clearinghouse_trace)}"
        if answer.clearinghouse_trace
        else "",
    )
    charged = joined(
        f"charged {money(answer.charge)}" if answer.charge is not None else "",
        f"paid {money(answer.paid)}" if answer.paid is not None else "",
        f"decided {answer.paid_on}" if answer.paid_on else "",
        f"check or transfer {mask.number(answer.check_number)}" if answer.check_number else "",
    )
    sentences = [
        f"{describe(codes)} [{codes}]" if codes else "no status is given",
        f"the patient is {mask.person(answer.patient)}; claim of {provider(answer.provider)}",
        f"services of {days(answer.service_from, answer.service_to)}" if answer.service_from else "",
        charged,
        numbers,
        *(f"the payer writes: {mask.text(s.text)}" for s in answer.statuses if s.text),
    ]
    return Explanation(
        kind="claim status",
        title=f"277: {named(answer.payer)} on claim {mask.number(number)} of {mask.name(answer.patient)}",
        sentences=tuple(sentence(s) for s in sentences if s),
        columns=LINES,
        rows=tuple(
            (
                str(n),
                days(line.service_from, line.service_to),
                line.procedure,
                money(line.charge),
                money(line.paid),
                describe(codes_of(line.statuses)),
            )
            for n, line in enumerate(answer.lines, 1)
        ),
        right=("line", "charge", "paid"),
        bad=any(s.category in _FINISHED_UNPAID for s in answer.statuses),
    )


def _refused(source: Source) -> Iterator[Explanation]:
    """Explain an answer without claims: what it says about the receiver or a provider."""
    for item in Walk(source, keep=True):
        if not isinstance(item, Transaction) or item.guide.kind != "277":
            continue
        for _ in item.reader.run():
            pass
        root: Any = item.reader.root
        for payer in root.sources:
            for receiver in payer.receivers:
                levels = [(receiver, party_of(receiver.name.name))]
                levels += [(p, party_of(p.names[0].name)) for p in receiver.providers if p.names]
                for level, party in levels:
                    found = statuses_of(level.status.statuses) if level.status is not None else ()
                    if found:
                        yield Explanation(
                            kind="claim status",
                            title=f"277: {named(party_of(payer.name.name))} answers {named(party)}",
                            sentences=(sentence(f"{describe(codes_of(found))} [{codes_of(found)}]"),),
                            bad=True,
                        )


def explain_eligibility(answer: Eligibility, mask: Mask = Mask()) -> Explanation:  # noqa: B008 - frozen
    """Explain one person's coverage; the benefits are the rows."""
    person = answer.patient or answer.subscriber
    active = {True: "coverage is active", False: "coverage is not active", None: ""}[answer.active]
    sentences = [
        active,
        f"asked by {provider(answer.provider)}",
        f"{mask.person(person)}"
        + (f"; subscriber {mask.person(answer.subscriber)}" if answer.patient is not None else ""),
        *(
            f"refused in {r.loop}: reason {r.reason}" + (f", follow up {r.follow_up}" if r.follow_up else "")
            for r in answer.refusals
        ),
    ]
    return Explanation(
        kind="eligibility",
        title=f"271: {named(answer.payer)} on {mask.name(person) or 'an unnamed person'}",
        sentences=tuple(sentence(s) for s in sentences if s),
        columns=BENEFITS,
        rows=tuple(_benefit(b) for b in answer.benefits),
        right=("amount", "share"),
        bad=bool(answer.refusals),
    )


def _benefit(one: Benefit) -> tuple[str, ...]:
    return (
        _KINDS.get(one.information, f"kind {one.information}"),
        one.coverage_level,
        joined(*(f"type {t}" for t in one.service_types), one.procedure),
        joined(one.plan, one.insurance_type),
        f"period {one.period}" if one.period else "",
        money(one.amount),
        one.percent,
        {"Y": "in", "N": "out of"}.get(one.in_network, one.in_network),
    )
