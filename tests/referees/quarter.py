"""A generated quarter: encounters week by week, the answers of the payers to what really went out, paper
and desk money; played through the nightly run, and compared with the recomputation from the raw files.

`python -m tests.referees.quarter --claims 3000 --seeds 1 2 3` prints the figures.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from config.settings import load
from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from ledger.schema import (
    claim,
    claim_payment,
    claim_version,
    claim_waiting,
    posting,
    remittance,
    work_item,
)
from tasks import nightly_run
from tasks.home.home import Home, open_home
from tasks.operations import claim_money, enter_payment
from tasks.operations.money_acts import By
from tests.conftest import WorkingHome
from tests.referees import recompute

FIRST = date(2026, 8, 31)
WEEKS = 13
PAYERS = {
    "harbor": ("HRB01", "HARBOR HEALTH PLAN"),
    "meridian": ("MRD02", "MERIDIAN BLUE"),
    "evergreen": ("EVG03", "EVERGREEN COMMUNITY CARE"),
    "senior": ("SNR04", "SENIOR ADVANTAGE TRUST"),
    "beacon": ("BCN05", "BEACON SUPPLEMENTAL"),
}
IDS = {payer: number for payer, (number, _) in PAYERS.items()}
KEYS = {number: payer for payer, number in IDS.items()}
PRACTICES = {
    "lakeside": (
        "1999000015", "LAKESIDE FAMILY MEDICINE", "1999001013",
        (("99213", "135.00"), ("36415", "18.00"), ("85025", "35.00")), "J02.9",
    ),
    "summit": (
        "1999000122", "SUMMIT ORTHOPEDICS", "1999002011",
        (("99213", "145.00"), ("73030", "90.00"), ("73110", "85.00")), "M25.511",
    ),
    "bayview": (
        "1999000239", "BAYVIEW CARDIOLOGY", "1999003019",
        (("99214", "215.00"), ("93000", "75.00"), ("36415", "20.00")), "I10",
    ),
}  # fmt: skip
COVERAGES = (
    ("harbor",), ("harbor",), ("meridian",), ("evergreen",), ("senior",), ("senior", "beacon"),
    ("senior", "beacon"), ("harbor", "meridian"),
)  # fmt: skip
DENIALS = ("197", "50", "29", "204", "11", "96", "167", "22", "27", "151", "B7")


def cents_text(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    dollars, rest = divmod(abs(cents), 100)
    return f"{sign}{dollars}" + (f".{rest:02d}".rstrip("0") if rest else "")


# ---- what a payer says


@dataclass(frozen=True, kw_only=True)
class Said:
    """A line of an answer; `line` is the place of the claim's line, from 0."""

    line: int
    paid: int
    adjustments: Sequence[tuple[str, str, int]] = ()


@dataclass(frozen=True, kw_only=True)
class Word:
    """A claim of an 835."""

    sent: recompute.Sent
    status: str = "1"
    payer_number: str
    lines: Sequence[Said]
    adjustments: Sequence[tuple[str, str, int]] = ()
    sign: int = 1
    charge: int | None = None
    forwarded_to: str = ""
    remarks: Sequence[str] = ()
    number: str = ""
    member: str = ""
    payee: str = ""
    interest: int = 0
    numbered: bool = True

    @property
    def paid(self) -> int:
        if self.status == "25":
            return 0
        total = sum(line.paid for line in self.lines) - sum(c for *_, c in self.adjustments)
        return self.sign * total

    def text(self, payer: str) -> list[str]:
        of, sign = self.sent, self.sign
        charge = sum(of.lines[s.line].charge for s in self.lines)
        order = next((o for o, p in of.coverages.items() if p == IDS[payer]), "P")
        member = self.member or of.members.get(order, of.members["P"])
        made = [
            f"CLP*{self.number or of.number}*{'22' if sign < 0 else self.status}*{cents_text(sign * charge)}"
            f"*{cents_text(self.paid)}**12*{self.payer_number}*11*1",
            *(f"CAS*{g}*{r}*{cents_text(sign * c)}" for g, r, c in self.adjustments),
            f"NM1*QC*1*{of.name[0]}*{of.name[1]}****MI*{member}",
        ]
        if self.forwarded_to:
            made.append(f"NM1*TT*2*{PAYERS[self.forwarded_to][1]}*****PI*{IDS[self.forwarded_to]}")
        if self.remarks:
            made.append("MOA***" + "*".join(self.remarks))
        made.append(f"DTM*232*{of.day}")
        if self.interest:
            made.append(f"AMT*I*{cents_text(self.interest)}")
        for said in self.lines:
            line = of.lines[said.line]
            made.append(
                f"SVC*HC:{line.procedure}*{cents_text(sign * line.charge)}*{cents_text(sign * said.paid)}**1"
            )
            made.append(f"DTM*472*{of.day}")
            made += [f"CAS*{g}*{r}*{cents_text(sign * c)}" for g, r, c in said.adjustments if c]
            if self.numbered:
                made.append(f"REF*6R*{line.control}")
        return made


@dataclass
class Site:
    """Writes 835 files into the partner's folder; every payment is one transaction of a file."""

    outbound: Path
    interchange: int = 1000
    trace: int = 0

    def file(self, day: date, payer: str, sets: Sequence[Sequence[str]]) -> None:
        self.interchange += 1
        number = f"{self.interchange:09d}"
        stamp = f"{day:%y%m%d}"
        out = [
            "ISA*00*          *00*          *ZZ*NORTHGATE      *ZZ*CLEANCLAIM     "
            f"*{stamp}*0400*^*00501*{number}*0*T*:",
            f"GS*HP*NORTHGATE*CLEANCLAIM*{day:%Y%m%d}*0400*{self.interchange}*X*005010X221A1",
        ]
        for n, body in enumerate(sets, 1):
            out += [f"ST*835*{n:04d}", *body, f"SE*{len(body) + 2}*{n:04d}"]
        out += [f"GE*{len(sets)}*{self.interchange}", f"IEA*1*{number}"]
        name = f"{day:%Y%m%d}_{number}.835"
        (self.outbound / name).write_text("".join(s + "~\n" for s in out), encoding="ascii")

    def payment(
        self,
        day: date,
        payer: str,
        practice: str,
        words: Sequence[Word],
        provider: Sequence[tuple[str, str, int]],
    ) -> list[str]:
        self.trace += 1
        number, name = PAYERS[payer]
        amount = sum(w.paid for w in words) - sum(c for *_, c in provider)
        body = [
            f"BPR*I*{cents_text(amount)}*C*{'ACH' if amount else 'NON'}************{day:%Y%m%d}",
            f"TRN*1*{number}{self.trace:07d}*1999999999",
            f"DTM*405*{day:%Y%m%d}",
            f"N1*PR*{name}*XV*{number}",
            "N3*PO BOX 1",
            "N4*HARTFORD*CT*061030001",
            "PER*BL*PROVIDER LINE*TE*2175550199",
            f"N1*PE*{PRACTICES[practice][1]}*XX*{PRACTICES[practice][0]}",
        ]
        if words:
            body.append("LX*1")
        for word in words:
            body += word.text(payer)
        for reason, reference, cents in provider:
            body.append(f"PLB*{PRACTICES[practice][0]}*{day:%Y}1231*{reason}:{reference}*{cents_text(cents)}")
        return body


# ---- the quarter


@dataclass
class Quarter:
    """Draws encounters and, for each claim that went out, what its payers say in which week."""

    dice: random.Random
    claims: int
    planned: dict[int, list[tuple[str, str, Word]]] = field(default_factory=lambda: defaultdict(list))
    provider: dict[tuple[int, str, str], list[tuple[str, str, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    paper: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    desk: dict[int, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    acts: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    coverages: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)
    count: int = 0
    seen: int = 0

    def icn(self) -> str:
        self.count += 1
        return f"N{self.count:08d}"

    # ---- encounters

    def encounters(self, week: int) -> dict[str, list[dict[str, Any]]]:
        made: dict[str, list[dict[str, Any]]] = defaultdict(list)
        share = self.claims // (WEEKS - 3)
        if week >= WEEKS - 3:
            return made
        for _ in range(share):
            self.seen += 1
            practice = self.dice.choice(sorted(PRACTICES))
            _, _, rendering, codes, diagnosis = PRACTICES[practice]
            coverages = self.dice.choice(COVERAGES)
            lines = codes[: self.dice.choice((1, 2, 2, 3))]
            n = self.seen
            encounter = {
                "source": "quarter",
                "id": f"Q-{n}",
                "practice": practice,
                "service_date": (FIRST + timedelta(weeks=week, days=-3)).isoformat(),
                "place_of_service": "11",
                "patient": {
                    "last": "Q" + "".join(chr(97 + int(d)) for d in str(n)),
                    "first": self.dice.choice(("Ada", "Bo", "Cyd")),
                    "birth_date": f"{1940 + n % 60}-02-{n % 27 + 1:02d}",
                    "sex": "F",
                    "address": {
                        "line1": "7 Orchard Way", "city": "Springfield", "state": "IL", "zip": "627040007",
                    },
                },
                "coverages": [
                    {"order": "PST"[k], "payer": payer, "member_id": f"W{k}{n:07d}"}
                    for k, payer in enumerate(coverages)
                ],
                "rendering": {"npi": rendering},
                "referring": {"npi": "1999001021", "last": "Lindqvist", "first": "Anders"},
                "diagnoses": [diagnosis],
                "lines": [{"procedure": c, "charge": d, "pointers": [1]} for c, d in lines],
            }  # fmt: skip
            if self.dice.random() < 0.1:
                encounter["patient_paid"] = "20.00"
            self.coverages[f"W0{n:07d}"] = {
                "PST"[k]: (IDS[payer], f"W{k}{n:07d}") for k, payer in enumerate(coverages)
            }
            made[practice].append(encounter)
        return made

    # ---- stories

    def answer(self, one: recompute.Sent, week: int) -> None:
        """Plans all that is ever said of a claim that went out in this week."""
        names = sorted(n for n in dir(self) if n.startswith("story_"))
        name = self.dice.choice([*names, *["story_paid"] * 6, *["story_denied"] * 2, *["story_part"] * 2])
        if len(one.coverages) > 1 and self.dice.random() < 0.7:
            name = self.dice.choice([n for n in names if "secondary" in n])
        self.told[name] += 1
        getattr(self, name)(one, week + self.dice.choice((1, 2, 2, 3)))

    def say(self, one: recompute.Sent, week: int, word: Word, payer: str = "") -> None:
        practice = next(k for k, facts in PRACTICES.items() if facts[0] == one.npi)
        if week < WEEKS:
            self.planned[week].append((payer or KEYS[one.coverages["P"]], practice, word))

    def lines(self, one: recompute.Sent, only: Sequence[int] = ()) -> list[Said]:
        made = []
        for n in only or range(len(one.lines)):
            charge = one.lines[n].charge
            off = charge * self.dice.choice((0, 10, 20, 35)) // 100
            share = (charge - off) * self.dice.choice((0, 0, 10, 20, 100)) // 100
            reason = self.dice.choice(("1", "2", "3"))
            rest = charge - off - share
            made.append(Said(line=n, paid=rest, adjustments=(("CO", "45", off), ("PR", reason, share))))
        return made

    def denied(self, one: recompute.Sent, carc: str = "", only: Sequence[int] = ()) -> list[Said]:
        reason = carc or self.dice.choice(DENIALS)
        return [
            Said(line=n, paid=0, adjustments=(("CO", reason, one.lines[n].charge),))
            for n in only or range(len(one.lines))
        ]

    def word(self, one: recompute.Sent, lines: Sequence[Said], **more: Any) -> Word:
        return Word(**{"sent": one, "payer_number": self.icn(), "lines": lines, **more})

    def story_paid(self, one: recompute.Sent, week: int) -> Word:
        word = self.word(one, self.lines(one), numbered=self.dice.random() < 0.8)
        self.say(one, week, word)
        return word

    def story_denied(self, one: recompute.Sent, week: int) -> None:
        self.say(one, week, self.word(one, self.denied(one), status=self.dice.choice(("1", "4"))))

    def story_part(self, one: recompute.Sent, week: int) -> None:
        if len(one.lines) == 1:
            self.story_reduced(one, week)
            return
        lines = [*self.lines(one, range(len(one.lines) - 1)), *self.denied(one, only=[len(one.lines) - 1])]
        self.say(one, week, self.word(one, lines))

    def story_reduced(self, one: recompute.Sent, week: int) -> None:
        charge = one.lines[0].charge
        cut = Said(line=0, paid=charge - 35_00, adjustments=(("CO", "45", 20_00), ("CO", "150", 15_00)))
        self.say(
            one, week, self.word(one, [cut, *self.lines(one, range(1, len(one.lines)))][: len(one.lines)])
        )

    def story_denied_then_paid(self, one: recompute.Sent, week: int) -> None:
        self.story_denied(one, week)
        self.story_paid(one, week + self.dice.choice((1, 3)))

    def story_corrected(self, one: recompute.Sent, week: int) -> None:
        first = self.story_paid(one, week)
        when = week + self.dice.choice((1, 2))
        back, again = replace(first, sign=-1), self.word(one, self.lines(one))
        said = [back, again] if self.dice.random() < 0.6 else [again, back]
        for word in said:
            self.say(one, when, word)

    def story_corrected_before_it_is_taken_back(self, one: recompute.Sent, week: int) -> None:
        first = self.word(one, self.lines(one))
        self.say(one, week, first)
        self.say(one, week + 1, self.word(one, self.denied(one)))
        self.say(one, week + 2, replace(first, sign=-1))

    def story_taken_back(self, one: recompute.Sent, week: int) -> None:
        first = self.story_paid(one, week)
        self.say(one, week + 1, replace(first, sign=-1))

    def story_reversal_alone(self, one: recompute.Sent, week: int) -> None:
        self.say(one, week, self.word(one, self.lines(one), sign=-1))

    def story_split(self, one: recompute.Sent, week: int) -> None:
        for n in range(len(one.lines)):
            lines = self.dice.choice((self.lines, self.denied))(one, only=(n,))  # type: ignore[operator]
            self.say(one, week + self.dice.choice((0, 1)), self.word(one, lines))

    def story_duplicate_after_paid(self, one: recompute.Sent, week: int) -> None:
        self.story_paid(one, week)
        self.say(one, week + 1, self.word(one, self.denied(one, "18"), status="4"))

    def story_duplicate_alone(self, one: recompute.Sent, week: int) -> None:
        self.say(one, week, self.word(one, self.denied(one, "18"), status="4"))

    def story_pended(self, one: recompute.Sent, week: int) -> None:
        lines = [replace(s, adjustments=(("OA", "133", s.adjustments[0][2]),)) for s in self.denied(one)]
        self.say(one, week, self.word(one, lines))
        if self.dice.random() < 0.6:
            self.story_paid(one, week + 2)

    def story_estimate(self, one: recompute.Sent, week: int) -> None:
        self.say(one, week, self.word(one, self.denied(one, "101"), status="25"))
        if self.dice.random() < 0.5:
            self.story_paid(one, week + 1)

    def story_not_theirs(self, one: recompute.Sent, week: int) -> None:
        lines = [replace(s, adjustments=(("OA", "109", s.adjustments[0][2]),)) for s in self.denied(one)]
        self.say(one, week, self.word(one, lines, status="23"))

    def story_withheld(self, one: recompute.Sent, week: int) -> None:
        lines = []
        for n, line in enumerate(one.lines):
            more = self.dice.choice(
                (
                    (("CO", "104", 5_00),),
                    (("CO", "144", -2_00),),
                    (("CO", "253", 1_60),),
                    (("CO", "237", 3_00),),
                )
            )
            lines.append(Said(line=n, paid=line.charge - sum(c for *_, c in more), adjustments=more))
        self.say(one, week, self.word(one, lines))

    def story_bundled(self, one: recompute.Sent, week: int) -> None:
        if len(one.lines) < 2:
            self.story_paid(one, week)
            return
        moved = one.lines[1].charge
        off = 20_00 + moved
        lines = [
            Said(
                line=0,
                paid=one.lines[0].charge + moved - off,
                adjustments=(("OA", "94", -moved), ("CO", "45", off)),
            ),
            Said(line=1, paid=0, adjustments=(("OA", "97", moved),)),
            *self.lines(one, range(2, len(one.lines))),
        ][: len(one.lines)]
        self.say(one, week, self.word(one, lines))

    def story_of_the_claim(self, one: recompute.Sent, week: int) -> None:
        lines = [Said(line=n, paid=line.charge) for n, line in enumerate(one.lines)]
        self.say(one, week, self.word(one, lines, adjustments=(("CO", "45", 10_00), ("PR", "2", 5_00))))

    def story_near_miss(self, one: recompute.Sent, week: int) -> None:
        if self.dice.random() < 0.5:
            self.story_paid(one, week)
        wrong = self.dice.choice(
            ({"member": "Z99999999", "sent": replace(one, name=("NOBODY", "HERE"))}, {"number": "OLD77"})
        )
        if "number" in wrong:
            stranger = replace(
                one, name=("NOBODY", "HERE"), members={"P": f"Z{self.count:08d}"}, day="20260103"
            )
            wrong = {"number": f"OLD{self.count}", "sent": stranger}
        self.say(one, week, self.word(one, self.lines(one), **wrong))

    def story_interest(self, one: recompute.Sent, week: int) -> None:
        word = self.word(one, self.lines(one), interest=1_25)
        self.say(one, week, word)
        if week < WEEKS:
            self._plb(one, week, "L6", word.payer_number, -1_25)

    def story_recouped(self, one: recompute.Sent, week: int) -> None:
        """A takeback whose money is deferred by WO and recouped later, or not yet."""
        first = self.story_paid(one, week)
        self.say(one, week + 1, replace(first, sign=-1))
        if week + 1 < WEEKS and first.paid:
            self._plb(one, week + 1, "WO", first.payer_number, -first.paid)
            if self.dice.random() < 0.7 and week + 2 < WEEKS:
                self._plb(one, week + 2, "WO", first.payer_number, first.paid)

    def story_paid_on_paper(self, one: recompute.Sent, week: int) -> None:
        if week >= WEEKS:
            return
        word = self.word(one, self.lines(one))
        practice = next(k for k, facts in PRACTICES.items() if facts[0] == one.npi)
        payer = KEYS[one.coverages["P"]]
        self.paper[week].append({"word": word, "payer": payer, "practice": practice})

    def story_desk(self, one: recompute.Sent, week: int) -> None:
        self.story_paid(one, week)
        if week < WEEKS:
            self.desk[week].append((one.number, self.dice.choice((5_00, 20_00))))

    def story_denied_and_dealt_with(self, one: recompute.Sent, week: int) -> None:
        """A person writes the denied claim off, or makes it the patient's with a listed reason."""
        self.say(one, week, self.word(one, self.denied(one, "27")))
        if week < WEEKS and len(one.coverages) == 1:
            medicaid = one.coverages["P"] == IDS["evergreen"]  # whose patients are never asked
            kind = "write_off" if medicaid else self.dice.choice(("write_off", "to_patient"))
            self.acts[week].append(
                {"kind": kind, "number": one.number, "payer": one.coverages["P"], "cents": one.charge}
            )

    def story_refunded(self, one: recompute.Sent, week: int) -> None:
        """A takeback whose money was sent by check: WO defers, the refund is acknowledged with 72."""
        first = self.story_paid(one, week)
        if week + 2 >= WEEKS or not first.paid:
            return
        self.say(one, week + 1, replace(first, sign=-1))
        self._plb(one, week + 1, "WO", first.payer_number, -first.paid)
        self.acts[week + 1].append(
            {
                "kind": "refund",
                "reference": first.payer_number,
                "payer": one.coverages["P"],
                "payee": one.npi,
                "cents": first.paid,
            }
        )
        self._plb(one, week + 2, "WO", first.payer_number, first.paid)
        self._plb(one, week + 2, "72", first.payer_number, -first.paid)

    def story_lone_recoupment(self, one: recompute.Sent, week: int) -> None:
        self.story_paid(one, week)
        if week < WEEKS:
            self._plb(one, week, self.dice.choice(("WO", "CS", "72")), f"OLD{self.count}", 1_00)

    def story_paid_twice(self, one: recompute.Sent, week: int) -> None:
        first = self.story_paid(one, week)
        self.say(one, week + 2, replace(first, payer_number=self.icn()))

    def story_to_another_practice(self, one: recompute.Sent, week: int) -> None:
        others = [facts[0] for facts in PRACTICES.values() if facts[0] != one.npi]
        stray = replace(one, npi=self.dice.choice(others))
        self.say(stray, week, self.word(stray, self.lines(stray)))

    def story_secondary_and_primary_taken_back(self, one: recompute.Sent, week: int) -> None:
        if "S" not in one.coverages:
            self.story_taken_back(one, week)
            return
        lines = self.lines(one)
        first = self.word(one, lines)
        self.say(one, week, first)
        self._second(one, week + 1, lines, KEYS[one.coverages["S"]])
        self.say(one, week + 2, replace(first, sign=-1))

    def story_secondary_forwarded(self, one: recompute.Sent, week: int) -> None:
        second = KEYS[one.coverages["S"]] if "S" in one.coverages else "beacon"
        if KEYS[one.coverages["P"]] == second:
            second = "meridian"
        lines = self.lines(one)
        self.say(one, week, self.word(one, lines, status="19", forwarded_to=second))
        if self.dice.random() < 0.7:
            self._second(one, week + self.dice.choice((1, 2)), lines, second)

    def story_secondary_known(self, one: recompute.Sent, week: int) -> None:
        lines = self.lines(one)
        self.say(one, week, self.word(one, lines))
        if "S" in one.coverages and self.dice.random() < 0.6:
            self._second(one, week + 2, lines, KEYS[one.coverages["S"]])

    def story_secondary_by_remark(self, one: recompute.Sent, week: int) -> None:
        self.say(one, week, self.word(one, self.lines(one), remarks=("MA18",)))

    def story_secondary_answers_first(self, one: recompute.Sent, week: int) -> None:
        if "S" not in one.coverages:
            self.story_paid(one, week)
            return
        lines = self.lines(one)
        self.say(one, week + 1, self.word(one, lines))
        self._second(one, week, lines, KEYS[one.coverages["S"]])

    def _second(self, one: recompute.Sent, week: int, before: Sequence[Said], payer: str) -> None:
        said = []
        how = self.dice.choice(("pays", "pays", "shares", "denies"))
        for line in before:
            left = sum(c for g, _, c in line.adjustments if g == "PR")
            paid = {"pays": left, "shares": left // 2, "denies": 0}[how]
            rest = ("CO", "197", left) if how == "denies" else ("PR", "3", left - paid)
            charge = one.lines[line.line].charge
            said.append(Said(line=line.line, paid=paid, adjustments=(("OA", "23", charge - left), rest)))
        self.say(one, week, self.word(one, said, status="2"), payer)

    def _plb(self, one: recompute.Sent, week: int, reason: str, reference: str, cents: int) -> None:
        practice = next(k for k, facts in PRACTICES.items() if facts[0] == one.npi)
        self.provider[week, KEYS[one.coverages["P"]], practice].append((reason, reference, cents))

    # ---- the files of a week

    def files(self, week: int, day: date, site: Site) -> None:
        groups: dict[tuple[str, str], list[Word]] = defaultdict(list)
        for payer, practice, word in self.planned[week]:
            groups[payer, practice].append(word)
        for _, payer, practice in [k for k in self.provider if k[0] == week]:
            groups.setdefault((payer, practice), [])
        by_payer: dict[str, list[list[str]]] = defaultdict(list)
        for (payer, practice), words in sorted(groups.items()):
            provider = self.provider.get((week, payer, practice), [])
            amount = sum(w.paid for w in words) - sum(c for *_, c in provider)
            if amount < 0:  # the balance is carried to the next payment
                reference = f"FB{week}{payer}{practice}"[:30].upper()
                provider = [*provider, ("FB", reference, amount)]
                self.provider[week + 1, payer, practice].append(("FB", reference, -amount))
            nothing = [w for w in words if not w.paid and w.status in ("1", "4")]
            if len(nothing) > 1:  # payments of nothing, each for itself under one trace number
                words = [w for w in words if w not in nothing]
                site.trace += 1
                for word in nothing:
                    site.trace -= 1
                    by_payer[payer].append(site.payment(day, payer, practice, [word], []))
            by_payer[payer].append(site.payment(day, payer, practice, words, provider))
        for payer, sets in sorted(by_payer.items()):
            site.file(day, payer, sets)
            if self.dice.random() < 0.3:  # the same again, renumbered, or each payment in a file of its own
                for body in sets:
                    site.file(day, payer, [body])


def enter_paper(home: Home, day: date, folder: Path, one: dict[str, Any], number: int) -> dict[str, Any]:
    """Enters a paper remittance, and says it to the referee."""
    word: Word = one["word"]
    of, trace = word.sent, f"PAPER{number:05d}"
    lines = [
        {
            "procedure": of.lines[said.line].procedure,
            "charge": of.lines[said.line].charge / 100,
            "paid": said.paid / 100,
            "service_date": f"{of.day[:4]}-{of.day[4:6]}-{of.day[6:]}",
            "adjustments": "; ".join(f"{g} {r} {c / 100:.2f}" for g, r, c in said.adjustments if c),
        }
        for said in word.lines
    ]
    facts = {
        "payer": one["payer"],
        "practice": one["practice"],
        "trace": trace,
        "date": day.isoformat(),
        "amount": word.paid / 100,
        "claims": [
            {
                "number": of.number,
                "charge": of.charge / 100,
                "paid": word.paid / 100,
                "member_id": of.members["P"],
                "lines": lines,
            }
        ],
    }
    file = folder / f"{trace}.json"
    file.write_text(json.dumps(facts), encoding="utf-8")
    enter_payment.enter(home, day, By("Pat", "came by mail"), file, dry_run=False)
    return {
        "payer": IDS[one["payer"]],
        "payee": of.npi,
        "cents": word.paid,
        "paid_on": f"{day:%Y%m%d}",
        "trace": trace,
        "claims": [
            {
                "number": of.number,
                "charge": of.charge,
                "paid": word.paid,
                "member": of.members["P"],
                "lines": [
                    {
                        "procedure": of.lines[said.line].procedure,
                        "charge": of.lines[said.line].charge,
                        "paid": said.paid,
                        "adjustments": [[g, r, c] for g, r, c in said.adjustments if c],
                    }
                    for said in word.lines
                ],
            }
        ],
    }


def perform(home: Home, day: date, act: dict[str, Any]) -> None:
    """What a person decides about money, as the referee is told it."""
    by, payer, cents = By("Pat", "decided"), KEYS[act["payer"]], act["cents"]
    if act["kind"] == "write_off":
        claim_money.write_off(home, day, by, act["number"], payer, cents, dry_run=False)
    elif act["kind"] == "to_patient":
        claim_money.to_patient(home, day, by, act["number"], payer, "27", cents, dry_run=False)
    else:
        practice = next(k for k, facts in PRACTICES.items() if facts[0] == act["payee"])
        claim_money.pay_refund(home, day, by, payer, practice, act["reference"], cents, dry_run=False)


def play(home: WorkingHome, claims: int, seed: int) -> tuple[Quarter, Path]:
    """Plays a quarter in a home; gives it, and the folder of the raw files for the referee."""
    site = Site(home.use_folder() / "outbound")
    quarter = Quarter(random.Random(seed), claims)
    raw = home.path / "raw"
    (raw / "paper").mkdir(parents=True)
    given: dict[str, Any] = {"paper": [], "desk": [], "acts": [], "coverages": quarter.coverages}
    known: set[str] = set()
    day = FIRST
    with open_home(load(home.path)) as opened:
        for week in range(WEEKS):
            day = FIRST + timedelta(weeks=week)
            for practice, encounters in quarter.encounters(week).items():
                home.drop(f"{practice}/{week:02d}.json", encounters)
            quarter.files(week, day, site)
            nightly_run.walk(opened, day)
            for one in quarter.paper[week]:
                given["paper"].append(enter_paper(opened, day, raw / "paper", one, len(given["paper"])))
            for number, cents in quarter.desk[week]:
                claim_money.pay(opened, day, By("Pat", "at the desk"), number, cents, dry_run=False)
                given["desk"].append({"number": number, "cents": cents})
            for act in quarter.acts[week]:
                perform(opened, day, act)
                given["acts"].append(act)
            for file in sorted((home.path / "edi" / "sent").rglob("*.837")):
                if file.name not in known:
                    known.add(file.name)
                    for sent in recompute.claims_sent(file.read_text("ascii")):
                        if sent.order != "P":  # what is said of a claim is planned once
                            continue
                        for order, (payer, member) in quarter.coverages[sent.members["P"]].items():
                            sent.coverages[order], sent.members[order] = payer, member
                        quarter.answer(sent, week)
        nightly_run.walk(opened, day + timedelta(days=1))
    given["as_of"] = f"{day + timedelta(days=1):%Y%m%d}"
    (raw / "given.json").write_text(json.dumps(given), encoding="utf-8")
    (raw / "sent").mkdir()
    for file in (home.path / "edi" / "sent").rglob("*.837"):
        shutil.copy(file, raw / "sent" / file.name)
    shutil.copytree(site.outbound, raw / "received")
    return quarter, raw


def recomputed(raw: Path) -> dict[str, Any]:
    """What the referee says, from a process of its own that sees nothing of this project."""
    program = [sys.executable, "-I", str(Path(recompute.__file__)), str(raw)]
    done = subprocess.run(program, capture_output=True, text=True, check=True, cwd=raw)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


CODES = {
    "takeback": "REV",
    "reversal_alone": "REV alone",
    "verify_forwarding": "verify",
    "missing_remittance": "18 missing",
    "overdue_payer": "WAIT",
    "secondary_first": "secondary first",
    "earlier_answer_changed": "earlier answer changed",
    "denied_after_payment": "denied after payment",
}


def of_the_ledger(home: Home) -> dict[str, Any]:
    """The same facts, from the ledger's tables."""
    with home.ledger.read() as connection:
        numbers = dict(connection.execute(select(claim.c.id, claim.c.patient_control_number)).tuples().all())
        found: dict[str, Any] = {
            number: {"payers": {}, "patient": 0, "credit": 0, "work": [], "waiting": {}}
            for number in numbers.values()
        }
        p = posting.c
        sums = select(p.claim_id, p.account, p.payer, func.sum(p.cents)).where(p.claim_id.is_not(None))
        for claim_id, account, payer, cents in connection.execute(
            sums.group_by(p.claim_id, p.account, p.payer)
        ):
            of = found[numbers[claim_id]]
            if account == "receivable_payer" and cents:
                of["payers"][IDS.get(payer, payer)] = int(cents)
            elif account == "receivable_patient":
                of["patient"] += int(cents)
            elif account in ("prepayment", "credit"):
                of["credit"] -= int(cents)
        w = work_item.c
        chains = []
        query = select(w.claim_id, w.kind, w.payer, w.group, w.carc, w.cents, w.practice).where(
            w.state == "open"
        )
        for claim_id, kind, payer, group, carc, cents, practice in connection.execute(query):
            if kind == "provider_level":
                chains.append([IDS.get(payer, payer), practice, int(cents)])
                continue
            code = CODES.get(kind, f"{group} {carc}" if kind == "denial" else kind)
            found[numbers[claim_id]]["work"].append([IDS.get(payer, payer), code, int(cents)])
        waiting = select(claim_waiting.c.claim_id, claim_waiting.c.payer, claim_waiting.c.cents)
        for claim_id, payer, cents in connection.execute(waiting):
            if cents:
                found[numbers[claim_id]]["waiting"][IDS.get(payer, payer)] = int(cents)
        for one in found.values():
            one["work"].sort()
        member = dict(
            connection.execute(
                select(claim.c.patient_control_number, claim_version.c.member_id).join(
                    claim_version, claim_version.c.id == claim.c.version_id
                )
            )
            .tuples()
            .all()
        )
        c = claim_payment.c
        suspense = [
            [IDS[payer], number, int(paid)]
            for payer, number, paid in connection.execute(
                select(remittance.c.payer, c.payer_claim_control_number, c.paid_cents)
                .join(remittance, remittance.c.id == c.remittance_id)
                .where(c.claim_id.is_(None), remittance.c.state == "posted")
            )
        ]
    payers: Counter[str] = Counter()
    patients: Counter[str] = Counter()
    for number, one in found.items():
        payers.update(one["payers"])
        patients[member[number]] += one["patient"]
    return {
        "claims": found,
        "payers": {k: v for k, v in sorted(payers.items()) if v},
        "patients": {k: v for k, v in sorted(patients.items()) if v},
        "suspense": sorted(suspense),
        "chains": sorted(chains),
    }


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """What the ledger and the referee do not agree on, in words; [] is equal to the cent."""
    told = []
    for number in sorted(ours["claims"].keys() | theirs["claims"].keys()):
        a, b = ours["claims"].get(number), theirs["claims"].get(number)
        if a != b:
            told.append(f"{number}: ledger {a}, recomputed {b}")
    for what in ("payers", "patients", "suspense"):
        if ours[what] != theirs[what]:
            told.append(f"{what}: ledger {ours[what]}, recomputed {theirs[what]}")
    practices = {facts[0]: name for name, facts in PRACTICES.items()}
    chains = sorted([payer, practices[npi], abs(cents)] for payer, npi, _, cents in theirs["chains"])
    if ours["chains"] != chains:
        told.append(f"chains: ledger {ours['chains']}, recomputed {chains}")
    return told


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--claims", type=int, default=3000)
    options.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    asked = options.parse_args()
    wrong = 0
    for seed in asked.seeds:
        with tempfile.TemporaryDirectory() as folder:
            home = WorkingHome(Path(folder) / "home")
            quarter, raw = play(home, asked.claims, seed)
            theirs = recomputed(raw)
            with open_home(load(home.path)) as opened:
                ours = of_the_ledger(opened)
                told = differences(ours, theirs)
                books, proven = money(opened.ledger), proof(opened.ledger)
        wrong += len(told) + (not books.closes) + (not proven.holds)
        print(
            f"seed {seed}: {len(ours['claims'])} claims, {sum(quarter.told.values())} answered, "
            f"receivable {books.receivable / 100:,.2f}, "
            f"{sum(len(c['work']) for c in ours['claims'].values())} pieces of work, "
            f"{len(ours['suspense'])} in suspense; "
            f"closes {books.closes}, proven {proven.holds}, {len(told)} differences"
        )
        for one in told[:20]:
            print(f"  {one}")
        for fault in proven.faults[:5]:
            print(f"  {fault}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
