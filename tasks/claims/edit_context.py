"""What the edits may know, made from the partners' files and the encounter: pure.

The rules of a payer are made once and kept, because the edits keep their plan with them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import coding
from coding.codes import Codes
from config.partners import Partners, Payer, Practice
from intake.encounter import Documentation, Encounter
from ledger.agreed.enrolments import Enrolment
from tasks.claims.claim_from_encounter import coverage_of
from tasks.claims.covered import Verification, covered
from tasks.claims.enrolled import enrolments_with

#: How old the answers to Medicare's questions on other payers may be (CMS Pub. 100-05, chapter 3, 20.1).
_QUESTIONNAIRE_DAYS = 90
#: Medicare's window for hospitals under its prospective payment (42 CFR 412.2(c)(5)).
_MEDICARE_WINDOW = 3
_NOT_KEPT = coding.Enrolments()
_UNDOCUMENTED = coding.Documentation()


def payer_rules(payer: Payer, *, later: bool = False) -> coding.PayerRules:
    """A payer's file in the words of the edits; `later`: where it is billed after another one."""
    limit_from = payer.later_limit_from if later else payer.filing_limit_from
    return coding.PayerRules(
        key=payer.key,
        payer_id=payer.payer_id,
        name=payer.name,
        filing_limit_days=payer.filing_limit_days,
        filing_limit_from_last_day=limit_from == "through",
        member_id_pattern=payer.member_id_pattern,
        medicare=payer.medicare,
        questionnaire_days=payer.questionnaire_days or (_QUESTIONNAIRE_DAYS if payer.medicare else None),
        medicaid=payer.filing_code == "MC",
        zero_charge_allowed=payer.zero_charge_allowed,
        largest_charge=payer.largest_charge,
        needs_taxonomy=payer.needs_taxonomy,
        payment_window_days=_payment_window(payer),
        missing_tooth_clause=payer.missing_tooth_clause,
        ncci_table=payer.ncci_table,
        authorization_for=frozenset(payer.authorization_for),
        referring_for=frozenset(payer.referring_for),
        ndc_for=frozenset(payer.ndc_for),
        clia_waived=frozenset(payer.clia_waived),
        clia_tests=frozenset(payer.clia_tests),
        policies=tuple(
            coding.CoveragePolicy(
                name=p.name,
                procedures=frozenset(p.procedures),
                diagnoses=tuple(d.replace(".", "").upper() for d in p.diagnoses),
                since=p.since,
                until=p.until,
                times=p.times,
                days=p.days,
            )
            for p in payer.policies
        ),
        bilateral=payer.bilateral,
        single_dose_for=frozenset(payer.single_dose_for),
        prolonged=payer.prolonged,
        anesthesia_units=payer.anesthesia_units,
        anesthesia_roles=payer.anesthesia_roles,
        fractional_units_for=frozenset(payer.fractional_units_for),
        therapy_modifiers=payer.therapy_modifiers,
        telehealth=tuple(
            coding.TelehealthRule(
                places=frozenset(rule.places),
                modifiers=frozenset(rule.modifiers),
                since=rule.since,
                until=rule.until,
            )
            for rule in payer.telehealth
        ),
        denied_lines=tuple(
            coding.DeniedLine(
                name=rule.name, code=rule.code, facts=rule.facts, since=rule.since, until=rule.until
            )
            for rule in payer.denied_lines
        ),
        edits_off=tuple(coding.Switch(edit_id=s.id, reason=s.reason, until=s.until) for s in payer.edits_off),
        edits_raised=tuple(
            coding.Switch(edit_id=s.id, reason=s.reason, until=s.until, severity=coding.Severity.HOLD)
            for s in payer.edits_raised
        ),
    )


def _payment_window(payer: Payer) -> int:
    if payer.payment_window_days is not None:
        return payer.payment_window_days
    return _MEDICARE_WINDOW if payer.medicare else 0


def practice_facts(practice: Practice) -> coding.PracticeFacts:
    """A practice's file in the words of the edits."""
    return coding.PracticeFacts(
        key=practice.key,
        npi=practice.npi,
        tax_id=practice.tax_id,
        taxonomy=practice.taxonomy,
        specialty=practice.specialty,
        clia=practice.clia,
        clia_certificate=practice.clia_certificate,
        claims_since=practice.claims_since,
        zip=practice.address.zip,
        providers=tuple(coding.ProviderFacts(npi=p.npi, taxonomy=p.taxonomy) for p in practice.providers),
    )


def _documentation(said: Documentation) -> coding.Documentation:
    return coding.Documentation(
        minutes=said.minutes,
        decision_making=said.decision_making,
        signed=said.signed,
        performed_by=said.performed_by,
        incident_to=said.incident_to,
        supervised=said.supervised,
        new_problem=said.new_problem,
    )


@dataclass(slots=True)
class Contexts:
    """Makes the context of each claim of a business date, keeping what is the same for many."""

    codes: Codes
    partners: Partners
    as_of: date
    enrolments: Sequence[Enrolment] = ()
    _payers: dict[tuple[str, bool], coding.PayerRules] = field(default_factory=dict)
    _practices: dict[str, coding.PracticeFacts] = field(default_factory=dict)
    _enrolled: dict[tuple[str, str], coding.Enrolments] = field(default_factory=dict)

    def of(
        self,
        encounter: Encounter,
        practice: Practice,
        payer: Payer | None,
        history: tuple[coding.PriorClaim, ...] = (),
        overrides: tuple[coding.Override, ...] = (),
        order: str = "",
        answered: date | None = None,
        authorizations: tuple[coding.Authorization, ...] | None = None,
        verification: Verification | None = None,
    ) -> coding.Context:
        """Everything the edits may see of this encounter's claim to a payer.

        `order` is that of a later payer ("" the first one), `answered` when the payer before it did.
        """
        rules = None
        if payer is not None:
            key = payer.key, bool(order)
            rules = self._payers.get(key)
            if rules is None:
                rules = self._payers[key] = payer_rules(payer, later=bool(order))
        facts = self._practices.get(practice.key)
        if facts is None:
            facts = self._practices[practice.key] = practice_facts(practice)
        coverage = coverage_of(encounter, order)
        return coding.Context(
            codes=self.codes,
            as_of=self.as_of,
            payer=rules,
            practice=facts,
            enrolments=self.enrolled(practice, payer),
            history=history,
            coverage=covered(
                coding.CoverageFacts(
                    active_from=coverage.active_from,
                    active_to=coverage.active_to,
                    orders=tuple(c.order for c in encounter.coverages),
                    questionnaire=coverage.questionnaire,
                ),
                coverage.member_id,
                verification,
            )
            if coverage is not None
            else None,
            filing_from=answered
            if payer is not None and order and payer.later_limit_from == "remittance"
            else None,
            authorizations=authorizations,
            documentation=_documentation(encounter.documentation)
            if "documentation" in encounter.model_fields_set
            else _UNDOCUMENTED,
            overrides=overrides,
        )

    def enrolled(self, practice: Practice, payer: Payer | None) -> coding.Enrolments:
        """What is kept of a practice's enrolments with a payer."""
        if payer is None or not self.enrolments:
            return _NOT_KEPT
        found = self._enrolled.get((practice.key, payer.key))
        if found is None:
            found = self._enrolled[practice.key, payer.key] = enrolments_with(
                self.enrolments, practice, payer
            )
        return found
