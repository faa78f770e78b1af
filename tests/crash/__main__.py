"""The long form, `make crash`. Its last line counts what the partner saw; see `tally`."""

import sys
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.crash import kills
from tests.crash.documents import Homes
from tests.crash.machine import Nights
from tests.crash.tally import Tally

SEQUENCES = 150


def main() -> int:
    tally = Tally()
    began = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {what}: {tally}", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        homes = Homes(Path(folder))
        kills.every(homes, tally)
        say("every side effect of two nights")
        kills.at_random(homes, 20, tally)
        say("at random moments")
        left = kills.two_at_once(homes, 20, tally)
        say(f"two at once in 40 nights, in {left} the second left")
        sequences(tally)
        say(f"{SEQUENCES} random sequences of nights, answers and faults")
    for fault in tally.faults:
        print(fault)
    print(tally)
    return 0 if tally.clean else 1


def sequences(tally: Tally) -> None:
    """The state machine, other sequences at every run; the first that fails is told with its steps."""
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
    sys.exit(main())
