"""A home with history: nights of new encounters, what payers and patients paid of them, and money that came
for claims of an older system. Every row is written by the steps of a night, so that the ledger proves.
"""

import csv
import random
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import func, select

from bench.lifelike import bank
from bench.lifelike.answers import Partner
from bench.lifelike.encounters import Life
from bench.lifelike.inbox import DEFAULT, day_of, write_night
from config.settings import Settings
from ledger.runs import nights
from ledger.schema import claim, entry, posting
from ledger.storage.database import Ledger
from tasks import nightly_run
from tasks.home.home import Home, open_home
from tasks.operations import import_payments
from tasks.operations.money_acts import By
from tasks.runs import closing

A_NIGHT = 10_000
PATIENT_PAYS = 0.3  # of the patients who owe something
STRANGERS = 0.002  # payments of another system's claims, for each claim
SIGNED = By("bench", "the lockbox", "bench too")


@dataclass(slots=True)
class History:
    """The nights of a home whose partner is a folder. `strangers`: a share, as `Partner` has it."""

    settings: Settings
    life: Life = DEFAULT
    strangers: float = STRANGERS
    number: int = 0
    documented: int = 0
    _partner: Partner = field(init=False)

    def __post_init__(self) -> None:
        self._partner = Partner(self.settings.home / "site", self.strangers)

    @property
    def day(self) -> date:
        """The business date of the last night."""
        return day_of(self.number)

    def night(self, encounters: int) -> None:
        """So many are documented, what went out the night before is answered, and some patients pay."""
        self.number += 1
        write_night(
            self.settings.inbox, encounters, night=self.number, before=self.documented, life=self.life
        )
        self.documented += encounters
        self._partner.answer(self.day)
        with open_home(self.settings) as home:
            last = _last_entry(home.ledger)
            nights.open_night(home.ledger, self.day.isoformat())
            nightly_run.walk(home, self.day)
            closing.close(home, self.day, ())
            _patients_pay(home, self.day, last)

    def last_night(self) -> None:
        """What is out is answered; nothing new came. Its proof and its snapshots have all that was paid, and
        the bank has most of it."""
        self.night(0)
        with open_home(self.settings) as home:
            nightly_run.walk(home, self.day)
            bank.take(home, self.day)


def play(settings: Settings, claims: int, a_night: int = A_NIGHT) -> date:
    """Nights until so many encounters were documented. The last business date."""
    history = History(settings)
    for before in range(0, claims, a_night):
        history.night(min(a_night, claims - before))
    history.last_night()
    return history.day


def _last_entry(ledger: Ledger) -> int:
    with ledger.read() as connection:
        return int(connection.execute(select(func.coalesce(func.max(entry.c.id), 0))).scalar_one())


def _patients_pay(home: Home, day: date, since: int) -> None:
    """A lockbox has what some patients pay of what they owe since that entry."""
    p = posting.c
    owed = (
        select(claim.c.patient_control_number, func.sum(p.cents))
        .join(claim, claim.c.id == p.claim_id)
        .where(p.account == "receivable_patient", p.entry_id > since)
        .group_by(claim.c.patient_control_number)
        .having(func.sum(p.cents) > 0)
    )
    with home.ledger.read() as connection:
        rows = [
            (number, f"{int(cents) / 100:.2f}")
            for number, cents in connection.execute(owed)
            if random.Random(f"pays {number}").random() < PATIENT_PAYS
        ]
    if rows:
        file = home.path / "lockbox" / f"{day}.csv"
        _write(file, rows)
        import_payments.import_payments(home, day, SIGNED, file, "lockbox", dry_run=False)


def _write(file: Path, rows: list[tuple[str, str]]) -> None:
    file.parent.mkdir(exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened).writerows([("claim", "amount"), *rows])
