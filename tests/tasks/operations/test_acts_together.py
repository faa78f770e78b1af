"""Two people at one piece of work at the same moment, a run that is at work, and a ledger from a backup."""

import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from typer.testing import CliRunner

from console.command import app
from ledger import Ledger
from ledger.queries.work_queue import Asked, events, item, items
from tasks.errors import StepError
from tasks.home import keys
from tasks.home.home import Home, open_home
from tasks.letters.records import Enclosed
from tasks.operations import appeal_work, backup, send_records, work_acts
from tasks.operations.money_acts import By
from tasks.runs.lease import lease
from tasks.work.causes import keep_queue
from tests.tasks.operations.conftest import DAY
from tests.tasks.operations.test_send_records import NOTE

ANN, BOB = By("ann", "the chart supports it"), By("bob", "the chart supports it")
ACTS: dict[str, Callable[[Home, int, By], object]] = {
    "records": lambda home, work, by: send_records.send(
        home, DAY, by, work, channel="fax", enclosed=[Enclosed("Note", NOTE.data)], dry_run=False
    ),
    "appeal": lambda home, work, by: appeal_work.appeal(
        home, DAY, by, work, channel="fax", argument="", enclosures=["Office note"], dry_run=False
    ),
    "take back an appeal": lambda home, work, by: appeal_work.withdraw(home, DAY, by, work, dry_run=False),
    "write off": lambda home, work, by: work_acts.write_off(home, DAY, by, [work], dry_run=False),
    "snooze": lambda home, work, by: work_acts.snooze(
        home, DAY, by, [work], DAY + timedelta(days=3), dry_run=False
    ),
}
"""In an order in which one may follow the other on one piece of work, but for the last two."""


pytestmark = pytest.mark.usefixtures("either_database")


def together(opened: Home, work: int, act: Callable[[Home, int, By], object]) -> list[object]:
    """The act by two people, each with a home of their own, at one moment: what each came to."""
    gate = threading.Barrier(2)
    came: list[object] = []

    def one(by: By) -> None:
        with open_home(opened.settings) as home:
            gate.wait(60)
            try:
                came.append(act(home, work, by))
            except StepError as refused:
                came.append(refused)

    people = [threading.Thread(target=one, args=(by,)) for by in (ANN, BOB)]
    for person in people:
        person.start()
    for person in people:
        person.join(120)
    assert len(came) == 2, came
    return came


def done_by(opened: Home, work: int, event: str) -> list[str]:
    return [e.actor for e in events(opened.ledger, work) if e.event == event]


def test_of_two_people_at_one_piece_of_work_one_does_it_and_the_other_is_refused(denied):
    opened, work = denied
    for name, event in (
        ("records", "records sent"),
        ("appeal", "appealed"),
        ("take back an appeal", "appeal withdrawn"),
    ):
        came = together(opened, work.id, ACTS[name])
        [refusal] = [str(one) for one in came if isinstance(one, StepError)]
        assert refusal.startswith("WRK-04"), refusal
        assert str(work.id) in refusal or "this packet went" in refusal
        assert len(done_by(opened, work.id, event)) == 1, name
    together(opened, work.id, ACTS["snooze"])
    assert len(done_by(opened, work.id, "snoozed")) == 1
    came = together(opened, work.id, ACTS["write off"])
    assert sorted(len(one.changes) for one in came) == [0, 1]
    assert item(opened.ledger, DAY, work.id).state == "resolved"


class Meanwhile(list):
    """What is enclosed; while it is read another person acts."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__(["Office note"])
        self.act = act

    def __iter__(self):
        self.act()
        return super().__iter__()


@pytest.mark.parametrize("other", ["appeal", "write off"])
def test_an_appeal_is_not_filed_on_what_another_one_did_while_its_letter_was_written(denied, other):
    opened, work = denied
    before = len(events(opened.ledger, work.id))

    def meanwhile() -> None:
        with open_home(opened.settings) as theirs:
            ACTS[other](theirs, work.id, BOB)

    with pytest.raises(StepError) as refused:
        appeal_work.appeal(
            opened,
            DAY,
            ANN,
            work.id,
            channel="fax",
            argument="",
            enclosures=Meanwhile(meanwhile),
            dry_run=False,
        )
    assert refused.value.code == "WRK-04"
    assert "at this moment" in str(refused.value)
    assert {e.actor for e in events(opened.ledger, work.id)[before:]} <= {"bob", ""}


def test_while_a_run_is_at_work_an_act_is_refused_plainly_and_a_look_or_a_preview_is_not(denied):
    opened, work = denied
    home = str(opened.path)
    why = ("--why", "as agreed", "--as", "ann", "--home", home)
    number = str(work.id)
    acts = (
        ("work", "assign", number, "--to", "ann", *why),
        ("work", "note", number, *why),
        ("work", "write-off", number, *why),
        ("work", "appeal", number, "--enclose", "Note", *why),
        ("work", "next", "--take", "--as", "ann", "--home", home),
        ("claims", "void", work.patient_control_number, *why),
        ("month", "close", "2026-10", "--why", "reconciled", "--home", home),
    )
    before = events(opened.ledger, work.id)
    with lease(home, "", DAY, opens_night=False) as taken:
        assert taken, taken.message
        for words in acts:
            done = CliRunner().invoke(app, words)
            assert done.exit_code == 1, (words, done.output)
            assert done.exception.code == "NIT-01", done.exception
            assert "a run or another act works on this home" in str(done.exception)
            if "--why" in words:
                assert CliRunner().invoke(app, [*words, "--dry-run"]).exit_code == 0, words
        assert CliRunner().invoke(app, ["work", "list", "--home", home]).exit_code == 0
        assert CliRunner().invoke(app, ["work", "show", number, "--home", home]).exit_code == 0
    assert events(opened.ledger, work.id) == before
    for words in acts[:2]:
        assert CliRunner().invoke(app, words).exit_code == 0, words


def lose(home: Home) -> None:
    """The ledger is gone; what lies beside it is there."""
    url = make_url(home.settings.database_url)
    if url.drivername.startswith("sqlite"):
        file = Path(url.database or "")
        for one in file.parent.glob(f"{file.name}*"):
            one.unlink()
        return
    with closing(Ledger(home.settings.database_url)) as ledger, ledger.write() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))


def queue(home: Home) -> list[tuple[object, ...]]:
    found = items(home.ledger, DAY, Asked(state=None, snoozed=True))
    return [(one.kind, one.reference or one.external_id, one.cents, one.state, one.assignee) for one in found]


def test_a_queue_from_a_backup_is_that_of_its_day_and_what_was_done_since_is_done_again_once(denied):
    opened, work = denied
    work_acts.assign(opened, DAY, ANN, [work.id], "Ann", dry_run=False)
    keep_queue(opened, DAY)
    before = queue(opened)
    file = backup.back_up(opened, DAY, ANN, opened.path / "backups" / "b.zip").file
    ACTS["appeal"](opened, work.id, ANN)
    letter = sorted(opened.letters.iterdir())
    opened.ledger.close()
    lose(opened)
    backup.restore(
        opened.settings, file, DAY, nothing_since=False, archive_keys=keys.archive_folder(opened.settings)
    )
    with open_home(opened.settings) as again:
        keep_queue(again, DAY)
        assert queue(again) == before
        assert keep_queue(again, DAY) == 0
        assert done_by(again, work.id, "appealed") == []
        ACTS["appeal"](again, work.id, ANN)
        assert sorted(again.letters.iterdir()) == letter
        assert done_by(again, work.id, "appealed") == ["ann"]
