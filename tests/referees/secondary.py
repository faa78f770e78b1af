"""Generated claims with two or three payers: each later one is billed once, balanced, and paid by the mock.

What is expected of a claim is known from how it was made, never from the ledger. The text of the claims is
split into segments here, so that neither reader nor writer judges itself.

    python -m tests.referees.secondary 2000
"""

import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import edi
from edi.records import Claim, OtherPayer, Party, Person, ServiceLine
from ledger.adjudication.claim_line import ClaimLine
from ledger.adjudication.coordination import earlier_payments
from ledger.adjudication.facts import Adjustment, Answer, ClaimFacts, Coverage, LineAnswer
from ledger.adjudication.settlement import settle
from mock_clearinghouse.adjudicate import decide
from mock_clearinghouse.scenario import Remit
from tasks.claims.later_payers import with_decisions
from tests.edi.referees import pyx12_accepts, x12sdk_accepts
from tests.edi.samples import ENVELOPE, claim

DAY = date(2026, 11, 2)
PAYERS = ("harbor", "beacon", "meridian")
IDS = {"harbor": "HRB01", "beacon": "BCN05", "meridian": "MRD02"}
PROCEDURES = ("99213", "87880", "99214", "71046", "36415", "93000")
WAYS = (
    "left",
    "left",
    "left",
    "nothing",
    "forwarded",
    "correctable",
    "denied",
    "whole",
    "split",
    "corrected",
)
BATCH = 100


@dataclass(frozen=True)
class Made:
    """A claim as it was billed first, the answers to it, and what must become of the next payer."""

    facts: ClaimFacts
    way: str
    expected: str


def make(dice: random.Random) -> Made:
    """One claim and its first payer's answer, of a kind that the dice choose."""
    way = dice.choice(WAYS)
    lines = tuple(
        ClaimLine(n, dice.choice(PROCEDURES), dice.randint(20_00, 400_00))
        for n in range(1, dice.randint(2, 6))
    )
    payers = PAYERS[: dice.choice((2, 2, 3))]
    facts = ClaimFacts(
        charge=sum(line.charge for line in lines),
        service_from=DAY,
        lines=lines,
        coverages=tuple(
            Coverage(order, payer, "W00000001") for order, payer in zip("PST", payers, strict=False)
        ),
        billed={("P", "harbor"): DAY},
    )
    decided = [_line(dice, line, way) for line in lines]
    if way in ("left", "forwarded", "correctable", "split", "corrected") and not _patients(decided):
        decided[0] = replace(decided[0], paid=0, adjustments=(Adjustment("PR", "1", decided[0].charge),))
    if way == "correctable":
        last = decided[-1]
        code = dice.choice((("CO", "16"), ("CO", "197"), ("CO", "252")))
        decided[-1] = replace(last, paid=0, adjustments=(Adjustment(*code, last.charge),))
    if way == "denied":
        decided = [replace(d, paid=0, adjustments=(Adjustment("PR", "204", d.charge),)) for d in decided]
    answers = list(_answers(dice, way, decided))
    expected = {"nothing": "not_due", "forwarded": "crossing_over", "correctable": "not_billed"}
    if way == "correctable" and not _patients(decided):
        return Made(replace(facts, answers=answers), way, "not_due")
    return Made(replace(facts, answers=answers), way, expected.get(way, "to_bill"))


def _line(dice: random.Random, line: ClaimLine, way: str) -> LineAnswer:
    left, adjustments = line.charge, []
    parts = [("CO", "45", 40), ("CO", "253", 2)]
    if way != "nothing":
        parts += [("PR", "1", 30), ("PR", "2", 25), ("PR", "3", 20)]
    for group, carc, most in parts:
        cents = dice.choice((0, dice.randint(1, max(line.charge * most // 100, 1))))
        if cents and cents < left:
            adjustments.append(Adjustment(group, carc, cents))
            left -= cents
    return LineAnswer(
        line=line.number,
        procedure=line.procedure,
        charge=line.charge,
        paid=left,
        adjustments=tuple(adjustments),
    )


def _patients(decided: list[LineAnswer]) -> int:
    return sum(a.cents for line in decided for a in line.adjustments if a.group == "PR")


def _answers(dice: random.Random, way: str, decided: list[LineAnswer]) -> Iterator[Answer]:
    if way == "whole":
        cents: Counter[tuple[str, str]] = Counter()
        for line in decided:
            for one in line.adjustments:
                cents[one.group, one.carc] += one.cents
        if not _patients(decided):
            cents["PR", "1"] += 1_00
        charge = sum(line.charge for line in decided)
        own = tuple(Adjustment(group, carc, amount) for (group, carc), amount in cents.items())
        yield _answer(1, charge, charge - sum(a.cents for a in own), (), own)
    elif way == "split" and len(decided) > 1:
        cut = dice.randint(1, len(decided) - 1)
        for n, part in enumerate((decided[:cut], decided[cut:]), 1):
            yield _of(n, part)
    elif way == "corrected":
        first = [replace(line, paid=line.charge, adjustments=()) for line in decided]
        wrong = _of(1, first)
        yield wrong
        yield replace(
            wrong,
            id=2,
            status="22",
            charge=-wrong.charge,
            paid=-wrong.paid,
            paid_on=DAY + timedelta(days=20),
            lines=tuple(replace(s, charge=-s.charge, paid=-s.paid) for s in wrong.lines),
        )
        yield replace(_of(3, decided), paid_on=DAY + timedelta(days=20))
    else:
        yield replace(_of(1, decided), status="19" if way == "forwarded" else "1")


def _of(number: int, lines: list[LineAnswer]) -> Answer:
    return _answer(number, sum(s.charge for s in lines), sum(s.paid for s in lines), tuple(lines), ())


def _answer(
    number: int, charge: int, paid: int, lines: tuple[LineAnswer, ...], own: tuple[Adjustment, ...]
) -> Answer:
    return Answer(
        id=number,
        payer="harbor",
        status="1",
        charge=charge,
        paid=paid,
        paid_on=DAY + timedelta(days=14),
        trace=f"T{number}",
        payer_claim_control_number="I1",
        adjustments=own,
        lines=lines,
    )


def written(facts: ClaimFacts, order: str, number: int, filing_code: str = "CI") -> Claim:
    """The claim to a later payer, as a run writes it."""
    covered = {c.order: c.payer for c in facts.coverages}
    base = replace(
        claim(),
        patient_control_number=f"CC{number:06d}",
        charge=facts.charge,
        payer_order=order,
        payer=_party(covered[order]),
        filing_code=filing_code,
        lines=tuple(
            ServiceLine(
                number=line.number,
                procedure=line.procedure,
                charge=line.charge,
                service_from=DAY,
                pointers=(1,),
                control_number=str(line.number),
            )
            for line in facts.lines
        ),
        other_payers=tuple(
            OtherPayer(
                order=other,
                payer=_party(payer),
                subscriber=Person(last="SAMPLE", first="ANN", member_id="W00000001"),
                filing_code="CI",
            )
            for other, payer in covered.items()
            if other != order
        ),
    )
    return with_decisions(base, earlier_payments(facts, order))


def _party(payer: str) -> Party:
    return Party(last=payer.upper(), id=IDS[payer], id_qualifier="PI")


def unbalanced(data: bytes) -> list[str]:
    """The claims of a file in which a payer's part does not explain the charge, by their text alone."""
    faults = []
    for text in data.decode().replace("\n", "").split("~CLM*")[1:]:
        segments = [part.split("*") for part in f"CLM*{text}".split("~")]
        number, charge = segments[0][1], _cents(segments[0][2])
        others: list[dict[str, int]] = []
        ids: list[str] = []
        paid_lines: Counter[str] = Counter()
        line_charge = line_left = 0
        at = ""
        for s in segments[1:]:
            if s[0] == "SBR":
                others.append({"cas": 0})
                at = "2320"
            elif s[0] == "LX":
                faults += [number] if line_left else []
                at, line_left = "2400", 0
            elif s[0] == "HL":
                break
            elif s[0] == "SV1":
                line_charge = _cents(s[2])
            elif s[0] == "AMT" and s[1] == "D" and at == "2320":
                others[-1]["paid"] = _cents(s[2])
            elif s[0] == "NM1" and s[1] == "PR" and others:
                ids.append(s[9])
            elif s[0] == "SVD":
                faults += [number] if line_left else []
                paid_lines[s[1]] += _cents(s[2])
                at, line_left = s[1], line_charge - _cents(s[2])
            elif s[0] == "CAS":
                cents = sum(_cents(s[n]) for n in range(3, len(s), 3))
                if at == "2320":
                    others[-1]["cas"] += cents
                else:
                    line_left -= cents
                    others[ids.index(at)]["lines"] = others[ids.index(at)].get("lines", 0) + cents
        faults += [number] if line_left else []
        for payer, other in zip(ids, others, strict=True):
            if "paid" not in other:
                continue
            if other["paid"] + other["cas"] + other.get("lines", 0) != charge:
                faults.append(number)
            if payer in paid_lines and paid_lines[payer] - other["cas"] != other["paid"]:
                faults.append(number)
    return faults


def _cents(text: str) -> int:
    return round(float(text) * 100)


def run(dice: random.Random, count: int) -> Counter[str]:
    """Makes claims until so many were written to later payers; what was seen, by name."""
    seen: Counter[str] = Counter()
    batch: list[Claim] = []
    number = 0
    while seen["written"] < count:
        number += 1
        made = make(dice)
        seen["claims"] += 1
        facts = made.facts
        for order in [c.order for c in facts.coverages[1:]]:
            side = next(s for s in settle(facts).sides if s.order == order)
            if order == "S":
                seen[f"way {made.way}"] += 1
                if side.state != made.expected:
                    seen[f"expected {made.expected}, was {side.state}"] += 1
                seen["crossovers billed"] += made.expected == "crossing_over" and side.state == "to_bill"
                seen["forgotten"] += made.expected == "to_bill" and side.state != "to_bill"
            if side.state != "to_bill":
                break
            one = written(facts, order, number)
            batch.append(one)
            seen["written"] += 1
            facts = _answered(facts, one, order, side.payer, dice, seen)
        if len(batch) >= BATCH or seen["written"] >= count:
            _judge(batch, seen)
            batch = []
    return seen


def _answered(
    facts: ClaimFacts, one: Claim, order: str, payer: str, dice: random.Random, seen: Counter[str]
) -> ClaimFacts:
    """The claim with the mock's answer; what the mock read is what was written."""
    way = dice.choice(("rest", "standard", "non_duplication"))
    (read,) = edi.read_claims(edi.write_claims([one], ENVELOPE))
    paid = decide(read, Remit(coordination=way, coinsurance=20), "B1")
    explained = paid.paid + sum(a.amount for s in paid.lines for a in s.adjustments)
    seen["mock does not balance"] += explained != paid.charge
    seen["paid by the mock"] += paid.paid > 0 or way != "rest"
    seen["cents paid"] += paid.paid
    answer = Answer(
        id=90 + len(facts.answers),
        payer=payer,
        status=paid.status,
        charge=paid.charge,
        paid=paid.paid,
        paid_on=DAY + timedelta(days=30 if order == "S" else 45),
        trace=f"N{order}",
        payer_claim_control_number="B1",
        lines=tuple(
            LineAnswer(
                line=n,
                procedure=s.procedure,
                charge=s.charge,
                paid=s.paid,
                adjustments=tuple(Adjustment(a.group, a.reason, a.amount) for a in s.adjustments),
            )
            for n, s in enumerate(paid.lines, 1)
        ),
    )
    billed = {**facts.billed, (order, payer): DAY + timedelta(days=20)}
    return replace(facts, answers=[*facts.answers, answer], billed=billed)


def _judge(batch: list[Claim], seen: Counter[str]) -> None:
    data = edi.write_claims(batch, ENVELOPE)
    seen["unbalanced"] += len(set(unbalanced(data)))
    seen["files"] += 1
    seen["refused by pyx12"] += not pyx12_accepts(data)
    # x12sdk keeps one 2430 a line, so it miscounts the segments of a claim to the third payer
    second = [one for one in batch if one.payer_order == "S"]
    seen["refused by x12sdk"] += not x12sdk_accepts(edi.write_claims(second, ENVELOPE))


def faults(seen: Counter[str]) -> dict[str, int]:
    """What may not be seen."""
    bad = ("crossovers billed", "forgotten", "unbalanced", "refused", "expected", "mock does not")
    return {name: n for name, n in seen.items() if n and name.startswith(bad)}


if __name__ == "__main__":
    found = run(random.Random(1), int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
    for name, n in sorted(found.items()):
        print(f"{n:>10,} {name}")
    sys.exit(bool(faults(found)))
