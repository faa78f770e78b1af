"""Bills of uninsured and self-pay patients that are $400 or more above their good-faith estimate.

45 CFR 149.620(a)(2)(ii): what a provider or facility bills is compared with what the estimate expected of
it. Of an estimate that was replaced the version counts that the patient had by the day of the service.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from config.dollars import dollars
from config.practice import Practice
from ledger.patients import estimates
from ledger.patients.estimates import Estimate
from ledger.queries import self_pay
from ledger.queries.self_pay import SelfPay
from tasks.estimates.due_days import last_day
from tasks.home.home import Home

TOO_HIGH: Final = 400_00


@dataclass(frozen=True, slots=True)
class Part:
    """A provider or facility: what was expected of it and what it billed, in cents."""

    npi: str
    expected: int
    billed: int

    @property
    def above(self) -> int:
        return self.billed - self.expected

    @property
    def words(self) -> str:
        return (
            f"{self.npi}: billed {dollars(self.billed)}, estimated {dollars(self.expected)}, "
            f"{dollars(self.above)} above"
        )


@dataclass(frozen=True, slots=True)
class Bill:
    """The claims that are an estimate's, oldest first. `parts` are all providers that billed. `accepted`: a
    person let so high a bill stand."""

    number: int
    version: int
    practice: str
    claims: tuple[int, ...]
    parts: tuple[Part, ...]
    accepted: bool

    @property
    def billed(self) -> int:
        return sum(one.billed for one in self.parts)

    @property
    def high(self) -> tuple[Part, ...]:
        return tuple(one for one in self.parts if one.above >= TOO_HIGH)

    @property
    def above(self) -> int:
        """By how much those are above that are too high, in cents."""
        return sum(one.above for one in self.high)

    @property
    def words(self) -> str:
        return "; ".join(one.words for one in self.high)


def too_high(home: Home) -> list[Bill]:
    """The bills that are $400.00 or more above their estimate, accepted or not, by its number."""
    return [one for one in bills(home) if one.high]


def waiting(home: Home) -> dict[int, int]:
    """The claims of such bills that nobody accepted, with the estimate's number."""
    return {claim: one.number for one in too_high(home) if not one.accepted for claim in one.claims}


def bills(home: Home) -> list[Bill]:
    """What was billed of each estimate, by its number; of one that is purged nothing is known."""
    with home.ledger.read() as connection:
        versions: dict[int, list[Estimate]] = defaultdict(list)
        for one in estimates.every(connection):
            versions[one.number].append(one)
        live = [of[-1] for of in versions.values() if of[-1].patient_id and not of[-1].withdrawn]
        if not live:
            return []
        named = self_pay.of_visits(connection, [one.visit for one in live])
        of_visits = {claim for claims in named.values() for claim in claims}
        lines = self_pay.lines(connection, {one.patient_id for one in live if one.patient_id}, of_visits)
        off = self_pay.written_off(connection, {line.claim_id for line in lines})
    practices = home.partners.practices
    of_estimate = _matched(live, lines, named)
    return [
        _bill(versions[number], of_estimate[number], off, practices.get(versions[number][-1].practice))
        for number in sorted(of_estimate)
    ]


def _matched(
    live: Sequence[Estimate], lines: Iterable[SelfPay], named: Mapping[tuple[str, str], set[int]]
) -> dict[int, list[SelfPay]]:
    """The lines of each estimate; those of a claim go to one estimate."""
    claims: dict[int, list[SelfPay]] = defaultdict(list)
    for line in lines:
        claims[line.claim_id].append(line)
    of_person: dict[int | None, list[Estimate]] = defaultdict(list)
    of_claim: dict[int, list[Estimate]] = defaultdict(list)
    for one in live:
        of_person[one.patient_id].append(one)
        for claim_id in named.get((one.practice, one.visit), ()):
            of_claim[claim_id].append(one)
    found: dict[int, list[SelfPay]] = defaultdict(list)
    for claim_id, its in claims.items():
        ranked = [((2, _shared(one, its)), one.number) for one in of_claim[claim_id]]
        others = of_person[its[0].patient_id] if its[0].patient_id else []
        ranked += [((1, fit), one.number) for one in others if (fit := _fit(one, its)) is not None]
        if ranked:
            found[max(ranked)[1]] += its
    return found


def _shared(one: Estimate, its: Sequence[SelfPay]) -> int:
    """How many services of a claim an estimate expects."""
    return len({line.procedure for line in its} & {line.procedure for line in one.lines})


def _fit(one: Estimate, its: Sequence[SelfPay]) -> int | None:
    """How many services of its person's claim an estimate expects; None: the claim is not of its days, or of
    days on which services recur and of none of these."""
    if its[0].practice != one.practice:
        return None
    begins, ends = one.service_on, one.last_on
    if not begins:
        begins, ends = one.requested_on, last_day(date.fromisoformat(one.requested_on)).isoformat()
    shared = _shared(one, its)
    if not any(begins <= line.on <= ends for line in its) or not (shared or begins == ends):
        return None
    return shared


def _bill(
    versions: Sequence[Estimate], its: Sequence[SelfPay], off: Mapping[int, int], practice: Practice | None
) -> Bill:
    first = min(line.on for line in its)
    counts = _in_hand(versions, first)
    billed: dict[str, int] = defaultdict(int)
    claims: dict[int, str] = {}  # with the provider of its first line
    for line in its:
        billed[line.npi] += line.cents
        claims.setdefault(line.claim_id, line.npi)
    for claim_id, npi in claims.items():
        billed[npi] -= off.get(claim_id, 0)
    expected: dict[str, int] = defaultdict(int)
    for item in counts.lines:
        expected[item.npi] += item.cents
    parts = _parts(expected, billed, practice)
    total = sum(billed.values())
    newest = versions[-1]
    accepted = newest.accepted is not None and total <= newest.accepted
    return Bill(newest.number, counts.version, newest.practice, tuple(claims), parts, accepted)


def _in_hand(versions: Sequence[Estimate], on: str) -> Estimate:
    """The version that the patient had by a day; where none was given by then, the newest made by then."""
    stood = [one for one in versions if not one.withdrawn]
    given = [one for one in stood if one.given is not None and one.given.given_on <= on]
    made = [one for one in stood if one.business_on <= on]
    return (given or made or stood[:1])[-1]


def _parts(
    expected: Mapping[str, int], billed: Mapping[str, int], practice: Practice | None
) -> tuple[Part, ...]:
    """Each provider that billed, with what was expected of it."""
    whose = _whose(expected, billed, practice)
    sums: dict[str, int] = defaultdict(int)
    for npi, cents in billed.items():
        sums[whose.get(npi, npi)] += cents
    return tuple(Part(npi, expected.get(npi, 0), cents) for npi, cents in sums.items())


def _whose(
    expected: Mapping[str, int], billed: Mapping[str, int], practice: Practice | None
) -> dict[str, str]:
    """For whom those of the practice billed that the estimate does not name: for the practice, where it names
    that; else for one of the practice that it names and that billed nothing."""
    if practice is None:
        return {}
    own = {practice.npi, *(provider.npi for provider in practice.providers)}
    free = [npi for npi in expected if npi in own and npi not in billed]
    found: dict[str, str] = {}
    for npi in billed:
        if npi in expected or npi not in own:
            continue
        if practice.npi in expected:
            found[npi] = practice.npi
        elif free:
            found[npi] = free.pop(0)
    return found
