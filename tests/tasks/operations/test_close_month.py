"""A month is closed with its package; a reprint is the same to the byte, whatever came since."""

import io
import re
import zipfile
from datetime import date

import pypdfium2
import pytest
from sqlalchemy import select

from ledger.errors import MonthRefused
from ledger.queries.month.facts import of_month
from ledger.queries.work import alerts
from ledger.schema import entry
from ledger.trail import audit
from tasks.errors import StepError
from tasks.operations import claim_money, print_month
from tasks.operations.close_month import close_month
from tasks.operations.import_deposits import import_deposits
from tasks.operations.money_acts import By
from tasks.runs import month_over
from tests.ledger.trail.test_written import without_triggers
from tests.tasks.answering import paid, remitted

pytestmark = pytest.mark.usefixtures("either_database")
ANN = By("ann", "as the payer asked")
CLOSE, LATER = date(2026, 12, 3), date(2027, 1, 15)
BANK = "account,date,amount,kind,trace,payer,reference\n4321,2026-11-17,7.00,eft,T9,,B1\n"


@pytest.fixture
def booked(partner):
    """A home with a claim that was paid in November, a bank's file, and a payer whose name is a formula."""
    folder = partner.home.path / "partners"
    practice = folder / "practices" / "lakeside.toml"
    practice.write_text(f'bank_accounts = ["4321"]\n{practice.read_text("utf-8")}', encoding="utf-8")
    payer = folder / "payers" / "harbor.toml"
    text = payer.read_text("utf-8").replace('name = "Harbor Health Plan"', "name = '=HYPERLINK(\"x\")'", 1)
    payer.write_text(text, encoding="utf-8")
    partner.pay("a.835", remitted(paid(partner.claim.patient_control_number), trace="T1"))
    partner.collect()
    bank = partner.home.path / "bank.csv"
    bank.write_text(BANK, encoding="utf-8")
    with partner.home.opened() as opened:
        import_deposits(opened, date(2026, 11, 21), ANN, bank, dry_run=False)
        yield opened


def printed(opened, as_of, folder, month="2026-11"):
    done = print_month.print_month(opened, as_of, month, folder)
    return done, [file.read_bytes() for file in done.files]


def text_of(data):
    pages = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_range() for page in pages)


def test_a_month_that_is_over_is_put_before_a_person_from_the_first_business_day_until_it_is_closed(booked):
    def said() -> list[tuple[str, str]]:
        return [(a.code, a.message) for a in alerts(booked.ledger) if a.code == month_over.NOT_CLOSED]

    over = [("MON-06", "2026-11 is over, and its books are not closed")]
    for day, expected in (
        (date(2026, 11, 30), []),
        (date(2026, 12, 1), over),
        (date(2026, 12, 2), over),
    ):
        month_over.report(booked, day)
        assert said() == expected, day
    for day in (date(2027, 1, 1), date(2027, 1, 3)):  # a holiday, a weekend: December is not put yet
        month_over.report(booked, day)
        assert said() == over, day
    month_over.report(booked, date(2027, 1, 4))
    assert said() == [
        ("MON-06", "2026-12 is over, and its books are not closed, nor are those from 2026-11 on")
    ]
    close_month(booked, LATER, "2026-12", "agreed", dry_run=True)
    assert said()
    close_month(booked, LATER, "2026-12", "agreed")
    assert said() == []
    month_over.report(booked, LATER)
    assert said() == []


def test_a_closed_month_is_reprinted_byte_for_byte_after_late_entries(booked, tmp_path):
    draft, _ = printed(booked, CLOSE, tmp_path / "draft")
    assert [f.name for f in draft.files] == ["2026-11-draft.pdf", "2026-11-draft.xlsx"]
    assert "DRAFT" in text_of(draft.files[0].read_bytes())
    would = close_month(booked, CLOSE, "2026-11", "reconciled", dry_run=True)
    assert printed(booked, CLOSE, tmp_path / "draft")[0].package.draft
    done = close_month(booked, CLOSE, "2026-11", "reconciled")
    assert done.transit == would.transit
    assert [(i.kind, i.cents) for i in done.transit] == [("deposit", 7_00), ("remittance", 100_00)]
    assert ("month closed", "month 2026-11") in {(r.act, r.subject) for r in audit.rows(booked.ledger)}
    closed, first = printed(booked, CLOSE, tmp_path / "a")
    assert closed.package.facts.rolls == draft.package.facts.rolls
    claim_money.pay(booked, LATER, ANN, "T-1", 3_00, dry_run=False)
    late = tmp_path / "late.csv"
    late.write_text(BANK.replace("7.00,eft,T9", "100.00,eft,T1").replace("B1", "B2"), encoding="utf-8")
    import_deposits(booked, LATER, ANN, late, dry_run=False)
    booked.partners.payers["harbor"] = booked.partners.payers["harbor"].model_copy(update={"name": "Other"})
    again, second = printed(booked, LATER, tmp_path / "b")
    assert (second, again.package) == (first, closed.package)
    now = printed(booked, LATER, tmp_path / "c", "2027-01")[0].package
    assert now.facts.rolls[0].opening == closed.package.facts.rolls[0].closing
    with pytest.raises(MonthRefused):
        close_month(booked, LATER, "2026-11", "once more")


def test_the_workbook_has_numbers_sums_and_no_other_formula_and_the_pdf_no_patient(booked, tmp_path):
    close_month(booked, CLOSE, "2026-11", "reconciled")
    _, (pdf, workbook) = printed(booked, CLOSE, tmp_path)
    with zipfile.ZipFile(io.BytesIO(workbook)) as book:
        sheets = [book.read(n).decode() for n in book.namelist() if n.startswith("xl/worksheets/sheet")]
        texts = book.read("xl/sharedStrings.xml").decode()
        assert 'name="Roll-forward"' in book.read("xl/workbook.xml").decode()
    formulas = re.findall(r"<f>(.*?)</f>", "".join(sheets))
    assert formulas
    assert all(re.fullmatch(r"SUM\([A-Z]+5:[A-Z]+\d+\)", one) for one in formulas)
    assert "<v>135</v>" in sheets[0]
    assert "<v>-100</v>" in sheets[0]
    assert "=HYPERLINK(" in texts
    assert all('state="frozen"' in one for one in sheets)
    said = text_of(pdf)
    assert "(100.00)" in said
    for private in ("ZEPHYRINE", "Zephyrine", "QUILL", "W17770001"):
        assert private not in said + texts


def test_what_is_no_month_or_has_no_package_is_refused_by_its_code(booked, tmp_path):
    for month, code in (("2026-13", "MON-01"), ("2027-02", "MON-02")):
        with pytest.raises(StepError, match=code):
            printed(booked, CLOSE, tmp_path, month)
    close_month(booked, CLOSE, "2026-11", "reconciled")
    with pytest.raises(StepError, match="MON-03"):
        printed(booked, CLOSE, tmp_path, "2026-02")
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    with pytest.raises(StepError, match="MON-04"):
        printed(booked, CLOSE, blocked / "below")


def test_a_month_whose_postings_were_changed_is_neither_closed_nor_reprinted(booked, tmp_path):
    with booked.ledger.write() as connection:
        without_triggers(connection, "posting")
        connection.exec_driver_sql("UPDATE posting SET practice = 'summit' WHERE account = 'contractual'")
    with pytest.raises(MonthRefused, match="sums to zero"):
        close_month(booked, CLOSE, "2026-11", "reconciled")
    with booked.ledger.write() as connection:
        connection.exec_driver_sql("UPDATE posting SET practice = 'lakeside' WHERE account = 'contractual'")
    close_month(booked, CLOSE, "2026-11", "reconciled")
    with booked.ledger.write() as connection:
        connection.exec_driver_sql("UPDATE posting SET cents = -cents WHERE account = 'contractual'")
    with pytest.raises(StepError, match="MON-05"):
        printed(booked, CLOSE, tmp_path)


def test_a_close_of_two_months_keeps_a_package_of_each(booked, tmp_path):
    claim_money.pay(booked, date(2026, 12, 20), ANN, "T-1", 3_00, dry_run=False)
    done = close_month(booked, LATER, "2026-12", "the year is done")
    assert done.with_it == ("2026-11",)
    november = printed(booked, LATER, tmp_path)[0].package
    december = printed(booked, LATER, tmp_path, "2026-12")[0].package
    assert not november.draft
    assert sum(r.payments for r in november.facts.rolls) == -100_00
    assert sum(r.payments for r in december.facts.rolls) == -3_00
    with booked.ledger.read() as connection:
        assert of_month(connection, "2026-12").rolls == december.facts.rolls
        assert set(connection.execute(select(entry.c.period)).scalars()) == {"2026-11", "2026-12"}
