import contextlib
import json
from dataclasses import replace

import pytest

from config.problem import Problem
from ledger.encounters import encounters, inbox
from ledger.encounters.taken import TakenEncounter
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


def doubts(ledger):
    with ledger.read() as connection:
        return [row[0] for row in connection.exec_driver_sql("SELECT doubt FROM encounter ORDER BY id")]


def document(*charges, last="Zephyrine", first="Quill", born="1980-02-03", mrn="M-1"):
    return json.dumps(
        {
            "patient": {
                "last": last,
                "first": first,
                "birth_date": born,
                "medical_record_number": mrn,
            },
            "service_date": "2026-11-02",
            "lines": [{"procedure": "99213", "charge": charge} for charge in charges],
        }
    )


def test_the_same_version_with_other_content_takes_its_place_and_says_what_changed(ledger):
    inbox.take(ledger, NIGHT, [file_of("a", encounter("1", payload=document("19.00")))])
    inbox.take(ledger, NIGHT, [file_of("a again", encounter("1", payload=document("1950.00", "20.00")))])
    assert states(ledger) == [("1", 1, "replaced"), ("1", 1, "picked_up")]
    assert doubts(ledger) == [
        "",
        "SRC-02 version 1 changes what came before: 1 line for 19.00 became 2 lines for 1970.00",
    ]


def test_the_same_version_with_other_content_of_a_claim_that_is_out_waits_and_is_reported(office):
    office.sent("1")
    inbox.take(office.ledger, NIGHT, [file_of("b", encounter("1", payload='{"x": 1}'))])
    assert states(office.ledger)[-1] == ("1", 1, "late")
    assert claims.by_state(office.ledger) == {"sent": 1}
    assert [p.code for p in night.problems(office.ledger)] == ["INB-VERSION"]
    assert [a.code for a in work.alerts(office.ledger)] == ["INB-VERSION"]


def test_what_came_before_is_known_though_something_else_came_between(ledger):
    for content in ("a", "b", "a"):
        inbox.take(
            ledger,
            NIGHT,
            [file_of(f"{content} once more", encounter("1", payload=document(f"{ord(content)}.00")))],
        )
    inbox.take(ledger, NIGHT, [file_of("elsewhere", encounter("1", payload=document("97.00")))])
    assert states(ledger) == [("1", 1, "replaced"), ("1", 1, "picked_up")]


def test_another_patient_under_the_number_and_version_of_one_takes_nothings_place(ledger):
    inbox.take(ledger, NIGHT, [file_of("a", encounter("1", payload=document("5.00")))])
    other = document("7.00", last="Vole", first="Ilex", born="1999-09-09", mrn="M-2")
    counts = inbox.take(ledger, NIGHT, [file_of("b", encounter("1", payload=other))])
    assert (counts.encounters, states(ledger)) == (0, [("1", 1, "picked_up")])
    assert [p.code for p in night.problems(ledger)] == ["INB-VERSION"]


def test_a_version_inferred_from_a_messages_time_may_not_lose_lines_unseen(ledger):
    inbox.take(
        ledger,
        NIGHT,
        [file_of("a", replace(encounter("1", payload=document("5.00", "6.00")), inferred=True))],
    )
    later = replace(encounter("1", version=2, payload=document("5.00")), inferred=True)
    inbox.take(ledger, NIGHT, [file_of("b", later)])
    assert doubts(ledger)[1].startswith("SRC-02 version 2 ")
    more = replace(encounter("1", version=3, payload=document("5.00", "7.00", "8.00")), inferred=True)
    inbox.take(ledger, NIGHT, [file_of("c", more)])
    assert doubts(ledger)[2] == ""


def of_patient(subject, *charges, version=1, **patient):
    return replace(encounter("1", version=version, payload=document(*charges, **patient)), subject=subject)


def test_two_patients_of_one_number_are_two_encounters(ledger):
    taken = [
        file_of("a", of_patient("s1", "5.00")),
        file_of("b", of_patient("s2", "5.00", last="Vole", first="Ilex", born="1999-09-09", mrn="M-2")),
    ]
    assert inbox.take(ledger, NIGHT, taken).encounters == 2
    assert states(ledger) == [("1", 1, "picked_up"), ("1", 1, "picked_up")]
    assert doubts(ledger) == ["", ""]


@pytest.mark.parametrize(
    "corrected", [{"last": "Zephyr"}, {"mrn": "M-9"}, {"born": "1980-02-04"}, {"mrn": ""}]
)
@pytest.mark.parametrize("apart", [False, True])
def test_a_patient_of_whom_one_thing_was_corrected_is_the_same(ledger, corrected, apart):
    files = [file_of("a", of_patient("s1", "5.00")), file_of("b", of_patient("s2", "5.00", **corrected))]
    for some in [[files[0]], [files[1]]] if apart else [files]:
        inbox.take(ledger, NIGHT, some)
    assert states(ledger) == [("1", 1, "replaced"), ("1", 1, "picked_up")]
    assert doubts(ledger)[1].startswith("SRC-02 ")


def test_a_corrected_patient_of_a_claim_that_is_out_is_not_billed_twice(office):
    inbox.take(office.ledger, NIGHT, [file_of("a", of_patient("s1", "5.00"))])
    office.build()
    office.send(office.batch())
    inbox.take(office.ledger, NIGHT, [file_of("b", of_patient("s2", "5.00", last="Zephyr"))])
    assert states(office.ledger)[-1] == ("1", 1, "late")


def test_twins_with_the_same_services_are_two_encounters_and_the_second_is_looked_at(ledger):
    twin = of_patient("s2", "5.00", first="Quince", mrn="M-2")
    inbox.take(ledger, NIGHT, [file_of("a", of_patient("s1", "5.00")), file_of("b", twin)])
    assert [state for _, _, state in states(ledger)] == ["picked_up", "picked_up"]
    assert doubts(ledger)[0] == ""
    assert doubts(ledger)[1].startswith("SRC-03 ")


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
    assert [(one.external_id, one.version) for one in claims.late(office.ledger)] == [("1", 2)]
    assert claims.by_state(office.ledger) == {"sent": 1}


def test_a_file_without_an_encounter_and_with_a_trouble_is_quarantined(ledger):
    trouble = Problem(place="", code="JSN-01", message="ends in the middle", remedy="send it again")
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
def test_the_same_source_and_number_in_two_practices_are_two_encounters(office, version):
    other = TakenEncounter(
        source="ehr", external_id="1", version=version, practice="summit", payload='{"of": "summit"}'
    )
    office.take("1")
    counts = inbox.take(office.ledger, NIGHT, [file_of("b", other)])
    assert (counts.encounters, counts.replaced) == (1, 0)
    assert [e.practice for e in encounters.load(office.ledger, 1, 9)] == ["lakeside", "summit"]
    assert night.problems(office.ledger) == []
    assert office.build().new == 2
    assert claims.by_state(office.ledger) == {"ready": 2}


def test_an_encounter_whose_practice_was_not_known_is_replaced_when_it_is(ledger):
    nobody = TakenEncounter(source="ehr", external_id="1", version=1, practice="", payload="{}")
    inbox.take(ledger, NIGHT, [file_of("a", nobody)])
    inbox.take(ledger, NIGHT, [file_of("b", encounter("1"))])
    assert states(ledger) == [("1", 1, "replaced"), ("1", 1, "picked_up")]
    again = inbox.take(ledger, NIGHT, [file_of("c", nobody)])
    assert again.known_encounters == 1


def misplaced(name, content=b"x"):
    trouble = Problem(place="", remedy="", code="INB-PRACTICE", message="names another practice")
    return replace(file_of(name, content=content), troubles=[trouble])


def test_a_file_of_another_practices_folder_is_taken_when_it_was_moved(ledger):
    inbox.take(ledger, NIGHT, [misplaced("lakeside/a")])
    assert [a.code for a in work.alerts(ledger)] == ["INB-PRACTICE"]
    digest = misplaced("lakeside/a").sha256
    assert inbox.known_files(ledger, [digest]) == set()
    inbox.take(ledger, NIGHT, [misplaced("lakeside/a")])
    assert len(night.problems(ledger)) == 1
    inbox.take(ledger, NIGHT, [misplaced("lakeside/a"), file_of("summit/a", encounter("1"), content=b"x")])
    assert states(ledger) == [("1", 1, "picked_up")]
    assert (night.problems(ledger), work.alerts(ledger)) == ([], [])
    assert inbox.known_files(ledger, [digest]) == {digest}
    assert inbox.names_of(ledger, [digest]) == {digest: ("summit/a", "read")}
