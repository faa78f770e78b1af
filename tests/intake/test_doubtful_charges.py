"""Credits, repeated transactions, modifiers, principal diagnoses and prices: right, or reported and held."""

import json

import pytest

import intake
from intake.encounter import Encounter

PID = "PID|1||M1^^^^MR||Sample^Sam||19800517|F|||2 Example Street^^Springfield^IL^62701"
PV1 = "PV1|1|O|CLIN||||1999001013^Okafor^Ruth^^^^^^NPI||||||||||||V1"
IN1 = "IN1|1|H|HRB01|Harbor||||||||||||Sample^Sam|SEL||||||||||||||||||||W10000001"


def ft1(number, transaction, code, amount, modifier="", kind="CG", units="1", day="20261102", coded=""):
    coded = coded or f"{code}^^CPT"
    return (
        f"FT1|{number}|{transaction}||{day}||{kind}|{code}|||{units}|{amount}||||||||||||||{coded}|{modifier}"
    )


def message(control, *charges, minute="30"):
    head = f"MSH|^~\\&|EHR|LAKE|CC|CC|202611021{minute}00-0500||DFT^P03|{control}|P|2.5"
    return "\r".join([head, PID, PV1, *charges, "DG1|1||J02.0^^I10", IN1])


def read(*messages):
    return intake.read("x.hl7", "\r".join(messages).encode())


def lines(found):
    return [
        (line.procedure, line.modifiers, str(line.units), line.charge)
        for e in found.encounters
        for line in e.lines
    ]


def doubts(found):
    return [doubt for e in found.encounters for doubt in e.doubts]


def test_a_credit_takes_back_the_charge_of_its_modifiers():
    found = read(
        message(
            "1", ft1(1, "T1", "73030", 100, "RT"), ft1(2, "T2", "73030", 100, "LT"),
            ft1(3, "T3", "73030", 100, "RT", "CD"),
        )
    )  # fmt: skip
    assert (lines(found), doubts(found)) == ([("73030", ("LT",), "1", 100_00)], [])


def test_a_credit_takes_back_the_charge_of_its_amount_where_code_and_modifiers_are_alike():
    found = read(
        message(
            "1", ft1(1, "T1", "73030", 90), ft1(2, "T2", "73030", 100), ft1(3, "T3", "73030", 90, "", "CD")
        )
    )
    assert (lines(found), doubts(found)) == ([("73030", (), "1", 100_00)], [])


def test_a_credit_of_several_units_takes_back_the_charges_that_come_to_them():
    charges = [ft1(n, f"T{n}", "97110", 50, "GP") for n in (1, 2, 3)]
    found = read(message("1", *charges, ft1(4, "T4", "97110", 100, "GP", "CD", "2")))
    assert (lines(found), doubts(found)) == ([("97110", ("GP",), "1", 50_00)], [])


@pytest.mark.parametrize(
    "credit",
    [
        ft1(3, "T3", "73030", 100, "50", "CD"),  # with other modifiers than any charge
        ft1(3, "T3", "73030", 100, "", "CD"),  # it may mean either
    ],
)
def test_a_credit_that_falls_back_to_code_and_day_is_reported_and_held(credit):
    found = read(message("1", ft1(1, "T1", "73030", 100, "RT"), ft1(2, "T2", "73030", 100, "LT"), credit))
    assert len(lines(found)) == 1
    assert len(doubts(found)) == 1
    assert [p.code for p in found.problems] == ["INT-13"]


@pytest.mark.parametrize(
    "charges",
    [
        (ft1(1, "T3", "73030", 100, "", "CD"), ft1(2, "T1", "73030", 100)),  # before its charge
        (ft1(1, "T1", "73030", 100), ft1(2, "T3", "73030", 100, "", "CD", day="20261030")),  # another day's
        (ft1(1, "T1", "73030", 100), ft1(2, "T3", "73030", 150, "", "CD")),  # more than was charged
    ],
)
def test_a_credit_that_finds_no_charge_holds_what_its_visit_bills(charges):
    found = read(message("1", *charges))
    assert [line[0] for line in lines(found)] == ["73030"]
    assert "takes back a charge that its visit does not have" in doubts(found)[0]
    assert any("takes back" in p.message for p in found.problems)


def test_a_credit_of_another_day_under_its_charges_transaction_takes_it_back():
    found = read(
        message(
            "1", ft1(1, "T1", "73030", 100), ft1(2, "T2", "99213", 135),
            ft1(3, "T1", "73030", 100, "", "CD", day="20261105"),
        )
    )  # fmt: skip
    assert (lines(found), doubts(found)) == ([("99213", (), "1", 135_00)], [])


def test_a_transaction_that_comes_again_with_another_code_is_billed_once_and_looked_at():
    found = read(
        message("1", ft1(1, "A", "99213", 100)), message("2", ft1(1, "A", "99214", 160), minute="40")
    )
    assert lines(found) == [("99214", (), "1", 160_00)]
    assert "repeats a transaction" in doubts(found)[0]
    assert any("repeats a transaction" in p.message for p in found.problems)


def test_a_transaction_that_comes_again_unchanged_is_billed_once_and_goes():
    found = read(
        message("1", ft1(1, "A", "99213", 100)), message("2", ft1(1, "A", "99213", 100), minute="40")
    )
    assert (lines(found), doubts(found)) == ([("99213", (), "1", 100_00)], [])


def test_a_transaction_on_two_days_is_looked_at():
    found = read(
        message("1", ft1(1, "A", "99213", 100)), message("2", ft1(1, "A", "99213", 100, day="20261103"))
    )
    assert len(lines(found)) == 2
    assert all("on another day" in doubt for doubt in doubts(found))


def test_two_messages_of_one_control_id_that_charge_different_things_are_looked_at():
    found = read(message("1", ft1(1, "A", "99213", 100)), message("1", ft1(1, "B", "87880", 20), minute="40"))
    assert len(lines(found)) == 2
    assert "control id" in doubts(found)[0]


@pytest.mark.parametrize("modifier", ["RT^59", "RT&59", "RT^^^59", "RT~^59"])
def test_a_modifier_in_a_later_component_is_reported_and_held(modifier):
    found = read(message("1", ft1(1, "T1", "20610", 100, modifier)))
    assert "looks like a modifier" in doubts(found)[0]
    assert any("looks like a modifier" in p.message for p in found.problems)


@pytest.mark.parametrize("coded", ["20610^RT^CPT", "20610&RT^^CPT", "20610^^CPT^RT", "20610^^CPT~RT"])
def test_a_modifier_beside_the_code_is_reported_and_held(coded):
    found = read(message("1", ft1(1, "T1", "20610", 100, coded=coded)))
    assert "looks like a modifier" in doubts(found)[0]


@pytest.mark.parametrize("modifier", ["RT~59", "RT^Right side^HC", "RT,59", "RT^^^RT"])
def test_a_modifier_in_its_place_raises_no_doubt(modifier):
    assert doubts(read(message("1", ft1(1, "T1", "20610", 100, modifier)))) == []


@pytest.mark.parametrize(
    "data",
    [
        "BHS|^~\\&|EHR\r" + message("1", ft1(1, "T1", "99213", 100)) + "\r",
        "BHS|^~\\&|EHR\r" + message("1", ft1(1, "T1", "99213", 100)) + "\rBTS|2\r",
        "FHS|^~\\&|EHR\rBHS|^~\\&|EHR\r" + message("1", ft1(1, "T1", "99213", 100)) + "\rBTS|1\rFTS|2\r",
        "\x0b" + message("1", ft1(1, "T1", "99213", 100)) + "\r",
    ],
)
def test_a_batch_or_frame_that_is_not_whole_is_not_read(data):
    found = intake.read("x.hl7", data.encode())
    assert (found.encounters, [p.code for p in found.problems]) == ([], ["INT-05"])


def fhir(*items, diagnosis=None, encounter=None, also=()):
    """A bundle with an encounter and its claim, and another claim for the items of `also`."""
    coded = {"system": "http://hl7.org/fhir/sid/icd-10-cm"}
    listed = diagnosis or [
        {"sequence": 1, "diagnosisCodeableConcept": {"coding": [{**coded, "code": "J02.0"}]}}
    ]
    resources = [
        {"resourceType": "Patient", "id": "p", "name": [{"family": "Sample", "given": ["Sam"]}]},
        {
            "resourceType": "Encounter", "id": "e", "status": "finished", "class": {"code": "AMB"},
            "subject": {"reference": "Patient/p"}, "period": {"start": "2026-11-02"}, **(encounter or {}),
        },
        *({
            "resourceType": "Claim", "id": name, "status": "active", "use": "claim",
            "patient": {"reference": "Patient/p"}, "diagnosis": listed,
            "item": [
                {"sequence": n, "encounter": [{"reference": "Encounter/e"}], **one}
                for n, one in enumerate(billed, 1)
            ],
        } for name, billed in (("c", items), ("d", also)) if billed),
    ]  # fmt: skip
    entries = [{"fullUrl": f"http://x.test/{r['resourceType']}/{r['id']}", "resource": r} for r in resources]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    found = intake.read("x.json", json.dumps(bundle).encode())
    (encounter_,) = found.encounters
    return encounter_


def item(code="99213", **more):
    coding = {"system": "http://www.ama-assn.org/go/cpt", "code": code}
    return {"productOrService": {"coding": [coding]}, "servicedDate": "2026-11-02", **more}


def usd(value):
    return {"value": value, "currency": "USD"}


@pytest.mark.parametrize(
    ("price", "cents", "in_doubt"),
    [
        ({"unitPrice": usd(100), "factor": 0.5}, 50_00, False),
        ({"unitPrice": usd(100), "quantity": {"value": 3}, "factor": 0.5}, 150_00, False),
        ({"unitPrice": usd(100)}, 100_00, False),
        ({"unitPrice": usd(100), "factor": 0.5, "net": usd(50)}, 50_00, False),
        ({"unitPrice": usd(100), "factor": 0.5, "net": usd(100)}, 100_00, True),
        ({"unitPrice": usd(33.33), "factor": 1.5}, 50_00, False),  # to the cent, half a cent up
        ({"unitPrice": usd(10.01), "quantity": {"value": 3}, "factor": 1.5}, 45_05, False),
        ({"unitPrice": usd(33.33), "factor": 1.5, "net": usd(50)}, 50_00, False),
        ({"unitPrice": usd(33.33), "factor": 1.5, "net": usd(49.99)}, 49_99, True),
        ({"unitPrice": usd(100), "factor": 0}, 0, True),
        ({"unitPrice": usd(100), "factor": -1}, -100_00, True),
        ({"detail": [item("36415", net=usd(5)), item("87880", unitPrice=usd(10), factor=2)]}, 25_00, True),
        ({"detail": [{"net": usd(5)}, {"unitPrice": usd(10), "quantity": {"value": 2}}]}, 25_00, False),
    ],
)
def test_an_items_price_is_its_net_else_price_times_quantity_times_factor_else_its_details(
    price, cents, in_doubt
):
    found: Encounter = fhir(item(**price))
    assert [line.charge for line in found.lines] == [cents]
    assert bool(found.doubts) == in_doubt


@pytest.mark.parametrize(
    ("also", "in_doubt"),
    [
        (item(unitPrice=usd(100)), False),  # the same for another payer
        (item(net=usd("100.00")), False),
        (item(unitPrice=usd(150)), True),
        (item(unitPrice=usd(50), quantity={"value": 2}), True),
    ],
)
def test_a_service_of_two_claims_is_billed_once_and_looked_at_where_they_differ(also, in_doubt):
    found = fhir(item(unitPrice=usd(100)), also=[also])
    assert [(line.procedure, line.charge) for line in found.lines] == [("99213", 100_00)]
    assert bool(found.doubts) == in_doubt


def test_a_price_on_a_group_whose_services_have_none_is_looked_at():
    found = fhir({"productOrService": {"text": "visit"}, "net": usd(90), "detail": [item(), item("87880")]})
    assert [line.procedure for line in found.lines] == ["99213", "87880"]
    assert found.doubts


def diagnosis(sequence, code, *kinds, system="http://terminology.hl7.org/CodeSystem/ex-diagnosistype"):
    return {
        "sequence": sequence,
        "diagnosisCodeableConcept": {
            "coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code}]
        },
        "type": [{"coding": [{"system": system, "code": kind}]} for kind in kinds],
    }


@pytest.mark.parametrize(
    ("system", "kind"),
    [
        ("http://terminology.hl7.org/CodeSystem/ex-diagnosistype", "principal"),
        ("http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBClaimDiagnosisType", "primary"),
        ("urn:local", "Principal"),
    ],
)
def test_the_principal_diagnosis_comes_first_and_pointers_follow_it(system, kind):
    listed = [
        diagnosis(1, "R05.9", "secondary"),
        diagnosis(2, "J02.0", "admitting", kind, system=system),
        diagnosis(3, "R50.9"),
    ]
    found = fhir(item(diagnosisSequence=[1, 2]), item("87880", diagnosisSequence=[3]), diagnosis=listed)
    assert (found.diagnoses, found.doubts) == (("J02.0", "R05.9", "R50.9"), ())
    assert [line.pointers for line in found.lines] == [(2, 1), (3,)]


def test_diagnoses_of_a_claim_stand_in_the_order_of_their_sequence():
    listed = [diagnosis(2, "R05.9"), diagnosis(10, "R50.9"), diagnosis(1, "J02.0")]
    found = fhir(item(diagnosisSequence=[2]), diagnosis=listed)
    assert found.diagnoses == ("J02.0", "R05.9", "R50.9")
    assert found.lines[0].pointers == (2,)


@pytest.mark.parametrize("given", [{"text": "RT"}, {"coding": [{"code": "right"}]}])
def test_a_modifier_without_a_code_of_two_characters_is_looked_at(given):
    found = fhir(item("20610", modifier=[{"coding": [{"code": "59"}]}, given]))
    assert found.lines[0].modifiers == ("59",)
    assert len(found.doubts) == 1


def test_several_principal_diagnoses_keep_their_order_and_are_looked_at():
    listed = [diagnosis(1, "R05.9"), diagnosis(2, "J02.0", "principal"), diagnosis(3, "R50.9", "principal")]
    found = fhir(item(), diagnosis=listed)
    assert found.diagnoses == ("J02.0", "R50.9", "R05.9")
    assert found.doubts == ("several diagnoses are marked as principal",)


@pytest.mark.parametrize(
    ("units", "extended", "each", "doubted"),
    [
        ("2", "38.00", "38.00", True),  # for each, or for both?
        ("2", "76.00", "38.00", False),
        ("3", "100.00", "33.33", False),  # rounded to the cent
        ("3", "100.00", "USD 33.33", False),
        ("1", "100.00", "135.00", True),
        ("2", "0.00", "38.00", False),  # not priced
        ("2", "76.00", "", False),
    ],
)
def test_an_extended_amount_that_is_not_its_unit_amount_times_its_quantity_is_reported_and_held(
    units, extended, each, doubted
):
    charged = ft1(1, "T1", "87880", extended, units=units).replace(
        f"|{extended}||", f"|{extended}|{each}|", 1
    )
    found = read(message("1", charged))
    said = "FT1 1 has an amount (FT1-11) that is not its unit amount (FT1-12) times its quantity"
    assert doubts(found) == ([said] if doubted else [])
    assert [p.message for p in found.problems] == doubts(found)


@pytest.mark.parametrize(
    ("processing", "test"),
    [("P", False), ("", False), ("T", True), ("D", True), ("t", True), ("T^A", True), ("P^T", False)],
)
def test_a_message_of_a_training_or_debugging_system_is_a_test(processing, test):
    found = read(message("1", ft1(1, "T1", "87880", 38)).replace("|P|2.5", f"|{processing}|2.5"))
    assert [e.test for e in found.encounters] == [test]


def test_one_training_message_of_a_visit_makes_the_visit_a_test():
    trained = message("2", ft1(1, "T2", "99213", 135), minute="31").replace("|P|2.5", "|T|2.5")
    found = read(message("1", ft1(1, "T1", "87880", 38)), trained)
    assert [(len(e.lines), e.test) for e in found.encounters] == [(2, True)]
