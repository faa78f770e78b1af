"""The console dies in an act, at each of its side effects: the act was done once or not at all, and its page
says which; pressed again it comes to the same."""

import os
import re
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config.settings import load
from ledger.queries import alerts
from ledger.queries.work_queue import Asked, items
from ledger.runs import alerts as raised
from tasks.home.home import Home, open_home
from tasks.operations import accept_ledger
from tasks.runs.lease import lease
from tasks.work.causes import keep_queue
from tasks.work.letters import keep_letters
from tests.conftest import WEDNESDAY, WorkingHome
from tests.crash.points import Points
from tests.tasks.operations.killing import of, state
from tests.web.conftest import TUESDAY, Office
from tests.web.test_walks import denied_and_held

BESIDE = ("console_session", "sign_in_try", "identity")
"""What signing in writes, which is no part of an act, and where a home lies."""


@dataclass(frozen=True)
class Pressed:
    """An act that a person presses. `about` finds what it is about; `says` is on the page once it is done."""

    who: str
    about: Callable[[Home], str]
    act: str
    says: str
    fields: dict[str, str] = field(default_factory=dict)


def work(kind: str) -> Callable[[Home], str]:
    return lambda home: f"/work/{items(home.ledger, TUESDAY, Asked(kinds=[kind]))[0].id}"


def alert(home: Home) -> str:
    return f"/alerts/{alerts.page(home.ledger, ['open'], 'SRV-04', 0, 9)[0].id}"


ACTS = {
    "write-off": Pressed("maria", work("denial"), "/write-off", r"over: "),
    "appeal": Pressed("maria", work("denial"), "/appeal", "appealed", {"argument": "it was authorized"}),
    "draft": Pressed("carl", work("hold"), "/draft", "drafted", {"changes": "diagnoses[1]=J02.9"}),
    "settle": Pressed("maria", alert, "", "maria: as agreed", {"from": "alert"}),
}


@pytest.fixture(scope="module")
def template(make_home) -> WorkingHome:
    """A denial, a hold and an alert, and who may act on them."""
    home = make_home("killed-console")
    file = home.path / "cleanclaim.toml"
    file.write_text(f"{file.read_text()}authority = {{ maria = 20000 }}\n", encoding="utf-8")
    denied_and_held(home)
    with open_home(load(home.path)) as opened:
        raised.report(
            opened.ledger, "cause", "2026-11-17", "SRV-04", "SRV-04 nightly did not start", "see serve"
        )
        keep_queue(opened, WEDNESDAY)  # chances are learned once a day
    Office(home).hire({"maria": (["manager"], ["*"]), "carl": (["coder"], ["*"])})
    return home


def copied(template: WorkingHome, folder: Path) -> WorkingHome:
    """A copy of the home, of which a person said that it goes on from here."""
    home = of(template, folder)
    with lease(str(home.path), "", TUESDAY, opens_night=False, in_doubt=True) as taken:
        assert taken.home is not None
        accept_ledger.accept(taken.home, TUESDAY, "a copy for a test", nothing_since=True)
    return home


def press(home: WorkingHome, act: Pressed, address: str, die_at: int = 0) -> int:
    """Signs in, and presses in a console that dies at a side effect; what the answer was."""
    office = Office(home)
    client = office.as_(act.who)
    if die_at:
        Points(home.path, die_at).install()
    fields = {"why": "as agreed", "really": "1", **act.fields}
    return office.press(client, f"{address}{act.act}", **fields).status_code


def dies(home: WorkingHome, act: Pressed, address: str, die_at: int) -> bool:
    """Whether the console died; False: the act has no such side effect."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = 0 if press(home, act, address, die_at) == 303 else 2
        finally:
            os._exit(code)
    ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert ended in (0, -signal.SIGKILL)
    return ended == -signal.SIGKILL


def books(home: WorkingHome) -> dict[str, object]:
    """Every row, once the letters and the queue are kept, as the next run and the next page do."""
    with home.opened() as opened:
        keep_letters(opened)
        keep_queue(opened, WEDNESDAY)
    return {name: rows for name, rows in state(home).items() if name not in BESIDE}


@pytest.mark.parametrize("name", ACTS)
def test_a_console_that_dies_in_an_act_has_done_it_once_or_not_at_all_and_says_which(
    template, tmp_path, name
):
    act = ACTS[name]
    with open_home(load(template.path)) as opened:
        address = act.about(opened)
    whole = copied(template, tmp_path / "whole")
    before = books(whole)
    assert press(whole, act, address) == 303
    after = books(whole)
    assert after != before
    die_at = 1
    while dies(home := copied(template, tmp_path / f"at{die_at}"), act, address, die_at):
        found = books(home)
        assert found in (before, after), f"killed at {die_at}"
        page = Office(home).as_(act.who).get(address).text
        assert bool(re.search(act.says, page)) == (found == after), f"killed at {die_at}: what its page says"
        if found == before:
            assert press(home, act, address) == 303
            assert books(home) == after
        die_at += 1
    assert die_at > 2
