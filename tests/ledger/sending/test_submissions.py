"""Every change of a submission's state goes one way and leaves an event."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import select

import ledger as room
from ledger.queries import claim_story
from ledger.queries.cohort import Standing, cohort
from ledger.schema import submission, submission_event
from ledger.sending import batches, claims, decisions, submissions
from ledger.storage.database import Ledger
from tests.ledger.conftest import NIGHT

LATER = "2026-11-17"


def events(ledger: Ledger) -> list[tuple[int, str, str, str]]:
    e = submission_event.c
    with ledger.read() as connection:
        query = select(e.submission_id, e.state, e.business_on, e.reason).order_by(e.id)
        return [tuple(row) for row in connection.execute(query)]


def updates_of_state(tree: ast.AST) -> list[int]:
    """Lines where a submission is written by hand: inserted, or its state set."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        text = ast.unparse(node)
        made = text.startswith(
            ("submission.insert(", "insert(submission)", "insert_many(connection, submission,")
        )
        sets = text.startswith("update(submission)") and any(
            isinstance(part, ast.Call)
            and isinstance(part.func, ast.Attribute)
            and part.func.attr == "values"
            and (part.args or any(k.arg in ("state", None) for k in part.keywords))
            for part in ast.walk(node)
        )
        # a column looked up by name may be any: only bound parameters are let through
        if made or (sets and "bindparam(" not in text):
            found.append(node.lineno)
    return found


@pytest.mark.slow
def test_no_other_module_writes_a_state_of_a_submission():
    folder = Path(room.__file__).parent
    found = {
        str(path.relative_to(folder)): lines
        for path in sorted(folder.rglob("*.py"))
        if (lines := updates_of_state(ast.parse(path.read_text("utf-8"))))
    }
    assert list(found) == ["sending/submissions.py"]


def test_the_look_at_the_source_finds_a_state_that_is_set():
    assert updates_of_state(ast.parse("c.execute(update(submission).where(x).values(state='sent'))"))
    assert updates_of_state(ast.parse("insert_many(connection, submission, rows)"))
    assert not updates_of_state(ast.parse("c.execute(update(submission).values(payer='x'))"))


def test_each_step_of_a_claim_is_an_event(office):
    batch_id = office.sent("1")
    assert events(office.ledger) == [
        (1, "ready", NIGHT, "claim built"),
        (1, "batched", NIGHT, f"in batch {batch_id}"),
        (1, "sent", NIGHT, f"batch {batch_id} sent"),
    ]


def test_an_event_says_who_and_when(office):
    office.ledger.actor, office.ledger.clock = "maria", lambda: "2026-11-16T21:00:00Z"
    office.take("1")
    office.build()
    with office.ledger.read() as connection:
        (row,) = connection.execute(select(submission_event)).all()
    assert (row.actor, row.recorded_at) == ("maria", "2026-11-16T21:00:00Z")


def test_what_does_not_change_leaves_no_event(office):
    batch_id = office.sent("1")
    with office.ledger.write() as connection:
        assert batches.claims_are_sent(connection, LATER, batch_id) == 0
    assert len(events(office.ledger)) == 3


def test_a_corrected_claim_that_waits_is_held_and_ready_again(office):
    office.take("1")
    office.build()
    office.take("1", version=2)
    office.build()
    assert [(state, reason) for _, state, _, reason in events(office.ledger)] == [
        ("ready", "claim built"),
        ("held", "a newer version of its encounter came"),
        ("ready", "claim built again"),
    ]


def test_an_abandoned_batch_makes_its_claims_ready_again(office):
    office.take("1")
    office.build()
    batch_id = office.batch()
    decisions.abandon(office.ledger, batch_id, LATER, "wrong partner")
    assert events(office.ledger)[-1] == (1, "ready", LATER, f"batch {batch_id} abandoned")
    with office.ledger.read() as connection:
        assert connection.execute(select(submission.c.batch_id)).scalar_one() is None


def test_a_claim_that_goes_again_begins_its_own_events(office):
    office.sent("1")
    with office.ledger.write() as connection:
        submissions.move(connection, LATER, "rejected", "response 1", submission.c.id == 1)
        claims.submit_again(connection, [1], LATER)
    assert events(office.ledger)[-2:] == [
        (1, "rejected", LATER, "response 1"),
        (2, "ready", LATER, "to be sent again"),
    ]


def test_the_claims_sent_on_a_business_date_are_a_cohort(office):
    office.sent("1", "2")
    assert cohort(office.ledger, NIGHT, "sent") == [Standing("sent", 2, 200_00)]
    assert cohort(office.ledger, LATER, "sent") == []


def test_the_story_of_a_claim_has_its_changes_as_steps(office):
    office.sent("1")
    steps = claim_story.show(office.ledger, 1).steps
    moved = [(step.on, step.what) for step in steps if step.what.startswith("P1 to harbor")]
    assert moved == [
        (NIGHT, "P1 to harbor: ready"),
        (NIGHT, "P1 to harbor: batched"),
        (NIGHT, "P1 to harbor: sent"),
    ]
