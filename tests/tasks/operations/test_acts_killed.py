"""A person's act in a process that dies at each of its side effects: done whole or not at all, then once."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from ledger.agreed.authorizations import Record
from ledger.agreed.enrolments import Enrolment
from ledger.queries.suspense import open_suspense
from ledger.queries.work_queue import Asked, items
from tasks import nightly_run
from tasks.coding_audits.review import Said
from tasks.home.home import Home
from tasks.letters.records import Enclosed
from tasks.operations import (
    agree_prices,
    appeal_work,
    authorize,
    bill_next_payer,
    book_visits,
    claim_money,
    close_day,
    correct_claim,
    draw_coding_audit,
    enrol,
    estimates,
    place_deposit,
    place_payment,
    review_coding,
    send_records,
    verify_coverage,
    work_acts,
)
from tasks.operations.agree_prices import Whose
from tasks.operations.close_month import close_month
from tasks.operations.draw_coding_audit import Plan
from tasks.operations.import_deposits import import_deposits
from tasks.operations.import_payments import import_payments
from tasks.operations.money_acts import By
from tasks.work.causes import keep_queue
from tests.conftest import CLEAN, WorkingHome
from tests.tasks.estimates.test_reading import FIRST as GFE
from tests.tasks.estimates.test_reading import written
from tests.tasks.inquiring import takes_inquiries
from tests.tasks.later_payers import remittance
from tests.tasks.operations import test_agree_prices
from tests.tasks.operations.conftest import DENIAL
from tests.tasks.operations.killing import Act, of, whole_or_not_and_once
from tests.tasks.operations.test_send_records import NOTE
from tests.tasks.payment_scenarios import FIRST, play

DAY = FIRST + timedelta(days=3)
ANN = By("ann", "as the payer asked")
FIRST_VISIT = {
    **CLEAN,
    "coverages": [*CLEAN["coverages"], {"order": "S", "payer": "beacon", "member_id": "W27770002"}],
}
STRANGER = """CLP*STRANGER*1*80*35*0*12*I10*11*1~
NM1*QC*1*BRAMBLE*OTTO****MI*W55550009~
DTM*232*20261009~
SVC*HC:99212*80*35**1~
DTM*472*20261009~
CAS*CO*45*45~
"""
ENROLMENT = Enrolment(
    kind="edi", payer="harbor", npi="1999000015", state="approved", from_on="2026-01-01", to_on="2027-12-31"
)
AUTHORIZATION = Record(
    payer="harbor", number="A7", member_id="W17770001", procedures="99213", units=3, from_on="2026-01-01"
)
FEES = "rule,procedure,rate\nfee,99213,92.50\nfee,87880,21.50\n"
AUDIT = Plan(practice="lakeside", from_on=date(2026, 11, 1), to_on=date(2026, 11, 30))
BANK = "".join(
    f"{line}\n"
    for line in (
        "account,date,amount,reference",
        "x4321,2026-11-18,35.00,B1",
        "x4321,2026-11-18,35.00,B2",
        "x4321,2026-11-18,34.00,B3",
    )
)
BOOK = "practice,visit,day,status,member_id\nlakeside,T-1,2026-11-02,kept,\nlakeside,V2,2026-11-02,kept,W2\n"


def denial(opened: Home) -> int:
    [found] = items(opened.ledger, DAY, Asked(kinds=["denial"], snoozed=True))
    return found.id


def suspended(opened: Home) -> int:
    [found] = open_suspense(opened.ledger, DAY)
    return found.id


def make_estimates(opened: Home) -> object:
    opened.doubt = ""  # a copied home makes none before a person accepts it
    file = opened.path / "estimates.csv"
    return estimates.make(opened, DAY, ANN, file, replace=True, dry_run=False)


ACTS: dict[str, Act] = {
    "assign": lambda h: work_acts.assign(h, DAY, ANN, [denial(h)], "Dana", dry_run=False),
    "note": lambda h: work_acts.note(h, DAY, ANN, [denial(h)], dry_run=False),
    "snooze": lambda h: work_acts.snooze(h, DAY, ANN, [denial(h)], date(2026, 11, 25), dry_run=False),
    "write off": lambda h: work_acts.write_off(h, DAY, ANN, [denial(h)], dry_run=False),
    "appeal": lambda h: appeal_work.appeal(
        h, DAY, ANN, denial(h), channel="fax", argument="", enclosures=["Office note"], dry_run=False
    ),
    "records": lambda h: send_records.send(
        h, DAY, ANN, denial(h), channel="fax", enclosed=[Enclosed("Note", NOTE.data)], dry_run=False
    ),
    "records as 275": lambda h: send_records.send(
        h, DAY, ANN, denial(h), channel="275", enclosed=[Enclosed("Note", NOTE.data)], dry_run=False
    ),
    "correct": lambda h: correct_claim.correct(h, DAY, ANN, "T-1", dry_run=False),
    "void": lambda h: correct_claim.void(h, DAY, ANN, "T-1", dry_run=False),
    "bill the next payer": lambda h: bill_next_payer.bill(h, DAY, ANN, "T-1", dry_run=False),
    "bill the patient": lambda h: claim_money.to_patient(
        h, DAY, ANN, "T-1", "harbor", "WAIVER", 50_00, dry_run=False
    ),
    "take a payment": lambda h: claim_money.pay(h, DAY, ANN, "T-1", 10_00, dry_run=False),
    "match": lambda h: place_payment.match(h, DAY, ANN, suspended(h), "T-1", dry_run=False),
    "match a deposit": lambda h: place_deposit.match(h, DAY, ANN, 1, [2], dry_run=False),
    "match a card's deposit": lambda h: place_deposit.match(h, DAY, ANN, 3, [2], 1_00, dry_run=False),
    "settle a deposit": lambda h: place_deposit.settle(h, DAY, ANN, 2, "other", dry_run=False),
    "keep an enrolment": lambda h: enrol.say(h, DAY, ANN, ENROLMENT, dry_run=False),
    "renew an enrolment": lambda h: enrol.renew(h, DAY, ANN, 1, date(2028, 12, 31), dry_run=False),
    "end an enrolment": lambda h: enrol.end(h, DAY, ANN, 1, date(2026, 12, 31), dry_run=False),
    "verify coverage": lambda h: verify_coverage.verify(h, DAY, ANN, "T-2", dry_run=False),
    "withdraw records": lambda h: send_records.withdraw(h, DAY, ANN, denial(h), dry_run=False),
    "keep an authorization": lambda h: authorize.add(h, DAY, ANN, AUTHORIZATION, dry_run=False),
    "import visits": lambda h: book_visits.import_visits(h, DAY, ANN, h.path / "book.csv", dry_run=False),
    "import a batch": lambda h: import_payments(h, DAY, ANN, h.path / "box.csv", "lockbox", dry_run=False),
    "close a day": lambda h: close_day.close_day(h, DAY, ANN, "lakeside", {}, "", dry_run=False),
    "close a month": lambda h: close_month(h, date(2026, 12, 2), "2026-11", "reconciled"),
    "import a contract": lambda h: agree_prices.import_file(
        h, DAY, ANN, h.path / "fees.csv", Whose(payer="harbor", from_on="2026-01-01"), dry_run=False
    ),
    "make estimates": make_estimates,
    "draw a coding audit": lambda h: draw_coding_audit.plan(h, DAY, ANN, AUDIT, dry_run=False),
    "review a line": lambda h: review_coding.record(h, DAY, ANN, 1, 1, Said(verdict="agree"), dry_run=False),
    "give an estimate": lambda h: estimates.give(h, DAY, ANN, 1, DAY, "mail", dry_run=False),
    "give back": lambda h: place_payment.give_back(h, DAY, ANN, suspended(h), dry_run=False),
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> WorkingHome:
    """A denial of a claim with a second coverage, its correction waiting, and a payment in suspense."""
    folder = tmp_path_factory.mktemp("scenario")
    (folder / "lakeside_e0.json").write_text(json.dumps(FIRST_VISIT), "utf-8")
    (folder / "night2.835").write_text(remittance(101, DENIAL, 0), "utf-8")
    (folder / "night3.835").write_text(remittance(102, STRANGER, 35, day=18), "utf-8")
    home = WorkingHome(tmp_path_factory.mktemp("acts") / "home")
    practice = home.path / "partners" / "practices" / "lakeside.toml"
    practice.write_text(f'bank_accounts = ["4321"]\n{practice.read_text("utf-8")}', encoding="utf-8")
    with play(home, folder).opened() as opened:
        home.drop("lakeside/again.json", json.dumps({**FIRST_VISIT, "version": 2, "diagnoses": ["J02.0"]}))
        home.drop("lakeside/held.json", json.dumps({**FIRST_VISIT, "id": "T-2", "diagnoses": ["X99"]}))
        nightly_run.walk(opened, DAY)
        (home.path / "fees.csv").write_text(FEES, encoding="utf-8")
        bank = folder / "bank.csv"
        bank.write_text(BANK, encoding="utf-8")
        import_deposits(opened, DAY, ANN, bank, dry_run=False)
        (home.path / "book.csv").write_text(BOOK, encoding="utf-8")
        (home.path / "box.csv").write_text("claim,amount\nT-1,5.00\nT-1,6.00\n", encoding="utf-8")
        (home.path / "estimates.csv").write_bytes(written({**GFE, "visit": "T-1"}))
        estimates.make(opened, DAY, ANN, home.path / "estimates.csv", replace=False, dry_run=False)
        (home.path / "estimates.csv").write_bytes(written({**GFE, "units": "2"}, {**GFE, "estimate": "G-2"}))
        draw_coding_audit.plan(opened, DAY, ANN, replace(AUDIT, seed=7), dry_run=False)
        keep_queue(opened, DAY)
        other = replace(ENROLMENT, payer="meridian")
        enrol.say(opened, DAY, ANN, other, dry_run=False)
        send_records.send(
            opened,
            DAY,
            ANN,
            denial(opened),
            channel="mail",
            enclosed=[Enclosed("Old", NOTE.data)],
            dry_run=False,
        )
    return home


@pytest.mark.slow
@pytest.mark.parametrize("name", ACTS)
def test_an_act_that_is_killed_is_done_whole_or_not_at_all_and_once(template, tmp_path, name):
    def made(place: str) -> WorkingHome:
        home = of(template, tmp_path / place)  # with the demo's partners as they come
        takes_inquiries(home, "270", more="records_275_mb = 1\n")
        return home

    whole_or_not_and_once(made, ACTS[name])


@pytest.mark.slow
def test_a_lower_price_that_is_accepted_is_accepted_whole_or_not_at_all_and_once(tmp_path):
    folder = tmp_path / "paid"
    folder.mkdir()
    (folder / "lakeside_e0.json").write_text(json.dumps(test_agree_prices.CLAIM), "utf-8")
    (folder / "night2.835").write_text(remittance(101, test_agree_prices.LOW, 81), "utf-8")
    play(template := WorkingHome(tmp_path / "home"), folder)

    def accept(opened: Home) -> object:
        [found] = items(opened.ledger, DAY, Asked(kinds=["downcoded"], snoozed=True))
        return work_acts.accept(opened, DAY, ANN, [found.id], dry_run=False)

    whole_or_not_and_once(lambda place: of(template, tmp_path / place), accept)
