"""Payers whose way of deciding the twin does not know: each is a program of its own kind.

A payer is asked line by line, in the order of the days; it draws from its own source of chance.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp
from random import Random

from tasks.twin.answered import PAID, Claim, Line, Service

START, MONTHS = date(2025, 1, 1), 11
HELD_FROM, HELD_UNTIL = date(2025, 11, 1), date(2025, 12, 1)
CHANGED_ON = date(2025, 6, 1)

CODES = (
    "99212",
    "99213",
    "99214",
    "99215",
    "20610",
    "36415",
    "80053",
    "93000",
    "97110",
    "97140",
    "99395",
    "17000",
)
CHARGES = dict(
    zip(CODES, (9000, 13000, 18500, 26000, 21000, 1500, 4200, 6000, 7500, 7000, 24000, 15500), strict=True)
)
DIAGNOSES = ("M54", "E11", "I10", "J06", "Z00", "L57")
PLACES = ("11", "11", "11", "22", "02")

Decision = tuple[str, float]
"""The outcome and the share of the charge that is paid."""


@dataclass
class Payer:
    """`decide` is asked of a line on a day, `reject` of a claim's dearest line, `late` for its days."""

    decide: Callable[[Service, date], Decision]
    reject: Callable[[Service, date], str]
    late: Callable[[date], int]


def business_days(first: date, until: date) -> list[date]:
    return [day for n in range((until - first).days) if (day := first + timedelta(days=n)).weekday() < 5]


def claims_of(kind: str, seed: int, a_day: int = 9) -> list[Claim]:
    """Eleven months of claims, with what the payer of a kind made of them."""
    chance = Random(f"{kind}-{seed}")
    payer = KINDS[kind](chance)
    popular = [chance.uniform(0.3, 3) for _ in CODES]
    made = []
    for day in business_days(START, HELD_UNTIL):
        for number in range(chance.randint(a_day // 2, a_day + a_day // 2)):
            made.append(_claim(payer, chance, day, popular, f"C{day:%m%d}{number}"))
    return made


def _claim(payer: Payer, chance: Random, day: date, popular: list[float], number: str) -> Claim:
    place, diagnosis = chance.choice(PLACES), chance.choice(DIAGNOSES)
    codes = chance.choices(CODES, popular, k=chance.choices((1, 2, 3), (6, 3, 1))[0])
    services = []
    for code in codes:
        modifiers = ""
        if code.startswith("992") and len(codes) > 1 and chance.random() < 0.6:
            modifiers = "25"
        elif place == "02":
            modifiers = "95"
        elif code.startswith("97") and chance.random() < 0.5:
            modifiers = "59"
        services.append(Service(code, modifiers, place, diagnosis))
    dearest = max(services, key=lambda one: CHARGES[one.procedure])
    rejected = payer.reject(dearest, day)
    lines = []
    for service in services:
        charge = round(CHARGES[service.procedure] * chance.choice((1, 1, 1.1)))
        outcome, share = payer.decide(service, day) if not rejected else ("", 0.0)
        paid = round(charge * share) if outcome == PAID else 0
        lines.append(Line(service, charge, outcome, paid))
    return Claim(sent_on=day, lines=tuple(lines), rejected=rejected, days=payer.late(day), number=number)


def _never(service: Service, day: date) -> str:
    return ""


def logistic(chance: Random) -> Payer:
    """The odds of two reasons are sums over code, place and diagnosis; each code has its fee."""
    of = {one: chance.gauss(0, 0.9) for one in (*CODES, *DIAGNOSES, "11", "22", "02")}
    fee = {code: chance.uniform(0.4, 0.9) for code in CODES}
    base = chance.uniform(-3.2, -2.2)

    def decide(service: Service, day: date) -> Decision:
        odds = base + of[service.procedure] + of[service.place] + 0.5 * of[service.diagnosis]
        if chance.random() < 1 / (1 + exp(-odds)):
            return ("CO-50" if of[service.diagnosis] > 0 else "CO-197"), 0
        return PAID, fee[service.procedure]

    def reject(service: Service, day: date) -> str:
        return "A7:164" if chance.random() < 0.02 else ""

    return Payer(decide, reject, lambda day: chance.randint(8, 18))


def ruled(chance: Random) -> Payer:
    """Rules with modifiers: most lines are paid, some combinations nearly never."""
    strict = set(chance.sample(CODES, 2))
    second = chance.choice(DIAGNOSES)
    allowed = chance.uniform(0.55, 0.85)

    def decide(service: Service, day: date) -> Decision:
        if service.modifiers == "59" and chance.random() < 0.45:
            return "CO-97", 0
        if service.procedure in strict and service.modifiers in ("", "59") and chance.random() < 0.35:
            return "CO-4", 0
        if service.diagnosis == second and service.place == "22" and chance.random() < 0.7:
            return "CO-11", 0
        if chance.random() < 0.015:
            return "CO-16", 0
        return PAID, allowed + chance.gauss(0, 0.04)

    def reject(service: Service, day: date) -> str:
        return "A7:33" if service.place == "02" and chance.random() < 0.12 else ""

    return Payer(decide, reject, lambda day: chance.choice((3, 4, 5, 14)))


def moody(chance: Random) -> Payer:
    """Every day has its own severity: denials of a day come together."""
    of = {code: chance.uniform(0.03, 0.25) for code in CODES}
    factors: dict[date, float] = {}

    def decide(service: Service, day: date) -> Decision:
        if day not in factors:
            factors[day] = chance.gammavariate(2.5, 1 / 2.5)
        if chance.random() < min(of[service.procedure] * factors[day], 0.95):
            return chance.choices(("CO-50", "CO-16"), (2, 1))[0], 0
        return PAID, 0.7

    return Payer(decide, _never, lambda day: chance.randint(10, 16))


def changing(chance: Random) -> Payer:
    """From the first of June on, one code is denied for another reason and far more often."""
    code = chance.choice(("99213", "99214", "97110", "20610"))
    before, after = chance.uniform(0.02, 0.08), chance.uniform(0.3, 0.7)
    base = {one: chance.uniform(0.02, 0.12) for one in CODES}

    def decide(service: Service, day: date) -> Decision:
        if service.procedure == code and chance.random() < (after if day >= CHANGED_ON else before):
            return "CO-197", 0
        if chance.random() < base[service.procedure]:
            return "CO-50", 0
        return PAID, 0.65

    return Payer(decide, _never, lambda day: chance.randint(5, 15))


def seasonal(chance: Random) -> Payer:
    """Answers come later and later from summer on, and denials sooner than payments."""
    base = {one: chance.betavariate(1.5, 12) for one in CODES}
    fee = {one: chance.uniform(0.5, 0.8) for one in CODES}
    places = {one: chance.uniform(0.5, 2) for one in ("11", "22", "02")}

    def decide(service: Service, day: date) -> Decision:
        if chance.random() < min(base[service.procedure] * places[service.place], 0.9):
            return "CO-29" if service.procedure.startswith("9") else "CO-96", 0
        return PAID, fee[service.procedure] + chance.uniform(-0.05, 0.05)

    def reject(service: Service, day: date) -> str:
        return "A3:21" if service.diagnosis == "Z00" and chance.random() < 0.08 else ""

    return Payer(decide, reject, lambda day: chance.randint(6, 12) + (15 if 7 <= day.month <= 9 else 0))


KINDS: dict[str, Callable[[Random], Payer]] = {
    "logistic": logistic,
    "ruled": ruled,
    "moody": moody,
    "changing": changing,
    "seasonal": seasonal,
}
