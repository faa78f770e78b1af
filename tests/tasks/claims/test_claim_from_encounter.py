"""An encounter becomes one claim: repairs of form, defaults, and what is never touched."""

from datetime import date
from decimal import Decimal

from config.partners import Payer, PostalAddress, Practice, PracticeProvider
from intake.encounter import Encounter, Line
from intake.parties import Coverage, Patient, Person, Provider
from tasks.claims.claim_from_encounter import claim_from_encounter

PRACTICE = Practice(
    key="lakeside",
    name="Lakeside Family Medicine",
    npi="1234567893",
    tax_id="123456789",
    taxonomy="207Q00000X",
    address=PostalAddress(line1="1 Shore Road", city="Albany", state="NY", zip="122070001"),
    contact_name="Billing Office",
    contact_phone="5185550100",
    clia="33D1234567",
    providers=(PracticeProvider(npi="1245319599", last="Moss", first="Ada", taxonomy="207Q00000X"),),
    fee_schedule={"99213": "125.00", "85025": "20.00", "93000-26": "30.00"},
)
PAYER = Payer(
    key="harbor",
    payer_id="HRB01",
    name="Harbor Health",
    filing_code="CI",
    clearinghouse="northgate",
    filing_limit_days=180,
    appeal_limit_days=180,
)
DAY = date(2026, 11, 2)
ENCOUNTER = Encounter(
    source="notes",
    id="E1",
    patient=Patient(last="Reed", first="Jo", birth_date=date(1980, 1, 2), sex="F"),
    coverages=(Coverage(payer="harbor", member_id="W100000001"),),
    service_date=DAY,
    place_of_service="11",
    diagnoses=("J02.9", "r50.9 "),
    lines=(Line(procedure="99213", charge="125.00", pointers=(1, 2)),),
    rendering=Provider(npi="1245319599"),
)


def build(**changes):
    return claim_from_encounter(ENCOUNTER.model_copy(update=changes), PRACTICE, PAYER, "C1")


def test_a_plain_encounter_gives_a_claim_with_its_parties_codes_and_cents():
    claim = build().claim
    assert (claim.patient_control_number, claim.charge, claim.payer_order) == ("C1", 12500, "P")
    assert claim.diagnoses == ("J029", "R509")
    assert (claim.payer.id, claim.filing_code, claim.billing.npi) == ("HRB01", "CI", PRACTICE.npi)
    assert (claim.subscriber.last, claim.subscriber.member_id, claim.patient) == ("REED", "W100000001", None)
    assert claim.rendering is not None
    assert (claim.rendering.last, claim.rendering.taxonomy) == ("MOSS", "207Q00000X")
    [line] = claim.lines
    assert (line.number, line.procedure, line.pointers, line.service_from) == (1, "99213", (1, 2), DAY)


def test_repairs_of_form_are_listed_by_place_and_never_show_the_value():
    coverage = Coverage(payer="harbor", member_id="w1-00000001")
    repairs = build(diagnoses=("J02.9", "r50.9"), coverages=(coverage,)).repairs
    assert [r.place for r in repairs] == ["coverages.member_id", "HI"]
    assert not any(value in repr(repairs).upper() for value in ("J02", "R50", "W1"))


def test_a_missing_charge_comes_from_the_fee_schedule_times_units():
    lines = (
        Line(procedure="99213", units=Decimal(2)),
        Line(procedure="93000", modifiers=("26",)),
        Line(procedure="99999"),
    )
    claim = build(lines=lines).claim
    assert [line.charge for line in claim.lines] == [25000, 3000, 0]
    assert claim.charge == 28000
    assert claim.lines[0].units == "2"


def test_a_charge_that_the_document_has_is_never_replaced_by_the_schedule():
    assert build(lines=(Line(procedure="99213", charge="99.50"),)).claim.charge == 9950


def test_a_dependent_is_the_patient_and_the_insured_the_subscriber():
    coverage = Coverage(
        payer="harbor", member_id="W1-00000002", relationship="19", subscriber=Person(last="Reed", first="Al")
    )
    claim = build(coverages=(coverage,)).claim
    assert claim.relationship == "19"
    assert claim.patient is not None
    assert (claim.patient.first, claim.subscriber.first) == ("JO", "AL")
    assert claim.subscriber.member_id == "W100000002"


def test_the_primary_coverage_is_billed_first_whatever_the_order_in_the_document():
    second = Coverage(order="S", payer="beacon", member_id="B1")
    first = Coverage(order="P", payer="harbor", member_id="H1")
    claim = build(coverages=(second, first)).claim
    assert (claim.payer_order, claim.subscriber.member_id) == ("P", "H1")


def test_line_dates_default_to_the_encounter_and_one_day_is_written_once():
    lines = (Line(procedure="99213", service_to=DAY), Line(procedure="99213", service_from=date(2026, 11, 1)))
    first, second = build(lines=lines).claim.lines
    assert (first.service_from, first.service_to) == (DAY, None)
    assert second.service_from == date(2026, 11, 1)


def test_the_place_of_service_of_all_lines_becomes_the_claims():
    lines = (Line(procedure="99213", place_of_service="22"), Line(procedure="99214", place_of_service="22"))
    claim = build(place_of_service="", lines=lines).claim
    assert claim.place_of_service == "22"
    assert [line.place_of_service for line in claim.lines] == ["", ""]


def test_the_laboratory_number_goes_with_laboratory_tests_only():
    assert build().claim.clia == ""
    for test in ("85025", "0001u", "G0103"):
        assert build(lines=(Line(procedure=test),)).claim.clia == "33D1234567", test
    assert build(lines=(Line(procedure="86580"),)).claim.clia == ""  # a skin test is no laboratory's


def test_the_billing_provider_is_not_repeated_as_rendering():
    assert build(rendering=Provider(npi=PRACTICE.npi)).claim.rendering is None


def test_what_is_missing_stays_empty_for_the_edits_to_name():
    claim = build(coverages=(), diagnoses=(), lines=(), patient=Patient()).claim
    assert (claim.subscriber.member_id, claim.diagnoses, claim.lines, claim.charge) == ("", (), (), 0)


def test_accents_are_left_out_since_x12_has_none():
    person = build(
        patient=Patient(last="Nuñez–Groß", first="José Łukasz", birth_date=DAY, sex="M")
    ).claim.subscriber
    assert (person.last, person.first) == ("NUNEZ-GROSS", "JOSE LUKASZ")


def test_a_document_without_any_place_of_service_takes_the_practices():
    office = PRACTICE.model_copy(update={"place_of_service": "11"})
    bare = (Line(procedure="99213", pointers=(1,)), Line(procedure="85025", pointers=(1,)))

    def place(practice, **changes):
        encounter = ENCOUNTER.model_copy(update=changes)
        claim = claim_from_encounter(encounter, practice, PAYER, "C1").claim
        return claim.place_of_service, [line.place_of_service for line in claim.lines]

    assert place(office, place_of_service="", lines=bare) == ("11", ["", ""])
    assert place(PRACTICE, place_of_service="", lines=bare) == ("", ["", ""])
    assert place(office, place_of_service="22", lines=bare) == ("22", ["", ""])
    at_home = bare[0].model_copy(update={"place_of_service": "12"})
    assert place(office, place_of_service="", lines=(at_home, bare[1])) == ("", ["12", ""])


def defaults(model):
    """The fields that need not be said, each with what it is then."""
    fields = model.model_fields.items()
    return {
        name: field.get_default(call_default_factory=True)
        for name, field in fields
        if not field.is_required()
    }


def test_what_is_said_as_it_is_anyhow_changes_nothing_of_a_claim():
    plain = build()
    for name, value in defaults(Encounter).items():
        if name not in ENCOUNTER.model_fields_set:
            assert build(**{name: value}) == plain, name
    [line] = ENCOUNTER.lines
    for name, value in defaults(Line).items():
        if name not in line.model_fields_set:
            assert build(lines=(line.model_copy(update={name: value}),)) == plain, f"lines[1].{name}"
