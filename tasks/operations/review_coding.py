"""What a reviewer says of the lines of a coding audit is checked and kept: of one line, or a whole sheet."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from coding.codes.validity import Validity
from ledger.books.acts import named
from ledger.encounters import coding_audits as kept
from ledger.encounters.coding_audits import Review
from ledger.queries import coding_frame
from tasks.coding_audits import sheet_reading
from tasks.coding_audits.frame import Line
from tasks.coding_audits.opened import Open, documented_of, opened
from tasks.coding_audits.review import Billed, Checked, Said, checked
from tasks.coding_audits.sheet_reading import Answer
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.inbox import csv_table
from tasks.operations.money_acts import By, signed

LISTED: Final = 5
"""Rows of a sheet that are named at most when they are not right."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Reviews that were kept, or would be; `as_before` said the same as the latest word about their line."""

    dry_run: bool
    number: int
    agreed: int
    disagreed: int
    as_before: int
    left: int


def record(
    home: Home, as_of: date, by: By, number: int, place: int, said: Said, *, dry_run: bool
) -> Recorded:
    """Keeps what a reviewer says of one line; why is the reason.

    Raises StepError CAU-05, what is said is not right; CAU-06, no such audit or line; CAU-09, the reviewer
    had a hand in its codes.
    """
    found = opened(home, number)
    if place not in found.lines:
        raise StepError(
            "CAU-06", f"coding audit {number} has no line {place}; it has 1 to {len(found.lines)}"
        )
    return _keep(
        home,
        as_of,
        by,
        found,
        {place: (f"line {place}", replace(said, reason=by.why or "not said yet"))},
        dry_run=dry_run,
    )


def import_sheet(home: Home, as_of: date, by: By, number: int, file: Path, *, dry_run: bool) -> Recorded:
    """Keeps what a filled-in review sheet says, all of it or nothing; the same sheet again says nothing new.

    Raises StepError CAU-04, the file can't be read; CAU-05, a row is not right, or is not the line that was
    drawn; CAU-06, no such audit; CAU-09, the reviewer had a hand in the codes of a line.
    """
    found = opened(home, number)
    answers = sheet_reading.read(csv_table.read(file, sheet_reading.UNREAD, sheet_reading.LARGEST))
    said: dict[int, tuple[str, Said]] = {}
    wrong: list[str] = []
    for answer in answers:
        place = _place(found, answer)
        if place is None:
            wrong.append(f"row {answer.row}: it is not the line that was drawn there; print the sheet again")
        elif place in said:
            wrong.append(f"row {answer.row}: line {place} stands there twice")
        else:
            said[place] = (f"row {answer.row}", answer.said)
    _refuse_wrong(wrong)
    return _keep(home, as_of, by, found, said, dry_run=dry_run)


def _place(found: Open, answer: Answer) -> int | None:
    """The line that a row is about; None where it names another one than was drawn."""
    if answer.audit != str(found.audit.id) or not re.fullmatch(r"\d{1,9}", answer.place):
        return None
    line = found.lines.get(int(answer.place))
    if line is None or (answer.claim, answer.line, answer.procedure) != (
        line.claim,
        str(line.number),
        line.procedure,
    ):
        return None
    return int(answer.place)


def _keep(
    home: Home, as_of: date, by: By, found: Open, said: Mapping[int, tuple[str, Said]], *, dry_run: bool
) -> Recorded:
    who, why = named(signed(home, by, preview=dry_run))
    beside = documented_of(home, found, said)
    made: list[Review] = []
    wrong: list[str] = []
    as_before = 0
    for place, (where, one) in sorted(said.items()):
        line = found.lines[place]
        pointed = beside[place]
        of = Billed(
            procedure=line.procedure,
            modifiers=tuple(line.modifiers.split()),
            diagnoses=pointed.diagnoses if pointed is not None else (),
        )
        try:
            checked_ = checked(one, of)
            _refuse_invalid(home, checked_, line)
        except ValueError as error:
            wrong.append(f"{where}: {error}")
            continue
        review = Review(place=place, actor=who, why=why, business_on=as_of.isoformat(), **asdict(checked_))
        if _same(review, found.latest.get(place)):
            as_before += 1
        else:
            made.append(review)
    _refuse_wrong(wrong)
    _refuse_own(home, who, [(said[one.place][0], found.lines[one.place]) for one in made])
    if made and not dry_run:
        with home.ledger.write() as connection:
            kept.add(connection, as_of.isoformat(), found.audit.id, made)
    disagreed = sum(not one.agrees for one in made)
    left = len(found.lines.keys() - found.latest.keys() - {one.place for one in made})
    return Recorded(dry_run, found.audit.id, len(made) - disagreed, disagreed, as_before, left)


def _refuse_invalid(home: Home, said: Checked, line: Line) -> None:
    """Diagnoses are codes that were in force on the day; where no release is loaded nothing is said."""
    day = date.fromisoformat(line.service_on)
    for code in said.diagnoses.split():
        if home.codes.diagnosis(code).valid_on(day) in (Validity.INVALID, Validity.NOT_BILLABLE):
            raise ValueError(f"the right diagnosis {code} is no billable ICD-10-CM code on {day}")


def _same(one: Review, latest: Review | None) -> bool:
    names = ("elements", "procedure", "modifiers", "diagnoses", "reason")
    return latest is not None and all(getattr(one, name) == getattr(latest, name) for name in names)


def _refuse_wrong(wrong: Sequence[str]) -> None:
    if wrong:
        more = f"; and {len(wrong) - LISTED} more" if len(wrong) > LISTED else ""
        raise StepError("CAU-05", f"nothing was kept: {'; '.join(wrong[:LISTED])}{more}")


def _refuse_own(home: Home, who: str, lines: Sequence[tuple[str, Line]]) -> None:
    """Nobody audits own work: who let a finding pass, corrected or drafted is no reviewer of it."""
    with home.ledger.read() as connection:
        hands = coding_frame.hands(connection, {line.version_id for _, line in lines})
    me = _name(who)
    own = [where for where, line in lines if me in map(_name, hands.get(line.version_id, ()))]
    if own:
        more = f" and {len(own) - LISTED} more" if len(own) > LISTED else ""
        raise StepError(
            "CAU-09",
            f"nothing was kept: {who} overrode a finding of, or corrected, {', '.join(own[:LISTED])}{more}; "
            "another person reviews that",
        )


def _name(who: str) -> str:
    return " ".join(who.split()).casefold()
