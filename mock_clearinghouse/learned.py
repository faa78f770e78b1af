"""A payer that decides by rates, as `cleanclaim twin learn` writes them: one table [[learned]] of a scenario.

    payer_id = ["HRB01"]                whose claims
    seed                                another one draws otherwise (default 1)
    days = [[10, 0.25], [14, 0.75]]     days of the calendar to the remittance, and how often each
    [[learned.claims]]                  how often a claim is rejected, by its dearest line
    [[learned.lines]]                   how often a line of a claim that is taken is denied
      procedure, modifiers, place, diagnosis    what it has (modifiers with a space between, diagnosis the
                                        category of the first one); what is left out may be anything. Of the
                                        groups that fit, that with most of them decides.
      rates = { "CO-50" = 0.12 }        by group and CARC of the denial, or status of the rejection (A7:164);
                                        "other" is what is too rare to be named
    [[learned.shares]]                  by the same, share: what of its charge a paid line gets, 0 to 1
      patient                           what of its charge is left to the patient, which the twin reads
    payer, until, count, levels, strengths, between, within, noise, changes, held_back: what the twin reads

The same claim is always decided in the same way: what is drawn hangs on its number and the seed alone.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from edi.records import Claim, ServiceLine

FEATURES: Final = ("procedure", "modifiers", "place", "diagnosis")
OTHER: Final = {"other": "CO-16", "other claim": "A7:21"}
PREFIX: Final = "learned;"
_TWINS: Final = (
    *("payer", "until", "count", "levels", "strengths", "between", "within", "noise", "changes", "held_back"),
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn for a claim: a rejection, or its days, and each line's denial or ten-thousandths."""

    rejected: str = ""
    days: int = 1
    denied: tuple[tuple[int, str], ...] = ()
    paid: tuple[tuple[int, int], ...] = ()

    @property
    def name(self) -> str:
        """All of it as the name of a rule, from which it is read again."""
        lines = [f"{line}={said}" for line, said in (*self.denied, *self.paid)]
        return PREFIX + ";".join([self.rejected, str(self.days), *lines])


def read_drawn(name: str) -> Drawn | None:
    """What a rule's name says; None where it names no drawn decision."""
    if not name.startswith(PREFIX):
        return None
    rejected, days, *lines = name.removeprefix(PREFIX).split(";")
    said = [(int(line), what) for line, _, what in (one.partition("=") for one in lines)]
    return Drawn(
        rejected,
        int(days),
        tuple((line, what) for line, what in said if not what.isdigit()),
        tuple((line, int(what)) for line, what in said if what.isdigit()),
    )


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that have something in common, and how often each outcome is theirs; or their share."""

    match: tuple[tuple[int, str], ...]
    rates: tuple[tuple[str, float], ...] = ()
    share: float = 0.0

    def fits(self, service: tuple[str, ...]) -> bool:
        return all(service[place] == value for place, value in self.match)


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """A payer's rates. Of the groups that fit, that with the most features decides."""

    payer_id: tuple[str, ...]
    seed: int
    days: tuple[tuple[int, float], ...]
    claims: tuple[Group, ...]
    lines: tuple[Group, ...]
    shares: tuple[Group, ...]

    def fits(self, claim: Claim) -> bool:
        return claim.payer.id in self.payer_id

    def draw(self, claim: Claim) -> Drawn:
        """What becomes of a claim."""
        number = claim.patient_control_number
        lead = max(claim.lines, key=lambda line: line.charge)
        rejected = self._outcome(_group(self.claims, _service(claim, lead)), number, "claim")
        if rejected:
            return Drawn(rejected=OTHER["other claim"] if rejected == "other" else rejected)
        denied: list[tuple[int, str]] = []
        paid: list[tuple[int, int]] = []
        for line in claim.lines:
            service = _service(claim, line)
            reason = self._outcome(_group(self.lines, service), number, str(line.number))
            if reason:
                denied.append((line.number, OTHER.get(reason, reason)))
            else:
                paid.append((line.number, round(10_000 * _group(self.shares, service).share)))
        return Drawn("", self._days(number), tuple(denied), tuple(paid))

    def _outcome(self, group: Group, number: str, what: str) -> str:
        """The outcome drawn from a group's rates, "" none of them."""
        left = self._chance(number, what)
        for outcome, rate in group.rates:
            left -= rate
            if left < 0:
                return outcome
        return ""

    def _days(self, number: str) -> int:
        left = self._chance(number, "days") * sum(often for _, often in self.days)
        for days, often in self.days:
            left -= often
            if left < 0:
                return days
        return self.days[-1][0] if self.days else 1

    def _chance(self, number: str, what: str) -> float:
        """A number from 0 to 1 that the claim's number decides."""
        digest = hashlib.sha256(f"{self.seed}|{number}|{what}".encode()).digest()
        return int.from_bytes(digest[:8], "big") / 2**64


def learned_of(table: dict[str, Any], place: str) -> Learned:
    """A [[learned]] from its table. Raises ValueError: a key that is not known, or a rate that is none."""
    known = {*Learned.__dataclass_fields__, *_TWINS}
    for name in table:
        if name not in known:
            raise ValueError(f"{place}: {name} is not known; known are {', '.join(sorted(known))}")
    ids = table.get("payer_id", ())
    return Learned(
        payer_id=tuple(ids) if isinstance(ids, list) else (str(ids),),
        seed=int(table.get("seed", 1)),
        days=tuple((int(days), float(often)) for days, often in table.get("days", ())),
        claims=_groups(table, "claims", place),
        lines=_groups(table, "lines", place),
        shares=_groups(table, "shares", place),
    )


def _groups(table: dict[str, Any], name: str, place: str) -> tuple[Group, ...]:
    """The groups of a kind, those of most features first."""
    found = []
    for number, one in enumerate(table.get(name, ()), 1):
        where = f"{place} {name} {number}"
        for key in one:
            if key not in (*FEATURES, "rates", "share", "patient", "count"):
                raise ValueError(f"{where}: {key} is not known")
        rates = tuple((str(outcome), float(rate)) for outcome, rate in one.get("rates", {}).items())
        share = float(one.get("share", 0.0))
        if (
            any(rate < 0 for _, rate in rates)
            or sum(rate for _, rate in rates) > 1.001
            or not 0 <= share <= 9
        ):
            raise ValueError(f"{where}: rates are 0 to 1, and all of them no more than 1")
        match = tuple((n, str(one[feature])) for n, feature in enumerate(FEATURES) if feature in one)
        found.append(Group(match, rates, share))
    return tuple(sorted(found, key=lambda group: -len(group.match)))


def _group(groups: tuple[Group, ...], service: tuple[str, ...]) -> Group:
    return next((group for group in groups if group.fits(service)), Group(()))


def _service(claim: Claim, line: ServiceLine) -> tuple[str, ...]:
    """What may decide on a line, in the order of `FEATURES`."""
    return (
        line.procedure or line.revenue_code,
        " ".join(line.modifiers),
        line.place_of_service or claim.place_of_service,
        claim.diagnoses[0].replace(".", "")[:3] if claim.diagnoses else "",
    )
