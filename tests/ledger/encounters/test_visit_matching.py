"""Which encounter documents which visit: without doubt, or not at all."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.encounters.visit_matching import Appointment, Documented, candidates, documented, pairs, plain

DAY = "2026-11-02"


def visit(number, on=DAY, patient="W1", npi="1", kept=True, id_=None):
    return Appointment(
        id=id_ or number,
        practice="lakeside",
        number=str(number),
        on=on,
        patient=frozenset([patient]),
        provider_npi=npi,
        kept=kept,
    )


def encounter(id_, number, on=DAY, patient="W1", npi="1", practice="lakeside"):
    return Documented(
        id=id_,
        practice=practice,
        number=str(number),
        days=frozenset([on] if on else []),
        patient=frozenset([patient]),
        providers=frozenset([npi] if npi else []),
    )


def found(visits, encounters):
    return sorted((p.visit, p.encounter, p.by) for p in pairs(visits, encounters))


@pytest.mark.parametrize(
    ("visits", "encounters", "wanted"),
    [
        ([visit(1)], [encounter(9, 1, patient="W2", npi="2")], [(1, 9, "number")]),
        ([visit(1)], [encounter(9, 1, on="2026-11-03")], []),
        ([visit(1)], [encounter(9, "E", npi="1")], [(1, 9, "patient")]),
        ([visit(1)], [encounter(9, "E", npi="")], [(1, 9, "patient")]),
        ([visit(1)], [encounter(9, "E", npi="2")], []),
        ([visit(1)], [encounter(9, "E", on="")], []),
        ([visit(1)], [encounter(9, 1, practice="summit")], []),
        ([visit(1), visit(2)], [encounter(9, "E")], []),
        ([visit(1)], [encounter(8, "E"), encounter(9, "F")], []),
        ([visit(1)], [encounter(8, 1), encounter(9, "F")], [(1, 8, "number")]),
        ([visit(1, kept=False), visit(2)], [encounter(9, "E")], [(2, 9, "patient")]),
        ([visit(1, kept=False)], [encounter(9, "E")], [(1, 9, "patient")]),
    ],
)
def test_a_visit_and_an_encounter_belong_together_where_only_one_pair_fits(visits, encounters, wanted):
    assert found(visits, encounters) == wanted


def test_what_may_be_a_visits_own_is_named():
    assert candidates(visit(1), [encounter(8, "E"), encounter(9, "F"), encounter(7, "G", patient="W9")]) == [
        8,
        9,
    ]


def test_an_encounter_says_its_days_its_patient_and_its_providers():
    said = {
        "service_date": DAY,
        "lines": [{"service_from": "2026-11-03", "rendering": {"npi": "2"}}, {"service_from": None}],
        "rendering": {"npi": "1"},
        "patient": {"medical_record_number": "m-1"},
        "coverages": [{"member_id": "w 17"}],
    }
    one = documented(5, "lakeside", "E", json.dumps(said))
    assert (one.days, one.patient, one.providers) == ({DAY, "2026-11-03"}, {"M1", "W17"}, {"1", "2"})
    assert documented(5, "lakeside", "E", "").days == frozenset()
    assert plain("w-17 x") == "W17X"


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(1, 3), st.booleans()), max_size=6), st.lists(st.integers(1, 3), max_size=6)
)
def test_no_visit_and_no_encounter_is_used_twice_and_the_order_makes_no_difference(booked, written):
    visits = [visit(n, patient=f"W{p}", kept=kept) for n, (p, kept) in enumerate(booked, 10)]
    encounters = [encounter(n, n, patient=f"W{p}") for n, p in enumerate(written, 13)]
    made = found(visits, encounters)
    assert len({v for v, _, _ in made}) == len({e for _, e, _ in made}) == len(made)
    assert found(visits[::-1], encounters[::-1]) == made
