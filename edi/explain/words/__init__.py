"""Our own words for the codes in claims and their answers.

The codes and their official wording belong to X12 and its code maintenance committees; the official
wording is not used here. A code without an entry is shown as it is.

    statuses.py          277CA: category, status and entity codes, and what to do about them
    partner_replies.py   how a partner answers a finding
    faults.py            a fault of a 999, by the guide's own declaration
    syntax.py            TA1 notes, and what a 999 says of groups, transaction sets, segments and elements
    claims.py            837: orders, relationships, frequencies, filing codes, related causes
    payments.py          835: claim status, payment method, adjustment groups, provider-level reasons
"""

from edi.explain.words.statuses import describe, remedy_of

__all__ = ["describe", "remedy_of"]
