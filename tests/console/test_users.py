"""`cleanclaim users`: who may sign in, kept with who said so; a password is in no argument and no answer."""

import json

import pytest
from typer.testing import CliRunner

from config.settings import load
from console.command import app
from ledger.books import acts
from ledger.people import users
from ledger.trail import audit
from tasks.home.home import open_home
from tasks.people.passwords import fits
from tests.conftest import WorkingHome
from tests.tasks.operations.killing import killed

PASSWORD = "correct horse battery"
WHY = ("--why", "works here now", "--as", "root")


def said(home, *words: str, typed: str = PASSWORD):
    words = (*words, "--home", str(home.path))
    return CliRunner().invoke(app, ["users", *words], input=f"{typed}\n")


def add(home, name: str, *more: str, typed: str = PASSWORD):
    return said(home, "add", name, "--password-stdin", *WHY, *more, typed=typed)


def known(home) -> dict[str, users.User]:
    with open_home(load(home.path)) as opened:
        return {user.name: user for user in users.users(opened.ledger)}


def test_a_person_is_added_changed_and_disabled_each_with_who_and_why(home, either_database):
    done = add(home, "maria", "--role", "biller", "--role", "coder", "--practice", "LAKESIDE", "--json")
    assert json.loads(done.stdout)["user"] == {
        "name": "maria", "roles": ["biller", "coder"], "practices": ["lakeside"], "disabled": False,
        "since": known(home)["maria"].business_on,
    }  # fmt: skip
    assert said(home, "roles", "Maria", "--role", "manager", "--practice", "*", *WHY).exit_code == 0
    assert (
        said(home, "passwd", "maria", "--password-stdin", *WHY, typed="another horse battery").exit_code == 0
    )
    assert said(home, "disable", "maria", *WHY).exit_code == 0
    user = known(home)["maria"]
    assert (user.roles, user.practices, user.disabled) == ({"manager"}, {"*"}, True)
    assert said(home, "enable", "maria", *WHY).exit_code == 0
    with open_home(load(home.path)) as opened:
        rows = [row for row in audit.rows(opened.ledger) if row.subject == "user maria"]
        _, kept = users.find_with_password(opened.ledger, "maria")
    assert [row.act for row in rows] == [
        "user enabled", "user disabled", "user's password set", "user's roles set", "user added",
    ]  # fmt: skip
    assert all(row.detail.endswith("; by root: works here now") for row in rows)
    assert (fits(kept, "another horse battery"), fits(kept, PASSWORD)) == (True, False)
    listed = said(home, "list", "--json").stdout
    assert json.loads(listed)["users"][0]["sessions"] == 0
    assert "argon2" not in listed + str(rows)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$"), "what a hash costs who guesses"
    assert "horse" not in str(rows)


@pytest.mark.parametrize(
    ("name", "more", "typed", "code"),
    [
        ("maria", (), "too short", "USR-02"),
        ("maria", (), "x" * 300, "USR-02"),
        ("maria", (), "aaaaaaaaaaaaaaaa", "USR-02"),
        ("maria", (), "my maria password", "USR-02"),
        ("maria", ("--role", "boss"), PASSWORD, "USR-03"),
        ("maria", ("--practice", "nowhere"), PASSWORD, "USR-03"),
        ("-", (), PASSWORD, "USR-01"),
        ("<script>", (), PASSWORD, "USR-01"),
        ("x" * 90, (), PASSWORD, "USR-01"),
        ("maria", ("--why", "no"), PASSWORD, "LED-14"),
    ],
)
def test_what_will_not_do_is_refused_and_nobody_is_added(home, name, more, typed, code):
    done = add(home, name, "--role", "biller", "--practice", "lakeside", *more, typed=typed)
    assert getattr(done.exception, "code", "") == code
    assert known(home) == {}


def test_a_dry_run_adds_nobody_and_a_name_is_one_persons_whatever_its_capitals(home):
    of = ("--role", "biller", "--practice", "*")
    assert add(home, "maria", *of, "--dry-run").exit_code == 0
    assert known(home) == {}
    assert add(home, "maria", *of).exit_code == 0
    again = add(home, "MARIA", *of)
    assert again.exception.code == "USR-01"
    assert said(home, "disable", "nobody", *WHY).exception.code == "USR-01"
    assert said(home, "roles", "maria", *WHY).exception.code == "USR-03"
    before = known(home)
    assert said(home, "disable", "maria", *WHY, "--dry-run").exit_code == 0
    assert known(home) == before


def test_a_programs_name_is_no_persons_and_a_person_who_signed_keeps_the_spelling(home, either_database):
    with open_home(load(home.path)) as opened, opened.ledger.write() as connection:
        acts.know(connection, "2026-11-16", "small balances", "service", 0)
        acts.know(connection, "2026-11-16", "Dana", "person", 0)
    of = ("--role", "biller", "--practice", "*")
    for name in ("small balances", "Small Balances", "dana"):
        assert add(home, name, *of).exception.code == "LED-14"
    assert known(home) == {}
    assert add(home, "Dana", *of).exit_code == 0


def test_an_act_that_is_killed_adds_a_person_whole_or_not_at_all(home: WorkingHome, tmp_path):
    from tasks.operations import users as operation
    from tasks.operations.money_acts import By
    from tests.tasks.operations.test_acts_killed import DAY

    def act(opened):
        operation.add(
            opened, DAY, By("root", "works here"), "maria", ["biller"], ["*"], PASSWORD, dry_run=False
        )

    outcomes = set()
    for point in range(1, 10, 3):  # a home each: some of its side effects
        made = WorkingHome(tmp_path / f"home{point}")
        with made.opened():
            pass
        if not killed(made, act, point):
            break
        there = known(made)
        outcomes.add(bool(there))
        if not there:
            with made.opened() as opened:
                act(opened)
        assert known(made)["maria"].roles == {"biller"}
    assert outcomes
