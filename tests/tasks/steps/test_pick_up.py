"""Every file of the inbox is taken once, or quarantined with a reason; nothing is lost or deleted."""

import gzip
import json
import os
import shutil
import threading

import pytest

from ledger.queries import claims, standing
from ledger.queries.night import problems
from ledger.queries.work import alerts
from tasks.operations.override_edit import override
from tasks.steps import pick_up
from tests.conftest import CHECKOUT, CLEAN, WorkingHome
from tests.tasks.coding_night import MONDAY, TUESDAY, WEDNESDAY, coded, held
from tests.tasks.test_processes import rows

HOSPITAL = "1548334014"
ELSEWHERE = {"last": "General Hospital", "npi": HOSPITAL}
OF_SUMMIT, OF_NOBODY = "1999002011", "1234567893"
pytestmark = pytest.mark.usefixtures("either_database")


def test_a_file_is_taken_once_however_often_the_inbox_is_looked_at(home):
    home.drop("lakeside/one.json", home.encounter())
    with home.opened() as opened:
        first = pick_up.do(opened, MONDAY, "inbox")
        again = pick_up.do(opened, MONDAY, "inbox")
        assert (first["new"], first["encounters"]) == (1, 1)
        assert (again["new"], again["encounters"]) == (0, 0)
        assert standing.inbox(opened.ledger).files == 1
    assert (home.inbox / "lakeside/one.json").exists()


def test_the_same_bytes_under_another_name_are_a_duplicate(home):
    home.drop("lakeside/one.json", home.encounter())
    home.drop("lakeside/two.json", home.encounter())
    with home.opened() as opened:
        for _ in range(2):
            pick_up.do(opened, MONDAY, "inbox")
            found = standing.inbox(opened.ledger)
            assert (found.files, found.read, found.duplicates, found.quarantined) == (2, 1, 1, 0)


def test_what_cannot_be_read_is_quarantined_with_its_reason_and_the_others_go_on(home):
    home.drop("lakeside/a_empty.json", b"")
    home.drop("lakeside/b_truncated.json", '[{"source": "x", "id": "1", "diagn')
    home.drop("lakeside/c_columns.csv", "source,encounter_id\nx,1\n")
    home.drop("bayview/d_doctype.xml", '<!DOCTYPE a [<!ENTITY x "y">]><ClinicalDocument/>')
    home.drop("lakeside/e_good.json", home.encounter())
    (home.inbox / "lakeside" / "f_link.json").symlink_to(home.path / "cleanclaim.toml")
    with home.opened() as opened:
        counts = pick_up.do(opened, MONDAY, "inbox")
        found = {p.name: p.code for p in problems(opened.ledger) if p.quarantined}
    assert counts["encounters"] == 1
    assert found == {
        "lakeside/a_empty.json": "INT-01",
        "lakeside/b_truncated.json": "INT-05",
        "lakeside/c_columns.csv": "INT-09",
        "bayview/d_doctype.xml": "INT-06",
        "lakeside/f_link.json": "INB-LINK",
    }


def test_a_file_larger_than_allowed_is_quarantined_unread(home):
    (home.path / "cleanclaim.toml").write_text("demo = true\nmax_file_bytes = 10000\n")
    home.drop("lakeside/large.json", b" " * 10_001)
    with home.opened() as opened:
        assert pick_up.do(opened, MONDAY, "inbox")["quarantined"] == 1
        assert [p.code for p in problems(opened.ledger)] == ["INB-SIZE"]


def test_the_bound_holds_for_what_a_packed_file_unpacks_to(home):
    (home.path / "cleanclaim.toml").write_text("demo = true\nmax_file_bytes = 10000\n")
    home.drop("lakeside/packed.json.gz", gzip.compress(b" " * 20_000))
    with home.opened() as opened:
        assert pick_up.do(opened, MONDAY, "inbox")["quarantined"] == 1
        assert [p.code for p in problems(opened.ledger)] == ["INT-02"]


def test_a_manifest_that_counts_more_than_came_is_an_alert_until_the_rest_comes(home):
    home.drop("lakeside/manifest.json", {"practice": "lakeside", "date": "2026-11-16", "files": 2})
    home.drop("lakeside/one.json", home.encounter())
    with home.opened() as opened:
        assert pick_up.do(opened, MONDAY, "inbox")["short_manifests"] == 1
        assert [(a.code, a.practice) for a in alerts(opened.ledger)] == [("INB-SHORT", "lakeside")]
        home.drop("lakeside/two.json", home.encounter("T-2"))
        assert pick_up.do(opened, MONDAY, "inbox")["short_manifests"] == 0
        assert alerts(opened.ledger) == []


def test_a_newer_version_takes_the_place_of_an_unsent_one(home):
    home.drop("lakeside/one.json", home.encounter())
    home.drop("lakeside/two.json", home.encounter(version=2))
    with home.opened() as opened:
        counts = pick_up.do(opened, MONDAY, "inbox")
    assert (counts["encounters"], counts["replaced"]) == (2, 1)


def test_a_home_without_partners_or_inbox_picks_up_nothing_and_says_so(tmp_path):
    from config.settings import load
    from tasks.home.home import make_home, open_home

    make_home(tmp_path / "bare")
    with open_home(load(tmp_path / "bare")) as opened:
        assert pick_up.do(opened, MONDAY, "inbox")["files"] == 0


def test_a_version_that_no_database_column_holds_is_a_problem_of_its_own(home):
    home.drop("lakeside/a.json", home.encounter("T-1", version=2**31))
    home.drop("lakeside/b.json", home.encounter("T-2", version=2**31 - 1))
    with home.opened() as opened:
        assert pick_up.do(opened, MONDAY, "inbox")["encounters"] == 1
        assert [p.place for p in problems(opened.ledger)] == ["encounter 1, version"]


def test_a_name_that_is_not_utf_8_is_quarantined_by_itself_and_read_once_it_was_renamed(home):
    home.drop("lakeside/good.json", home.encounter())
    bad = os.fsencode(home.inbox) + b"/lakeside/caf\xe9\x1b[31m.json"
    with open(bad, "wb") as file:
        file.write(json.dumps(home.encounter("T-2")).encode())
    with home.opened() as opened:
        for _ in range(2):
            pick_up.do(opened, MONDAY, "inbox")
            assert [(p.name, p.code) for p in problems(opened.ledger)] == [
                ("lakeside/caf\\xe9\\x1b[31m.json", "INB-NAME")
            ]
        found = standing.inbox(opened.ledger)
        assert (found.files, found.read, found.quarantined) == (2, 1, 1)
        os.rename(bad, os.fsencode(home.inbox) + b"/lakeside/cafe.json")
        assert pick_up.do(opened, TUESDAY, "inbox")["encounters"] == 1


def test_a_folder_that_cannot_be_listed_is_an_alert_until_it_can(home):
    home.drop("lakeside/good.json", home.encounter())
    deep = [home.inbox / "lakeside"]
    here = os.open(deep[0], os.O_RDONLY)
    for _ in range(25):
        os.mkdir("d" * 200, dir_fd=here)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    with home.opened() as opened:
        assert pick_up.do(opened, MONDAY, "inbox")["encounters"] == 1
        assert [a.code for a in alerts(opened.ledger)] == ["INB-FOLDER"]
        assert problems(opened.ledger) == []
        pick_up.do(opened, TUESDAY, "inbox")
        assert [a.code for a in alerts(opened.ledger)] == ["INB-FOLDER"], "one a night"
        shutil.rmtree(home.inbox / "lakeside" / ("d" * 200))
        pick_up.do(opened, TUESDAY, "inbox")
        assert alerts(opened.ledger) == []


def settings(home, text):
    (home.path / "cleanclaim.toml").write_text(f"demo = true\n{text}\n")


@pytest.fixture
def as_written(monkeypatch):
    """The settings are those of the home's file: the tests' own short time counts no more."""
    monkeypatch.delenv("CLEANCLAIM_SETTLE_SECONDS", raising=False)


def growing(file, until):
    """Appends to a file from another thread until told to stop."""
    started = threading.Event()

    def write():
        with file.open("ab") as opened:
            while not until.is_set():
                opened.write(b" ")
                opened.flush()
                started.set()
                until.wait(0.001)

    thread = threading.Thread(target=write)
    thread.start()
    started.wait()
    return thread


def test_a_file_that_grows_while_the_inbox_is_looked_at_is_read_when_it_stands_still(home, as_written):
    settings(home, "settle_seconds = 0.2")
    file = home.drop("lakeside/slow.json", home.encounter())
    home.drop("lakeside/whole.json", home.encounter("T-2"))
    until = threading.Event()
    thread = growing(file, until)
    with home.opened() as opened:
        try:
            counts = pick_up.do(opened, MONDAY, "inbox")
        finally:
            until.set()
            thread.join()
        assert (counts["encounters"], counts["not_whole_yet"]) == (1, 1)
        assert [a.code for a in alerts(opened.ledger)] == ["INB-MOVING"]
        assert problems(opened.ledger) == []
        counts = pick_up.do(opened, MONDAY, "inbox")
        assert (counts["encounters"], counts["not_whole_yet"]) == (1, 0)
        assert alerts(opened.ledger) == []


def test_a_copy_that_broke_off_under_its_temporary_name_is_an_alert_until_it_is_gone(home):
    file = home.drop("lakeside/one.json.part", home.encounter())
    with home.opened() as opened:
        counts = pick_up.do(opened, MONDAY, "inbox")
        assert (counts["files"], counts["encounters"]) == (0, 0)
        [alert] = alerts(opened.ledger)
        assert (alert.code, alert.message[:6]) == ("INB-PART", "1 file")
        file.rename(file.with_name("one.json"))
        assert pick_up.do(opened, TUESDAY, "inbox")["encounters"] == 1
        assert alerts(opened.ledger) == []


def test_nothing_is_waited_for_where_nothing_is_new(home, as_written):
    settings(home, "settle_seconds = 0.1")
    home.drop("lakeside/one.json", home.encounter())
    with home.opened() as opened:
        assert pick_up.do(opened, MONDAY, "inbox")["encounters"] == 1
    settings(home, "settle_seconds = 600")
    with home.opened() as opened:
        assert pick_up.do(opened, TUESDAY, "inbox")["files"] == 1


def test_a_file_that_keeps_its_old_time_is_not_taken_for_whole(home, as_written):
    settings(home, "settle_seconds = 0.2")
    file = home.drop("lakeside/kept.json", home.encounter())
    until = threading.Event()

    def write():
        while not until.is_set():
            with file.open("ab") as opened:
                opened.write(b" ")
            os.utime(file, (1_000_000_000, 1_000_000_000))
            until.wait(0.001)

    thread = threading.Thread(target=write)
    thread.start()
    with home.opened() as opened:
        try:
            counts = pick_up.do(opened, MONDAY, "inbox")
        finally:
            until.set()
            thread.join()
    assert (counts["encounters"], counts["not_whole_yet"]) == (0, 1)


def test_with_a_marker_a_file_is_read_when_its_marker_lies_beside_it(home, as_written):
    settings(home, 'done_suffix = ".done"\nsettle_seconds = 600')
    home.drop("lakeside/a.json", home.encounter())
    home.drop("lakeside/b.json", home.encounter("T-2"))
    home.drop("lakeside/b.json.done", b"")
    with home.opened() as opened:
        counts = pick_up.do(opened, MONDAY, "inbox")
        assert (counts["files"], counts["encounters"], counts["not_whole_yet"]) == (1, 1, 1)
        assert [a.code for a in alerts(opened.ledger)] == ["INB-MARKER"]
        home.drop("lakeside/a.json.done", b"")
        assert pick_up.do(opened, MONDAY, "inbox")["encounters"] == 1
        assert (alerts(opened.ledger), problems(opened.ledger)) == ([], [])


HEAD = (
    "source,encounter_id,service_date,patient_last,patient_first,patient_birth_date,patient_sex,"
    "patient_address,patient_city,patient_state,patient_zip,payer,member_id,diagnoses,rendering_npi,"
    "place_of_service,procedure,pointers,charge\n"
)


def csv_row(number="C-1", procedure="99213", charge="135.00", last="Zephyrine"):
    return (
        f"test-csv,{number},2026-11-02,{last},Quill,1980-02-03,F,7 Orchard Way,Springfield,IL,627040007,"
        f"harbor,W17770001,J02.9,1999001013,11,{procedure},1,{charge}\n"
    )


def test_a_csv_that_is_cut_inside_its_last_number_is_quarantined_and_read_when_it_is_whole(home):
    whole = HEAD + csv_row("C-1", "99213", "1950.00")
    home.drop("lakeside/day.csv", whole[: whole.index("50.00")])
    with home.opened() as opened:
        assert pick_up.do(opened, MONDAY, "inbox")["encounters"] == 0
        assert [p.code for p in problems(opened.ledger)] == ["INT-05"]
        home.drop("lakeside/day.csv", whole)
        assert pick_up.do(opened, MONDAY, "inbox")["encounters"] == 1


def test_the_longer_file_after_a_cut_between_rows_is_held_for_a_person_who_lets_it_pass(home):
    rows = [csv_row("C-1"), csv_row("C-1", "93000", "45.00"), csv_row("C-2", last="Vole")]
    home.drop("lakeside/day.csv", HEAD + rows[0])
    with home.opened() as opened:
        assert coded(opened, MONDAY)["claims"] == 1
        home.drop("lakeside/day.csv", HEAD + "".join(rows))
        counts = coded(opened, TUESDAY)
        assert (counts["encounters"] > 0, counts["claims"], counts["corrected"]) == (True, 1, 0)
        assert held(opened) == {"C-1": {"SRC-02"}}
        assert claims.by_state(opened.ledger) == {"held": 1, "ready": 1}
        override(
            opened, "C-1", "SRC-02", who="A. Biller", why="compared with the day sheet", until=WEDNESDAY,
            as_of=TUESDAY,
        )  # fmt: skip
        assert coded(opened, WEDNESDAY)["corrected"] == 1
        assert claims.by_state(opened.ledger) == {"ready": 2}
        with opened.ledger.read() as connection:
            newest = "SELECT count(*) FROM claim_line JOIN claim USING (version_id)"
            lines = connection.exec_driver_sql(newest).scalar()
        assert lines == 3


def test_a_document_that_names_another_practice_than_its_folder_is_reported_and_replaces_nothing(home):
    home.drop("summit/one.json", home.encounter(practice="summit"))
    home.drop("lakeside/one.json", home.encounter(practice="summit", version=2))
    with home.opened() as opened:
        assert pick_up.do(opened, MONDAY, "inbox")["encounters"] == 1
        [found] = problems(opened.ledger)
        assert (found.name, found.code) == ("lakeside/one.json", "INB-PRACTICE")
        assert [a.code for a in alerts(opened.ledger)] == ["INB-PRACTICE"]
        with opened.ledger.read() as connection:
            rows = connection.exec_driver_sql("SELECT practice, version, state FROM encounter").all()
        assert [tuple(row) for row in rows] == [("summit", 1, "picked_up")]
        (home.inbox / "lakeside/one.json").rename(home.inbox / "summit/two.json")
        assert pick_up.do(opened, MONDAY, "inbox")["replaced"] == 1
        assert (alerts(opened.ledger), problems(opened.ledger)) == ([], [])


def test_a_shared_folder_goes_by_the_name_the_facility_and_the_provider(home):
    settings(home, 'shared_folders = ["hospital"]')
    has_facility(home, "summit")
    nameless = {"practice": ""}
    home.drop("hospital/a.json", home.encounter("by-name", practice="bayview", rendering={"npi": OF_NOBODY}))
    home.drop(
        "hospital/b.json",
        home.encounter("by-facility", **nameless, service_facility=ELSEWHERE, rendering={"npi": OF_SUMMIT}),
    )
    home.drop(
        "hospital/c.json",
        home.encounter("by-facility-named", practice=HOSPITAL, rendering={"npi": OF_SUMMIT}),
    )
    home.drop("hospital/d.json", home.encounter("by-provider", **nameless))
    home.drop("hospital/e.json", home.encounter("by-nothing", **nameless, rendering={"npi": OF_NOBODY}))
    home.drop("hospital/f.json", home.encounter("by-a-stranger", practice="1234567893"))
    home.drop("elsewhere/g.json", home.encounter("not-declared", **nameless))
    with home.opened() as opened:
        coded(opened, MONDAY)
        with opened.ledger.read() as connection:
            rows = connection.exec_driver_sql("SELECT external_id, practice FROM encounter").all()
        assert {tuple(row) for row in rows} == {
            ("by-name", "bayview"),
            ("by-facility", "summit"),
            ("by-facility-named", "summit"),
            ("by-provider", "lakeside"),
            ("by-nothing", ""),
            ("by-a-stranger", ""),
            ("not-declared", ""),
        }
        unknown = {number for number, edits in held(opened).items() if "PRA-01" in edits}
        assert unknown == {"by-nothing", "by-a-stranger", "not-declared"}


def has_facility(home, practice):
    """The hospital's documents in a shared folder are this practice's."""
    file = home.path / "partners" / "practices" / f"{practice}.toml"
    text = file.read_text("utf-8")
    at = text.index("\n[")
    file.write_text(f'{text[:at]}\nfacilities = ["{HOSPITAL}"]\n{text[at:]}', "utf-8")


BY_ANOTHER = {"procedure": "99213", "charge": "135.00", "pointers": [1], "rendering": {"npi": OF_SUMMIT}}
CONTRADICTIONS = {
    "the name and the provider": (
        {"practice": "bayview"},
        "the name in it is of bayview, its provider 1999001013 is of lakeside",
    ),
    "the name and the facility": (
        {"practice": "bayview", "service_facility": ELSEWHERE, "rendering": {"npi": OF_NOBODY}},
        "the name in it is of bayview, its facility is of summit",
    ),
    "the facility as the name and the provider": (
        {"practice": HOSPITAL},
        "the name in it is of summit, its provider 1999001013 is of lakeside",
    ),
    "the facility and the provider": (
        {"practice": "", "service_facility": ELSEWHERE},
        "its facility is of summit, its provider 1999001013 is of lakeside",
    ),
    "two providers": (
        {"practice": "", "lines": [BY_ANOTHER]},
        "its provider 1999001013 is of lakeside, its provider 1999002011 is of summit",
    ),
}


@pytest.mark.parametrize("what", CONTRADICTIONS)
def test_a_document_in_a_shared_folder_that_points_to_two_practices_is_held_until_they_agree(home, what):
    settings(home, 'shared_folders = ["hospital"]')
    has_facility(home, "summit")
    changes, reason = CONTRADICTIONS[what]
    home.drop("hospital/a.json", home.encounter("T-1", **changes))
    home.drop("hospital/b.json", home.encounter("T-2", diagnoses=["I10"], service_date="2026-11-03"))
    with home.opened() as opened:
        coded(opened, MONDAY)
        assert claims.by_state(opened.ledger) == {"ready": 1}, "the other one goes on"
        [said] = [h.detail for h in claims.holds(opened.ledger) if h.edit_id == "PRA-01"]
        assert said.startswith(f"the document points to several practices: {reason}; ")
        assert "T-2" not in held(opened)
        corrected = {**changes, "practice": "lakeside", "service_facility": None, "lines": CLEAN["lines"]}
        corrected["rendering"] = CLEAN["rendering"]
        home.drop("hospital/c.json", home.encounter("T-1", **corrected, version=2))
        coded(opened, TUESDAY)
        assert held(opened) == {}
        assert claims.by_state(opened.ledger) == {"ready": 2}


def test_a_contradiction_ends_where_the_provider_is_listed_with_both_practices(home):
    settings(home, 'shared_folders = ["hospital"]')
    home.drop("hospital/a.json", home.encounter("T-1", practice="bayview"))
    with home.opened() as opened:
        coded(opened, MONDAY)
        assert "PRA-01" in held(opened)["T-1"]
    with (home.path / "partners" / "practices" / "bayview.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[providers]]\nnpi = "1999001013"\nlast = "Okafor"\nfirst = "Ruth"\n')
    with home.opened() as opened:
        assert pick_up.do(opened, TUESDAY, "inbox")["placed"] == 1
        coded(opened, TUESDAY)
        assert "PRA-01" not in held(opened).get("T-1", {})
        with opened.ledger.read() as connection:
            rows = connection.exec_driver_sql("SELECT practice FROM encounter ORDER BY id").all()
        assert [row.practice for row in rows] == ["", "bayview"]


def test_a_document_of_a_practice_that_is_not_configured_is_held_in_the_folder_of_one_that_is(home):
    home.drop("lakeside/one.json", home.encounter(practice="1234567893"))
    with home.opened() as opened:
        coded(opened, MONDAY)
        assert "PRA-01" in held(opened)["T-1"]


def test_what_waits_for_its_practice_goes_on_once_the_practice_is_known(home):
    file = home.path / "partners" / "practices" / "summit.toml"
    text = file.read_text("utf-8")
    file.unlink()
    dropped = home.drop("summit/one.json", home.encounter(practice="summit"))
    with home.opened() as opened:
        coded(opened, MONDAY)
        assert "PRA-01" in held(opened)["T-1"]
    dropped.unlink()  # the practice's system clears its folder
    file.write_text(text, "utf-8")
    with home.opened() as opened:
        assert pick_up.do(opened, TUESDAY, "inbox")["placed"] == 1
        assert pick_up.do(opened, TUESDAY, "inbox")["placed"] == 0
        coded(opened, TUESDAY)
        assert "PRA-01" not in held(opened).get("T-1", {})
        with opened.ledger.read() as connection:
            rows = connection.exec_driver_sql("SELECT practice, state FROM encounter ORDER BY id").all()
        assert [row.practice for row in rows] == ["", "summit"]
        assert rows[0].state == "replaced"
        assert rows[1].state != "picked_up"


def test_a_folder_that_is_declared_shared_later_gives_its_encounters_their_practice(home):
    home.drop("hospital/a.json", home.encounter("by-provider", practice=""))
    with home.opened() as opened:
        coded(opened, MONDAY)
        assert "PRA-01" in held(opened)["by-provider"]
    settings(home, 'shared_folders = ["hospital"]')
    with home.opened() as opened:
        coded(opened, TUESDAY)
        assert held(opened) == {}
        assert claims.by_state(opened.ledger) == {"ready": 1}


def test_what_was_cut_while_its_practice_was_not_known_is_still_in_doubt_when_it_is(home):
    file = home.path / "partners" / "practices" / "summit.toml"
    text = file.read_text("utf-8")
    file.unlink()
    line = {"procedure": "99213", "charge": "135.00", "pointers": [1]}
    home.drop("summit/a.json", home.encounter(practice="", lines=[line, {**line, "procedure": "87880"}]))
    home.drop("summit/b.json", home.encounter(practice="", lines=[line]))
    with home.opened() as opened:
        coded(opened, MONDAY)
        assert {"PRA-01", "SRC-02"} <= set(held(opened)["T-1"])
    file.write_text(text, "utf-8")
    with home.opened() as opened:
        coded(opened, TUESDAY)
        assert "SRC-02" in held(opened)["T-1"]
        assert "PRA-01" not in held(opened)["T-1"]


VISIT = (CHECKOUT / "sample_inbox" / "monday" / "bayview" / "visit_3010.xml").read_text("utf-8")
CORRECTIONS = {
    "name": [("<family>Fenn<", "<family>Fennimore<")],
    "record number": [('extension="BV30009"', 'extension="BV31111"')],
    "birth date": [("19890914", "19890915")],
}
OTHER_PATIENT = [
    ("<family>Fenn<", "<family>Vole<"),
    ("<given>Julia<", "<given>Ilex<"),
    ("19890914", "19700101"),
    ('extension="BV30009"', 'extension="BV32222"'),
]


def changed(*pairs):
    text = VISIT
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    return text


def test_two_patients_under_one_encounter_id_of_a_ccda_are_two_encounters(home):
    home.drop("bayview/a.xml", VISIT)
    home.drop("bayview/b.xml", changed(*OTHER_PATIENT))
    with home.opened() as opened:
        assert pick_up.do(opened, MONDAY, "inbox")["encounters"] == 2
        with opened.ledger.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT DISTINCT external_id, state, doubt FROM encounter"
            ).all()
        assert [tuple(row)[1:] for row in rows] == [("picked_up", "")]
        assert problems(opened.ledger) == []


@pytest.mark.parametrize("what", CORRECTIONS)
def test_a_ccda_that_comes_again_with_a_corrected_patient_is_one_visit_that_a_person_sees(home, what):
    home.drop("bayview/a.xml", VISIT)
    with home.opened() as opened:
        pick_up.do(opened, MONDAY, "inbox")
        home.drop("bayview/b.xml", changed(*CORRECTIONS[what]))
        coded(opened, TUESDAY)
        [edits] = held(opened).values()
        assert "SRC-02" in edits
        assert claims.by_state(opened.ledger) == {}


def full_inbox(home):
    """Five files for pieces of two, and what no piece holds: a link, and a name that is refused. A file comes
    twice, a visit in two versions, and a manifest counts one file more than there are."""
    settings(home, "processes = 2\nshare_from = 1\nchunk_size = 2")
    for name, encounter in (
        ("a", home.encounter()),
        ("b", home.encounter("T-2")),
        ("c", home.encounter(version=2)),
        ("d", home.encounter("T-2")),
        ("e", [home.encounter("T-3"), home.encounter("T-4")]),
    ):
        home.drop(f"lakeside/{name}.json", encounter)
    home.drop("lakeside/manifest.json", {"practice": "lakeside", "date": "2026-11-16", "files": 9})
    (home.inbox / "lakeside" / "b_link.json").symlink_to("a.json")
    home.drop("lakeside/c\u202e.json", home.encounter("T-9"))


def added(counts):
    return {name: sum(one.get(name, 0) for one in counts) for name in counts[-1]}


def test_pieces_that_are_read_before_any_is_taken_come_to_what_one_look_takes(home, tmp_path, monkeypatch):
    full_inbox(home)
    with monkeypatch.context() as patch:
        patch.delenv("CLEANCLAIM_DATABASE_URL", raising=False)
        other = WorkingHome(tmp_path / "other" / "home")
        full_inbox(other)
        with other.opened() as opened:
            alone = pick_up.do(opened, MONDAY, "inbox")
        first = rows(other)
    with home.opened() as opened:
        pieces = pick_up.pieces(opened, MONDAY)
        assert pieces == ["1", "2", "3", "inbox"]
        assert pick_up.claims_in(opened, pieces) > 0
        read = [pick_up.prepare(opened, MONDAY, piece) for piece in pieces]
        counts = added([pick_up.finish(opened, MONDAY, one) for one in read])
        assert (counts["encounters"], counts["replaced"], counts["quarantined"]) == (5, 1, 2)
        again = added([pick_up.do(opened, MONDAY, piece) for piece in pieces])
        assert (again["files"], again["new"]) == (counts["files"], 0)
        assert pick_up.pieces(opened, TUESDAY) == ["inbox"]
        assert pick_up.claims_in(opened, ["inbox"]) == 0
    assert counts == alone
    then = rows(home)
    assert len(then["inbox_look"]) == 2
    assert {name for name in first if first[name] != then[name]} == {"inbox_look"}


def test_what_moves_or_goes_after_the_pieces_were_cut_is_left_to_the_whole_look(home):
    full_inbox(home)
    with home.opened() as opened:
        pieces = pick_up.pieces(opened, MONDAY)
        (home.inbox / "lakeside/a.json").unlink()
        home.drop("lakeside/b.json", json.dumps(home.encounter("T-5")) + "\n")
        home.drop("lakeside/a_new.json", home.encounter("T-6"))
        counts = [pick_up.do(opened, MONDAY, piece) for piece in pieces]
        assert [one["encounters"] for one in counts] == [0, 2, 2, 2]
        with opened.ledger.read() as connection:
            found = connection.exec_driver_sql("SELECT external_id FROM encounter").scalars()
            assert sorted(found) == ["T-1", "T-2", "T-3", "T-4", "T-5", "T-6"]
