"""Thousands of payments among claims that resemble each other: near-misses post nowhere, and true ones
that differ in form post by themselves."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from ledger import Ledger
from ledger.payments import remittances
from ledger.payments.matching import match, name_digest
from ledger.payments.remittance_facts import PaymentFacts, RemittanceFacts
from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from ledger.queries.suspense import one_in_suspense, suspense
from ledger.schema import claim_payment, posting
from ledger.sending import responses
from tests.referees.histories import remittance
from tests.referees.population import NIGHT, Billed, Line, Person, answered, bill, ids, open_ledger
from tests.seeds import chance

COUNT = 2000
TAX_IDS = {"lakeside": "A", "bayview": "A", "summit": "B", "ridge": "B"}
PAYERS = ("harbor", "harbor", "harbor", "harbor", "meridian")
VISITS = (
    (("99213", "25", 135_00),),
    (("99213", "25", 135_00), ("87880", "QW", 38_00)),
    (("99214", "", 195_00),),
)
LAST = ("SMITH-JONES", "GARCIA LOPEZ", "BROWN", "OBRIEN", "NGUYEN", "BROWN JR")
FIRST = ("ANA MARIA", "JOHN", "JO-ANN", "LEE", "MAYA", "OMAR", "RUTH", "SAM")


def sharing(practice: str) -> frozenset[str]:
    return frozenset(p for p, tax_id in TAX_IDS.items() if tax_id == TAX_IDS[practice])


def population(dice: random.Random, count: int) -> list[Billed]:
    """Families with one member id, at one practice and payer, often there together and for the same."""
    made: list[Billed] = []
    family = 0
    while len(made) < count:
        family += 1
        practice, payer = dice.choice(sorted(TAX_IDS)), dice.choice(PAYERS)
        member = dice.choice((f"00{family:07d}", f"W{family:06d}-01", f"XH{family:07d}"))
        last, day = dice.choice(LAST), f"2026-10-{dice.randrange(1, 29):02d}"
        for first in dice.sample(FIRST, dice.choice((1, 1, 2, 3, 4))):
            person = Person(last, f"{first} {family % 40 * 'X'}", member)
            for _ in range(dice.choice((1, 1, 2))):
                if dice.random() < 0.8:
                    day = f"2026-10-{dice.randrange(1, 29):02d}"
                number = f"C{len(made) + 1:07d}{dice.randrange(10)}"
                made.append(
                    Billed(
                        number=number,
                        person=person,
                        practice=practice,
                        coverages=(payer,),
                        day=day,
                        lines=dice.choice(VISITS),
                    )
                )
    return made


@dataclass(frozen=True)
class Given:
    """A payment as it comes, with the claim that it is really of, and what is wrong or different."""

    of: Billed
    kind: str
    payer: str
    practice: str
    payment: PaymentFacts


def plain(one: Billed) -> PaymentFacts:
    lines = [
        Line(number=n, paid=cents - 30_00, adjustments=(("CO", "45", 30_00),))
        for n, (_, _, cents) in enumerate(one.lines, 1)
    ]
    return answered(one, lines, icn=f"P{one.number}")


def near_miss(dice: random.Random, kind: str, one: Billed, all_: Sequence[Billed]) -> Given:
    payment, payer, practice = plain(one), one.coverages[0], one.practice
    families: list[Billed] = [
        b for b in all_ if b.person.member_id == one.person.member_id and b.person != one.person
    ]
    another = dice.choice([b for b in dice.sample(all_, 4) if b.person != one.person])
    if kind == "member":
        payment = replace(
            payment,
            member_id=another.person.member_id,
            patient_name=name_digest(another.person.last, another.person.first),
        )
    elif kind == "payee":
        practice = dice.choice([p for p in sorted(TAX_IDS) if p not in sharing(practice)])
    elif kind == "payer":
        payer = "meridian" if payer == "harbor" else "harbor"
    elif kind == "day":
        payment = replace(payment, service_from=one.day.replace("-10-", "-09-"))
    elif kind == "charge":
        lines = tuple(
            replace(line, charge=line.charge + 7_00, paid=line.paid + 7_00) for line in payment.lines
        )
        more = 7_00 * len(lines)
        payment = replace(payment, charge=payment.charge + more, paid=payment.paid + more, lines=lines)
    elif kind == "number":
        payment = replace(payment, patient_control_number=f"OLD{one.number[2:]}")
    elif kind == "number of another":
        payment = replace(payment, patient_control_number=another.number)
    elif kind == "number of the family":
        payment = replace(payment, patient_control_number=dice.choice(families or [another]).number)
    return Given(one, kind, payer, practice, payment)


MISSES = ("member", "payee", "payer", "day", "charge", "number", "number of another", "number of the family")


def harmless(dice: random.Random, kind: str, one: Billed) -> Given:
    payment, practice, person = plain(one), one.practice, one.person
    if kind == "no hyphen":
        payment = replace(payment, member_id=person.member_id.replace("-", ""))
    elif kind == "no suffix":
        payment = replace(payment, member_id=person.member_id.split("-")[0])
    elif kind == "name":
        last = person.last.replace("-", " ").removesuffix(" JR")
        payment = replace(payment, patient_name=name_digest(last, person.first.replace("-", "")))
    elif kind == "no leading zeros":
        payment = replace(payment, member_id=person.member_id.lstrip("0"))
    elif kind == "renewed":
        payment = replace(payment, member_id=f"NEW{dice.randrange(10**6)}")
    elif kind == "cut":
        payment = replace(payment, patient_control_number=one.number[: dice.choice((-1, -2))])
    elif kind == "no modifiers":
        lines = tuple(replace(line, modifiers="", control_number="") for line in payment.lines)
        payment = replace(payment, lines=lines)
    elif kind == "tax id":
        practice = ""
    elif kind == "same tax id":
        practice = dice.choice(sorted(sharing(practice)))
    return Given(one, kind, one.coverages[0], practice, payment)


DIFFERENCES = (
    "no hyphen",
    "no suffix",
    "name",
    "no leading zeros",
    "renewed",
    "cut",
    "no modifiers",
    "tax id",
    "same tax id",
)


def in_remittances(given: Sequence[Given], name: str) -> list[tuple[RemittanceFacts, list[Given]]]:
    """One remittance for each payer and payee: hundreds of claims in each."""
    groups: dict[tuple[str, str, frozenset[str]], list[Given]] = defaultdict(list)
    for one in given:
        groups[one.payer, one.practice, sharing(one.practice or one.of.practice)].append(one)
    made = []
    for n, ((payer, practice, shared), ones) in enumerate(groups.items()):
        facts = remittance(payer, practice, 1, f"{name}{n}", [o.payment for o in ones], same_tax_id=shared)
        made.append((facts, ones))
    return made


@pytest.fixture
def resembling(tmp_path: Path):
    dice = chance("matching")
    billed = population(dice, 2 * COUNT)
    ledger = open_ledger(tmp_path / "ledger.db")
    bill(ledger, billed)
    responses.store(ledger, NIGHT, "northgate", "f", b"f", size=1, mtime=1, kinds="835")
    yield ledger, dice, billed
    ledger.close()


def cash_by_claim(ledger: Ledger) -> Counter[str]:
    numbers = ids(ledger)
    found: Counter[str] = Counter()
    with ledger.read() as connection:
        query = select(posting.c.claim_id, posting.c.cents).where(
            posting.c.account == "cash", posting.c.claim_id.is_not(None)
        )
        for claim, cents in connection.execute(query):
            found[numbers[claim]] += cents
    return found


def test_near_misses_post_nowhere_and_true_payments_that_differ_in_form_post_by_themselves(
    resembling, capsys
):
    ledger, dice, billed = resembling
    chosen = dice.sample(billed, COUNT)
    misses = [near_miss(dice, MISSES[n % len(MISSES)], one, billed) for n, one in enumerate(chosen)]
    first: Counter[str] = Counter()
    for facts, ones in in_remittances(misses, "M"):
        with ledger.read() as connection:
            found = match(connection, facts)
        assert [one for one, its in zip(ones, found, strict=True) if its.match is not None] == []
        done = remittances.post(ledger, NIGHT, facts)
        assert (done.state, done.suspense) == ("posted", len(ones))
        for one, its in zip(ones, found, strict=True):
            numbers = [c.patient_control_number for c in its.candidates]
            first[one.kind] += numbers[:1] == [one.of.number]
    assert cash_by_claim(ledger) == Counter()
    day = date.fromisoformat(NIGHT)
    together = suspense(ledger, day)
    assert sum(bool(one.candidates) for one in together) >= 0.90 * COUNT
    for one in together[:: COUNT // 10]:
        assert one_in_suspense(ledger, day, one.id) == one, "whatever is looked up beside it"
    trues = [
        harmless(dice, DIFFERENCES[n % len(DIFFERENCES)], one)
        for n, one in enumerate(dice.sample(billed, COUNT))
    ]
    expected = {one.of.number: one.payment.paid for one in trues}
    for facts, _ in in_remittances(trues, "T"):
        assert remittances.post(ledger, NIGHT, facts).state == "posted"
    paid = cash_by_claim(ledger)
    wrong = {number: cents for number, cents in paid.items() if expected.get(number) != cents}
    right = Counter(one.kind for one in trues if paid[one.of.number] == one.payment.paid)
    each = Counter(one.kind for one in misses), Counter(one.kind for one in trues)
    with ledger.read() as connection:
        by = Counter(connection.execute(select(claim_payment.c.matched_by)).scalars())
    with capsys.disabled():
        print(f"\nnear-misses: {COUNT} in suspense; the right claim first in {first.total() / COUNT:.1%}")
        print(", ".join(f"{kind} {first[kind]} of {each[0][kind]}" for kind in MISSES))
        print(f"true payments: {right.total() / COUNT:.1%} posted to their claims, {dict(by)}")
        print(", ".join(f"{kind} {right[kind]} of {each[1][kind]}" for kind in DIFFERENCES))
    assert money(ledger).closes
    assert proof(ledger).holds
    assert wrong == {}
    assert first.total() >= 0.90 * COUNT
    assert right.total() >= 0.99 * COUNT
