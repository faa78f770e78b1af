"""What a person does with work: previewed, done, done twice, undone, refused, and on the trail."""

import json
from datetime import date

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from console.command import app
from ledger.errors import ActRefused, SecondNeeded
from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from ledger.queries.work_queue import Asked, events, item, items
from ledger.schema import audit, work_item
from tasks.errors import StepError
from tasks.operations import work_acts
from tasks.operations.money_acts import By

DAY = date(2026, 11, 18)
PAT = By("Pat", "called the payer")
ACTS = {
    "assign": lambda h, by, ids, dry: work_acts.assign(h, DAY, by, ids, "Dana", dry_run=dry),
    "note": lambda h, by, ids, dry: work_acts.note(h, DAY, by, ids, dry_run=dry),
    "snooze": lambda h, by, ids, dry: work_acts.snooze(h, DAY, by, ids, date(2026, 11, 25), dry_run=dry),
    "write off": lambda h, by, ids, dry: work_acts.write_off(h, DAY, by, ids, dry_run=dry),
}
EVENTS = {"assign": "assigned", "note": "noted", "snooze": "snoozed", "write off": "written off"}


def now(opened, work):
    return item(opened.ledger, DAY, work.id)


def trail(opened):
    with opened.ledger.read() as connection:
        return [tuple(r) for r in connection.execute(select(audit.c.act, audit.c.subject, audit.c.detail))]


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_previewed_done_and_done_once(denied, act):
    opened, work = denied
    before = (now(opened, work), events(opened.ledger, work.id), trail(opened))
    shown = ACTS[act](opened, PAT, [work.id], True)
    assert shown.dry_run
    assert (now(opened, work), events(opened.ledger, work.id), trail(opened)) == before
    done = ACTS[act](opened, PAT, [work.id], False)
    assert [c.id for c in done.changes] == [work.id] == [c.id for c in shown.changes]
    said = [e for e in events(opened.ledger, work.id) if e.event == EVENTS[act]]
    assert [e.actor for e in said] == ["Pat"]
    assert "called the payer" in said[0].detail
    assert any("Pat" in detail and "called the payer" in detail for _, _, detail in trail(opened))
    assert money(opened.ledger).closes
    assert proof(opened.ledger).holds
    if act != "note":  # a note may be kept twice
        again = ACTS[act](opened, PAT, [work.id], False)
        assert again.changes == ()
        assert [e for e in events(opened.ledger, work.id) if e.event == EVENTS[act]] == said


@pytest.mark.parametrize("act", ACTS)
def test_an_act_needs_a_name_a_reason_and_work_that_is_there(denied, act):
    opened, work = denied
    for by in (By("", "called the payer"), By("Pat", "")):
        with pytest.raises(ActRefused):
            ACTS[act](opened, by, [work.id], False)
    for ids in ([], [work.id, 987_654]):
        with pytest.raises(StepError, match="WRK-01"):
            ACTS[act](opened, PAT, ids, False)
    assert now(opened, work) == work


def test_what_an_act_did_is_undone_by_another_one(denied):
    opened, work = denied
    ACTS["assign"](opened, PAT, [work.id], False)
    assert now(opened, work).assignee == "Dana"
    work_acts.assign(opened, DAY, PAT, [work.id], "", dry_run=False)
    ACTS["snooze"](opened, PAT, [work.id], False)
    assert items(opened.ledger, DAY, Asked(ids=[work.id])) == []
    assert items(opened.ledger, date(2026, 11, 25), Asked(ids=[work.id])) != [], "it is back on its day"
    work_acts.wake(opened, DAY, PAT, [work.id], dry_run=False)
    assert now(opened, work) == work


def test_what_a_payer_owes_is_not_resolved_by_a_statement_and_the_refusal_names_what_does_it(denied):
    opened, work = denied
    with pytest.raises(StepError, match=r"WRK-03.*cleanclaim work write-off"):
        work_acts.resolve(opened, DAY, PAT, [work.id], "handled", dry_run=False)
    assert now(opened, work).state == "open"


def test_what_is_written_off_is_over_and_nothing_was_recovered(denied):
    opened, work = denied
    ACTS["write off"](opened, PAT, [work.id], False)
    over = now(opened, work)
    assert (over.state, over.outcome, over.recovered_cents) == ("resolved", "not_recovered", 0)
    assert money(opened.ledger).receivable == 0


def test_a_write_off_above_a_persons_authority_needs_a_second_one_also_in_parts(denied):
    opened, work = denied
    opened.settings = opened.settings.model_copy(update={"authority": {"*": 100_00}})
    with pytest.raises(SecondNeeded):
        ACTS["write off"](opened, PAT, [work.id], False)
    assert now(opened, work) == work
    signed = By("Pat", "called the payer", "Robin")
    ACTS["write off"](opened, signed, [work.id], False)
    assert now(opened, work).state == "resolved"


def test_work_under_which_nobody_owes_anything_is_resolved_and_opened_again(denied):
    opened, work = denied
    with opened.ledger.write() as connection:
        connection.execute(
            work_item.update().where(work_item.c.id == work.id).values(owed=0, kind="takeback")
        )
    done = work_acts.resolve(opened, DAY, PAT, [work.id], "handled", dry_run=False)
    assert (now(opened, work).state, now(opened, work).outcome) == ("settled", "handled")
    assert done.changes
    assert not work_acts.resolve(opened, DAY, PAT, [work.id], "handled", dry_run=False).changes
    work_acts.reopen(opened, DAY, PAT, [work.id], dry_run=False)
    assert (now(opened, work).state, now(opened, work).outcome) == ("open", "")


def test_a_persons_name_is_one_whatever_its_capitals(denied):
    opened, work = denied
    work_acts.assign(opened, DAY, PAT, [work.id], "Dana", dry_run=False)
    assert not work_acts.assign(opened, DAY, PAT, [work.id], " DANA ", dry_run=False).changes
    assert now(opened, work).assignee == "Dana"
    asked = CliRunner().invoke(
        app, ["work", "list", "--assignee", "dana", "--json", "--home", str(opened.path)]
    )
    assert [one["id"] for one in json.loads(asked.output)["work"]] == [work.id]


def test_work_is_never_snoozed_beyond_its_last_day_or_into_the_past(denied):
    opened, work = denied
    for until in (DAY, date(2026, 1, 1), date.fromisoformat(work.due_on).replace(year=2099)):
        with pytest.raises(StepError, match="WRK-02"):
            work_acts.snooze(opened, DAY, PAT, [work.id], until, dry_run=False)


def test_what_is_over_is_not_snoozed(denied):
    opened, work = denied
    ACTS["write off"](opened, PAT, [work.id], False)
    assert ACTS["snooze"](opened, PAT, [work.id], False).changes == ()
    assert now(opened, work).snoozed_until_on == ""
