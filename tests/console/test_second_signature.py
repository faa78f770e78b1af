"""Above what one person may decide alone, two who may sign in sign a command, each with a password."""

import base64
import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from config.settings import load
from console.command import app
from console.second_signature import check_read
from ledger.trail import audit
from tasks.errors import StepError
from tasks.home.home import open_home
from tasks.operations import claim_money, second_factor, users
from tasks.operations.money_acts import By
from tasks.people import totp
from tests.conftest import MONDAY
from tests.tasks.payment_scenarios import play
from tests.tasks.test_payment_cases import CASES

ROOT = By("root", "works here now")
PASSWORDS = {"maria": "a quiet river 17", "sam": "two green doors 4", "bea": "seven old maps 09"}
PAY = ("claims", "pay", "T-1", "--dollars", "500.01", "--why", "a large check")


@pytest.fixture
def office(home):
    """A claim, and three persons: a manager, a biller of all practices, and a biller of one."""
    play(home, CASES / "s29b_legacy_same_pcn_same_charge")
    with home.opened() as opened:
        for name, role, practice in (
            ("maria", "manager", "*"),
            ("sam", "biller", "*"),
            ("bea", "biller", "lakeside"),
        ):
            users.add(opened, MONDAY, ROOT, name, [role], [practice], PASSWORDS[name], dry_run=False)
    return home


def ask(office, *words, typed=()):
    given = "".join(f"{one}\n" for one in typed)
    return CliRunner().invoke(app, [*words, "--home", str(office.path), "--json"], input=given)


def credit(office) -> int:
    """Cents that the claim has too much by now."""
    done = ask(office, "claims", "show", "T-1")
    return int(json.loads(done.stdout)["credit_cents"])


def refused(office, *words, typed=()) -> str:
    before = credit(office)
    done = ask(office, *words, typed=typed)
    assert done.exit_code
    assert credit(office) == before
    return getattr(done.exception, "code", done.output)


def test_both_read_the_preview_and_sign_with_their_passwords(office):
    typed = PASSWORDS["maria"], PASSWORDS["sam"]
    done = ask(office, *PAY, "--as", "Maria", "--second", "sam", typed=typed)
    assert done.exit_code == 0, done.output
    assert not json.loads(done.stdout)["dry_run"]
    assert "500.01" in done.stderr
    assert credit(office) == 500_01
    with open_home(load(office.path)) as opened:
        assert any("maria and sam, 50001 cents" in row.detail for row in audit.rows(opened.ledger, most=50))


def test_a_name_alone_is_no_signature(office):
    both = (PASSWORDS["maria"], PASSWORDS["sam"])
    for who, second, typed, code in (
        ("maria", "sam", (both[0], "not his password"), "SGN-01"),
        ("maria", "sam", ("not her password", both[1]), "SGN-01"),
        ("maria", "Sam Lee", both, "SGN-16"),
        ("Pat", "sam", both, "SGN-16"),
        ("sam", "SAM", (both[1], both[1]), "LED-15"),
        ("maria", "bea", (both[0], PASSWORDS["bea"]), "SGN-13"),
    ):
        assert refused(office, *PAY, "--as", who, "--second", second, typed=typed) == code, (who, second)
    assert refused(office, *PAY, "--as", "maria", "--second", "sam")  # nobody types a password


def test_a_person_with_a_second_factor_gives_its_code_once(office):
    with office.opened() as opened:
        begun = second_factor.begin(opened, MONDAY, ROOT, "sam", dry_run=False)
        now = int(datetime.now(UTC).timestamp())
        code = totp.code_at(base64.b32decode(begun.secret.spelled), totp.step_of(now))
        codes = second_factor.confirm(opened, MONDAY, ROOT, "sam", code, now, dry_run=False).recovery_codes
    words = (*PAY, "--as", "maria", "--second", "sam")
    first, second = PASSWORDS["maria"], PASSWORDS["sam"]
    assert refused(office, *words, typed=(first, second, "000000")) == "SGN-03"
    assert ask(office, *words, typed=(first, second, codes[0])).exit_code == 0
    assert refused(office, *words, typed=(first, second, codes[0])) == "SGN-03"


def test_a_dry_run_asks_nobody(office):
    assert ask(office, *PAY, "--second", "sam", "--dry-run").exit_code == 0
    assert credit(office) == 0


def test_what_comes_to_other_amounts_by_now_is_read_again(office):
    def preview(opened, cents):
        return claim_money.pay(opened, MONDAY, By("maria", "a large check"), "T-1", cents, dry_run=True)

    with office.opened() as opened:
        check_read(preview(opened, 500_01), preview(opened, 500_01))
        with pytest.raises(StepError, match="SGN-14"):
            check_read(preview(opened, 500_01), preview(opened, 600_01))


def test_a_typed_name_has_no_higher_limit_than_the_machines_user(office):
    file = office.path / "cleanclaim.toml"
    file.write_text(f"{file.read_text()}authority = {{ '*' = 50000, maria = 10000000 }}\n", encoding="utf-8")
    assert refused(office, *PAY, "--as", "maria") == "LED-15"
    with office.opened() as opened:
        proven = By("maria", "a large check")  # as the web console knows her
        claim_money.pay(opened, MONDAY, proven, "T-1", 500_01, dry_run=False)
    assert credit(office) == 500_01
