"""Draws encounters of all kinds with two or three coverages, as documents of an inbox.

What a payer will decide of one is the third digit of the member id; `terms.toml` says it to the mock
clearinghouse. Nothing here is read by the referee but the documents themselves.
"""

import csv
import io
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

Document = dict[str, Any]
SERVICE = date(2026, 11, 2)
PRACTICES = {"professional": "lakeside", "institutional": "ridgeline", "dental": "elmgrove"}
PAYERS = (
    ("harbor", "beacon"),
    ("harbor", "meridian"),
    ("meridian", "harbor"),
    ("harbor", "evergreen"),
    ("harbor", "senior"),
    ("harbor", "harbor"),
    ("harbor", "beacon", "meridian"),
    ("meridian", "harbor", "beacon"),
    ("harbor", "beacon", "evergreen"),
)
FIRST_WAYS = "0001122345678899"
LATER_WAYS = "001122345667"  # 6 has no rule: it pays all that was left
PARTS = "9"
FORWARDS = {"1": "4", "2": "3"}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CODES = ("99213", "99214", "71046", "36415", "93000", "85025")


@dataclass
class Documents:
    """`whole` are dropped on the first evening, JSON by practice and the rest as CSV; `corrected` on the next
    one, of encounters that were held at first; `added` are newer versions with the later coverages."""

    whole: dict[str, list[Document]] = field(default_factory=dict)
    rows: list[dict[str, str]] = field(default_factory=list)
    corrected: list[Document] = field(default_factory=list)
    added: list[Document] = field(default_factory=list)
    drawn: Counter[str] = field(default_factory=Counter)

    @property
    def as_csv(self) -> str:
        columns = list(dict.fromkeys(name for row in self.rows for name in row))
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, restval="")
        writer.writeheader()
        writer.writerows(self.rows)
        return text.getvalue()


def draw(dice: random.Random, count: int) -> Documents:
    """So many encounters."""
    made = Documents()
    for number in range(count):
        kind = dice.choice(("professional", "professional", "institutional", "dental"))
        one = encounter(dice, kind, number)
        how = number % 25
        made.drawn[kind] += 1
        if kind == "professional" and how % 5 == 0:
            made.rows += rows(one)
            continue
        if how == 3:
            made.corrected.append({**one, "version": 2})
            one = {**one, "patient": {**one["patient"], "birth_date": None}}
        elif how == 7:
            made.added.append({**one, "version": 2})
            one = {**one, "coverages": one["coverages"][:1]}
        made.whole.setdefault(one["practice"], []).append(one)
    return made


def encounter(dice: random.Random, kind: str, number: int) -> Document:
    """A clean encounter; its patient and member ids are its own. Medicare wants to know who ordered a test,
    so those that have it are visits alone."""
    made: Document = {
        "source": "later-payers",
        "id": f"L-{number}",
        "kind": kind,
        "practice": PRACTICES[kind],
        "patient": {
            "last": "Quay",
            "first": _letters(number),
            "birth_date": str(date(1950, 1, 1) + timedelta(days=dice.randrange(15_000))),
            "sex": dice.choice("FM"),
            "address": {"line1": "7 Orchard Way", "city": "Springfield", "state": "IL", "zip": "627040007"},
        },
        "coverages": _coverages(dice, kind, number),
        **(_stay(dice) if kind == "institutional" else _visit(dice, kind)),
    }
    if any(covered["payer"] == "senior" for covered in made["coverages"]):
        made["lines"] = made["lines"][:1]
    return made


def _letters(number: int) -> str:
    text = ""
    for _ in range(4):
        number, rest = divmod(number, len(LETTERS))
        text += LETTERS[rest]
    return text.capitalize()


def _coverages(dice: random.Random, kind: str, number: int) -> list[dict[str, str]]:
    made = []
    payers = dice.choice([p for p in PAYERS if kind == "professional" or "senior" not in p])
    for place, (order, payer) in enumerate(zip("PST", payers, strict=False)):
        way = dice.choice(LATER_WAYS) if place else FIRST_WAYS[number % len(FIRST_WAYS)]
        one = {"order": order, "payer": payer, "member_id": f"W1{place + 1}{way}{number:05d}"}
        if payer == "senior":
            one |= {"insurance_type": "12", "questionnaire": "2026-11-01"}
        made.append(one)
    return made


def _charge(dice: random.Random, least: int, most: int) -> str:
    return f"{dice.randint(least, most)}.{dice.randrange(100):02d}"


def _visit(dice: random.Random, kind: str) -> Document:
    if kind == "dental":
        teeth = dice.sample((2, 3, 14, 19, 30, 31), dice.randint(1, 3))
        lines = [
            {
                "procedure": "D2392",
                "charge": _charge(dice, 100, 300),
                "dental": {"teeth": [{"number": str(tooth), "surfaces": "MO"}]},
            }
            for tooth in teeth
        ]
        npi, diagnoses = "1999071016", []
    else:
        visit, *others = dice.choice(CODES[:2]), *dice.sample(CODES[2:], dice.randint(0, 3))
        lines = [
            {"procedure": code, "charge": _charge(dice, 30, 300), "pointers": [1]}
            for code in (visit, *others)
        ]
        npi, diagnoses = "1999001013", ["I10"]
    return {
        "service_date": str(SERVICE),
        "place_of_service": "11",
        "rendering": {"npi": npi},
        "diagnoses": diagnoses,
        "lines": lines,
    }


def _stay(dice: random.Random) -> Document:
    nights = dice.randint(1, 5)
    return {
        "admission": str(SERVICE),
        "diagnoses": ["M17.11"],
        "institutional": {
            "type_of_bill": "111",
            "admission_type": "3",
            "admission_source": "1",
            "patient_status": "01",
            "statement_from": str(SERVICE),
            "statement_to": str(SERVICE + timedelta(days=nights)),
            "admission_hour": "0830",
            "discharge_hour": "1100",
            "admitting_diagnosis": "M17.11",
            "present_on_admission": ["Y"],
            "attending": {"npi": "1999061017"},
            "values": [{"code": "80", "amount": f"{nights}.00"}],
        },
        "lines": [
            {
                "revenue_code": "0120",
                "units": nights,
                "unit_code": "DA",
                "charge": f"{nights * dice.randint(700, 1100)}.00",
            },
            {"revenue_code": "0250", "charge": _charge(dice, 100, 2000)},
        ],
    }


def rows(one: Document) -> list[dict[str, str]]:
    """A professional encounter as lines of a CSV file."""
    patient, address = one["patient"], one["patient"]["address"]
    head = {
        "source": one["source"],
        "encounter_id": one["id"],
        "practice": one["practice"],
        "patient_last": patient["last"],
        "patient_first": patient["first"],
        "patient_birth_date": patient["birth_date"],
        "patient_sex": patient["sex"],
        "patient_address": address["line1"],
        "patient_city": address["city"],
        "patient_state": address["state"],
        "patient_zip": address["zip"],
        "diagnoses": ";".join(one["diagnoses"]),
        "rendering_npi": one["rendering"]["npi"],
        "service_date": one["service_date"],
        "place_of_service": one["place_of_service"],
    }
    for prefix, covered in zip(("", "secondary_", "tertiary_"), one["coverages"], strict=False):
        head |= {f"{prefix}payer": covered["payer"], f"{prefix}member_id": covered["member_id"]}
        if "insurance_type" in covered:
            head |= {
                f"{prefix}insurance_type": covered["insurance_type"],
                f"{prefix}questionnaire_date": covered["questionnaire"],
            }
    return [
        {**head, "procedure": s["procedure"], "pointers": "1", "charge": s["charge"]} for s in one["lines"]
    ]
