"""What becomes of each claim in the quarter: a story for each way in which payers and people decide."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from tests.referees import raw_files
from tests.referees.quarter.parties import (
    COVERAGES,
    DENIALS,
    FIRST,
    IDS,
    KEYS,
    PRACTICE_BY_NPI,
    PRACTICES,
    PROFESSIONAL,
    WEEKS,
)
from tests.referees.quarter.remittance_files import Said, Site, Word


@dataclass
class Quarter:
    """Draws encounters and, for each claim that went out, what its payers say in which week."""

    dice: random.Random
    claims: int
    weeks: int = WEEKS
    first: date = FIRST
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
        share = self.claims // (self.weeks - 3)
        if week >= self.weeks - 3:
            return made
        for _ in range(share):
            self.seen += 1
            practice = self.dice.choice(PROFESSIONAL)
            _, _, rendering, codes, diagnosis = PRACTICES[practice]
            coverages = self.dice.choice(COVERAGES)
            lines = codes[: self.dice.choice((1, 2, 2, 3))]
            n = self.seen
            encounter = {
                "source": "quarter",
                "id": f"Q-{n}",
                "practice": practice,
                "service_date": (self.first + timedelta(weeks=week, days=-3)).isoformat(),
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

    def plan(self, one: raw_files.Sent, week: int) -> None:
        """Plans all that the payers whom its patient has say of a claim that went out in this week."""
        for order, (payer, member) in self.coverages[one.members["P"]].items():
            one.coverages[order], one.members[order] = payer, member
        self.answer(one, week)

    def answer(self, one: raw_files.Sent, week: int) -> None:
        """Plans all that is ever said of a claim that went out in this week."""
        names = sorted(n for n in dir(self) if n.startswith("story_"))
        name = self.dice.choice([*names, *["story_paid"] * 6, *["story_denied"] * 2, *["story_part"] * 2])
        if len(one.coverages) > 1 and self.dice.random() < 0.7:
            name = self.dice.choice([n for n in names if "secondary" in n])
        self.told[name] += 1
        getattr(self, name)(one, week + self.dice.choice((1, 2, 2, 3)))

    def say(self, one: raw_files.Sent, week: int, word: Word, payer: str = "") -> None:
        if week < self.weeks:
            whose = payer or KEYS[one.coverages["P"]]
            self.planned[week].append((whose, PRACTICE_BY_NPI[one.npi], word))

    def lines(self, one: raw_files.Sent, only: Sequence[int] = ()) -> list[Said]:
        made = []
        for n in only or range(len(one.lines)):
            charge = one.lines[n].charge
            off = charge * self.dice.choice((0, 10, 20, 35)) // 100
            share = (charge - off) * self.dice.choice((0, 0, 10, 20, 100)) // 100
            reason = self.dice.choice(("1", "2", "3"))
            rest = charge - off - share
            made.append(Said(line=n, paid=rest, adjustments=(("CO", "45", off), ("PR", reason, share))))
        return made

    def denied(self, one: raw_files.Sent, carc: str = "", only: Sequence[int] = ()) -> list[Said]:
        reason = carc or self.dice.choice(DENIALS)
        return [
            Said(line=n, paid=0, adjustments=(("CO", reason, one.lines[n].charge),))
            for n in only or range(len(one.lines))
        ]

    def word(self, one: raw_files.Sent, lines: Sequence[Said], **more: Any) -> Word:
        return Word(**{"sent": one, "payer_number": self.icn(), "lines": lines, **more})

    def story_paid(self, one: raw_files.Sent, week: int) -> Word:
        word = self.word(one, self.lines(one), numbered=self.dice.random() < 0.8)
        self.say(one, week, word)
        return word

    def story_denied(self, one: raw_files.Sent, week: int) -> None:
        self.say(one, week, self.word(one, self.denied(one), status=self.dice.choice(("1", "4"))))

    def story_part(self, one: raw_files.Sent, week: int) -> None:
        if len(one.lines) == 1:
            self.story_reduced(one, week)
            return
        lines = [*self.lines(one, range(len(one.lines) - 1)), *self.denied(one, only=[len(one.lines) - 1])]
        self.say(one, week, self.word(one, lines))

    def story_reduced(self, one: raw_files.Sent, week: int) -> None:
        charge = one.lines[0].charge
        cut = Said(line=0, paid=charge - 35_00, adjustments=(("CO", "45", 20_00), ("CO", "150", 15_00)))
        self.say(
            one, week, self.word(one, [cut, *self.lines(one, range(1, len(one.lines)))][: len(one.lines)])
        )

    def story_denied_then_paid(self, one: raw_files.Sent, week: int) -> None:
        self.story_denied(one, week)
        self.story_paid(one, week + self.dice.choice((1, 3)))

    def story_corrected(self, one: raw_files.Sent, week: int) -> None:
        first = self.story_paid(one, week)
        when = week + self.dice.choice((1, 2))
        back, again = replace(first, sign=-1), self.word(one, self.lines(one))
        said = [back, again] if self.dice.random() < 0.6 else [again, back]
        for word in said:
            self.say(one, when, word)

    def story_corrected_before_it_is_taken_back(self, one: raw_files.Sent, week: int) -> None:
        first = self.word(one, self.lines(one))
        self.say(one, week, first)
        self.say(one, week + 1, self.word(one, self.denied(one)))
        self.say(one, week + 2, replace(first, sign=-1))

    def story_taken_back(self, one: raw_files.Sent, week: int) -> None:
        first = self.story_paid(one, week)
        self.say(one, week + 1, replace(first, sign=-1))

    def story_reversal_alone(self, one: raw_files.Sent, week: int) -> None:
        self.say(one, week, self.word(one, self.lines(one), sign=-1))

    def story_split(self, one: raw_files.Sent, week: int) -> None:
        for n in range(len(one.lines)):
            lines = (self.denied if self.dice.choice((False, True)) else self.lines)(one, only=(n,))
            self.say(one, week + self.dice.choice((0, 1)), self.word(one, lines))

    def story_duplicate_after_paid(self, one: raw_files.Sent, week: int) -> None:
        self.story_paid(one, week)
        self.say(one, week + 1, self.word(one, self.denied(one, "18"), status="4"))

    def story_duplicate_alone(self, one: raw_files.Sent, week: int) -> None:
        self.say(one, week, self.word(one, self.denied(one, "18"), status="4"))

    def story_pended(self, one: raw_files.Sent, week: int) -> None:
        lines = [replace(s, adjustments=(("OA", "133", s.adjustments[0][2]),)) for s in self.denied(one)]
        self.say(one, week, self.word(one, lines))
        if self.dice.random() < 0.6:
            self.story_paid(one, week + 2)

    def story_estimate(self, one: raw_files.Sent, week: int) -> None:
        self.say(one, week, self.word(one, self.denied(one, "101"), status="25"))
        if self.dice.random() < 0.5:
            self.story_paid(one, week + 1)

    def story_not_theirs(self, one: raw_files.Sent, week: int) -> None:
        lines = [replace(s, adjustments=(("OA", "109", s.adjustments[0][2]),)) for s in self.denied(one)]
        self.say(one, week, self.word(one, lines, status="23"))

    def story_withheld(self, one: raw_files.Sent, week: int) -> None:
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

    def story_bundled(self, one: raw_files.Sent, week: int) -> None:
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

    def story_of_the_claim(self, one: raw_files.Sent, week: int) -> None:
        lines = [Said(line=n, paid=line.charge) for n, line in enumerate(one.lines)]
        self.say(one, week, self.word(one, lines, adjustments=(("CO", "45", 10_00), ("PR", "2", 5_00))))

    def story_near_miss(self, one: raw_files.Sent, week: int) -> None:
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

    def story_interest(self, one: raw_files.Sent, week: int) -> None:
        word = self.word(one, self.lines(one), interest=1_25)
        self.say(one, week, word)
        if week < self.weeks:
            self._plb(one, week, "L6", word.payer_number, -1_25)

    def story_recouped(self, one: raw_files.Sent, week: int) -> None:
        """A takeback whose money is deferred by WO and recouped later, or not yet."""
        first = self.story_paid(one, week)
        self.say(one, week + 1, replace(first, sign=-1))
        if week + 1 < self.weeks and first.paid:
            self._plb(one, week + 1, "WO", first.payer_number, -first.paid)
            if self.dice.random() < 0.7 and week + 2 < self.weeks:
                self._plb(one, week + 2, "WO", first.payer_number, first.paid)

    def story_paid_on_paper(self, one: raw_files.Sent, week: int) -> None:
        if week >= self.weeks:
            return
        word = self.word(one, self.lines(one))
        payer = KEYS[one.coverages["P"]]
        self.paper[week].append({"word": word, "payer": payer, "practice": PRACTICE_BY_NPI[one.npi]})

    def story_desk(self, one: raw_files.Sent, week: int) -> None:
        self.story_paid(one, week)
        if week < self.weeks:
            self.desk[week].append((one.number, self.dice.choice((5_00, 20_00))))

    def story_denied_and_dealt_with(self, one: raw_files.Sent, week: int) -> None:
        """A person writes the denied claim off, or makes it the patient's with a listed reason."""
        self.say(one, week, self.word(one, self.denied(one, "27")))
        if week < self.weeks and len(one.coverages) == 1:
            medicaid = one.coverages["P"] == IDS["evergreen"]  # whose patients are never asked
            kind = "write_off" if medicaid else self.dice.choice(("write_off", "to_patient"))
            self.acts[week].append(
                {"kind": kind, "number": one.number, "payer": one.coverages["P"], "cents": one.charge}
            )

    def story_refunded(self, one: raw_files.Sent, week: int) -> None:
        """A takeback whose money was sent by check: WO defers, the refund is acknowledged with 72."""
        first = self.story_paid(one, week)
        if week + 2 >= self.weeks or not first.paid:
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

    def story_lone_recoupment(self, one: raw_files.Sent, week: int) -> None:
        self.story_paid(one, week)
        if week < self.weeks:
            self._plb(one, week, self.dice.choice(("WO", "CS", "72")), f"OLD{self.count}", 1_00)

    def story_paid_twice(self, one: raw_files.Sent, week: int) -> None:
        first = self.story_paid(one, week)
        self.say(one, week + 2, replace(first, payer_number=self.icn()))

    def story_to_another_practice(self, one: raw_files.Sent, week: int) -> None:
        others = [PRACTICES[k][0] for k in PROFESSIONAL if PRACTICES[k][0] != one.npi]
        stray = replace(one, npi=self.dice.choice(others))
        self.say(stray, week, self.word(stray, self.lines(stray)))

    def story_secondary_and_primary_taken_back(self, one: raw_files.Sent, week: int) -> None:
        if "S" not in one.coverages:
            self.story_taken_back(one, week)
            return
        lines = self.lines(one)
        first = self.word(one, lines)
        self.say(one, week, first)
        self._second(one, week + 1, lines, KEYS[one.coverages["S"]])
        self.say(one, week + 2, replace(first, sign=-1))

    def story_secondary_forwarded(self, one: raw_files.Sent, week: int) -> None:
        second = KEYS[one.coverages["S"]] if "S" in one.coverages else "beacon"
        if KEYS[one.coverages["P"]] == second:
            second = "meridian"
        lines = self.lines(one)
        self.say(one, week, self.word(one, lines, status="19", forwarded_to=second))
        if self.dice.random() < 0.7:
            self._second(one, week + self.dice.choice((1, 2)), lines, second)

    def story_secondary_known(self, one: raw_files.Sent, week: int) -> None:
        lines = self.lines(one)
        self.say(one, week, self.word(one, lines))
        if "S" in one.coverages and self.dice.random() < 0.6:
            self._second(one, week + 2, lines, KEYS[one.coverages["S"]])

    def story_secondary_by_remark(self, one: raw_files.Sent, week: int) -> None:
        self.say(one, week, self.word(one, self.lines(one), remarks=("MA18",)))

    def story_secondary_answers_first(self, one: raw_files.Sent, week: int) -> None:
        if "S" not in one.coverages:
            self.story_paid(one, week)
            return
        lines = self.lines(one)
        self.say(one, week + 1, self.word(one, lines))
        self._second(one, week, lines, KEYS[one.coverages["S"]])

    def _second(self, one: raw_files.Sent, week: int, before: Sequence[Said], payer: str) -> None:
        said = []
        how = self.dice.choice(("pays", "pays", "shares", "denies"))
        for line in before:
            left = sum(c for g, _, c in line.adjustments if g == "PR")
            paid = {"pays": left, "shares": left // 2, "denies": 0}[how]
            rest = ("CO", "197", left) if how == "denies" else ("PR", "3", left - paid)
            charge = one.lines[line.line].charge
            said.append(Said(line=line.line, paid=paid, adjustments=(("OA", "23", charge - left), rest)))
        self.say(one, week, self.word(one, said, status="2"), payer)

    def _plb(self, one: raw_files.Sent, week: int, reason: str, reference: str, cents: int) -> None:
        whose = week, KEYS[one.coverages["P"]], PRACTICE_BY_NPI[one.npi]
        self.provider[whose].append((reason, reference, cents))

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
