"""A night's coding without a partner: pick up, validate, build, in a home with a ledger of its own."""

from datetime import date
from pathlib import Path
from typing import Any

import coding
from coding.codes import library
from ledger.queries.claims import holds
from tasks.steps import build_claims, pick_up, validate_coding

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)

NCCI = (
    "ccipra-v323r0-f1.txt",
    "A notice\n\n\n\nColumn 1\tColumn 2\t*\tEffective\tDeletion\tModifier\n\n"
    "29881\t29877\t \t20150101\t*\t0\tMore extensive procedure\n"
    "20610\t99213\t \t20150101\t*\t1\tMore extensive procedure\n",
)
MUE = (
    "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv",
    '"A notice",,,\n"HCPCS/CPT Code","Practitioner Services MUE Values","MUE Adjudication Indicator","Why"\n'
    '"93000","1","2 Date of Service Edit: Policy","CMS Policy"\n'
    '"97110","4","3 Date of Service Edit: Clinical","Clinical"\n',
)
FEES = (
    "PPRRVU2026_OCT_nonQPP.csv",
    "2026 National Physician Fee Schedule,,,,,,,,,,,,,,\n"
    + "A notice,,,,,,,,,,,,,,\n" * 4
    + ",,,,NOT USED,,,,,,,NON-,,,\n,,,,FOR,,,,,,,FACILITY,,,\n"
    + ",,,STATUS,MEDICARE,WORK,,,,,MP,FACILITY,FACILITY,PCTC,GLOB\n\n"
    + "HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE,IND,PE,IND,RVU,TOTAL,TOTAL,IND,DAYS\n"
    + "29881,,A sample,A,,7.03,7.0,,7.0,,1.4,15.4,15.4,0,090\n"
    + "99213,,A sample,A,,1.3,1.3,,0.6,,0.1,2.7,1.9,0,XXX\n",
)


def load_sets(home: Any, *files: tuple[str, str]) -> None:
    """Official files into the home's own code sets, as `cleanclaim codes load` does it."""
    folder = Path(home.path) / "codes"
    for name, text in files:
        file = Path(home.path) / name
        file.write_bytes(text.encode("latin-1"))
        library.apply(library.prepare([file], coding.codes.load(folder)), folder)


def coded(opened: Any, day: date) -> dict[str, int]:
    """One night up to the claims that are ready; the counts of its steps."""
    total: dict[str, int] = {}
    for step in (pick_up, validate_coding, build_claims):
        for piece in step.pieces(opened, day):
            for name, count in step.do(opened, day, piece).items():
                total[name] = total.get(name, 0) + count
    return total


def judge(opened: Any, day: date) -> int:
    """Validates as the night does. How many encounters were judged."""
    pieces = validate_coding.pieces(opened, day)
    return sum(validate_coding.do(opened, day, piece)["encounters"] for piece in pieces)


def held(opened: Any) -> dict[str, set[str]]:
    """The edits that hold each encounter."""
    found: dict[str, set[str]] = {}
    for one in holds(opened.ledger):
        found.setdefault(one.external_id, set()).add(one.edit_id)
    return found


def warned(opened: Any, edit_id: str) -> set[str]:
    """The encounters of which an edit warns, held or not."""
    with opened.ledger.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT e.external_id FROM finding f JOIN encounter e ON e.id = f.encounter_id "
            f"WHERE f.edit_id = '{edit_id}' AND f.severity = 'warn'"
        )
        return {row[0] for row in rows}


__all__ = ["FEES", "MONDAY", "MUE", "NCCI", "TUESDAY", "WEDNESDAY", "coded", "held", "load_sets", "warned"]
