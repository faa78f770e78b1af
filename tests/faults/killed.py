"""A night that dies by SIGKILL at one moment of one step.

    python -m tests.faults.killed HOME DAY STEP MOMENT NTH

MOMENT is `commit` (just before the step's NTH commit), `done` (after its NTH piece) or the name of an
operation on the partner's site, with `before_` or `after_` in front of it. It exits 0 where that
moment never came.
"""

import os
import signal
import sys
from datetime import date

from sqlalchemy import Connection, Engine, event

import transport
from tasks import nightly_run
from tasks.runs.lease import lease
from tests.crash.points import Watched, writes


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Watch:
    """Counts the moments of one kind while the step is at work."""

    def __init__(self, step: str, moment: str, nth: int) -> None:
        self.step, self.moment, self.left = step, moment, nth
        self.now = ""

    def comes(self, moment: str) -> None:
        if self.now == self.step and moment == self.moment:
            self.left -= 1
            if self.left == 0:
                die()

    def commit(self, connection: Connection) -> None:
        if writes(connection):
            self.comes("commit")


def main(home: str, day: str, step: str, moment: str, nth: str) -> int:
    watch = Watch(step, moment, int(nth))
    event.listen(Engine, "commit", watch.commit)
    opened = transport.open
    # The watched transport stands in for the function that opens one.
    transport.open = lambda *given, **named: Watched(opened(*given, **named), watch.comes)  # type: ignore[assignment]
    as_of = date.fromisoformat(day)
    with lease(home, "", as_of) as taken:
        for one in nightly_run.NIGHT:
            watch.now = one.name
            for piece in nightly_run.pieces(home, "", as_of, one.name):
                nightly_run.do(home, "", as_of, one.name, piece)
                watch.comes("done")
        watch.now = ""
        taken.close([])
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
