"""Every table of the ledger. Money is integer cents; a day is ISO text (`*_on`); an instant (`*_at`)
never decides.

Cents have 64 bits: a batch of 5,000 hospital claims passes the $21 million that 32 bits hold.

What can be derived is not here: what a claim owes comes from its postings, queues are queries.
Unique keys and partial unique indexes are what makes "never twice" true, not the code above them.
"""

from ledger.schema.agreed import (
    contract,
    contract_rate,
    coverage_answer,
    enrolment,
    prior_authorization,
)
from ledger.schema.answers import answer, remote_look, response
from ledger.schema.batches import batch, batch_event, control_number, partner_stop, sequence
from ledger.schema.claims import (
    LIVE,
    attachment,
    claim,
    claim_line,
    claim_version,
    correction,
    coverage,
    submission,
    submission_event,
)
from ledger.schema.columns import metadata
from ledger.schema.deposits import deposit, deposit_match
from ledger.schema.documents import document, inbox_file, inbox_look, inbox_seen, problem
from ledger.schema.encounters import edit_override, encounter, finding
from ledger.schema.inquiries import inquiry, status_answer
from ledger.schema.money import (
    account,
    actor,
    balance,
    claim_payment,
    claim_waiting,
    entry,
    line_adjustment,
    money_act,
    month_close,
    payment_line,
    posting,
    provider_adjustment,
    remittance,
)
from ledger.schema.running import lease, night, schedule
from ledger.schema.trail import audit, audit_head, identity
from ledger.schema.visits import visit, visit_event
from ledger.schema.work import alert, letter, settlement, work_event, work_item

__all__ = [
    "APPEND_ONLY",
    "LIVE",
    "account",
    "actor",
    "alert",
    "answer",
    "attachment",
    "audit",
    "audit_head",
    "balance",
    "batch",
    "batch_event",
    "claim",
    "claim_line",
    "claim_payment",
    "claim_version",
    "claim_waiting",
    "contract",
    "contract_rate",
    "control_number",
    "correction",
    "coverage",
    "coverage_answer",
    "deposit",
    "deposit_match",
    "document",
    "edit_override",
    "encounter",
    "enrolment",
    "entry",
    "finding",
    "identity",
    "inbox_file",
    "inbox_look",
    "inbox_seen",
    "inquiry",
    "lease",
    "letter",
    "line_adjustment",
    "metadata",
    "money_act",
    "month_close",
    "night",
    "partner_stop",
    "payment_line",
    "posting",
    "prior_authorization",
    "problem",
    "provider_adjustment",
    "remittance",
    "remote_look",
    "response",
    "schedule",
    "sequence",
    "settlement",
    "status_answer",
    "submission",
    "submission_event",
    "visit",
    "visit_event",
    "work_event",
    "work_item",
]

# Of a document only `bytes` and `key_id` may change: sealed under another key, or purged.
APPEND_ONLY = (
    "entry",
    "posting",
    "answer",
    "attachment",
    "batch_event",
    "document",
    "edit_override",
    "audit",
    "settlement",
    "money_act",
    "month_close",
    "work_event",
    "claim_line",
    "coverage",
    "correction",
    "payment_line",
    "line_adjustment",
    "provider_adjustment",
    "submission_event",
    "letter",
    "enrolment",
    "prior_authorization",
    "contract",
    "contract_rate",
    "status_answer",
    "deposit_match",
    "coverage_answer",
    "visit_event",
)
