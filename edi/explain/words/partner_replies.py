"""How a partner answers a finding, in words."""

from edi.explain.words.statuses import describe
from edi.explain.words.syntax import (
    ELEMENT_CODES,
    GROUP_CODES,
    INTERCHANGE_NOTES,
    SEGMENT_CODES,
    TRANSACTION_CODES,
)
from edi.findings import Answer

_TABLES = {
    "note": ("TA105", INTERCHANGE_NOTES),
    "group": ("AK905", GROUP_CODES),
    "transaction": ("IK502", TRANSACTION_CODES),
    "segment": ("IK304", SEGMENT_CODES),
    "element": ("IK403", ELEMENT_CODES),
}


def describe_answer(answer: Answer | None) -> str:
    """An answer as "999: not a valid code (IK403 7)"; "" where a finding is not answered."""
    if answer is None:
        return ""
    if answer.report == "277CA":
        codes = ":".join(part for part in (answer.category, answer.status, answer.entity) if part)
        return f"277CA: {describe(codes)} ({codes})"
    said = [
        f"{words.get(code, 'code')} ({name} {code})"
        for attribute, (name, words) in _TABLES.items()
        if (code := getattr(answer, attribute)) and not (attribute == "segment" and answer.element)
    ]
    return f"{answer.report}: {', '.join(said)}" if said else answer.report
