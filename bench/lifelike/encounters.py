"""The encounter of any number, from the seed and that number alone, as CleanClaim's own JSON has it.

Three in ten patients were there before, one in seven is a child on a parent's plan, one in six has
a second payer. Eight in a hundred encounters have something in them that the edits hold.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from bench.lifelike.partners import MEDICARE, PAYERS, PRACTICES, SUPPLEMENT, Practice, npi_of, practices

Encounter = dict[str, Any]

COMES_AGAIN = 0.3
CHILD = 0.14
SECOND_PAYER = 0.16
WRONG = 0.08
REVENUE = "0320"
REFERRED = ("7", "8")
"""How the codes begin of what somebody must have ordered: images and tests."""
REFERRING = {"npi": npi_of(1), "last": "Sender", "first": "Alex"}
FIRST_DAY = date(2026, 11, 16)
"""The business date of night 1."""
_LAST = (
    "Arbor",
    "Birch",
    "Cedar",
    "Dogwood",
    "Elm",
    "Fir",
    "Gingko",
    "Hazel",
    "Ivy",
    "Juniper",
    "Linden",
    "Maple",
)
_FIRST = (
    "Ada",
    "Ben",
    "Cora",
    "Dan",
    "Eve",
    "Finn",
    "Gia",
    "Hal",
    "Ines",
    "Jon",
    "Kim",
    "Leo",
    "Mara",
    "Ned",
)


@dataclass(frozen=True, slots=True)
class Life:
    """One draw of everything. The same seed and number of practices: the same encounters."""

    seed: int = 1
    practices: int = PRACTICES

    def practice_of(self, number: int) -> Practice:
        """Whose encounter a number is."""
        turns = _turns(self.seed, self.practices)
        return practices(self.practices)[turns[number % len(turns)]]

    def numbers_of(self, practice: Practice, numbers: range) -> Iterator[int]:
        """Those of the numbers that are this practice's, in order."""
        turns = _turns(self.seed, self.practices)
        mine = [place for place, whose in enumerate(turns) if whose == practice.number]
        for start in range(numbers.start - numbers.start % len(turns), numbers.stop, len(turns)):
            yield from (start + place for place in mine if start + place in numbers)

    def encounter(self, number: int, documented: date = FIRST_DAY, *, right: bool = False) -> Encounter:
        """An encounter that was documented on this day, of a service some days before; `right`: as it was
        meant to be, if something is wrong in it."""
        practice = self.practice_of(number)
        draw = random.Random(f"{self.seed} encounter {number}")
        made = _encounter(draw, practice, self.person(number), documented)
        made |= {"source": practice.key, "id": f"E{number:08d}", "practice": practice.key}
        if draw.random() < WRONG and not right:
            _spoil(draw, made)
        return made

    def person(self, number: int) -> "Person":
        """Who comes in an encounter: somebody new, or the person of an earlier one of the same practice."""
        turns = _turns(self.seed, self.practices)
        while True:
            draw = random.Random(f"{self.seed} person {number}")
            if draw.random() >= COMES_AGAIN or number < len(turns):
                return Person.drawn(draw, number)
            number = number % len(turns) + draw.randrange(number // len(turns)) * len(turns)


@cache
def _turns(seed: int, count: int) -> tuple[int, ...]:
    """Whose turn it is: practices of unequal size, the largest has a tenth of all, mixed."""
    turns = [n for n in range(count) for _ in range(1 + 3 * (count - n) // count + 8 * (n == 0))]
    random.Random(f"{seed} turns").shuffle(turns)
    return tuple(turns)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a plan. A child is insured by a parent; `coverages`: (payer's id, member id)."""

    number: int
    last: str
    first: str
    born: date
    sex: str
    child: bool
    coverages: tuple[tuple[str, str], ...]

    @classmethod
    def drawn(cls, draw: random.Random, number: int) -> "Person":
        first = draw.choices(PAYERS, [payer.share for payer in PAYERS])[0]
        child = not first.medicare and draw.random() < CHILD
        year = 2010 + draw.randrange(14) if child else 1935 + draw.randrange(22) if first.medicare else 0
        plans = [first]
        if not child and draw.random() < (0.4 if first is MEDICARE else SECOND_PAYER * 0.6):
            plans.append(SUPPLEMENT)
        return cls(
            number=number,
            last=f"{draw.choice(_LAST)}{_letters(number)}",
            first=draw.choice(_FIRST),
            born=date(year or 1958 + draw.randrange(45), draw.randrange(1, 13), draw.randrange(1, 29)),
            sex=draw.choice("FM"),
            child=child,
            coverages=tuple((plan.payer_id, f"W{n}{number:08d}") for n, plan in enumerate(plans)),
        )

    @property
    def patient(self) -> Encounter:
        return {
            "last": self.last,
            "first": self.first,
            "birth_date": self.born.isoformat(),
            "sex": self.sex,
            "address": {
                "line1": f"{self.number % 9000 + 1} Orchard Way",
                "city": "Springfield",
                "state": "IL",
                "zip": "627040007",
            },
            "medical_record_number": f"M{self.number:08d}",
        }

    def coverage(self, order: int) -> Encounter:
        payer, member = self.coverages[order]
        made: Encounter = {"order": "PST"[order], "payer": payer, "member_id": member}
        if self.child:
            parent = {**self.patient, "first": "Parent", "birth_date": "1984-05-06", "sex": "F"}
            del parent["medical_record_number"]
            made |= {"relationship": "19", "subscriber": parent}
        return made


def _letters(number: int) -> str:
    """A number as letters, so that names differ."""
    return "".join(chr(97 + int(digit)) for digit in str(number))


def _encounter(draw: random.Random, practice: Practice, person: Person, documented: date) -> Encounter:
    trade = practice.trade
    day = documented - timedelta(days=draw.randrange(2, 20))
    wanted = min(len(trade.services), draw.choices((1, 2, 3, 4), (35, 40, 18, 7))[0])
    visit = draw.choice(trade.services[:2]) if trade.services[1][0].startswith("99") else trade.services[0]
    others = [one for one in trade.services if not one[0].startswith("99") and one != visit]
    if practice.sparing:
        others = [one for one in others if not one[0].startswith(REFERRED)]
    services = [visit, *others[: 0 if practice.format == "ccda" else wanted - 1]]
    reasons = 1 if practice.sparing else draw.choice((1, 1, 2, 3))
    diagnoses = draw.sample(trade.diagnoses, min(len(trade.diagnoses), reasons))
    made: Encounter = {
        "service_date": day.isoformat(),
        "patient": person.patient,
        "coverages": [person.coverage(order) for order in range(len(person.coverages))],
        "lines": [{"procedure": code, "charge": charge} for code, charge in services],
    }
    return made | _OF_KIND[trade.kind](draw.choice(practice.providers), diagnoses, day, made["lines"])


def _professional(npi: str, diagnoses: list[str], day: date, lines: list[Encounter]) -> Encounter:
    for number, line in enumerate(lines):
        line["pointers"] = [1 + number % len(diagnoses)]
    made: Encounter = {"place_of_service": "11", "rendering": {"npi": npi}, "diagnoses": diagnoses}
    if any(line["procedure"].startswith(REFERRED) for line in lines):
        made["referring"] = REFERRING
    return made


def _institutional(npi: str, diagnoses: list[str], day: date, lines: list[Encounter]) -> Encounter:
    for line in lines:
        line["revenue_code"] = REVENUE
    stay = {"type_of_bill": "131", "admission_type": "3", "admission_source": "1", "patient_status": "01"}
    stay |= {"statement_from": day.isoformat(), "statement_to": day.isoformat()}
    more = {"reason_diagnoses": diagnoses[:1], "attending": {"npi": npi}}
    return {"kind": "institutional", "diagnoses": diagnoses, "institutional": {**stay, **more}}


def _dental(npi: str, diagnoses: list[str], day: date, lines: list[Encounter]) -> Encounter:
    return {"kind": "dental", "place_of_service": "11", "rendering": {"npi": npi}, "dental": {}}


_OF_KIND = {"professional": _professional, "institutional": _institutional, "dental": _dental}


def _spoil(draw: random.Random, made: Encounter) -> None:
    """What a tired person writes down: no member id, one digit too few, a wrong year, a provider's number
    with a wrong digit. The edits hold each of them."""
    first = made["coverages"][0]
    which = draw.randrange(4)
    if which == 0:
        first["member_id"] = ""
    elif which == 1:
        first["member_id"] = first["member_id"][:-1]
    elif which == 2 or "rendering" not in made:
        _years_ago(made, 2)
    else:
        npi = made["rendering"]["npi"]
        made["rendering"] = {"npi": f"{npi[:8]}{(int(npi[8]) + 1) % 10}{npi[9]}"}


def _years_ago(made: Encounter, years: int) -> None:
    """The same, `years` earlier: too late for every payer."""
    day = date.fromisoformat(made["service_date"])
    earlier = (day - timedelta(days=366 * years)).isoformat()
    made["service_date"] = earlier
    stay: Mapping[str, Any] | None = made.get("institutional")
    if stay is not None:
        made["institutional"] = {**stay, "statement_from": earlier, "statement_to": earlier}
