"""Rejected claims go out again with the next run, as their encounters and the partners' files are now."""

from collections.abc import Collection
from datetime import date

from ledger.queries.claims import Rejected, rejections
from ledger.sending import claims
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations.money_acts import By
from tasks.work.owners import blameless


def resubmit(
    home: Home, as_of: date, numbers: Collection[str], batch: int | None, by: By, *, really: bool
) -> list[Rejected]:
    """Submits these claims again, and all of `batch` in which nothing is wrong; which of them go.

    Without `really` nothing is written. A claim that went again meanwhile is left alone.

    Raises StepError REJ-01 for a number that is not among the rejections, REJ-02 without a reason or a name.
    """
    who, why = (" ".join(words.split()) for words in (by.who, by.why))
    if really and not (who and why):
        raise StepError("REJ-02", "say why, and who does it; it stays in the history")
    found = rejections(home.ledger)
    if unknown := set(numbers) - {r.patient_control_number for r in found}:
        raise StepError("REJ-01", f"{len(unknown)} of these stand in no row of `cleanclaim rejections`")
    going = [
        r for r in found if r.patient_control_number in numbers or (r.batch_id == batch and blameless(r))
    ]
    if not really:
        return going
    gone = set(claims.send_again(home.ledger, as_of.isoformat(), [r.submission_id for r in going], who, why))
    return [r for r in going if r.claim_id in gone]
