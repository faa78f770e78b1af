"""A coding audit from its sample to its report, through a real ledger: frozen, signed, append-only."""

from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
from sqlalchemy import func, select

from ledger.encounters import coding_audits as kept
from ledger.maintenance import retention
from ledger.queries.coding_frame import documented
from ledger.queries.work_queue import Asked, items
from ledger.schema import coding_audit, coding_review, document
from ledger.trail import audit
from tasks.coding_audits import sheet_reading
from tasks.coding_audits.opened import opened
from tasks.coding_audits.review import Said
from tasks.coding_audits.sample import Wanted
from tasks.errors import StepError
from tasks.operations import print_coding_audit, review_coding
from tasks.operations.draft_encounter import draft
from tasks.operations.draw_coding_audit import Plan, plan
from tasks.operations.money_acts import By
from tasks.operations.override_edit import override
from tasks.work.causes import keep_queue
from tests.tasks.coding_audits.test_sheet import parts
from tests.tasks.coding_night import MONDAY, TUESDAY, coded, held

pytestmark = pytest.mark.usefixtures("either_database")
RITA, ANN, DORA = (By(who, "the monthly audit") for who in ("Rita Reviewer", "a.  coder", "Dora Drafter"))
NOVEMBER = Plan(
    practice="lakeside", from_on=date(2026, 11, 1), to_on=date(2026, 11, 30), wanted=Wanted(lines=100)
)
VISIT = {"procedure": "99213", "charge": "135.00", "pointers": [1]}
HIGH = {"procedure": "99214", "charge": "195.00", "pointers": [1], "note": "=1+1"}
OTHER = {"npi": "1999001021"}
AS_A_CODER = {"who": "A. Coder", "why": "the chart shows two visits", "until": date(2026, 12, 31)}


@pytest.fixture
def audited(home):
    """Seven visits, of which T-7 repeats T-1: its second version Dora drafted and A. Coder let pass."""
    for n in range(1, 7):
        facts = {"service_date": f"2026-11-0{n}", "documentation": {"minutes": 20 + n}}
        lines = [VISIT if n % 2 else HIGH]
        home.drop(f"lakeside/{n}.json", home.encounter(f"T-{n}", lines=lines, rendering=OTHER, **facts))
    home.drop(
        "lakeside/7.json", home.encounter("T-7", service_date="2026-11-01", lines=[VISIT], rendering=OTHER)
    )
    with home.opened() as found:
        coded(found, MONDAY)
        assert held(found) == {"T-7": {"DUP-01"}}
        keep_queue(found, MONDAY)
        [work] = items(found.ledger, MONDAY, Asked(kinds=["hold"]))
        draft(found, MONDAY, DORA, work.id, changes=["note=seen twice"], out=None, dry_run=False)
        coded(found, TUESDAY)
        override(found, "T-7", "DUP-01", as_of=TUESDAY, **AS_A_CODER)
        coded(found, TUESDAY)
        yield found


def drawn(home, **changes):
    return plan(home, TUESDAY, RITA, replace(NOVEMBER, **changes), dry_run=False)


def place_of(home, number, encounter):
    """The place on the sheet of the line of an encounter."""
    lines = opened(home, number).lines
    with home.ledger.read() as connection:
        of = documented(connection, {line.version_id for line in lines.values()})
    return next(place for place, line in lines.items() if of[line.version_id].encounter == encounter)


def say(home, number, place, verdict="agree", by=RITA, dry_run=False, **said):
    return review_coding.record(
        home, TUESDAY, by, number, place, Said(verdict=verdict, **said), dry_run=dry_run
    )


def count(home, table):
    with home.ledger.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_sample_is_drawn_once_and_its_frame_stays_whatever_becomes_of_the_claims(home, audited):
    would = plan(audited, TUESDAY, RITA, replace(NOVEMBER, method="weighted"), dry_run=True)
    assert (would.number, would.lines, would.audit.frame_lines) == (0, 7, 7)
    assert [(part.stratum, part.units) for part in would.parts] == [("weight 1", 7)]
    assert count(audited, coding_audit) == 0
    done = drawn(audited, wanted=Wanted(lines=3))
    assert (done.number, done.lines) == (1, 3)
    before = opened(audited, 1)
    assert {line.provider for line in before.frame} == {"1999001021"}
    with pytest.raises(StepError, match="CAU-03 coding audit 1 was drawn"):
        drawn(audited, wanted=Wanted(lines=3))
    home.drop("lakeside/8.json", home.encounter("T-8", service_date="2026-11-08"))
    home.drop("lakeside/1-2.json", home.encounter("T-1", version=2, service_date="2026-11-01", lines=[HIGH]))
    coded(audited, TUESDAY)
    assert opened(audited, 1) == before
    again = drawn(audited, wanted=Wanted(lines=3))
    assert (again.number, again.audit.frame_lines) == (2, 8), "another frame is another audit"
    assert drawn(audited, seed=again.audit.seed + 1, wanted=Wanted(lines=3)).number == 3
    assert drawn(audited, method="strata", by="provider", providers=("1999001013",)).lines == 2
    assert {row.act for row in audit.rows(audited.ledger, subject="coding audit 1")} == {"coding audit drawn"}
    with audited.ledger.read() as connection:
        assert [one.lines for one in kept.every(connection)] == [3, 3, 3, 2]


def test_a_plan_that_is_not_right_draws_nothing(home):
    wrong = (
        ({"practice": "nobody"}, "CAU-01 there is no practice"),
        ({"method": "guess"}, "CAU-01 --method is one of"),
        ({"method": "strata"}, "CAU-01 --method strata goes with --by"),
        ({"by": "payer"}, "CAU-01 --method strata goes with --by"),
        ({"to_on": date(2026, 10, 1)}, "CAU-01 the period ends before"),
        ({"wanted": Wanted(width=0.9)}, "CAU-01 the confidence lies"),
        ({"wanted": Wanted(lines=0)}, "CAU-01 a sample has one line"),
        ({}, "CAU-02 no coded line"),
    )
    with home.opened() as found:
        for changes, words in wrong:
            with pytest.raises(StepError, match=words):
                drawn(found, **changes)
        assert count(found, coding_audit) == 0


def test_the_latest_word_counts_and_nobody_audits_own_work(audited):
    drawn(audited)
    with pytest.raises(StepError, match="CAU-01 no line of these days has the code 20610"):
        drawn(audited, codes=("20610",))
    own, other = place_of(audited, 1, "T-7"), place_of(audited, 1, "T-1")
    with pytest.raises(
        StepError, match=rf"CAU-09 nothing was kept: a. coder overrode .* line {own}"
    ) as refused:
        say(audited, 1, own, by=ANN)
    assert "another person" in str(refused.value)
    with pytest.raises(StepError, match="CAU-09"):
        say(audited, 1, own, by=DORA)
    assert say(audited, 1, other, by=ANN).agreed == 1, "that of another encounter"
    assert say(audited, 1, own, dry_run=True).left == 5
    assert say(audited, 1, own).left == 5
    assert say(audited, 1, own).as_before == 1
    assert say(audited, 1, own, by=By("Bob", RITA.why)).as_before == 1, "whoever says the same again"
    changed = say(audited, 1, own, "disagree", procedure="99212", diagnoses="J02.0")
    assert (changed.disagreed, changed.left) == (1, 5)
    latest = opened(audited, 1).latest[own]
    assert (latest.elements, latest.diagnoses, latest.actor) == ("level diagnoses", "J020", "Rita Reviewer")
    assert count(audited, coding_review) == 3
    for number, place, said, wrong in (
        (9, 1, {}, "CAU-06 there is no coding audit 9"),
        (1, 99, {}, "CAU-06 coding audit 1 has no line 99"),
        (1, own, {"verdict": "disagree", "procedure": "99213"}, "CAU-05 nothing was kept: line"),
        (1, own, {"verdict": "disagree", "diagnoses": "E11"}, "CAU-05 .* no billable ICD-10-CM code"),
    ):
        with pytest.raises(StepError, match=wrong):
            say(audited, number, place, **said)
    assert count(audited, coding_review) == 3


def filled(data, answers, moved=()):
    """A sheet as CSV, with answers by place; the claims of the two rows `moved` are exchanged."""
    rows = [cells + [""] * (18 - len(cells)) for _, cells in sheet_reading.cells_of(data)]
    at = {cells[1]: cells for cells in rows if cells[1].isdecimal()}
    for place, said in answers.items():
        at[str(place)][13:18] = said
    if moved:
        one, two = (at[str(place)] for place in moved)
        one[2], two[2] = two[2], one[2]
    return "".join(",".join('"' + c.replace('"', '""') + '"' for c in cells) + "\r\n" for cells in rows)


def test_a_filled_in_sheet_is_kept_whole_or_not_at_all_and_once(audited, tmp_path):
    drawn(audited)
    data = print_coding_audit.sheet_of(audited, TUESDAY, 1, pdf=False)
    shown = parts(data)["xl/sharedStrings.xml"]
    assert "Total time: 22 minutes on the day" in shown
    assert "Note of the line: =1+1" in shown
    assert "Supports: 99213; 99212: straightforward not reached, 10 minutes reached" in shown
    assert "Zephyrine" not in shown, "the sheet names nobody"
    own, rest = place_of(audited, 1, "T-7"), [place_of(audited, 1, f"T-{n}") for n in range(1, 7)]
    file = tmp_path / "sheet.csv"

    def import_(answers, by=RITA, dry_run=False, moved=()):
        file.write_text(filled(data, answers, moved), encoding="utf-8")
        return review_coding.import_sheet(audited, TUESDAY, by, 1, file, dry_run=dry_run)

    right = {place: ["agree", "", "", "", ""] for place in rest[:3]}
    right[rest[3]] = ["Disagree", "99213", "", "", "the note supports less"]
    for answers, moved, wrong in (
        (
            {**right, rest[4]: ["", "99213", "", "", ""]},
            (),
            "CAU-05 .*row .*: the verdict is agree or disagree",
        ),
        ({**right, rest[4]: ["disagree", "", "", "", ""]}, (), "CAU-05 .*does not say what"),
        (right, rest[:2], "CAU-05 .*it is not the line that was drawn there"),
    ):
        with pytest.raises(StepError, match=wrong):
            import_(answers, moved=moved)
    with pytest.raises(StepError, match=r"CAU-09 .* row"):
        import_({**right, own: ["agree", "", "", "", ""]}, by=ANN)
    would = import_(right, dry_run=True)
    assert (would.agreed, would.disagreed, count(audited, coding_review)) == (3, 1, 0)
    done = import_(right)
    assert (done.agreed, done.disagreed, done.as_before, done.left) == (3, 1, 0, 3)
    assert import_(right).as_before == 4
    assert count(audited, coding_review) == 4
    again = print_coding_audit.sheet_of(audited, TUESDAY, 1, pdf=False)
    assert "the note supports less" in parts(again)["xl/sharedStrings.xml"]
    [*_, written] = audit.rows(audited.ledger, act="review sheet written")
    assert (written.subject, written.detail) == ("coding audit 1", "7 lines")


def test_the_report_counts_what_was_found_and_a_purge_leaves_its_figures(audited):
    drawn(audited)
    places = [place_of(audited, 1, f"T-{n}") for n in range(1, 8)]
    for place in (*places[:1], *places[2:3], *places[4:5]):
        say(audited, 1, place)
    say(audited, 1, places[1], "disagree", procedure="99213")
    say(audited, 1, places[3], "disagree", procedure="99215", diagnoses="J02.0")
    say(audited, 1, places[5], "disagree", procedure="NONE")
    found, of = print_coding_audit.report(audited, 1, {})
    rates = {name: (one.errors, one.lines) for name, one in of.rates.items()}
    assert rates == {"any": (3, 6), "code": (1, 6), "level": (2, 6), "modifiers": (0, 6), "diagnoses": (1, 6)}
    assert (of.overpaid.sample, of.underpaid.sample) == (60_00 + 195_00, 70_00)
    assert of.overpaid.frame.cents == round(255_00 * 7 / 6)
    [card] = of.cards
    assert (card.provider, card.over, card.under, card.overpaid) == ("1999001021", 1, 1, 255_00)
    pdf = print_coding_audit.paper_of(audited, TUESDAY, found, of, pdf=True)
    text = "".join(p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument(pdf))
    for words in ("NOT FINISHED: 1 of 7", "Lindqvist, Anders", "255.00", "50.0 %", "Peers are"):
        assert words in text
    book = parts(print_coding_audit.paper_of(audited, TUESDAY, found, of, pdf=False))
    assert "<f>" not in "".join(book.values()), "a workbook keeps a formula without its equals sign"
    for name in ("Rates", "Effect", "Providers", "Lines", "Levels", "Plan"):
        assert f'<sheet name="{name}"' in book["xl/workbook.xml"]

    with audited.ledger.write() as connection:
        connection.exec_driver_sql("UPDATE submission SET state = 'closed'")
    gone = retention.purge(audited.ledger, "2036-01-01", "2035-01-01", really=True)
    assert gone.claims == 7
    with audited.ledger.read() as connection:
        rows = connection.execute(select(coding_review.c.diagnoses, coding_review.c.reason)).tuples().all()
        frames = connection.execute(select(document.c.key_id).where(document.c.kind == kept.FRAME)).scalars()
        assert set(frames) == {""}
    assert set(rows) == {("", "")}
    _, after = print_coding_audit.report(audited, 1, {})
    assert {name: (one.errors, one.lines) for name, one in after.rates.items()} == rates
