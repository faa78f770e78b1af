"""The appointment book beside the encounters: billed, held, dismissed with a reason, or work."""

from datetime import date

import pytest
from sqlalchemy import select

from ledger.errors import ActRefused
from ledger.maintenance import retention
from ledger.queries.listing import WHOLE
from ledger.queries.visits import OPEN, VISITS, possible, unbooked
from ledger.queries.work_queue import Asked, item, items
from ledger.schema import visit, visit_event
from ledger.trail import audit
from tasks import nightly_run
from tasks.errors import StepError
from tasks.operations import book_visits
from tasks.operations.money_acts import By
from tasks.work.causes import keep_queue
from tasks.work.commands import commands_of

pytestmark = pytest.mark.usefixtures("either_database")
ANN = By("ann", "the book of the week")
MONDAY, LATER = date(2026, 11, 16), date(2026, 11, 20)
HEAD = "practice,visit,day,status,member_id,mrn,provider_npi\n"
NPI = "1999001013"


@pytest.fixture
def office(home, tmp_path):
    """A home with a claim (T-1), a held encounter (T-2) of another patient, and a way to give a book."""
    home.use_folder()
    held = home.encounter("T-2", diagnoses=[])
    held["coverages"] = [{**held["coverages"][0], "member_id": "W19990002"}]
    home.drop("lakeside/one.json", home.encounter())
    home.drop("lakeside/two.json", held)

    def given(opened, *rows, head=HEAD, end="\n", dry_run=False):
        file = tmp_path / "book.csv"
        file.write_text(head + "\n".join(rows) + end, encoding="utf-8")
        return book_visits.import_visits(opened, MONDAY, ANN, file, dry_run=dry_run)

    with home.opened() as opened:
        nightly_run.walk(opened, MONDAY)
        yield opened, given


def states(opened):
    return {v.number: (v.state, v.encounter, v.matched_by) for v in VISITS.read(opened.ledger, WHOLE)}


def events(opened):
    with opened.ledger.read() as connection:
        return list(connection.execute(select(visit_event.c.event).order_by(visit_event.c.id)).scalars())


BOOK = (
    f"lakeside,T-1,2026-11-02,kept,,,{NPI}",
    f"lakeside,V2,11/02/2026,kept,w1999-0002,,{NPI}",
    f"lakeside,V3,2026-11-03,kept,W3,,{NPI}",
    "lakeside,V4,2026-11-04,No-Show,W4,,",
)


def test_each_visit_is_billed_held_unbilled_or_not_kept_and_the_same_book_changes_nothing(office):
    opened, given = office
    assert given(opened, *BOOK, dry_run=True).taken.new == 4
    assert states(opened) == {}
    done = given(opened, *BOOK)
    assert (done.taken.new, done.taken.matched) == (4, 2)
    assert states(opened) == {
        "T-1": ("billed", "T-1", "number"),
        "V2": ("held", "T-2", "patient"),
        "V3": ("unbilled", "", ""),
        "V4": ("not_kept", "", ""),
    }
    before = events(opened)
    again = given(opened, *BOOK)
    assert (again.taken.new, again.taken.changed, again.taken.matched) == (0, 0, 0)
    assert events(opened) == before
    assert unbooked(opened.ledger) == []
    assert [r.detail for r in audit.rows(opened.ledger) if r.act == "visits taken"] == [
        "4 new, 0 changed, ann: the book of the week"
    ]


def test_a_visit_that_nothing_documents_is_work_after_three_business_days_until_it_is_dismissed(office):
    opened, given = office
    given(opened, "lakeside,V3,2026-11-17,kept,W3,,")
    keep_queue(opened, date(2026, 11, 19))
    assert items(opened.ledger, LATER, Asked(kinds=["unbilled_visit"])) == []
    keep_queue(opened, LATER)
    [work] = items(opened.ledger, LATER, Asked(kinds=["unbilled_visit"]))
    assert (work.owner, work.practice) == ("CODING", "lakeside")
    assert f"visits dismiss {work.reference}" in " ".join(c.typed for c in commands_of(work))
    assert "W3" not in work.action
    number = int(work.reference)
    for reason in ("because", "not_wanted"):
        with pytest.raises(ActRefused, match="one of no_charge"):
            book_visits.dismiss(opened, LATER, ANN, number, reason, dry_run=False)
    book_visits.dismiss(opened, LATER, ANN, number, "no_charge", dry_run=True)
    assert states(opened)["V3"][0] == "unbilled"
    book_visits.dismiss(opened, LATER, ANN, number, "no_charge", dry_run=False)
    [row] = VISITS.read(opened.ledger, WHOLE)
    assert (row.state, row.reason) == ("dismissed", "no_charge")
    keep_queue(opened, LATER)
    assert item(opened.ledger, LATER, work.id).state == "resolved"
    with pytest.raises(ActRefused, match="dismissed already"):
        book_visits.dismiss(opened, LATER, ANN, number, "no_charge", dry_run=False)
    book_visits.restore(opened, LATER, ANN, number, dry_run=False)
    keep_queue(opened, LATER)
    assert item(opened.ledger, LATER, work.id).state == "open"
    with pytest.raises(ActRefused, match="not dismissed"):
        book_visits.restore(opened, LATER, ANN, number, dry_run=False)
    with pytest.raises(ActRefused, match="no visit 99"):
        book_visits.dismiss(opened, LATER, ANN, 99, "no_charge", dry_run=False)


def test_an_encounter_that_comes_later_is_matched_by_the_night_and_follows_its_versions(office, home):
    opened, given = office
    given(opened, f"lakeside,V5,2026-11-02,kept,W15550005,,{NPI}")
    assert [v.number for v in OPEN.read(opened.ledger)] == ["V5"]
    late = home.encounter("T-5", diagnoses=[])
    late["coverages"] = [{**late["coverages"][0], "member_id": "W15550005"}]
    late["patient"] = {**late["patient"], "first": "Otto", "birth_date": "1971-05-06"}
    home.drop("lakeside/five.json", late)
    nightly_run.walk(opened, date(2026, 11, 17))
    assert states(opened)["V5"] == ("held", "T-5", "patient")
    home.drop("lakeside/again.json", {**late, "version": 2, "diagnoses": ["J02.9"]})
    nightly_run.walk(opened, date(2026, 11, 18))
    assert states(opened)["V5"] == ("billed", "T-5", "patient")
    assert [one.external_id for one in unbooked(opened.ledger)] == ["T-1", "T-2"]


def test_what_fits_two_ways_is_named_and_not_guessed(office):
    opened, given = office
    row = "lakeside,{},2026-11-02,kept,W17770001,,"
    given(opened, row.format("A"), row.format("B"))
    assert {s[0] for s in states(opened).values()} == {"unbilled"}
    assert sorted(possible(opened.ledger).values()) == [["T-1"], ["T-1"]]
    given(opened, row.format("A"), row.format("B").replace("kept", "cancelled"))
    assert states(opened) == {"A": ("billed", "T-1", "patient"), "B": ("not_kept", "", "")}


def test_a_changed_line_changes_its_visit_and_parts_it_from_an_encounter_that_is_not_its_own(office):
    opened, given = office
    given(opened, *BOOK)
    changed = BOOK[0].replace("kept", "cancelled"), BOOK[1].replace("11/02", "11/05")
    done = given(opened, *changed, BOOK[3].replace("No-Show", "kept"))
    assert (done.taken.new, done.taken.changed) == (0, 3)
    assert states(opened) == {
        "T-1": ("contradicts", "T-1", "number"),
        "V2": ("unbilled", "", ""),
        "V3": ("unbilled", "", ""),
        "V4": ("unbilled", "", ""),
    }
    assert [one.external_id for one in unbooked(opened.ledger)] == ["T-2"]
    given(opened, *BOOK)
    assert states(opened)["V2"] == ("held", "T-2", "patient")


WRONG = (
    ([BOOK[0], "lakeside,V2,2026-11-31,kept,,,"], {}, "VIS-02 line 3: day is no day"),
    (["lakeside,V2,2062-11-02,booked,,,"], {}, "VIS-02 line 2: day is more than two years ahead"),
    (["lakeside,V2,2026-11-02,seen,,,"], {}, "VIS-02 line 2: status is one of"),
    (["nowhere,V2,2026-11-02,kept,,,"], {}, "VIS-02 line 2: no file of partners/practices"),
    (["lakeside,,2026-11-02,kept,,,"], {}, "VIS-02 line 2: a visit's number"),
    (["lakeside,V2,2026-11-02,kept,,,1999001014"], {}, "VIS-02 line 2: provider_npi is no NPI"),
    ([BOOK[0], BOOK[1], BOOK[0]], {}, "VIS-02 line 4: its visit stands on line 2 too"),
    (["lakeside,V2,2026-11-02"], {}, "VIS-02 line 2: it has not the 7 fields"),
    ([BOOK[0]], {"end": ""}, "VIS-01 the file does not end"),
    ([BOOK[0]], {"head": "practice,visit,status\n"}, "VIS-02 line 1: no column day"),
    ([BOOK[0]], {"head": HEAD.replace("mrn", "name")}, "VIS-02 line 1: no such column"),
    (["lakeside,V\x01,2026-11-02,kept,,,"], {}, "VIS-01 the file is not text"),
)


def test_a_book_with_a_wrong_line_is_refused_by_it_and_nothing_is_kept(office):
    opened, given = office
    for rows, more, message in WRONG:
        with pytest.raises(StepError) as refused:
            given(opened, *rows, **more)
        assert str(refused.value).startswith(message)
    assert states(opened) == {}


def test_a_purge_empties_the_patient_of_a_visit_that_waits_for_nothing(office):
    opened, given = office
    given(opened, *BOOK)
    retention.purge(opened.ledger, "2027-11-16", "2027-01-01", really=True)
    with opened.ledger.read() as connection:
        query = select(visit.c.number, visit.c.member_id).order_by(visit.c.id)
        assert dict(connection.execute(query).tuples().all()) == {"T-1": "", "V2": "", "V3": "W3", "V4": ""}
    assert given(opened, *BOOK).taken.changed == 0
