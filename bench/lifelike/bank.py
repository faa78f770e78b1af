"""What the bank says of a home with history: most remittances came to it, of some the bank
kept a fee and says no trace, and some never came."""

import csv
import random
from datetime import date

from sqlalchemy import select

from bench.lifelike.partners import account_of
from ledger.schema import remittance
from tasks.home.home import Home
from tasks.operations import import_deposits
from tasks.operations.money_acts import By

MISSING = 0.1  # of the remittances: not in the bank's file
BARE = 0.05  # of those that are: a deposit that names no trace, and is less a fee
FEE_CENTS = 15_00
SIGNED = By("bench", "the bank's file", "bench too")
COLUMNS = ("account", "date", "amount", "kind", "trace", "originator", "payer", "reference")


def take(home: Home, day: date) -> int:
    """Imports a file of all that was paid up to this day; what was taken before is known. How many lines."""
    r = remittance.c
    paid = select(r.id, r.practice, r.payer, r.trace, r.originator, r.paid_cents, r.paid_on)
    with home.ledger.read() as connection:
        rows = connection.execute(paid.where(r.paid_cents > 0).order_by(r.id)).all()
    lines = []
    for one in rows:
        draw = random.Random(f"bank {one.trace}")
        if draw.random() < MISSING:
            continue
        is_bare = one.paid_cents > FEE_CENTS and draw.random() < BARE
        cents = one.paid_cents - FEE_CENTS * is_bare
        named = ("", "") if is_bare else (one.trace, one.originator)
        amount = f"{cents // 100}.{cents % 100:02d}"
        account = account_of(one.practice)
        lines.append((account, one.paid_on, amount, "eft", *named, one.payer, f"BANK{one.id:08d}"))
    file = home.path / "bank" / f"{day}.csv"
    file.parent.mkdir(exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened).writerows([COLUMNS, *lines])
    import_deposits.import_deposits(home, day, SIGNED, file, dry_run=False)
    return len(lines)
