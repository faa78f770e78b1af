"""Good-faith estimates: made from a file, given to the patient, withdrawn, and bills above them accepted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from config.counted import counted
from config.dollars import dollars
from ledger.books.acts import named
from ledger.patients import estimates
from ledger.patients.estimates import (
    ACCEPTED,
    FORMS,
    GIVEN,
    PAGE,
    PAPER,
    SAID,
    UNDONE,
    WITHDRAWN,
    Estimate,
    Event,
)
from ledger.storage import documents
from ledger.storage.documents import Document
from tasks.errors import StepError
from tasks.estimates import billed, book, reading, said
from tasks.estimates.reading import Found
from tasks.estimates.said import Said
from tasks.home.home import Home
from tasks.inbox import csv_table
from tasks.operations.money_acts import By, signed


@dataclass(frozen=True, slots=True)
class Made:
    """Versions that a file made, or in a dry run would make, and how many of its estimates stand already."""

    dry_run: bool
    made: tuple[Estimate, ...]
    as_before: int

    @property
    def what(self) -> str:
        new = sum(1 for one in self.made if one.version == 1)
        words = f"{counted(new, 'estimate')} new, {len(self.made) - new} replaced, {self.as_before} as before"
        return f"{words}: {dollars(sum(one.cents for one in self.made))} expected"


@dataclass(frozen=True, slots=True)
class Act:
    """What was done with an estimate, in words."""

    dry_run: bool
    number: int
    what: str


def make(home: Home, as_of: date, by: By, file: Path, *, replace: bool, dry_run: bool) -> Made:
    """Makes the estimates of a file, each with its letter; the same file again makes nothing. With `replace`
    an estimate that says something else than before gets a new version.

    Raises StepError EST-01, the file can't be read; EST-02, a line is not right, or its visit is another one
    in the appointment book; EST-03, an estimate is known and says something else; LedgerInDoubt, its number
    may be somebody else's. Nothing is made then.
    """
    signature = signed(home, by, preview=dry_run)
    who, why = named(signature)
    data = csv_table.read(file, reading.UNREAD, reading.LARGEST)
    found = reading.read(data, home.partners, home.codes, as_of)
    book.check(home, found)
    business_on = as_of.isoformat()
    if not dry_run:
        home.refuse_in_doubt()
    with home.ledger.read() as connection:
        known = {(one.practice, one.reference): one for one in estimates.newest(connection)}
        free = estimates.next_number(connection)
    made: list[tuple[Estimate, str, Document, Document]] = []
    for one in found:
        before = known.get((one.said.practice, one.said.reference))
        kept = Document(SAID, said.written(one.said))
        if before is not None and not _changed(before, one, kept, replace):
            continue
        number, version = (free, 1) if before is None else (before.number, before.version + 1)
        free += before is None
        page = Document(PAGE, _page(home, as_of, one.said, number, version, before))
        new = _version(one.said, number, version, (kept.sha256, page.sha256), (who, why, business_on))
        made.append((new, one.said.patient, kept, page))
    if made and not dry_run:
        with home.ledger.write() as connection:
            estimates.keep(connection, business_on, made)
    return Made(dry_run, tuple(one for one, *_ in made), len(found) - len(made))


def _changed(before: Estimate, found: Found, kept: Document, replace: bool) -> bool:
    """Whether a new version is to be made. Raises StepError EST-03 where nobody said so."""
    if before.withdrawn:
        return True
    if before.said_sha256 == kept.sha256:
        return False
    if not replace:
        raise StepError(
            "EST-03",
            f"line {found.line}: estimate {before.number} has this number of the practice's and says "
            "something else; nothing was made. A change of scope is a new version: add --replace",
        )
    return True


def _page(home: Home, on: date, of: Said, number: int, version: int, before: Estimate | None) -> bytes:
    from tasks.estimates import letter  # what draws it is slow to import

    stands = before is not None and not before.withdrawn
    return letter.printed(
        letter.Estimate(
            number=number,
            version=version,
            said=of,
            practice=home.partners.practices[of.practice],
            on=on,
            replaces=date.fromisoformat(before.business_on) if before is not None and stands else None,
            contact=home.settings.estimate_dispute_contact,
        )
    )


def _version(
    of: Said, number: int, version: int, hashes: tuple[str, str], signed_by: tuple[str, str, str]
) -> Estimate:
    said_sha256, sha256 = hashes
    who, why, business_on = signed_by
    return Estimate(
        number=number,
        version=version,
        practice=of.practice,
        reference=of.reference,
        visit=of.visit,
        member_id=of.member_id,
        medical_record_number=of.medical_record_number,
        kind=of.kind,
        form=of.form,
        scheduled_on=of.scheduled_on,
        requested_on=of.requested_on,
        service_on=of.service_on,
        until_on=of.until_on,
        said_sha256=said_sha256,
        sha256=sha256,
        actor=who,
        why=why,
        business_on=business_on,
        lines=of.lines,
    )


def give(home: Home, as_of: date, by: By, number: int, on: date, how: str, *, dry_run: bool) -> Act:
    """The newest version was given to the patient on a day, in the form that was asked for.

    Raises StepError EST-04, no such estimate, it is withdrawn or given already; EST-05, the day or the way is
    not right.
    """
    one = _standing(home, number)
    if one.given is not None:
        raise StepError(
            "EST-04",
            f"version {one.version} of estimate {number} was given on {one.given.given_on} ({one.given.how}) "
            "already; `estimates undo` takes that back",
        )
    ways = FORMS[one.form]
    if how not in ways:
        asked = "on paper" if one.form == PAPER else "electronically"
        raise StepError("EST-05", f"the patient asked for it {asked}: --how is one of {', '.join(ways)}")
    if not one.business_on <= on.isoformat() <= as_of.isoformat():
        raise StepError(
            "EST-05", f"it was made on {one.business_on}: --on is a day from then to {as_of.isoformat()}"
        )
    what = f"estimate {number}, version {one.version}: given on {on.isoformat()} ({how})"
    return _act(home, as_of, by, one, what, GIVEN, given_on=on.isoformat(), how=how, dry_run=dry_run)


def withdraw(home: Home, as_of: date, by: By, number: int, *, dry_run: bool) -> Act:
    """An estimate does not count: it was made by mistake, or the visit was cancelled.

    Raises StepError EST-04, no such estimate, or it is withdrawn; EST-08, the patient has it and was billed:
    what was told is compared with the bill.
    """
    one = _standing(home, number)
    had = any(version.given for version in versions(home, number))
    if had and any(bill.number == number for bill in billed.bills(home)):
        raise StepError(
            "EST-08",
            f"the patient has estimate {number} and was billed for its services: it counts. Where it was "
            "never given, take that back first (`estimates undo`)",
        )
    what = f"estimate {number} is withdrawn"
    return _act(home, as_of, by, one, what, WITHDRAWN, dry_run=dry_run)


def accept(home: Home, as_of: date, by: By, number: int, *, dry_run: bool) -> Act:
    """A bill that is far above its estimate stands and may be asked for, as high as it is now.

    Raises StepError EST-04, no such estimate; EST-06, no bill is so far above it, or this was accepted.
    """
    one = _standing(home, number)
    above = next((a for a in billed.too_high(home) if a.number == number and not a.accepted), None)
    if above is None:
        raise StepError("EST-06", f"no bill waits that is $400.00 or more above estimate {number}")
    what = f"estimate {number}: {above.words}; the bill stands"
    return _act(home, as_of, by, one, what, ACCEPTED, cents=above.billed, dry_run=dry_run)


def undo(home: Home, as_of: date, by: By, number: int, *, dry_run: bool) -> Act:
    """Takes back what was said last of an estimate's newest version: given, withdrawn or accepted.

    Raises StepError EST-04, no such estimate; EST-07, nothing was said of it.
    """
    one = _newest(home, number)
    if not one.events:
        raise StepError("EST-07", f"nothing was said of version {one.version} of estimate {number}")
    last = one.events[-1]
    what = f"estimate {number}: {last.event} of {last.business_on} is taken back"
    return _act(home, as_of, by, one, what, UNDONE, ends=last.id, dry_run=dry_run)


def _act(
    home: Home,
    as_of: date,
    by: By,
    one: Estimate,
    what: str,
    event: str,
    *,
    given_on: str = "",
    how: str = "",
    cents: int = 0,
    ends: int | None = None,
    dry_run: bool,
) -> Act:
    who, why = named(signed(home, by, preview=dry_run))
    business_on = as_of.isoformat()
    row = Event(
        event=event, given_on=given_on, how=how, cents=cents, actor=who, why=why, business_on=business_on
    )
    if not dry_run:
        with home.ledger.write() as connection:
            estimates.happened(connection, business_on, one, row, ends)
    return Act(dry_run, one.number, what)


def versions(home: Home, number: int) -> Sequence[Estimate]:
    """Every version of an estimate, oldest first. Raises StepError EST-04, there is none."""
    with home.ledger.read() as connection:
        found = estimates.every(connection, number)
    if not found:
        raise StepError("EST-04", f"there is no estimate {number}; see `cleanclaim estimates list`")
    return found


def said_of(home: Home, one: Estimate) -> Said:
    """What a version says. Raises DocumentPurged."""
    return said.read(documents.read(home.ledger, one.said_sha256))


def page_of(home: Home, number: int) -> bytes:
    """The letter of the newest version as PDF. Raises StepError EST-04, there is none; DocumentPurged."""
    return documents.read(home.ledger, _newest(home, number).sha256)


def _newest(home: Home, number: int) -> Estimate:
    return versions(home, number)[-1]


def _standing(home: Home, number: int) -> Estimate:
    found = _newest(home, number)
    if found.withdrawn:
        raise StepError("EST-04", f"estimate {number} is withdrawn; `estimates undo` takes that back")
    return found
