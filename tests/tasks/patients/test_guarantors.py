"""Who answers for a claim: named, the patient of age, a child's insured parent; never a child."""

import json
from datetime import date

import pytest

from ledger.queries.patient_claims import PatientClaim
from tasks.patients.accounts import together
from tasks.patients.guarantors import read
from tests.tasks.patients.answered import person

ON = date(2026, 11, 2)
CHILD = person(1, birth_date="2008-11-03")
PARENT = person(2, birth_date="1979-05-05")


def insured(parent, **more):
    return [
        {
            "order": "P",
            "payer": "harbor",
            "member_id": "M1",
            "relationship": "19",
            "subscriber": parent,
            **more,
        }
    ]


def guarantor(**document):
    return read(json.dumps(document), "lakeside", ON).guarantor


@pytest.mark.parametrize(
    ("document", "birth"),
    [
        ({"patient": person(1)}, "1980-02-03"),
        ({"patient": person(1), "guarantor": PARENT}, "1979-05-05"),
        ({"patient": person(1), "guarantor": CHILD}, "1980-02-03"),
        ({"patient": {**CHILD, "birth_date": "2008-11-02"}}, "2008-11-02"),
        ({"patient": CHILD, "coverages": insured(PARENT)}, "1979-05-05"),
        ({"patient": CHILD, "coverages": insured({**PARENT, "birth_date": None})}, None),
        ({"patient": CHILD, "guarantor": PARENT, "coverages": insured(person(3))}, "1979-05-05"),
    ],
)
def test_an_adult_answers(document, birth):
    found = guarantor(**document)
    assert found is not None
    assert (found.birth_date.isoformat() if found.birth_date else None) == birth


@pytest.mark.parametrize(
    "document",
    [
        {"patient": CHILD},
        {"patient": CHILD, "coverages": insured(person(4, birth_date="2010-01-01"))},
        {"patient": CHILD, "coverages": [{"payer": "harbor", "member_id": "M1"}]},
        {"patient": {**person(1), "birth_date": None}},
        {"patient": []},
        {},
    ],
)
def test_nobody_answers_where_no_adult_is_known(document):
    assert guarantor(**document) is None


def test_a_parent_lives_where_the_child_does_unless_a_document_says_otherwise():
    assert (
        guarantor(patient=CHILD, coverages=insured({**PARENT, "address": None})).address.line1
        == "1 Orchard Way"
    )
    assert guarantor(patient=CHILD, coverages=insured(PARENT)).address.line1 == "2 Orchard Way"


def claims(*documents, practice="lakeside"):
    return [
        PatientClaim(
            id=n, number=f"C{n}", practice=practice, encounter=f"E{n}", patient="",
            service_from_on="2026-11-02", documents=[json.dumps(document)],
        )
        for n, document in enumerate(documents, 1)
    ]  # fmt: skip


def groups(*documents):
    return [[c.id for c in account.claims] for account in together(claims(*documents))]


def test_documents_of_one_person_are_one_account_and_of_two_are_two():
    one = person(1, medical_record_number="R1")
    wed = {**one, "last": "Fernbrook"}
    plain = {**wed, "medical_record_number": ""}
    assert groups({"patient": one}, {"patient": wed}, {"patient": plain}) == [[1, 2, 3]]
    twin = {**person(1), "first": "Robin"}
    assert groups({"patient": person(1)}, {"patient": twin}) == [[1], [2]]
    father, mother = person(5, birth_date="1979-01-01"), person(6, birth_date="1978-01-01")
    of_child = ({"patient": CHILD, "guarantor": g} for g in (father, mother, father))
    assert groups(*of_child) == [[1, 3], [2]]
    assert groups({"patient": CHILD}, {"patient": CHILD}) == [[1], [2]], "nobody is not one person"


def test_two_practices_have_an_account_each():
    here, there = claims({"patient": person(1)}), claims({}, {"patient": person(1)}, practice="bayview")[1:]
    assert [(a.practice, a.number) for a in together([*here, *there])] == [("lakeside", 1), ("bayview", 2)]
