import contextlib

import pytest

from ledger import encounters, inbox
from ledger.inbox import TakenEncounter, Trouble
from ledger.queries import claims, night, work
from tests.ledger.conftest import NIGHT, encounter, file_of


def states(ledger):
    with ledger.read() as connection:
        rows = connection.exec_driver_sql("SELECT external_id, version, state FROM encounter ORDER BY id")
        return [tuple(row) for row in rows]


def test_the_same_bytes_are_taken_once_under_whatever_name(ledger):
    first = inbox.take(ledger, NIGHT, [file_of("a.json", encounter("1"), content=b"same")])
    again = inbox.take(ledger, NIGHT, [file_of("b.json", encounter("1"), content=b"same")])
    assert (first.read, first.encounters, again.read, again.duplicates) == (1, 1, 0, 1)
    assert states(ledger) == [("1", 1, "picked_up")]


def test_the_same_file_twice_in_one_look_is_one(ledger):
    counts = inbox.take(
        ledger, NIGHT, [file_of("a", encounter("1"), content=b"x"), file_of("b", content=b"x")]
    )
    assert (counts.files, counts.read, counts.duplicates) == (2, 1, 1)


def test_an_encounter_version_that_came_before_is_known(ledger):
    inbox.take(ledger, NIGHT, [file_of("a", encounter("1"))])
    counts = inbox.take(ledger, NIGHT, [file_of("b", encounter("1"))])
    assert (counts.encounters, counts.known_encounters) == (0, 1)
    assert night.problems(ledger) == []


def test_the_same_version_with_other_content_is_told(ledger):
    inbox.take(ledger, NIGHT, [file_of("a", encounter("1", payload="{}"))])
    inbox.take(ledger, NIGHT, [file_of("b", encounter("1", payload='{"x": 1}'))])
    assert [p.code for p in night.problems(ledger)] == ["INB-VERSION"]


def test_a_newer_version_replaces_one_that_waits(office):
    office.take("1")
    office.take("1", version=2)
    assert states(office.ledger) == [("1", 1, "replaced"), ("1", 2, "picked_up")]


def test_a_version_that_comes_after_its_successor_is_replaced_at_once(office):
    office.take("1", version=2)
    office.take("1", version=1)
    assert states(office.ledger) == [("1", 2, "picked_up"), ("1", 1, "replaced")]


def test_a_newer_version_of_an_unsent_claim_is_built_into_the_same_claim(office):
    office.take("1")
    office.build(100_00)
    office.take("1", version=2)
    assert claims.by_state(office.ledger) == {"held": 1}, "the old version must not go out meanwhile"
    built = office.build(120_00)
    assert (built.new, built.again) == (0, 1)
    assert claims.by_state(office.ledger) == {"ready": 1}


def test_a_newer_version_of_a_claim_that_is_out_waits_for_a_person(office):
    office.sent("1")
    office.take("1", version=2)
    assert [(row[2], row[3]) for row in claims.late(office.ledger)] == [("1", 2)]
    assert claims.by_state(office.ledger) == {"sent": 1}


def test_a_file_without_an_encounter_and_with_a_trouble_is_quarantined(ledger):
    trouble = Trouble(code="JSN-01", message="ends in the middle", remedy="send it again")
    counts = inbox.take(ledger, NIGHT, [file_of("cut.json", troubles=[trouble])])
    assert counts.quarantined == 1
    [row] = night.problems(ledger)
    assert (row.origin, row.name, row.code, row.quarantined) == ("inbox", "cut.json", "JSN-01", True)


def test_a_failure_in_the_middle_of_a_chunk_leaves_nothing(ledger):
    broken = encounter("2")
    object.__setattr__(broken, "payload", object())  # what no database can store
    with contextlib.suppress(Exception):
        inbox.take(ledger, NIGHT, [file_of("a", encounter("1")), file_of("b", broken)])
    assert states(ledger) == []
    assert inbox.take(ledger, NIGHT, [file_of("a", encounter("1"))]).read == 1


def test_chunks_cover_every_open_encounter_once(office):
    office.take(*[str(n) for n in range(25)])
    pieces = encounters.chunks(office.ledger, 10)
    loaded = [row.id for first, last in pieces for row in encounters.load(office.ledger, first, last)]
    assert len(pieces) == 3
    assert sorted(loaded) == list(range(1, 26))


@pytest.mark.parametrize("version", [1, 2])
def test_the_number_of_another_practices_encounter_is_told_and_replaces_nothing(ledger, version):
    other = TakenEncounter(
        source="ehr", external_id="1", version=version, practice="summit", payload='{"of": "summit"}'
    )
    inbox.take(ledger, NIGHT, [file_of("a", encounter("1"))])
    counts = inbox.take(ledger, NIGHT, [file_of("b", other)])
    assert (counts.encounters, counts.replaced) == (0, 0)
    assert [e.practice for e in encounters.load(ledger, 1, 9)] == ["lakeside"]
    assert [p.code for p in night.problems(ledger)] == ["INB-PRACTICE"]
    assert [a.code for a in work.alerts(ledger)] == ["INB-PRACTICE"]


def test_a_version_with_other_content_is_work_for_a_person(ledger):
    inbox.take(ledger, NIGHT, [file_of("a", encounter("1"))])
    inbox.take(ledger, NIGHT, [file_of("b", encounter("1", payload='{"other": 1}'))])
    assert [a.code for a in work.alerts(ledger)] == ["INB-VERSION"]
