"""Who answers for a claim: named, the patient of age, a child's insured parent; never a child."""

import json
from datetime import date
from itertools import zip_longest

import pytest

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


def groups(*documents, practices=()):
    of = dict(enumerate(zip_longest(documents, practices, fillvalue="lakeside"), 1))
    return together({n: read(json.dumps(said), practice, ON).digests for n, (said, practice) in of.items()})


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
    same = {"patient": person(1)}
    assert groups(same, same, practices=("lakeside", "bayview")) == [[1], [2]]
