"""The payers of a claim in the order in which they decide, each with its answers."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ledger.adjudication.facts import (
    FIRST_PAYER,
    FORWARDED,
    FORWARDING_REMARKS,
    LATER_PAYER,
    Answer,
    ClaimFacts,
    Coverage,
    in_order_of_content,
)
from ledger.adjudication.standing import Standing, deciding, same_number, standing, takes_back

ANOTHER_PAYER = "?"
"""The key of a payer that a remittance says it forwarded to, and that no file names."""


@dataclass(slots=True)
class PayerAnswers:
    """A coverage with the payer's answers to this claim."""

    coverage: Coverage
    standing: Standing = field(default_factory=Standing)
    base: int = 0  # what came to this payer to decide

    @property
    def payer(self) -> str:
        return self.coverage.payer

    @property
    def answered(self) -> bool:
        return bool(self.standing.answers)

    @property
    def counted(self) -> list[Answer]:
        """Every answer whose money is at this claim: reversed ones come to nothing."""
        return [*self.standing.answers, *self.standing.duplicates]

    @property
    def paid(self) -> int:
        """What of its money is at this claim, in cents."""
        return sum([answer.paid for answer in self.counted]) + self.standing.taken


def in_order(claim: ClaimFacts) -> list[PayerAnswers]:
    """The payers of a claim in their order, each with its answers.

    A payer that answers without being known gets a place: the one that was forwarded to, else a new
    one behind the others. Where a payer that was to come later answers as primary, and nobody before it
    answered or those did as later payers, it comes first.
    """
    slots = [PayerAnswers(coverage) for coverage in claim.coverages]
    known = {slot.payer for slot in slots}
    for order, payer in sorted(claim.billed):
        if payer not in known:
            slots.append(PayerAnswers(Coverage(order, payer)))
            known.add(payer)
    by_slot: dict[int, list[Answer]] = {}
    for answer in in_order_of_content(claim.answers):
        mine = [n for n, slot in enumerate(slots) if slot.coverage.payer == answer.payer]
        if not mine:
            order = "P" if not slots else "S" if answer.status in ("2", "20") or len(slots) == 1 else "T"
            slots.append(PayerAnswers(Coverage(order, answer.payer)))
            mine = [len(slots) - 1]
        as_later = len(mine) > 1 and _as_later(answer, claim.answers)
        by_slot.setdefault(mine[-1] if as_later else mine[0], []).append(answer)
    if not slots:
        slots.append(PayerAnswers(Coverage("P", "")))
    for n, answers in by_slot.items():
        slots[n].standing = standing(claim, answers)
    first = _decides_first(claim, slots) if len(slots) > 1 else None
    if first is not None:
        slots.remove(first)
        slots.insert(0, first)
    return _with_forwarded(claim, slots)


def _as_later(answer: Answer, answers: Iterable[Answer]) -> bool:
    """Whether an answer of a payer that stands in two places is of the later one. A reversal does not say so
    itself (its status is 22): it is where the answer is that it takes back."""
    if not answer.reverses:
        return answer.status in LATER_PAYER
    taken = [
        (takes_back(one, answer), same_number(one, answer), one.content)
        for one in answers
        if one.payer == answer.payer and not one.reverses
    ]
    whole, numbered, content = max(taken, default=(False, False, ()))
    found = next((one for one in answers if one.content == content), None)
    return found is not None and (whole or numbered) and found.status in LATER_PAYER


def _decides_first(claim: ClaimFacts, slots: Iterable[PayerAnswers]) -> PayerAnswers | None:
    """The payer that decides as primary though others are to come before it, of which none answered but as a
    later payer."""
    for slot in slots:
        said = {a.status for a in deciding(claim, slot.standing.answers)} if slot.answered else set()
        if said & FIRST_PAYER and not said & LATER_PAYER:
            return slot
        if not said <= LATER_PAYER:
            return None
    return None


def _with_forwarded(claim: ClaimFacts, slots: list[PayerAnswers]) -> list[PayerAnswers]:
    """A place for the payer that the last answering one says it forwarded to, where no coverage names it."""
    made = list(slots)
    for n, slot in enumerate(slots):
        if n + 1 == len(made) and forwards(claim, slot):
            decide = deciding(claim, slot.standing.answers)
            named = next((a.forwarded_to for a in decide if a.forwarded_to), ANOTHER_PAYER)
            if named != slot.payer:
                made.append(PayerAnswers(Coverage("S" if n == 0 else "T", named)))
    return made


def forwards(claim: ClaimFacts, slot: PayerAnswers) -> bool:
    """Whether a payer sent the claim on to another one, by what decides of its answers."""
    answers = slot.standing.answers
    return _say_forwarded(answers) and _say_forwarded(deciding(claim, answers))


def _say_forwarded(answers: Iterable[Answer]) -> bool:
    """By status or by remark."""
    for a in answers:
        if a.status in FORWARDED or not FORWARDING_REMARKS.isdisjoint(a.remarks):
            return True
        for line in a.lines:
            if line.remarks and not FORWARDING_REMARKS.isdisjoint(line.remarks):
                return True
    return False
