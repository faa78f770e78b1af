"""What a 999 says twice: its totals and its transaction sets."""

from collections.abc import Iterator
from typing import Any, Final

from edi.checks.rules import Fault, Run, rule
from edi.declare.types import number
from edi.findings import kind

TOTALS: Final = kind(
    "SIT-41",
    "Totals of a 999 that are not those of its transaction sets",
    4,
    "Go by the transaction sets, and ask the sender.",
    None,
    "warning",
)


@rule(TOTALS, "999", loop="ST")
def totals_fit_transaction_sets(answer: Any, run: Run) -> Iterator[Fault]:
    """AK903 and AK904 against AK2 and IK501; a receiver may leave accepted ones out."""
    ak9, listed = answer.status, answer.transactions
    if not ak9 or len(ak9.elements) < 5 or not listed or ak9.status == "R":
        return  # a rejected group accepts none of its sets
    received, accepted = number(ak9.received), number(ak9.accepted)
    if not all(t.status for t in listed):
        return  # a missing IK5 is reported already
    good = sum(t.status.status in ("A", "E") for t in listed if t.status)
    if 0 <= received < len(listed):
        yield Fault(ak9, "3", f"there are {len(listed)}")
    elif received == len(listed) and accepted >= 0 and accepted != good:
        yield Fault(ak9, "4", f"there are {good} that were accepted")
