"""Which patients are to get a good-faith estimate, by when, and whether they have it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from ledger.encounters.visit_matching import plain
from ledger.encounters.visits import REQUESTED
from ledger.patients import estimates
from ledger.patients.estimates import Estimate
from ledger.queries.visits import SelfPayVisit, booked, self_pay_visits
from tasks.estimates.due_days import change_due_on, due_on
from tasks.home.home import Home

MISSING, CHANGED, NOT_GIVEN, GIVEN = "missing", "changed", "not_given", "given"
WORDS = {
    MISSING: "no estimate is made",
    CHANGED: "the visit is another one than the estimate says: make a new version",
    NOT_GIVEN: "it is made and not given",
    GIVEN: "it is given",
}


@dataclass(frozen=True, slots=True)
class Need:
    """An estimate that is due or was. `visit` is its row of the appointment book, 0 none; `estimate` its
    number, 0 none. `over`: the service was before today, and nothing can be given in time any more."""

    visit: int
    visit_number: str
    estimate: int
    practice: str
    asked_on: str
    service_on: str
    due_on: str
    state: str
    given_on: str
    over: bool

    def overdue(self, as_of: date) -> bool:
        """Whether its last day is past, or it was given after that."""
        return (self.given_on or as_of.isoformat()) > self.due_on

    @property
    def is_open(self) -> bool:
        """Whether a person has something to do."""
        return self.state != GIVEN and not self.over


def needs(home: Home, as_of: date, *, over: bool = True) -> list[Need]:
    """Every estimate that a visit, a request or a file asked for, by its last day; without `over` those whose
    service is still to come."""
    first = "" if over else as_of.isoformat()
    with home.ledger.read() as connection:
        every = estimates.every(connection)
        live = [one for one in {one.number: one for one in every}.values() if not one.withdrawn]
        visits = self_pay_visits(connection, first)
        book = booked(connection, {(one.practice, one.visit) for one in live if one.visit})
    known = _Known.of(live, every)
    found = [need for visit in visits if (need := _of_visit(home, visit, known, as_of)) is not None]
    done = {one.estimate for one in found}
    live = [one for one in live if not one.service_on or one.service_on >= first]
    off = {whose for whose, visit in book.items() if visit.is_off}
    rest = [one for one in live if one.number not in done and (one.practice, one.visit) not in off]
    found += _without_visit(rest, known, as_of)
    return sorted(found, key=lambda one: (one.due_on, one.visit, one.estimate))


@dataclass(frozen=True, slots=True)
class _Known:
    """Estimates by practice and visit, and by practice and each number of the patient. `changed`: the numbers
    of which the patient has an earlier version."""

    of_visit: Mapping[tuple[str, str], Estimate]
    of_patient: Mapping[tuple[str, str], Sequence[Estimate]]
    changed: frozenset[int]

    @classmethod
    def of(cls, live: Iterable[Estimate], every: Iterable[Estimate]) -> Self:
        of_visit: dict[tuple[str, str], Estimate] = {}
        of_patient: dict[tuple[str, str], list[Estimate]] = defaultdict(list)
        for one in live:
            if one.visit:
                of_visit[one.practice, one.visit] = one
            for number in {plain(one.member_id), plain(one.medical_record_number)} - {""}:
                of_patient[one.practice, number].append(one)
        newest = {one.id for one in live}
        given = (one for one in every if one.given is not None and not one.withdrawn)
        return cls(of_visit, of_patient, frozenset(one.number for one in given if one.id not in newest))

    def due(self, one: Estimate, first: date) -> date:
        """The last day of an estimate: `first` of its first version, that of a change where one was given."""
        if one.number in self.changed and one.service_on:
            return change_due_on(date.fromisoformat(one.service_on))
        return first


def _of_visit(home: Home, visit: SelfPayVisit, known: _Known, as_of: date) -> Need | None:
    """What a visit needs; None: nothing, since it was made too late or is paid by a plan."""
    on = date.fromisoformat(visit.visit_on)
    asked = visit.status == REQUESTED
    scheduled_on = visit.scheduled_on or visit.business_on
    last = due_on(None, None, on) if asked else due_on(on, date.fromisoformat(scheduled_on), None)
    if last is None:
        return None
    one = _estimate_of(visit, known)
    state, given_on = MISSING, ""
    if one is not None:
        given_on = one.given.given_on if one.given is not None else ""
        state, last = (GIVEN if given_on else NOT_GIVEN), known.due(one, last)
        if not asked and _is_another(home, visit, one):
            state, last = CHANGED, change_due_on(on)
    return Need(
        visit=visit.id,
        visit_number=visit.number,
        estimate=one.number if one is not None else 0,
        practice=visit.practice,
        asked_on=visit.visit_on if asked else scheduled_on,
        service_on="" if asked else visit.visit_on,
        due_on=last.isoformat(),
        state=state,
        given_on=given_on if state == GIVEN else "",
        over=not asked and on < as_of,
    )


def _estimate_of(visit: SelfPayVisit, known: _Known) -> Estimate | None:
    """The estimate that names a visit, else the newest one of its patient for its day."""
    named = known.of_visit.get((visit.practice, visit.number))
    if named is not None or visit.status == REQUESTED:
        return named
    numbers = {plain(visit.member_id), plain(visit.medical_record_number)} - {""}
    of_patient = [one for number in numbers for one in known.of_patient.get((visit.practice, number), ())]
    of_day = [one for one in of_patient if one.service_on <= visit.visit_on <= one.last_on]
    return max(of_day, key=lambda one: one.number, default=None)


def _is_another(home: Home, visit: SelfPayVisit, one: Estimate) -> bool:
    """Whether an estimate is of another day or another provider than the visit is now."""
    if not one.service_on <= visit.visit_on <= one.last_on:
        return True
    practice = home.partners.practices.get(visit.practice)
    npis = {line.npi for line in one.lines}
    of_practice = practice is not None and practice.npi in npis
    return bool(visit.provider_npi) and visit.provider_npi not in npis and not of_practice


def _without_visit(live: Iterable[Estimate], known: _Known, as_of: date) -> Iterator[Need]:
    """Estimates that no visit of the appointment book asks for, by the days that they say."""
    for one in live:
        days = (one.service_on, one.scheduled_on, one.requested_on)
        last = due_on(*(date.fromisoformat(day) if day else None for day in days))
        if last is None:
            continue
        given_on = one.given.given_on if one.given is not None else ""
        yield Need(
            visit=0,
            visit_number=one.visit,
            estimate=one.number,
            practice=one.practice,
            asked_on=one.requested_on or one.scheduled_on,
            service_on=one.service_on,
            due_on=known.due(one, last).isoformat(),
            state=GIVEN if given_on else NOT_GIVEN,
            given_on=given_on,
            over=bool(one.service_on) and one.service_on < as_of.isoformat(),
        )
