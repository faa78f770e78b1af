"""Generated histories of a few claims: what payers send about them, remittance by remittance."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from ledger.payments.remittance_facts import PaymentFacts, ProviderFacts, RemittanceFacts
from tests.referees.population import Billed, Line, Person, answered

FIRST_DAY = date(2026, 11, 17)
PAYER_ORDERS = (("harbor",), ("harbor",), ("senior", "beacon"), ("senior",), ("harbor", "meridian", "beacon"))


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One answer as a payer sends it: whom it pays, and on which day (from 0)."""

    payer: str
    practice: str
    day: int
    payment: PaymentFacts


def people_and_claims(dice: random.Random, count: int) -> list[Billed]:
    made = []
    for n in range(1, count + 1):
        person = Person("QUILL", f"P{'ABCDEFGHIJ'[n % 5]}", f"W{1000000 + n % 5}")
        made.append(
            Billed(
                number=f"C{n:07d}0",
                person=person,
                practice=dice.choice(("lakeside", "bayview")),
                coverages=dice.choice(PAYER_ORDERS),
                day="2026-11-02",
                lines=(("99213", "25", 100_00), ("87880", "", 35_00), ("36415", "", 20_00))[
                    : dice.choice((1, 2, 2, 3))
                ],
                prepaid=dice.choice((0, 0, 0, 20_00)),
            )
        )
    return made


class History:
    """Draws what payers send about claims. Every answer of a claim has a payer's claim number of its own
    unless it is about the same decision."""

    def __init__(self, dice: random.Random, billed: Sequence[Billed]) -> None:
        self.dice = dice
        self.billed = billed
        self.count = 0
        self.sent: list[Sent] = []
        for one in billed:
            day = 0
            for _ in range(dice.choice((0, 1, 1, 1, 2))):
                name = dice.choice(sorted(n for n in dir(self) if n.startswith("story_")))
                day = getattr(self, name)(one, day) + 1

    def icn(self) -> str:
        self.count += 1
        return f"ICN{self.count:05d}"

    def lines(self, one: Billed, *, only: Sequence[int] = ()) -> list[Line]:
        """Each line paid, with a contractual cut and a patient's share."""
        made = []
        for number in only or range(1, len(one.lines) + 1):
            charge = one.lines[number - 1][2]
            off = charge * self.dice.choice((0, 10, 20, 35)) // 100
            patient = (charge - off) * self.dice.choice((0, 0, 10, 20, 100)) // 100
            cut = self.dice.choice((0, 0, 0, 5_00)) if patient < charge - off - 5_00 else 0
            made.append(
                Line(
                    number=number,
                    paid=charge - off - patient - cut,
                    adjustments=(("CO", "45", off), ("PR", "2", patient), ("CO", "150", cut)),
                )
            )
        return made

    def denied(self, one: Billed, carc: str = "197", *, only: Sequence[int] = ()) -> list[Line]:
        return [
            Line(number=n, paid=0, adjustments=(("CO", carc, one.lines[n - 1][2]),))
            for n in only or range(1, len(one.lines) + 1)
        ]

    def send(self, one: Billed, day: int, payment: PaymentFacts, payer: str = "") -> int:
        self.sent.append(
            Sent(payer=payer or one.coverages[0], practice=one.practice, day=day, payment=payment)
        )
        return day

    def story_paid(self, one: Billed, day: int) -> int:
        return self.send(one, day, answered(one, self.lines(one), icn=self.icn()))

    def story_denied(self, one: Billed, day: int) -> int:
        return self.send(one, day, answered(one, self.denied(one), icn=self.icn()))

    def story_denied_then_paid(self, one: Billed, day: int) -> int:
        self.story_denied(one, day)
        return self.story_paid(one, day + 2)

    def story_reversed_and_corrected(self, one: Billed, day: int) -> int:
        before, number = self.lines(one), self.icn()
        self.send(one, day, answered(one, before, icn=number))
        day += self.dice.choice((0, 2))
        self.send(one, day, answered(one, before, icn=number, sign=-1))
        return self.send(one, day + self.dice.choice((0, 1)), answered(one, self.lines(one), icn=self.icn()))

    def story_taken_back(self, one: Billed, day: int) -> int:
        before, number = self.lines(one), self.icn()
        self.send(one, day, answered(one, before, icn=number))
        back = answered(one, before, icn=number, sign=-1)
        return self.send(one, day + 1, replace(back, status=self.dice.choice(("22", "1"))))

    def story_reversal_of_nothing_known(self, one: Billed, day: int) -> int:
        return self.send(one, day, answered(one, self.lines(one), icn=self.icn(), sign=-1))

    def story_paid_then_duplicate(self, one: Billed, day: int) -> int:
        self.story_paid(one, day)
        return self.send(one, day + 1, answered(one, self.denied(one, "18"), icn=self.icn(), status="4"))

    def story_duplicate_alone(self, one: Billed, day: int) -> int:
        return self.send(one, day, answered(one, self.denied(one, "18"), icn=self.icn(), status="4"))

    def story_split(self, one: Billed, day: int) -> int:
        for n in range(1, len(one.lines) + 1):
            lines = (self.denied if self.dice.choice((False, True)) else self.lines)(one, only=(n,))
            self.send(one, day + self.dice.choice((0, 1)), answered(one, lines, icn=self.icn()))
        return day + 1

    def story_secondary(self, one: Billed, day: int) -> int:
        before = self.lines(one)
        forward = self.dice.choice(("1", "19"))
        number = self.icn()
        self.send(
            one,
            day,
            answered(one, before, icn=number, status=forward, forwarded_to="beacon" * (forward == "19")),
        )
        payer = one.coverages[1] if len(one.coverages) > 1 else "beacon"
        second = []
        for line in before:
            left = sum(cents for group, _, cents in line.adjustments if group == "PR")
            paid = left * self.dice.choice((0, 50, 100)) // 100
            charge = one.lines[line.number - 1][2]
            second.append(
                Line(
                    number=line.number,
                    paid=paid,
                    adjustments=(("OA", "23", charge - left), ("PR", "3", left - paid)),
                )
            )
        theirs = self.icn()
        self.send(one, day + 1, answered(one, second, icn=theirs, status="2"), payer)
        if self.dice.random() < 0.3:  # both take their payments back
            self.send(one, day + 2, answered(one, before, icn=number, sign=-1))
            self.send(one, day + 2, answered(one, second, icn=theirs, sign=-1), payer)
        return day + 2

    def story_pended(self, one: Billed, day: int) -> int:
        self.send(one, day, answered(one, self.denied(one, "133"), icn=self.icn()))
        return self.story_paid(one, day + 3)

    def story_estimate(self, one: Billed, day: int) -> int:
        self.send(one, day, answered(one, self.lines(one), status="25", paid=0))
        return self.story_paid(one, day + 1)

    def story_not_theirs(self, one: Billed, day: int) -> int:
        return self.send(one, day, answered(one, self.denied(one, "109"), icn=self.icn(), status="23"))

    def story_strangers(self, one: Billed, day: int) -> int:
        stranger = replace(
            answered(one, self.lines(one), icn=self.icn()),
            patient_control_number=f"OLD{self.count}",
            member_id=f"Z{self.count}",
            patient_name="nobody",
        )
        self.send(one, day, stranger)
        if self.dice.random() < 0.5:
            back = answered(one, self.lines(one), icn=self.icn(), sign=-1)
            kept = (stranger.patient_control_number, stranger.member_id, stranger.patient_name)
            self.send(
                one,
                day + 1,
                replace(
                    back,
                    patient_control_number=kept[0],
                    member_id=kept[1],
                    patient_name=kept[2],
                    charge=-stranger.charge,
                    paid=-stranger.paid,
                ),
            )
        return day + 1

    def remittances(self) -> list[RemittanceFacts]:
        """One for each payer, practice and day, sometimes two; with provider-level chains among them."""
        groups: dict[tuple[str, str, int, int], list[PaymentFacts]] = defaultdict(list)
        for one in self.sent:
            which = self.dice.choice((0, 0, 1))
            groups[one.payer, one.practice, one.day, which].append(one.payment)
        made = [
            remittance(payer, practice, day, f"T{n}", payments)
            for n, ((payer, practice, day, _), payments) in enumerate(
                sorted(groups.items(), key=lambda g: g[0])
            )
        ]
        for n in range(self.dice.choice((0, 1, 2))):
            self._chain(made, f"R{n}")
        return made

    def _chain(self, made: list[RemittanceFacts], reference: str) -> None:
        if not made:
            return
        one = self.dice.choice(made)
        same = [n for n, r in enumerate(made) if (r.payer, r.practice) == (one.payer, one.practice)]
        numbers = [p.payer_claim_control_number for p in one.payments]
        reference = self.dice.choice([*numbers, reference])
        reasons = self.dice.choice((("WO", "WO"), ("WO", "72"), ("FB", "FB"), ("WO",), ("L6",)))
        cents = 15_00
        for reason in reasons:
            at = self.dice.choice(same)
            cents = -cents
            added = ProviderFacts(reason=reason, cents=cents, reference=reference)
            made[at] = replace(
                made[at],
                provider_adjustments=(*made[at].provider_adjustments, added),
                amount=made[at].amount - cents,
                content=made[at].content + f"|{reason}{cents}",
            )


def remittance(
    payer: str, practice: str, day: int, trace: str, payments: Sequence[PaymentFacts], **more: Any
) -> RemittanceFacts:
    placed = tuple(replace(p, position=n) for n, p in enumerate(payments, 1))
    facts: dict[str, Any] = {
        "response_id": 1,
        "payer": payer,
        "payee": "1234567893",
        "practice": practice,
        "trace": f"{payer}{trace}",
        "amount": sum(p.paid for p in placed),
        "paid_on": (FIRST_DAY + timedelta(days=day)).isoformat(),
        "method": "ACH",
        "content": repr(
            [(p.patient_control_number, p.payer_claim_control_number, p.charge, p.paid) for p in placed]
        ),
        "difference": 0,
        "payments": placed,
    }
    return RemittanceFacts(**{**facts, **more})


def shuffled(dice: random.Random, sent: Sequence[RemittanceFacts]) -> Iterator[RemittanceFacts]:
    """The same answers in another order, some remittances in two parts, some delivered again."""
    parts: list[RemittanceFacts] = []
    for one in sent:
        payments = list(one.payments)
        if len(payments) > 1 and dice.random() < 0.5:
            dice.shuffle(payments)
            cut = dice.randrange(1, len(payments))
            for n, some in enumerate((payments[:cut], payments[cut:])):
                placed = tuple(replace(p, position=m) for m, p in enumerate(some, 1))
                plb = one.provider_adjustments if n == 0 else ()
                amount = sum(p.paid for p in placed) - sum(a.cents for a in plb)
                parts.append(
                    replace(
                        one,
                        trace=f"{one.trace}-{n}",
                        payments=placed,
                        provider_adjustments=plb,
                        amount=amount,
                        content=f"{one.content}-{n}{cut}",
                    )
                )
        else:
            parts.append(one)
    parts += [dice.choice(parts) for _ in range(3) if parts]
    dice.shuffle(parts)
    yield from parts
