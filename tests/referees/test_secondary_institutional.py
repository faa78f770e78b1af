"""Generated institutional claims to the second payer are accepted by two programs that are not ours."""

import copy
import random
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

import edi
from edi.records import Claim, ServiceLine
from intake.encounter import Encounter
from ledger.adjudication.coordination import EarlierPayment, LineDecision
from ledger.adjudication.facts import Adjustment
from tasks.claims.claim_from_encounter import claim_from_encounter
from tasks.claims.later_payers import with_decisions
from tests.edi.referees import pyx12_accepts
from tests.edi.samples import ENVELOPE
from tests.edi.x12sdk_reading import differences
from tests.seeds import chance
from tests.tasks.claims.holding import KNOWN
from tests.tasks.claims.test_generated_kinds import generated
from tests.tasks.test_every_kind import SURGERY

ANSWERED = date(2026, 11, 14)


def outpatient(dice: random.Random) -> dict[str, Any]:
    """A day of surgery, each line with a procedure beside its revenue code."""
    document = {**generated("institutional", dice), **copy.deepcopy(SURGERY)}
    for line in (document["lines"][0], {"revenue_code": "0450", "procedure": "99283"}):
        line["charge"] = f"{dice.randint(100, 4000)}.{dice.randrange(100):02d}"
    document["lines"] = [document["lines"][0], line]
    return document


def second(dice: random.Random, number: int, payer: str, *, stay: bool) -> Claim:
    """A clean stay or day of surgery as its second payer gets it; the first decided by line or as a whole."""
    document = generated("institutional", dice) if stay else outpatient(dice)
    document["coverages"].append({"order": "S", "payer": payer, "member_id": "W27770002"})
    if payer == "senior":
        document["coverages"][1]["insurance_type"] = "12"
    encounter = Encounter.model_validate(document)
    practice = KNOWN.practices[encounter.practice]
    made = claim_from_encounter(
        encounter, practice, KNOWN.payers[payer], f"CC{number:06d}", None, KNOWN.payer, "S"
    ).claim
    return with_decisions(made, [decided(dice, made)])


def decided(dice: random.Random, claim: Claim) -> EarlierPayment:
    lines = tuple(line_decided(dice, line) for line in claim.lines)
    whole = dice.random() < 0.4
    summed: dict[tuple[str, str], int] = {}
    for line in lines:
        for one in line.adjustments:
            summed[one.group, one.carc] = summed.get((one.group, one.carc), 0) + one.cents
    return EarlierPayment(
        order="P",
        payer="harbor",
        charge=claim.charge,
        paid=sum(line.paid for line in lines),
        adjudicated=ANSWERED,
        payer_claim_control_number="I1",
        adjustments=tuple(Adjustment(*key, cents) for key, cents in summed.items()) if whole else (),
        lines=() if whole else lines,
    )


def line_decided(dice: random.Random, line: ServiceLine) -> LineDecision:
    charge = line.charge
    contract, patient = (dice.randint(0, charge * most // 100) for most in (40, 30))
    cuts = [Adjustment("CO", "45", contract), Adjustment("PR", dice.choice(("1", "2", "3")), patient)]
    return LineDecision(
        line=line.number,
        charge=charge,
        paid=charge - contract - patient,
        procedure=line.procedure,
        modifiers=(),
        adjustments=tuple(one for one in cuts if one.cents),
    )


@pytest.mark.parametrize("payer", ["beacon", "senior"])
@pytest.mark.parametrize("frequency", ["1", "7", "8"])
def test_claims_to_the_second_payer_are_accepted_by_two_programs_that_are_not_ours(payer, frequency):
    dice = chance("institutional second", payer, frequency)
    by_way: dict[tuple[bool, bool], list[Claim]] = {}
    for number in range(20):
        stay = number % 2 == 0
        claim = second(dice, number, payer, stay=stay)
        if frequency != "1":
            claim = replace(claim, frequency=frequency, payer_claim_control_number=f"S{number}")
        data = edi.write_claims([claim], ENVELOPE)
        by_line = b"SVD*HRB01*" in data
        if stay and by_line:
            assert re.search(rb"SVD\*HRB01\*[\d.]+\*\*0120\*", data), data
        by_way.setdefault((stay, by_line), []).append(claim)
        assert b"SBR*S*18" in data
        (read,) = edi.read_claims(data)
        [other] = read.other_payers
        cut = sum(a.amount for a in other.adjustments) + sum(
            a.amount for line in read.lines for one in line.adjudications for a in one.adjustments
        )
        assert read.charge == (other.paid or 0) + cut
    assert set(by_way) == {(stay, by_line) for stay in (True, False) for by_line in (True, False)}
    # in one file each: their programs load their tables for every file
    every = edi.write_claims([claim for claims in by_way.values() for claim in claims], ENVELOPE)
    assert pyx12_accepts(every), every
    assert differences(every) == []
