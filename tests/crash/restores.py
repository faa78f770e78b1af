"""A ledger is lost after a night that its backup does not know of; the restore is killed anywhere in it.

Half of the inbox is written into batches before the backup and sent after it, the other half comes and goes
out after the backup. However the restore ends, nothing goes out before a person says what was out; then the
money of both halves comes, and the next night goes on.
"""

import signal
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from config.settings import load
from ledger import Ledger
from ledger.maintenance.backup import is_empty
from tasks import nightly_run
from tasks.operations import claims_out, decide_batch
from tasks.operations.backup import back_up, restore
from tasks.operations.money_acts import By
from tasks.runs.lease import lease
from tests.crash import documents, partner_books, processes
from tests.crash.documents import Homes
from tests.crash.kills import NIGHTS
from tests.crash.looking import look
from tests.crash.operators import WHY
from tests.crash.partner import Partner
from tests.crash.points import Points
from tests.crash.processes import start, start_run, wait
from tests.crash.tally import Tally
from tests.steps import steps

ANN = By("ann", "before the restore")
FIRST, SECOND = NIGHTS
LOST = 1  # the exit code of a run that leaves with a clear message


def one(homes: Homes, kill_at: int, tally: Tally) -> bool:
    """The sequence with the first restore killed at its Nth side effect. False: it has no Nth."""
    where = f"restore {kill_at}"
    tally.new_home()
    with homes.filled(f"restore{kill_at}") as home:
        backup = home.parent / f"backup{kill_at}.zip"
        later = home / "inbox" / "lakeside" / "b.json"
        for name in ("b.json", "b-again.json"):
            later.with_name(name).rename(home.parent / f"{kill_at}-{name}")
        ended = [wait(start(home, lambda: _written(home, backup)))]
        for name in ("b.json", "b-again.json"):
            (home.parent / f"{kill_at}-{name}").rename(later.with_name(name))
        with Partner(home, FIRST):
            ended.append(wait(start_run(home, FIRST)))
        out = _came(home)
        _lose(home)
        with Partner(home, FIRST):
            code = wait(start(home, lambda: _restored(home, backup), Points(home, kill_at)))
            killed = code == -signal.SIGKILL
            if killed:
                tally.killed()
                if wait(start_run(home, FIRST)) not in (0, LOST):
                    tally.faults.append(f"{where}: the run after the kill broke")
                if _came(home) != out:
                    tally.faults.append(f"{where}: after a killed restore something went out")
            again = wait(start(home, lambda: _restored(home, backup)))
            ended += [again, wait(start_run(home, FIRST))]
            if _came(home) != out:
                tally.faults.append(f"{where}: after the restore, sent before a person's decision")
            ended.append(wait(start(home, lambda: _release(home))))
            ended.append(wait(start_run(home, FIRST)))
        with Partner(home, SECOND):
            documents.drop(home, "new.json", documents.encounter(50, "W1"))
            ended.append(wait(start_run(home, SECOND)))
        if any(ended):
            tally.faults.append(f"{where}: its parts ended with {ended} {_why(home)}")
        else:
            tally.completed()
        look(home, tally, where)
        backup.unlink()
    return killed


def every(homes: Homes, tally: Tally, step: int = 1) -> None:
    """A restore killed at each of its side effects, until there is no Nth."""
    n = 1
    while one(homes, n, tally):
        n += step


def _written(home: Path, backup: Path) -> int:
    """The evening until its batches are written, and the backup then."""
    with lease(str(home), "", FIRST) as taken:
        assert taken.home is not None
        nightly_run.walk(taken.home, FIRST, steps("pick_up", "write_batches"))
        back_up(taken.home, FIRST, ANN, backup)
        taken.close([])
    return 0


def _lose(home: Path) -> None:
    """The ledger is gone; what lies beside it is there."""
    url = load(home).database_url
    if url.startswith("sqlite"):
        for file in home.glob("ledger.db*"):
            file.unlink()
        return
    with closing(Ledger(url)) as ledger, ledger.write() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))


def _restored(home: Path, backup: Path) -> int:
    """The restore as an operator says it; done already is as good."""
    settings = load(home)
    with closing(Ledger(settings.database_url)) as ledger:
        if not is_empty(ledger):
            return 0
    restore(settings, backup, FIRST, nothing_since=False, archive_keys=home / "keys" / "archive")
    return 0


def _release(home: Path) -> int:
    """A person says what was out, and lets sending go on."""
    with lease(str(home), "", FIRST, opens_night=False) as taken:
        assert taken.home is not None
        claims_out.from_sent(taken.home, FIRST, WHY, really=True)
        decide_batch.release_partner(taken.home, FIRST, "northgate", WHY)
    return 0


def _came(home: Path) -> int:
    return sum(partner_books.read(home / "clearinghouse").interchanges.values())


def _why(home: Path) -> str:
    notes = [processes.beside(home, kind) for kind in ("broke", "failures")]
    return " ".join(file.read_text()[-600:] for file in notes if file.exists())
