"""What the clearinghouse remembers between starts: its business dates (the scenario's "nights"), files,
claims, numbers, credit balances.

A small SQLite file under the root. One thread at a time; the caller holds the lock and ends each
piece of work with `commit` or `rollback`, so that a kill leaves it before or after, never between.
"""

import sqlite3
from dataclasses import dataclass
from datetime import date
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS night (number INTEGER PRIMARY KEY, day TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS file (
    id INTEGER PRIMARY KEY, journal_line INTEGER NOT NULL UNIQUE, night INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS interchange (
    id INTEGER PRIMARY KEY, sender TEXT NOT NULL, isa13 TEXT NOT NULL, status TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS claim (
    id INTEGER PRIMARY KEY, file INTEGER NOT NULL, transaction_place INTEGER NOT NULL,
    place INTEGER NOT NULL, rule TEXT NOT NULL, night INTEGER NOT NULL, payer TEXT NOT NULL,
    sender TEXT NOT NULL, receiver TEXT NOT NULL, replaces TEXT NOT NULL, steps INTEGER NOT NULL,
    done INTEGER NOT NULL DEFAULT 0, reversed INTEGER NOT NULL DEFAULT 0,
    patient_control_number TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS decision (
    id INTEGER PRIMARY KEY, claim TEXT NOT NULL, cents INTEGER NOT NULL, day TEXT NOT NULL,
    check_number TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS matched (rule TEXT PRIMARY KEY, times INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS number (name TEXT PRIMARY KEY, last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS carried (
    payer TEXT NOT NULL, payee TEXT NOT NULL, cents INTEGER NOT NULL, reference TEXT NOT NULL,
    PRIMARY KEY (payer, payee));
CREATE TABLE IF NOT EXISTS benefit (
    claim INTEGER PRIMARY KEY, member TEXT NOT NULL, year INTEGER NOT NULL, cents INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS letter (
    name TEXT PRIMARY KEY, claim INTEGER NOT NULL, number INTEGER NOT NULL, night INTEGER NOT NULL,
    answered INTEGER NOT NULL DEFAULT 0, won INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS stranger (place INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS later (
    id INTEGER PRIMARY KEY, night INTEGER NOT NULL, name TEXT NOT NULL, data BLOB NOT NULL,
    placed INTEGER NOT NULL DEFAULT 0);
"""


@dataclass(frozen=True, slots=True)
class KnownClaim:
    """One accepted claim: where it lies, its rule, and how many of its decisions are made."""

    id: int
    file: int
    transaction_place: int
    place: int
    rule: str
    night: int
    payer: str
    sender: str
    receiver: str
    replaces: str  # REF F8 of a replacement or void
    steps: int
    done: int
    reversed: int
    patient_control_number: str

    @property
    def number(self) -> str:
        """The payer's own claim number."""
        return claim_number(self.payer, self.id)


@dataclass(frozen=True, slots=True)
class KnownLetter:
    """A letter about a claim, on paper: the `number`-th about it, from 1, and when it came."""

    name: str
    claim: int
    number: int
    night: int
    answered: int
    won: int


def claim_number(payer: str, claim_id: int) -> str:
    """The payer's own number of a claim (CLP07, REF 1K)."""
    return f"{payer}{claim_id:08d}"


class State:
    """The memory. Nothing is kept before `commit`."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(_SCHEMA)
        self._db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Keep what was done since the last commit."""
        self._db.execute("COMMIT")
        self._db.execute("BEGIN IMMEDIATE")

    def rollback(self) -> None:
        """Forget it."""
        self._db.execute("ROLLBACK")
        self._db.execute("BEGIN IMMEDIATE")

    def close(self) -> None:
        """Forget what was not committed and end."""
        self._db.close()

    def night(self) -> tuple[int, date] | None:
        """Number (from 1) and day of the last business date."""
        row = self._db.execute("SELECT number, day FROM night ORDER BY number DESC LIMIT 1").fetchone()
        return (row[0], date.fromisoformat(row[1])) if row else None

    def day_of(self, night: int) -> date:
        """The day of a business date by its number."""
        row = self._db.execute("SELECT day FROM night WHERE number = ?", (night,)).fetchone()
        return date.fromisoformat(row[0])

    def add_night(self, day: date) -> int:
        """Begin a business date; its number."""
        return self._insert("INSERT INTO night (day) VALUES (?)", day.isoformat())

    def next(self, name: str) -> int:
        """The next number of a sequence, from 1."""
        self._db.execute(
            "INSERT INTO number VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET last = last + 1", (name,)
        )
        return int(self._db.execute("SELECT last FROM number WHERE name = ?", (name,)).fetchone()[0])

    def file_done(self, journal_line: int) -> bool:
        """Whether a journaled file was worked through."""
        return bool(self._db.execute("SELECT 1 FROM file WHERE journal_line = ?", (journal_line,)).fetchone())

    def journal_line(self, file: int) -> int:
        """The line of the journal that a file stands on."""
        return int(self._db.execute("SELECT journal_line FROM file WHERE id = ?", (file,)).fetchone()[0])

    def add_file(self, journal_line: int, night: int) -> int:
        """A file being worked through; its id."""
        return self._insert("INSERT INTO file (journal_line, night) VALUES (?, ?)", journal_line, night)

    def holds_interchange(self, sender: str, isa13: str) -> bool:
        """Whether an interchange of this number was accepted from this sender."""
        query = "SELECT 1 FROM interchange WHERE sender = ? AND isa13 = ? AND status <> 'R'"
        return bool(self._db.execute(query, (sender, isa13)).fetchone())

    def add_interchange(self, sender: str, isa13: str, status: str) -> int:
        """An interchange that was answered A, E or R; how many there are now."""
        return self._insert(
            "INSERT INTO interchange (sender, isa13, status) VALUES (?, ?, ?)", sender, isa13, status
        )

    def set_interchange(self, interchange: int, status: str) -> None:
        """The scenario decides otherwise on an interchange."""
        self._db.execute("UPDATE interchange SET status = ? WHERE id = ?", (status, interchange))

    def count_match(self, rule: str) -> int:
        """One more claim fits a rule; how many now."""
        self._db.execute(
            "INSERT INTO matched VALUES (?, 1) ON CONFLICT (rule) DO UPDATE SET times = times + 1", (rule,)
        )
        return int(self._db.execute("SELECT times FROM matched WHERE rule = ?", (rule,)).fetchone()[0])

    def add_claim(
        self,
        *,
        file: int,
        transaction_place: int,
        place: int,
        rule: str,
        night: int,
        payer: str,
        sender: str,
        receiver: str,
        replaces: str,
        steps: int,
        patient_control_number: str,
    ) -> int:
        """An accepted claim; its id."""
        return self._insert(
            "INSERT INTO claim (file, transaction_place, place, rule, night, payer, sender, receiver,"
            " replaces, steps, patient_control_number) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(file, transaction_place, place, rule, night, payer, sender, receiver, replaces, steps),
            patient_control_number,
        )

    def open_claims(self, file: int | None = None) -> list[KnownClaim]:
        """Claims with decisions still to be made, in the order received; of one file or of all."""
        of = "" if file is None else " AND file = :file"
        rows = self._db.execute(f"SELECT * FROM claim WHERE done < steps{of} ORDER BY id", {"file": file})
        return [KnownClaim(*row) for row in rows]

    def claim_of_number(self, number: str) -> KnownClaim | None:
        """The claim that a payer's number names."""
        for row in self._db.execute("SELECT * FROM claim WHERE ? LIKE payer || '%'", (number,)):
            if (claim := KnownClaim(*row)).number == number:
                return claim
        return None

    def claim_asked_about(self, sender: str, payer: str, number: str, own: str) -> KnownClaim | None:
        """The newest claim that a sender means, by the payer's own number or its patient control number."""
        rows = self._db.execute(
            "SELECT * FROM claim WHERE sender = ? AND payer = ? ORDER BY id DESC", (sender, payer)
        )
        for claim in (KnownClaim(*row) for row in rows):
            if (own and claim.number == own) or (number and claim.patient_control_number == number):
                return claim
        return None

    def add_decision(self, claim: str, cents: int, day: date, check_number: str) -> None:
        """A remittance decides on the claim of a payer's number."""
        self._insert(
            "INSERT INTO decision (claim, cents, day, check_number) VALUES (?, ?, ?, ?)",
            *(claim, cents, day.isoformat(), check_number),
        )

    def last_decision(self, claim: str) -> tuple[int, date, str] | None:
        """Cents, day and check of what was decided last on a claim."""
        query = "SELECT cents, day, check_number FROM decision WHERE claim = ? ORDER BY id DESC LIMIT 1"
        row = self._db.execute(query, (claim,)).fetchone()
        return (int(row[0]), date.fromisoformat(row[1]), str(row[2])) if row else None

    def decided(self, claim_id: int) -> None:
        """One more of a claim's decisions is made."""
        self._db.execute("UPDATE claim SET done = done + 1 WHERE id = ?", (claim_id,))

    def set_reversed(self, claim_id: int) -> None:
        """A replacement or void took the claim back; it gets no more decisions."""
        self._db.execute("UPDATE claim SET reversed = 1, done = steps WHERE id = ?", (claim_id,))

    def claim(self, claim_id: int) -> KnownClaim:
        """A claim by its id."""
        return KnownClaim(*self._db.execute("SELECT * FROM claim WHERE id = ?", (claim_id,)).fetchone())

    def knows_letter(self, name: str) -> bool:
        """Whether a letter was read."""
        return bool(self._db.execute("SELECT 1 FROM letter WHERE name = ?", (name,)).fetchone())

    def add_letter(self, name: str, claim_id: int, night: int) -> None:
        """A letter about a claim, or about none that is known (0)."""
        query = "SELECT COUNT(*) FROM letter WHERE claim = ?"
        number = 1 + int(self._db.execute(query, (claim_id,)).fetchone()[0])
        self._insert(
            "INSERT INTO letter (name, claim, number, night) VALUES (?, ?, ?, ?)",
            *(name, claim_id, number, night),
        )

    def open_letters(self) -> list[KnownLetter]:
        """The letters that wait for their answer, in the order in which they came."""
        return [
            KnownLetter(*r)
            for r in self._db.execute("SELECT * FROM letter WHERE answered = 0 AND claim > 0 ORDER BY rowid")
        ]

    def answer_letter(self, name: str, *, won: bool) -> None:
        """A letter is answered."""
        self._db.execute("UPDATE letter SET answered = 1, won = ? WHERE name = ?", (int(won), name))

    def won_letter(self, claim_id: int) -> int:
        """The number of the last letter that changed the decision on a claim; 0 none did."""
        query = "SELECT coalesce(max(number), 0) FROM letter WHERE claim = ? AND won = 1"
        return int(self._db.execute(query, (claim_id,)).fetchone()[0])

    def carried(self, payer: str, payee: str) -> tuple[int, str]:
        """Cents that a payee still owes a payer from an earlier 835, and the trace number of that one."""
        query = "SELECT cents, reference FROM carried WHERE payer = ? AND payee = ?"
        row = self._db.execute(query, (payer, payee)).fetchone()
        return (int(row[0]), str(row[1])) if row else (0, "")

    def carry(self, payer: str, payee: str, cents: int, reference: str) -> None:
        """Remember what is carried to the next 835."""
        self._db.execute(
            "INSERT OR REPLACE INTO carried VALUES (?, ?, ?, ?)", (payer, payee, cents, reference)
        )

    def benefits_before(self, claim_id: int, member: str, year: int) -> int:
        """Cents that a member had in a year from claims received before this one."""
        query = "SELECT coalesce(sum(cents), 0) FROM benefit WHERE member = ? AND year = ? AND claim < ?"
        return int(self._db.execute(query, (member, year, claim_id)).fetchone()[0])

    def add_benefit(self, claim_id: int, member: str, year: int, cents: int) -> None:
        """Remember what a claim took of its member's year; what it took before is replaced."""
        self._db.execute(
            "INSERT OR REPLACE INTO benefit VALUES (?, ?, ?, ?)", (claim_id, member, year, cents)
        )

    def stranger_placed(self, place: int) -> bool:
        """Whether a [[stranger]] of the scenario was paid already."""
        return bool(self._db.execute("SELECT 1 FROM stranger WHERE place = ?", (place,)).fetchone())

    def place_stranger(self, place: int) -> None:
        """It is paid now."""
        self._db.execute("INSERT INTO stranger VALUES (?)", (place,))

    def keep_for_later(self, night: int, name: str, data: bytes) -> None:
        """Keep an answer for a later business date."""
        self._insert("INSERT INTO later (night, name, data) VALUES (?, ?, ?)", night, name, data)

    def due(self, night: int) -> list[tuple[str, bytes]]:
        """Name and bytes of the kept answers that are due; they are given once."""
        rows = self._db.execute(
            "SELECT name, data FROM later WHERE night <= ? AND placed = 0 ORDER BY id", (night,)
        ).fetchall()
        self._db.execute("UPDATE later SET placed = 1 WHERE night <= ?", (night,))
        return [(name, data) for name, data in rows]

    def _insert(self, statement: str, *values: object) -> int:
        return int(self._db.execute(statement, values).lastrowid or 0)
