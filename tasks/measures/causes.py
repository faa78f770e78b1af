"""Why claims are denied and rejected: the patterns that explain most, with their dollars, as a Pareto.

What was denied under one code is divided into the patterns that are in it (`patterns`), each at the grain
that tells most: a payer's new rule for a procedure since a month, a provider's habit, a code that ended. What
is in no pattern is grouped by payer and code.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from coding.denied_lines import FACTS, category, modifiers_of, units, yes_or_no
from coding.registry import EDITS
from config.adjustment_codes import find
from ledger.queries.measures.lines import DENIED, Answered, BilledLine, Refused, answered_lines, refused_lines
from ledger.queries.measures.scope import Scope
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.measures.patterns import Line, Lines, Pattern, is_in

NAMES: Final = ("payer", *FACTS)
"""The facts of a line that a pattern may have, in the order in which they are shown."""
OF_PAYERS: Final = "PAY-01"
"""The edit that a cause becomes: whether it heads anything off is in the payers' files."""
FEW: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What of a cause came in a month: how many lines, and cents."""

    month: str
    count: int
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A group of denials or rejections. `facts` are what their lines have in common; `refused` are they.
    `lines`: how many answered lines have these facts since the first month; None where it is no pattern but
    what was left. `share` and `cumulative` of all dollars, from 0 to 1, this one and those before it."""

    id: str
    kind: str
    code: str
    facts: tuple[tuple[str, str], ...]
    words: str
    refused: tuple[Refused, ...]
    cents: int
    lines: int | None
    elsewhere: float
    heads_off: tuple[str, ...]
    share: float = 0.0
    cumulative: float = 0.0

    @property
    def label(self) -> str:
        """Its code as a payer's file has it: CARC 197, or the status of a rejection."""
        return f"CARC {self.code}" if self.kind == DENIED else self.code

    @property
    def count(self) -> int:
        return len(self.refused)

    @property
    def claims(self) -> int:
        return len({one.billed.claim_id for one in self.refused})

    @property
    def first_on(self) -> str:
        return min(one.business_on for one in self.refused)

    @property
    def last_on(self) -> str:
        return max(one.business_on for one in self.refused)

    @property
    def months(self) -> tuple[Month, ...]:
        counts: Counter[str] = Counter()
        cents: Counter[str] = Counter()
        for one in self.refused:
            counts[one.business_on[:7]] += 1
            cents[one.business_on[:7]] += one.cents
        return tuple(Month(month=m, count=counts[m], cents=cents[m]) for m in sorted(counts))


@dataclass(frozen=True, slots=True)
class Sum:
    """What came of one payer, provider, code or edit; `share` and `cumulative` as of a cause."""

    name: str
    count: int
    claims: int
    cents: int
    share: float
    cumulative: float


@dataclass(frozen=True, slots=True)
class CauseClaim:
    """A claim of a cause: the lines that were denied, their cents, and the first business date of them."""

    claim_id: int
    patient_control_number: str
    external_id: str
    practice: str
    payer: str
    lines: tuple[int, ...]
    cents: int
    on: str


def causes(home: Home, of: Scope) -> list[Cause]:
    """All causes of a period's denials and rejections, the most dollars first."""
    refused = refused_lines(home.ledger, of)
    return found_in(refused, answered_lines(home.ledger, of))


def cause(home: Home, of: Scope, name: str) -> Cause:
    """One of them by its id. Raises StepError CSE-01: the period has none of this id."""
    found = next((one for one in causes(home, of) if one.id == name.strip().lower()), None)
    if found is None:
        raise StepError(
            "CSE-01",
            f"no cause {name} is in {of.since} to {of.until}; see `cleanclaim causes` of that period",
        )
    return found


def found_in(refused: Sequence[Refused], answered: Iterable[Answered]) -> list[Cause]:
    """The causes of what was denied or rejected, beside all that was answered."""
    lines = Lines(Line(facts_of(one.billed), one.business_on[:7]) for one in answered)
    by_code: dict[tuple[str, str], list[Refused]] = defaultdict(list)
    for one in refused:
        by_code[one.kind, one.code].append(one)
    made: list[Cause] = []
    for (kind, code), some in sorted(by_code.items()):
        left = [(one, Line(facts_of(one.billed), one.business_on[:7])) for one in some]
        for pattern in lines.patterns([line for _, line in left]):
            inside = [one for one, line in left if is_in(line, pattern)]
            left = [pair for pair in left if not is_in(pair[1], pattern)]
            facts = tuple((NAMES[place], value) for place, value in pattern.facts)
            made.append(_cause(kind, code, facts, inside, pattern))
        of_payer: dict[str, list[Refused]] = defaultdict(list)
        for one, _ in left:
            of_payer[one.billed.payer].append(one)
        made += [_cause(kind, code, (("payer", name),), own, None) for name, own in of_payer.items()]
    made.sort(key=lambda one: (-one.cents, -one.count, one.id))
    shares = _shares([one.cents for one in made])
    return [
        replace(one, share=share, cumulative=cumulative)
        for one, (share, cumulative) in zip(made, shares, strict=True)
    ]


def facts_of(line: BilledLine) -> tuple[str, ...]:
    """A billed line in the order of `NAMES`."""
    return (
        line.payer,
        line.practice,
        line.npi,
        line.procedure,
        modifiers_of(line.modifiers.split()),
        line.place,
        category(line.diagnoses.partition(" ")[0]),
        units(line.units),
        yes_or_no(line.authorized),
    )


def _cause(
    kind: str, code: str, facts: tuple[tuple[str, str], ...], some: Sequence[Refused], of: Pattern | None
) -> Cause:
    told = f"{kind}|{code}|{facts}|{of is not None}"
    return Cause(
        id=hashlib.sha256(told.encode()).hexdigest()[:8],
        kind=kind,
        code=code,
        facts=facts,
        words=_words(kind, code),
        refused=tuple(some),
        cents=sum(one.cents for one in some),
        lines=of.lines if of is not None else None,
        elsewhere=of.elsewhere if of is not None else 0.0,
        heads_off=_heads_off(kind, some),
    )


def _words(kind: str, code: str) -> str:
    row = find("CARC", code) if kind == DENIED else None
    if row is not None and row.code == code:
        return row.meaning
    return "a code that the table lacks" if kind == DENIED else "rejected before adjudication"


def _heads_off(kind: str, some: Sequence[Refused]) -> tuple[str, ...]:
    """The edits that head off most of these denials: those that the table of codes names, else the few that
    say so themselves. A code that says little without a remark has none."""
    if kind != DENIED:
        return ()
    counts: Counter[str] = Counter()
    for one in some:
        codes = [("CARC", one.code), *(("RARC", remark) for remark in one.rarcs.split())]
        rows = [row for pair in codes if (row := find(*pair)) is not None and row.code == pair[1]]
        named = {row.preventing_edit for row in rows} & EDITS.keys()
        said = {row.code for row in rows if not row.needs_rarc}
        own = {edit.id for edit in EDITS.values() if said & set(edit.prevents)} - {OF_PAYERS}
        counts.update(named or (own if len(own) <= FEW else ()))
    return tuple(name for name, number in sorted(counts.items()) if 2 * number > len(some))


def _shares(cents: Sequence[int]) -> list[tuple[float, float]]:
    total, so_far, made = sum(cents), 0, []
    for one in cents:
        so_far += one
        made.append((one / total, so_far / total) if total else (0.0, 0.0))
    return made


BY: Final[dict[str, Callable[[Cause, Refused], str]]] = {
    "payer": lambda _, one: one.billed.payer,
    "provider": lambda _, one: one.billed.npi,
    "code": lambda _, one: f"{one.kind} {one.code}",
    "edit": lambda cause, _: cause.heads_off[0] if cause.heads_off else "",
}
"""What a sum may be by, beside the causes themselves."""


def sums(found: Sequence[Cause], by: str) -> list[Sum]:
    """The same dollars by one of `BY`, the most first. Raises StepError CSE-02: by nothing of it."""
    if by not in BY:
        raise StepError("CSE-02", f"a Pareto is by cause, {', '.join(BY)}, not by {by!r}")
    groups: dict[str, list[Refused]] = defaultdict(list)
    for of in found:
        for one in of.refused:
            groups[BY[by](of, one)].append(one)
    ranked = sorted(groups.items(), key=lambda pair: (-sum(o.cents for o in pair[1]), pair[0]))
    shares = _shares([sum(one.cents for one in some) for _, some in ranked])
    return [
        Sum(name, len(some), len({o.billed.claim_id for o in some}), sum(o.cents for o in some), *share)
        for (name, some), share in zip(ranked, shares, strict=True)
    ]


def claims_of(one: Cause) -> list[CauseClaim]:
    """The claims of a cause, by their ids: their cents add up to its own."""
    of: dict[int, list[Refused]] = defaultdict(list)
    for each in one.refused:
        of[each.billed.claim_id].append(each)
    return [
        CauseClaim(
            claim_id=claim_id,
            patient_control_number=some[0].billed.patient_control_number,
            external_id=some[0].billed.external_id,
            practice=some[0].billed.practice,
            payer=some[0].billed.payer,
            lines=tuple(sorted({each.billed.line for each in some})),
            cents=sum(each.cents for each in some),
            on=min(each.business_on for each in some),
        )
        for claim_id, some in sorted(of.items())
    ]
