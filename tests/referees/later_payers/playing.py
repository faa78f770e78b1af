"""Plays the documents through nightly runs and the mock clearinghouse, and keeps the files to count from."""

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from ledger.queries import standing
from ledger.queries.claims import holds
from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from tasks import nightly_run
from tasks.home.home import Home
from tasks.operations import correct_claim
from tasks.operations.money_acts import By
from tests.conftest import WorkingHome
from tests.referees import raw_files
from tests.referees.later_payers import documents
from tests.referees.later_payers.documents import FORWARDS, PARTS, Documents
from tests.referees.quarter.parties import KEYS, PRACTICE_BY_NPI
from tests.referees.quarter.playing import claims_out
from tests.referees.quarter.remittance_files import Said, Site, Word

FIRST = date(2026, 11, 16)
NIGHTS = 11
TERMS = Path(__file__).with_name("terms.toml")
ANN = By("ann", "the second card was found")


@dataclass
class Played:
    """`raw` is the referee's folder; `faults` are those of the books, `drawn` what was in the documents."""

    raw: Path
    drawn: Documents
    faults: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)


class Payers:
    """What comes without a bill, or in parts: answers that the mock does not give by itself. A payer that got
    a claim forwarded pays half of those; a first payer sends the lines of a claim in two parts."""

    def __init__(self, outbound: Path, dice: random.Random) -> None:
        self.site = Site(outbound, interchange=500_000)
        self.dice = dice
        self.parts: list[raw_files.Sent] = []
        self.forwarded: dict[
            str, tuple[str, str, raw_files.Sent]
        ] = {}  # member who forwards: status, next order
        self.read: set[str] = set()
        self.count = 0

    def hear(self, sent: raw_files.Sent) -> None:
        """A claim went out: what will become of it that the mock does not know?"""
        member = sent.members[sent.order]
        place, way = member[2], member[3]
        if place == "1" and way == PARTS:
            self.parts.append(sent)
        status, later = {"1": ("2", "S"), "2": ("3", "T")}.get(place, ("", ""))
        if FORWARDS.get(place) == way and later in sent.members and self.dice.random() < 0.5:
            self.forwarded[member] = (status, later, sent)

    def answer(self, day: date) -> None:
        """One file a payer, a transaction set for each practice."""
        said = [word for sent in self.parts for word in self.in_parts(sent)]
        said += [self.passed_on(paid) for paid in self.newly_forwarded()]
        self.parts = []
        for payer in sorted({payer for payer, _ in said}):
            mine = [word for by, word in said if by == payer]
            sets = []
            for practice in sorted({PRACTICE_BY_NPI[word.sent.npi] for word in mine}):
                of = [word for word in mine if PRACTICE_BY_NPI[word.sent.npi] == practice]
                sets.append(self.site.payment(day, payer, practice, of, []))
            self.site.file(day, payer, sets)

    def in_parts(self, sent: raw_files.Sent) -> Iterator[tuple[str, Word]]:
        """The first payer's answer: some lines, then the others."""
        cut = self.dice.randint(1, len(sent.lines) - 1) if len(sent.lines) > 1 else 1
        for places in (range(cut), range(cut, len(sent.lines))):
            lines = []
            for place in places:
                charge = sent.lines[place].charge
                contract, patient = charge * self.dice.randint(10, 40) // 100, charge // 10
                cuts = [("CO", "45", contract), ("PR", "2", patient)]
                lines.append(Said(line=place, paid=charge - contract - patient, adjustments=cuts))
            if lines:
                yield KEYS[sent.coverages["P"]], self.word(sent, "1", "P", lines)

    def newly_forwarded(self) -> Iterator[raw_files.Paid]:
        """The answers that sent a claim on, and whose next payer pays; read in the night after they came."""
        files = {file.name for file in self.site.outbound.glob("*835.x12")}
        for name in sorted(files - self.read):
            for remittance in raw_files.remittances_received((self.site.outbound / name).read_text("ascii")):
                yield from (paid for paid in remittance.claims if paid.member in self.forwarded)
        self.read |= files

    def passed_on(self, paid: raw_files.Paid) -> tuple[str, Word]:
        """The next payer pays half of what was left of each line."""
        status, order, sent = self.forwarded.pop(paid.member)
        by_control = {line.control: line for line in paid.lines}
        lines = []
        for place, line in enumerate(sent.lines):
            left = sum(c for group, _, c in by_control[line.control].adjustments if group == "PR")
            cuts = [("OA", "23", line.charge - left), ("PR", "2", left - left // 2)]
            lines.append(Said(line=place, paid=left // 2, adjustments=cuts))
        return KEYS[sent.coverages[order]], self.word(sent, status, order, lines)

    def word(self, sent: raw_files.Sent, status: str, order: str, lines: list[Said]) -> Word:
        self.count += 1
        number = f"N{self.count:08d}"
        return Word(sent=sent, status=status, payer_number=number, lines=lines, member=sent.members[order])


def play(home: WorkingHome, count: int, dice: random.Random) -> Played:
    """Plays so many encounters to the end of what their payers decide."""
    drawn = documents.draw(dice, count)
    raw = home.path / "raw"
    done = Played(raw, drawn)
    payers = Payers(home.path / "clearinghouse" / "sftp" / "outbound", dice)
    known: set[str] = set()
    for day in days():
        drop(home, drawn, day)
        with home.clearinghouse(day, scenario=TERMS.read_text("utf-8")), home.opened() as opened:
            nightly_run.walk(opened, day)
            payers.answer(day)  # collected by the next night
            if day == FIRST + timedelta(days=1):
                for one in drawn.added:
                    correct_claim.correct(opened, day, ANN, one["id"], dry_run=False)
            for sent in claims_out(home, known):
                payers.hear(sent)
            look(opened, day, done)
    keep(home, raw)
    return done


def days() -> Iterator[date]:
    return (FIRST + timedelta(days=n) for n in range(NIGHTS))


def drop(home: WorkingHome, drawn: Documents, day: date) -> None:
    if day == FIRST:
        for practice, found in drawn.whole.items():
            home.drop(f"{practice}/first.json", found)
        if drawn.rows:
            home.drop("lakeside/first.csv", drawn.as_csv)
    elif day == FIRST + timedelta(days=1):
        for one in [*drawn.corrected, *drawn.added]:
            home.drop(f"{one['practice']}/{one['id']}_second.json", one)


def look(opened: Home, day: date, done: Played) -> None:
    """The books after a night; after the last one also what is held still."""
    books, proven = money(opened.ledger), proof(opened.ledger)
    if not books.closes or not proven.holds:
        done.faults.append(f"{day}: closes {books.closes}, {proven.faults[:3]}")
    if day == list(days())[-1]:
        done.held = [f"{h.external_id} {h.edit_id} {h.place}" for h in holds(opened.ledger)]
        done.faults += [
            f"{one.external_id} is still to be billed"
            for one in standing.claims(opened.ledger)
            if one.state == "to_bill"
        ]


def keep(home: WorkingHome, raw: Path) -> None:
    """The documents, what the clearinghouse got and what it gave, as they are."""
    shutil.copytree(home.inbox, raw / "inbox")
    for name in ("sent", "received"):
        (raw / name).mkdir()
    for file in sorted((home.path / "clearinghouse" / "received").iterdir()):
        if b"*005010X222" in (data := file.read_bytes()) or b"*005010X223" in data or b"*005010X224" in data:
            (raw / "sent" / file.name).write_bytes(data)
    for file in (home.path / "clearinghouse" / "sftp" / "outbound").iterdir():
        if b"*005010X221A1~" in file.read_bytes():
            shutil.copy(file, raw / "received" / file.name)
