"""Counts from files alone which later payers must be billed, which were, and whether their claims balance.

`python count_later_bills.py FOLDER` reads the documents of `FOLDER/inbox` (JSON and CSV), the 837s that the
clearinghouse got (`FOLDER/sent`) and the 835s that it gave (`FOLDER/received`), and prints one JSON object.
Each coverage of a document has a member id of its own, so that a bill and an answer are found without the
ledger. It was written from the standard, imports nothing of the project but what lies beside it, and knows
nothing of how the documents were made: whether a payer is due is decided by the answers of the one before it.
"""

import csv
import json
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from raw_files import at, cents, remittances_received, segments

FORWARDED = {"19", "20", "21"}
CORRECTABLE = {("CO", "16"), ("CO", "197"), ("CO", "252")}
NOT_DECIDED = "133"
COLUMNS = {"P": "member_id", "S": "secondary_member_id", "T": "tertiary_member_id"}


# ---- what was documented


def documented(folder):
    """By source's number the member ids by order, of the newest version of each encounter."""
    newest = {}
    for file in sorted(folder.rglob("*")):
        if file.suffix == ".json":
            found = json.loads(file.read_text())
            for one in found if isinstance(found, list) else [found]:
                covered = {c["order"]: c["member_id"] for c in one["coverages"]}
                newest[one["id"]] = max(
                    newest.get(one["id"], (0, {})), (one.get("version", 1), covered), key=first
                )
        elif file.suffix == ".csv":
            for row in csv.DictReader(file.read_text().splitlines()):
                covered = {order: row[name] for order, name in COLUMNS.items() if row.get(name)}
                newest[row["encounter_id"]] = (1, covered)
    return {number: covered for number, (_, covered) in newest.items()}


def first(pair):
    return pair[0]


# ---- what was billed


@dataclass
class Other:
    """Another payer on a claim: what it paid (None: nothing is said of it) and its own adjustments."""

    paid: int | None = None
    payer: str = ""
    adjustments: list = field(default_factory=list)


@dataclass
class Decided:
    """What another payer decided of a line."""

    payer: str
    paid: int
    adjustments: list = field(default_factory=list)


@dataclass
class Bill:
    number: str
    order: str
    member: str
    frequency: str
    charge: int
    others: list = field(default_factory=list)
    lines: list = field(default_factory=list)  # (charge, [Decided])

    def told(self):
        """What those before it paid, and their adjustments by group and reason."""
        parts = [a for other in self.others for a in other.adjustments]
        parts += [a for _, decided in self.lines for one in decided for a in one.adjustments]
        sums = Counter()
        for group, reason, amount in parts:
            sums[group, reason] += amount
        return sum(other.paid or 0 for other in self.others), +sums

    def balances(self):
        """Whether each payer explains the charge, and its part of each line."""
        for charge, decided in self.lines:
            for one in decided:
                if charge != one.paid + sum(a[2] for a in one.adjustments):
                    return False
        for other in self.others:
            if other.paid is None:
                continue
            mine = [one for _, decided in self.lines for one in decided if one.payer == other.payer]
            of_lines = sum(a[2] for one in mine for a in one.adjustments)
            own = sum(a[2] for a in other.adjustments)
            if self.charge != other.paid + own + of_lines:
                return False
            if mine and other.paid != sum(one.paid for one in mine) - own:
                return False
        return True


def billed(data):
    component = data[104]
    made, loop, subscriber, bill = [], "", ("", ""), None
    for s in segments(data):
        tag = s[0]
        if tag == "HL":
            loop, bill = {"22": "subscriber"}.get(at(s, 3), ""), None
        elif tag == "SBR" and loop == "subscriber":
            subscriber = (at(s, 1), "")
        elif tag == "NM1" and at(s, 1) == "IL" and loop == "subscriber":
            subscriber = (subscriber[0], at(s, 9))
        elif tag == "CLM":
            loop = "claim"
            bill = Bill(at(s, 1), *subscriber, at(s, 5).split(component)[2], cents(at(s, 2)))
            made.append(bill)
        elif bill is None:
            continue
        elif tag == "SBR":
            loop = "other"
            bill.others.append(Other())
        elif tag == "LX":
            loop = "line"
        elif tag in ("SV1", "SV2", "SV3"):
            bill.lines.append((cents(at(s, 3 if tag == "SV2" else 2)), []))
        elif tag == "AMT" and at(s, 1) == "D" and loop == "other":
            bill.others[-1].paid = cents(at(s, 2))
        elif tag == "NM1" and at(s, 1) == "PR" and loop == "other":
            bill.others[-1].payer = at(s, 9)
        elif tag == "SVD":
            bill.lines[-1][1].append(Decided(at(s, 1), cents(at(s, 2))))
        elif tag == "CAS":
            where = bill.others[-1] if loop == "other" else bill.lines[-1][1][-1]
            where.adjustments += [(at(s, 1), s[n], cents(at(s, n + 1))) for n in range(2, len(s), 3)]
    return made


# ---- what was answered


def standing(answers):
    """The answers that no reversal took back."""
    left = []
    for one in answers:
        if one.takes_back():
            left.remove(next(old for old in left if old.signature(-1) == one.signature()))
        else:
            left.append(one)
    return left


def next_payer(charge, answers):
    """What becomes of the next payer after these answers of the one before it."""
    if not answers or sum(one.charge for one in answers) < charge:
        return "not answered"
    if any(one.status in FORWARDED or one.forwarded_to for one in answers):
        return "forwarded"
    adjusted = [a for one in answers for a in one.adjusted()]
    if any((group, reason) in CORRECTABLE for group, reason, _ in adjusted):
        return "correctable"
    if any(reason == NOT_DECIDED for _, reason, _ in adjusted):
        return "not decided"
    left = sum(amount for group, _, amount in adjusted if group == "PR")
    return "due" if left > 0 else "nothing left"


def count(folder):
    seen, names = Counter(), defaultdict(list)
    bills, answers = defaultdict(list), defaultdict(list)
    for file in sorted((folder / "sent").iterdir()):
        for one in billed(file.read_text()):
            bills[one.member].append(one)
    for file in sorted((folder / "received").iterdir()):
        for remittance in remittances_received(file.read_text()):
            for one in remittance.claims:
                answers[one.member].append(one)

    def bad(what, number):
        seen[what] += 1
        names[what].append(number)

    for number, covered in documented(folder / "inbox").items():
        seen["encounters"] += 1
        firsts = bills.get(covered["P"], [])
        if len(firsts) != 1:
            bad(f"first payer billed {len(firsts)} times", number)
            continue
        charge = firsts[0].charge
        orders = [order for order in "PST" if order in covered]
        state = "due"
        for before, order in pairwise(orders):
            stands = standing(answers[covered[before]])
            known = state == "due" or (state == "forwarded" and bool(stands))
            state = next_payer(charge, stands) if known else "not answered"
            mine = bills.get(covered[order], [])
            seen["later coverages"] += 1
            seen[f"{order} {state}"] += 1
            if state == "due" and not mine:
                bad("forgotten", number)
            elif state == "forwarded" and mine:
                bad("crossover billed", number)
            elif state != "due" and mine:
                bad(f"billed though {state}", number)
            if len(mine) > 1:
                bad("billed twice", number)
            for bill in mine:
                seen["billed"] += 1
                if not bill.balances():
                    bad("unbalanced", number)
                earlier = [a for o in orders[: orders.index(order)] for a in standing(answers[covered[o]])]
                sums = Counter()
                for group, reason, amount in [a for one in earlier for a in one.adjusted()]:
                    sums[group, reason] += amount
                if bill.told() != (sum(one.paid for one in earlier), +sums):
                    bad("told otherwise", number)
            own = standing(answers[covered[order]])
            if own and sum(one.paid + sum(a[2] for a in one.adjusted()) for one in own) == charge:
                seen["answered, to the cent"] += 1
                seen["crossovers answered by the payer itself"] += state == "forwarded"
                seen["cents paid by later payers"] += sum(one.paid for one in own)
            elif mine:
                bad("first answer of a later payer is missing", number)
    return {"seen": dict(sorted(seen.items())), "bad": {n: of[:10] for n, of in names.items()}}


if __name__ == "__main__":
    json.dump(count(Path(sys.argv[1])), sys.stdout)
