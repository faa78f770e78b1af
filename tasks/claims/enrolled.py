"""Enrolments with a payer in the words of the edits: pure.

A table is kept for a kind and a payer where the ledger has a row of it, of anybody; then who is not in it is
not enrolled. Where there is none nothing is known, and nothing is held.
"""

from collections.abc import Sequence
from datetime import date

import coding
from config.partners import Payer, Practice
from ledger.agreed.enrolments import CREDENTIAL, EDI, ERA, Enrolment


def enrolments_with(known: Sequence[Enrolment], practice: Practice, payer: Payer) -> coding.Enrolments:
    """What is kept of a practice's and its providers' enrolments with a payer. A payer that takes paper alone
    enrols nobody for claims."""
    edi = [one for one in known if (one.kind, one.payer) == (EDI, payer.key)]
    credentials = [one for one in known if (one.kind, one.payer) == (CREDENTIAL, payer.key)]
    return coding.Enrolments(
        edi=tuple(
            _fact(one) for one in edi if (one.npi, one.clearinghouse) == (practice.npi, payer.clearinghouse)
        )
        if edi and not payer.paper
        else None,
        providers={
            npi: tuple(_fact(one) for one in credentials if one.npi == npi)
            for npi in {one.npi for one in credentials}
        }
        if credentials
        else None,
    )


def remittances_by_other_ways(
    known: Sequence[Enrolment], practice: Practice, payer: Payer, day: date
) -> Enrolment | None:
    """The ERA enrolment that is not in force though it was asked for: no 835 is to be expected. None: one is,
    or no table is kept."""
    whose = (ERA, payer.key, practice.npi, payer.clearinghouse)
    own = [one for one in known if one.whose == whose]
    return own[-1] if own and not any(one.in_force(day) for one in own) else None


def _fact(one: Enrolment) -> coding.Enrolled:
    return coding.Enrolled(words=one.words(), start=_day(one.from_on), end=_day(one.to_on))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
