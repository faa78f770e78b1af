"""A year and a month of claims with ten planted causes of denials, written into a ledger in bulk.

Each claim has one line. What is planted denies nine lines of ten of its kind; one in sixty of the others is
denied under a code drawn at random.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ledger.books.work_items import EMPTY
from ledger.schema import claim, claim_line, claim_version, submission, submission_event, work_item
from ledger.storage.database import Ledger, insert_many

PAYERS = ("harbor", "meridian", "evergreen", "senior")
PROVIDERS = (
    *("1999001013", "1999002011", "1999003019", "1999061025"),
    *("1999071016", "1999001021", "1999000122", "1999000239"),
)
PRACTICES = ("lakeside", "summit", "bayview")
CHARGES = {
    "99213": 135_00, "99214": 215_00, "36415": 18_00, "85025": 135_00, "73030": 190_00, "93000": 175_00,
    "97110": 160_00, "20610": 240_00, "87880": 95_00,
}  # fmt: skip
WEIGHTS = (3, 5, 1, 3, 3, 3, 3, 3, 3)
DIAGNOSES = ("J02", "M25", "I10", "Z00", "E11")
NOISE = ("197", "50", "96", "22", "27", "18")


@dataclass(frozen=True)
class Planted:
    """Lines with these facts are denied under a code in answers since a month; `A...` are refused instead."""

    code: str
    since: str
    facts: dict[str, str]
    pays_each: int = 10


PLANTED = (
    Planted("197", "2026-07", {"payer": "harbor", "procedure": "73030", "authorized": "no"}),
    Planted("4", "2026-01", {"provider": "1999003019", "procedure": "20610"}),
    Planted("181", "2026-10", {"procedure": "87880"}),
    Planted("B7", "2026-03", {"payer": "meridian", "provider": "1999000239"}),
    Planted("50", "2026-01", {"payer": "evergreen", "procedure": "85025", "diagnosis": "Z00"}),
    Planted("5", "2026-01", {"payer": "senior", "place": "02"}),
    Planted("151", "2026-04", {"payer": "harbor", "procedure": "97110", "units": "4"}),
    Planted("A7:562:85", "2026-06", {"practice": "bayview", "payer": "senior", "procedure": "93000"}),
    Planted("236", "2026-02", {"payer": "meridian", "procedure": "93000", "modifiers": "59"}),
    Planted("150", "2026-05", {"payer": "evergreen", "procedure": "99214"}, pays_each=5),
)


def plant(ledger: Ledger, months: int = 13, a_month: int = 400) -> None:
    """Writes the claims, what became of each, and the work that it is."""
    dice = random.Random(7)
    rows: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("claim", "version", "line", "submission", "event", "work")
    }
    seen = [0] * len(PLANTED)
    number = 0
    for month in range(months):
        for _ in range(a_month):
            number += 1
            on = date(2026 + month // 12, month % 12 + 1, 1) + timedelta(days=dice.randrange(28))
            facts = drawn(dice)
            code = ""
            for place, one in enumerate(PLANTED):
                if on.isoformat()[:7] >= one.since and one.facts.items() <= facts.items():
                    seen[place] += 1
                    code = code or (one.code if seen[place] % one.pays_each else "")
            if not code and dice.random() < 1 / 60:
                code = dice.choice(NOISE)
            add(rows, number, on, facts, code)
    with ledger.write() as connection:
        for name, table in (
            ("claim", claim), ("version", claim_version), ("line", claim_line),
            ("submission", submission), ("event", submission_event), ("work", work_item),
        ):  # fmt: skip
            insert_many(connection, table, rows[name])


def drawn(dice: random.Random) -> dict[str, str]:
    return {
        "payer": dice.choice(PAYERS),
        "practice": dice.choice(PRACTICES),
        "provider": dice.choice(PROVIDERS),
        "procedure": dice.choices(tuple(CHARGES), WEIGHTS)[0],
        "modifiers": dice.choice(("", "", "25", "59")),
        "place": dice.choice(("11", "11", "11", "11", "11", "22", "22", "02")),
        "diagnosis": dice.choice(DIAGNOSES),
        "units": dice.choice(("1", "1", "2", "4")),
        "authorized": dice.choice(("yes", "no", "no")),
    }


def add(
    rows: dict[str, list[dict[str, Any]]], number: int, on: date, facts: dict[str, str], code: str
) -> None:
    """A claim that was answered on a day: paid, denied under a code, or refused."""
    served, day, cents = (on - timedelta(days=20)).isoformat(), on.isoformat(), CHARGES[facts["procedure"]]
    sent = (on - timedelta(days=14)).isoformat()
    refused = code.startswith("A")
    state = "rejected" if refused else "denied" if code else "paid"
    rows["claim"].append(
        {"id": number, "patient_control_number": f"C{number:06d}", "version_id": number, "source": "year",
         "external_id": f"Y-{number}", "practice": facts["practice"],
         "business_on": sent}
    )  # fmt: skip
    rows["version"].append(
        {"id": number, "claim_id": number, "number": 1, "rendering_npi": facts["provider"],
         "diagnoses": f"{facts['diagnosis']}9", "service_from_on": served, "charge_cents": cents,
         "business_on": sent}
    )  # fmt: skip
    rows["line"].append(
        {"version_id": number, "number": 1, "procedure": facts["procedure"], "modifiers": facts["modifiers"],
         "units": facts["units"], "charge_cents": cents, "service_from_on": served,
         "place_of_service": facts["place"], "authorization": "A1" if facts["authorized"] == "yes" else ""}
    )  # fmt: skip
    rows["submission"].append(
        {"id": number, "claim_id": number, "version_id": number, "payer_order": "P", "number": 1,
         "payer": facts["payer"], "state": state, "business_on": sent}
    )  # fmt: skip
    rows["event"] += [
        {"id": 2 * number, "submission_id": number, "state": "sent", "business_on": sent, "reason": "sent"},
        {"id": 2 * number + 1, "submission_id": number, "state": state, "business_on": day,
         "reason": code or "paid"},
    ]  # fmt: skip
    if code and not refused:
        rows["work"].append(
            EMPTY
            | {"id": number, "key": f"claim {number}", "kind": "denial", "claim_id": number, "line": 1,
               "submission_id": number, "practice": facts["practice"], "payer": facts["payer"],
               "group": "CO", "carc": code, "cents": cents, "opened_cents": cents, "owed": 1,
               "business_on": day}
        )  # fmt: skip
