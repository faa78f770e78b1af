"""A fee schedule as CSV: the rows of a contract, each judged by itself and against the others."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from ledger.adjudication import stop_loss
from ledger.adjudication.anesthesia import is_time_rule
from ledger.adjudication.contract_prices import (
    ANESTHESIA,
    BASE,
    FEE,
    MODIFIER,
    OF_CHARGE,
    OF_CLAIMS,
    OF_LINES,
    OF_MEDICARE,
    PER_DIEM,
    RULES,
    Rate,
)
from tasks.errors import StepError
from tasks.inbox import csv_table

NEEDED: Final = ("rule", "rate")
COLUMNS: Final = (
    *("rule", "procedure", "modifier", "place", "plan", "revenue_code", "drg", "rate", "multiple"),
    *("lesser_of", "time", "carve_out", "stop_loss", "from", "to"),
)
MOST_REPORTED: Final = 5
"""Wrong rows that are reported at once."""
LARGEST: Final = 40_000_000
"""Bytes: the Medicare fee schedule of a locality has a twentieth of it."""
_RATE: Final = re.compile(r"\$?((?:\d{1,3}(?:,\d{3}){1,2}|\d{1,7})(?:\.\d{1,4})?)(%?)")
PARTS: Final = (OF_CHARGE, OF_MEDICARE, MODIFIER)
"""The rules whose rate is a percentage."""
OF_MEDICARES: Final = (FEE, MODIFIER, ANESTHESIA, BASE)
"""The rules of the Medicare fee schedule itself."""
MOST_UNITS: Final = 100
"""Base units: no procedure has a third of it, and dollars in their place are more."""
_CODE: Final = re.compile(r"[A-Z0-9]{5}")


class _Wrong(Exception):
    """What is wrong with a row, with its remedy."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days for which a file is imported, ISO; `to_on` "" no end is known."""

    from_on: str
    to_on: str = ""


def read(data: bytes, period: Period, *, medicare: bool) -> list[Rate]:
    """The rows of a file. A row without days of its own has those of the file.

    Raises StepError CTR-01: the file can't be read; CTR-02: rows are not right.
    """
    text = csv_table.decoded(data, "CTR-01", "save the spreadsheet as CSV")
    rows = csv_table.rows(text, "CTR-01", "CTR-02", NEEDED, COLUMNS)
    found: list[Rate] = []
    wrong: list[str] = []
    for line, row in rows:
        try:
            found.append(_rate(line, row, period, medicare=medicare))
        except _Wrong as error:
            wrong.append(f"line {line}: {error}")
    wrong += [f"line {one.line}: {_same(other)}" for one, other in clashes(found, ())]
    _refuse(wrong)
    if not found:
        raise StepError("CTR-02", "the file has no rows; nothing was imported")
    return found


def _refuse(wrong: Sequence[str]) -> None:
    """Raises StepError CTR-02 where something is wrong."""
    if wrong:
        more = f"; and {len(wrong) - MOST_REPORTED} more" if len(wrong) > MOST_REPORTED else ""
        raise StepError("CTR-02", f"{'; '.join(wrong[:MOST_REPORTED])}{more}. Nothing was imported")


def clashes(rates: Iterable[Rate], known: Iterable[Rate]) -> list[tuple[Rate, Rate]]:
    """Rows that are about the same on the same day as one before them, or as a known one: neither is more
    specific, so that nobody could say which one holds."""
    by_subject: dict[tuple[object, ...], list[Rate]] = defaultdict(list)
    found = []
    for one in known:
        by_subject[_bucket(one)].append(one)
    for one in rates:
        of = by_subject[_bucket(one)]
        other = next((o for o in of if _overlap(one, o)), None)
        if other is not None:
            found.append((one, other))
        of.append(one)
    return found


def _bucket(rate: Rate) -> tuple[object, ...]:
    """What a row is about, beside days and places. Ranges of procedures are compared with each other, single
    ones by their code."""
    code = "" if rate.procedure_to else rate.procedure
    of = frozenset(rate.modifiers), rate.plan, rate.revenue_code, rate.drg
    kind = rate.rule if rate.rule in (MODIFIER, BASE) else rate.rule in OF_CLAIMS
    return kind, code, bool(rate.procedure_to), *of


def _overlap(one: Rate, other: Rate) -> bool:
    far = date.max.isoformat()
    places = bool(set(one.places) & set(other.places)) or not (one.places or other.places)
    codes = not one.procedure_to or (
        one.procedure <= other.procedure_to and other.procedure <= one.procedure_to
    )
    days = one.from_on <= (other.to_on or far) and other.from_on <= (one.to_on or far)
    return places and codes and days


def _same(other: Rate) -> str:
    days = f"{other.from_on} {f'to {other.to_on}' if other.to_on else 'on'}"
    return f"it is about the same as line {other.line}, which holds from {days}; keep one of them"


def _rate(line: int, row: Mapping[str, str], period: Period, *, medicare: bool) -> Rate:
    rule = row["rule"].lower().replace(" ", "_") if row.get("rule") else ""
    if rule not in RULES:
        raise _Wrong(f"the rule is one of {', '.join(RULES)}")
    if medicare and rule not in OF_MEDICARES:
        raise _Wrong(f"the Medicare fee schedule has the rules {', '.join(OF_MEDICARES)} alone")
    first, last = _procedures(row.get("procedure", ""))
    made = Rate(
        line=line,
        rule=rule,
        procedure=first,
        procedure_to=last,
        modifiers=_codes(row, "modifier", r"[A-Z0-9]{2}", "a modifier has two letters or digits, like 26"),
        places=_codes(row, "place", r"\d{2}", "a place is a place of service like 11", zeros=2),
        plan=row.get("plan", "").upper(),
        revenue_code=_one(row, "revenue_code", r"\d{4}", "a revenue code is like 0450", zeros=4),
        drg=_one(row, "drg", r"\d{3,4}", "a DRG has three digits, like 470", zeros=3),
        rate=_rate_of(rule, row.get("rate", "")),
        multiple=_steps(row.get("multiple", "")),
        lesser_of=_yes(row, "lesser_of", default=True),
        time=" ".join(row.get("time", "").lower().split()),
        carve_out=_yes(row, "carve_out", default=False),
        stop_loss=" ".join(row.get("stop_loss", "").lower().split()),
        from_on=_day(row.get("from", "")) or period.from_on,
        to_on=_day(row.get("to", "")) or period.to_on,
    )
    _whole(made, period)
    return made


def _whole(rate: Rate, period: Period) -> None:
    """What of a row does not go together."""
    if rate.to_on and rate.to_on < rate.from_on:
        raise _Wrong(f"its last day, {rate.to_on}, is before its first one, {rate.from_on}")
    if rate.from_on < period.from_on or (period.to_on and (not rate.to_on or rate.to_on > period.to_on)):
        until = f" to {period.to_on}" if period.to_on else " on"
        raise _Wrong(f"its days are outside those of the contract, from {period.from_on}{until}")
    if rate.rule == FEE and not (rate.procedure or rate.revenue_code or rate.drg):
        raise _Wrong("a fee names its procedure, revenue_code or drg")
    if rate.rule == MODIFIER and not rate.modifiers:
        raise _Wrong(f"{MODIFIER} names its modifier")
    if rate.rule == BASE and not (rate.procedure or rate.modifiers):
        raise _Wrong(f"{BASE} names its procedure, or the modifier that adds them")
    if rate.rule == PER_DIEM and not rate.revenue_code:
        raise _Wrong(f"{PER_DIEM} names the revenue code whose units are its days, like 0120")
    if rate.multiple and rate.rule not in (FEE, OF_CHARGE, OF_MEDICARE):
        raise _Wrong(f"multiple does not go with {rate.rule}; it stands in the rows of the procedures")
    if rate.time and (rate.rule != ANESTHESIA or not is_time_rule(rate.time)):
        raise _Wrong(f"time is of {ANESTHESIA}: the minutes of a unit, as 15, 15 up, 15 down, 15 half")
    if rate.carve_out and rate.rule not in OF_LINES:
        raise _Wrong(f"carve_out goes with {', '.join(OF_LINES)}: it prices a line apart from a case")
    if rate.stop_loss and rate.rule not in OF_CLAIMS:
        raise _Wrong(f"stop_loss goes with {', '.join(OF_CLAIMS)}: it is about the whole claim's charge")
    if rate.stop_loss and stop_loss.read(rate.stop_loss) is None:
        raise _Wrong("stop_loss is dollars of charge and a percentage, as 100000/60 or 100000/60 whole")


def _procedures(text: str) -> tuple[str, str]:
    """A code, or the first and last one of a range."""
    codes = [code.strip() for code in re.split("[-\u2013]", text.upper())] if text else []
    if any(not _CODE.fullmatch(code) for code in codes) or len(codes) > 2:
        raise _Wrong(
            "a procedure is a code of five characters like 99213, or a range like 99202-99215; "
            "a spreadsheet may have cut its zeros"
        )
    if len(codes) == 2 and (codes[1] < codes[0] or codes[0].isdigit() != codes[1].isdigit()):
        raise _Wrong("a range of procedures begins with its lower code")
    first, last = (*codes, "", "")[:2]
    return first, last if last != first else ""


def _codes(row: Mapping[str, str], name: str, pattern: str, fault: str, zeros: int = 0) -> tuple[str, ...]:
    given = [text for text in re.split(r"[\s,;/]+", row.get(name, "").upper()) if text]
    texts = [text.zfill(zeros) if text.isdigit() else text for text in given]
    if any(not re.fullmatch(pattern, text) for text in texts):
        raise _Wrong(fault)
    return tuple(dict.fromkeys(texts))


def _one(row: Mapping[str, str], name: str, pattern: str, fault: str, zeros: int) -> str:
    found = _codes(row, name, pattern, fault, zeros)
    if len(found) > 1:
        raise _Wrong(f"{fault}; give each a row of its own")
    return found[0] if found else ""


def _amount(text: str, *, percent: bool) -> Decimal:
    matched = _RATE.fullmatch(text)
    if matched is None or (matched[2] and not percent):
        what = "a percentage like 110 or 62.5" if percent else "an amount in dollars like 92.50"
        raise _Wrong(f"the rate is {what}, with four decimals at most")
    found = Decimal(matched[1].replace(",", ""))
    if percent and not 0 < found <= 1000:
        raise _Wrong("a percentage is more than 0 and at most 1000; 110 is a tenth more than the whole")
    return found


def _rate_of(rule: str, text: str) -> Decimal:
    return _units(text) if rule == BASE else _amount(text, percent=rule in PARTS)


def _units(text: str) -> Decimal:
    if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", text) or Decimal(text) > MOST_UNITS:
        raise _Wrong(f"the rate of {BASE} is a number of units like 7, at most {MOST_UNITS}")
    return Decimal(text)


def _steps(text: str) -> tuple[Decimal, ...]:
    if not text:
        return ()
    parts = [part.strip().removesuffix("%") for part in text.split("/")]
    if any(not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", part) or Decimal(part) > 100 for part in parts):
        raise _Wrong("multiple has the percentages of the first, second and further procedures: 100/50/25")
    return tuple(Decimal(part) for part in parts)


def _yes(row: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = row.get(name, "").lower()
    if text not in ("", "y", "yes", "true", "n", "no", "false"):
        raise _Wrong(f"{name} is yes or no, and {'yes' if default else 'no'} where it is empty")
    return text in ("y", "yes", "true") or (default and not text)


def _day(text: str) -> str:
    """A day as ISO writes it, or as a spreadsheet does (1/31/2027); "" none."""
    if not text:
        return ""
    found = csv_table.day(text)
    if found is None or found.year < 1990:
        raise _Wrong("a day is written like 2027-01-31 or 1/31/2027")
    return found.isoformat()
