"""What a group code, CARC or RARC means to a biller, in our own words: who acts on it, and how.

The table is `config/data/adjustment_codes.tsv`, one row a number. The numbers and their dates are X12's,
the official wording is X12's property and is not in it.
"""

from dataclasses import dataclass
from datetime import date
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
    "treatment",
    "since",
    "until",
)
TREATMENTS = frozenset(
    (
        "contractual",
        "incentive",
        "withhold",
        "patient",
        "next_payer",
        "paid_to_patient",
        "other_payer",
        "pending",
        "open",
    )
)
"""Where the amount under a CARC goes; `open` is work. `ledger/adjudication/treatments.py` applies them."""

YesNo = Literal["Y", "N", "COND"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentCode:
    """One row. `correctable` and `appealable` are Y, N or COND (it depends, read the action)."""

    type: str  # GROUP, CARC or RARC
    code: str
    usual_groups: tuple[str, ...]
    meaning: str
    category: str
    outcome_class: str  # DENIAL, CONTRACTUAL, PATIENT_RESP, MODIFIER (of a CARC), PENDING, INFO, COB_INFO
    treatment: str  # of a CARC: one of TREATMENTS
    owner_queue: str
    recommended_action: str
    fix_path: str  # REPLACE_7, NEW_CLAIM, APPEAL, WRITE_OFF, ...
    correctable: YesNo
    appealable: YesNo
    needs_rarc: bool
    preventing_edit: str
    since: date | None
    until: date | None

    @property
    def says_why(self) -> bool:
        """Whether a remark gives a reason: a notice about appeals or the patient's share gives none."""
        return self.category != "INFO" or self.fix_path == "WAIT"


@cache
def load() -> dict[tuple[str, str], AdjustmentCode]:
    """All rows by (type, code), e.g. ("CARC", "45"). `find` answers for codes the table lacks."""
    return parse(FILE.read_text("utf-8"))


def parse(text: str) -> dict[tuple[str, str], AdjustmentCode]:
    """The rows of a table. Raises ValueError with the line where it is damaged."""
    table: dict[tuple[str, str], AdjustmentCode] = {}
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line and not line.startswith("#")]
    if not lines or tuple(lines[0][1].split("\t")) != COLUMNS:
        raise ValueError(f"line 1: the columns are not {', '.join(COLUMNS)}")
    for number, line in lines[1:]:
        cells = line.split("\t")
        if len(cells) != len(COLUMNS):
            raise ValueError(f"line {number}: {len(cells)} columns, expected {len(COLUMNS)}")
        value = dict(zip(COLUMNS, cells, strict=True))
        if (value["code_type"], value["code"]) in table:
            raise ValueError(f"line {number}: {value['code_type']} {value['code']} is there twice")
        if value["code_type"] == "CARC" and value["treatment"] not in TREATMENTS:
            raise ValueError(f"line {number}: {value['treatment']!r} is not one of {sorted(TREATMENTS)}")
        code = AdjustmentCode(
            type=value["code_type"],
            code=value["code"],
            usual_groups=tuple(group for group in value["usual_groups"].split(",") if group),
            meaning=value["meaning_own_words"],
            category=value["category"],
            outcome_class=value["outcome_class"],
            treatment=value["treatment"],
            owner_queue=value["owner_queue"],
            recommended_action=value["recommended_action"],
            fix_path=value["fix_path"],
            correctable=cast(YesNo, value["correctable"]),
            appealable=cast(YesNo, value["appealable"]),
            needs_rarc=value["needs_rarc"] == "Y",
            preventing_edit=value["preventing_edit"],
            since=_day(value["since"]),
            until=_day(value["until"]),
        )
        table[code.type, code.code] = code
    return table


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def find(type: str, code: str) -> AdjustmentCode | None:
    """The row of a code. An unlisted CARC gives the row `*` (look at it); an unlisted RARC gives None."""
    table = load()
    return table.get((type, code)) or table.get((type, "*"))
