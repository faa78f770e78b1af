"""How things stand, as one object for people and programs: counts, amounts, control numbers and codes."""

from dataclasses import asdict
from typing import Any

from ledger.queries import batches as batch_queries
from ledger.queries import claims as claim_queries
from ledger.queries import coding as coding_queries
from ledger.queries import money as money_queries
from ledger.queries import night as night_queries
from ledger.queries import standing, work
from ledger.queries.listing import Page
from ledger.queries.tonight import tonight
from tasks.claims import needs_coding
from tasks.claims.findings import UNCHECKED
from tasks.home.home import Home

WORDS = {
    "held": "held by an edit",
    "late": "corrected after they were sent",
    "rejected": "rejected before adjudication",
    "denied": "denied or paid short",
    "quarantined": "files quarantined",
    "remittances": "remittances not posted",
    "batches_held": "batches held",
    "stopped": "partners to whom nothing goes",
    "unanswered": "claims missing from their 277CA",
    "suspense": "payments in suspense",
    "alerts": "alerts",
}


LISTED = 500


def summary(home: Home) -> dict[str, Any]:
    """How things stand, as one object. Amounts in cents. Of batches and remittances the newest `LISTED` are
    in it, and every batch that is held or not out yet: what it costs does not grow with the years."""
    money = money_queries.money(home.ledger)
    last = night_queries.nights(home.ledger, 1)
    encounters = night_queries.encounter_counts(home.ledger)
    open_ones, at_stake = work.at_stake(home.ledger)
    return {
        "home": str(home.path),
        "ledger_in_doubt": home.doubt,
        "night": asdict(last[0]) if last else None,
        "tonight": asdict(tonight(home.ledger, last[0].business_on)) if last else None,
        "inbox": asdict(standing.inbox(home.ledger)),
        "encounters": asdict(encounters),
        "needs_coding": coding_queries.uncoded(home.ledger, needs_coding.ID),
        "unchecked": [
            asdict(u)
            for u in coding_queries.unchecked(home.ledger, last[0].business_on if last else "", UNCHECKED)
        ],
        "claims": claim_queries.by_state(home.ledger),
        "batches": [
            {
                "id": b.id,
                "kind": b.kind,
                "state": b.state,
                "claims": b.claims,
                "isa13": f"{b.isa13:09d}",
                "sha256": b.sha256,
                "name": b.name,
                "clearinghouse": b.clearinghouse,
                "charge_cents": b.charge_cents,
                "hold": b.hold,
                "resending": b.resending,
                "business_on": b.business_on,
                "sent_on": b.sent_on,
            }
            for b in batch_queries.newest(home.ledger, LISTED)
        ],
        "remittances": [
            {
                "trace": r.trace,
                "paid_cents": r.paid_cents,
                "balanced": r.balanced,
                "state": r.state,
                "payer": r.payer,
                "practice": r.practice,
                "claims": r.claims,
                "business_on": r.business_on,
            }
            for r in reversed(money_queries.REMITTANCES.read(home.ledger, Page(limit=LISTED)))
        ],
        "money": {
            "charged_cents": money.charged,
            "applied_cents": money.applied,
            "from_patients_cents": money.from_patients,
            "adjusted_cents": money.adjusted,
            "withheld_cents": money.withheld,
            "held_for_others_cents": money.held,
            "reversed_unknown_cents": money.reversed_unknown,
            "receivable_cents": money.receivable,
            "receivable_payers_cents": money.receivable_payers,
            "receivable_patients_cents": money.receivable_patients,
            "cash_cents": money.cash,
            "provider_level_cents": money.provider_level,
            "suspense_cents": money.suspense,
        },
        "denials": {"open": open_ones, "cents": at_stake},
        "work": asdict(work.waiting(home.ledger)),
        "postings_sum_cents": money.postings_sum,
        "folders": {"sent": str(home.sent), "received": str(home.received)},
    }
