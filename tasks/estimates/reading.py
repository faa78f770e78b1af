"""Reads good-faith estimates from a CSV file: one row for each expected service, refused by its line."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from coding.codes import Codes
from coding.codes.validity import Validity
from config.identifiers import npi_is_valid, state_is_valid
from config.partners import Partners
from config.practice import Practice
from intake.amounts import dollars
from ledger.encounters.visits import PATIENT_PAYS
from ledger.patients.estimates import FORMS, PAPER
from tasks.claims.form import fee, number
from tasks.errors import StepError
from tasks.estimates.due_days import last_day
from tasks.estimates.said import Item, Provider, Said, Separate, own
from tasks.inbox import csv_table

UNREAD, WRONG = "EST-01", "EST-02"
NEEDED: Final = ("practice", "estimate", "kind", "last", "first", "birth_date", "item", "procedure")
OF_ALL: Final = (
    *("practice", "visit", "kind", "form", "last", "first", "birth_date", "mrn", "member_id"),
    *("street", "city", "state", "zip", "scheduled_on", "requested_on", "service_on", "until_on"),
)
"""The columns that say the same for all rows of an estimate: a later row may leave them empty."""
OF_ROW: Final = (
    *("item", "procedure", "modifiers", "diagnoses", "units", "times", "charge"),
    *("provider_npi", "provider_name", "provider_tax_id", "provider_place"),
    "scheduled_separately",
)
COLUMNS: Final = ("estimate", *OF_ALL, *OF_ROW)
LARGEST = 5_000_000
MOST_CENTS, MOST_TIMES = 9_999_999_99, 366

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """An estimate of the file, and the line on which it begins."""

    line: int
    said: Said


def read(data: bytes, partners: Partners, codes: Codes, as_of: date) -> list[Found]:
    """Every estimate of a file, in its order. `codes` know which are valid on the day of the service, else
    today.

    Raises StepError EST-01, it can't be read; EST-02, a line is not right.
    """
    text = csv_table.decoded(data, UNREAD, "export it as CSV")
    groups: dict[tuple[str, str], csv_table.Rows] = {}
    practice = ""
    for line, row in csv_table.rows(text, UNREAD, WRONG, NEEDED, COLUMNS):
        practice = row["practice"].lower() or practice
        groups.setdefault((practice, row["estimate"]), []).append((line, {**row, "practice": practice}))
    if not groups:
        raise StepError(WRONG, "line 2: the file has no estimate; one row is one expected service")
    return [_estimate(rows, partners, codes, as_of) for rows in groups.values()]


def _estimate(rows: csv_table.Rows, partners: Partners, codes: Codes, as_of: date) -> Found:
    first, head = rows[0]
    with _line(first):
        said = _head(head, partners, as_of)
    practice = partners.practices[said["practice"]]
    items: list[Item] = []
    providers: dict[str, Provider] = {}
    separate: list[Separate] = []
    for number_, row in rows:
        with _line(number_):
            _same(head, row)
            words = _words(row["item"], "item")
            if row.get("scheduled_separately", "").lower() in ("y", "yes"):
                separate.append(Separate(words=words, procedure=_procedure(row["procedure"], needed=False)))
                continue
            provider = _provider(row, practice)
            if providers.setdefault(provider.npi, provider) != provider:
                raise ValueError("its provider has another name, tax id or place on a line before")
            item = _item(row, words, provider.npi, practice)
            _known(item, codes, date.fromisoformat(said["service_on"]) if said["service_on"] else as_of)
            items.append(item)
    if not items:
        raise StepError(WRONG, f"line {first}: the estimate has no service with a charge; nothing was made")
    whole = Said(**said, items=tuple(items), providers=tuple(providers.values()), separate=tuple(separate))
    return Found(first, whole)


@contextmanager
def _line(line: int) -> Iterator[None]:
    """Raises StepError EST-02 with the line, for what is wrong with it."""
    try:
        yield
    except ValueError as error:
        raise StepError(WRONG, f"line {line}: {error}; nothing was made") from None


def _same(head: Row, row: Row) -> None:
    differs = next((name for name in OF_ALL if row.get(name) and row[name] != head.get(name)), None)
    if differs:
        raise ValueError(f"{differs} is another one than on the estimate's first line")


def _head(row: Row, partners: Partners, as_of: date) -> Row:
    """What is said once. Raises ValueError: what is wrong with it, without a patient's data."""
    if row["practice"] not in partners.practices:
        raise ValueError("no file of partners/practices has its practice")
    if not re.fullmatch(r"\S.{0,79}", row["estimate"]):
        raise ValueError("an estimate's own number has 1 to 80 letters")
    kind = row["kind"].lower().replace("-", "_").replace(" ", "_")
    form = row.get("form", "").lower() or PAPER
    if kind not in PATIENT_PAYS:
        raise ValueError(f"kind is one of {', '.join(PATIENT_PAYS)}")
    if form not in FORMS:
        raise ValueError(f"form is one of {', '.join(FORMS)}")
    born = _day(row, "birth_date")
    if not born or born > as_of.isoformat():
        raise ValueError("birth_date is needed, and is no day to come")
    address = _address(row)
    return {
        "practice": row["practice"],
        "reference": row["estimate"],
        "visit": row.get("visit", ""),
        "kind": kind,
        "form": form,
        "last": _words(row["last"], "last"),
        "first": _words(row["first"], "first"),
        "birth_on": born,
        "medical_record_number": row.get("mrn", ""),
        "member_id": row.get("member_id", ""),
        **address,
        **_days(row, as_of),
    }


def _days(row: Row, as_of: date) -> Row:
    found = {name: _day(row, name) for name in ("scheduled_on", "requested_on", "service_on", "until_on")}
    scheduled, requested, service, until = found.values()
    if not scheduled and not requested:
        raise ValueError("say when it was scheduled (scheduled_on) or asked for (requested_on)")
    if max(scheduled, requested) > as_of.isoformat():
        raise ValueError("scheduled_on and requested_on are no days to come")
    if scheduled and not service:
        raise ValueError("what is scheduled has a day: service_on")
    if service and service < max(scheduled, requested):
        raise ValueError("service_on is before the day on which it was scheduled or asked for")
    if until and not (service and service <= until <= last_day(date.fromisoformat(service)).isoformat()):
        raise ValueError("until_on is from service_on to 12 months later; make another estimate for more")
    return found


def _address(row: Row) -> Row:
    found = {name: row.get(name, "") for name in ("street", "city", "state", "zip")}
    found["state"] = found["state"].upper()
    found["zip"] = found["zip"].replace("-", "")
    if any(found.values()):
        if not all(found.values()):
            raise ValueError("an address has street, city, state and zip, or is left out")
        if not state_is_valid(found["state"]):
            raise ValueError("state has two letters, like NY")
        if not re.fullmatch(r"\d{5}(\d{4})?", found["zip"]):
            raise ValueError("zip has five or nine digits")
    return found


def _day(row: Row, name: str) -> str:
    text = row.get(name, "")
    found = csv_table.day(text) if text else None
    if text and (found is None or not 1900 <= found.year < 2200):
        raise ValueError(f"{name} is no day like 2026-11-17 or 11/17/2026")
    return found.isoformat() if found else ""


def _words(text: str, name: str) -> str:
    if not 1 <= len(text) <= 120 or not text.isprintable():
        raise ValueError(f"{name} has 1 to 120 letters, in one line")
    return text


def _provider(row: Row, practice: Practice) -> Provider:
    npi = row.get("provider_npi", "") or practice.npi
    if not npi_is_valid(npi):
        raise ValueError("provider_npi is no NPI")
    known = own(npi, practice)
    if known is not None:
        return known
    tax_id = row.get("provider_tax_id", "").replace("-", "")
    if not (row.get("provider_name") and row.get("provider_place") and re.fullmatch(r"\d{9}", tax_id)):
        raise ValueError(
            "its provider is not of the practice: give provider_name, provider_tax_id (nine digits) and "
            "provider_place (city and state)"
        )
    name, place = (_words(row[column], column) for column in ("provider_name", "provider_place"))
    return Provider(npi=npi, name=name, tax_id=tax_id, place=place)


def _item(row: Row, words: str, npi: str, practice: Practice) -> Item:
    procedure = _procedure(row["procedure"])
    modifiers = tuple(row.get("modifiers", "").upper().split())
    if any(not re.fullmatch(r"[0-9A-Z]{2}", one) for one in modifiers) or len(modifiers) > 4:
        raise ValueError("modifiers are at most four of two characters, with a blank between")
    diagnoses = tuple(row.get("diagnoses", "").upper().split())
    if any(not re.fullmatch(r"[A-Z]\d[0-9A-Z](\.?[0-9A-Z]{1,4})?", one) for one in diagnoses):
        raise ValueError("diagnoses are ICD-10-CM codes, with a blank between")
    units = _number(row.get("units", "") or "1", "units")
    times = row.get("times", "") or "1"
    if not (times.isascii() and times.isdecimal() and 1 <= int(times) <= MOST_TIMES):
        raise ValueError(f"times is a whole number from 1 to {MOST_TIMES}")
    cents = _charge(row.get("charge", ""), npi, procedure, modifiers, units, practice)
    return Item(
        npi=npi,
        words=words,
        procedure=procedure,
        modifiers=modifiers,
        diagnoses=diagnoses,
        units=number(units),
        times=int(times),
        cents=cents,
    )


def _known(item: Item, codes: Codes, on: date) -> None:
    """Raises ValueError where a code is none on a day; a day of which no codes are loaded says nothing."""
    if codes.procedure(item.procedure, on) is Validity.INVALID:
        raise ValueError(f"procedure is no code of {on}; see `cleanclaim codes search`")
    said = (codes.diagnosis(one.replace(".", "")).valid_on(on) for one in item.diagnoses)
    if any(one not in (Validity.VALID, Validity.UNCHECKED) for one in said):
        raise ValueError(f"a diagnosis is no billable code of {on}; see `cleanclaim codes search`")


def _procedure(text: str, *, needed: bool = True) -> str:
    code = text.upper()
    if (code or needed) and not re.fullmatch(r"[0-9A-Z]{5}", code):
        raise ValueError("procedure is a code of five characters, like 99213")
    return code


def _number(text: str, name: str) -> Decimal:
    if not re.fullmatch(r"\d{1,6}(\.\d{1,3})?", text) or not Decimal(text):
        raise ValueError(f"{name} is a number above 0, with at most three decimals")
    return Decimal(text)


def _charge(
    text: str, npi: str, procedure: str, modifiers: Sequence[str], units: Decimal, practice: Practice
) -> int:
    """The expected charge in cents: as the row says, else by the practice's own charges."""
    if not text:
        found = fee(practice, procedure, tuple(modifiers), units) if own(npi, practice) else None
        if found is None:
            raise ValueError("it has no charge, and the practice's fee_schedule none for its procedure")
        return found
    amount = dollars(text)
    cents = amount * 100 if amount is not None else None
    if cents is None or cents != cents.to_integral_value() or not 0 <= cents <= MOST_CENTS:
        raise ValueError("charge is an amount in dollars, like 125.00")
    return int(cents)
