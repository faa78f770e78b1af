"""What was documented without billing codes waits for a coder; what is missing is said exactly."""

import json

from ledger.queries.claims import holds
from ledger.queries.coding import unchecked, uncoded
from tasks.claims import needs_coding
from tasks.claims.findings import UNCHECKED
from tasks.operations.uncoded import draft, queue
from tasks.reports.nightly import markdown
from tasks.reports.summary import summary
from tests.tasks.coding_night import MONDAY, MUE, NCCI, TUESDAY, coded, held, load_sets

CONCEPTS = [
    {"system": "SNOMED CT", "code": "44054006", "text": "Diabetes mellitus type 2 (disorder)"},
    {"system": "SNOMED CT", "code": "430193006", "text": "Medication review", "role": "procedure"},
]


def details(opened, number):
    return {(h.edit_id, h.place): h.detail for h in holds(opened.ledger) if h.external_id == number}


def test_an_encounter_of_concepts_alone_waits_with_suggestions_and_nothing_is_billed(home):
    home.drop("lakeside/a.json", home.encounter("SNOMED", diagnoses=[], lines=[], concepts=CONCEPTS))
    with home.opened() as opened:
        counts = coded(opened, MONDAY)
        assert (counts["needs_coding"], counts.get("claims", 0)) == (1, 0)
        assert held(opened) == {"SNOMED": {"COD-01"}}
        assert details(opened, "SNOMED") == {
            ("COD-01", "HI"): "1 diagnosis is documented without a billing code",
            ("COD-01", "LX"): "1 service is documented without a billing code",
        }
        (waiting,) = queue(opened)
        assert waiting.wants == ("diagnoses", "procedures")
        diagnosis, procedure = waiting.concepts
        assert diagnosis.suggestions[0].code == "E119"
        assert procedure.suggestions == ()
        assert uncoded(opened.ledger, needs_coding.ID) == summary(opened)["needs_coding"] == 1


def test_half_coded_encounters_want_the_other_half_only(home):
    home.drop("lakeside/a.json", home.encounter("NO-DX", diagnoses=[], concepts=CONCEPTS[:1]))
    home.drop("lakeside/b.json", home.encounter("NO-PX", lines=[], concepts=CONCEPTS[1:]))
    home.drop("lakeside/c.json", home.encounter("CODED", concepts=CONCEPTS))
    with home.opened() as opened:
        coded(opened, MONDAY)
        assert {w.external_id: w.wants for w in queue(opened)} == {
            "NO-DX": ("diagnoses",),
            "NO-PX": ("procedures",),
        }
        assert "CODED" not in held(opened)


def test_a_draft_with_the_codes_filled_in_goes_out_by_itself(home):
    home.drop("lakeside/a.json", home.encounter("SNOMED", diagnoses=[], lines=[], concepts=CONCEPTS))
    with home.opened() as opened:
        coded(opened, MONDAY)
        assert draft(opened, "nobody") is None
        written = json.loads(draft(opened, "SNOMED"))
        assert written["version"] == 2
        assert "concepts" not in written
        written |= {"diagnoses": ["E11.9"], "lines": [{"procedure": "99213", "pointers": [1]}]}
        home.drop("lakeside/b.json", written)
        assert coded(opened, TUESDAY)["claims"] == 1
        assert held(opened) == {}
        assert queue(opened) == []


def test_a_missing_payer_npi_or_charge_is_said_exactly(home):
    home.drop("lakeside/a.json", home.encounter("NO-PAYER", coverages=[]))
    strange = [{"payer": "99999", "payer_name": "Elsewhere Mutual", "member_id": "W17770001"}]
    home.drop("lakeside/d.json", home.encounter("ODD-PAYER", coverages=strange, service_date="2026-11-05"))
    home.drop("lakeside/e.json", home.encounter("NOBODY", rendering=None, service_date="2026-11-06"))
    home.drop(
        "lakeside/b.json",
        home.encounter("NO-NPI", rendering={"last": "Moss", "first": "Ann"}, service_date="2026-11-03"),
    )
    home.drop(
        "lakeside/c.json",
        home.encounter(
            "NO-CHARGE", lines=[{"procedure": "99199", "pointers": [1]}], service_date="2026-11-04"
        ),
    )
    with home.opened() as opened:
        coded(opened, MONDAY)
        assert details(opened, "NO-PAYER")[("ELIG-02", "2010BB NM109")] == "the payer is missing"
        assert details(opened, "ODD-PAYER")[("ELIG-02", "2010BB NM109")] == (
            "the payer is not one of the configured payers"
        )
        assert details(opened, "NOBODY")[("NPI-01", "2310B NM109")].startswith(
            "the rendering provider is missing"
        )
        assert details(opened, "NO-NPI")[("NPI-01", "2310B NM109")] == "the rendering provider has no NPI"
        assert details(opened, "NO-CHARGE")[("BAL-01", "SV102")] == "the line has no charge"


def test_a_missing_charge_comes_from_the_fee_schedule_times_the_units(home):
    home.drop("lakeside/a.json", home.encounter("FEE", lines=[{"procedure": "99213", "pointers": [1]}]))
    with home.opened() as opened:
        assert coded(opened, MONDAY)["claims"] == 1
        fee = opened.partners.practices["lakeside"].charge_for("99213")
        with opened.ledger.read() as connection:
            assert connection.exec_driver_sql("SELECT charge_cents FROM claim_version").scalar() == fee


def test_what_could_not_be_checked_is_one_row_an_encounter_and_counted_by_edit(home):
    for n in range(3):
        home.drop(f"lakeside/{n}.json", home.encounter(f"T-{n}", service_date=f"2026-11-0{n + 2}"))
    home.drop("lakeside/held.json", home.encounter("T-9", diagnoses=[]))
    with home.opened() as opened:
        assert coded(opened, MONDAY)["unchecked"] == 4
        with opened.ledger.read() as connection:
            rows = connection.exec_driver_sql("SELECT count(*) FROM finding WHERE severity = 'unchecked'")
            assert rows.scalar() == 4
        found = {
            u.edit_id: (u.encounters, u.claimed) for u in unchecked(opened.ledger, "2026-11-16", UNCHECKED)
        }
        assert found["PX-01"] == (4, 3)
        assert found["MUE-01"] == (4, 3)
        coded(opened, MONDAY)  # a night may be walked again: nothing is counted twice
        again = {
            u.edit_id: (u.encounters, u.claimed) for u in unchecked(opened.ledger, "2026-11-16", UNCHECKED)
        }
        assert again == found
        assert "| PX-01 Procedure code not valid on the day of service | 4 | 3 |" in markdown(opened, MONDAY)


def test_a_set_loaded_into_the_home_is_used_the_next_time(home):
    load_sets(home, NCCI, MUE)
    home.drop("lakeside/a.json", home.encounter("T-1", lines=[{"procedure": "93000", "pointers": [1]}]))
    with home.opened() as opened:
        coded(opened, MONDAY)
        found = {u.edit_id for u in unchecked(opened.ledger, "2026-11-16", UNCHECKED)}
    assert "MUE-01" not in found
    assert "NCCI-01" not in found
    assert "PX-01" in found
