"""An office that keeps up: some nights after, practices put right what is held, somebody lets that pass, and
denials are given up.

Without it nobody works, and what a night costs grows with the pile that is open rather than with history.
"""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import Text, cast, select

from bench.lifelike.encounters import Life
from bench.lifelike.inbox import DEFAULT, day_of, write_files
from config.settings import Settings
from ledger.queries.claims import HOLD
from ledger.schema import encounter, work_item
from tasks.home.home import Home
from tasks.operations import work_acts
from tasks.operations.money_acts import By
from tasks.operations.override_edit import override

AFTER: Final = 2  # nights
SIGNED: Final = By("bench", "given up", "bench too")
CAME_AGAIN: Final = "SRC-02"
A_TIME: Final = 500  # pieces of work that one act gives up


def put_right(settings: Settings, numbers: range, *, night: int, life: Life = DEFAULT) -> None:
    """Writes the encounters of these numbers that were wrong as they should have been, in an inbox of
    `night`; they were documented `AFTER` nights before."""
    documented = day_of(night - AFTER)

    def right(number: int) -> dict[str, object] | None:
        meant = life.encounter(number, documented, right=True)
        return meant if meant != life.encounter(number, documented) else None

    write_files(settings.inbox, numbers, right, f"{day_of(night):%Y%m%d}-right", life)


def keep_up(home: Home, day: date) -> int:
    """Lets pass what came again as it should be, and writes off what payers denied `AFTER` nights before and
    earlier. How many pieces of work that is."""
    w = work_item.c
    before = (day - timedelta(days=AFTER)).isoformat()
    is_open = (w.state == "open", w.practice != "")
    again = select(encounter.c.id).join(work_item, w.key == HOLD + cast(encounter.c.id, Text))
    denied = select(w.id).where(*is_open, w.kind == "denial", w.owed == 1, w.business_on <= before)
    with home.ledger.read() as connection:
        came = list(connection.execute(again.where(*is_open, w.procedure == CAME_AGAIN)).scalars())
        lost = list(connection.execute(denied.order_by(w.id)).scalars())
    for number in came:
        override(
            home, str(number), CAME_AGAIN, who="bench", why="as it should be", until=day + timedelta(days=9),
            as_of=day,
        )  # fmt: skip
    for start in range(0, len(lost), A_TIME):
        work_acts.write_off(home, day, SIGNED, lost[start : start + A_TIME], dry_run=False)
    return len(came) + len(lost)
