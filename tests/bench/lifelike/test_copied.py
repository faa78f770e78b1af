"""A copied home is a larger one: as much of everything, and books, keys, the queue and a trail that fit."""

import json
from datetime import date, timedelta

from sqlalchemy import func, select

from bench.lifelike import copied, partners
from bench.lifelike.encounters import Life
from bench.lifelike.history import History
from config.settings import load
from ledger.schema import balance, encounter, metadata, posting, work_item
from tasks.home import audit_trail
from tasks.home.home import open_home
from tasks.work.causes import keep_queue

TIMES = 3
OPENED = ("work_item", "work_event")  # the queue is kept for a later day, on which more may wait


def counts(home) -> dict[str, int]:
    with home.ledger.read() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


def open_work(home) -> dict[str, tuple[int, int]]:
    w = work_item.c
    query = select(w.kind, func.count(), func.sum(w.cents)).where(w.state == "open").group_by(w.kind)
    with home.ledger.read() as connection:
        return {kind: (int(number), int(cents)) for kind, number, cents in connection.execute(query)}


def sums(home, cents, *where) -> dict[tuple[str, ...], int]:
    of = cents.table.c
    columns = (of.practice, of.payer, of.account)
    query = select(*columns, func.sum(cents)).where(*where).group_by(*columns)
    with home.ledger.read() as connection:
        return {tuple(key): int(total) for *key, total in connection.execute(query) if total}


def people(home) -> int:
    """How many patients the documents name: what is judged again goes by them."""
    with home.ledger.read() as connection:
        payloads = connection.execute(select(encounter.c.payload)).scalars()
        return len({(one["last"], one["first"]) for one in (json.loads(p)["patient"] for p in payloads)})


def test_a_home_has_so_many_times_its_rows_and_no_work_that_was_not_there(home, either_database):
    home.use_folder()
    partners.write(home.path / "partners")
    history = History(load(home.path), Life(practices=4), strangers=0.5)
    history.night(60)
    history.night(20)
    history.last_night()
    with open_home(history.settings) as opened:
        keep_queue(opened, history.day, learn=True)
        before, work, books = counts(opened), open_work(opened), sums(opened, posting.c.cents)
        persons = people(opened)
        kept = sums(opened, balance.c.cents, balance.c.business_on == history.day.isoformat())
    last = copied.enlarge(history.settings, TIMES)
    assert last == history.day + timedelta(days=2 * history.number)
    with open_home(history.settings) as opened:
        after = counts(opened)
        assert {name: n for name, n in after.items() if name not in (*copied.ONCE, *OPENED)} == {
            name: TIMES * n for name, n in before.items() if name not in (*copied.ONCE, *OPENED)
        }
        assert sums(opened, posting.c.cents) == {key: TIMES * cents for key, cents in books.items()}
        newest = sums(opened, balance.c.cents, balance.c.business_on == last.isoformat())
        assert newest == {key: TIMES * cents for key, cents in kept.items()}
        waits = open_work(opened)
        assert {kind: waits[kind] for kind in work} == {
            kind: (TIMES * n, TIMES * cents) for kind, (n, cents) in work.items()
        }
        assert keep_queue(opened, last) == 0
        assert people(opened) == TIMES * persons
        assert audit_trail.verify(opened).holds
        assert date.fromisoformat(_last_night(opened)) == last


def _last_night(home) -> str:
    from ledger.schema import night

    with home.ledger.read() as connection:
        return str(connection.execute(select(func.max(night.c.business_on))).scalar_one())
