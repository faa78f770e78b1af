"""Acts about a patient's part, in a process that dies at each of its side effects: whole or not, once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tasks.home.home import Home
from tasks.operations import give_collections, name_guarantor, patient_money, payment_plans, statements
from tests.conftest import WorkingHome
from tests.tasks.operations.killing import Act, of, whole_or_not_and_once
from tests.tasks.patients.answered import Answer, Desk, person, visit
from tests.tasks.patients.test_name_guarantor import ADA
from tests.tasks.patients.test_statements import ANN, DAY


def make(opened: Home) -> object:
    opened.doubt = ""  # a copied home makes none before a person accepts it
    return statements.make(opened, DAY, ANN, dry_run=False)


def give(opened: Home) -> object:
    opened.doubt = ""
    return give_collections.give(opened, DAY + timedelta(days=40), ANN, ["V-1"], dry_run=False)


ACTS: dict[str, Act] = {
    "make statements": make,
    "hold": lambda h: statements.hold(h, DAY, ANN, "V-1", "dispute", dry_run=False),
    "pay": lambda h: patient_money.pay(h, DAY, ANN, "V-1", 30_00, "cash", dry_run=False),
    "give to collections": give,
    "plan": lambda h: payment_plans.plan(h, DAY, ANN, "V-1", 3, DAY, dry_run=False),
    "end a plan": lambda h: payment_plans.end(h, DAY, ANN, 1, dry_run=False),
    "name a guarantor": lambda h: name_guarantor.name(h, DAY, ANN, "V-4", ADA, dry_run=False),
}


@pytest.fixture(scope="module")
def template(make_home: Callable[[str], WorkingHome]) -> WorkingHome:
    """Accounts: one was asked, one is due, one is held, one is a child's, one is paid by a plan."""
    desk = Desk(make_home("killed"))
    desk.see(*(visit(n) for n in (1, 2, 3, 5)), visit(4, patient=person(4, birth_date="2015-06-01")))
    desk.answer({f"V-{n}": Answer() for n in (1, 2, 3, 4, 5)})
    settings = "demo = true\nsettle_seconds = 0\ncollections_statements = 1\n"
    (desk.home.path / "cleanclaim.toml").write_text(settings, encoding="utf-8")
    with desk.home.opened() as opened:
        _prepared(opened)
    return desk.home


def _prepared(opened: Home) -> None:
    statements.hold(opened, DAY, ANN, "V-2", "dispute", dry_run=False)
    statements.hold(opened, DAY, ANN, "V-3", "returned_mail", dry_run=False)
    payment_plans.plan(opened, DAY, ANN, "V-5", 2, DAY, dry_run=False)
    assert statements.make(opened, DAY, ANN, dry_run=False).statements == 1
    statements.release(opened, DAY, ANN, 2, dry_run=False)


@pytest.mark.parametrize("name", ACTS)
def test_it_is_done_whole_or_not_at_all_and_once(template, tmp_path, name):
    whole_or_not_and_once(lambda place: of(template, tmp_path / place), ACTS[name])
