"""A person's act in a process that dies at each of its side effects, and what is there then."""

import os
import shutil
import signal
from collections.abc import Callable, Mapping
from pathlib import Path

from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from ledger.schema import metadata
from tasks.home.home import Home
from tasks.patients.kept import keep_copies
from tasks.work.letters import keep_letters
from tests.conftest import WorkingHome
from tests.crash.points import Points

Act = Callable[[Home], object]
UNLIKE = ("audit", "audit_head", "lease", "turn", "queue_change")
"""Tables that are not alike after the same acts: what came when, and that the queue is to be derived anew."""


def of(template: WorkingHome, folder: Path) -> WorkingHome:
    """A copy with the template's settings, and the demo's partners as they come."""
    shutil.copytree(template.path, folder)
    made = WorkingHome(folder)
    (folder / "cleanclaim.toml").write_text((template.path / "cleanclaim.toml").read_text("utf-8"), "utf-8")
    return made


def state(home: WorkingHome) -> dict[str, object]:
    """Every row of the ledger but for what says when it was written, and the letters that lie in the home."""
    with home.opened() as opened, opened.ledger.read() as connection:
        rows: dict[str, object] = {
            name: sorted(
                tuple(str(row._mapping[c.name]) for c in table.columns if not c.name.endswith("_at"))
                for row in connection.execute(table.select())
            )
            for name, table in metadata.tables.items()
            if name not in UNLIKE
        }
        assert money(opened.ledger).closes
        assert proof(opened.ledger).holds
        rows["letters"] = sorted(file.name for file in opened.letters.glob("*"))
        rows["statements"] = sorted(file.name for file in opened.statements.glob("*"))
    return rows


def killed(home: WorkingHome, act: Act, point: int) -> bool:
    """The act in a process of its own, killed at its Nth side effect. False: it has no Nth."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            with home.opened() as opened:
                Points(home.path, point).install()
                act(opened)
                code = 0
        finally:
            os._exit(code)
    ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert ended in (0, -signal.SIGKILL)
    return ended == -signal.SIGKILL


def whole_or_not_and_once(made: Callable[[str], WorkingHome], act: Act) -> WorkingHome:
    """Kills an act at each of its side effects, each in a home of its own that `made` copies under a name. It
    was done whole or not at all; where it was not, doing it again comes to the same. Gives the home in which
    nothing was killed."""
    whole = made("whole")
    before = state(whole)
    with whole.opened() as opened:
        act(opened)
    after = state(whole)
    assert after != before
    point = 1
    while killed(home := made(f"killed{point}"), act, point):
        with home.opened() as opened:
            keep_letters(opened)
            keep_copies(opened)
        if (found := state(home)) != after:
            assert found == before, f"killed at {point}"
            with home.opened() as opened:
                act(opened)
            assert state(home) == after
        point += 1
    assert point > 1
    return whole


def in_turn(home: WorkingHome, folder: Path, acts: Mapping[str, Act]) -> None:
    """As `whole_or_not_and_once`, acts one after the other: each begins where the one before it is done."""
    for name, act in acts.items():
        place = folder / name
        place.mkdir()
        home = whole_or_not_and_once(_copies(home, place), act)


def _copies(home: WorkingHome, folder: Path) -> Callable[[str], WorkingHome]:
    return lambda name: of(home, folder / name)
