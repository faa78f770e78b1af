"""From which state a row may come into which one, table by table; "" is before it is there.

This is what the code does, as data: the diagrams in the data dictionary are drawn from it, and tests hold
what happens in a ledger against it. The transaction that changes a state compares and sets it.
"""

from collections.abc import Mapping

States = Mapping[str, tuple[str, ...]]

ANSWERS = ("paid", "part_paid", "denied", "pended", "forwarded", "predetermined")

SUBMISSION: States = {
    "": ("ready",),
    "ready": ("held", "batched", "sent", "closed"),
    "held": ("ready", "closed"),
    "batched": ("ready", "sent", "accepted", "rejected", *ANSWERS),
    "sent": ("accepted", "rejected", "replaced", "voided", *ANSWERS),
    "accepted": ("rejected", "replaced", "voided", *ANSWERS),
    "pended": ("accepted", "rejected", "replaced", "voided", *(s for s in ANSWERS if s != "pended")),
    **{
        state: ("accepted", "replaced", "voided", *(s for s in ANSWERS if s != state))
        for state in ANSWERS
        if state != "pended"
    },
    "rejected": ("accepted", "closed", *ANSWERS),
}

BATCH: States = {
    "": ("built", "sent"),
    "built": ("uploaded", "sent", "rejected"),
    "uploaded": ("built", "committing", "sent", "rejected"),
    "committing": ("uploaded", "sent"),
    "sent": ("built", "acknowledged", "accepted", "part_accepted", "rejected"),
    "acknowledged": ("built", "accepted", "part_accepted", "rejected"),
    "accepted": ("part_accepted", "rejected"),
    "part_accepted": ("accepted", "rejected"),
    "rejected": ("accepted", "part_accepted"),
}

ENCOUNTER: States = {
    "": ("picked_up", "late", "replaced"),
    "picked_up": ("held", "clean", "replaced"),
    "held": ("clean", "replaced"),
    "clean": ("held", "claimed", "replaced"),
    "claimed": ("held", "replaced"),
    "late": ("picked_up", "replaced", "settled"),
}

WORK_ITEM: States = {
    "": ("open",),
    "open": ("resolved", "settled"),
    "resolved": ("open",),
    "settled": ("open",),
}

TRANSITIONS: Mapping[str, States] = {
    "submission": SUBMISSION,
    "batch": BATCH,
    "encounter": ENCOUNTER,
    "work_item": WORK_ITEM,
}
