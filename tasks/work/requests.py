"""What a payer asks for (277), in words: documents by their LOINC codes, and what else it says."""

from edi.explain.words.statuses import describe
from ledger.queries.information_requests import Asked


def asked_for(one: Asked) -> str:
    """What is asked for, of the claim or of a line."""
    parts = []
    for token in one.asked.split():
        code, _, line = token.partition("@")
        parts.append(f"LOINC {code}" + (f" (line {line})" if line else ""))
    return ", ".join(parts) or f"more: {describe(one.codes)} ({one.codes})"
