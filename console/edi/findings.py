"""Findings shown: as JSON for programs, as tables by transaction set for people."""

from collections import Counter
from typing import Any

import edi
from console.answer import console, table
from edi.explain.words.claims import count_of
from edi.explain.words.partner_replies import describe_answer

SHOWN = {"error": "error", "warning": "warning", "info": "note", "unchecked": "not checked"}


def as_json(finding: edi.Finding) -> dict[str, Any]:
    """The ten keys of `check --json`. `answer` is null where no partner answers the finding."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "snip": finding.snip,
        "loop": finding.loop,
        "segment": finding.segment,
        "position": finding.position,
        "element": finding.element,
        "message": finding.message,
        "fix": finding.fix,
        "answer": answer_as_json(finding.answer),
    }


def answer_as_json(answer: edi.Answer | None) -> dict[str, str] | None:
    """{"report": "999", "IK304": "8", "IK403": "7", "text": "999 IK304 8 IK403 7"}: codes that are used."""
    if answer is None:
        return None
    codes = {
        "TA105": answer.note,
        "AK905": answer.group,
        "IK502": answer.transaction,
        "IK304": answer.segment,
        "IK403": answer.element,
        "category": answer.category,
        "status": answer.status,
        "entity": answer.entity,
    }
    return {
        "report": answer.report,
        **{name: code for name, code in codes.items() if code},
        "text": str(answer),
    }


def show(
    name: str, findings: list[edi.Finding], kinds: dict[tuple[str, str, str], str], *, values: bool
) -> None:
    """Tables by transaction set; a finding that comes again and again is one row with its count."""
    groups: dict[tuple[str, str, str], list[edi.Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.interchange, finding.group, finding.transaction), []).append(finding)
    columns = ["", "where", "what is wrong", "how to fix it", "the partner's answer"]
    if values:
        columns.insert(3, "value")
    for key, found in groups.items():
        rows: dict[tuple[str, ...], tuple[edi.Finding, int]] = {}
        for finding in found:
            place = (finding.loop, finding.segment, finding.element)
            same = (finding.code, *place, finding.message, finding.value if values else "")
            first, count = rows.get(same, (finding, 0))
            rows[same] = (first, count + 1)
        table(_title(name, key, kinds), columns, [_row(f, n, values=values) for f, n in rows.values()])


def _title(name: str, key: tuple[str, str, str], kinds: dict[tuple[str, str, str], str]) -> str:
    interchange, group, transaction = key
    parts = [name]
    if interchange:
        parts.append(f"interchange {interchange}")
    if group:
        parts.append(f"group {group}")
    if transaction:
        parts.append(f"ST {transaction}" + (f" ({kinds[key]})" if key in kinds else ""))
    return ", ".join(parts)


def _row(finding: edi.Finding, count: int, *, values: bool) -> list[str]:
    element = finding.element.zfill(2) if finding.element.isdigit() else finding.element
    if len(element) > 1 and element[1] == "-":
        element = f"0{element}"
    where = f"{finding.loop} {finding.segment}{element}".strip()
    if finding.position:
        where += f"\nsegment {finding.position}"
    if count > 1:
        where += f"\nand {count - 1} more"
    cells = [
        f"{finding.code}\n{SHOWN[finding.severity]}, SNIP {finding.snip}",
        where,
        finding.message,
        finding.fix,
        describe_answer(finding.answer).replace(" (", "\n("),
    ]
    if values:
        cells.insert(3, finding.value)
    return cells


def summary(files: int, findings: list[edi.Finding]) -> None:
    """The line below the tables."""
    counted = Counter(str(f.severity) for f in findings)
    said = [
        count_of(counted[severity], *words)
        for severity, words in (
            ("error", ("error", "errors")),
            ("warning", ("warning", "warnings")),
            ("unchecked", ("code set not loaded", "code sets not loaded")),
            ("info", ("note", "notes")),
        )
        if counted[severity]
    ]
    console.print(f"{count_of(files, 'file', 'files')}: {', '.join(said) if said else 'clean'}")
