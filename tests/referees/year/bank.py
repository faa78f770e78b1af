"""The practices' bank: what payers paid and the desks carried to it, some late, some returned, some never."""

import csv
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

from tests.referees.quarter.remittance_files import Site, Word

ACCOUNTS = {"lakeside": "700100101", "summit": "700100202", "bayview": "700100303"}
ACCOUNTS |= {"ridgeline": "700100404", "elmgrove": "700100505"}
BAI2 = ("bayview", "ridgeline")  # the others have CSV
ORIGINATOR = "1999999999"


@dataclass(frozen=True)
class Line:
    """A line of a statement of account; cents below 0 were taken back."""

    practice: str
    on: date
    cents: int
    kind: str
    trace: str
    reference: str
    payer: str = ""


@dataclass
class Bank:
    """Lines as they will clear. `given` are those that were in a file already."""

    dice: random.Random
    lines: list[Line] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    last: dict[str, list[Line]] = field(default_factory=dict)
    files: int = 0

    def clear(self, practice: str, on: date, cents: int, kind: str, trace: str = "", payer: str = "") -> None:
        reference = f"B{len(self.lines) + 1:07d}"
        self.lines.append(Line(practice, on, cents, kind, trace, reference, payer))

    def pays(self, day: date, practice: str, payer: str, cents: int, trace: str, kind: str = "eft") -> None:
        """A payer's money for a remittance."""
        chance = self.dice.random()
        if cents <= 0 or chance < 0.01:
            return  # it never comes
        late = self.dice.randint(15, 45) if chance < 0.07 else self.dice.randint(0, 3)
        on = day + timedelta(days=late)
        self.clear(practice, on, cents, kind, trace, payer)
        if 0.07 <= chance < 0.10:
            self.clear(practice, on + timedelta(days=4), -cents, "returned", trace, payer)
            if chance < 0.085:
                self.clear(practice, on + timedelta(days=12), cents, kind, trace, payer)

    def file(self, practice: str, until: date) -> bytes | None:
        """What cleared since the last file, with some lines of that once more; None: nothing did."""
        new = [
            one
            for one in self.lines
            if one.practice == practice and one.on <= until and one.reference not in self.given
        ]
        if not new:
            return None
        self.given |= {one.reference for one in new}
        lines = sorted([*self.last.get(practice, [])[-3:], *new], key=lambda one: (one.on, one.reference))
        self.last[practice] = new
        self.files += 1
        return bai2(lines) if practice in BAI2 else as_csv(lines)


def as_csv(lines: Sequence[Line]) -> bytes:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["account", "date", "amount", "kind", "trace", "originator", "payer", "reference"])
    for one in lines:
        sign = "-" if one.cents < 0 else ""
        amount = f"{sign}{abs(one.cents) // 100}.{abs(one.cents) % 100:02d}"
        kind = "other" if one.kind == "returned" else one.kind
        rows.writerow(
            [
                f"xxxxx{ACCOUNTS[one.practice][-4:]}",
                one.on,
                amount,
                kind,
                one.trace,
                "",
                one.payer,
                one.reference,
            ]
        )
    return out.getvalue().encode()


def bai2(lines: Sequence[Line]) -> bytes:
    """Cash Management Balance Reporting, a group for each day."""
    out, parts, file_total = [f"01,BANK,CLIENT,{lines[-1].on:%y%m%d},0600,1,,,2/"], 0, 0
    for on, some in groupby(lines, key=lambda one: one.on):
        of_day = list(some)
        total = sum(abs(one.cents) for one in of_day)
        out.append(f"02,CLIENT,BANK,1,{on:%y%m%d},0600,USD,2/")
        out.append(f"03,{ACCOUNTS[of_day[0].practice]},,,,,/")
        for one in of_day:
            text = f"TRN*1*{one.trace}*{ORIGINATOR}" if one.kind in ("eft", "returned") else one.kind.upper()
            code = {"eft": "165", "returned": "455", "check": "175", "cash": "301"}[one.kind]
            out.append(f"16,{code},{abs(one.cents)},,{one.reference},{one.trace},{text}")
        out += [f"49,{total},{len(of_day) + 2}/", f"98,{total},1,{len(of_day) + 4}/"]
        parts, file_total = parts + 1, file_total + total
    out.append(f"99,{file_total},{parts},{len(out) + 1}/")
    return ("\n".join(out) + "\n").encode()


@dataclass
class BankedSite(Site):
    """Payers that put money into the bank for each payment that they write."""

    bank: Bank = field(kw_only=True)

    def payment(
        self,
        day: date,
        payer: str,
        practice: str,
        words: Sequence[Word],
        provider: Sequence[tuple[str, str, int]],
    ) -> list[str]:
        body = super().payment(day, payer, practice, words, provider)
        amount = sum(w.paid for w in words) - sum(c for *_, c in provider)
        self.bank.pays(day, practice, payer, amount, body[1].split("*")[2])
        return body


def with_accounts(partners: Path) -> None:
    """The practices' files name their accounts."""
    for practice, account in ACCOUNTS.items():
        file = partners / "practices" / f"{practice}.toml"
        text = file.read_text("utf-8")
        file.write_text(f'bank_accounts = ["{account[-4:]}"]\n{text}', encoding="utf-8")
