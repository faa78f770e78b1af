"""A proxy says by a header who asks: from its own addresses alone, for users that are known."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from config.errors import ConfigurationError
from config.settings import load
from tasks.home.home import open_home
from tasks.operations import users
from tasks.operations.money_acts import By
from tests.conftest import WorkingHome
from tests.web.conftest import PASSWORD, PEOPLE, TUESDAY, Office, key_of
from tests.web.test_security import routes, trail
from web.app import make_app
from web.errors import Refused

SETTINGS = """console_behind_proxy = true
console_user_header = "X-Remote-User"
console_proxy_addresses = ["10.0.0.0/30", "fd00::7"]
"""


def of(home: WorkingHome, more: str) -> None:
    file = home.path / "cleanclaim.toml"
    file.write_text(file.read_text() + more)


@pytest.fixture
def office(home: WorkingHome) -> Office:
    of(home, SETTINGS)
    made = Office(home)
    made.hire({name: PEOPLE[name] for name in ("maria", "carl")})
    return made


def browser(office: Office, address: str, **headers: str) -> TestClient:
    client = TestClient(
        office.app, base_url="https://127.0.0.1:4280", follow_redirects=False, client=(address, 4000)
    )
    client.headers["accept"] = "text/html"
    client.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return client


def signed_in(office: Office, name: str, address: str = "10.0.0.2") -> TestClient:
    client = browser(office, address, X_Remote_User=name)
    assert client.get("/").headers["location"] == "/sign-in"
    assert client.get("/sign-in").headers["location"] == "/"
    assert client.get("/").status_code == 200
    return client


def test_who_the_proxy_names_is_signed_in_with_the_roles_that_are_kept_here(office):
    client = signed_in(office, "MARIA")
    signed_in(office, "maria", "fd00::7")
    signed_in(office, "maria", "::ffff:10.0.0.1")
    carl = signed_in(office, "carl")
    assert carl.get("/money").status_code == 403
    assert {row.detail for row in trail(office, "signed in")} == {"named by the proxy"}
    client.headers["X-Remote-User"] = "carl"
    assert client.get("/").headers["location"] == "/sign-in", "the session is another person's"
    out = carl.post("/sign-out", data={"form_key": key_of(carl.get("/").text)})
    assert (out.status_code, "signed out" in out.text) == (200, True)
    assert carl.get("/").headers["location"] == "/sign-in"
    office.wait(minutes=16)
    client = signed_in(office, "maria")
    with open_home(load(office.home.path)) as opened:
        users.set_disabled(opened, TUESDAY, By("root", "left us"), "maria", True, dry_run=False)
    assert client.get("/").headers["location"] == "/sign-in"
    refused = client.get("/sign-in")
    assert (refused.status_code, "SGN-07" in refused.text) == (403, True)
    stranger = browser(office, "10.0.0.2", X_Remote_User="Zephyrine Quill").get("/sign-in")
    assert (stranger.status_code, "SGN-07" in stranger.text) == (403, True)
    assert "Zephyrine" not in stranger.text + str(trail(office, ""))


def test_nobody_else_says_who_asks(office):
    session = signed_in(office, "maria")
    stolen = dict(session.cookies)
    for address, headers in (
        ("10.0.0.9", {"X_Remote_User": "maria"}),
        ("10.0.0.9", {"X_Remote_User": "maria", "X_Forwarded_For": "10.0.0.2"}),
        ("127.0.0.1", {"X_Remote_User": "maria", "Forwarded": "for=10.0.0.2"}),
        ("testclient", {"X_Remote_User": "maria"}),
        ("10.0.0.2", {}),
        ("10.0.0.2", {"X_Remote_User": "  "}),
        ("10.0.0.2", {"Remote_User": "maria"}),
    ):
        client = browser(office, address, **headers)
        client.cookies.update(stolen)
        for page in ("/", "/sign-in"):
            answer = client.get(page)
            assert (answer.status_code, "WEB-12" in answer.text) == (403, True), (address, headers, page)
    twice = browser(office, "10.0.0.2")
    answer = twice.get("/sign-in", headers=[("X-Remote-User", "maria"), ("x-remote-user", "carl")])
    assert "WEB-12" in answer.text
    stranger = browser(office, "10.0.0.9", X_Remote_User="maria")
    for method, path in routes(office.app):
        if not path.startswith("/sign-in/"):  # they want who gave a password, and nobody does
            answer = stranger.request(method, path, data={"x": "y"} if method == "POST" else None)
            assert (answer.status_code, "WEB-12" in answer.text) == (403, True), path
    form = {"form_key": "0" * 64, "name": "maria", "password": PASSWORD}
    by_password = browser(office, "10.0.0.2", X_Remote_User="maria").post("/sign-in", data=form)
    assert (by_password.status_code, "WEB-12" in by_password.text) == (403, True)


def test_the_browsers_address_is_taken_from_the_proxy_alone(home):
    of(home, 'console_behind_proxy = true\nconsole_proxy_addresses = ["10.0.0.2"]\n')
    office = Office(home)
    office.hire({"maria": PEOPLE["maria"]})

    def guess(peer: str, behind: str) -> int:
        client = browser(office, peer, X_Forwarded_For=behind)
        form = {"form_key": key_of(client.get("/sign-in").text), "name": "maria", "password": "wrong"}
        return client.post("/sign-in", data=form).status_code

    assert [guess("10.0.0.2", "192.0.2.1") for _ in range(6)] == [403] * 5 + [429]
    assert guess("10.0.0.2", "192.0.2.2") == 403, "another browser behind the same proxy"
    assert [guess("198.51.100.9", f"192.0.2.{n}") for n in range(3, 9)] == [403] * 5 + [429], "no proxy"


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ('console_user_header = "X-Remote-User"\n', "WEB-10"),
        ('console_user_header = "X Remote"\n', "CFG-04"),
        ('console_proxy_addresses = ["proxy.example"]\n', "CFG-04"),
        ('console_proxy_addresses = ["10.0.0.7/24"]\n', "CFG-04"),
    ],
)
def test_settings_that_let_anybody_say_it_are_refused(home, settings, error):
    of(home, settings)
    with pytest.raises((Refused, ConfigurationError, ValidationError)) as refused:
        make_app(load(home.path), lambda: datetime.now(UTC))
    assert getattr(refused.value, "code", "") == error
