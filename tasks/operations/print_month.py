"""The package of a month is printed: as it was kept when the month was closed, or a draft of an open one."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ledger.books import months
from ledger.queries.month.roll import roll
from tasks.errors import StepError
from tasks.home.home import Home, write_private
from tasks.operations.close_month import refuse_no_month
from tasks.reports.month import package
from tasks.reports.month.package import Package
from tasks.reports.month.pages import pdf_of
from tasks.reports.month.workbook import workbook_of


@dataclass(frozen=True, slots=True)
class Printed:
    """A package with the files that it was printed to."""

    package: Package
    files: tuple[Path, ...]


def load(home: Home, as_of: date, month: str) -> Package:
    """The package of a month.

    Raises:
        StepError: MON-01, it is no month; MON-02, it has not begun; MON-03, it was closed without a package;
            MON-05, the postings of that month are not those that it was closed with.
    """
    refuse_no_month(month)
    with home.ledger.read() as connection:
        if not months.is_closed(connection, month):
            if month > as_of.isoformat()[:7]:
                raise StepError("MON-02", f"{month} has not begun on the business date {as_of}")
            return package.make(connection, home.partners, month, as_of.isoformat())
        data, rolls = months.package(connection, month), tuple(roll(connection, month))
    if data is None:
        raise StepError("MON-03", f"{month} was closed with a later one, and nothing counts in it")
    kept = package.from_bytes(data)
    if kept.facts.rolls != rolls:
        raise StepError(
            "MON-05",
            f"the postings of {month} are not those of its package; run `cleanclaim ledger prove`, restore "
            "a backup",
        )
    return kept


def print_month(home: Home, as_of: date, month: str, folder: Path | None = None) -> Printed:
    """Prints the package as PDF and workbook into a folder, by default that of the home's reports. Raises as
    `load`, and StepError MON-04 where the folder can't be written to."""
    found = load(home, as_of, month)
    where = folder if folder is not None else home.reports / "months"
    name = f"{month}{'-draft' if found.draft else ''}"
    files = where / f"{name}.pdf", where / f"{name}.xlsx"
    try:
        where.mkdir(parents=True, exist_ok=True)
        for file, data in zip(files, (pdf_of(found), workbook_of(found)), strict=True):
            write_private(file, data)
    except OSError as error:
        raise StepError("MON-04", f"{where}: {error.strerror or 'it cannot be written to'}") from None
    return Printed(found, files)
