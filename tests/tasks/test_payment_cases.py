"""Scenarios of payments that once went wrong, each with its right values, through `claims show --json`."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from ledger.queries.work import denials
from tasks import nightly_run
from tasks.operations import claim_money
from tasks.operations.money_acts import By
from tests.tasks.payment_scenarios import FIRST, Played, play

pytestmark = pytest.mark.usefixtures("either_database")

CASES = Path(__file__).parent / "payment_cases"
NIGHT_3 = FIRST + timedelta(days=2)


def works(*items: tuple[str, str, int]) -> list[tuple[str, str, int]]:
    return sorted(items)


# state, payers (payer, receivable), patient, paid, adjusted, credit, open work (kind, reason, cents)
RIGHT: dict[str, tuple[str, dict[str, int], int, int, int, int, list[tuple[str, str, int]]]] = {
    "s10_WO_alone": ("paid", {"harbor": 0}, 20_00, 80_00, 35_00, 0, works(("provider_level", "WO", 80_00))),
    "s12_sequestration": ("paid", {"senior": 0}, 20_00, 78_40, 36_60, 0, []),
    "s14_one_ST_claim_of_other_practice": ("paid", {"harbor": 0}, 0, 100_00, 35_00, 0, []),
    "s15_bundled_TR3": ("paid", {"harbor": 0}, 0, 120_00, 53_00, 0, []),
    "s17b_downcoded_150": (
        "part_paid", {"harbor": 50_00}, 0, 100_00, 45_00, 0, works(("denial", "CO 150", 50_00)),
    ),
    "s20b_claim_level_45_lines_paid": ("paid", {"harbor": 0}, 13_00, 120_00, 40_00, 0, []),
    "s22_crossover_19": ("paid", {"senior": 0, "beacon": 0}, 5_00, 95_00, 35_00, 0, []),
    "s22b_secondary_known_status1": ("paid", {"senior": 0, "beacon": 0}, 0, 100_00, 35_00, 0, []),
    "s26_dup_after_paid": ("paid", {"harbor": 0}, 0, 100_00, 35_00, 0, []),
    "s29b_legacy_same_pcn_same_charge": ("sent", {"harbor": 135_00}, 0, 0, 0, 0, []),
    "s30_negative_status1": (
        "reversed", {"harbor": 135_00}, 0, 0, 0, 0, works(("takeback", "REV", 135_00)),
    ),
    "s30c_reversal_before_original": (
        "unanswered", {"harbor": 135_00}, 0, -100_00, 0, 0, works(("reversal_alone", "REV", 100_00)),
    ),
    "s32_status23": (
        "forwarded", {"harbor": 135_00}, 0, 0, 0, 0, works(("verify_forwarding", "B11", 135_00)),
    ),
    "s32_status23_109": (
        "forwarded", {"harbor": 135_00}, 0, 0, 0, 0, works(("verify_forwarding", "109", 135_00)),
    ),
    "s32_status25": ("unanswered", {"harbor": 135_00}, 0, 0, 0, 0, []),
    "s33_mips_bonus_144": ("paid", {"senior": 0}, 20_00, 82_00, 33_00, 0, []),
    "s34_split_claim_supersede": (
        "part_paid", {"harbor": 135_00}, 0, 30_00, 8_00, 0, works(("denial", "CO 197", 135_00)),
    ),
    "s38_zero_remits_same_trace": (
        "denied", {"harbor": 135_00}, 0, 0, 0, 0, works(("denial", "CO 197", 135_00)),
    ),
    "s39_copay_collected": ("paid", {"harbor": 0}, 0, 100_00, 35_00, 0, []),
    "s44_withhold_104_P12_209": ("paid", {"harbor": 0}, 0, 115_00, 48_00, 0, []),
    "s45_ma18_status1_no_S": ("forwarded", {"harbor": 0, "?": 20_00}, 0, 80_00, 35_00, 0, []),
    "x12_icn_zero": ("paid", {"harbor": 0}, 0, 100_00, 35_00, 0, []),
    "x12_correction_first": ("paid", {"harbor": 0}, 0, 120_00, 15_00, 0, []),
    "x12_denied_reversed_paid": ("paid", {"harbor": 0}, 0, 100_00, 35_00, 0, []),
    "x12_split_lines": (
        "part_paid", {"harbor": 35_00}, 0, 80_00, 20_00, 0, works(("denial", "CO 197", 35_00)),
    ),
    "x12_zero_payments": (
        "denied", {"harbor": 135_00}, 0, 0, 0, 0, works(("denial", "CO 197", 135_00)),
    ),
}  # fmt: skip


def summary(story: dict[str, Any]) -> tuple[Any, ...]:
    return (
        story["state"],
        {p["payer"]: p["receivable_cents"] for p in story["payers"] if p["state"] != "not_due"},
        story["patient_receivable_cents"],
        story["paid_cents"],
        story["adjusted_cents"],
        story["credit_cents"],
        sorted((w["kind"], w["reason"], w["cents"]) for w in story["work"] if w["state"] == "open"),
    )


@pytest.mark.parametrize("scenario", RIGHT)
def test_a_scenario_of_payments_comes_to_its_right_values(home, scenario):
    played = play(home, CASES / scenario)
    assert summary(played.claim()) == RIGHT[scenario]
    with played.opened() as opened:
        assert money(opened.ledger).closes
        assert proof(opened.ledger).holds


@pytest.mark.parametrize(
    ("scenario", "encounter", "paid", "adjusted"),
    [("s48_dental_remit", "D1", 80_00, 40_00), ("s49_837I_remit", "H1", 6200_00, -1200_00)],
)
def test_a_dental_and_an_institutional_claim_are_paid(home, scenario, encounter, paid, adjusted):
    played = play(home, CASES / scenario)
    assert summary(played.claim(encounter)) == ("paid", {"harbor": 0}, 0, paid, adjusted, 0, [])
    assert played.suspense["suspense"] == []
    with played.opened() as opened:
        assert proof(opened.ledger).holds


def test_the_payers_number_of_a_paid_claim_survives_a_duplicate_denial(home):
    played = play(home, CASES / "s26_dup_after_paid")
    assert [s["payer_claim_control_number"] for s in played.claim()["submissions"]] == ["I1"]


@pytest.mark.parametrize(
    ("scenario", "encounter"),
    [("s14_one_ST_claim_of_other_practice", "S-1"), ("s29b_legacy_same_pcn_same_charge", "T-1")],
)
def test_money_that_contradicts_waits_in_suspense_with_the_claim_as_first_candidate(
    home, scenario, encounter
):
    played = play(home, CASES / scenario)
    number = played.claim(encounter)["patient_control_number"]
    assert played.claim(encounter)["paid_cents"] == 0
    [row] = played.suspense["suspense"]
    assert row["candidates"][0]["patient_control_number"] == number
    assert "practice" in row["candidates"][0]["against"]


def test_a_payers_claim_number_of_0_puts_no_strangers_money_on_a_claim(home):
    played = play(home, CASES / "x12_icn_zero")
    [row] = played.suspense["suspense"]
    assert (row["patient_control_number"], row["cents"]) == ("ZZZ9", 50_00)
    assert [s["payer_claim_control_number"] for s in played.claim()["submissions"]] == [""]


@pytest.mark.parametrize("scenario", ["s38_zero_remits_same_trace", "x12_zero_payments"])
def test_both_payments_of_nothing_under_one_trace_are_posted(home, scenario):
    played = play(home, CASES / scenario)
    for encounter in ("T-1", "T-2"):
        assert [w["cents"] for w in played.claim(encounter)["work"]] == [135_00]


def test_a_claim_that_a_payer_forwarded_waits_for_the_next_one_until_a_day(home):
    played = play(home, CASES / "s45_ma18_status1_no_S")
    [waiting] = [p for p in played.claim()["payers"] if p["receivable_cents"]]
    assert waiting["waiting_until"] == "2026-12-17"


def test_a_refund_that_a_person_entered_ends_the_recoupment_and_its_72(home):
    def refunded(opened):
        by = By("Pat", "check 1234 to the payer")
        claim_money.pay_refund(opened, NIGHT_3, by, "harbor", "lakeside", "I1", 100_00, dry_run=False)

    played = play(home, CASES / "s31_refund_72", before={4: refunded})
    assert summary(played.claim()) == (
        "reversed", {"harbor": 135_00}, 0, 0, 0, 0, works(("takeback", "REV", 135_00)),
    )  # fmt: skip
    with played.opened() as opened:
        now = money(opened.ledger)
        assert (now.provider_level, now.cash, now.closes) == (0, 0, True)
        assert proof(opened.ledger).holds
        assert [d.kind for d in denials(opened.ledger, NIGHT_3)] == ["takeback"]


def test_a_line_that_is_excluded_is_the_patients_at_once_and_no_payer_owes_it(home):
    home.use_folder()
    lines = [
        {"procedure": "99213", "charge": "135.00", "pointers": [1]},
        {"procedure": "87880", "charge": "38.00", "pointers": [1], "modifiers": ["GY"]},
    ]
    home.drop("lakeside/one.json", home.encounter("T-1", lines=lines))
    with home.opened() as opened:
        nightly_run.walk(opened, FIRST)
    story = Played(home).claim()
    assert [p["receivable_cents"] for p in story["payers"]] == [135_00]
    assert story["patient_receivable_cents"] == 38_00
