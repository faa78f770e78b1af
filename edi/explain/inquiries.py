"""Explains a 270 or 276: who asks which payer about which patient or claim."""

from collections.abc import Iterator
from typing import Any

from edi.claims.reading import party_of, person_of, value_of
from edi.explain.explanation import Explanation, days, joined, money, named, provider, sentence
from edi.explain.mask import Mask
from edi.read.interchanges import Source
from edi.read.transaction_sets import Transaction, Walk
from edi.records.party import Person


def explain_inquiries(source: Source, mask: Mask = Mask()) -> Iterator[Explanation]:  # noqa: B008 - frozen
    """Explain each person (270) and each claim (276) that is asked about."""
    for item in Walk(source):
        if not isinstance(item, Transaction) or item.guide.kind not in ("270", "276"):
            continue
        explain = _eligibility if item.guide.kind == "270" else _status
        unit = next(iter(item.guide.unit))
        for event, loop in item.reader.run():
            if event == "close" and unit == loop.ID:
                yield from explain(loop, mask)


def _eligibility(subscriber: Any, mask: Mask) -> Iterator[Explanation]:
    receiver = subscriber.parent
    payer = receiver.parent
    insured = _person(subscriber.name)
    for level in (subscriber, *subscriber.dependents):
        asked = level.name.inquiries
        if level is subscriber and not asked and subscriber.dependents:
            continue
        person = insured if level is subscriber else _person(level.name)
        types = [t for one in asked for t in one.question.service_types]
        procedures = [one.question.procedure.code for one in asked if one.question.procedure is not None]
        dates = level.name.dates
        sentences = [
            f"about {mask.person(person)}"
            + ("" if level is subscriber else f"; subscriber {mask.person(insured)}"),
            f"service types {joined(*types)}" if types else "",
            f"procedures {joined(*procedures)}" if procedures else "",
            "nothing is asked: no EQ" if not asked else "",
            f"for {days(dates[0].start, dates[0].end)}" if dates else "",
            f"traces {joined(*(mask.number(t.number) for t in level.traces))}" if level.traces else "",
        ]
        yield Explanation(
            kind="eligibility inquiry",
            title=f"270: {provider(party_of(receiver.name.name))} asks {named(party_of(payer.name.name))} "
            f"about {mask.name(person) or 'an unnamed person'}",
            sentences=tuple(sentence(s) for s in sentences if s),
        )


def _status(subscriber: Any, mask: Mask) -> Iterator[Explanation]:
    asking = subscriber.parent
    payer = asking.parent.parent
    by = party_of(asking.names[0].name) if asking.names else None
    for level in (subscriber, *subscriber.dependents):
        person = person_of(level.name.name)
        for claim in level.claims:
            dated = claim.service_date
            number = value_of(claim.patient_number) or claim.trace.number
            sentences = [
                f"the patient is {mask.person(person)}",
                f"services of {days(dated.start, dated.end)}" if dated is not None else "",
                f"charged {money(claim.charge.amount)}" if claim.charge is not None else "",
                f"the payer's claim {mask.number(value_of(claim.payer_number))}"
                if claim.payer_number is not None
                else "",
                f"type of bill {value_of(claim.bill_type)}" if claim.bill_type is not None else "",
                f"asked under {mask.number(claim.trace.number)}",
            ]
            yield Explanation(
                kind="claim status inquiry",
                title=f"276: {provider(by)} asks {named(party_of(payer.name.name))} "
                f"about claim {mask.number(number)}",
                sentences=tuple(sentence(s) for s in sentences if s),
            )


def _person(name: Any) -> Person:
    return person_of(name.name, name.street, name.city, name.demographics)
