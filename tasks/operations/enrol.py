"""What a person says of enrolments and credentialing: asked for, approved, ended; alone or from a CSV file.

A table is kept for a kind and a payer from its first row on. From then on who is not in it is not enrolled,
so each act says whose claims it holds or lets go.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from ledger.agreed import enrolments
from ledger.agreed.enrolments import (
    APPROVED,
    ASKED,
    CREDENTIAL,
    ENDED,
    KINDS,
    OF_CLEARINGHOUSE,
    STATES,
    Enrolment,
)
from tasks.claims.enrolled import enrolments_with
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations.money_acts import By, signed

COLUMNS: Final = ("kind", "payer", "npi", "clearinghouse", "state", "from", "to")
NEEDED: Final = ("kind", "payer", "npi", "state")
LARGEST = 4_000_000
"""Bytes of a file: a hundred thousand rows are less."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What an act came to; in a dry run, what it would come to. `effects` are the practices whose claims to a
    payer are held from now on, or no longer, in words."""

    dry_run: bool
    changes: tuple[str, ...]
    effects: tuple[str, ...]


def say(home: Home, as_of: date, by: By, wanted: Enrolment, *, dry_run: bool) -> Enrolled:
    """Says of one enrolment that it is asked for or approved. What is said already changes nothing.

    Raises StepError ENL-01: a name, a state or a day will not do; ENL-02: it overlaps another period.
    """
    known = enrolments.of(home.ledger)
    return _kept(home, as_of, by, known, _changed(known, [_right(home, wanted)]), dry_run=dry_run)


def end(home: Home, as_of: date, by: By, number: int, on: date, *, dry_run: bool) -> Enrolled:
    """Ends an enrolment: `on` is its last day. One that is only asked for is over at once.

    Raises StepError ENL-01: there is none of that number, or it begins later; ENL-02: it would last into the
    next one.
    """
    known = enrolments.of(home.ledger)
    found = _numbered(known, number)
    if found.from_on and on.isoformat() < found.from_on:
        raise StepError("ENL-01", f"enrolment {number} begins on {found.from_on}; give a later day in --on")
    ended = replace(found, state=ENDED, to_on=on.isoformat() if found.from_on else "")
    changed = _changed(known, [ended]) if found.from_on else [ended]
    return _kept(home, as_of, by, known, [one for one in changed if one.said != found.said], dry_run=dry_run)


def renew(home: Home, as_of: date, by: By, number: int, to: date | None, *, dry_run: bool) -> Enrolled:
    """Says that an enrolment is in force until another day, None: with no end known.

    Raises StepError ENL-01: there is none of that number, or it was never approved; ENL-02: it overlaps.
    """
    known = enrolments.of(home.ledger)
    found = _numbered(known, number)
    if not found.from_on:
        raise StepError("ENL-01", f"enrolment {number} was never approved; say so with `enrolments set`")
    renewed = replace(found, state=APPROVED, to_on=to.isoformat() if to is not None else "")
    _days_right(renewed)
    return _kept(home, as_of, by, known, _changed(known, [renewed]), dry_run=dry_run)


def _numbered(known: Sequence[Enrolment], number: int) -> Enrolment:
    found = next((one for one in known if one.number == number), None)
    if found is None:
        raise StepError("ENL-01", f"there is no enrolment {number}; see `cleanclaim enrolments list`")
    return found


def import_file(home: Home, as_of: date, by: By, file: Path, *, dry_run: bool) -> Enrolled:
    """Says what each row of a CSV file says: all of them or, where one is wrong, none.

    Raises StepError ENL-03: the file can't be read; ENL-01, ENL-02 as for one, with the line.
    """
    try:
        if file.stat().st_size > LARGEST:
            raise StepError("ENL-03", f"the file has more than {LARGEST:,} bytes; import it in parts")
        reader = csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig")), strict=True)
        rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error):
        raise StepError("ENL-03", f"{file} can't be read as CSV") from None
    if missing := [name for name in NEEDED if name not in (reader.fieldnames or ())]:
        raise StepError("ENL-03", f"line 1: no column {', '.join(missing)}; it needs {', '.join(NEEDED)}")
    known = enrolments.of(home.ledger)
    wanted: list[Enrolment] = []
    changed: list[Enrolment] = []
    for line, row in rows:
        try:
            wanted.append(_right(home, _of_row(row)))
            changed = _changed(known, wanted)
        except StepError as error:
            raise StepError(error.code, f"line {line}: {error.message}; nothing was imported") from None
    return _kept(home, as_of, by, known, changed, dry_run=dry_run)


def _of_row(row: Mapping[str | None, str | None]) -> Enrolment:
    unknown = sorted({str(name) for name in row if name not in COLUMNS})
    if unknown:
        raise StepError("ENL-01", f"the columns are {', '.join(COLUMNS)}, and no others")
    values = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if missing := [name for name in NEEDED if not values[name]]:
        raise StepError("ENL-01", f"{', '.join(missing)} is missing")
    return Enrolment(
        kind=values["kind"],
        payer=values["payer"],
        npi=values["npi"],
        clearinghouse=values["clearinghouse"],
        state=values["state"],
        from_on=values["from"],
        to_on=values["to"],
    )


def _right(home: Home, wanted: Enrolment) -> Enrolment:
    """What is wanted, by the keys of the home's files. Raises StepError ENL-01."""
    partners = home.partners
    payer = partners.payer(wanted.payer)
    if wanted.kind not in KINDS or wanted.state not in STATES:
        raise StepError("ENL-01", f"the kind is one of {', '.join(KINDS)}, the state of {', '.join(STATES)}")
    if payer is None:
        raise StepError("ENL-01", "the payer is in no file of partners/payers")
    if wanted.kind == CREDENTIAL:
        mine = any(practice.provider(wanted.npi) for practice in partners.practices.values())
        whose = "on no practice's roster"
    else:
        mine = any(practice.npi == wanted.npi for practice in partners.practices.values())
        whose = "no practice's billing NPI"
    if not mine:
        raise StepError("ENL-01", f"the NPI is {whose}; see partners/practices")
    clearinghouse = wanted.clearinghouse
    if wanted.kind in OF_CLEARINGHOUSE:
        clearinghouse = clearinghouse or payer.clearinghouse
        if clearinghouse not in partners.clearinghouses:
            raise StepError("ENL-01", "the clearinghouse is in no file of partners/clearinghouses")
    elif clearinghouse:
        raise StepError("ENL-01", f"{wanted.kind} is with the payer itself; leave the clearinghouse out")
    _days_right(wanted)
    return replace(wanted, payer=payer.key, clearinghouse=clearinghouse)


def _days_right(wanted: Enrolment) -> None:
    for day in filter(None, (wanted.from_on, wanted.to_on)):
        try:
            if date.fromisoformat(day).isoformat() != day:
                raise ValueError
        except ValueError:
            raise StepError("ENL-01", "a day is written like 2026-11-17") from None
    if (wanted.state == ASKED) != (not wanted.from_on):
        raise StepError(
            "ENL-01", "what is approved or ended has its first day (from), what is asked has none"
        )
    if wanted.state == ASKED and wanted.to_on:
        raise StepError("ENL-01", "what is asked for has no last day")
    if wanted.state == ENDED and not wanted.to_on:
        raise StepError("ENL-01", "what is ended has its last day (to)")
    if wanted.to_on and wanted.to_on < wanted.from_on:
        raise StepError("ENL-01", "the last day is before the first one")


def _changed(known: Sequence[Enrolment], wanted: Sequence[Enrolment]) -> list[Enrolment]:
    """What is new or other than what is known. Raises StepError ENL-02."""
    now: dict[int, Enrolment] = {one.number: one for one in known}
    new = 0
    for one in wanted:
        of_whom = [k for k in now.values() if k.whose == one.whose]
        asked = [k for k in of_whom if k.state == ASKED]
        same = [k for k in of_whom if k.from_on and k.from_on == one.from_on]
        match = (same or asked)[:1]
        if match:
            number = match[0].number
        else:
            new -= 1  # numbered when it is kept
            number = new
        for other in of_whom:
            if other.number != number and other.from_on and one.from_on and _overlap(other, one):
                raise StepError(
                    "ENL-02",
                    f"it overlaps with enrolment {max(other.number, 0)}, which is {other.words()}; "
                    "end that one before this one begins",
                )
        now[number] = replace(one, number=number)
    before = {one.number: one.said for one in known}
    changed = [one for one in now.values() if before.get(one.number) != one.said]
    return [replace(one, number=max(one.number, 0)) for one in changed]


def _overlap(one: Enrolment, other: Enrolment) -> bool:
    far = date.max.isoformat()
    return one.from_on <= (other.to_on or far) and other.from_on <= (one.to_on or far)


def _kept(
    home: Home,
    as_of: date,
    by: By,
    known: Sequence[Enrolment],
    changed: Sequence[Enrolment],
    *,
    dry_run: bool,
) -> Enrolled:
    signature = signed(home, by, preview=dry_run)
    replaced = {one.number for one in changed}
    after = [*(one for one in known if one.number not in replaced), *changed]
    before = _held(home, as_of, known)
    then = _held(home, as_of, after)
    with home.ledger.whole() as act, home.ledger.write() as connection:
        enrolments.add(connection, as_of.isoformat(), signature, changed)
        act.taken_back = dry_run
    effects = [
        *(f"claims of {p} to {q} are held: {why}" for (p, q), why in then.items() if (p, q) not in before),
        *(f"claims of {p} to {q} go again" for p, q in before if (p, q) not in then),
    ]
    changes = tuple(f"{one.kind} {one.npi} with {one.payer}: {one.words()}" for one in changed)
    return Enrolled(dry_run, changes, tuple(effects))


def _held(home: Home, as_of: date, known: Sequence[Enrolment]) -> dict[tuple[str, str], str]:
    """The practices and payers whose claims are held for want of an EDI enrolment, and why."""
    found = {}
    for practice in home.partners.practices.values():
        for payer in home.partners.payers.values():
            if why := enrolments_with(known, practice, payer).edi_fault(as_of):
                found[practice.key, payer.key] = why
    return found
