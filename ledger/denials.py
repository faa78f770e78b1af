"""Denials: lines (or whole claims) that were not paid as billed, each a piece of work for somebody."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, update

from ledger.database import Row, bounded, insert_many
from ledger.matching import Match
from ledger.schema import denial

TAKEBACK = "REV"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """What was denied or paid short, with what to do. `line` counts the payment's lines from 1; 0
    is the claim.

    `until` is the last day to act, ISO, "" where the payer's file has no limit. Cents.
    """

    line: int
    procedure: str
    group: str
    carc: str
    rarcs: str
    cents: int
    category: str
    owner: str
    action: str
    fix_path: str
    correctable: str
    appealable: str
    until: str = ""


def row(claim_payment_id: int, found: Match, s: Shortfall, line: int, night: str) -> Row:
    """A denial as it is kept; `line` is the claim's own line number, 0 the claim."""
    return {
        "claim_payment_id": claim_payment_id,
        "claim_id": found.claim_id,
        "submission_id": found.submission_id,
        "line": line,
        "procedure": s.procedure,
        "group": s.group,
        "carc": s.carc,
        "rarcs": s.rarcs,
        "cents": s.cents,
        "category": s.category,
        "owner": s.owner,
        "action": s.action,
        "fix_path": s.fix_path,
        "correctable": s.correctable,
        "appealable": s.appealable,
        "until": s.until,
        "state": "open",
        "night": night,
    }


def takeback(claim_payment_id: int, found: Match, cents: int, night: str) -> Row:
    """A reversal without its correction: the payer took its money back and decided nothing new."""
    return row(
        claim_payment_id,
        found,
        Shortfall(
            line=0,
            procedure="",
            group="",
            carc=TAKEBACK,
            rarcs="",
            cents=cents,
            category="TAKEBACK",
            owner="FOLLOW_UP",
            action="Ask the payer why it took the payment back; bill again or appeal",
            fix_path="RESEARCH",
            correctable="COND",
            appealable="COND",
        ),
        0,
        night,
    )


def add(connection: Connection, rows: Sequence[Row]) -> None:
    """Queues denials. Several of one reason on one line become one piece of work."""
    merged: dict[tuple[int, int, str], Row] = {}
    for r in rows:
        key = (r["claim_payment_id"], r["line"], r["carc"])
        if key in merged:
            merged[key]["cents"] += r["cents"]
        else:
            merged[key] = r
    insert_many(connection, denial, list(merged.values()))


def supersede(connection: Connection, claim_ids: Sequence[int]) -> None:
    """A newer decision on these claims stands in place of what was open."""
    for piece in bounded(list(claim_ids)):
        connection.execute(
            update(denial)
            .where(denial.c.claim_id.in_(piece), denial.c.state == "open")
            .values(state="superseded")
        )
