"""What a payer's answer to a status inquiry means: the categories of X12 code source 507, in seven words."""

from collections.abc import Iterable

IN_HAND = "in_hand"
NOT_FOUND = "not_found"
RETURNED = "returned"
WANTS_MORE = "wants_more"
DECIDED = "decided"
PAID = "paid"
UNCLEAR = "unclear"

_BY_CATEGORY = {
    **dict.fromkeys(("A0", "A1", "A2", "A5"), IN_HAND),
    **dict.fromkeys(("A4", "D0"), NOT_FOUND),
    **dict.fromkeys(("A3", "A6", "A7", "A8"), RETURNED),
    "F1": PAID,
}
_BY_LETTER = {"P": IN_HAND, "F": DECIDED, "R": WANTS_MORE}
_WEIGHT = (PAID, DECIDED, WANTS_MORE, RETURNED, IN_HAND, NOT_FOUND, UNCLEAR)
"""Where an answer says several things, the first of these counts."""


def meaning(categories: Iterable[str], paid: int = 0) -> str:
    """What an answer with these categories means; `paid` in cents. Requests that could not be answered (E)
    and what nobody knows are unclear."""
    found = {_BY_CATEGORY.get(one) or _BY_LETTER.get(one[:1], UNCLEAR) for one in categories}
    if DECIDED in found and paid > 0:
        found.add(PAID)
    return next((word for word in _WEIGHT if word in found), UNCLEAR)


def weight(word: str) -> int:
    """How much a meaning counts beside others, the smallest most."""
    return _WEIGHT.index(word)
