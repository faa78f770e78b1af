"""What happens in the year: people who come again, payers of different tempers, and more stories."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from tests.referees import raw_files
from tests.referees.quarter.parties import (
    COVERAGES,
    IDS,
    KEYS,
    PRACTICE_BY_NPI,
    PRACTICES,
    PROFESSIONAL,
    REVENUE,
)
from tests.referees.quarter.remittance_files import Word
from tests.referees.quarter.stories import Quarter

FIRST = date(2026, 1, 5)
RESTRICTED = {"procedure": "86703", "charge": "71.37", "pointers": [1], "restricted": True}
CENTS = 71_37
COVERAGES_OF = {
    "ridgeline": (("harbor",), ("meridian",), ("evergreen",), ("harbor", "meridian")),
    "elmgrove": (("harbor",), ("meridian",)),
}


@dataclass(frozen=True)
class Temper:
    """How a payer behaves: shares of claims that it denies, gets wrong, never answers; nights it takes."""

    name: str
    denies: float
    errs: float
    silent: float
    weeks: tuple[int, ...]


TEMPERS = (
    Temper("prompt", 0.05, 0.10, 0.01, (1, 1, 2)),
    Temper("denying", 0.35, 0.15, 0.02, (1, 2, 3)),
    Temper("slow", 0.12, 0.15, 0.04, (3, 5, 8)),
    Temper("careless", 0.10, 0.55, 0.03, (1, 2, 4)),
    Temper("usual", 0.15, 0.30, 0.02, (1, 2, 3)),
)


@dataclass(frozen=True)
class Person:
    """Somebody who comes to a practice, perhaps again, with the same coverages; `child` is insured by one of
    its parents."""

    number: int
    practice: str
    coverages: tuple[str, ...]
    child: bool

    @property
    def last(self) -> str:
        return "Y" + "".join(chr(97 + int(digit)) for digit in str(self.number))

    def member(self, order: int) -> str:
        return f"W{order}{self.number:07d}"


@dataclass
class Year(Quarter):
    """Draws a year of nights, `days` apart; what the quarter calls a week is the time between two of them.
    `visits` are what the desk knows of a visit that no payer is told, by member and day."""

    first: date = FIRST
    days: int = 7
    tempers: dict[str, Temper] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    visits: dict[str, dict[str, int]] = field(default_factory=dict)
    at_visit: dict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    corrected: dict[int, list[tuple[str, dict[str, Any]]]] = field(default_factory=lambda: defaultdict(list))
    voided: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    found: dict[int, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    before: dict[str, Word | None] = field(default_factory=dict)
    appealed: dict[int, list[tuple[str, bool]]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.weeks = 364 // self.days
        tempers = list(TEMPERS)
        self.dice.shuffle(tempers)
        self.tempers = dict(zip(sorted(IDS), tempers, strict=True))

    def day(self, week: int) -> date:
        return self.first + timedelta(days=week * self.days)

    # ---- encounters

    def encounters(self, week: int) -> dict[str, list[dict[str, Any]]]:
        made: dict[str, list[dict[str, Any]]] = defaultdict(list)
        weeks = self.weeks - 28 // self.days  # nobody comes in the last month: answers still arrive
        if week >= weeks:
            return made
        seen: set[int] = set()
        for _ in range(self.claims * (week + 1) // weeks - self.claims * week // weeks):
            person = self.person()
            if person.number not in seen:  # twice in a week would be one day
                seen.add(person.number)
                made[person.practice].append(self.encounter(week, person))
        return made

    def person(self) -> Person:
        if self.people and self.dice.random() < 0.3:
            return self.dice.choice(self.people)
        practice = self.dice.choice([*PROFESSIONAL, *PROFESSIONAL, "ridgeline", "elmgrove"])
        made = Person(
            number=len(self.people) + 1,
            practice=practice,
            coverages=self.dice.choice(COVERAGES_OF.get(practice, COVERAGES)),
            child=self.dice.random() < 0.1,
        )
        self.people.append(made)
        self.coverages[made.member(0)] = {
            "PST"[k]: (IDS[payer], made.member(k)) for k, payer in enumerate(made.coverages)
        }
        return made

    def encounter(self, week: int, person: Person) -> dict[str, Any]:
        self.seen += 1
        on = self.day(week) - timedelta(days=3)
        codes = PRACTICES[person.practice][3]
        lines = [line_of(person.practice, *of) for of in codes[: self.dice.choice((1, 2, 2, 3))]]
        made: dict[str, Any] = {
            "source": "year",
            "id": f"Y-{self.seen}",
            "practice": person.practice,
            "service_date": on.isoformat(),
            "patient": who(person),
            "coverages": [coverage(person, k, payer) for k, payer in enumerate(person.coverages)],
            "lines": lines,
            **kind_of(person.practice, on),
        }
        if person.practice not in PROFESSIONAL:
            self.documents[f"{person.member(0)} {on:%Y%m%d}"] = made
            return made
        chance = self.dice.random()
        if chance < 0.03:
            lines.append(RESTRICTED)
            paid = self.dice.choice((0, CENTS))
            self.visits[f"{person.member(0)} {on:%Y%m%d}"] = {"restricted": CENTS, "paid": paid}
        elif chance < 0.13:
            paid = 20_00
        else:
            paid = 0
        if paid:
            made["patient_paid"] = f"{paid // 100}.{paid % 100:02d}"
            self.at_visit[week, person.practice] += paid
        self.documents[f"{person.member(0)} {on:%Y%m%d}"] = made
        return made

    # ---- stories

    def answer(self, one: raw_files.Sent, week: int) -> None:
        """Plans all that is ever said of a claim, as its first payer's temper has it; or of a correction of
        one."""
        if one.number in self.before:
            self.answer_again(one, week)
            return
        temper = self.tempers[KEYS[one.coverages["P"]]]
        names = sorted(n for n in dir(self) if n.startswith("story_"))
        chance = self.dice.random()
        name = "story_paid"
        if chance < temper.silent:
            name = "story_silent"
        elif chance < temper.silent + temper.denies:
            name = self.dice.choice([n for n in names if "denied" in n])
        elif chance < temper.silent + temper.denies + temper.errs:
            name = self.dice.choice(names)
        if len(one.coverages) > 1 and self.dice.random() < 0.7:
            name = self.dice.choice([n for n in names if "secondary" in n])
        self.told[name] += 1
        getattr(self, name)(one, week + self.dice.choice(temper.weeks))

    def story_silent(self, one: raw_files.Sent, week: int) -> None:
        """The payer never says anything."""

    def story_not_to_be_billed(self, one: raw_files.Sent, week: int) -> None:
        """The patient is a qualified Medicare beneficiary: what the payer leaves must not be asked."""
        if KEYS[one.coverages["P"]] != "senior" or len(one.coverages) > 1:
            self.story_paid(one, week)
            return
        remark = self.dice.choice(("N781", "N782", "N783"))
        self.say(one, week, self.word(one, self.shared(one), remarks=(remark,)))

    def answer_again(self, one: raw_files.Sent, week: int) -> None:
        """A replacement, a new claim in its place, or a void (frequency 8) came."""
        first, when = self.before[one.number], week + self.dice.choice((1, 1, 2))
        self.told[f"again {one.frequency}"] += 1
        if self.dice.random() < 0.2:
            return  # nothing is ever said of it
        if first is not None:
            self.say(one, when, replace(first, sign=-1))
        if one.frequency != "8":
            lines = self.denied(one) if self.dice.random() < 0.25 else self.lines(one)
            self.say(one, when, self.word(one, lines))

    def story_denied_and_corrected(self, one: raw_files.Sent, week: int) -> None:
        """The desk sends a higher version of the encounter."""
        remarks = ("MA130",) if KEYS[one.coverages["P"]] == "senior" else ()
        self.say(one, week, self.word(one, self.denied(one, "16"), status="4", remarks=remarks))
        self.correct(one, week + 1, None)

    def story_paid_and_corrected(self, one: raw_files.Sent, week: int) -> None:
        first = self.story_paid(one, week)
        if KEYS[one.coverages["P"]] != "senior" and len(one.coverages) == 1:
            self.correct(one, week + self.dice.choice((1, 4)), first)

    def correct(self, one: raw_files.Sent, week: int, first: Word | None) -> None:
        """A forgotten service is added, where the practice has another one."""
        known = self.documents[f"{one.members['P']} {one.day}"]
        if week + 2 >= self.weeks:
            return
        lines = [line for line in known["lines"] if "restricted" not in line]
        more = [
            line_of(known["practice"], code, charge)
            for code, charge in PRACTICES[known["practice"]][3][len(lines) : len(lines) + 1]
        ]
        kept = [line for line in known["lines"] if "restricted" in line]
        self.before[one.number] = first
        changed = {**known, "version": known.get("version", 1) + 1, "lines": [*lines, *more, *kept]}
        if not more and "kind" in known:
            changed["patient"] = {**known["patient"], "middle": "Q"}
        elif not more:
            changed["diagnoses"] = [*known["diagnoses"], "R50.9"]
        self.corrected[week].append((one.number, changed))

    def newer(self, one: raw_files.Sent) -> dict[str, Any]:
        """A higher version of a claim's encounter, which says what was wrong."""
        key = f"{one.members['P']} {one.day}"
        known = self.documents[key]
        patient = {**known["patient"], "middle": "R"}
        self.documents[key] = {**known, "version": known.get("version", 1) + 1, "patient": patient}
        return self.documents[key]

    def story_paid_and_voided(self, one: raw_files.Sent, week: int) -> None:
        first = self.story_paid(one, week)
        if KEYS[one.coverages["P"]] != "senior" and len(one.coverages) == 1 and week + 3 < self.weeks:
            self.before[one.number] = first
            self.voided[week + 1].append(one.number)

    def story_paid_on_paper(self, one: raw_files.Sent, week: int) -> None:
        if PRACTICE_BY_NPI[one.npi] in PROFESSIONAL:
            super().story_paid_on_paper(one, week)
        else:
            self.story_paid(one, week)

    def story_paid_twice_and_refunded(self, one: raw_files.Sent, week: int) -> None:
        """What the payer paid twice goes back by check."""
        first = self.story_paid(one, week)
        self.say(one, week + 2, replace(first, payer_number=self.icn()))
        if first.paid and len(one.coverages) == 1 and week + 3 < self.weeks:
            credit = {"kind": "credit_refund", "number": one.number, "payer": one.coverages["P"]}
            self.acts[week + 3].append({**credit, "cents": first.paid})

    def story_denied_and_appealed(self, one: raw_files.Sent, week: int) -> None:
        """The payer takes its denial back and pays; or says no by letter, and what it owes is written off."""
        first = self.word(one, self.denied(one, "50"))
        self.say(one, week, first)
        if week + 4 >= self.weeks or len(one.coverages) > 1:
            return
        self.appealed[week + 1].append((one.number, True))
        if self.dice.random() < 0.55:
            if self.dice.random() < 0.5:
                self.say(one, week + 3, replace(first, sign=-1))
            self.story_paid(one, week + 3)
            return
        self.appealed[week + 3].append((one.number, False))
        off = {"kind": "write_off", "number": one.number, "payer": one.coverages["P"]}
        self.acts[week + 4].append({**off, "cents": one.charge})

    def story_found_by_hand(self, one: raw_files.Sent, week: int) -> None:
        """A payment that names nobody; a person finds its claim."""
        stranger = replace(one, name=("NOBODY", "HERE"), members={"P": f"Z{self.count:08d}"}, day="20260103")
        word = self.word(stranger, self.lines(one), number=f"LOST{self.count}")
        self.say(one, week, word)
        if week + 1 < self.weeks:
            self.found[week + 1].append((word.payer_number, one.number))

    def shared(self, one: raw_files.Sent, only: Sequence[int] = ()) -> list[Any]:
        """Lines of which something is the patient's."""
        while True:
            lines = self.lines(one, only)
            if any(group == "PR" and cents for said in lines for group, _, cents in said.adjustments):
                return lines


def line_of(practice: str, code: str, charge: str) -> dict[str, Any]:
    made: dict[str, Any] = {"procedure": code, "charge": charge}
    if practice == "ridgeline":
        return {**made, "revenue_code": REVENUE}
    return made if practice == "elmgrove" else {**made, "pointers": [1]}


def kind_of(practice: str, on: date) -> dict[str, Any]:
    """What an encounter has by the kind of its claim."""
    _, _, provider, _, diagnosis = PRACTICES[practice]
    if practice == "ridgeline":
        day = on.isoformat()
        stay = {"type_of_bill": "131", "admission_type": "3", "admission_source": "1", "patient_status": "01"}
        stay |= {"statement_from": day, "statement_to": day}
        stay |= {"reason_diagnoses": [diagnosis], "attending": {"npi": provider}}
        return {"kind": "institutional", "diagnoses": [diagnosis], "institutional": stay}
    if practice == "elmgrove":
        return {"kind": "dental", "place_of_service": "11", "rendering": {"npi": provider}, "dental": {}}
    return {
        "place_of_service": "11",
        "rendering": {"npi": provider},
        "referring": {"npi": "1999001021", "last": "Lindqvist", "first": "Anders"},
        "diagnoses": [diagnosis],
    }


def who(person: Person) -> dict[str, Any]:
    born = 2012 if person.child else 1940 + person.number % 60
    return {
        "last": person.last,
        "first": "Ada",
        "birth_date": f"{born}-02-{person.number % 27 + 1:02d}",
        "sex": "F",
        "address": {"line1": "7 Orchard Way", "city": "Springfield", "state": "IL", "zip": "627040007"},
    }


def coverage(person: Person, order: int, payer: str) -> dict[str, Any]:
    made: dict[str, Any] = {"order": "PST"[order], "payer": payer, "member_id": person.member(order)}
    if person.child:
        parent = {**who(person), "first": "Mara", "birth_date": "1984-05-06"}
        made |= {"relationship": "19", "subscriber": parent}
    return made
