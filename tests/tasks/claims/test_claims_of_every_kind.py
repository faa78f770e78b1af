"""Institutional and dental encounters become claims of their guides; every coverage stands on the claim."""

from datetime import date

import pytest

from config.partners import Payer
from intake.dental import Dental, DentalLine, Orthodontics, Tooth
from intake.encounter import Line
from intake.institutional import DatedCode, Institutional, SpanCode, ValueCode
from intake.parties import Coverage, Person, Provider
from tasks.claims.claim_from_encounter import claim_from_encounter
from tests.tasks.claims.test_claim_from_encounter import DAY, ENCOUNTER, PAYER, PRACTICE

BEACON = Payer(
    key="beacon",
    payer_id="BCN05",
    name="Beacon Supplemental",
    filing_code="CI",
    clearinghouse="northgate",
    filing_limit_days=180,
    appeal_limit_days=180,
)


def build(**changes):
    encounter = ENCOUNTER.model_copy(update=changes)
    return claim_from_encounter(encounter, PRACTICE, PAYER, "C1", payer_of={"beacon": BEACON}.get)


def bill(**changes):
    facts = Institutional(type_of_bill="131").model_copy(update=changes)
    return build(kind="institutional", institutional=facts, lines=(Line(revenue_code="450", charge="9.00"),))


@pytest.mark.parametrize(
    ("written", "facility", "frequency"),
    [
        ("131", "13", "1"),
        ("0131", "13", "1"),
        (" 112 ", "11", "2"),
        ("", "", "1"),
        ("13", "13", "1"),
        ("X", "X", "1"),
    ],
)
def test_the_type_of_bill_is_facility_and_frequency_and_never_guessed(written, facility, frequency):
    claim = bill(type_of_bill=written).claim
    assert (claim.kind, claim.institutional.type_of_bill, claim.frequency) == ("I", facility, frequency)


def test_an_institutional_claim_has_no_place_of_service_and_its_admission_with_its_facts():
    claim = build(
        kind="institutional", admission=DAY, institutional=Institutional(admission_hour="08:30")
    ).claim
    assert (claim.place_of_service, claim.admission) == ("", None)
    assert (claim.institutional.admission, claim.institutional.admission_hour) == (DAY, "0830")


def test_codes_with_days_amounts_and_spans_go_as_they_are_documented():
    facts = bill(
        principal_procedure=DatedCode(code="0sr9019", day=DAY),
        occurrences=(DatedCode(code="11", day=DAY),),
        occurrence_spans=(SpanCode(code="70", first=DAY, last=date(2026, 11, 5)),),
        values=(ValueCode(code="80", amount="15.00"),),
        present_on_admission=("Y", "1"),
        admitting_diagnosis="R07.9",
    ).claim.institutional
    assert (facts.principal_procedure.code, facts.principal_procedure.on) == ("0SR9019", DAY)
    assert (facts.occurrence_spans[0].on, facts.occurrence_spans[0].to) == (DAY, date(2026, 11, 5))
    assert facts.values[0].amount == 1500
    assert facts.present_on_admission == ("Y", "")
    assert facts.admitting_diagnosis == "R079"


def test_a_revenue_code_without_its_zero_gets_it_and_the_repair_is_listed():
    built = bill()
    assert built.claim.lines[0].revenue_code == "0450"
    assert ("SV201", 1) in [(r.place, r.line) for r in built.repairs]


def test_teeth_surfaces_and_placement_go_to_their_line():
    line = Line(
        procedure="D2392",
        charge="9.00",
        dental=DentalLine(
            teeth=(Tooth(number="03", surfaces="mo"), Tooth(number="b")),
            oral_cavity=("10",),
            prosthesis="R",
            prior_placement=DAY,
        ),
    )
    claim = build(kind="dental", lines=(line,)).claim
    [made] = claim.lines
    assert (claim.kind, made.tooth, made.surfaces, made.oral_cavity) == ("D", "3", ("M", "O"), ("10",))
    assert [t.number for t in made.dental.more_teeth] == ["B"]
    assert (made.dental.prosthesis, made.dental.prior_placement) == ("R", DAY)


def test_a_predetermination_has_no_day_of_service():
    claim = build(
        kind="dental",
        dental=Dental(
            predetermination=True, missing_teeth=("1",), orthodontics=Orthodontics(months="24", purpose="x")
        ),
    ).claim
    assert claim.dental.predetermines
    assert claim.lines[0].service_from is None
    assert [(t.number, t.status) for t in claim.dental.teeth] == [("1", "M")]
    assert (claim.dental.months, claim.dental.orthodontic_purpose) == ("24", "X")


def test_every_other_coverage_stands_on_the_primary_claim():
    spouse = Person(last="Reed", first="Al")
    others = (
        Coverage(order="S", payer="beacon", member_id="B-1", relationship="01", subscriber=spouse),
        Coverage(order="T", payer="unknown plan", member_id="U1"),
    )
    claim = build(coverages=(*ENCOUNTER.coverages, *others)).claim
    second, third = claim.other_payers
    assert (claim.payer_order, claim.payer.id, claim.relationship) == ("P", "HRB01", "18")
    assert (second.order, second.payer.id, second.relationship, second.subscriber.first) == (
        "S",
        "BCN05",
        "01",
        "AL",
    )
    assert second.subscriber.member_id == "B1"
    assert (second.paid, second.adjudicated) == (None, None)
    assert (third.order, third.payer.id, third.payer.last) == ("T", "", "UNKNOWN PLAN")


def test_a_coverage_whose_benefits_are_not_assigned_says_so():
    own = ENCOUNTER.coverages[0].model_copy(update={"benefits_assigned": "N"})
    claim = build(coverages=(own, Coverage(order="S", payer="beacon"))).claim
    assert (claim.benefits_assigned, claim.other_payers[0].benefits_assigned) == ("N", "Y")


def test_the_attending_provider_is_completed_from_the_roster():
    attending = bill(attending=Provider(npi="1245319599")).claim.institutional.attending
    assert (attending.last, attending.taxonomy, attending.person) == ("MOSS", "207Q00000X", True)
