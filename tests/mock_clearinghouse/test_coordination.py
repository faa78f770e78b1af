"""Each way of coordination pays what was worked out by hand, from claims as the writer makes them."""

from datetime import timedelta
from pathlib import Path

import pytest

import edi
from ledger.adjudication.claim_line import ClaimLine
from ledger.adjudication.facts import Adjustment, Answer, ClaimFacts, Coverage, LineAnswer
from mock_clearinghouse.coordination import Benefit, shares
from tests.edi.samples import ENVELOPE
from tests.mock_clearinghouse.later_claims import DAY, PAYERS, written
from tests.referees.count_later_bills import billed

TABLE = Path(__file__).with_name("coordination_by_hand.tsv")
ROWS = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")][1:]


def cents(text):
    return round(float(text) * 100)


def answered(charge, before):
    """The facts of a claim of one line after these payers' answers."""
    answers = []
    parts = [[cents(amount) for amount in part.split("/")] for part in before.split(",")]
    for n, (paid, contract, patient) in enumerate(parts):
        others = charge - paid - contract - patient
        said = (("OA", "23", others), ("CO", "45", contract), ("PR", "2", patient))
        line = LineAnswer(
            line=1,
            procedure="99213",
            charge=charge,
            paid=paid,
            adjustments=tuple(Adjustment(*one) for one in said if one[2]),
        )
        answers.append(
            Answer(
                id=n + 1,
                payer=PAYERS[n],
                status=str(n + 1),
                charge=charge,
                paid=paid,
                paid_on=DAY + timedelta(days=14 * (n + 1)),
                lines=(line,),
            )
        )
    coverages = tuple(Coverage(o, p) for o, p in zip("PST", PAYERS[: len(parts) + 1], strict=False))
    facts = ClaimFacts(
        charge=charge, lines=(ClaimLine(1, "99213", charge),), coverages=coverages, answers=answers
    )
    return facts, "PST"[len(parts)]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_the_payment_is_the_one_worked_out_by_hand(row):
    _, _, way, charge, before, own, paid, patient = row
    facts, order = answered(cents(charge), before)
    claim = written(facts, order, "MB" if way == "medicare" else "CI")
    data = edi.write_claims([claim], ENVELOPE)
    assert [one.balances() for one in billed(data.decode())] == [True]
    (read,) = edi.read_claims(data)
    fee, deductible, coinsurance = own.split("/")
    benefit = Benefit(deductible=cents(deductible), coinsurance=int(coinsurance), fee=cents(fee))
    (share,) = shares(read, way, benefit)
    assert (share.paid, share.patient) == (cents(paid), cents(patient))
    assert share.paid + share.patient + share.others == cents(charge)
    left = cents(before.split(",")[-1].split("/")[2])
    assert read.lines[0].adjudications[-1].remaining_patient_liability == left


def test_there_are_forty_of_them():
    assert len(ROWS) >= 40
