"""Every code that `edi.check` can give, from the catalogue that the rules fill."""

from collections.abc import Iterator

from edi import guides
from edi.checks import rules
from edi.explain.words.partner_replies import describe_answer
from edi.findings import KINDS, Kind

HEAD = """# Findings of `cleanclaim edi check`

Generated from the rules. A code is never used again for something else. Severity `error` exits 1;
`unchecked` says that a code set is not loaded, so nothing is claimed either way. The last column is how
a partner answers: TA1 and 999 for syntax and guide (SNIP 1 and 2), 277CA for the rest. In `--json` the
answer is an object with `report`, the codes that are used (`TA105`, `AK905`, `IK502`, `IK304`, `IK403`,
or `category`, `status`, `entity`) and `text`; it is null where nobody answers.
"""

FAMILIES = {
    "BAL": "Balances",
    "COD": "Code sets",
    "DAT": "Dates",
    "ELM": "Elements",
    "ENV": "Envelopes",
    "HL": "Levels",
    "SEG": "Segments",
    "SIT": "Situations",
}


def pages() -> dict[str, str]:
    return {"reference/edi-findings.md": "\n".join([HEAD, *_told()])}


def kinds() -> list[Kind]:
    """The catalogue with every rule and guide loaded, in the order of its codes."""
    guides.all_guides()
    rules.load()
    return sorted(KINDS.values(), key=lambda k: (k.code.rpartition("-")[0], k.code.rpartition("-")[2]))


def _told() -> Iterator[str]:
    family = None
    for kind in kinds():
        mine = kind.code.partition("-")[0]
        if mine != family:
            family = mine
            yield f"\n## {FAMILIES.get(mine, mine)}\n"
            yield "| Code | What | SNIP | Severity | Remedy | Answer |"
            yield "|---|---|---|---|---|---|"
        cells = (
            kind.code,
            kind.title,
            str(kind.snip),
            kind.severity,
            kind.fix,
            describe_answer(kind.answer),
        )
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
