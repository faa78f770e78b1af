"""A claim to a later payer as a run writes it, from what the payers before it decided."""

from dataclasses import replace
from datetime import date

from edi.records import Claim, OtherPayer, Party, Person, ServiceLine
from ledger.adjudication.coordination import earlier_payments
from ledger.adjudication.facts import ClaimFacts
from tasks.claims.later_payers import with_decisions
from tests.edi.samples import claim

DAY = date(2026, 11, 2)
PAYERS = ("harbor", "beacon", "meridian")
IDS = {"harbor": "HRB01", "beacon": "BCN05", "meridian": "MRD02"}


def written(facts: ClaimFacts, order: str, filing_code: str = "CI") -> Claim:
    """The claim to the payer of this order."""
    covered = {c.order: c.payer for c in facts.coverages}
    base = replace(
        claim(),
        charge=facts.charge,
        payer_order=order,
        payer=_party(covered[order]),
        filing_code=filing_code,
        lines=tuple(
            ServiceLine(
                number=line.number,
                procedure=line.procedure,
                charge=line.charge,
                service_from=DAY,
                pointers=(1,),
                control_number=str(line.number),
            )
            for line in facts.lines
        ),
        other_payers=tuple(
            OtherPayer(
                order=other,
                payer=_party(payer),
                subscriber=Person(last="SAMPLE", first="ANN", member_id="W00000001"),
                filing_code="CI",
            )
            for other, payer in covered.items()
            if other != order
        ),
    )
    return with_decisions(base, earlier_payments(facts, order))


def _party(payer: str) -> Party:
    return Party(last=payer.upper(), id=IDS[payer], id_qualifier="PI")
