"""The papers of a coding audit: the review sheet, and what its reviews come to."""

from datetime import date
from functools import partial
from pathlib import Path

from ledger.agreed import contracts
from ledger.trail import audit
from tasks.coding_audits import effect, levels, report_papers, report_tables, sheet
from tasks.coding_audits.documentation import Beside
from tasks.coding_audits.frame import Line
from tasks.coding_audits.levels import Benchmark
from tasks.coding_audits.opened import Open, documented_of, opened, provider_name, title
from tasks.coding_audits.result import Result, Reviewed, result
from tasks.coding_audits.review import AGREE, DISAGREE
from tasks.coding_audits.sheet import SheetLine
from tasks.home.home import Home
from tasks.inbox import csv_table
from tasks.reports.tables import Table


def sheet_of(home: Home, as_of: date, number: int, *, pdf: bool) -> bytes:
    """The review sheet with what was said so far, as XLSX or PDF. It holds what was documented of patients:
    that it was written is noted. Raises StepError CAU-06, there is no such audit."""
    found = opened(home, number)
    beside = documented_of(home, found, found.lines)
    lines = [_sheet_line(home, found, place, line, beside[place]) for place, line in found.lines.items()]
    audit.record(
        home.ledger,
        as_of.isoformat(),
        "review sheet written",
        f"coding audit {number}",
        f"{len(lines)} lines",
    )
    made = sheet.pdf_of if pdf else sheet.workbook_of
    return made(number, title(home.partners, found.audit), as_of, lines)


def _sheet_line(home: Home, found: Open, place: int, line: Line, documented: Beside | None) -> SheetLine:
    said = found.latest.get(place)
    verdict = "" if said is None else AGREE if said.agrees else DISAGREE
    return SheetLine(
        place=place,
        claim=line.claim,
        number=line.number,
        service_on=line.service_on,
        provider=provider_name(home.partners.practices.get(found.audit.practice), line.provider),
        payer=line.payer,
        procedure=line.procedure,
        modifiers=line.modifiers,
        units=line.units,
        diagnoses=" ".join(documented.diagnoses) if documented is not None else "",
        charge_cents=line.charge_cents,
        documented=documented.words
        if documented is not None
        else ("Purged: ask the practice for the record.",),
        answers=(verdict, said.procedure, said.modifiers, said.diagnoses, said.reason)
        if said
        else ("", "", "", "", ""),
    )


def benchmark(file: Path | None) -> Benchmark:
    """Published shares of visit levels from a file; empty without one. Raises as `levels.read_benchmark`."""
    if file is None:
        return {}
    return levels.read_benchmark(csv_table.read(file, levels.UNREAD, levels.LARGEST))


def report(home: Home, number: int, published: Benchmark) -> tuple[Open, Result]:
    """What an audit found. Prices are those of today's contracts and fee schedules for the days of service.

    Raises StepError CAU-06, there is no such audit.
    """
    found = opened(home, number)
    practice = home.partners.practices.get(found.audit.practice)
    codes = {line.procedure for line in found.lines.values()} | {
        one.procedure for one in found.latest.values()
    }
    payers = {line.payer for line in found.lines.values()}
    with home.ledger.read() as connection:
        rates = contracts.rates_of(connection, payers, codes)
    reviewed = [
        Reviewed(
            place,
            found.lines[place],
            review,
            effect.effect(found.lines[place], review.procedure, review.modifiers, practice, rates),
        )
        for place, review in sorted(found.latest.items())
    ]
    taxonomies = {one.npi: one.taxonomy for one in practice.providers} if practice is not None else {}
    billed = levels.levels(found.frame, taxonomies, published)
    confidence = found.audit.confidence / 1000
    return found, result(found.frame, found.audit.method, len(found.lines), reviewed, billed, confidence)


def tables_of(home: Home, found: Open, of: Result) -> list[Table]:
    """The tables of the report, with the providers' names."""
    practice = home.partners.practices.get(found.audit.practice)
    return report_tables.tables(found, of, partial(provider_name, practice))


def paper_of(home: Home, as_of: date, found: Open, of: Result, *, pdf: bool) -> bytes:
    """The report as PDF or XLSX. That it was written is noted."""
    tables = tables_of(home, found, of)
    number = found.audit.id
    open_ = of.drawn - of.reviewed
    state = (
        f"NOT FINISHED: {open_} of {of.drawn} lines not reviewed" if open_ else f"As of {as_of.isoformat()}"
    )
    audit.record(home.ledger, as_of.isoformat(), "coding audit reported", f"coding audit {number}")
    name, about = f"Coding audit {number}", title(home.partners, found.audit)
    if pdf:
        return report_papers.pdf_of(name, about, state, as_of, tables, strong=bool(open_))
    return report_papers.workbook_of(name, state, as_of, tables)
