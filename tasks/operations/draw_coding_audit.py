"""The sample of a coding audit is drawn, and kept with the frame that it was drawn from."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Final

from config.counted import counted
from ledger.books.acts import named
from ledger.encounters import coding_audits as kept
from ledger.encounters.coding_audits import CodingAudit
from ledger.queries import coding_frame
from tasks.coding_audits import frame
from tasks.coding_audits.frame import BY, METHODS, RANDOM, STRATA, Line
from tasks.coding_audits.sample import Part, Wanted, draw
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations.money_acts import By, signed

MOST_LINES: Final = 5000
"""Lines of a sample at most: a sheet that people fill in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be drawn. `by`: the strata, where the method is strata. `seed` None: made of the plan, so
    that nobody chose it. Filters are empty where everything is meant."""

    practice: str
    from_on: date
    to_on: date
    method: str = RANDOM
    by: str = ""
    providers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    payers: tuple[str, ...] = ()
    seed: int | None = None
    wanted: Wanted = field(default_factory=Wanted)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sample that was drawn, or in a dry run would be: `number` is 0 then, and its lines are not said, so
    that nobody looks for a seed that suits."""

    dry_run: bool
    number: int
    audit: CodingAudit
    lines: int
    parts: tuple[Part, ...]
    effect: float

    @property
    def what(self) -> str:
        drawn = counted(self.lines, "line")
        return f"{drawn} of {self.audit.frame_lines:,} in the frame, seed {self.audit.seed}"


def plan(home: Home, as_of: date, by: By, asked: Plan, *, dry_run: bool) -> Drawn:
    """Draws a sample and keeps it with its frame.

    Raises StepError CAU-01, the plan is not right; CAU-02, nothing can be drawn; CAU-03, it was drawn before.
    """
    who, why = named(signed(home, by, preview=dry_run))
    _refuse(home, asked)
    with home.ledger.read() as connection:
        found = coding_frame.coded_lines(
            connection, asked.practice, asked.from_on.isoformat(), asked.to_on.isoformat()
        )
    lines = [Line(**asdict(one)) for one in found]
    _refuse_unknown(lines, asked)
    lines = frame.stratified([line for line in lines if _is_meant(line, asked)], asked.method, asked.by)
    if not lines:
        raise StepError(
            "CAU-02", "no coded line of this practice, these days and filters is here; nothing was drawn"
        )
    seed = asked.seed if asked.seed is not None else _seed(asked)
    sample = draw(lines, asked.method, seed, asked.wanted)
    if len(sample.lines) > MOST_LINES:
        raise StepError(
            "CAU-02",
            f"{len(sample.lines):,} lines would be drawn, more than {MOST_LINES:,}: ask for a wider interval",
        )
    data = frame.written(lines, _said(asked, seed))
    one = _audit(asked, seed, len(lines), hashlib.sha256(data).hexdigest(), (who, why, as_of.isoformat()))
    with home.ledger.read() as connection:
        before = kept.of_frame(connection, one.frame_sha256)
    if before is not None:
        raise StepError(
            "CAU-03",
            f"coding audit {before} was drawn by this plan from these lines; another seed draws others",
        )
    number = 0
    if not dry_run:
        with home.ledger.write() as connection:
            number = kept.keep(
                connection, as_of.isoformat(), one, data, [line.place for line in sample.lines]
            )
    return Drawn(dry_run, number, one, len(sample.lines), sample.parts, sample.effect)


def _refuse(home: Home, asked: Plan) -> None:
    if asked.practice not in home.partners.practices:
        raise StepError("CAU-01", f"there is no practice {asked.practice} in partners/practices")
    if asked.method not in METHODS:
        raise StepError("CAU-01", f"--method is one of {', '.join(METHODS)}")
    if (asked.method == STRATA) != (asked.by in BY):
        raise StepError("CAU-01", f"--method {STRATA} goes with --by {', '.join(BY)}, another method without")
    if asked.to_on < asked.from_on:
        raise StepError("CAU-01", "the period ends before it begins")
    wanted = asked.wanted
    if wanted.lines is not None and wanted.lines < 1:
        raise StepError("CAU-01", "a sample has one line or more")
    if not (
        0.5 <= wanted.confidence <= 0.999
        and 0.01 <= wanted.width <= 0.5
        and 0.001 <= wanted.expected <= 0.999
    ):
        raise StepError(
            "CAU-01",
            "the confidence lies between 50 and 99.9 percent, the width between 1 and 50, the expected error "
            "rate between 0.1 and 99.9",
        )


def _refuse_unknown(lines: Sequence[Line], asked: Plan) -> None:
    """A name that no line has is mistyped: a frame without it would be another one than was meant."""
    for what, wanted, there in (
        ("provider", asked.providers, {line.provider for line in lines}),
        ("code", asked.codes, {line.procedure for line in lines}),
        ("payer", asked.payers, {line.payer for line in lines}),
    ):
        if lines and (unknown := sorted(set(wanted) - there)):
            raise StepError("CAU-01", f"no line of these days has the {what} {unknown[0]}")


def _is_meant(line: Line, asked: Plan) -> bool:
    return (
        (not asked.providers or line.provider in asked.providers)
        and (not asked.codes or line.procedure in asked.codes)
        and (not asked.payers or line.payer in asked.payers)
    )


def _filters(asked: Plan) -> str:
    of = (("provider", asked.providers), ("code", asked.codes), ("payer", asked.payers))
    return " ".join(f"{name}={value}" for name, values in of for value in sorted(set(values)))


def _said(asked: Plan, seed: int) -> dict[str, object]:
    """The plan as it is kept with the frame."""
    return {
        "practice": asked.practice,
        "from_on": asked.from_on.isoformat(),
        "to_on": asked.to_on.isoformat(),
        "method": asked.method,
        "by": asked.by,
        "filters": _filters(asked),
        "seed": seed,
        "wanted": asdict(asked.wanted),
    }


def _seed(asked: Plan) -> int:
    text = str(sorted(_said(asked, 0).items()))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def _audit(asked: Plan, seed: int, lines: int, sha256: str, signed_by: tuple[str, str, str]) -> CodingAudit:
    who, why, business_on = signed_by
    wanted = asked.wanted
    return CodingAudit(
        practice=asked.practice,
        from_on=asked.from_on.isoformat(),
        to_on=asked.to_on.isoformat(),
        method=asked.method,
        strata_by=asked.by,
        filters=_filters(asked),
        seed=seed,
        confidence=round(1000 * wanted.confidence),
        width=0 if wanted.lines is not None else round(1000 * wanted.width),
        expected=round(1000 * wanted.expected),
        frame_lines=lines,
        frame_sha256=sha256,
        actor=who,
        why=why,
        business_on=business_on,
    )
