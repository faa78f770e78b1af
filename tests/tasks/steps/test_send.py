"""The protocol of sending: wherever a run dies, a file arrives once and whole, or waits for a person."""

from datetime import date

import pytest

from ledger.queries.batches import all_batches, show
from ledger.sending import batches, decisions
from ledger.storage import documents
from tasks import nightly_run
from tasks.home.home import open_home
from tasks.operations import decide_batch
from tasks.steps import send
from transport.errors import UsageMismatch

MONDAY = date(2026, 11, 16)
NIGHT = MONDAY.isoformat()
pytestmark = pytest.mark.usefixtures("either_database")


@pytest.fixture
def written(home):
    """A home with one batch written and a partner that is a folder."""
    home.site = home.use_folder()
    home.drop("lakeside/one.json", home.encounter())
    with home.opened() as opened:
        before = [step for step in nightly_run.steps_of("submit") if not step.talks]
        for step in (*nightly_run.steps_of("take_in"), *before):
            for piece in step.pieces(opened, MONDAY):
                step.do(opened, MONDAY, piece)
        [home.batch] = all_batches(opened.ledger)
        assert home.batch.state == "built"
        yield home, opened


def inbound(home):
    return sorted(p.name for p in (home.site / "inbound").iterdir())


def test_a_batch_is_uploaded_compared_renamed_and_kept_as_a_plain_copy(written):
    home, opened = written
    assert send.do(opened, MONDAY, "northgate") == {"sent": 1, "held": 0}
    assert inbound(home) == [home.batch.name]
    assert (opened.sent / "northgate" / home.batch.name).exists()
    events = [e.event for e in show(opened.ledger, 1).events]
    assert events == ["built", "uploaded", "committing", "sent"]


def test_after_the_intent_the_temporary_file_is_the_witness_and_is_renamed(written):
    home, opened = written
    (home.site / "inbound" / f"{home.batch.name}.part").write_bytes(b"as uploaded")
    batches.move(opened.ledger, 1, "built", "uploaded", NIGHT)
    batches.move(opened.ledger, 1, "uploaded", "committing", NIGHT)
    send.do(opened, MONDAY, "northgate")
    assert inbound(home) == [home.batch.name]
    assert batches.get(opened.ledger, 1).state == "sent"


def test_after_the_intent_without_the_temporary_file_nothing_is_sent_again(written):
    home, opened = written
    batches.move(opened.ledger, 1, "built", "uploaded", NIGHT)
    batches.move(opened.ledger, 1, "uploaded", "committing", NIGHT)
    send.do(opened, MONDAY, "northgate")
    assert inbound(home) == []  # the partner had swept it
    assert batches.get(opened.ledger, 1).state == "sent"


def test_a_temporary_file_swept_before_the_intent_is_uploaded_again(written):
    home, opened = written
    batches.move(opened.ledger, 1, "built", "uploaded", NIGHT)
    send.do(opened, MONDAY, "northgate")
    assert inbound(home) == [home.batch.name]


def test_another_file_of_the_final_name_holds_the_batch(written):
    home, opened = written
    (home.site / "inbound" / home.batch.name).write_bytes(b"another's")
    assert send.do(opened, MONDAY, "northgate") == {"sent": 0, "held": 1}
    assert "final name" in batches.get(opened.ledger, 1).hold
    assert send.pieces(opened, MONDAY) == []
    assert (home.site / "inbound" / home.batch.name).read_bytes() == b"another's"


def test_after_another_file_was_found_under_the_final_name_nothing_is_in_doubt(written):
    home, opened = written
    other = home.site / "inbound" / home.batch.name
    other.write_bytes(b"another's")
    send.do(opened, MONDAY, "northgate")
    assert batches.get(opened.ledger, 1).state == "uploaded", "the rename was refused: it is not out"
    for file in (home.site / "inbound").iterdir():
        file.unlink()  # the partner cleans up, our temporary file with it
    decide_batch.release(opened, MONDAY, 1, "they removed it")
    assert send.do(opened, MONDAY, "northgate") == {"sent": 1, "held": 0}
    assert inbound(home) == [home.batch.name]


def test_a_batch_whose_final_name_is_anothers_can_be_given_up(written):
    home, opened = written
    (home.site / "inbound" / home.batch.name).write_bytes(b"another's")
    send.do(opened, MONDAY, "northgate")
    assert decide_batch.abandon(opened, MONDAY, 1, "they keep theirs") == 1
    nightly_run.walk(opened, MONDAY, nightly_run.steps_of("submit"))
    assert [b.state for b in all_batches(opened.ledger)] == ["rejected", "sent"]


def test_test_bytes_never_go_to_a_production_partner(written):
    home, opened = written
    file = home.path / "partners" / "clearinghouses" / "northgate.toml"
    file.write_text(file.read_text().replace('usage = "T"', 'usage = "P"'))
    with open_home(opened.settings) as again, pytest.raises(UsageMismatch):
        send.do(again, MONDAY, "northgate")
    assert inbound(home) == []


def test_a_partner_without_temporary_names_gets_one_attempt(written):
    home, opened = written
    file = home.path / "partners" / "clearinghouses" / "northgate.toml"
    file.write_text(file.read_text().replace('temporary_suffix = ".part"', 'temporary_suffix = ""'))
    with open_home(opened.settings) as again:
        batches.move(again.ledger, 1, "built", "committing", NIGHT)  # a run died in the middle of it
        assert send.do(again, MONDAY, "northgate") == {"sent": 0, "held": 1}
        decisions.release(again.ledger, 1, NIGHT, "the partner has nothing")
        assert batches.get(again.ledger, 1).hold == ""
    assert inbound(home) == []


@pytest.fixture
def at_once(written):
    """The same home, and a partner that takes no temporary names."""
    home, _ = written
    file = home.path / "partners" / "clearinghouses" / "northgate.toml"
    file.write_text(file.read_text().replace('temporary_suffix = ".part"', 'temporary_suffix = ""'))
    with home.opened() as opened:
        yield home, opened


def test_a_batch_in_doubt_that_the_partner_has_counts_as_sent_by_a_persons_decision(at_once):
    home, opened = at_once
    batches.move(opened.ledger, 1, "built", "committing", NIGHT)
    send.do(opened, MONDAY, "northgate")
    decide_batch.release(opened, MONDAY, 1, "they have it")
    row = batches.get(opened.ledger, 1)
    assert (row.state, row.hold, row.sent_on) == ("sent", "", NIGHT)
    assert inbound(home) == []
    assert send.pieces(opened, MONDAY) == []


def test_without_temporary_names_the_same_file_under_the_final_name_is_ours(at_once):
    home, opened = at_once
    (home.site / "inbound" / home.batch.name).write_bytes(documents.read(opened.ledger, home.batch.sha256))
    assert send.do(opened, MONDAY, "northgate") == {"sent": 1, "held": 0}


def test_without_temporary_names_another_file_under_the_final_name_leaves_no_doubt(at_once):
    home, opened = at_once
    (home.site / "inbound" / home.batch.name).write_bytes(b"another's")
    assert send.do(opened, MONDAY, "northgate") == {"sent": 0, "held": 1}
    assert batches.get(opened.ledger, 1).state == "built", "it was refused before a byte was written"
    assert decide_batch.abandon(opened, MONDAY, 1, "they keep theirs") == 1
