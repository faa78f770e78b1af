"""An appeal: its letter, its levels and days; won by a payment, lost by a person's decision, never beside a
replacement."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from config.appeal_levels import levels_of, load
from ledger.books import letters, work_items
from ledger.errors import DocumentPurged
from ledger.queries.work_queue import Asked, events, item, items
from ledger.schema import work_item
from ledger.storage import documents
from tasks.errors import StepError
from tasks.operations import appeal_work, correct_claim, seal_archive, work_acts
from tasks.operations.money_acts import By
from tasks.operations.purge import purge
from tasks.steps import report
from tasks.work.commands import commands_of
from tests.tasks.letters.test_appeal import text_of
from tests.tasks.operations.conftest import DAY

PAT = By("Pat", "the records support it")


def appeal(opened, work, day=DAY, dry_run=False, **more):
    asked = {"channel": "fax", "argument": "", "enclosures": ["Office note"], **more}
    return appeal_work.appeal(opened, day, PAT, work.id, dry_run=dry_run, **asked)


def rows(opened, work):
    with opened.ledger.read() as connection:
        return letters.appeals(connection, work.id)


def now(opened, work, day=DAY):
    return item(opened.ledger, day, work.id)


def test_a_preview_has_the_letter_and_writes_nothing(denied):
    opened, work = denied
    shown = appeal(opened, work, dry_run=True)
    assert shown.letter.startswith(b"%PDF")
    assert not shown.file.exists()
    assert rows(opened, work) == []
    assert now(opened, work) == work


def test_the_letter_is_kept_and_the_work_waits_until_its_answer_is_due(denied):
    opened, work = denied
    done = appeal(opened, work)
    assert (done.level, done.name, done.due_on) == (1, "First-level appeal", "2027-01-17")
    [row] = rows(opened, work)
    assert documents.read(opened.ledger, row.sha256) == done.letter == done.file.read_bytes()
    assert (row.event, row.channel, row.enclosures) == ("filed", "fax", "Office note")
    assert items(opened.ledger, DAY, Asked(ids=[work.id])) == []
    [back] = items(opened.ledger, date(2027, 1, 17), Asked(ids=[work.id]))
    assert back.due_on == "2027-01-17"
    assert [e.event for e in events(opened.ledger, work.id)] == ["opened", "appealed"]


def test_an_appeal_under_way_is_not_filed_twice(denied):
    opened, work = denied
    appeal(opened, work)
    with pytest.raises(StepError, match=r"WRK-04.*under way"):
        appeal(opened, work)
    assert len(rows(opened, work)) == 1


def test_each_level_follows_the_one_that_was_lost_until_there_is_none(denied):
    opened, work = denied
    levels = levels_of(opened.partners.payers["harbor"])
    for level in levels:
        assert appeal(opened, work).name == level.name
        said = appeal_work.lose(opened, DAY, PAT, work.id, dry_run=False)
        assert level.name in said
    with pytest.raises(StepError, match=r"WRK-04.*no further level"):
        appeal(opened, work)
    assert now(opened, work).state == "open", "its money is still owed"


def test_a_level_is_over_when_its_days_are(denied):
    opened, work = denied
    appeal(opened, work)
    appeal_work.lose(opened, DAY, PAT, work.id, dry_run=False)
    assert now(opened, work).due_on == "2027-01-17", "60 days for the second level"
    with pytest.raises(StepError, match=r"WRK-04.*last day"):
        appeal(opened, work, day=date(2027, 1, 18))


def test_what_is_withdrawn_may_be_filed_again_on_its_own_days(denied):
    opened, work = denied
    appeal(opened, work)
    appeal_work.withdraw(opened, DAY, PAT, work.id, dry_run=False)
    assert now(opened, work) == work
    assert appeal(opened, work).level == 1


def test_nothing_is_lost_or_withdrawn_that_is_not_under_way(denied):
    opened, work = denied
    for end in (appeal_work.lose, appeal_work.withdraw):
        with pytest.raises(StepError, match="WRK-04"):
            end(opened, DAY, PAT, work.id, dry_run=False)


def test_no_correction_goes_while_an_appeal_is_under_way(denied):
    opened, work = denied
    appeal(opened, work)
    with opened.ledger.read() as connection:
        assert letters.under_way(connection, work.claim_id) == [work.id]
        with pytest.raises(StepError, match=r"CLM-08.*appeal-withdraw"):
            correct_claim.refuse_while_appealed(connection, work.claim_id)
    appeal_work.withdraw(opened, DAY, PAT, work.id, dry_run=False)
    with opened.ledger.read() as connection:
        correct_claim.refuse_while_appealed(connection, work.claim_id)


def test_a_letter_goes_with_its_claim_when_its_time_is_over(denied):
    opened, work = denied
    done = appeal(opened, work)
    [row] = rows(opened, work)
    work_acts.write_off(opened, DAY, PAT, [work.id], dry_run=False)
    opened.settings = opened.settings.model_copy(update={"retention_days": 30})
    purge(opened, date(2028, 1, 1), PAT, really=True)
    assert not done.file.exists()
    with pytest.raises(DocumentPurged):
        documents.read(opened.ledger, row.sha256)


def test_each_program_has_its_levels_in_order():
    programs = {level.program for level in load()}
    assert programs == {"medicare", "medicaid", "commercial"}
    for program in programs:
        numbers = [level.number for level in load() if level.program == program]
        assert numbers == list(range(1, len(numbers) + 1))


def change(opened, work, **values):
    with opened.ledger.write() as connection:
        connection.execute(update(work_item).where(work_item.c.id == work.id).values(values))


def test_a_withdrawn_appeal_is_not_filed_again_after_the_last_day_of_its_level(denied):
    opened, work = denied
    appeal(opened, work)
    appeal_work.withdraw(opened, DAY, PAT, work.id, dry_run=False)
    late = date.fromisoformat(work.due_on) + timedelta(days=1)
    with pytest.raises(StepError, match=r"WRK-04.*last day"):
        appeal(opened, work, day=late)


def test_a_cause_that_comes_again_has_its_first_level_and_its_own_last_day(denied):
    opened, work = denied
    appeal(opened, work)
    appeal_work.lose(opened, DAY, PAT, work.id, dry_run=False)
    assert appeal(opened, work).level == 2
    with opened.ledger.write() as connection:
        night = DAY.isoformat()
        before = dict(connection.execute(work_item.select().where(work_item.c.id == work.id)).one()._mapping)
        connection.execute(update(work_item).where(work_item.c.id == work.id).values(state="resolved"))
        work_items._renew(connection, night, {**before, "state": "resolved"}, before, [])
        assert letters.under_way(connection, work.claim_id) == []
    assert now(opened, work) == work
    assert appeal(opened, work).level == 1


def test_a_letter_whose_copy_is_missing_is_written_again_by_the_night(denied):
    opened, work = denied
    done = appeal(opened, work)
    done.file.unlink()
    report.do(opened, DAY, "night")
    assert done.file.read_bytes() == done.letter


def test_the_copy_of_a_letter_is_sealed_with_the_archive(denied):
    opened, work = denied
    done = appeal(opened, work)
    seal_archive.first_key(opened, DAY, PAT)
    assert [p.name for p in opened.letters.iterdir()] == [f"{done.file.name}.age"]
    report.do(opened, DAY, "night")
    assert not done.file.exists()


def test_a_payer_that_is_silent_decided_nothing_that_could_be_appealed(denied):
    opened, work = denied
    change(opened, work, claim_payment_id=None, kind="overdue_payer")
    with pytest.raises(StepError, match=r"WRK-04.*no payer decided"):
        appeal(opened, work)
    assert not any("work appeal" in c.typed for c in commands_of(now(opened, work)))


def test_a_letter_about_money_that_was_taken_back_names_no_denial(denied):
    opened, work = denied
    change(opened, work, kind="takeback", carc="REV", group="", rarcs="", line=0)
    text = text_of(appeal(opened, work, dry_run=True).letter)
    assert "You reversed your payment" in text
    assert "REV" not in text
    assert "You denied" not in text


def test_work_of_a_practice_that_is_no_longer_known_is_refused_with_a_code(denied):
    opened, work = denied
    change(opened, work, practice="gone")
    with pytest.raises(StepError, match=r"WRK-04.*practice gone"):
        appeal(opened, work)


def test_an_enclosure_is_one_line_and_an_empty_one_is_none(denied):
    opened, work = denied
    appeal(opened, work, enclosures=["Office\nnote", "  "])
    assert [row.enclosures for row in rows(opened, work)] == ["Office note"]
