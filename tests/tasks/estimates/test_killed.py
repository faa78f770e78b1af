"""Acts about estimates, in a process that dies at each of its side effects: done once, or not at all."""

from datetime import timedelta

from tasks import nightly_run
from tasks.operations import estimates
from tests.conftest import CLEAN
from tests.tasks.answering import MONDAY
from tests.tasks.estimates.test_reading import FIRST, written
from tests.tasks.operations.killing import Act, in_turn
from tests.tasks.operations.test_estimates import ANN, BILLED, SURGERY

BEFORE = MONDAY - timedelta(days=20)
ACTS: dict[str, Act] = {
    "accept": lambda h: estimates.accept(h, MONDAY, ANN, 1, dry_run=False),
    "undo": lambda h: estimates.undo(h, MONDAY, ANN, 1, dry_run=False),
    "withdraw": lambda h: estimates.withdraw(h, MONDAY, ANN, 2, dry_run=False),
}


def test_each_is_done_once_or_not_at_all(home, tmp_path):
    """A bill that is far above its estimate, and another estimate."""
    home.use_folder()
    days = {"scheduled_on": BEFORE.isoformat(), "service_on": CLEAN["service_date"]}
    file = tmp_path / "estimates.csv"
    file.write_bytes(written({**SURGERY, **days}, {**FIRST, **days, "estimate": "G-2", "visit": ""}))
    with home.opened() as opened:
        estimates.make(opened, BEFORE, ANN, file, replace=False, dry_run=False)
        estimates.give(opened, BEFORE, ANN, 1, BEFORE, "mail", dry_run=False)
        home.drop("lakeside/one.json", {**BILLED, "service_date": CLEAN["service_date"]})
        nightly_run.walk(opened, MONDAY)
    in_turn(home, tmp_path, ACTS)
