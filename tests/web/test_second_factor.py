"""Signing in with a second factor: a code once, near its time; a half session opens nothing else."""

import base64
import re

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from config.settings import load
from console.command import app
from ledger.people import second_factors
from ledger.schema import recovery_code, second_factor
from tasks.errors import StepError
from tasks.home.home import open_home
from tasks.operations import second_factor as operation
from tasks.operations.money_acts import By
from tasks.people import sign_in, totp
from tasks.people.second_factor import LOCKED_AT
from tests.conftest import WorkingHome
from tests.tasks.operations.killing import killed
from tests.web.conftest import PASSWORD, PEOPLE, TUESDAY, Office, key_of
from tests.web.test_security import OPEN_TO_ALL, routes, trail

both = pytest.mark.usefixtures("either_database")
ROOT = By("root", "works here")
REFUSED = re.compile(r'role="alert">(\w+-\d+)')


@pytest.fixture
def office(home: WorkingHome) -> Office:
    made = Office(home)
    made.hire({name: PEOPLE[name] for name in ("maria", "carl")})
    return made


def opened(office: Office):
    return open_home(load(office.home.path))


def seconds(office: Office) -> int:
    return int(office.now.timestamp())


def enrolled(office: Office, name: str) -> tuple[bytes, tuple[str, ...]]:
    """The secret and the recovery codes of a person who has a second factor from now on."""
    with opened(office) as home:
        begun = operation.begin(home, TUESDAY, ROOT, name, dry_run=False)
        secret = base64.b32decode(begun.secret.spelled)
        code = totp.code_at(secret, totp.step_of(seconds(office)) - 1)
        done = operation.confirm(home, TUESDAY, ROOT, name, code, seconds(office), dry_run=False)
    return secret, done.recovery_codes


def code_now(office: Office, secret: bytes, off: int = 0) -> str:
    return totp.code_at(secret, totp.step_of(seconds(office)) + off)


def half(office: Office, name: str, to: str = "/sign-in/code"):
    """A browser whose password was right."""
    browser = office.browser()
    form = {"form_key": key_of(browser.get("/sign-in").text), "name": name, "password": PASSWORD}
    answer = browser.post("/sign-in", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, to)
    return browser


def send(browser, code: str, page: str = "/sign-in/code"):
    return browser.post(page, data={"form_key": key_of(browser.get(page).text), "code": code})


def said(answer) -> tuple[int, str]:
    found = REFUSED.search(answer.text)
    return answer.status_code, found[1] if found else ""


def test_a_half_session_opens_nothing_but_what_asks_for_the_code(office):
    enrolled(office, "maria")
    browser = half(office, "maria")
    for method, path in routes(office.app):
        if (method, path) in OPEN_TO_ALL or path.startswith("/sign-in/"):
            continue
        answer = browser.request(method, path, data={"term": "x"} if method == "POST" else None)
        assert answer.status_code == (303 if method == "GET" else 401), path
        assert answer.headers.get("location") == ("/sign-in" if method == "GET" else None), path
    stolen = {"cleanclaim": browser.cookies["cleanclaim-half"]}
    thief = office.browser()
    thief.cookies.update(stolen)
    assert thief.get("/").headers["location"] == "/sign-in", "the half cookie is no session's"
    assert browser.get("/sign-in/set-up").headers["location"] == "/sign-in", (
        "it is set up, by who has the code"
    )
    assert browser.post("/sign-in/set-up", data={"form_key": "0" * 64}).status_code == 401


@both
def test_a_code_signs_in_once(office):
    secret, codes = enrolled(office, "maria")
    browser = half(office, "maria")
    again = half(office, "maria")
    code = code_now(office, secret)
    assert browser.post("/sign-in/code", data={"form_key": "0" * 64, "code": code}).status_code == 403
    assert said(send(browser, "000000" if code != "000000" else "000001")) == (403, "SGN-03")
    done = send(browser, f" {code[:3]} {code[3:]} ")
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert browser.get("/").status_code == 200
    assert "cleanclaim-half" not in browser.cookies
    assert said(send(again, code)) == (403, "SGN-03"), "it was used"
    assert said(send(again, code_now(office, secret, -1))) == (403, "SGN-03"), "an earlier one is over too"
    assert send(again, code_now(office, secret, 1)).status_code == 303, "a clock that is fast"
    rows = trail(office, "signed in")
    assert [row.detail for row in rows] == ["with a code"] * 2
    written = str(trail(office, "")) + browser.get("/second-factor").text
    assert not any(one in written for one in (totp.spelled(secret), code, *codes))
    with opened(office) as home, home.ledger.read() as connection:
        kept = str(connection.execute(select(second_factor)).all())
        digests = str(connection.execute(select(recovery_code)).all())
    assert not any(one in kept + digests for one in (totp.spelled(secret), secret.hex(), *codes))
    assert (office.home.path / "keys" / "second-factor").stat().st_mode & 0o077 == 0


@both
def test_wrong_codes_are_bounded_lock_in_the_end_and_a_recovery_code_lets_in_once(office):
    secret, codes = enrolled(office, "maria")
    wrong = code_now(office, secret, 50)
    browser = half(office, "maria")
    assert [said(send(browser, wrong)) for _ in range(6)] == [(403, "SGN-03")] * 5 + [(429, "SGN-02")]
    with opened(office) as home:
        while second_factors.count_wrong(home.ledger, "maria", LOCKED_AT):
            pass
        assert second_factors.of(home.ledger, "maria").wrong == LOCKED_AT
    office.wait(minutes=16)
    browser = half(office, "maria")
    assert said(send(browser, code_now(office, secret))) == (403, "SGN-05"), "the right one too"
    assert said(send(browser, "abcd-efgh-ijkl-mnop")) == (403, "SGN-03")
    assert send(browser, codes[0].upper()).status_code == 303
    assert trail(office, "signed in")[0].detail == "with a recovery code"
    browser = half(office, "maria")
    assert said(send(browser, codes[0])) == (403, "SGN-03"), "it was used"
    assert send(browser, code_now(office, secret)).status_code == 303, "it is unlocked"
    assert half(office, "maria").get("/sign-in/code").status_code == 200
    late = half(office, "maria")
    form = {"form_key": key_of(late.get("/sign-in/code").text), "code": code_now(office, secret)}
    office.wait(minutes=11)
    assert late.post("/sign-in/code", data=form).status_code == 401, "the password was too long ago"
    carl = office.sign_in("carl")
    assert carl.get("/sign-in/code").headers["location"] == "/sign-in"
    assert carl.get("/").status_code == 200, "who has none signs in as before"


@both
def test_a_role_that_must_sets_it_up_when_signing_in_and_a_person_may_anew(office):
    file = office.home.path / "cleanclaim.toml"
    file.write_text(f'{file.read_text()}console_second_factor = ["manager"]\n')
    elsewhere = half(office, "maria", "/sign-in/set-up")
    browser = half(office, "maria", "/sign-in/set-up")
    assert browser.get("/sign-in/code").headers["location"] == "/sign-in"
    key = key_of(browser.get("/sign-in/set-up").text)
    shown = browser.post("/sign-in/set-up", data={"form_key": key}).text
    secret = base64.b32decode(re.search(r"secret=([A-Z2-7]+)", shown)[1])
    early = {"form_key": key, "code": code_now(office, secret, 9)}
    assert said(browser.post("/sign-in/set-up", data=early)) == (403, "USR-05")
    done = browser.post("/sign-in/set-up", data={"form_key": key, "code": code_now(office, secret)})
    codes = re.findall(r"<code>([a-z2-7-]{19})</code>", done.text)
    assert len(codes) == 10
    assert browser.get("/").status_code == 200, "signed in"
    assert elsewhere.get("/sign-in/set-up").headers["location"] == "/sign-in"

    page = browser.get("/second-factor")
    assert "10 recovery codes are left" in re.sub(r"\s+", " ", page.text)
    form = {"form_key": key_of(page.text)}
    assert said(browser.post("/second-factor", data={**form, "password": "wrong"})) == (403, "SGN-01")
    shown = browser.post("/second-factor", data={**form, "password": PASSWORD}).text
    second = base64.b32decode(re.search(r"secret=([A-Z2-7]+)", shown)[1])
    office.wait(minutes=1)
    assert send(half(office, "maria"), code_now(office, secret)).status_code == 303, (
        "the first one still counts"
    )
    new = browser.post("/second-factor", data={**form, "code": code_now(office, second)})
    assert new.status_code == 200
    assert not set(codes) & set(re.findall(r"<code>([a-z2-7-]{19})</code>", new.text))
    office.wait(minutes=1)
    assert said(send(half(office, "maria"), codes[0])) == (403, "SGN-03"), "earlier recovery codes are over"
    assert said(send(half(office, "maria"), code_now(office, secret))) == (403, "SGN-03")
    assert send(half(office, "maria"), code_now(office, second)).status_code == 303
    assert {row.subject for row in trail(office, "second factor on")} == {"user maria"}


def test_a_command_begins_confirms_and_removes_it_and_says_where_it_stands(office):
    def typed(*words: str):
        words = ("users", *words, "--home", str(office.home.path))
        return CliRunner().invoke(app, list(words))

    why = ("--why", "works here now", "--as", "root")
    assert typed("second-factor", "maria", "--code", "123456", *why).exception.code == "USR-04"
    assert typed("second-factor", "maria", "--remove", *why).exception.code == "USR-04"
    assert typed("second-factor", "nobody", *why).exception.code == "USR-01"
    assert typed("second-factor", "maria", "--code", "1", "--remove", *why).exception.code == "ACT-03"
    assert "key" not in typed("second-factor", "maria", "--dry-run", "--json").stdout
    shown = typed("second-factor", "Maria", *why).stdout
    secret = base64.b32decode(re.search(r"key for the app: (\w+)", shown)[1])
    assert "begun" in typed("list").stdout
    assert office.sign_in("maria").get("/").status_code == 200, "nothing changed yet"
    with opened(office) as home:
        now = seconds(office)
        with pytest.raises(StepError) as refused:
            operation.confirm(home, TUESDAY, ROOT, "maria", "12345x", now, dry_run=False)
        assert refused.value.code == "USR-05"
        operation.confirm(home, TUESDAY, ROOT, "maria", code_now(office, secret), now, dry_run=False)
    assert "on, 10 recovery codes" in typed("list", "--json").stdout
    browser = half(office, "maria")
    key = office.home.path / "keys" / "second-factor"
    kept = key.read_text()
    key.unlink()
    assert said(send(browser, code_now(office, secret, 1))) == (403, "SGN-06"), "its key is gone"
    with opened(office) as home:
        operation.begin(home, TUESDAY, ROOT, "carl", dry_run=False)  # a new key is made
    assert said(send(browser, code_now(office, secret, 1))) == (403, "SGN-06")
    key.write_text(kept)
    assert send(browser, code_now(office, secret, 1)).status_code == 303
    assert typed("second-factor", "maria", "--remove", *why).exit_code == 0
    assert browser.get("/").headers["location"] == "/sign-in", "every session is over"
    assert office.sign_in("maria").get("/").status_code == 200


def test_a_row_of_one_person_is_no_good_for_another(office):
    secret, _ = enrolled(office, "maria")
    enrolled(office, "carl")
    rows = second_factor.c
    with opened(office) as home, home.ledger.write() as connection:
        hers = connection.execute(select(rows.sealed).where(rows.name == "maria")).scalar_one()
        connection.execute(second_factor.update().where(rows.name == "carl").values(sealed=hers))
    assert said(send(half(office, "carl"), code_now(office, secret))) == (403, "SGN-06")


def test_a_sign_in_that_is_killed_spends_the_code_with_its_session_or_not_at_all(office):
    secret, _ = enrolled(office, "maria")
    outcomes, point = set(), 1
    while True:
        office.wait(minutes=2)
        token = half(office, "maria").cookies["cleanclaim-half"]
        code, now = code_now(office, secret), seconds(office)

        def act(home, token=token, code=code, now=now):
            sign_in.second(home, TUESDAY, token, code, "here", now)

        before = signed_in(office)
        if not killed(office.home, act, point):
            break
        with opened(office) as home:
            spent = second_factors.of(home.ledger, "maria").spent_at == now // 30 * 30
            assert spent == (signed_in(office) > before)
            outcomes.add(spent)
            if not spent:
                act(home)
        point += 2
    assert outcomes == {False, True}


def signed_in(office: Office) -> int:
    with opened(office) as home:
        return sign_in.open_sessions(home, seconds(office)).get("maria", 0)
