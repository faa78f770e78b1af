"""An institution's Medicare credits at a quarter's end, for CMS-838: once, and what became of them."""

import csv
import io
from datetime import date

import pytest

from ledger.trail import audit
from tasks.errors import StepError
from tasks.operations import claim_money, medicare_credits
from tasks.operations.medicare_credits import end_of
from tasks.operations.money_acts import By
from tests.tasks.answering import TUESDAY
from tests.tasks.credits.paid_twice import MEDICARE
from tests.tasks.patients.answered import Answer, Desk, visit

ANN = By("ann", "two payments of one claim")
JANUARY = date(2027, 1, 12)
STAY = {
    "kind": "institutional",
    "rendering": None,
    "place_of_service": "",
    "institutional": {
        "type_of_bill": "131",
        "admission_type": "3",
        "admission_source": "1",
        "patient_status": "01",
        "statement_from": "2026-11-02",
        "statement_to": "2026-11-02",
        "reason_diagnoses": ["J02.9"],
        "attending": {"npi": "1999001013"},
    },
    "lines": [{"procedure": "99213", "revenue_code": "0510", "charge": "135.00"}],
}


def read(report):
    return list(csv.DictReader(io.StringIO(report.data.decode("utf-8"))))


@pytest.mark.parametrize(
    ("quarter", "end"),
    [("2026-Q1", date(2026, 3, 31)), ("2026-Q3", date(2026, 9, 30)), ("2026-Q4", date(2026, 12, 31))],
)
def test_a_quarter_ends_on_its_last_day(quarter, end):
    assert end_of(quarter) == end


def test_a_credit_is_reported_once_with_what_was_repaid_since(home, either_database):
    desk = Desk(home)
    desk.see(visit(1, coverages=MEDICARE, **STAY), visit(2, coverages=MEDICARE))
    answers = {f"V-{n}": Answer(payer="senior", shares=()) for n in (1, 2)}
    desk.answer(answers, TUESDAY)
    desk.answer(answers, TUESDAY)
    with desk.home.opened() as opened:

        def report(quarter="2026-Q4", day=JANUARY, practice="lakeside"):
            return medicare_credits.report(opened, day, practice, quarter)

        for code, wrong in (
            ("CRD-07", {"quarter": "2026-4"}),
            ("CRD-07", {"day": TUESDAY}),
            ("CRD-08", {"practice": "nowhere"}),
        ):
            with pytest.raises(StepError, match=code):
                report(**wrong)
        made = report()
        [row] = read(made)  # a professional claim's credit is no institution's
        assert (made.credits, made.cents, made.repaid_cents, made.outstanding_cents) == (1, 90_00, 0, 90_00)
        assert list(row) == list(medicare_credits.COLUMNS)
        assert row["1 beneficiary"].startswith("Mosswood")
        assert (row["2 Medicare number"], row["4 type of bill"]) == ("W17770001", "131")
        assert (row["7 paid on"], row["13 reason"], row["11 repaid by"]) == ("2026-11-17", "1", "")

        claim_money.refund(opened, JANUARY, ANN, desk.number("V-1"), "senior", 40_00, dry_run=False)
        again = report()
        [row] = read(again)
        assert (again.cents, again.repaid_cents, again.outstanding_cents) == (90_00, 40_00, 50_00)
        assert (row["10 repaid since"], row["11 repaid by"], row["12 outstanding"]) == ("40.00", "C", "50.00")
        later = report("2027-Q1", date(2027, 4, 5))
        assert (later.credits, read(later)) == (0, [])  # it was reported
        assert "Medicare credits listed" in [one.act for one in audit.rows(opened.ledger)]


@pytest.mark.parametrize(("closed_to", "said"), [("", ""), ("2026-06-30", "O"), ("2026-11-02", "C")])
def test_whether_the_cost_report_is_closed_is_by_the_practices_file(home, closed_to, said):
    if closed_to:
        file = home.path / "partners" / "practices" / "lakeside.toml"
        file.write_text(f"cost_reports_closed_to = {closed_to}\n" + file.read_text("utf-8"), "utf-8")
    with home.opened() as opened:
        assert medicare_credits._cost_report(opened, "lakeside", "2026-11-02") == said
        assert medicare_credits._cost_report(opened, "lakeside", "") == ""


@pytest.mark.parametrize(
    ("values", "type_", "code"),
    [([{"code": "47", "amount": "0"}], "14", "47"), ([{"code": "A1"}], "14", "14"), ([], "", "")],
)
def test_the_value_code_is_the_claims_own_or_the_type_of_its_coverage(home, values, type_, code):
    found = {
        "institutional": {"values": values},
        "coverages": [
            {"payer": "harbor", "insurance_type": "12"},
            {"payer": "senior", "insurance_type": type_},
        ],
    }
    with home.opened() as opened:
        assert medicare_credits._value_code(found, ["senior"], opened) == code
