"""The pages of one payer's claims: each claim's forms, what did not fit them, and the earlier remittances."""

from collections.abc import Iterable
from datetime import date

from edi.records import Claim
from tasks.paper import ada_dental, cms1500, ub04
from tasks.paper.earlier_payers import decided, remittance
from tasks.paper.grid import Paper, Sheet


def printed(claims: Iterable[Claim], on: date) -> bytes:
    """A PDF of the claims, in their order. The same claims and day give the same bytes."""
    paper = Paper(on)
    for claim in claims:
        _claim(paper, claim, on)
    return paper.data()


def _claim(paper: Paper, claim: Claim, on: date) -> None:
    forms = sheets(claim, on)
    for sheet in forms:
        paper.sheet(sheet)
    rest = dict.fromkeys(one for sheet in forms for one in sheet.too_long)
    rest |= dict.fromkeys(_left_over(claim))
    if rest:
        title = f"Continues the claim with account {claim.patient_control_number}"
        paper.text(title, [line for label, value in rest for line in _wrapped(f"{label:<10} {value}")])
    for other in decided(claim):
        title = f"Remittance of {other.payer.last}, which decided before"
        paper.text(title, remittance(claim, other))


def sheets(claim: Claim, on: date) -> list[Sheet]:
    """The forms of a claim, by its kind."""
    if claim.kind == "I":
        return ub04.sheets(claim, on)
    return ada_dental.sheets(claim) if claim.kind == "D" else cms1500.sheets(claim)


def _left_over(claim: Claim) -> Iterable[tuple[str, str]]:
    """What the form has no place for: diagnoses and payers beyond its number, a note of a line."""
    most = {"P": 12, "D": ada_dental.DIAGNOSES}.get(claim.kind)
    if most is not None and len(claim.diagnoses) > most:
        yield "diagnoses", " ".join(claim.diagnoses[most:])
    shown = 2 if claim.kind == "I" else 1
    for other in claim.other_payers[shown:]:
        yield "payer", f"{other.order} {other.payer.last} {other.subscriber.member_id}"


def _wrapped(text: str, width: int = 78) -> list[str]:
    return [text[at : at + width] for at in range(0, len(text), width)]
