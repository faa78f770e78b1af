"""What is short of a contract is work and nothing else: planted by a payer that is computed here."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest

from ledger.adjudication.claim_line import ClaimLine
from ledger.adjudication.contract_prices import Rate, Rates
from ledger.adjudication.facts import Adjustment, Answer, ClaimFacts, Coverage, LineAnswer, Policy, Terms
from ledger.adjudication.settlement import settle
from tests.seeds import chance

DAY = date(2026, 11, 17)
SERVICE = date(2026, 11, 2)
PRICES = ("underpaid", "downcoded")


def rate(rule, amount, line=0, payer="harbor", **more):
    more = {"from_on": "2026-01-01"} | more
    return Rate(contract=3, line=line, payer=payer, rule=rule, rate=Decimal(amount), **more)


RATES = Rates([rate("fee", "60", 2, procedure="99213"), rate("fee", "85", 3, procedure="99214")])
ONE = ClaimLine(1, "99213", 100_00, units="1", place="11")
MINUTES = ClaimLine(1, "00840", 100_00, units="45", place="22")


def claim(*lines, rates=RATES, **more):
    return ClaimFacts(
        charge=sum(line.charge for line in lines),
        lines=lines,
        service_from=SERVICE,
        coverages=(Coverage("P", "harbor"),),
        billed={("P", "harbor"): date(2026, 11, 5)},
        rates=rates,
        **more,
    )


def cas(text):
    parts = [part.split() for part in text.split(",") if part.strip()]
    return tuple(Adjustment(group, carc, round(float(amount) * 100)) for group, carc, amount in parts)


def said(text, charge=100_00, number=1, procedure="99213", **more):
    adjustments = cas(text)
    paid = charge - sum(a.cents for a in adjustments)
    return LineAnswer(
        line=number, procedure=procedure, charge=charge, paid=paid, adjustments=adjustments, **more
    )


def answer(*lines, number=1, status="1", paid_on=DAY, sign=1):
    return Answer(
        id=number,
        payer="harbor",
        status=status,
        charge=sum(line.charge for line in lines) * sign,
        paid=sum(line.paid for line in lines) * sign,
        paid_on=paid_on,
        trace=f"T{number}",
        lines=tuple(
            replace(
                line,
                charge=line.charge * sign,
                paid=line.paid * sign,
                adjustments=tuple(replace(a, cents=a.cents * sign) for a in line.adjustments),
            )
            for line in lines
        ),
    )


def of_prices(made):
    explained = sum(item.cents for item in made.work if item.owed) + sum(s.waiting for s in made.sides)
    assert explained == sum(side.receivable for side in made.sides)
    return {item.line: item for item in made.work if item.kind in PRICES}


def come(facts, *answers):
    return settle(replace(facts, answers=answers))


def short(text, facts=None, **more):
    return {n: w.cents for n, w in of_prices(come(facts or claim(ONE), answer(said(text, **more)))).items()}


def test_what_a_payer_cuts_beyond_the_contract_stays_owed_and_says_why():
    made = come(claim(ONE), answer(said("CO 45 55, PR 2 9")))
    item = of_prices(made)[1]
    assert (item.kind, item.cents, item.owner, item.carc) == ("underpaid", 15_00, "CONTRACTING", "45")
    assert item.action == (
        "Expected $60.00 (fee 60.00 for 99213, contract 3 line 2), allowed $45.00: ask the payer to pay what "
        "the contract says, or correct the contract here"
    )
    assert made.balances["contractual", "harbor"] == 40_00
    assert (made.sides[0].state, made.patient) == ("part_paid", 9_00)


@pytest.mark.parametrize(
    "text",
    [
        "CO 45 40",
        "CO 45 41",  # a dollar is rounding
        "CO 45 30",  # more than the contract
        "CO 45 40, CO 253 1.20",  # sequestration
        "CO 45 40, PR 1 60",  # the deductible
        "CO 45 40, CO 104 3",  # withheld
        "CO 45 40, CO 225 -5",  # interest
        "CO 45 10, CO 59 30",  # the multiple procedure rule, within the contract
        "CO 50 100",  # denied
        "CO 50 60, CO 45 40",  # denied at the contract's rate
        "PR 45 55",  # no contract, says the payer
    ],
)
def test_what_is_no_price_is_not_short_of_one(text):
    assert short(text) == {}


def test_a_cut_under_the_multiple_procedure_rule_that_the_contract_explains_is_no_denial():
    made = come(claim(ONE), answer(said("CO 45 10, CO 59 30")))
    assert made.work == []
    assert made.balances["contractual", "harbor"] == 40_00


def test_interest_hides_nothing():
    assert short("CO 45 45, CO 225 -5") == {1: 5_00}


def test_a_secondary_payers_price_is_not_compared():
    assert come(claim(ONE), answer(said("CO 45 55"), status="2")).work == []


def test_a_line_that_no_row_prices_is_not_compared():
    assert short("CO 45 90", claim(ONE, rates=Rates([rate("fee", "5", procedure="99211")]))) == {}
    assert short("CO 45 90", claim(ONE, rates=None)) == {}


def test_a_zero_rate_is_a_contracts_and_no_denial():
    facts = claim(ONE, rates=Rates([rate("fee", "0", procedure="99213")]))
    assert come(facts, answer(said("CO 45 100"))).work == []


def test_a_whole_charge_cut_where_the_contract_pays_is_a_denial_as_before():
    [item] = come(claim(ONE), answer(said("CO 45 100"))).work
    assert (item.kind, item.cents) == ("denial", 100_00)


def test_what_a_payers_file_says_of_a_code_comes_first():
    facts = claim(ONE, terms={"harbor": Terms(policies=(Policy(carc="45", meaning="work"),))})
    [item] = come(facts, answer(said("CO 45 40"))).work
    assert (item.kind, item.cents) == ("denial", 40_00)


def test_a_correction_replaces_what_was_short_in_any_order():
    low = answer(said("CO 45 55"))
    undone = answer(said("CO 45 55"), number=2, status="22", sign=-1)
    right = answer(said("CO 45 40"), number=3, paid_on=date(2026, 12, 1))
    assert of_prices(come(claim(ONE), low))
    for answers in ((low, undone, right), (right, undone, low), (undone, low, right)):
        made = come(claim(ONE), *answers)
        assert (made.work, made.sides[0].receivable, made.sides[0].state) == ([], 0, "paid")


def test_what_was_accepted_is_the_payers_price_until_it_cuts_more():
    facts = claim(ONE, accepted={("harbor", 1): 15_00})
    made = come(facts, answer(said("CO 45 55")))
    assert (made.work, made.balances["contractual", "harbor"]) == ([], 55_00)
    assert short("CO 45 55.50", facts) == {}, "rounding is rounding after an acceptance, too"
    assert short("CO 45 65", facts) == {1: 10_00}


def test_another_procedure_than_was_billed_is_no_contractual_adjustment():
    made = come(claim(ONE, rates=None), answer(said("CO 45 55", adjudicated="99212")))
    item = of_prices(made)[1]
    assert (item.kind, item.cents, item.owner) == ("downcoded", 55_00, "CODING")
    assert item.action.startswith("99213 was decided as 99212. No contract says")
    assert made.balances["contractual", "harbor"] == 0
    priced = of_prices(come(claim(ONE), answer(said("CO 45 55", adjudicated="99212"))))[1]
    assert (priced.kind, priced.cents) == ("downcoded", 15_00)
    assert "Expected $60.00" in priced.action


@pytest.mark.parametrize(
    ("facts", "text", "more"),
    [
        (claim(ONE), "CO 45 40", {"adjudicated": "99212"}),  # paid as the contract says all the same
        (claim(ONE, rates=None), "CO 45 40, CO 150 20", {"adjudicated": "99212"}),  # a denial says why
        (claim(ONE, rates=None), "CO 45 40", {"adjudicated": "99213 25"}),  # a modifier without a price
        (claim(ONE, rates=None), "CO 45 40", {"procedure": "0450"}),  # a revenue code
        (claim(ONE, rates=None), "CO 45 40", {"units": "1"}),
        (claim(ONE, rates=None), "PR 2 40", {"adjudicated": "99212"}),  # nothing is cut
        (claim(ONE, rates=None), "CO 45 40", {"units": "0", "submitted_units": "1"}),  # paid, so not none
        (
            claim(MINUTES, rates=None),
            "CO 45 40",
            {"procedure": "00840", "units": "3", "submitted_units": "45"},
        ),
    ],
)
def test_what_is_explained_or_costs_nothing_is_not_downcoded(facts, text, more):
    assert short(text, facts, **more) == {}


@pytest.mark.parametrize(
    "more",
    [
        {"procedure": "99212"},  # SVC01 alone, the line found by its number
        {"adjudicated": "99213 52"},
        {"units": "2"},
        {"units": "1", "submitted_units": "3"},
        {"units": "2", "submitted_units": "3"},
    ],
)
def test_a_downcode_is_seen_by_procedure_modifier_and_units(more):
    three = replace(ONE, units="3")
    assert short("CO 45 40", claim(three, rates=None), **more) == {1: 40_00}


def test_a_case_rate_is_compared_with_all_of_the_claim():
    two = ClaimLine(2, "99214", 200_00, units="1", place="11")
    facts = claim(ONE, two, rates=Rates([rate("case_rate", "180", 4, procedure="99214")]))
    full = answer(said("CO 45 100"), said("CO 45 20", 200_00, 2, "99214"))
    assert come(facts, full).work == []
    less = answer(said("CO 45 100"), said("CO 45 50", 200_00, 2, "99214"))
    assert {n: w.cents for n, w in of_prices(come(facts, less)).items()} == {0: 30_00}


def test_a_cut_of_the_claim_as_a_whole_is_compared_with_all_of_its_lines():
    two = ClaimLine(2, "99214", 200_00, units="1", place="11")
    whole = replace(answer(said(""), said("", 200_00, 2, "99214")), paid=120_00, adjustments=cas("CO 45 180"))
    made = of_prices(come(claim(ONE, two), whole))
    assert {n: w.cents for n, w in made.items()} == {0: 25_00}


def test_services_that_were_decided_as_one_are_not_downcoded():
    two = ClaimLine(2, "87880", 38_00, units="1", place="11")
    bundled = answer(
        said("OA 94 -38, CO 45 53", adjudicated="99214"),
        said("OA 97 38", 38_00, 2, "87880", adjudicated="99214"),
    )
    assert come(claim(ONE, two, rates=None), bundled).work == []
    assert come(claim(ONE, two), bundled).work == []


def test_a_payer_may_rank_multiple_procedures_in_another_order():
    rates = Rates(
        [rate("fee", "60", n, procedure=code, multiple=STEPS) for n, code in enumerate(("99213", "99214"), 2)]
    )
    two = ClaimLine(2, "99214", 100_00, units="1", place="11")
    facts = claim(ONE, two, rates=rates)
    assert come(facts, answer(said("CO 45 40"), said("CO 45 70", number=2, procedure="99214"))).work == []
    other = come(facts, answer(said("CO 45 40, CO 59 30"), said("CO 45 40", number=2, procedure="99214")))
    assert other.work == []
    less = come(facts, answer(said("CO 45 80"), said("CO 45 40", number=2, procedure="99214")))
    assert {n: w.cents for n, w in of_prices(less).items()} == {1: 10_00}


# A payer of its own, that says what it allows without a line of the project: amounts as exact decimals.
FEES = {f"A{n:04}": Decimal(4000 + 137 * n) / 100 for n in range(60)}
SURGERIES = {f"B{n:04}": Decimal(20_000 + 971 * n) / 100 for n in range(30)}
MEDICARE = {f"C{n:04}": Decimal(3000 + 211 * n) / 100 for n in range(30)}
DRUGS = {f"J{n:04}": Decimal(12_345 + 777 * n) / 10_000 for n in range(20)}
CASES = {"D0001": Decimal("1450.00"), "D0002": Decimal("2310.50")}
STEPS = (Decimal(100), Decimal(50), Decimal(25))
SCHEDULE = Rates(
    [
        *(rate("fee", fee, 10, procedure=code) for code, fee in FEES.items()),
        *(
            rate("fee", fee * Decimal("0.8"), 11, procedure=code, places=("22",))
            for code, fee in FEES.items()
        ),
        *(rate("fee", fee * Decimal("0.4"), 12, procedure=c, modifiers=("26",)) for c, fee in FEES.items()),
        *(rate("fee", fee, 13, procedure=code, multiple=STEPS) for code, fee in SURGERIES.items()),
        *(rate("fee", fee, 14, procedure=code) for code, fee in DRUGS.items()),
        *(rate("fee", fee, 15, payer="", procedure=code) for code, fee in MEDICARE.items()),
        rate("percent_of_medicare", "115", 16, procedure="C0000", procedure_to="C9999"),
        rate("percent_of_charge", "42.5", 17, procedure="E0000", procedure_to="E9999"),
        rate("modifier_percent", "150", 18, modifiers=("50",)),
        *(rate("case_rate", fee, 19, procedure=code) for code, fee in CASES.items()),
    ]
)


def to_cents(dollars):
    return int((dollars * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def billed(dice, number):
    """A line, and what the payer should allow but for ranks, in dollars."""
    kind = dice.choice(["fee", "fee", "fee", "surgery", "surgery", "drug", "medicare", "percent", "none"])
    place, modifiers, units = "11", (), 1
    charge = Decimal(dice.randint(90_00, 900_00)) / 100
    if kind == "fee":
        code = dice.choice(sorted(FEES))
        variant = dice.choice(["", "", "22", "26", "50"])
        factor = {"": "1", "22": "0.8", "26": "0.4", "50": "1.5"}[variant]
        allowed = FEES[code] * Decimal(factor)
        place, modifiers = ("22", ()) if variant == "22" else ("11", (variant,) if variant else ())
    elif kind == "surgery":
        code = dice.choice(sorted(SURGERIES))
        allowed = SURGERIES[code]
        charge *= 3
    elif kind == "drug":
        code, units = dice.choice(sorted(DRUGS)), dice.randint(2, 40)
        allowed = DRUGS[code] * units
    elif kind == "medicare":
        code = dice.choice(sorted(MEDICARE))
        allowed = MEDICARE[code] * Decimal("1.15")
    elif kind == "percent":
        code, allowed = f"E{dice.randint(0, 99):04}", charge * Decimal("0.425")
    else:
        code, allowed = f"F{dice.randint(0, 99):04}", charge * Decimal("0.5")
    line = ClaimLine(number, code, to_cents(charge), modifiers, units=str(units), place=place)
    return line, allowed, kind


def paid_by(dice, lines, kinds, allowed):
    """The payer's answer to each line, and the lines that it underpaid by more than a dollar on purpose."""
    order = sorted((n for n, kind in enumerate(kinds) if kind == "surgery"), key=lambda n: (-allowed[n], n))
    ranks = {n: STEPS[min(place, 2)] for place, n in enumerate(order)}
    made, planted = [], {}
    for n, line in enumerate(lines):
        full = min(to_cents(allowed[n]), line.charge)
        right = min(to_cents(allowed[n] * ranks.get(n, Decimal(100)) / 100), line.charge)
        less = 0
        if kinds[n] != "none" and right > 5_00 and dice.random() < 0.15:
            less = dice.randint(1_01, min(right - 1, 80_00))
            planted[line.number] = less
        elif dice.random() < 0.1:
            less = dice.randint(0, min(1_00, right))  # a dollar at most
        price = right - less
        cuts = {"45": line.charge - price}
        if right < full and dice.random() < 0.5:
            cuts = {"59": full - right, "45": line.charge - full + less}
        share = dice.choice([0, 0, price // 5, price])
        sequestered = (price - share) * 2 // 100 if dice.random() < 0.3 else 0
        interest = dice.choice([0, 0, 0, 37])
        adjustments = [
            *(Adjustment("CO", carc, cents) for carc, cents in cuts.items() if cents),
            *([Adjustment("PR", "2", share)] if share else []),
            *([Adjustment("CO", "253", sequestered)] if sequestered else []),
            *([Adjustment("CO", "225", -interest)] if interest else []),
        ]
        dice.shuffle(adjustments)
        made.append(
            LineAnswer(
                line=line.number,
                procedure=line.procedure,
                modifiers=line.modifiers,
                charge=line.charge,
                paid=line.charge - sum(a.cents for a in adjustments),
                adjustments=tuple(adjustments),
                units=line.units,
            )
        )
    return made, planted


@pytest.mark.slow
def test_seeded_underpayments_are_found_and_nothing_else_is(capsys):
    dice = chance("underpayments")
    counted = Counter()
    wrong = Counter()
    for at in range(1200):
        of = [billed(dice, n) for n in range(1, dice.randint(2, 5))]
        lines, allowed, kinds = ([one[n] for one in of] for n in range(3))
        secondary = dice.random() < 0.15
        answers, planted = paid_by(dice, lines, kinds, allowed)
        if secondary:
            planted = {}
        facts = claim(*lines, rates=SCHEDULE)
        made = come(facts, answer(*answers, number=at + 1, status="2" if secondary else "1"))
        found = {n: item.cents for n, item in of_prices(made).items()}
        counted.update(
            claims=1,
            lines=len(lines),
            secondary=len(lines) if secondary else 0,
            ranked=max(kinds.count("surgery") - 1, 0),
            sequestered=sum(any(a.carc == "253" for a in x.adjustments) for x in answers),
            interest=sum(any(a.carc == "225" for a in x.adjustments) for x in answers),
            planted=len(planted),
            found=len(planted.keys() & found.keys()),
            false=len(found.keys() - planted.keys()),
            exact=sum(found.get(n) in range(cents - 1, cents + 2) for n, cents in planted.items()),
        )
        for n in found.keys() - planted.keys():
            wrong[kinds[n - 1]] += 1
    with capsys.disabled():
        print(f"\n  underpayments: {dict(counted)}; false by kind: {dict(wrong)}")
    assert counted["lines"] >= 2_000
    assert min(counted[n] for n in ("planted", "secondary", "ranked", "sequestered", "interest")) > 50
    assert counted["found"] >= 0.99 * counted["planted"]
    assert counted["exact"] >= 0.99 * counted["planted"]
    assert counted["false"] < 0.01 * counted["planted"]
    assert not wrong["surgery"]


def above(*lines, rates=RATES, of=None):
    facts = claim(*(of or [ONE]), rates=rates, answers=[answer(*lines)])
    made = settle(facts)
    without = settle(replace(facts, rates=None)).balances
    assert sum(made.balances.values()) == sum(without.values())
    found = {(w.kind, w.line): w.cents for w in made.work if w.kind in (*PRICES, "overpaid")}
    if {kind for kind, _ in found} == {"overpaid"}:
        assert made.balances == without
    return found


def test_what_is_allowed_above_the_contract_is_work_that_moves_nothing():
    assert above(said("CO 45 30, PR 2 10")) == {("overpaid", 1): 10_00}
    assert above(said("CO 45 39")) == {}, "a dollar is rounding"
    assert above(said("PR 1 100")) == {("overpaid", 1): 40_00}, "nothing was cut at all"
    assert above(said("CO 45 40")) == {}
    assert above(said("CO 45 10, CO 97 90")) == {}, "a denial is none"
    assert above(said("CO 45 30", adjudicated="99214")) == {}, "it is the price of another service"
    [one] = [w for w in settle(claim(ONE, answers=[answer(said("CO 45 30"))])).work if w.kind == "overpaid"]
    assert one.action.startswith("Allowed $70.00, expected $60.00 (fee 60.00 for 99213, contract 3 line 2): ")
    assert not one.owed


def test_procedures_ranked_otherwise_are_overpaid_only_by_what_all_of_them_are():
    steps = (Decimal(100), Decimal(50))
    rates = Rates([rate("fee", "60", 2, procedure="99213", multiple=steps),
                   rate("fee", "50", 3, procedure="99214", multiple=steps)])  # fmt: skip
    two = [ONE, replace(ONE, number=2, procedure="99214")]
    second = {"number": 2, "procedure": "99214"}
    assert above(said("CO 45 70"), said("CO 45 50", **second), rates=rates, of=two) == {
        ("underpaid", 1): 5_00
    }
    assert above(said("CO 45 65"), said("CO 45 40", **second), rates=rates, of=two) == {
        ("overpaid", 2): 10_00
    }


def test_a_line_that_is_carved_out_of_a_case_is_compared_by_itself():
    case = [
        rate("case_rate", "150", 5),
        rate("percent_of_charge", "50", 6, procedure="C1776", carve_out=True),
    ]
    of = [ONE, replace(ONE, number=2), ClaimLine(3, "C1776", 400_00, units="1", place="21")]
    implant = {"number": 3, "procedure": "C1776", "charge": 400_00}
    right = (said("CO 45 20"), said("CO 45 30", number=2), said("CO 45 200", **implant))
    assert above(*right, rates=Rates(case), of=of) == {}
    low = (*right[:2], said("CO 45 260", **implant))
    assert above(*low, rates=Rates(case), of=of) == {("underpaid", 3): 60_00}
    gone = (*right[:2], said("CO 197 400", **implant))
    assert above(*gone, rates=Rates(case), of=of) == {}, "the denied line is a denial, the rest is right"
