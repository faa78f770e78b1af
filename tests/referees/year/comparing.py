"""The closed months beside the recomputation from the raw files: the roll-forward, the bank, the patients."""

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from ledger.queries.month.facts import MonthFacts
from tests.referees.quarter import comparing
from tests.referees.quarter.parties import IDS, PRACTICES


def recomputed(raw: Path) -> dict[str, Any]:
    """What the referee of the months says."""
    return comparing.recomputed(raw, "recompute_months.py")


def differences(months: dict[str, MonthFacts], theirs: dict[str, Any]) -> list[str]:
    """What the packages and the referee do not agree on, in words."""
    told = []
    if sorted(months) != sorted(theirs["months"]):
        told.append(f"months: {sorted(months)} closed, {sorted(theirs['months'])} recomputed")
    for month, facts in months.items():
        said = theirs["months"][month]
        told += [f"{month}: {practice} is off by {cents}" for practice, cents in said["off"].items()]
        told += _rolled(month, facts, said["rows"])
        for practice, of in said["bank"].items():
            told += _banked(month, facts, practice, of)
    told += [f"{cents} cents were asked: {why}" for why, cents in theirs["statements"]["wrong"].items()]
    return told


def _rolled(month: str, facts: MonthFacts, said: dict[str, dict[str, int]]) -> list[str]:
    ours: dict[str, dict[str, int]] = {}
    for row in facts.rolls:
        ours[f"{PRACTICES[row.practice][0]} {IDS.get(row.payer, row.payer)}"] = {
            "charges": row.charges,
            "received": -(row.payments + row.takebacks + row.refunds),
            "adjusted": -row.adjusted,
            "opening": row.opening,
            "closing": row.closing,
        }
    nothing = dict.fromkeys(("charges", "received", "adjusted", "opening", "closing"), 0)
    told = []
    for key in sorted({*ours, *said}):
        mine, its = ours.get(key, nothing), said.get(key, nothing)
        for name in nothing:
            if mine[name] != its[name]:
                told.append(f"{month} {key} {name}: package {mine[name]}, recomputed {its[name]}")
    return told


def _banked(month: str, facts: MonthFacts, practice: str, said: dict[str, Any]) -> list[str]:
    transit: dict[str, Counter[str]] = defaultdict(Counter)
    for one in facts.transit:
        if one.practice == practice:
            transit[one.kind][one.trace] += one.cents
    ours = {
        "bank": sum(one.bank for one in facts.banks if one.practice == practice),
        "remitted": sum(one.remitted for one in facts.cash if one.practice == practice),
        "transit": dict(transit["remittance"]),
        "not_booked": dict(transit["deposit"]),
    }
    return [
        f"{month} {practice} {name}: package {ours[name]}, recomputed {said[name]}"
        for name in ours
        if ours[name] != said[name]
    ]


def figures(months: dict[str, MonthFacts], ours: dict[str, Any]) -> dict[str, int]:
    """What a year came to, by name; amounts in cents, whose names end in that word."""
    rolls = [row for facts in months.values() for row in facts.rolls]
    last = max(months)
    return {
        "claims": len(ours["claims"]),
        "charges cents": sum(row.charges for row in rolls),
        "payments cents": -sum(row.payments for row in rolls),
        "takebacks and refunds cents": sum(row.takebacks + row.refunds for row in rolls),
        "adjustments cents": -sum(row.adjusted for row in rolls),
        "owed at the end cents": sum(row.closing for row in months[last].rolls),
        "in the bank cents": sum(one.bank for facts in months.values() for one in facts.banks),
        "items in transit, listed": sum(len(facts.transit) for facts in months.values()),
        "pieces of work open": sum(len(one["work"]) for one in ours["claims"].values()),
        "in suspense": len(ours["suspense"]),
    }
