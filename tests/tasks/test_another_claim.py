"""Wrong payer or billing provider: the claim is taken back, then the new one goes; a charge counts once."""

from datetime import date, timedelta

import pytest

import edi
from ledger.queries import claim_story, standing
from ledger.queries.claim_story import show
from ledger.queries.claims import holds, late
from ledger.queries.money import money
from ledger.queries.proof import of_all
from tasks import nightly_run
from tasks.operations import correct_claim
from tasks.operations.money_acts import By
from tasks.operations.override_edit import override
from tests.ledger.sending.test_transitions import undeclared

MONDAY = date(2026, 11, 16)
ANN = By("ann", "the coder corrected it")
OLD, NEW = "1999000015", "1999000122"  # lakeside's, and one that it turns out to bill with


def night(home, number):
    day = MONDAY + timedelta(days=number)
    with home.clearinghouse(day), home.opened() as opened:
        nightly_run.walk(opened, day)
        assert money(opened.ledger).closes
        assert of_all(opened.ledger).holds
        assert money(opened.ledger).charged in (0, 135_00)


def story(home, number="T-1"):
    with home.opened() as opened:
        [claim] = [c for c in standing.claims(opened.ledger) if c.external_id == number]
        assert undeclared(opened.ledger) == []
        return show(opened.ledger, claim.claim_id)


def went_out(home):
    files = sorted((home.path / "edi" / "sent").rglob("*.837"), key=lambda file: file.name)
    return [
        (claim.frequency, claim.billing.npi, claim.payer.id, claim.subscriber.member_id, claim.diagnoses[0])
        for file in files
        for claim in edi.read_claims(file)
    ]


def billing_npi_becomes(home, npi):
    (home.path / "partners" / "practices" / "summit.toml").unlink()  # whose NPI it was
    file = home.path / "partners" / "practices" / "lakeside.toml"
    file.write_text(file.read_text("utf-8").replace(f'npi = "{OLD}"', f'npi = "{npi}"'), encoding="utf-8")


@pytest.fixture
def paid(home):
    """A claim that harbor paid over SFTP."""
    home.drop("lakeside/one.json", home.encounter())
    for number in (0, 1):
        night(home, number)
    assert story(home).state == "paid"
    return home


def corrected(home, **changes):
    home.drop("lakeside/two.json", home.encounter(version=2, **changes))
    night(home, 2)
    with home.opened() as opened:
        assert [one.external_id for one in late(opened.ledger)] == ["T-1"]
        day = MONDAY + timedelta(days=3)
        found = correct_claim.preview(opened, day, "T-1")
        correct_claim.correct(opened, day, ANN, "T-1", dry_run=False)
    for number in range(3, 9):
        night(home, number)
    return found


def test_another_billing_npi_is_another_claim_that_is_paid_after_the_first_was_taken_back(paid):
    billing_npi_becomes(paid, NEW)
    found = corrected(paid, diagnoses=["J02.0"])
    assert found.method == "void_then_new"
    assert [(c.place, c.before, c.after) for c in found.changes] == [
        ("diagnoses[1]", "J02.9", "J02.0"),
        ("billing NPI", OLD, NEW),
    ]
    assert went_out(paid) == [
        ("1", OLD, "HRB01", "W17770001", "J029"),
        ("8", OLD, "HRB01", "W17770001", "J029"),
        ("1", NEW, "HRB01", "W17770001", "J020"),
    ]
    ended = story(paid)
    assert [(s.frequency, s.state) for s in ended.submissions] == [
        ("1", "replaced"),
        ("8", "replaced"),
        ("1", "paid"),
    ]
    assert (ended.state, ended.paid_cents, ended.credit_cents) == ("paid", 108_00, 0)


def test_a_wrong_payer_gets_the_claim_taken_back_and_the_right_one_pays_it(paid):
    found = corrected(paid, coverages=[{"order": "P", "payer": "meridian", "member_id": "W17770055"}])
    assert found.method == "void_then_new"
    assert went_out(paid) == [
        ("1", OLD, "HRB01", "W17770001", "J029"),
        ("8", OLD, "HRB01", "W17770001", "J029"),
        ("1", OLD, "MRD02", "W17770055", "J029"),
    ]
    ended = story(paid)
    assert (ended.state, ended.paid_cents, ended.credit_cents) == ("paid", 108_00, 0)
    assert {p.payer: p.receivable_cents for p in ended.payers} == {"meridian": 0, "harbor": 0}
    with paid.opened() as opened:
        at_end = money(opened.ledger)
    # harbor's reversal was carried forward: its next payment to the practice is less by that
    assert (at_end.charged, at_end.applied, at_end.provider_level) == (135_00, 108_00, -108_00)


def test_a_claim_that_is_taken_back_says_the_payer_and_the_provider_that_it_went_out_with(paid):
    """The payer's file and the practice's say other numbers today."""
    billing_npi_becomes(paid, NEW)
    file = paid.path / "partners" / "payers" / "harbor.toml"
    file.write_text(file.read_text("utf-8").replace('"HRB01"', '"HRB77"'), encoding="utf-8")
    with paid.opened() as opened:
        correct_claim.void(opened, MONDAY + timedelta(days=2), ANN, "T-1", dry_run=False)
    night(paid, 2)
    assert went_out(paid)[1:] == [("8", OLD, "HRB01", "W17770001", "J029")]
    night(paid, 3)
    with paid.opened() as opened:
        [listed] = claim_story.page(opened.ledger)
    assert (story(paid).state, listed.state) == ("voided", "voided"), "nobody waits for the payer"


def test_a_visit_that_comes_again_for_another_practice_is_held_until_the_first_claim_is_taken_back(paid):
    moved = paid.encounter(practice="summit", version=2, rendering={"npi": "1999002011"})
    paid.drop("summit/two.json", moved)
    for number in (2, 3):
        night(paid, number)
    assert len(went_out(paid)) == 1
    day = MONDAY + timedelta(days=4)
    with paid.opened() as opened:
        [held] = holds(opened.ledger)
        assert held.edit_id == "SRC-03"
        assert "lakeside" in held.detail
        correct_claim.void(opened, day, ANN, "T-1", dry_run=False)
    for number in (4, 5):
        night(paid, number)
    day += timedelta(days=2)
    with paid.opened() as opened:
        override(opened, "T-1", "SRC-03", who="ann", why="harbor took it back", until=day, as_of=day)
    for number in (6, 7):
        night(paid, number)
    assert went_out(paid)[1:] == [
        ("8", OLD, "HRB01", "W17770001", "J029"),
        ("1", NEW, "HRB01", "W17770001", "J029"),
    ]
    with paid.opened() as opened:
        ended = {c.practice: c.state for c in standing.claims(opened.ledger)}
        assert (money(opened.ledger).charged, money(opened.ledger).applied) == (135_00, 108_00)
    assert ended == {"lakeside": "voided", "summit": "paid"}
