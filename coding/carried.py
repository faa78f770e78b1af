"""What a claim carries, so that an edit about a few codes is not called for the others.

Of its lines: a procedure (`99417`), the first two characters of one and a star (`00*`), a modifier (`LT`),
`modifier` for any, `unit:MJ` for a unit other than UN, `units` where they are not 1, `laboratory` for a
laboratory test; by the code sets of its day `procedure:doubtful` where the procedure may not be valid,
`procedure:add-on` where it is one or the list of them is not loaded, `procedure:policy` where a loaded
coverage policy names it; `ndc`, and `authorized` for the number of an authorization or a referral. Of its
diagnoses: `diagnosis:doubtful` where one is missing, or may not be valid on a day that judges it,
`diagnosis:aged` where the code set says something of the patient's age or sex, `diagnosis:unsided` where it
leaves the side open, `diagnosis:seventh` with a 7th character, `diagnosis:injury`, `diagnosis:order` where
the first may not be, or two not together. And `accident`.
"""

from datetime import date
from typing import TYPE_CHECKING

from edi.records import Claim

if TYPE_CHECKING:
    from coding.codes.store import Codes

Facts = frozenset[str]

NOTHING: Facts = frozenset()
MODIFIED: Facts = frozenset({"modifier"})

_NDC = frozenset({"ndc"})
_AUTHORIZED = frozenset({"authorized"})
_DOUBTFUL = frozenset({"diagnosis:doubtful"})
_ORDER = frozenset({"diagnosis:order"})
_ACCIDENT = frozenset({"accident"})


def families(*beginnings: str) -> Facts:
    """Procedures by their first two characters, as `carries` writes them."""
    return frozenset(f"{beginning}*" for beginning in beginnings)


def carried(claim: Claim, codes: "Codes", day: date | None) -> list[Facts]:
    """Everything that the claim carries, in pieces: what the code sets say of a line or a diagnosis is
    worked out once for all that are alike. `day` is the first day of service."""
    found: list[Facts] = []
    lines = claim.lines
    of_line = codes.carried_by_line
    for line in lines:
        on = line.service_from
        found.append(of_line(line.procedure, line.modifiers, line.unit_code, line.units, on))
        if on != day:
            found.append(_DOUBTFUL)  # judged by the days of the lines that point at it
        if line.ndc:
            found.append(_NDC)
        if line.prior_authorization or line.referral_number:
            found.append(_AUTHORIZED)
    if claim.prior_authorization or claim.referral_number:
        found.append(_AUTHORIZED)
    if claim.accident is not None:
        found.append(_ACCIDENT)
    diagnoses = claim.diagnoses
    if day is None or not diagnoses or claim.institutional is not None:
        found.append(_DOUBTFUL)
    if day is not None:
        for code in diagnoses:
            found.append(codes.carried(code, day))
        if codes.in_doubtful_order(diagnoses):
            found.append(_ORDER)
    return found
