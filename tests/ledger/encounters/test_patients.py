"""One person in one practice is one patient, whatever else documents say; nobody is mistaken for another."""

from sqlalchemy import select

from ledger.encounters import patients
from ledger.maintenance.retention import purge
from ledger.patients import guarantors
from ledger.queries import patient_claims
from ledger.schema import claim, guarantor, patient, submission
from ledger.storage import documents
from ledger.storage.documents import Document

DAY = "2026-11-17"
ADA, BEN = (Document(guarantors.KIND, name) for name in (b'{"guarantor": "ada"}', b'{"guarantor": "ben"}'))


def whose(ledger):
    """The patient of each claim, by the number of its encounter."""
    with ledger.read() as connection:
        return dict(connection.execute(select(claim.c.external_id, claim.c.patient_id)).tuples().all())


def said(ledger, number, who):
    with ledger.write() as connection:
        ids = list(connection.execute(select(claim.c.id).where(claim.c.external_id == number)).scalars())
        guarantors.keep(connection, DAY, ids, who, "ann", "her mother")


def words(ledger):
    """Who answers, by the number of the encounter, as a person said."""
    with ledger.read() as connection:
        rows = dict(connection.execute(select(claim.c.id, claim.c.external_id)).tuples().all())
        named = guarantors.named(connection, list(rows))
    return {rows[claim_id]: data for claim_id, data in named.items()}


def test_a_digest_is_one_patient_and_no_digest_is_another_each_time(office):
    with office.ledger.write() as connection:
        first = patients.of(connection, DAY, [("lakeside", "d1"), ("lakeside", ""), ("lakeside", "d2")])
        again = patients.of(
            connection, DAY, [("lakeside", "d2"), ("lakeside", ""), ("lakeside", "d1"), ("harbor", "d3")]
        )
        assert patients.of(connection, DAY, []) == []
    assert (again[0], again[2]) == (first[2], first[0])
    assert len({*first, *again}) == 5
    with office.ledger.read() as connection:
        rows = connection.execute(select(patient.c.practice, patient.c.digest).order_by(patient.c.id))
        kept = [
            ("lakeside", "d1"),
            ("lakeside", "d2"),
            ("lakeside", None),
            ("harbor", "d3"),
            ("lakeside", None),
        ]
        assert sorted(rows.tuples(), key=str) == sorted(kept, key=str)


def test_the_claims_of_a_person_have_one_patient_over_versions_and_nights(office):
    office.take("1", "2")
    office.build()
    office.take("3")
    office.build(patient="other")
    before = whose(office.ledger)
    assert before["1"] == before["2"] != before["3"]
    office.take("1", version=2)
    office.build(charge=90_00)
    assert whose(office.ledger) == before
    with office.ledger.read() as connection:
        assert len(connection.execute(select(patient)).all()) == 2


def test_a_claim_that_nobody_is_recognised_by_keeps_a_patient_of_its_own(office):
    office.take("1", "2")
    office.build(patient="")
    before = whose(office.ledger)
    assert before["1"] != before["2"]
    office.take("1", version=2)
    office.build(patient="")
    assert whose(office.ledger) == before
    with office.ledger.read() as connection:
        [number] = connection.execute(select(claim.c.id).where(claim.c.external_id == "1")).scalars()
        assert patient_claims.of_patient(connection, number) == [number]


def test_who_answers_for_a_child_answers_for_its_later_claims_too(office):
    office.take("1")
    office.build()
    said(office.ledger, "1", ADA)
    office.take("2")
    office.build()
    office.take("3")
    office.build(patient="other")
    assert words(office.ledger) == {"1": ADA.data, "2": ADA.data}
    said(office.ledger, "2", None)
    assert words(office.ledger) == {}


def test_who_answers_goes_on_with_a_child_whose_name_was_corrected(office):
    office.take("1")
    office.build(patient="misspelt")
    said(office.ledger, "1", ADA)
    office.take("2")
    office.build()
    assert words(office.ledger) == {"1": ADA.data}
    office.take("1", version=2)
    office.build()
    assert len(set(whose(office.ledger).values())) == 1
    assert words(office.ledger) == {"1": ADA.data, "2": ADA.data}
    with office.ledger.read() as connection:
        assert len(connection.execute(select(guarantor)).all()) == 2


def test_what_was_said_later_of_the_child_itself_stands_when_another_is_merged_into_it(office):
    office.take("1")
    office.build(patient="misspelt")
    said(office.ledger, "1", ADA)
    office.take("2")
    office.build()
    said(office.ledger, "2", BEN)
    office.take("1", version=2)
    office.build()
    assert words(office.ledger) == {"1": BEN.data, "2": BEN.data}


def test_a_claim_that_was_filed_for_the_wrong_child_takes_no_word_along(office):
    office.take("1", "2")
    office.build(patient="one child")
    said(office.ledger, "1", ADA)
    office.take("1", version=2)
    office.build(patient="another child")
    assert words(office.ledger) == {"2": ADA.data}


def purged(office, *numbers):
    """A purge of all nights that finds only these claims finished."""
    with office.ledger.write() as connection:
        ids = select(claim.c.id).where(claim.c.external_id.in_(numbers))
        connection.execute(submission.update().where(submission.c.claim_id.in_(ids)).values(state="closed"))
    return purge(office.ledger, "2036-01-01", "2035-01-01", really=True)


def test_what_recognises_a_patient_goes_with_the_last_claim_and_so_does_who_answers(office):
    office.take("1", "2")
    office.build()
    said(office.ledger, "1", ADA)
    assert purged(office, "1").claims == 1
    found = whose(office.ledger)
    assert found["1"] is None
    assert found["2"] is not None
    assert words(office.ledger) == {"2": ADA.data}
    assert ADA.sha256 not in documents.purged(office.ledger)
    assert purged(office, "2").claims == 1
    with office.ledger.read() as connection:
        assert list(connection.execute(select(patient.c.digest)).scalars()) == [None]
    assert ADA.sha256 in documents.purged(office.ledger)
    office.take("3")
    office.build()
    assert whose(office.ledger)["3"] not in found.values(), "nobody is recognised after a purge"


def test_who_answers_is_not_purged_with_the_misspelt_child_while_the_right_one_has_claims(office):
    office.take("1")
    office.build(patient="misspelt")
    said(office.ledger, "1", ADA)
    office.take("1", version=2)
    office.build()
    purged(office)
    assert words(office.ledger) == {"1": ADA.data}
