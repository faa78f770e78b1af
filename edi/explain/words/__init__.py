"""Our own words for the codes that a person meets in claims and their answers.

The codes belong to X12 and its code maintenance committees; their official wording does too, and
none of it is here. A code without an entry is told as itself: nothing is guessed.

    statuses.py   277CA: category, status and entity codes, and what to do about them
    faults.py     a fault of a 999, by the guide's own declaration
    syntax.py     TA1 notes, and what a 999 says of groups, transaction sets, segments and elements
    claims.py     837: orders, relationships, frequencies, filing codes, related causes
    payments.py   835: claim status, payment method, adjustment groups, provider-level reasons
"""

from edi.explain.words.statuses import remedy_of, told

__all__ = ["remedy_of", "told"]
