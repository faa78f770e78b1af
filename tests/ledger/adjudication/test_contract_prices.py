"""What a contract allows for the lines of a claim: the most specific row, and the rule that it names."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ledger.adjudication.claim_line import ClaimLine
from ledger.adjudication.contract_prices import Billed, Rate, Rates, price

DAY = date(2026, 11, 2)
BILLED = Billed(payer="harbor", practice="lakeside", plan="G1", drg="470", day=DAY)


def rate(rule, amount, line=0, payer="harbor", **more):
    more = {"from_on": "2026-01-01"} | more
    return Rate(contract=3, line=line, payer=payer, rule=rule, rate=Decimal(amount), **more)


def medicare(rule, amount, line=0, **more):
    return rate(rule, amount, line, payer="", **more)


def line(procedure="99213", charge=200_00, modifiers="", units="1", number=1, place="11", **more):
    return ClaimLine(number, procedure, charge, tuple(modifiers.split()), units=units, place=place, **more)


def priced(rates, *lines, left_out=()):
    return price(Rates(rates), BILLED, lines or [line()], left_out)


def cents(rates, *lines, left_out=()):
    made = priced(rates, *lines, left_out=left_out)
    return made.case.cents if made.case else {n: one.cents for n, one in sorted(made.lines.items())}


FEE = rate("fee", "92.50", 2, procedure="99213")


@pytest.mark.parametrize(
    ("more_specific", "expected"),
    [
        (rate("fee", "80", 3, procedure="99213", practice="lakeside"), 80_00),
        (rate("fee", "80", 3, procedure="99213", practice="elmgrove"), 92_50),
        (rate("fee", "80", 3, procedure="99213", plan="G1"), 80_00),
        (rate("fee", "80", 3, procedure="99213", plan="G2"), 92_50),
        (rate("fee", "80", 3, procedure="99213", places=("11", "12")), 80_00),
        (rate("fee", "80", 3, procedure="99213", places=("22",)), 92_50),
        (rate("fee", "80", 3, procedure="99213", modifiers=("25",)), 80_00),
        (rate("fee", "80", 3, procedure="99213", modifiers=("57",)), 92_50),
        (rate("fee", "80", 3, procedure="99213", drg="470"), 80_00),
        (rate("fee", "80", 3, procedure="99202", procedure_to="99215"), 92_50),
        (rate("percent_of_charge", "50", 3), 92_50),
        (rate("fee", "80", 3, procedure="99213", from_on="2027-01-01"), 92_50),
        (rate("fee", "80", 3, procedure="99213", to_on="2026-11-01", plan="G1"), 92_50),
        (rate("fee", "80", 3, procedure="99213", to_on="2026-11-02", plan="G1"), 80_00),
    ],
)
def test_the_most_specific_row_that_holds_on_the_day_prices_a_line(more_specific, expected):
    for rates in ([FEE, more_specific], [more_specific, FEE]):
        assert cents(rates, line(modifiers="25")) == {1: expected}


def test_of_two_rows_with_one_modifier_each_that_of_the_lines_first_modifier_counts():
    rates = [
        rate("fee", "40", 2, procedure="73030", modifiers=("26",)),
        rate("fee", "70", 3, procedure="73030", modifiers=("LT",)),
    ]
    assert cents(rates, line("73030", modifiers="26 LT")) == {1: 40_00}
    assert cents(rates, line("73030", modifiers="LT 26")) == {}  # 26 is left, and no row says what it does


def test_units_of_four_decimals_are_rounded_once_for_the_line():
    rates = [rate("fee", "12.3455", 2, procedure="J1100")]
    assert cents(rates, line("J1100", units="3")) == {1: 37_04}
    assert cents(rates, line("J1100", units="0.5")) == {1: 6_17}


@pytest.mark.parametrize("units", ["0", "", "-1", "x", "NaN"])
def test_units_that_are_none_leave_a_line_without_a_price(units):
    made = priced([rate("fee", "12", procedure="J1100")], line("J1100", units=units))
    assert not made.lines
    assert "units" in made.unpriced[1]


def test_the_charge_is_the_most_unless_the_contract_says_otherwise():
    assert cents([FEE], line(charge=90_00)) == {1: 90_00}
    assert "the charge is less" in priced([FEE], line(charge=90_00)).lines[1].words
    assert cents([rate("fee", "92.50", procedure="99213", lesser_of=False)], line(charge=90_00)) == {1: 92_50}


def test_a_part_of_the_charge_needs_no_row_for_modifiers_or_units():
    assert cents([rate("percent_of_charge", "62.5")], line(modifiers="52", units="0")) == {1: 125_00}


def test_a_part_of_medicare_is_of_the_place_and_modifier_that_medicare_prices():
    rates = [
        rate("percent_of_medicare", "110", 2),
        rate("percent_of_medicare", "130", 3, procedure="10000", procedure_to="69999"),
        medicare("fee", "100", 2, procedure="99213"),
        medicare("fee", "80", 3, procedure="99213", places=("22",)),
        medicare("fee", "60", 4, procedure="20610"),
        medicare("modifier_percent", "150", 5, modifiers=("50",)),
    ]
    assert cents(rates) == {1: 110_00}
    assert cents(rates, line(place="22")) == {1: 88_00}
    assert cents(rates, line("20610", modifiers="50")) == {1: 117_00}
    assert priced(rates, line("87880")).unpriced == {1: "the Medicare fee schedule has no row for it"}
    words = priced(rates, line("20610", modifiers="50")).lines[1].words
    assert words == (
        "130 % of Medicare 60.00 for 20610 50 at 150 % for modifier 50 (line 5), contract 3 line 3"
    )


def test_a_modifier_that_changes_prices_and_has_no_row_leaves_its_line_without_a_price():
    made = priced([FEE], line(modifiers="52"))
    assert made.unpriced == {1: "modifier 52 changes the price, and the contract has no row for it"}
    half = rate("modifier_percent", "50", 9, modifiers=("52",))
    assert cents([FEE, half], line(modifiers="52")) == {1: 46_25}
    assert cents([FEE], line(modifiers="25")) == {1: 92_50}


def multiple(amount, procedure, number=2):
    steps = (Decimal(100), Decimal(50), Decimal(25))
    return rate("fee", amount, number, procedure=procedure, multiple=steps)


SURGERY = [multiple("100", "11402"), multiple("300", "12032", 3), multiple("200", "13101", 4), FEE]


def test_multiple_procedures_of_a_day_are_ranked_by_their_fee():
    lines = [
        line("11402", 500_00, number=1),
        line("12032", 500_00, number=2),
        line("13101", 500_00, number=3),
    ]
    assert cents(SURGERY, *lines, line(number=4)) == {1: 25_00, 2: 300_00, 3: 100_00, 4: 92_50}
    assert cents(SURGERY, *lines, left_out={2}) == {1: 50_00, 2: 300_00, 3: 200_00}
    another = line("11402", 500_00, number=1, service_from=date(2026, 11, 3))
    assert cents(SURGERY, another, *lines[1:]) == {1: 100_00, 2: 300_00, 3: 100_00}
    assert cents(SURGERY, line("11402", 500_00, units="4")) == {1: 200_00}  # 100 + 50 + 25 + 25
    assert priced(SURGERY, *lines).lines[1].words.endswith("; multiple procedures: 25 %")


def test_a_case_rate_is_for_all_of_the_claim():
    rates = [*SURGERY, rate("case_rate", "400", 7, procedure="12032"), rate("case_rate", "350", 8)]
    assert cents(rates, line("12032", 500_00), line("99213", number=2)) == 400_00
    assert cents(rates, line("99213", 200_00)) == 200_00
    stay = [rate("case_rate", "9000", 2, drg="470")]
    assert cents(stay, line("", 12_000_00, revenue_code="0120")) == 9000_00


def test_an_institutional_line_is_priced_by_its_revenue_code():
    rates = [rate("fee", "150", 2, revenue_code="0450"), rate("percent_of_charge", "40", 3)]
    assert cents(rates, line("", revenue_code="0450"), line("", number=2, revenue_code="0300")) == {
        1: 150_00,
        2: 80_00,
    }


ANESTHESIA = [
    rate("anesthesia", "60", 2, procedure="00100", procedure_to="01999"),
    rate("base_units", "7", 3, procedure="00790"),
    rate("base_units", "1", 4, modifiers=("P3",)),
]


def asleep(minutes="95", modifiers="AA", code="00790", unit_code="MJ"):
    return line(code, 5000_00, modifiers, minutes, unit_code=unit_code)


@pytest.mark.parametrize(
    ("minutes", "modifiers", "expected"),
    [
        ("95", "AA", 798_00),  # (7 + 6.3) x 60
        ("95", "", 798_00),
        ("95", "QZ", 798_00),
        ("95", "QK", 399_00),
        ("95", "QX P3", 429_00),
        ("95", "QY QS", 399_00),
        ("1", "AA", 426_00),  # a tenth of a unit
        ("0", "AA", None),
        ("x", "AA", None),
        ("95", "AD", 180_00),  # three units, whatever the time
        ("200", "AD P3", 180_00),
    ],
)
def test_anesthesia_is_base_and_time_at_the_factor_and_the_part_of_who_did_it(minutes, modifiers, expected):
    assert cents(ANESTHESIA, asleep(minutes, modifiers)) == ({1: expected} if expected else {})


@pytest.mark.parametrize(
    ("time", "units"),
    [("15", "6.3"), ("", "6.3"), ("15 up", "7"), ("15 down", "6"), ("15 half", "6"), ("10 half", "10")],
)
def test_time_counts_by_the_payers_rule(time, units):
    rates = [rate("anesthesia", "60", 2, time=time), *ANESTHESIA[1:]]
    assert cents(rates, asleep()) == {1: int((7 + Decimal(units)) * 60_00)}


def test_anesthesia_without_minutes_or_base_units_has_no_price():
    assert "minutes" in priced(ANESTHESIA, asleep(unit_code="UN")).unpriced[1]
    assert "base units" in priced(ANESTHESIA, asleep(code="00800")).unpriced[1]
    of_medicare = [ANESTHESIA[0], medicare("base_units", "5", 9, procedure="00800")]
    assert cents(of_medicare, asleep(code="00800")) == {1: 678_00}


def test_who_directs_more_than_four_has_units_that_a_contract_may_name():
    four = rate("base_units", "4", 8, modifiers=("AD",))
    assert cents([*ANESTHESIA, four], asleep(modifiers="AD")) == {1: 240_00}
    assert cents([*ANESTHESIA, four], asleep()) == {1: 798_00}
    half = rate("modifier_percent", "50", 9, modifiers=("AD",))
    assert cents([*ANESTHESIA, half], asleep(modifiers="AD")) == {1: 399_00}


def test_a_contracts_own_part_for_a_modifier_goes_before_the_half():
    own = rate("modifier_percent", "60", 8, modifiers=("QK",))
    assert cents([*ANESTHESIA, own], asleep(modifiers="QK")) == {1: 478_80}
    of_medicare = [
        rate("percent_of_medicare", "110", 2),
        medicare("anesthesia", "20", 2, procedure="00100", procedure_to="01999"),
        medicare("base_units", "7", 3, procedure="00790"),
    ]
    assert cents(of_medicare, asleep(modifiers="QK")) == {1: 146_30}


STAY = [
    line("", 9000_00, units="3", number=1, revenue_code="0120", unit_code="DA"),
    line("", 6000_00, units="1", number=2, revenue_code="0200", unit_code="DA"),
    line("", 2000_00, units="9", number=3, revenue_code="0250"),
    line("", 8000_00, units="1", number=4, revenue_code="0278"),
]
DAYS = [
    rate("per_diem", "1850", 2, revenue_code="0120"),
    rate("per_diem", "3400", 3, revenue_code="0200"),
    rate("fee", "50", 4, revenue_code="0250"),
]
IMPLANT = rate("percent_of_charge", "55", 9, revenue_code="0278", carve_out=True)


def test_days_are_priced_by_their_revenue_code_and_all_else_is_covered():
    made = priced(DAYS, *STAY)
    assert (made.case.cents, made.lines) == (3 * 1850_00 + 3400_00, {})
    assert made.case.words == (
        "per diem 3 x 1850.00 for 0120 (line 2) + 1 x 3400.00 for 0200 (line 3), contract 3 line 3"
    )
    assert cents(DAYS[:1], *STAY[2:]) == {}, "without such a day there is no per diem"
    none = priced(DAYS, line("", 9000_00, units="", revenue_code="0120"))
    assert (none.case, none.lines) == (None, {})
    assert "days of 0120" in none.unpriced[1]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("", 10_000_00),
        ("25000/60", 10_000_00),  # charged no more than that
        ("24,999.99/60", 10_000_01),  # 60 % of a cent
        ("20000/60", 13_000_00),
        ("$20,000.00 / 62.5% whole", 15_625_00),
        ("1/100 whole", 25_000_00),
    ],
)
def test_above_its_threshold_a_case_comes_to_a_part_of_the_charge(rule, expected):
    made = priced([rate("case_rate", "10000", 5, stop_loss=rule.lower())], *STAY)
    assert made.case.cents == expected
    assert ("stop-loss" in made.case.words) == (expected != 10_000_00)
    days = [replace(one, stop_loss=rule.lower()) for one in DAYS[:2]]
    assert priced(days, *STAY).case.cents == {
        10_000_00: 8950_00,
        10_000_01: 8950_01,
        13_000_00: 11_950_00,
    }.get(expected, expected)


def test_what_is_carved_out_is_priced_apart_from_the_case_and_is_no_part_of_its_charge():
    made = priced([*DAYS, IMPLANT], *STAY)
    assert (made.case.cents, made.lines[4].cents) == (8950_00, 4400_00)
    case = rate("case_rate", "20000", 5, drg="470")
    made = priced([case, IMPLANT], *STAY)
    assert (made.case.cents, made.lines[4].cents) == (17000_00, 4400_00), "the charge of the rest is the most"
    assert cents([IMPLANT], *STAY) == {4: 4400_00}, "without a case it is a row like any other"
