"""Recomputes every month of a year from raw files alone: what was owed, what changed it, what was asked of
patients, what the bank has and what it does not.

Like `recompute.py` it imports nothing of the project, only what lies beside it.
`python recompute_months.py FOLDER` reads what that reads and `FOLDER/bank/*` (CSV or BAI2, named by the day
of the import and the practice) and `FOLDER/statements/*.csv` (named by the day), and prints one JSON object.
"""

import csv
import json
import sys
from calendar import monthrange
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import raw_files
import recompute

MEDICAID = {"EVG03"}
COLUMNS = ("charges", "received", "adjusted", "closing")


# ---- what was owed, by practice and payer


def rows(raw, until, found):
    """Up to a day, by "npi payer" ("" the patients): cents of each of COLUMNS."""
    claims = recompute.claims_until(raw, until)
    made = defaultdict(lambda: dict.fromkeys(COLUMNS, 0))
    for claim in claims.values():
        asked, patient = recompute.divided(claim)
        made[claim.npi, claim.coverages["P"]]["charges"] += asked
        made[claim.npi, ""]["charges"] += patient
        made[claim.npi, ""]["received"] += claim.desk
    for one in recompute.acted(raw, "desk", until):
        made[claims[one["number"]].npi, ""]["received"] += one["cents"]
    for one in recompute.acted(raw, "acts", until):
        if one["kind"] == "credit_refund":
            made[claims[one["number"]].npi, one["payer"]]["received"] -= one["cents"]
    for number, payments in recompute.matched(raw, until, claims)[0].items():
        for payment in payments:
            made[claims[number].npi, payment.payer]["received"] += payment.paid
    for number, one in found["claims"].items():
        npi = claims[number].npi
        for payer, cents in one["payers"].items():
            made[npi, payer]["closing"] += cents
        for payer, cents in one["credits"].items():
            made[npi, payer]["closing"] -= cents
        for payer, cents in one["adjusted"].items():
            made[npi, payer]["adjusted"] += cents
        made[npi, ""]["closing"] += one["patient"]
    return {f"{npi} {payer}": of for (npi, payer), of in made.items()}


def balances(of, npi):
    """Whether a practice's charges, less what was received and adjusted, are what is owed."""
    some = [one for key, one in of.items() if key.startswith(npi)]
    total = {name: sum(one[name] for one in some) for name in COLUMNS}
    return total["charges"] - total["received"] - total["adjusted"] - total["closing"]


# ---- what patients were asked for


def asked_wrongly(raw, file, until, found):
    """What a mailing file asks for and nobody may ask, by why; and all that it asks for. Cents."""
    claims = recompute.claims_until(raw, until)
    matched, suspense = recompute.matched(raw, until, claims)
    suspended = {payment.number for payment in suspense if payment.paid and payment.status != "25"}
    held = {claims[h["number"]].members["P"] for h in raw.given["holds"] if h["from"] <= until}
    planned = under_plans(raw, until, found)
    wrong, total = defaultdict(int), 0
    for row in csv.reader(file.read_text("utf-8").splitlines()):
        if row[0] != "D":
            continue
        number, owed = row[4], int(row[9])
        total += owed
        claim, one = claims.get(number), found["claims"].get(number)
        for why, is_so in (
            ("no such claim", claim is None),
            ("a payer may pay", claim is not None and (bool(one["payers"]) or number in suspended)),
            ("QMB", recompute.not_the_patients(matched[number])),
            ("Medicaid", claim is not None and bool(MEDICAID & set(claim.coverages.values()))),
            ("restricted", claim is not None and claim.restricted > 0),
            ("held", claim is not None and claim.members["P"] in held),
            ("under a plan", number in planned),
            ("more than is owed", claim is not None and owed > one["patient"]),
        ):
            if is_so:
                wrong[why] += owed
    return dict(wrong), total


def under_plans(raw, until, found):
    """The claims of plans by instalments of which something is left: what was agreed for, less what was paid
    since, and never more than is owed."""
    made = set()
    for plan in raw.given["plans"]:
        if plan["from"] >= until:
            continue
        paid = sum(
            one["cents"]
            for one in recompute.acted(raw, "desk", until)
            if one["number"] in plan["claims"] and one["day"] > plan["from"]
        )
        owed = sum(found["claims"][number]["patient"] for number in plan["claims"])
        if min(plan["cents"] - paid, owed) > 0:
            made |= set(plan["claims"])
    return made


# ---- the bank


def bank_lines(folder):
    """(imported on, practice, on, cents, trace, reference), each line once however often it was in a file."""
    made = {}
    for file in sorted((folder / "bank").glob("*.txt")):
        imported, _, practice = file.stem.partition("_")
        text = file.read_text("utf-8")
        for on, cents, trace, reference in _bai2(text) if text.startswith("01,") else _csv(text):
            made.setdefault((practice, reference), (imported, practice, on, cents, trace))
    return list(made.values())


def _csv(text):
    for row in csv.DictReader(text.splitlines()):
        cents = int(Decimal(row["amount"]) * 100)
        yield row["date"].replace("-", ""), cents, row["trace"], row["reference"]


def _bai2(text):
    for line in text.splitlines():
        part = line.rstrip("/").split(",")
        if part[0] == "02":
            on = f"20{part[4]}"
        elif part[0] == "16":
            sign = -1 if part[1] == "455" else 1
            yield on, sign * int(part[2]), part[5], part[4]


def bank_month(raw, lines, npi, practice, month, known):
    """A practice's month as it was known on the day of its close: the bank's sum, the cash account, and what
    of remittances was not in the bank and of the bank not in the books at its end, by trace."""
    end, ours = f"{month}99", [one for one in lines if one[1] == practice and one[0] <= known]
    of_month = [one for one in ours if one[2].startswith(month)]
    there = defaultdict(int)
    for _, _, on, cents, trace in ours:
        if on <= end:
            there[trace] += cents
    booked, transit = 0, {}
    traces = set()
    for one in recompute.known_until(raw, end)[0]:
        if one.payee != npi or not one.amount:
            continue
        traces.add(one.trace)
        if one.came_on.startswith(month):
            booked += one.amount
        if one.amount != there[one.trace]:
            transit[one.trace] = one.amount - there[one.trace]
    return {
        "bank": sum(one[3] for one in of_month),
        "remitted": booked,
        "transit": transit,
        "not_booked": {
            trace: cents
            for trace, cents in there.items()
            if cents and trace not in traces and not trace.startswith(("DESK", "OPEN", "RET"))
        },
    }


def main(folder):
    raw = raw_files.read(folder)
    lines = bank_lines(folder)
    practices = raw.given["practices"]
    months, before = {}, {}
    statements = {"asked": 0, "wrong": defaultdict(int)}
    for one in raw.given["months"]:
        month, closed = one["month"].replace("-", ""), one["closed_on"]
        end = f"{month}{monthrange(int(month[:4]), int(month[4:]))[1]}"
        found = recompute.state(raw, end)
        now = rows(raw, end, found)
        made = {}
        for key, of in now.items():
            was = before.get(key, dict.fromkeys(COLUMNS, 0))
            made[key] = {name: of[name] - was[name] for name in COLUMNS[:-1]}
            made[key] |= {"opening": was["closing"], "closing": of["closing"]}
        months[one["month"]] = {
            "rows": made,
            "off": {p: cents for p, npi in practices.items() if (cents := balances(now, npi))},
            "bank": {p: bank_month(raw, lines, npi, p, month, closed) for p, npi in practices.items()},
        }
        before = now
        for file in sorted((folder / "statements").glob(f"{month}*.csv")):
            that_day = found if file.stem == end else recompute.state(raw, file.stem)
            wrong, total = asked_wrongly(raw, file, file.stem, that_day)
            statements["asked"] += total
            for why, cents in wrong.items():
                statements["wrong"][why] += cents
    print(
        json.dumps(
            {"months": months, "statements": statements, "end": recompute.state(raw, raw.given["as_of"])}
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
