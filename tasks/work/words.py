"""A piece of work in words: what it is about, and why it is there."""

from typing import Final

from ledger.queries.work_queue import Item

QUEUES: Final = {
    "suspense": "payment",
    "remittance": "remittance",
    "quarantined": "quarantine",
    "enrolment": "enrolment",
    "inquiry_refused": "encounter",
    "information_request": "request",
}
"""What the number is of that the commands of a kind take."""


def about(item: Item) -> str:
    """What it is about, as people name it."""
    if item.external_id:
        return f"{item.external_id}, claim {item.patient_control_number}"
    queue = QUEUES.get(item.kind, "")
    return f"{queue} {item.reference}".strip() if item.reference else item.trace


def reason(item: Item) -> str:
    """Group, CARC and remarks as billers write them; the edit of a hold."""
    said = " ".join(part for part in (item.group, item.carc, item.rarcs) if part)
    return said or (item.procedure if item.kind == "hold" else item.category.lower())
