"""A night that is killed at one moment of one step: the next run goes on, with the same number and bytes.

The crash tests kill at every side effect in turn; here each moment that the fault matrix names has its
own kill, on both databases.
"""

import signal
import subprocess
import sys

import pytest

from tests.conftest import CHECKOUT
from tests.faults.evenings import MONDAY, TUESDAY, fault
from tests.waiting import PATIENCE, until


def start(evenings, day, step, moment, nth=1):
    command = [sys.executable, "-m", "tests.faults.killed", evenings.home.path, day.isoformat(), step, moment]
    return subprocess.Popen([*map(str, command), str(nth)], cwd=CHECKOUT, stderr=subprocess.DEVNULL)


# step, moment, state of the batch that the killed run leaves (None: no batch)
ON_MONDAY = {
    "build, before the commit": ("write_batches", "commit", None),
    "build, after the commit": ("write_batches", "done", "built"),
    "upload, after the last byte": ("send", "after_put_temporary", "built"),
    "verified, not yet noted": ("send", "after_read_back", "built"),
    "uploaded, before the intent": ("send", "commit 2", "uploaded"),
    "after the intent, before the rename": ("send", "before_commit", "committing"),
    "after the rename": ("send", "after_commit", "committing"),
    "collect, after a download": ("collect", "after_get", "sent"),
    "collect, before its commit": ("collect", "commit 2", "sent"),
    "acknowledge, before its commit": ("acknowledge", "commit", "sent"),
}


@pytest.mark.parametrize("name", ON_MONDAY)
def test_after_a_kill_the_next_run_goes_on_with_the_same_number(evenings, name):
    step, moment, state = ON_MONDAY[name]
    moment, _, nth = moment.partition(" ")
    with evenings.partner(MONDAY):
        assert start(evenings, MONDAY, step, moment, int(nth or 1)).wait(PATIENCE) == -signal.SIGKILL
        assert [b.state for b in evenings.batches()] == ([state] if state else [])
        assert evenings.states() == (["ready"] * 2 if state is None else evenings.states())
        assert evenings.run(MONDAY) == []
    assert evenings.night(TUESDAY) == []
    evenings.ends_well()


@pytest.mark.parametrize(
    ("step", "moment"),
    [("collect", "after_get"), ("collect", "commit"), ("post", "commit"), ("post", "done")],
)
def test_a_kill_while_the_money_comes_in_posts_it_once_and_whole(evenings, step, moment):
    assert evenings.night(MONDAY) == []
    with evenings.partner(TUESDAY):
        assert start(evenings, TUESDAY, step, moment).wait(PATIENCE) == -signal.SIGKILL
        assert evenings.cash() in (0, 2 * 10_800)
        assert evenings.run(TUESDAY) == []
    evenings.ends_well()


@pytest.mark.parametrize(
    ("operation", "file"), [("write", "*.part"), ("read", "*.x12")], ids=["uploads", "downloads"]
)
def test_a_kill_in_the_middle_of_a_file_leaves_nothing_half_done(evenings, operation, file):
    stalled = fault("stall", operation=operation, file=file, at_byte=300, seconds=60)
    with evenings.partner(MONDAY, stalled) as mock:
        running = start(evenings, MONDAY, "send", "never")
        until(lambda: mock.faults.stalls or running.poll() is not None, "the stall")
        running.kill()
        assert running.wait(PATIENCE) == -signal.SIGKILL
        assert mock.faults.stalls, "the kill struck in the middle"
        if operation == "write":
            assert (evenings.batch().state, evenings.received()) == ("built", [])
        assert evenings.run(MONDAY) == []
    assert evenings.night(TUESDAY) == []
    evenings.ends_well()
