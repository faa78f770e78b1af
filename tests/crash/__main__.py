"""The long form, `make crash`. Its last line counts what the partner saw; see `tally`.

With `--postgresql` everything is done there; without, all of it on SQLite and a part on PostgreSQL
where its embedded server is installed.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests import databases
from tests.crash import kills, prefect_server, resends, restores, two_commands
from tests.crash.documents import Homes
from tests.crash.flow_run import on_server
from tests.crash.kills import Start
from tests.crash.machine import Nights
from tests.crash.processes import start_run
from tests.crash.tally import Tally
from tests.memory import MEMORY

IN_A_FLOW = 20  # one kill in so many goes through a real flow run on a running server
SEQUENCES = 100
PART = 7  # of the side effects every so manieth is tried on PostgreSQL too

Say = Callable[[str], None]


def main(arguments: list[str]) -> int:
    tally = Tally()
    began = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {what}: {tally}", flush=True)

    with ExitStack() as beside:
        root = Path(beside.enter_context(tempfile.TemporaryDirectory(dir=MEMORY)))
        address = beside.enter_context(prefect_server.running(root))
        flow = on_server(address, root)
        if "--postgresql" not in arguments:
            nights("SQLite", Homes(root), tally, say, flow)
            left = two_commands.rounds(Homes(root), 20, address, tally)
            say(f"two commands at once, 20 times, in {left} one left")
            sequences(tally)
            say(f"{SEQUENCES} random sequences of nights, answers and faults")
        try:
            server = beside.enter_context(databases.running(MEMORY))
        except databases.Unavailable as reason:
            say(f"PostgreSQL left out, {reason}")
        else:
            part = 1 if "--postgresql" in arguments else PART
            nights("PostgreSQL", Homes(root, server), tally, say, flow, part)
    for fault in tally.faults:
        print(fault)
    print(tally)
    return 0 if tally.clean else 1


def nights(name: str, homes: Homes, tally: Tally, say: Say, flow: Start, part: int = 1) -> None:
    """Kills at each side effect (or each `part`th) and at random moments, and two at once."""
    kills.every(homes, tally, part, lambda n: start_run if n % IN_A_FLOW else flow)
    say(f"{name}, side effects of two nights{f', each {part}th' if part > 1 else ''}")
    kills.at_random(homes, 20 // part, tally)
    say(f"{name}, at random moments")
    resends.every(homes, tally, part)
    say(f"{name}, side effects of a resend{f', each {part}th' if part > 1 else ''}")
    restores.every(homes, tally)
    say(f"{name}, side effects of a restore")
    left = kills.two_at_once(homes, 20 // part, tally)
    say(f"{name}, two at once in {20 // part * 2} nights, in {left} the second left")


def sequences(tally: Tally) -> None:
    """The state machine, other sequences at every run; the first that fails is reported with its steps."""
    Nights.tally = tally
    try:
        run_state_machine_as_test(
            Nights,
            settings=settings(
                max_examples=SEQUENCES,
                stateful_step_count=12,
                deadline=None,
                database=None,
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
            ),
        )
    except AssertionError as error:
        tally.faults.append("\n".join([str(error), *getattr(error, "__notes__", [])]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
