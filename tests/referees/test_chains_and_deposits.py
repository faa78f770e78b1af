"""200 provider-level chains and 200 deposit puzzles, drawn: each closes, or is listed by its name."""

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest

from edi.records import Party, ProviderAdjustment
from ledger.queries.deposits import open_deposits, undeposited
from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from ledger.queries.work_queue import Asked, items
from tasks import nightly_run
from tasks.errors import StepError
from tasks.operations.import_deposits import import_deposits
from tasks.operations.money_acts import By
from tests.seeds import chance
from tests.tasks.answering import HARBOR, LAKESIDE, Partner, paid, remitted
from tests.tasks.patients.answered import BEACON, SENIOR

FIRST = date(2026, 11, 2)
BAYVIEW = Party(last="BAYVIEW CARDIOLOGY", npi="1999000239", tax_id="001230103")
PAYERS = {"harbor": HARBOR, "beacon": BEACON, "senior": SENIOR}
COUNT = 200

pytestmark = [pytest.mark.slow, pytest.mark.long]


def remittance(number, payer, payee, cents, on, plb=()):
    """One that pays a claim of nobody's, and what it says beside it."""
    stranger = replace(paid(f"NOBODY{number}", cents, cents), payer_claim_control_number=f"ICN{number}")
    adjusted = [
        ProviderAdjustment(
            provider_id=payee.npi, fiscal_period_end=date(2026, 12, 31), reason=r, reference=ref, amount=c
        )
        for r, ref, c in plb
    ]
    made = remitted(stranger, trace=f"T{number:05d}", payee=payee, plb=adjusted)
    return replace(made, payer=PAYERS[payer], paid_on=on, production_date=on)


# ---- chains

CHAINS = {
    "deferred and taken": lambda c, part: [("WO", -c), ("WO", c)],
    "taken in two parts": lambda c, part: [("WO", -c), ("WO", part), ("WO", c - part)],
    "taken first": lambda c, part: [("WO", c), ("WO", -c)],
    "returned by check": lambda c, part: [("WO", c), ("72", -c)],
    "carried forward and back": lambda c, part: [("FB", -c), ("FB", c)],
    "interest": lambda c, part: [("L6", -c)],
    "announced alone": lambda c, part: [("WO", -c)],
    "taken in part": lambda c, part: [("WO", -c), ("WO", part)],
    "taken alone": lambda c, part: [("WO", c)],
    "carried forward alone": lambda c, part: [("FB", -c)],
    "a fee": lambda c, part: [("AH", c)],
}
"""What a payer says of one reference, a reason and cents at a time; a positive amount lowers its payment."""


def test_each_chain_closes_or_is_listed_by_its_payer_practice_and_reference(home):
    dice, partner = chance("chains"), Partner(home)
    said, left, kinds = [], {}, Counter()
    for n in range(COUNT):
        kind = dice.choice(list(CHAINS))
        kinds[kind] += 1
        payer, payee = dice.choice(list(PAYERS)), dice.choice((LAKESIDE, BAYVIEW))
        cents = dice.randint(200, 90_000)
        steps = CHAINS[kind](cents, dice.randint(1, cents - 1))
        nights = sorted(dice.randint(0, 3) for _ in steps)
        said += [
            (night, payer, payee, (r, f"REF{n}", c)) for night, (r, c) in zip(nights, steps, strict=True)
        ]
        if (rest := sum(c for _, c in steps)) and kind != "interest":
            left[payer, payee.npi, f"REF{n}"] = abs(rest)
    number = 0
    for night in range(4):
        of_night = [one[1:] for one in said if one[0] == night]
        dice.shuffle(of_night)
        made = []
        while of_night:
            payer, payee, _ = of_night[0]
            some = [one[2] for one in of_night if one[:2] == (payer, payee)][: dice.randint(1, 6)]
            for one in some:
                of_night.remove((payer, payee, one))
            number += 1
            made.append(remittance(number, payer, payee, 9_000_00, FIRST, some))
        partner.pay(f"{night}.835", *made)
        partner.collect(FIRST + timedelta(days=night))
    npis = {"lakeside": LAKESIDE.npi, "bayview": BAYVIEW.npi}
    with home.opened() as opened:
        day = FIRST + timedelta(days=4)
        listed = items(opened.ledger, day, Asked(kinds=["provider_level"], snoozed=True), limit=COUNT)
        found = {(w.payer, npis[w.practice], w.reference): w.cents for w in listed}
        assert money(opened.ledger).closes
        assert proof(opened.ledger).holds
    assert len(kinds) == len(CHAINS)
    assert found == left


# ---- deposits


@dataclass
class Bank:
    """What is drawn. `missing`: by trace of a remittance what the bank does not have of it; `unexplained`:
    the cents of deposits that nothing explains."""

    dice: random.Random
    made: list = field(default_factory=list)
    lines: list = field(default_factory=list)
    missing: dict = field(default_factory=dict)
    unexplained: list = field(default_factory=list)
    count: int = 0

    def amount(self):
        """One that no other puzzle has, nor the sum of two."""
        self.count += 1
        return 1_000_00 + 2 ** min(self.count % 12, 11) + self.count * 97

    def pays(self, cents, on):
        number = len(self.made) + 1
        self.made.append(remittance(number, self.dice.choice(list(PAYERS)), LAKESIDE, cents, on))
        return f"T{number:05d}"

    def clears(self, cents, on, trace="", kind="eft"):
        sign = "-" if cents < 0 else ""
        amount = f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"
        self.lines.append(f"x4321,{on},{amount},{kind},{trace},,B{len(self.lines)}")


def one_for_one(bank, on, cents):
    bank.clears(cents, on, bank.pays(cents, on))


def zeros_lead_the_trace(bank, on, cents):
    bank.clears(cents, on, f"000{bank.pays(cents, on)}")


def in_parts(bank, on, cents):
    trace, first = bank.pays(cents, on), bank.dice.randint(1, cents - 2)
    second = bank.dice.randint(1, cents - first - 1)
    for n, part in enumerate((first, second, cents - first - second)):
        bank.clears(part, on + timedelta(days=n * 9), trace)


def without_a_trace(bank, on, cents):
    bank.pays(cents, on)
    bank.clears(cents, on + timedelta(days=2))


def a_cent_off(bank, on, cents):
    trace = bank.pays(cents, on)
    bank.clears(cents - 1, on, trace)
    bank.missing[trace] = cents
    bank.unexplained.append(cents - 1)


def a_part_is_on_its_way(bank, on, cents):
    trace = bank.pays(cents, on)
    bank.clears(cents - 500, on, trace)
    bank.missing[trace] = cents
    bank.unexplained.append(cents - 500)


def two_that_fit(bank, on, cents):
    """A line without a trace, and two remittances of its amount: a person says which."""
    for trace in (bank.pays(cents, on), bank.pays(cents, on)):
        bank.missing[trace] = cents
    bank.clears(cents, on)
    bank.unexplained.append(cents)


def not_in_the_bank(bank, on, cents):
    bank.missing[bank.pays(cents, on)] = cents


def of_no_remittance(bank, on, cents):
    bank.clears(cents, on, f"LOST{cents}")
    bank.unexplained.append(cents)


def returned(bank, on, cents):
    trace = bank.pays(cents, on)
    bank.clears(cents, on, trace)
    bank.clears(-cents, on + timedelta(days=5), trace, "other")
    bank.missing[trace] = cents


def returned_and_paid_again(bank, on, cents):
    trace = bank.pays(cents, on)
    bank.clears(cents, on, trace)
    bank.clears(-cents, on + timedelta(days=5), trace, "other")
    bank.clears(cents, on + timedelta(days=9), trace)


PUZZLES = (
    one_for_one, zeros_lead_the_trace, in_parts, without_a_trace, a_cent_off, a_part_is_on_its_way,
    two_that_fit, not_in_the_bank, of_no_remittance, returned, returned_and_paid_again,
)  # fmt: skip


def test_each_deposit_puzzle_closes_or_both_of_its_sides_are_listed(home, tmp_path):
    file = home.path / "partners" / "practices" / "lakeside.toml"
    file.write_text(f'bank_accounts = ["4321"]\n{file.read_text("utf-8")}', encoding="utf-8")
    partner, dice = Partner(home), chance("deposits")
    bank, kinds = Bank(dice), Counter()
    bank.clears(1, FIRST, "OPEN", "other")
    bank.unexplained.append(1)
    for _ in range(COUNT):
        puzzle = dice.choice(PUZZLES)
        kinds[puzzle.__name__] += 1
        puzzle(bank, FIRST + timedelta(days=dice.randint(0, 13)), bank.amount())
    partner.pay("bank.835", *bank.made)
    last = FIRST + timedelta(days=26)
    with home.opened() as opened:
        cut = len(bank.lines) // 2
        for n, some in enumerate((bank.lines[:cut], bank.lines[cut - 9 :])):
            given = tmp_path / f"{n}.csv"
            given.write_text(
                "account,date,amount,kind,trace,payer,reference\n" + "".join(f"{x}\n" for x in some), "utf-8"
            )
            import_deposits(opened, last, By("ann", "the bank's file"), given, dry_run=False)
            with pytest.raises(StepError, match="DEP-04"):  # the same file once more
                import_deposits(opened, last, By("ann", "the bank's file"), given, dry_run=False)
            if n == 0:  # the remittances come between the bank's two files
                nightly_run.walk(opened, last)
        missing = {one.trace: one.cents for one in undeposited(opened.ledger)}
        unexplained = [one.open_cents for one in open_deposits(opened.ledger)]
        assert money(opened.ledger).closes
        assert proof(opened.ledger).holds
    assert len(kinds) == len(PUZZLES)
    assert missing == bank.missing
    assert sorted(unexplained) == sorted(bank.unexplained)
