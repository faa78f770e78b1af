"""The ledger's tables, what makes the append-only ones so, and the chart of accounts.

The tables stand beside this file as SQL, one file a database. `ledger.schema` says how the tables are
today; once this is released, later revisions lead from here to there and these files are never changed.

Revision: 0001
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

from ledger.migrations.append_only import make_append_only, may_change

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = (
    *("entry", "posting", "answer", "batch_event", "document", "edit_override", "audit", "settlement"),
    *("money_act", "work_event", "claim_line", "coverage", "payment_line", "line_adjustment"),
    *("provider_adjustment", "month_close", "submission_event", "correction", "letter"),
    *("attachment", "enrolment", "prior_authorization", "status_answer", "coverage_answer"),
    *("deposit_match", "visit_event", "contract", "contract_rate"),
    *("statement", "statement_batch", "statement_claim", "statement_hold", "statement_void"),
    *(
        "statement_hold_claim",
        "collection",
        "collection_claim",
        "payment_plan",
        "payment_plan_claim",
        "payment_plan_end",
        "guarantor",
        "patient",
    ),
    *("day_close", "day_count", "payment_batch", "credit_event"),
    *("estimate", "estimate_line", "estimate_event"),
    *("notice", "notice_alert", "notice_end"),
    *("coding_audit", "coding_audit_line", "coding_review"),
)
# What a purge empties, and the bytes of a document that are sealed under another key or lie elsewhere.
MAY_CHANGE = {
    "document": ("bytes", "key_id", "pack"),
    "coverage": ("member_id",),
    "letter": ("enclosures",),
    "coding_review": ("diagnoses", "reason"),
    "estimate": ("patient_id", "member_id", "medical_record_number"),
    "patient": ("digest",),
    "prior_authorization": ("member_id",),
}

ACCOUNTS = (
    ("revenue", "income", "Charges"),
    ("cash", "asset", "Payments received, payer and patient"),
    ("receivable_payer", "asset", "Owed by payers"),
    ("receivable_patient", "asset", "Owed by patients"),
    ("opening", "income", "Open items taken over from an older system"),
    ("contractual", "expense", "Contractual adjustments"),
    ("incentive", "expense", "Incentives and penalties of payers, in claims"),
    ("capitation", "expense", "Covered by capitation"),
    ("write_off", "expense", "Written off by a person"),
    ("bad_debt", "expense", "Given to collections or given up"),
    ("withholding", "asset", "Withheld by payers until a settlement"),
    ("prepayment", "liability", "Taken from patients before their share is known"),
    ("credit", "liability", "Paid beyond what is owed: to be refunded or reallocated"),
    ("suspense", "liability", "Received for claims that were not found"),
    ("due_to", "liability", "Received by a practice for another one"),
    ("due_from", "asset", "Received by another practice"),
    ("interest", "income", "Interest of payers"),
    ("recoupment", "asset", "Recouped, or to be recouped, by payers"),
    ("forwarded_balance", "asset", "Balances that payers carry forward"),
    ("tax_withheld", "asset", "Withheld for the tax authority"),
    ("fees", "expense", "Fees of payers and clearinghouses"),
    ("card_fees", "expense", "Fees of card processors"),
    ("levy", "expense", "Taken by levy or garnishment"),
    ("settlement", "income", "Lump sums, settlements and other provider-level amounts"),
)


def upgrade() -> None:
    connection = op.get_bind()
    script = Path(__file__).with_name(f"0001_first.{connection.dialect.name}.sql").read_text("utf-8")
    statements = "\n".join(line for line in script.splitlines() if not line.startswith("--"))
    for statement in statements.split(";\n"):
        if statement.strip():
            connection.exec_driver_sql(statement)
    for table in APPEND_ONLY:
        make_append_only(table)
    for table, columns in MAY_CHANGE.items():
        may_change(table, columns)
    op.execute("INSERT INTO audit_head (name, last, mac) VALUES ('audit', 0, '')")
    op.execute("INSERT INTO sequence (name, last) VALUES ('claim', 0)")
    account = sa.table("account", sa.column("key"), sa.column("kind"), sa.column("title"))
    op.bulk_insert(account, [dict(zip(("key", "kind", "title"), row, strict=True)) for row in ACCOUNTS])
