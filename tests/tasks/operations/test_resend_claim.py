"""Asking for a status and sending a claim again, killed at each side effect: whole or not at all, once."""

from datetime import timedelta
from pathlib import Path

import pytest

import edi
from tasks.operations import ask_status, resend_claim
from tasks.operations.money_acts import By
from tests.conftest import WorkingHome
from tests.tasks.answering import MONDAY, Partner
from tests.tasks.answers.test_claim_statuses import said
from tests.tasks.inquiring import ASKS, OVERDUE, night, questions, takes_inquiries
from tests.tasks.operations.killing import of, whole_or_not_and_once

NEXT = ASKS + timedelta(days=1)
ANN = By("ann", "the payer was called")
ACTS = {
    "ask": lambda home: ask_status.ask(home, NEXT, ANN, "T-1", dry_run=False),
    "resend": lambda home: resend_claim.resend(home, NEXT, ANN, "T-1", dry_run=False),
}


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> WorkingHome:
    """A claim of which the payer says that it does not have it."""
    home = WorkingHome(tmp_path_factory.mktemp("resend") / "home")
    takes_inquiries(home, "276")
    partner = Partner(home)
    home.drop("lakeside/one.json", home.encounter())
    night(home, MONDAY, OVERDUE, ASKS)
    (question,) = questions(partner.site)
    partner.put("a.277", edi.write_claim_statuses([said(question, "A4", "35")], partner.envelope()))
    night(home, NEXT)
    return home


def copied(template: WorkingHome, folder: Path) -> WorkingHome:
    home = of(template, folder)  # with the demo's partners
    takes_inquiries(home, "276")
    return home


@pytest.mark.slow
@pytest.mark.parametrize("name", ACTS)
def test_an_act_that_is_killed_is_done_whole_or_not_at_all_and_once(template, tmp_path, name):
    whole_or_not_and_once(lambda place: copied(template, tmp_path / place), ACTS[name])
