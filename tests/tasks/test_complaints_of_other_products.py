"""What operators and billers complain of elsewhere, by number: here it can't happen.

1 openemr#5924 · 2 openemr's tracker · 3 status and file apart · 4 lh-ehr#1022 · 5 lh-ehr#1023 ·
6 openemr#10681 · 7 openemr#7293 · 8 openemr#7186 · 9 openemr#6268, #1959 · 10 ottehr#9656, #9029 ·
11 ottehr#8676 · 12 ottehr#8978 · 13 ottehr#8221 · 14 ottehr#9176 · 15 prefect#9814
"""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

import edi
from console.suspense import app as suspense_app
from ledger.queries import standing
from ledger.queries.batches import show
from ledger.queries.claims import holds
from ledger.queries.money import remittances
from ledger.queries.work import denials
from ledger.schema import metadata
from tasks import nightly_run
from tasks.operations import correct_claim, enter_payment
from tasks.operations.money_acts import By
from tests.conftest import CLEAN, WorkingHome
from tests.faults.evenings import MONDAY, TUESDAY, Evenings, fault
from tests.tasks.answering import books, paid, remitted
from tests.tasks.later_payers import (
    FORWARDED,
    PAID,
    balanced,
    remittance,
    scenario,
    sent,
    to_beacon,
)
from tests.tasks.payment_scenarios import FIRST

__all__ = ["scenario"]
pytestmark = pytest.mark.usefixtures("either_database")
ANN = By("ann", "the payer asked for it")


@pytest.fixture
def evenings(tmp_path, either_database):
    return Evenings(WorkingHome(tmp_path / "home"))


@pytest.mark.slow
def test_01_a_failed_login_needs_nobody_the_same_batch_goes_with_the_next_run(evenings):
    failures = evenings.night(MONDAY, fault("refuse_login", times=0))
    assert [f for f in failures if f.startswith("TRN-LOGIN northgate")] == failures
    written = evenings.batch()
    assert (written.state, evenings.received()) == ("built", [])
    assert evenings.night(MONDAY) == []
    assert (evenings.batch().id, evenings.batch().name) == (written.id, written.name)
    assert evenings.night(TUESDAY) == []
    evenings.ends_well()


@pytest.mark.parametrize("kind", ["full_disk", "false_success", "close_error"])
def test_02_an_upload_that_failed_is_never_shown_as_sent(evenings, kind):
    evenings.night(MONDAY, fault(kind, at_byte=700, times=0))
    with evenings.home.opened() as opened:
        shown = show(opened.ledger, evenings.batch().id)
    assert "sent" not in [event.event for event in shown.events]
    assert evenings.batch().hold, "a person sees why it waits"
    assert evenings.states() == ["batched", "batched"]
    assert evenings.received() == []


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True])
def test_03_what_the_ledger_says_of_a_batch_is_what_the_partner_has_also_after_a_break(evenings, after):
    evenings.night(MONDAY, fault("drop", operation="rename", after=after))
    evenings.night(MONDAY)
    data = (evenings.home.path / "clearinghouse" / "received" / "000001.edi").read_bytes()
    there = sorted(claim.patient_control_number for claim in edi.read_claims(data))
    with evenings.home.opened() as opened:
        ours = sorted(c.patient_control_number for c in standing.claims(opened.ledger))
        copies = [path.read_bytes() for path in opened.sent.rglob("*") if path.is_file()]
    assert (there, copies) == (ours, [data])
    assert evenings.states() == ["accepted", "accepted"]


def test_04_two_batches_of_one_minute_never_share_a_file(home):
    site = home.use_folder()
    home.drop("lakeside/one.json", home.encounter("T-1"))
    with home.opened() as opened:
        nightly_run.walk(opened, FIRST)
        home.drop("lakeside/two.json", home.encounter("T-2", service_date="2026-11-03"))
        nightly_run.walk(opened, FIRST)
    files = sorted((site / "inbound").iterdir())
    assert len({file.name for file in files}) == len(files) == 2
    [one], [two] = ([c.patient_control_number for c in edi.read_claims(f.read_bytes())] for f in files)
    assert one != two
    envelopes = [envelope for file in files for envelope in edi.read_envelopes(file.read_bytes())]
    assert len({envelope.control_number for envelope in envelopes}) == 2


LACKING = {
    "no diagnosis": {"diagnoses": []},
    "no coverage": {"coverages": []},
    "no rendering provider": {"rendering": None},
    "no address": {"patient": {**CLEAN["patient"], "address": None}},
    "no line": {"lines": []},
    "no charge": {"lines": [{"procedure": "99205", "pointers": [1]}]},
    "a pointer to nothing": {"lines": [{"procedure": "99213", "charge": "135.00", "pointers": [3]}]},
}


@pytest.mark.parametrize("lacks", LACKING)
def test_05_an_incomplete_claim_is_in_no_batch_and_says_what_it_lacks(home, lacks):
    site = home.use_folder()
    home.drop("lakeside/one.json", home.encounter("T-1", **LACKING[lacks]))
    with home.opened() as opened:
        nightly_run.walk(opened, FIRST)
        assert [h.external_id for h in holds(opened.ledger)][:1] == ["T-1"]
        assert all(h.detail for h in holds(opened.ledger))
    assert list((site / "inbound").iterdir()) == []


def test_06_a_remittance_that_comes_again_in_any_wrapping_is_posted_once(partner):
    one = remitted(paid(partner.claim.patient_control_number))
    data = partner.pay("a.835", one)
    partner.collect()
    once = books(partner.home)
    partner.put("same-bytes.835", data)
    partner.pay("new-interchange.835", one)
    partner.pay("two-in-one.835", one, one)
    for _ in range(2):
        partner.collect()
    found, rows, states = books(partner.home)
    assert (found, rows, states) == once
    assert found.cash == 10000


@pytest.mark.parametrize("numbered", [True, False])
def test_07_a_line_without_its_modifier_finds_its_line(scenario, home, numbered):
    answer = PAID.replace("HC:87880:QW", "HC:87880")
    played = scenario(remittance(101, answer if numbered else answer.replace("REF*6R*2~\n", ""), 90))
    assert played.suspense["suspense"] == []
    [claim] = to_beacon(home)
    assert [line.adjudications[0].paid for line in claim.lines] == [70_00, 20_00]


def test_08_a_denial_is_work_with_its_amount_and_never_a_write_off(partner):
    partner.pay("a.835", remitted(paid(partner.claim.patient_control_number, cents=0, reason="197")))
    partner.collect()
    found, _, states = books(partner.home)
    assert (states, found.adjusted, found.receivable) == (["denied"], 0, 135_00)
    with partner.home.opened() as opened:
        assert [d.cents for d in denials(opened.ledger, TUESDAY)] == [135_00]


def test_09_what_the_next_payer_hears_of_the_first_adds_up_on_each_line(scenario, home):
    scenario(remittance(101, PAID, 90))
    [claim] = to_beacon(home)
    assert balanced(claim)
    assert [
        [(a.group, a.reason, a.amount) for a in line.adjudications[0].adjustments] for line in claim.lines
    ] == [
        [("CO", "45", 10_00), ("PR", "2", 20_00)],
        [("CO", "45", 13_50), ("CO", "253", 1_50)],
    ]


def test_10_a_denied_claim_that_is_corrected_goes_out_as_its_replacement(scenario, home):
    denied = PAID.replace("135*90*20", "135*0*").replace("100*70", "100*0").replace("35*20", "35*0")
    denied = denied.replace("CAS*CO*45*10~\nCAS*PR*2*20~", "CAS*CO*11*100~")
    denied = denied.replace("CAS*CO*45*13.5**253*1.5", "CAS*CO*11*35")
    one = {**CLEAN, "lines": scenario_lines()}
    played = scenario(remittance(101, denied, 0), encounter=one)
    home.drop("lakeside/again.json", json.dumps({**one, "version": 2, "diagnoses": ["J02.0"]}))
    with played.opened() as opened:
        nightly_run.walk(opened, FIRST + timedelta(days=3))
        correct_claim.correct(opened, FIRST + timedelta(days=4), ANN, "T-1", dry_run=False)
        nightly_run.walk(opened, FIRST + timedelta(days=4))
    first, second = sent(home)
    assert (first.frequency, second.frequency, second.payer_claim_control_number) == ("1", "7", "I1")
    assert (first.diagnoses[0], second.diagnoses[0]) == ("J029", "J020")


def scenario_lines():
    """The two lines that PAID answers."""
    return [
        {"procedure": "99213", "charge": "100.00", "pointers": [1]},
        {"procedure": "87880", "charge": "35.00", "pointers": [1], "modifiers": ["QW"]},
    ]


def test_11_many_at_once_pass_the_same_edits_as_one(home):
    site = home.use_folder()
    faulty = {f"BAD-{n}": {**CLEAN, "id": f"BAD-{n}", "diagnoses": ["Z99.99"]} for n in range(40)}
    right = {
        f"T-{n}": {**CLEAN, "id": f"T-{n}", "service_date": f"2026-10-{1 + n % 28:02d}"} for n in range(20)
    }
    for number, encounter in (faulty | right).items():
        patient = {**CLEAN["patient"], "first": f"Quill{chr(97 + len(number) % 26)}", "last": number}
        name = "".join(letter for letter in number if letter.isalpha())
        home.drop(
            f"lakeside/{number}.json", {**encounter, "patient": {**patient, "last": f"Zephyrine{name}"}}
        )
    with home.opened() as opened:
        nightly_run.walk(opened, FIRST)
        held = {h.external_id for h in holds(opened.ledger)}
    assert set(faulty) <= held
    out = [c for f in (site / "inbound").iterdir() for c in edi.read_claims(f.read_bytes())]
    assert out
    assert {c.diagnoses[0] for c in out} == {"J029"}
    assert len(out) + len(held) == 60


def test_12_a_remittance_on_paper_is_entered_and_its_denial_is_work(partner, tmp_path):
    number = partner.claim.patient_control_number
    page = tmp_path / "check.csv"
    page.write_text(
        "payer,practice,trace,date,amount,number,claim_charge,claim_paid,member_id,procedure,charge,paid,"
        "service_date,adjustments\n"
        f"harbor,lakeside,CHECK77,2026-11-17,60.00,{number},135.00,60.00,W17770001,99213,135.00,60.00,"
        "2026-11-02,CO 45 35.00; CO 197 40.00\n",
        encoding="utf-8",
    )
    with partner.home.opened() as opened:
        enter_payment.enter(opened, TUESDAY, ANN, page, dry_run=False)
        assert [d.cents for d in denials(opened.ledger, TUESDAY)] == [40_00]
    found, _, _ = books(partner.home)
    assert (found.cash, found.adjusted, found.receivable) == (60_00, 35_00, 40_00)


def test_13_what_matches_no_claim_is_a_list_of_its_own_by_payer_and_practice(partner):
    partner.pay("a.835", remitted(paid("STRANGER", 5000, 4000)))
    partner.collect()

    def listed(*filters):
        command = [*filters, "--json", "--home", str(partner.home.path)]
        done = CliRunner().invoke(suspense_app, command)
        assert done.exit_code in (0, 3), done.output
        return [row["patient_control_number"] for row in json.loads(done.output)["suspense"]]

    assert listed() == listed("--payer", "harbor") == listed("--practice", "lakeside") == ["STRANGER"]
    assert listed("--payer", "beacon") == []


def test_14_a_claim_that_crossed_over_says_so_and_is_billed_to_nobody_twice(scenario, home):
    played = scenario(remittance(101, FORWARDED, 90), then=20)
    assert to_beacon(home) == []
    shown = {payer["payer"]: payer["state"] for payer in played.claim()["payers"]}
    assert shown["beacon"] == "crossing_over"


@pytest.mark.slow
def test_15_a_run_that_is_tried_again_does_no_finished_work_again(evenings):
    evenings.night(MONDAY)
    before = _rows(evenings)
    assert evenings.night(MONDAY) == []
    after = _rows(evenings)
    assert {name: (before[name], after[name]) for name in before if before[name] != after[name]} == {}
    assert evenings.received() == ["000000001"]


def _rows(evenings):
    """How many rows each table has, but for those that say that a run was there."""
    of_runs = {"night", "step_run", "epoch", "epoch_head", "audit", "remote_look", "inbox_look"}
    with evenings.home.opened() as opened, opened.ledger.read() as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(table))
            for name, table in metadata.tables.items()
            if name not in of_runs
        }


def test_the_same_payment_in_part_is_not_taken_for_the_same(partner):
    """6, the other way round: two payments of one claim that differ are two."""
    one = remitted(paid(partner.claim.patient_control_number, cents=4000))
    partner.pay("a.835", one)
    partner.collect()
    two = replace(one, claims=[paid(partner.claim.patient_control_number, cents=6000)])
    partner.pay("b.835", two)
    partner.collect()
    with partner.home.opened() as opened:
        states = [row.state for row in remittances(opened.ledger)]
    assert states[0] == "posted"
    assert states[1] != "posted", "one trace with two contents is a conflict for a person"
