"""A payer's and a practice's files as the edits see them."""

from typing import TYPE_CHECKING

from coding.world import PayerRules, PracticeFacts, ProviderFacts, Switch

if TYPE_CHECKING:
    from config.partners import Payer, Practice


def payer_rules(payer: "Payer") -> PayerRules:
    """The rules of a configured payer. Make them once a night: the plan of edits is kept with them."""
    return PayerRules(
        key=payer.key,
        payer_id=payer.payer_id,
        name=payer.name,
        filing_limit_days=payer.filing_limit_days,
        member_id_pattern=payer.member_id_pattern,
        medicare=payer.medicare,
        medicaid=payer.filing_code == "MC",
        needs_taxonomy=payer.needs_taxonomy,
        edits_off=tuple(Switch(edit_id=s.id, reason=s.reason, until=s.until) for s in payer.edits_off),
        edits_raised=tuple(Switch(edit_id=s.id, reason=s.reason, until=s.until) for s in payer.edits_raised),
    )


def practice_facts(practice: "Practice") -> PracticeFacts:
    """The facts of a configured practice."""
    return PracticeFacts(
        key=practice.key,
        npi=practice.npi,
        tax_id=practice.tax_id,
        taxonomy=practice.taxonomy,
        specialty=practice.specialty,
        clia=practice.clia,
        zip=practice.address.zip,
        providers=tuple(
            ProviderFacts(npi=p.npi, taxonomy=p.taxonomy, enrolled=frozenset(p.enrolled))
            for p in practice.providers
        ),
    )
