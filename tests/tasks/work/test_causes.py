"""One queue: everything that waits in a queue of its own is work, once, and is over when it is."""

import json
import re
from collections import Counter
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import delete, event, select, update

from ledger.books.queue_changes import Kept, KeptMeanwhile, kept, mark, since
from ledger.books.work_items import OTHERS
from ledger.queries.batches import unnamed
from ledger.queries.claims import holds, late, rejections
from ledger.queries.money import remittances
from ledger.queries.night import problems
from ledger.queries.suspense import one_in_suspense, suspense
from ledger.queries.work_queue import Asked, item, items, names, totals
from ledger.schema import encounter, finding, metadata, problem, remittance, submission, work_event, work_item
from ledger.storage.database import put_texts
from ledger.trail import audit
from tasks import nightly_run
from tasks.operations.override_edit import override
from tasks.operations.settle_quarantined import quarantined, settle
from tasks.runs.lease import lease
from tasks.work.causes import CAUSES, keep_queue
from tests.conftest import MONDAY, TUESDAY, WEDNESDAY
from tests.seeds import chance


@pytest.fixture
def worked(home):
    """A home after two nights of the samples, with one encounter that came again changed."""
    for day, samples in ((MONDAY, "monday"), (TUESDAY, "tuesday")):
        home.samples(samples)
        night(home, day)
    return home


def night(home, day):
    with home.clearinghouse(day), lease(str(home.path), "", day) as taken:
        nightly_run.walk(taken.home, day)
        taken.close([])


def waiting(ledger, day=TUESDAY):
    """What waits in the queues of their own, by kind."""
    files = {str(p.subject) for p in problems(ledger, open_only=True) if p.quarantined}
    return Counter(
        hold=len({h.encounter_id for h in holds(ledger)}),
        rejection=len(rejections(ledger)),
        late_encounter=len(late(ledger)),
        unanswered=len(unnamed(ledger)),
        suspense=len(suspense(ledger, day)),
        remittance=len(remittances(ledger, unposted=True)),
        quarantined=len(files),
    )


def queued(ledger, day=TUESDAY):
    found = items(ledger, day, Asked(kinds=OTHERS, snoozed=True), limit=1000)
    return Counter(one.kind for one in found)


def test_a_night_leaves_one_piece_of_work_for_each_thing_that_waits(worked):
    with worked.opened() as opened:
        assert +queued(opened.ledger) == +waiting(opened.ledger)
        assert {"hold", "rejection", "suspense", "quarantined", "unanswered"} <= set(queued(opened.ledger))
        together = suspense(opened.ledger, TUESDAY)
        assert [one_in_suspense(opened.ledger, TUESDAY, one.id) for one in together] == together


def test_keeping_the_queue_again_changes_nothing(worked):
    with worked.opened() as opened:
        before = everything(opened.ledger)
        assert keep_queue(opened, TUESDAY) == 0
        assert everything(opened.ledger) == before


def everything(ledger):
    with ledger.read() as connection:
        query = select(work_item).order_by(work_item.c.id)
        events = select(work_event).order_by(work_event.c.id)
        return connection.execute(query).all(), connection.execute(events).all()


def test_a_hold_that_is_let_go_is_over_after_the_night_that_sends_it(worked):
    with worked.opened() as opened:
        held = next(h for h in holds(opened.ledger) if h.edit_id == "DUP-01")
        [work] = [w for w in queue(opened) if w.kind == "hold" and w.reference == held.external_id]
        assert (work.cents, work.payer) == (335_00, "harbor")
        override(
            opened,
            held.external_id,
            "DUP-01",
            who="Pat",
            why="a second visit",
            until=WEDNESDAY,
            as_of=TUESDAY,
        )
    night(worked, WEDNESDAY)
    with worked.opened() as opened:
        now = item(opened.ledger, WEDNESDAY, work.id)
        assert (now.state, now.outcome) == ("resolved", "cause_gone")
        assert +queued(opened.ledger, WEDNESDAY) == +waiting(opened.ledger, WEDNESDAY)


def queue(opened, day=TUESDAY):
    return items(opened.ledger, day, limit=1000)


def test_a_file_that_a_person_settled_is_over_and_comes_back_when_it_is_opened_again(worked):
    with worked.opened() as opened:
        work = next(w for w in queue(opened) if w.kind == "quarantined")
        one = quarantined(opened, work.reference)
        for settled, state in ((True, "resolved"), (False, "open")):
            settle(opened, TUESDAY, one, "Pat", "asked for the file again", settled=settled)
            keep_queue(opened, TUESDAY)
            assert item(opened.ledger, TUESDAY, work.id).state == state


def test_what_is_worth_most_stands_on_top_and_pages_hold_each_piece_once(worked):
    with worked.opened() as opened:
        every = queue(opened)
        priorities = [w.priority_cents for w in every]
        assert priorities == sorted(priorities, reverse=True)
        paged, after = [], 0
        while page := items(opened.ledger, TUESDAY, after=after, limit=4):
            paged += page
            after = page[-1].id
        assert paged == every
        assert totals(opened.ledger, TUESDAY) == (len(every), sum(w.cents for w in every))
        assert items(opened.ledger, TUESDAY, after=987_654) == []


def test_each_filter_shows_its_own_and_all_of_them_together_everything(worked):
    with worked.opened() as opened:
        every = queue(opened)
        for what, filtered in (
            ("kind", lambda v: Asked(kinds=[v])),
            ("owner", lambda v: Asked(owners=[v])),
            ("payer", lambda v: Asked(payers=[v])),
            ("practice", lambda v: Asked(practices=[v])),
        ):
            found = [
                w
                for v in names(opened.ledger)[what]
                for w in items(opened.ledger, TUESDAY, filtered(v), limit=1000)
            ]
            assert sorted(w.id for w in found) == sorted(w.id for w in every)
        big = items(opened.ledger, TUESDAY, Asked(cents=200_00), limit=1000)
        assert {w.id for w in big} == {w.id for w in every if w.cents >= 200_00}
        soon = items(opened.ledger, TUESDAY, Asked(due_by=date(2027, 2, 1)), limit=1000)
        assert {w.id for w in soon} == {w.id for w in every if w.due_on and w.due_on <= "2027-02-01"}


def test_no_patients_data_stands_in_the_queue(worked):
    people = set()
    for file in worked.inbox.rglob("*.json"):
        try:
            read = json.loads(file.read_text("utf-8"))
        except ValueError:
            continue  # one of the samples is cut
        for one in read if isinstance(read, list) else [read]:
            patient = one.get("patient", {}) if isinstance(one, dict) else {}
            address = patient.get("address", {}).get("line1", "")
            people |= {patient.get("last", ""), patient.get("birth_date", ""), address}
            people |= {c.get("member_id", "") for c in one.get("coverages", ())}
    people.discard("")
    assert len(people) > 30
    with worked.opened() as opened:
        text = repr(everything(opened.ledger))
    assert [word for word in people if word in text] == []


def test_the_queue_is_derived_again_after_a_write_that_work_may_come_of_on_another_day_and_for_other_partners(
    home,
):
    with home.opened() as opened:
        keep_queue(opened, TUESDAY)
        same = Kept(TUESDAY.isoformat(), opened.files_mark)
        audit.record(opened.ledger, same.business_on, "looked at", "work 1")
        assert since(opened.ledger, same).none
        for other in (same._replace(business_on="2026-11-18"), same._replace(files=1)):
            assert not since(opened.ledger, other).none
        with opened.ledger.whole() as act, opened.ledger.write() as connection:
            connection.execute(update(work_item).values(state="open"))
            act.taken_back = True
        assert since(opened.ledger, same).none, "what was taken back changed nothing"
        for write in (_by_sqlalchemy, _in_bulk):
            with opened.ledger.write() as connection:
                write(connection)
            seen = since(opened.ledger, same)
            assert not seen.none
            with opened.ledger.write() as connection:
                write(connection)  # between what was seen and what is kept
            with opened.ledger.write() as connection:
                kept(connection, same, seen)
            assert not since(opened.ledger, same).none, "what came meanwhile is still to be seen"
            keep_queue(opened, TUESDAY)
            assert since(opened.ledger, same).none


@pytest.mark.usefixtures("either_database")
def test_a_queue_that_another_process_kept_meanwhile_is_not_overwritten_by_what_was_derived_before(home):
    with home.opened() as opened:
        keep_queue(opened, TUESDAY)
        same = Kept(TUESDAY.isoformat(), opened.files_mark)
        for changed in (False, True):  # nothing new, or something that the other one sees too
            if changed:
                with opened.ledger.write() as connection:
                    _by_sqlalchemy(connection)
            slow = since(opened.ledger, same)
            keep_queue(opened, TUESDAY, anew=True)
            before = mark(opened.ledger)
            with pytest.raises(KeptMeanwhile), opened.ledger.write() as connection:
                kept(connection, same, slow)
            assert mark(opened.ledger) == before, "and it leaves no trace"


def _by_sqlalchemy(connection):
    connection.execute(update(encounter).values(state="held"))


def _in_bulk(connection):
    put_texts(connection, encounter, ["state"], [(1, "held")])


WRITES = (
    (encounter, "state", ("held", "clean", "late", "held")),
    (encounter, "charge_cents", (1_00, 2_00)),
    (finding, "edit_id", ("DUP-01", "PTR-01")),
    (finding, "severity", ("hold", "warn")),
    (submission, "state", ("rejected", "sent", "accepted")),
    (remittance, "state", ("posted", "conflict", "received")),
    (work_item, "assignee", ("ann", "")),
    (problem, "message", ("cut off", "empty")),
)
"""Columns that queues are derived from, or not, and what stands in them."""


@pytest.mark.usefixtures("either_database")
def test_what_is_derived_of_the_tables_that_were_written_to_is_what_all_of_it_comes_to(worked):
    """Whatever is written, in whatever order; each queue reads the tables that it names, and no others."""
    dice = chance("the queue after random writes")
    with worked.opened() as opened:
        keep_queue(opened, TUESDAY)
        seen = since(opened.ledger, Kept(TUESDAY.isoformat(), opened.files_mark))
        for cause in CAUSES:
            with tables_read(opened) as read:
                list(cause.rows(opened, TUESDAY))
                cause.differing(opened, TUESDAY, seen)
            assert not cause.tables or read <= cause.tables | {"work_item"}, cause.kinds
        changed, last = 0, causes(opened.ledger)
        for _ in range(40):
            before = mark(opened.ledger)
            for _ in range(dice.randint(1, 3)):
                write_by_chance(opened.ledger, dice)
            assert mark(opened.ledger) != before
            keep_queue(opened, TUESDAY)
            derived = causes(opened.ledger)
            changed += derived != last
            last = derived
            with opened.ledger.whole() as act:
                keep_queue(opened, TUESDAY, anew=True)
                assert causes(opened.ledger) == derived
                act.taken_back = True
        assert changed


def write_by_chance(ledger, dice):
    """A row of a table gets another value, or findings go. Findings, and what a document says, are written
    where an encounter is judged, which is taken down with it."""
    table, column, values = dice.choice(WRITES)
    with ledger.write() as connection:
        query = select(table.c.id).order_by(table.c.id)
        if table is encounter:  # of two versions one alone is current: one that is not stays so
            query = query.where(encounter.c.state.in_(("held", "clean")))
        ids = connection.execute(query).scalars().all()
        one = dice.choice(ids)
        if table is finding or column == "charge_cents":
            of = {encounter: [one], finding: select(finding.c.encounter_id).where(finding.c.id == one)}
            connection.execute(update(encounter).where(encounter.c.id.in_(of[table])).values(judged_as=""))
        if table is finding and dice.random() < 0.2:
            connection.execute(delete(finding).where(finding.c.id == one))
        else:
            connection.execute(update(table).where(table.c.id == one).values({column: dice.choice(values)}))


def causes(ledger):
    """Every piece of work as its cause says it is: without its rank, and what a day wrote beside it."""
    of = [c for c in work_item.c if not c.name.startswith(("ranked", "priority"))]
    with ledger.read() as connection:
        return connection.execute(select(*of).order_by(work_item.c.id)).all()


@contextmanager
def tables_read(opened):
    """The tables that statements inside name."""
    found = set()

    def note(connection, cursor, statement, *given):
        named = re.findall(
            r"(?:FROM|JOIN|,)\s+([a-z_]+)", statement
        )  # columns stand behind their table's name
        found.update(set(named) & set(metadata.tables))

    event.listen(opened.ledger.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(opened.ledger.engine, "before_cursor_execute", note)
