"""A bank's file of what came to an account: CSV, or BAI2 with its control totals."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from edi.declare.types import to_cents
from tasks.errors import StepError
from tasks.inbox import csv_table

NEEDED = ("account", "date", "amount")
COLUMNS = (*NEEDED, "kind", "trace", "originator", "payer", "reference")
KINDS = ("eft", "check", "lockbox", "card", "cash", "other")

# BAI2's uniform type codes, of transactions in detail.
_KIND_OF_CODE: Final = {
    **dict.fromkeys(("115", "116", "135"), "lockbox"),
    **dict.fromkeys(("142", "143", "145", "164", "165", "166", "168", "169", "195", "206", "208"), "eft"),
    **dict.fromkeys(("171", "172", "174", "175", "301", "302", "305"), "check"),
}
_RETURNED_CHECK: Final = "555"
_RETURNED: Final = frozenset({"455", "552", "554", _RETURNED_CHECK, "557", "558"})
"""Debits that take a credit back: a preauthorized ACH debit, a credit reversed, an error of posting put
right, a deposited item and an ACH item returned, and an ACH credit reversed."""
_AMOUNT: Final = re.compile(r"(-?\$?|\$-)(\d{1,3}(?:,\d{3}){1,4}|\d{0,13})((?:\.\d{1,2})?)")
"""Dollars as spreadsheets write them. A comma stands between thousands alone: 12,50 is no 1250.00."""
_IN_PARENTHESES: Final = re.compile(r"(\$?)\(([^()-]+)\)")
"""How accountants write what is below 0: ($1,250.00)."""
_REASSOCIATION = re.compile(r"TRN\*1\*([^*~\\/\s]{1,50})\*([0-9A-Z]{9,10})")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """One line: where it stands, the account as the bank names it, and what it says.

    Cents below 0 were taken back. `reference` is the bank's own, "" none; `turn` counts lines of the file
    that say the same, from 1.
    """

    row: int
    account: str
    on: date
    cents: int
    kind: str
    trace: str = ""
    originator: str = ""
    payer: str = ""
    reference: str = ""
    turn: int = 1

    @property
    def key(self) -> str:
        """What names this line in every file that has it."""
        if self.reference:
            return f"{self.account}|{self.on}|{self.cents}|{self.reference}|{self.turn}"
        said = "|".join((self.kind, self.trace, self.originator, self.payer))
        digest = hashlib.sha256(said.encode()).hexdigest()[:16]
        return f"{self.account}|{self.on}|{self.cents}|={digest}|{self.turn}"


@dataclass(frozen=True, slots=True)
class BankFile:
    """Its lines, and how many debits it has that take nothing back."""

    lines: list[FileLine] = field(default_factory=list)
    left_out: int = 0


def read(data: bytes) -> BankFile:
    """A bank's file. Raises StepError DEP-01, it can't be read; DEP-02, a line is not right."""
    text = csv_table.decoded(data, "DEP-01", "ask the bank for CSV or BAI2")
    found = _bai2(text) if text.lstrip().startswith("01,") else _csv(text)
    return BankFile(with_turns(found.lines), found.left_out)


def with_turns(lines: Sequence[FileLine]) -> list[FileLine]:
    """The lines, each with its turn among those that say the same."""
    turns: Counter[str] = Counter()
    counted = []
    for line in (replace(one, turn=1) for one in lines):
        turns[line.key] += 1
        counted.append(replace(line, turn=turns[line.key]))
    return counted


def _csv(text: str) -> BankFile:
    lines = []
    for number, values in csv_table.rows(text, "DEP-01", "DEP-02", NEEDED, COLUMNS):
        cents = _dollars(values["amount"])
        if not cents:
            raise StepError("DEP-02", f"line {number}: amount is no sum in dollars, like 1250.00")
        kind = values.get("kind", "").lower() or "other"
        if kind not in KINDS:
            raise StepError("DEP-02", f"line {number}: kind is one of {', '.join(KINDS)}")
        if not values["account"]:
            raise StepError("DEP-02", f"line {number}: no account")
        lines.append(
            FileLine(
                row=number,
                account=values["account"],
                on=_day(values["date"], number),
                cents=cents,
                kind=kind if cents > 0 else "returned",
                trace=values.get("trace", ""),
                originator=values.get("originator", ""),
                payer=values.get("payer", ""),
                reference=values.get("reference", ""),
            )
        )
    return BankFile(lines)


def _dollars(text: str) -> int | None:
    if below := _IN_PARENTHESES.fullmatch(text):
        text = f"-{below[1]}{below[2]}"
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return None
    sign, whole, part = found.groups()
    return to_cents(f"{'-' if '-' in sign else ''}{whole.replace(',', '')}{part}")


def _day(text: str, number: int) -> date:
    found = csv_table.day(text)
    if found is not None:
        return found
    raise StepError("DEP-02", f"line {number}: date is no day like 2026-11-17 or 11/17/2026")


@dataclass(slots=True)
class _Record:
    """A record with its continuations: its first line, its code, its fields, and how many lines it has."""

    line: int
    code: str
    fields: list[str]
    lines: int


def _bai2(text: str) -> BankFile:
    """BAI2 (Cash Management Balance Reporting, version 2): records 01, 02, 03, 16, 88, 49, 98, 99."""
    records = list(_records(text))
    if not records or records[-1].code != "99":
        raise StepError("DEP-01", "the file has no end (record 99): it is cut; fetch it again")
    return _Bai2(records).read()


def _records(text: str) -> Iterator[_Record]:
    found: _Record | None = None
    ended = False
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.rstrip()
        if not line:
            continue
        code, comma, rest = line.partition(",")
        if not comma and not line.endswith("/"):
            raise StepError("DEP-02", f"line {number}: no BAI2 record")
        closed, rest = rest.endswith("/"), rest.removesuffix("/")
        if code == "88":
            if found is None:
                raise StepError("DEP-02", f"line {number}: a continuation of nothing")
            if ended:
                found.fields.extend(rest.split(","))
            else:
                first, *others = rest.split(",")
                found.fields[-1] += first
                found.fields.extend(others)
            found.lines += 1
        else:
            if found is not None:
                yield found
            found = _Record(number, code.removesuffix("/"), rest.split(","), 1)
        ended = closed
    if found is not None:
        yield found


class _Bai2:
    """Walks the records, and proves each trailer's total and counts."""

    def __init__(self, records: Sequence[_Record]) -> None:
        self.records = records
        self.file = BankFile()
        self.lines: list[FileLine] = []
        self.left_out = 0

    def read(self) -> BankFile:
        on, account, currency = date.min, "", ""
        totals = {"49": 0, "98": 0, "99": 0}
        parts = {"98": 0, "99": 0}
        counts = {"49": 0, "98": 0, "99": 0}
        for record in self.records:
            for code in counts:
                counts[code] += record.lines
            if record.code == "02":
                on, counts["98"] = self._group(record), record.lines
                currency = (record.fields + [""] * 6)[5].strip()
            elif record.code == "03":
                account, counts["49"] = record.fields[0].strip(), record.lines
                self._in_dollars(record, currency)
                totals["49"] = self._amounts_of_account(record)
            elif record.code == "16":
                totals["49"] += self._transaction(record, account, on)
            elif record.code == "49":
                self._prove(record, totals["49"], counts["49"], record.fields[1:2])
                totals["98"] += totals["49"]
                parts["98"] += 1
                account = ""
            elif record.code == "98":
                self._prove(record, totals["98"], counts["98"], record.fields[2:3], parts["98"])
                totals["99"] += totals["98"]
                totals["98"] = parts["98"] = 0
                parts["99"] += 1
            elif record.code == "99":
                self._prove(record, totals["99"], counts["99"], record.fields[2:3], parts["99"])
            elif record.code != "01":
                raise StepError("DEP-02", f"line {record.line}: no record {record.code} in BAI2")
        return BankFile(self.lines, self.left_out)

    def _group(self, record: _Record) -> date:
        status, day = (record.fields + [""] * 5)[2:4]
        if status not in ("", "1", "3"):
            raise StepError(
                "DEP-02", f"line {record.line}: a group of status {status}: it is a test or deletes"
            )
        try:
            return datetime.strptime(day, "%y%m%d").date()
        except ValueError:
            raise StepError("DEP-02", f"line {record.line}: the group has no date like 261117") from None

    def _in_dollars(self, record: _Record, of_group: str) -> None:
        currency = "".join(record.fields[1:2]).strip() or of_group
        if currency not in ("", "USD"):
            raise StepError(
                "DEP-02", f"line {record.line}: an account in {currency}; only US dollars are taken"
            )

    def _amounts_of_account(self, record: _Record) -> int:
        """The sum of the summary amounts: type, amount, count and funds type, after account and currency."""
        rest = record.fields[2:]
        total = 0
        while len(rest) >= 2:
            total += _number(rest[1], record) if rest[1].strip() else 0
            rest = rest[3:]
            rest = rest[1 + _funds(rest) :]
        return total

    def _transaction(self, record: _Record, account: str, on: date) -> int:
        if not account:
            raise StepError("DEP-02", f"line {record.line}: a transaction outside an account")
        if len(record.fields) < 2:
            raise StepError("DEP-02", f"line {record.line}: a transaction without an amount")
        code = record.fields[0].strip()
        amount = _number(record.fields[1], record) if record.fields[1].strip() else 0  # 890 has none
        rest = record.fields[2:]
        rest = rest[1 + _funds(rest) :]
        reference = rest[0].strip() if rest else ""
        customer = rest[1].strip() if len(rest) > 1 else ""
        text = ",".join(rest[2:])
        known = _REASSOCIATION.search(text.replace(" ", ""))
        is_credit = code.isdecimal() and 100 <= int(code) < 400
        if amount and (is_credit or code in _RETURNED):
            kind = _KIND_OF_CODE.get(code, "other")
            is_check = kind == "check" or code == _RETURNED_CHECK
            self.lines.append(
                FileLine(
                    row=record.line,
                    account=account,
                    on=on,
                    cents=amount if is_credit else -amount,
                    kind=kind if is_credit else "returned",
                    trace=known[1] if known else customer if is_check else "",
                    originator=known[2] if known else "",
                    reference=reference,
                )
            )
        elif amount:
            self.left_out += 1
        return amount

    def _prove(
        self, record: _Record, total: int, lines: int, count: Sequence[str], parts: int | None = None
    ) -> None:
        said = _number(record.fields[0], record)
        if said != total:
            raise StepError(
                "DEP-02", f"line {record.line}: control total {said}, and what it covers comes to {total}"
            )
        if (
            parts is not None
            and "".join(record.fields[1:2]).strip()
            and _number(record.fields[1], record) != parts
        ):
            raise StepError(
                "DEP-02", f"line {record.line}: it counts {record.fields[1]} parts, there are {parts}"
            )
        if count and count[0].strip() and _number(count[0], record) != lines:
            raise StepError("DEP-02", f"line {record.line}: it counts {count[0]} records, there are {lines}")


def _funds(rest: Sequence[str]) -> int:
    """How many fields a funds type brings with it: V a date and a time, S three amounts, D pairs."""
    kind = rest[0].strip().upper() if rest else ""
    if kind == "D" and len(rest) > 1 and rest[1].strip().isdecimal():
        return 1 + 2 * int(rest[1])
    return {"V": 2, "S": 3}.get(kind, 0)


def _number(text: str, record: _Record) -> int:
    digits = text.strip().removeprefix("+")
    if not re.fullmatch(r"-?\d{1,15}", digits):
        raise StepError("DEP-02", f"line {record.line}: an amount or a count is no number")
    return int(digits)
