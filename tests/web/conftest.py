"""A home after two nights with users of each kind, and browsers without a screen that are signed in to it."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
import uvicorn
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from config.settings import load
from tasks import nightly_run
from tasks.home.home import open_home
from tasks.operations import users
from tasks.operations.money_acts import By
from tasks.people import passwords
from tasks.runs.lease import lease
from tests.conftest import WorkingHome
from web.app import make_app

MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)
PASSWORD = "correct horse battery"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PEOPLE = {
    "maria": (["manager"], ["*"]),
    "carl": (["coder"], ["*"]),
    "bea": (["biller"], ["*"]),
    "lena": (["biller"], ["lakeside"]),
    "otto": (["operator"], ["*"]),
    "olga": (["operator"], ["elmgrove"]),
    "ada": (["auditor"], ["*"]),
}


class Office:
    """A home with its console, and a clock that a test may turn."""

    def __init__(self, home: WorkingHome) -> None:
        self.home = home
        self.now = datetime(2026, 11, 18, 13, 0, tzinfo=UTC)
        self.app = make_app(load(home.path), lambda: self.now)
        self._clients: dict[str, TestClient] = {}
        self._keys: dict[tuple[tuple[str, str], ...], str] = {}

    def hire(self, people: dict[str, tuple[list[str], list[str]]]) -> None:
        with open_home(load(self.home.path)) as opened, pytest.MonkeyPatch.context() as patch:
            patch.setattr(passwords, "_HASHER", QUICK)  # speed only: signing in costs what the hash says
            for name, (roles, practices) in people.items():
                signed = By("root", "works here")
                users.add(opened, TUESDAY, signed, name, roles, practices, PASSWORD, dry_run=False)

    def browser(self) -> TestClient:
        """One that is not signed in."""
        client = TestClient(self.app, base_url="http://127.0.0.1:4280", follow_redirects=False)
        client.headers["accept"] = "text/html"
        return client

    def sign_in(self, name: str, password: str = PASSWORD) -> TestClient:
        """A new browser, signed in."""
        client = self.browser()
        form = {"form_key": key_of(client.get("/sign-in").text), "name": name, "password": password}
        answer = client.post("/sign-in", data=form)
        assert answer.status_code == 303, answer.text
        return client

    def as_(self, name: str) -> TestClient:
        """The browser of a person, signed in once."""
        if name not in self._clients:
            self._clients[name] = self.sign_in(name)
        return self._clients[name]

    def press(self, client: TestClient, address: str, **fields: object):
        """Sends a form with the key of its session, and looks at the page that answers it."""
        session = tuple(sorted(client.cookies.items()))
        if session not in self._keys:
            self._keys[session] = key_of(client.get("/").text)
        answer = client.post(address, data={"form_key": self._keys[session], **fields})
        to = answer.headers.get("location", "")
        return client.get(to) if to.startswith("/shown/") else answer

    def wait(self, **for_: int) -> None:
        self.now += timedelta(**for_)


@contextmanager
def listening(office: Office, port: int = 0) -> Iterator[str]:
    """A console that listens, for a real browser; gives its address."""
    listener = socket.create_server(("127.0.0.1", port))
    server = uvicorn.Server(uvicorn.Config(office.app, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=30)


def key_of(page: str) -> str:
    found = re.search(r'name="form_key" value="([0-9a-f]{64})"', page)
    assert found, page[:500]
    return found[1]


@pytest.fixture(scope="session")
def office(make_home: Callable[[str], WorkingHome]) -> Office:
    """Two nights of the samples. Tests leave its work as it is, but for notes."""
    home = make_home("office")
    for day, samples in ((MONDAY, "monday"), (TUESDAY, "tuesday")):
        home.samples(samples)
        with home.clearinghouse(day), lease(str(home.path), "", day) as taken:
            assert taken.home is not None
            nightly_run.walk(taken.home, day)
            taken.close([])
    made = Office(home)
    made.hire(PEOPLE)
    return made


@pytest.fixture
def small_office(home: WorkingHome) -> Office:
    """A home of its own without a night, for tests about sessions and users."""
    made = Office(home)
    made.hire({"maria": PEOPLE["maria"]})
    return made
