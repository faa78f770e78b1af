"""The first person of a home is made in the browser by whoever has the code of the home's file, once."""

import logging
import stat
import tomllib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from config.settings import load
from ledger.people.users import users
from ledger.trail import audit
from tasks.home.home import open_home
from tasks.operations import first_user
from tests.conftest import WorkingHome
from tests.web.browsing import IN_A_BROWSER, browsing
from tests.web.conftest import PASSWORD, Office, key_of, listening

pytestmark = pytest.mark.usefixtures("either_database")
FIRST = "/sign-in/first"


def offered(office: Office) -> str:
    """The console starts: the code that its home holds then."""
    with open_home(load(office.home.path)) as opened:
        first_user.offer(opened, int(office.now.timestamp()))
    return str(tomllib.loads((office.home.path / "first-user").read_text())["code"])


def enrol(office: Office, code: str, name: str = "maria", client=None, **other: str):
    client = client or office.browser()
    form = {"code": code, "name": name, "password": PASSWORD, "again": PASSWORD, **other}
    return client.post(FIRST, data={"form_key": key_of(client.get(FIRST).text), **form})


def people(office: Office) -> list[str]:
    with open_home(load(office.home.path)) as opened:
        return [user.name for user in users(opened.ledger)]


def trail(office: Office, act: str) -> list[tuple[str, str]]:
    with open_home(load(office.home.path)) as opened:
        return [(row.subject, row.detail) for row in audit.rows(opened.ledger, act=act)]


@pytest.fixture
def empty_office(home: WorkingHome) -> Office:
    return Office(home)


def test_whoever_has_the_code_becomes_the_manager_and_is_signed_in(empty_office, caplog):
    caplog.set_level(logging.DEBUG)
    office, browser = empty_office, empty_office.browser()
    assert browser.get("/").headers["location"] == "/sign-in"
    assert browser.get("/sign-in").headers["location"] == FIRST
    code = offered(office)
    assert stat.S_IMODE((office.home.path / "first-user").stat().st_mode) == 0o600
    done = enrol(office, code.lower().replace("-", " "), client=browser)
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert "Users" not in browser.get("/").text
    assert browser.get("/audit").status_code == 200, "a manager of every practice"
    [(subject, detail)] = trail(office, "user added")
    assert (subject, detail.split(";")[0]) == ("user maria", "manager, practices *")
    assert trail(office, "signed in")
    assert not (office.home.path / "first-user").exists()
    assert code not in caplog.text
    assert code not in str(trail(office, ""))
    assert office.sign_in("maria").get("/").status_code == 200


def test_it_is_good_once(empty_office):
    office = empty_office
    code, early = offered(office), empty_office.browser()
    key = key_of(early.get(FIRST).text)
    enrol(office, code)
    form = {"form_key": key, "code": code, "name": "eve", "password": PASSWORD, "again": PASSWORD}
    late = early.post(FIRST, data=form)
    assert (late.status_code, late.headers["location"]) == (303, "/sign-in")
    assert early.get(FIRST).headers["location"] == "/sign-in"
    assert early.get("/sign-in").status_code == 200
    assert people(office) == ["maria"]
    with open_home(load(office.home.path)) as opened:
        assert first_user.offer(opened, int(office.now.timestamp())) is None


def test_of_two_who_type_it_at_once_one_is_made(empty_office):
    office = empty_office
    code = offered(office)
    browsers = [office.browser() for _ in range(2)]
    keys = [key_of(one.get(FIRST).text) for one in browsers]

    def sent(number: int) -> int:
        form = {"code": code, "name": f"person {number}", "password": PASSWORD, "again": PASSWORD}
        return browsers[number].post(FIRST, data={"form_key": keys[number], **form}).status_code

    with ThreadPoolExecutor(2) as both:
        answers = sorted(both.map(sent, range(2)))
    assert len(people(office)) == 1
    assert answers[0] == 303
    assert answers[1] in (303, 403)


def test_its_hour_ends_and_a_console_that_starts_again_has_another_one(empty_office):
    office = empty_office
    code = offered(office)
    assert offered(office) == code, "one that comes back keeps it"
    office.now += timedelta(minutes=60)
    refused = enrol(office, code)
    assert (refused.status_code, "SGN-17" in refused.text) == (403, True)
    assert people(office) == []
    other = offered(office)
    assert other != code
    assert enrol(office, other).status_code == 303


def test_a_wrong_code_is_refused_noted_and_soon_not_taken_any_more(empty_office):
    office = empty_office
    code = offered(office)
    for wrong in ("", "AAAA-AAAA-AAAA-AAAA", code[:-1], '"><script>alert(1)</script>'):
        refused = enrol(office, wrong)
        assert (refused.status_code, "SGN-17" in refused.text) == (403, True)
        assert "<script>alert" not in refused.text
    assert trail(office, "sign-in refused")[0] == ("user unknown", "first user, SGN-17")
    enrol(office, "B" * 16)
    assert "SGN-02" in enrol(office, code).text
    assert people(office) == []
    office.wait(minutes=16)
    assert enrol(office, code).status_code == 303


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"again": "another password"}, "USR-02"),
        ({"password": "short", "again": "short"}, "USR-02"),
        ({"name": "<b>"}, "USR-01"),
    ],
)
def test_what_is_typed_wrong_is_said_and_the_code_stays_good(empty_office, fields, refused):
    code = offered(empty_office)
    answer = enrol(empty_office, code, **fields)
    assert (answer.status_code, refused in answer.text) == (403, True), answer.text
    assert f'value="{code}"' in answer.text, "it need not be typed again"
    assert people(empty_office) == []
    assert enrol(empty_office, code).status_code == 303


def test_a_form_from_elsewhere_makes_nobody(empty_office):
    code, browser = offered(empty_office), empty_office.browser()
    key = key_of(browser.get(FIRST).text)
    form = {"code": code, "name": "eve", "password": PASSWORD, "again": PASSWORD}
    for fields, headers in (({}, {}), ({"form_key": key}, {"origin": "http://evil.example"})):
        answer = browser.post(FIRST, data={**form, **fields}, headers=headers)
        assert (answer.status_code, "WEB-02" in answer.text) == (403, True)
    assert people(empty_office) == []


def test_where_people_sign_in_elsewhere_there_is_no_code(home):
    file = home.path / "cleanclaim.toml"
    file.write_text(f'{file.read_text()}console_behind_proxy = true\nconsole_user_header = "X-Remote-User"\n')
    with open_home(load(home.path)) as opened:
        assert first_user.offer(opened, 0) is None
    assert not (home.path / "first-user").exists()


def test_who_must_have_a_second_factor_sets_it_up_first(home):
    file = home.path / "cleanclaim.toml"
    file.write_text(f'{file.read_text()}console_second_factor = ["manager"]\n')
    office = Office(home)
    assert enrol(office, offered(office)).headers["location"] == "/sign-in/set-up"


class TestInABrowser:
    pytestmark = IN_A_BROWSER

    def test_the_address_on_the_terminal_leads_to_last_night(self, empty_office):
        from axe_playwright_python.sync_playwright import Axe

        from tests.web.test_accessibility import wrong

        code = offered(empty_office)
        with listening(empty_office) as base, browsing() as page:
            page.goto(base)
            assert "first manager" in page.text_content("h1")
            assert wrong(page, Axe()) == []
            assert page.evaluate("document.activeElement.name") == "code"
            for field, typed in (
                ("code", code),
                ("name", "maria"),
                ("password", PASSWORD),
                ("again", PASSWORD),
            ):
                page.fill(f"input[name={field}]", typed)
            with page.expect_navigation(url=lambda url: "/sign-in" not in url):
                page.click("main button")
            assert page.url == f"{base}/"
            assert code not in page.evaluate("JSON.stringify(history.state) + document.cookie")
