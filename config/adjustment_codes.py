"""What a CARC or RARC means to a biller, in our own words: who acts on it, and how.

The table is `config/data/adjustment_codes.tsv`; its header says where it comes from. The numbers
are X12's, the official wording is X12's property and is not in it.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, cast

FILE = Path(__file__).parent / "data" / "adjustment_codes.tsv"
COLUMNS = (
    "code_type",
    "code",
    "usual_groups",
    "meaning_own_words",
    "category",
    "outcome_class",
    "owner_queue",
    "recommended_action",
    "fix_path",
    "correctable",
    "appealable",
    "needs_rarc",
    "preventing_edit",
)

YesNo = Literal["Y", "N", "COND"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentCode:
    """One row. `correctable` and `appealable` are Y, N or COND (it depends, read the action)."""

    type: str  # CARC or RARC
    code: str
    usual_groups: tuple[str, ...]
    meaning: str
    category: str
    outcome_class: str  # DENIAL, CONTRACTUAL, PATIENT_RESP, MODIFIER (of a CARC), PENDING, INFO, COB_INFO
    owner_queue: str
    recommended_action: str
    fix_path: str  # REPLACE_7, NEW_CLAIM, APPEAL, WRITE_OFF, ...
    correctable: YesNo
    appealable: YesNo
    needs_rarc: bool
    preventing_edit: str


@cache
def load() -> dict[tuple[str, str], AdjustmentCode]:
    """All rows by (type, code), e.g. ("CARC", "45"). `find` answers for codes the table lacks."""
    table: dict[tuple[str, str], AdjustmentCode] = {}
    lines = FILE.read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    if tuple(rows[0]) != COLUMNS:
        raise ValueError(f"{FILE.name}: its columns are not the expected ones; generate it again")
    for row in rows[1:]:
        value = dict(zip(COLUMNS, row, strict=True))
        code = AdjustmentCode(
            type=value["code_type"],
            code=value["code"],
            usual_groups=tuple(group for group in value["usual_groups"].split(",") if group),
            meaning=value["meaning_own_words"],
            category=value["category"],
            outcome_class=value["outcome_class"],
            owner_queue=value["owner_queue"],
            recommended_action=value["recommended_action"],
            fix_path=value["fix_path"],
            correctable=cast(YesNo, value["correctable"]),
            appealable=cast(YesNo, value["appealable"]),
            needs_rarc=value["needs_rarc"] == "Y",
            preventing_edit=value["preventing_edit"],
        )
        table[code.type, code.code] = code
    return table


def find(type: str, code: str) -> AdjustmentCode | None:
    """The row of a code. An unlisted CARC gives the row `*` (look at it); an unlisted RARC gives None."""
    table = load()
    return table.get((type, code)) or table.get((type, "*"))
