"""The console dies in an act, at each of its side effects: the act was done once or not at all, and its page
says which; pressed again it comes to the same."""

import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from starlette.testclient import TestClient

from config.settings import load
from ledger.people import users
from ledger.queries import alerts, deposits
from ledger.queries.money import remittances
from ledger.queries.suspense import suspense
from ledger.queries.work_queue import Asked, items
from ledger.runs import alerts as raised
from ledger.schema import metadata
from tasks.home.home import Home, open_home
from tasks.operations import accept_ledger, first_user
from tasks.runs.lease import lease
from tasks.work.causes import keep_queue
from tasks.work.letters import keep_letters
from tests.conftest import WEDNESDAY, WorkingHome
from tests.crash.points import Points
from tests.databases import PostgresqlServer
from tests.tasks.operations.killing import of, state
from tests.web.conftest import PASSWORD, TUESDAY, Office, key_of
from tests.web.test_money import desk_of
from tests.web.test_more_walks import broken
from tests.web.test_walks import NEXT, denied_and_held

pytestmark = pytest.mark.long
BESIDE = ("console_session", "sign_in_try", "identity")
"""What signing in writes, which is no part of an act, and where a home lies."""
Fields = dict[str, object]
Row = tuple[str, ...]


@dataclass(frozen=True)
class Pressed:
    """An act that a person presses in one of the homes below. `about` finds the page of what it is about, and
    `says` is on that page once it is done. The form goes to `act` behind that page's address, or to `to`;
    `fields` may depend on the home. `steps`: what is killed in it is gone on with, by pressing it again."""

    home: str
    who: str
    about: Callable[[Home], str]
    act: str
    says: str
    fields: Callable[[Home], Fields] | Fields = field(default_factory=dict)
    to: str = ""
    now: datetime = datetime(2026, 11, 18, 13, 0, tzinfo=UTC)
    steps: bool = False

    def of(self, found: dict[str, list[Row]]) -> dict[str, list[Row]]:
        """What must be the same however often it is pressed; of steps, what they come to."""
        if not self.steps:
            return found
        return {name: found[name] for name in ("received", "batch", "submission", "posting", "work")}


def work(kind: str) -> Callable[[Home], str]:
    return lambda home: f"/work/{items(home.ledger, TUESDAY, Asked(kinds=[kind]))[0].id}"


def alert(home: Home) -> str:
    return f"/alerts/{alerts.page(home.ledger, ['open'], 'SRV-04', 0, 9)[0].id}"


def lost(home: Home) -> str:
    return f"/money/suspense/{suspense(home.ledger, TUESDAY)[0].id}"


def likely(home: Home) -> Fields:
    return {"claim": suspense(home.ledger, TUESDAY)[0].candidates[0].patient_control_number}


def waiting(home: Home) -> str:
    return f"/money/remittances/{remittances(home.ledger, unposted=True)[0].id}"


def deposit(home: Home) -> str:
    return f"/money/deposits/{max(deposits.open_deposits(home.ledger), key=lambda d: d.cents).id}"


def missing(home: Home) -> Fields:
    return {"remittance": str(deposits.undeposited(home.ledger)[0].id), "fee": "", "other": ""}


def every_piece(home: Home) -> Fields:
    ids = [one.id for one in items(home.ledger, TUESDAY, Asked(kinds=["denial", "hold"]))]
    assert len(ids) == 2
    return {"id": ids, "to": "carl"}


def at(address: str) -> Callable[[Home], str]:
    return lambda _: address


PAID: Fields = {"amount": "15.00", "method": "check", "reference": "881"}
DISPUTE: Fields = {"kind": "dispute", "from": "2026-11-18", "claim": ""}
ACTS = {
    "write-off": Pressed("work", "maria", work("denial"), "/write-off", r"over: "),
    "appeal": Pressed("work", "maria", work("denial"), "/appeal", "appealed", {"argument": "authorized"}),
    "draft": Pressed("work", "carl", work("hold"), "/draft", "drafted", {"changes": "diagnoses[1]=J02.9"}),
    "settle": Pressed("work", "maria", alert, "", "maria: as agreed", {"from": "alert"}),
    "assign many": Pressed("work", "maria", work("denial"), "", "carl", every_piece, to="/work"),
    "keep a view": Pressed(
        "work", "maria", at("/work"), "/views", "My denials", {"name": "My denials", "kind": "denial"}
    ),
    "place": Pressed("money", "maria", lost, "/match", "It lies on", likely),
    "pay back": Pressed("money", "maria", lost, "/return", "It was paid back"),
    "refuse": Pressed("money", "maria", waiting, "/refuse", "not to be posted</h1>"),
    "match": Pressed("money", "maria", deposit, "/match", "10.00 not explained", missing),
    "settle deposit": Pressed("money", "maria", deposit, "/settle", "interest</th>", {"meaning": "interest"}),
    "pay": Pressed("money", "maria", at("/patients/1"), "/pay", r">881<|check 881", PAID),
    "hold": Pressed("money", "maria", at("/patients/1"), "/hold", "maria: as agreed", DISPUTE),
    "close a month": Pressed(
        "real", "maria", at("/money"), "", "Closed up to 2026-11", to="/money/months/2026-11/close",
        now=datetime(2026, 12, 8, 13, 0, tzinfo=UTC),
    ),
}  # fmt: skip
OF_OFFICE = {"maria": (["manager"], ["*"]), "carl": (["coder"], ["*"])}


def make_work(home: WorkingHome) -> None:
    """A denial, a hold and an alert."""
    file = home.path / "cleanclaim.toml"
    file.write_text(f"{file.read_text()}authority = {{ maria = 20000 }}\n", encoding="utf-8")
    denied_and_held(home)
    with open_home(load(home.path)) as opened:
        raised.report(
            opened.ledger, "cause", "2026-11-17", "SRV-04", "SRV-04 nightly did not start", "see serve"
        )


def make_money(home: WorkingHome) -> None:
    """What is in suspense, in conflict, in the bank, and owed by a patient."""
    desk_of(home, home.path.parent)


def make_real(home: WorkingHome) -> None:
    """The same in a home that closes months."""
    make_money(home)
    file = home.path / "cleanclaim.toml"
    file.write_text(file.read_text("utf-8").replace("demo = true", "demo = false"), encoding="utf-8")


def make_broken(home: WorkingHome) -> None:
    """A batch that did not go out."""
    denied_and_held(home)
    home.drop("lakeside/4.json", home.encounter("T-4", service_date="2026-11-04"))
    broken(home, NEXT)


HOMES = {"work": make_work, "money": make_money, "real": make_real, "broken": make_broken}


class Copies:
    """A home that is copied, with its ledger in its folder or on a server."""

    def __init__(self, home: WorkingHome, server: PostgresqlServer | None) -> None:
        self.home, self.server = home, server
        self.database = ""
        if server is not None:
            self.database = self._point_at(home, server.new())

    @staticmethod
    def _point_at(home: WorkingHome, url: str) -> str:
        (home.path / "database_url").write_text(url)
        (home.path / "database_url").chmod(0o600)
        return str(make_url(url).database)

    def copied(self, folder: Path) -> WorkingHome:
        """A copy of the home, of which a person said that it goes on from here."""
        home = of(self.home, folder)
        shutil.copytree(self.home.path / "partners", home.path / "partners", dirs_exist_ok=True)
        if self.server is not None:
            self._point_at(home, self.server.new(template=self.database))
        with lease(str(home.path), "", TUESDAY, opens_night=False, in_doubt=True) as taken:
            assert taken.home is not None
            if taken.home.doubt:
                accept_ledger.accept(taken.home, TUESDAY, "a copy for a test", nothing_since=True)
        return home


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def homes(make_home, request) -> Callable[[str], Copies]:
    """The homes by name, each made once, on one database and then on the other."""
    server = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    made: dict[str, Copies] = {}

    def named(name: str) -> Copies:
        if name not in made:
            home = make_home(f"killed-{name}")
            if server is not None:
                file = home.path / "cleanclaim.toml"
                file.write_text(f'database_url_file = "database_url"\n{file.read_text()}', encoding="utf-8")
            copies = Copies(home, server)
            if name in HOMES:
                HOMES[name](home)
                with open_home(load(home.path)) as opened:
                    keep_queue(opened, WEDNESDAY)  # chances are learned once a day
                if name in ("work", "broken"):
                    Office(home).hire(OF_OFFICE)
            made[name] = copies
        return made[name]

    return named


@contextmanager
def office_of(home: WorkingHome, now: datetime) -> Iterator[Office]:
    """The console of a home, and no connection of it afterwards."""
    office = Office(home)
    office.now = now
    try:
        yield office
    finally:
        office.app.state.homes.close()


def press(home: WorkingHome, act: Pressed, about: str, die_at: int = 0) -> int:
    """Signs in, and presses in a console that dies at a side effect; what the answer was."""
    with office_of(home, act.now) as office:
        client = office.as_(act.who)
        fields = act.fields
        if callable(fields):
            with open_home(load(home.path)) as opened:
                fields = fields(opened)
        form: Fields = {"why": "as agreed", "really": "1", **fields}
        if act.to == "/work":
            form["act"] = "assign"
        key = key_of(client.get("/").text)
        if die_at:
            Points(home.path, die_at).install()
        return client.post(act.to or f"{about}{act.act}", data={"form_key": key, **form}).status_code


def dies(die: Callable[[], object]) -> bool:
    """Whether the console died in what it was to do; False: that has no such side effect."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            die()
            code = 0
        finally:
            os._exit(code)
    ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert ended in (0, -signal.SIGKILL)
    return ended == -signal.SIGKILL


def books(home: WorkingHome, day: date) -> dict[str, list[Row]]:
    """Every row, once the letters and the queue are kept, as the next run and the next page do, and what the
    partner received."""
    with home.opened() as opened:
        keep_letters(opened)
        keep_queue(opened, day)
        counts_on = opened.ledger.engine.dialect.name != "sqlite"
    found = {name: rows for name, rows in state(home).items() if name not in BESIDE}
    return (unnumbered(found) if counts_on else found) | {
        "received": sorted(file.name for file in home.path.glob("site/inbound/*"))
    }


def unnumbered(found: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """The rows without the numbers that their database gives: PostgreSQL gives those of what was undone to
    nobody. An act's entry has one in its key, and what was kept up to a row is that row's."""
    given = {}
    for name, rows in found.items():
        table = metadata.tables.get(name)
        columns = [c for c in table.columns if not c.name.endswith("_at")] if table is not None else []
        kept = [n for n, c in enumerate(columns) if not (c.name == "id" or c.foreign_keys)]
        if name == "kept_to":
            kept = [n for n in kept if columns[n].name != "last"]
        if columns:
            rows = sorted(tuple(_ACT.sub("act:", row[n]) for n in kept) for row in rows)
        given[name] = rows
    return given


_ACT = re.compile(r"^act:[0-9]+$")


def page_of(home: WorkingHome, act: Pressed, about: str) -> str:
    with office_of(home, act.now) as office:
        return office.as_(act.who).get(about).text


@pytest.mark.parametrize("name", ACTS)
def test_a_console_that_dies_in_an_act_has_done_it_once_or_not_at_all_and_says_which(homes, tmp_path, name):
    act = ACTS[name]
    copies, day = homes(act.home), act.now.date()
    with open_home(load(copies.home.path)) as opened:
        about = act.about(opened)
    whole = copies.copied(tmp_path / "whole")
    before = books(whole, day)
    assert not re.search(act.says, page_of(whole, act, about))
    assert press(whole, act, about) == 303
    after = books(whole, day)
    assert after != before
    assert re.search(act.says, page_of(whole, act, about)), page_of(whole, act, about)
    die_at = 1
    while True:
        home = copies.copied(tmp_path / f"at{die_at}")
        if not dies(lambda: press(home, act, about, die_at)):  # noqa: B023
            break
        found = books(home, day)
        if not act.steps:
            assert found in (before, after), f"killed at {die_at}"
        says = bool(re.search(act.says, page_of(home, act, about)))
        assert says == (act.of(found) == act.of(after)), f"killed at {die_at}: what its page says"
        if not says:
            assert press(home, act, about) == 303
            found = books(home, day)
            assert act.of(found) == act.of(after), f"killed at {die_at}, pressed again"
        die_at += 1
    assert die_at > 1


def test_a_console_that_dies_as_the_first_user_is_made_has_made_her_or_nobody(homes, tmp_path):
    copies = homes("new")
    now = datetime(2026, 11, 18, 13, 0, tzinfo=UTC)

    def enrol(home: WorkingHome, die_at: int = 0) -> int:
        with office_of(home, now) as office:
            with open_home(load(home.path)) as opened:
                code = first_user.offer(opened, int(now.timestamp()))
            client = office.browser()
            form = {"form_key": key_of(client.get("/sign-in/first").text), "code": code.code if code else ""}
            if die_at:
                Points(home.path, die_at).install()
            form |= {"name": "maria", "password": PASSWORD, "again": PASSWORD}
            return client.post("/sign-in/first", data=form).status_code

    def signed_in(client: TestClient) -> int:
        form = {"form_key": key_of(client.get("/sign-in").text), "name": "maria", "password": PASSWORD}
        return client.post("/sign-in", data=form).status_code

    die_at, made = 1, []
    while True:
        home = copies.copied(tmp_path / f"at{die_at}")
        if not dies(lambda: enrol(home, die_at)):  # noqa: B023
            break
        with office_of(home, now) as office:
            page = office.browser().get("/sign-in")
        made.append(page.status_code == 200)
        if not made[-1]:
            assert page.headers["location"] == "/sign-in/first"
            assert enrol(home) == 303, "the same code, for it was not used"
        with office_of(home, now) as office:
            assert signed_in(office.browser()) == 303
            with open_home(load(home.path)) as opened:
                assert [user.name for user in users.users(opened.ledger)] == ["maria"]
                assert first_user.offer(opened, int(now.timestamp())) is None
            assert not (home.path / "first-user").exists()
        die_at += 1
    assert set(made) == {True, False}
