"""The day sheet of a practice's desk: what each drawer took; and its deposit slip."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from config.practice import Practice
from ledger.payments.days import COUNTED, VISIT, Count, Payment
from tasks.letters.letter import latin
from tasks.reports.grid import table_of
from tasks.reports.paper import MARGIN, WIDTH, Pages
from tasks.reports.tables import Column, Table

_METHODS: Final = {
    "cash": "Cash",
    "check": "Check",
    "card": "Card",
    "eft": "EFT",
    "lockbox": "Lockbox",
    "undone": "Undone",
    "": "Not said",
}


def sheet(
    practice: Practice, day: date, by: str, payments: Sequence[Payment], counts: Sequence[Count]
) -> bytes:
    """The sheet as PDF, with the slip on a page of its own. Its bytes depend on nothing but what it says."""
    pdf = Pages(f"Day sheet, {practice.name}", f"Closed on {day} by {by}", day)
    pdf.add_page()
    _title(pdf, f"{day:%B} {day.day}, {day.year}")
    for table in (_drawers(counts), _payments(payments)):
        table_of(pdf, table)
        pdf.ln(10)
    pdf.add_page()
    _title(pdf, f"Deposit slip, {practice.name}")
    accounts = ", ".join(f"...{number[-4:]}" for number in practice.bank_accounts) or "not named"
    pdf.set_font("Helvetica", size=9)
    pdf.cell(WIDTH, 14, latin(f"Account {accounts}   Date {day}"), new_x="LMARGIN", new_y="NEXT")
    pdf.ln(4)
    table_of(pdf, slip(payments, counts))
    _sign(pdf)
    return bytes(pdf.output())


def slip(payments: Sequence[Payment], counts: Sequence[Count]) -> Table:
    """What goes to the bank: the cash as it was counted, each check, and what was counted otherwise."""
    cash = sum(one.counted for one in counts if one.method == "cash")
    rows: list[list[str | int | None]] = [["Cash, counted", "", "", cash]]
    checks = [one for one in payments if one.method == "check"]
    rows += [["Check", one.reference, one.drawer or VISIT, one.cents] for one in checks]
    off = sum(one.counted - one.cents for one in counts if one.method == "check")
    if off:
        rows.append(["Checks counted otherwise", "", "", off])
    unsaid = sum(one.counted for one in counts if one.method == "")
    if unsaid:
        rows.append(["Taken without a method said, counted", "", "", unsaid])
    return Table(
        title=f"{len(checks)} checks and cash",
        sheet="Slip",
        columns=[Column("What"), Column("Number"), Column("Drawer"), Column("Amount", "cents")],
        rows=rows,
        note="Cards, EFT and a lockbox come to the bank by themselves and are not on the slip.",
    )


def deposited(counts: Sequence[Count]) -> int:
    """What the slip comes to, in cents."""
    return sum(one.counted for one in counts if one.method in COUNTED)


def _drawers(counts: Sequence[Count]) -> Table:
    return Table(
        title="By drawer and method",
        sheet="Drawers",
        columns=[
            Column("Drawer"),
            Column("Method"),
            Column("Payments", "count"),
            Column("In the books", "cents"),
            Column("Counted", "cents"),
            Column("Difference", "cents"),
            Column("Why"),
        ],
        rows=[
            [
                one.drawer or VISIT,
                _METHODS[one.method],
                one.payments,
                one.cents,
                one.counted,
                one.counted - one.cents,
                one.reason,
            ]
            for one in counts
        ],
        empty="Nobody paid.",
    )


def _payments(payments: Sequence[Payment]) -> Table:
    return Table(
        title="Payment by payment",
        sheet="Payments",
        columns=[
            *(Column(t) for t in ("Drawer", "Method", "Reference", "Claim")),
            Column("Amount", "cents"),
        ],
        rows=[
            [one.drawer or VISIT, _METHODS[one.method], one.reference, f"{one.claim_id}", one.cents]
            for one in sorted(payments, key=lambda p: (p.drawer, p.method, p.entry_id, p.claim_id))
        ],
        note="A claim stands by its id; below zero it went back.",
        empty="Nobody paid.",
    )


def _title(pdf: Pages, text: str) -> None:
    pdf.set_font("Helvetica", "B", 14)
    pdf.cell(WIDTH, 20, latin(text), new_x="LMARGIN", new_y="NEXT")
    pdf.ln(4)


def _sign(pdf: Pages) -> None:
    if pdf.room < 80:
        pdf.add_page()
    pdf.ln(40)
    for n, label in enumerate(("Counted by", "Deposited by, date")):
        x = MARGIN + n * 300
        pdf.line(x, pdf.get_y(), x + 240, pdf.get_y())
        pdf.set_font("Helvetica", size=8)
        pdf.text(x, pdf.get_y() + 12, label)
