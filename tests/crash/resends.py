"""A batch whose answers are late is sent once more, killed anywhere in it; the partner says 025.

The first evening's answers come a night late and the partner sweeps its folder, so a person asks
for one more copy. The partner holds the first one and refuses the second as a duplicate (TA1 025);
then come the first one's TA1, 999 and 277CA, which accept, and the money.
"""

import signal
from collections import Counter
from pathlib import Path

from config.settings import load
from ledger import Ledger
from ledger.queries import claims as claim_views
from ledger.queries import money
from ledger.queries.batches import all_batches
from tests.crash import operators, partner_books
from tests.crash.documents import Homes
from tests.crash.kills import NIGHTS
from tests.crash.looking import look
from tests.crash.partner import Partner
from tests.crash.points import Points
from tests.crash.processes import start, start_run, wait
from tests.crash.tally import Tally

LATE = '\n[[fault]]\nkind = "late"\ntimes = 0\n\n[[fault]]\nkind = "sweep"\ntimes = 0\n'
BATCHES = (1, 2)


def one(homes: Homes, kill_at: int, tally: Tally) -> bool:
    """The sequence with the first resend killed at its Nth side effect. False: it has no Nth."""
    where = f"resend {kill_at}"
    first, second = NIGHTS
    tally.new_home()
    with homes.filled(f"resend{kill_at}") as home:

        def resend(number: int, kill_at: int = 0) -> int:
            points = Points(home, kill_at)
            return wait(start(home, lambda: operators.do(home, first, "resend", number), points))

        with Partner(home, first, LATE):
            ended = [wait(start_run(home, first))]
        sent = _standing(home)
        with Partner(home, first):
            code = resend(1, kill_at)
            killed = code == -signal.SIGKILL
            if killed:
                tally.killed()
            ended += [0 if killed else code, resend(2), wait(start_run(home, first))]  # the run takes 025 in
        if _standing(home) != sent:
            tally.faults.append(f"{where}: after TA1 025 stands {_standing(home)}, before it {sent}")
        with Partner(home, second):
            ended.append(wait(start_run(home, second)))
        if any(ended):
            tally.faults.append(f"{where}: its parts ended with {ended}")
        else:
            tally.completed()
        if (states := _batch_states(home)) != ["accepted"] * len(BATCHES):
            tally.faults.append(f"{where}: the batches end {states}")
        if partner_books.read(home / "clearinghouse").interchanges["000000002"] != 2:
            tally.faults.append(
                f"{where}: no second copy came, so the partner had nothing to call a duplicate"
            )
        look(home, tally, where, Counter(f"{number:09d}" for number in BATCHES))
    return killed


def every(homes: Homes, tally: Tally, step: int = 1) -> None:
    """A resend killed at each of its side effects, until there is no Nth."""
    n = 1
    while one(homes, n, tally):
        n += step


def _standing(home: Path) -> tuple[dict[str, int], int]:
    """Claims by state, and what is charged."""
    ledger = Ledger(load(home).database_url)
    try:
        return claim_views.by_state(ledger), money.money(ledger).charged
    finally:
        ledger.close()


def _batch_states(home: Path) -> list[str]:
    ledger = Ledger(load(home).database_url)
    try:
        return [batch.state for batch in all_batches(ledger)]
    finally:
        ledger.close()
