"""What each role may do in the web console. A person with several roles may do what any of them may."""

from collections.abc import Collection
from typing import Final, Literal

Right = Literal["see", "work", "code", "bill", "money", "close", "rule", "operate", "audit"]
"""see: patients' claims and work. work: assign, note, snooze, resolve. code: correct encounters, pass edits.
bill: what is sent again, appealed or written off, where payments go, what patients pay. money: payments, the
bank, what is owed and patients' accounts. close: months of the books. rule: rules in payers' files. operate:
batches and alerts. audit: the audit trail."""

RIGHTS: Final[dict[str, frozenset[Right]]] = {
    "coder": frozenset({"see", "work", "code"}),
    "biller": frozenset({"see", "work", "code", "bill", "money"}),
    "operator": frozenset({"operate"}),
    "manager": frozenset({"see", "work", "code", "bill", "money", "close", "rule", "operate", "audit"}),
    "auditor": frozenset({"see", "money", "audit"}),
}


def may(roles: Collection[str], right: Right) -> bool:
    """Whether one of the roles has the right."""
    return any(right in RIGHTS.get(role, ()) for role in roles)
