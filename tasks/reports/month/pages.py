"""The package as PDF: landscape letter pages, three charts on the first, tables whose heads come again."""

from datetime import date

from ledger.queries.month.aging import BUCKETS
from ledger.queries.month.roll import total
from tasks.letters.letter import latin
from tasks.reports.grid import table_of
from tasks.reports.month.charts import Bar, bars
from tasks.reports.month.measures import measures
from tasks.reports.month.package import Package, spelled
from tasks.reports.month.tables import Section, sections
from tasks.reports.paper import FOOT, MARGIN, TALL, WIDTH, Pages
from tasks.reports.values import money, printed

ROOM = 200.0  # a section begins on the same page where so much is left


def pdf_of(package: Package) -> bytes:
    """The package as PDF. Its bytes depend on nothing but what it says."""
    month = package.facts.month
    state = (
        f"DRAFT of {package.made_on}: the month is open"
        if package.draft
        else f"Closed on {package.made_on} by {package.closed_by}"
    )
    day = date.fromisoformat(package.made_on)
    pdf = Pages(f"Month package, {spelled(month)}", state, day, strong=package.draft)
    pdf.add_page()
    _summary(pdf, package)
    for section in sections(package):
        _section(pdf, section)
    return bytes(pdf.output())


def _summary(pdf: Pages, package: Package) -> None:
    facts = package.facts
    whole = total(facts.rolls)
    names = ", ".join(package.practices.values()) or "no practice"
    pdf.set_font("Helvetica", "B", 16)
    pdf.cell(WIDTH, 20, latin(spelled(facts.month)), new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", size=9)
    pdf.multi_cell(WIDTH, 12, latin(names), new_x="LMARGIN", new_y="NEXT")
    pdf.ln(6)
    top = pdf.get_y()
    _figures(pdf, package, top)
    steps = [
        ("Charges", whole.charges + whole.taken_over),
        ("Payments", whole.payments),
        ("Refunds, takebacks", whole.refunds + whole.takebacks),
        ("Adjustments", whole.adjusted),
    ]
    at = whole.opening
    drawn = [Bar("Opening", 0, at)]
    for label, cents in steps:
        drawn.append(Bar(label, at, at + cents, light=True))
        at += cents
    drawn.append(Bar("Closing", 0, whole.closing))
    left, wide = MARGIN + 290, WIDTH - 290
    bars(pdf, left, top, wide, 230, "What changed the receivable, net of credits", drawn)
    below = top + 244
    _aging_chart(pdf, package, left, below, wide)
    bars(
        pdf,
        MARGIN,
        below + 34,
        266,
        TALL - FOOT - below - 38,
        "Receivable at each month's end, net of credits",
        [Bar(m.month[2:] if len(facts.history) > 6 else m.month, 0, m.closing) for m in facts.history],
    )


def _figures(pdf: Pages, package: Package, top: float) -> None:
    facts = package.facts
    whole = total(facts.rolls)
    suspense = sum(h.closing for h in facts.held if h.account == "suspense")
    transit = sum(i.cents for i in facts.transit if i.kind == "remittance")
    rows: list[tuple[str, str]] = [
        ("Opening receivable, net of credits", money(whole.opening)),
        ("Charges", money(whole.charges)),
        *([("Taken over from an older system", money(whole.taken_over))] if whole.taken_over else []),
        ("Payments", money(whole.payments)),
        ("Refunds", money(whole.refunds)),
        ("Takebacks", money(whole.takebacks)),
        ("Adjustments and write-offs", money(whole.adjusted)),
        ("Closing receivable, net of credits", money(whole.closing)),
        ("Credit balances and prepayments", money(-whole.credits)),
        ("In suspense", money(suspense)),
        ("Remittances not yet in the bank", money(transit)),
        *((m.name, printed(m.month, m.unit) or "-") for m in measures(facts)),
        ("Checks that hold", f"{sum(c.holds for c in facts.checks)} of {len(facts.checks)}"),
    ]
    pdf.set_y(top)
    for label, value in rows:
        bold = "B" if label.startswith(("Opening", "Closing")) else ""
        pdf.set_font("Helvetica", bold, 9)
        pdf.set_x(MARGIN)
        pdf.cell(180, 14.5, latin(label))
        pdf.cell(86, 14.5, value, align="R")
        pdf.set_draw_color(210)
        pdf.line(MARGIN, pdf.get_y() + 14.5, MARGIN + 266, pdf.get_y() + 14.5)
        pdf.set_draw_color(0)
        pdf.ln(14.5)


def _aging_chart(pdf: Pages, package: Package, x: float, y: float, width: float) -> None:
    """Payers' bars filled dark, patients' light beside them, each with its amount."""
    drawn = []
    for place, name in enumerate(BUCKETS):
        of_payers = sum(a.cents[place] for a in package.facts.aging if a.payer)
        of_patients = sum(a.cents[place] for a in package.facts.aging if not a.payer)
        drawn += [Bar(f"{name} payers", 0, of_payers), Bar(f"{name} patients", 0, of_patients, light=True)]
    title = "Receivable by days: payers (dark), patients (light)"
    bars(pdf, x, y, width, TALL - FOOT - y - 4, title, drawn)


def _section(pdf: Pages, section: Section) -> None:
    if pdf.page_no() == 1 or pdf.room < ROOM:
        pdf.add_page()
    else:
        pdf.ln(16)
    pdf.set_font("Helvetica", "B", 14)
    pdf.cell(WIDTH, 18, latin(section.title), new_x="LMARGIN", new_y="NEXT")
    for table in section.tables:
        if table.most:
            pdf.ln(8)
            table_of(pdf, table)
