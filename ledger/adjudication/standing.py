"""Which answers of a payer are left standing, and which of their lines decide.

A reversal takes back one answer of the same payer with the same amounts, or some of its lines, whichever
came first. Of what is left, a later answer decides again only the lines that it names, and a claim that was
split over several answers adds up: its parts stand beside each other as long as they fit into the charge.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ledger.adjudication.facts import (
    NO_NUMBERS,
    PREDETERMINATION,
    Adjustment,
    Answer,
    ClaimFacts,
    LineAnswer,
    in_order_of_content,
)

DUPLICATE = "18"
REPEATED_ON_PURPOSE = frozenset(("59", "76", "77", "91", "XE", "XP", "XS", "XU"))
"""Modifiers that say that a service is no duplicate: a denial 18 of it is a denial."""


@dataclass(slots=True)
class Standing:
    """The answers of one payer. Each list is in the order of `Answer.content`."""

    answers: list[Answer] = field(default_factory=list)
    reversed: list[Answer] = field(default_factory=list)  # with their reversal they come to nothing
    alone: list[Answer] = field(default_factory=list)  # reversals of what is not known
    taken: int = 0
    """What reversals that a correction stands beside took more (below 0) or less than is known to be paid."""
    duplicates: list[Answer] = field(default_factory=list)  # denials 18 of the whole claim
    estimates: list[Answer] = field(default_factory=list)  # predeterminations


@dataclass(slots=True, kw_only=True)
class Decision:
    """One line of an answer that decides; line 0 is the claim, or a line that was not found."""

    answer: Answer
    line: int
    procedure: str
    charge: int
    paid: int
    adjustments: tuple[Adjustment, ...]
    remarks: tuple[str, ...]
    said: LineAnswer | None = None


@dataclass(slots=True)
class Decided:
    """What decides, oldest first, and the denials that contradict a payment that was not reversed."""

    decisions: list[Decision] = field(default_factory=list)
    contradictions: list[Decision] = field(default_factory=list)


def standing(claim: ClaimFacts, answers: Iterable[Answer]) -> Standing:
    """Pairs the reversals of one payer with what they reverse, by content alone."""
    found = Standing()
    originals: list[Answer] = []
    reversals: list[Answer] = []
    for answer in in_order_of_content(answers):
        if answer.status == PREDETERMINATION:
            found.estimates.append(answer)
        else:
            (reversals if answer.reverses else originals).append(answer)
    unpaired = []
    for reversal in reversals:
        fits = [o for o in originals if takes_back(o, reversal)]
        if not fits:
            unpaired.append(reversal)
            continue
        original = max(fits, key=lambda o: (_likeness(o, reversal), o.content))
        originals.remove(original)
        found.reversed.append(original)
    for reversal in unpaired:  # one reversal of a claim that was split over several answers
        if _sums_up(originals, reversal):
            found.reversed += originals
            originals = []
        elif claim.opening and any(abs(o.charge) == abs(reversal.charge) for o in originals):
            found.taken += reversal.paid  # of an older system's payment, which what is open here is without
        elif _take_lines(originals, reversal, found.reversed):
            continue
        elif another := _corrected(claim, originals, reversal):
            originals.remove(another)
            found.reversed.append(another)
            found.taken += another.paid + reversal.paid
        else:
            found.alone.append(reversal)
    for answer in originals:
        (found.duplicates if is_duplicate(claim, answer) else found.answers).append(answer)
    return found


def _corrected(claim: ClaimFacts, originals: Sequence[Answer], reversal: Answer) -> Answer | None:
    """The answer about the whole claim that a reversal takes back with another amount: the first one under
    the payer's number that it names, where a later one corrects it."""
    whole = [o for o in originals if o.charge == claim.charge == abs(reversal.charge)]
    number = reversal.payer_claim_control_number
    named = [o for o in whole if o.payer_claim_control_number == number and number.upper() not in NO_NUMBERS]
    return named[0] if named and whole[-1] is not named[0] else None


def takes_back(original: Answer, reversal: Answer) -> bool:
    """Whether a reversal has the amounts of an answer."""
    return abs(original.charge) == abs(reversal.charge) and original.paid == -reversal.paid


def same_number(one: Answer, other: Answer) -> bool:
    """Whether the payer knows the claim of both under one number."""
    number = one.payer_claim_control_number
    return bool(number) and number == other.payer_claim_control_number


def _likeness(original: Answer, reversal: Answer) -> tuple[bool, bool, bool]:
    negated = sorted((a.group, a.carc, -a.cents) for a in reversal.every_adjustment)
    return (
        same_number(original, reversal),
        sorted((a.group, a.carc, a.cents) for a in original.every_adjustment) == negated,
        original.paid_on <= reversal.paid_on,
    )


def _sums_up(originals: Sequence[Answer], reversal: Answer) -> bool:
    return (
        len(originals) > 1
        and sum(abs(o.charge) for o in originals) == abs(reversal.charge)
        and sum(o.paid for o in originals) == -reversal.paid
    )


def _take_lines(originals: list[Answer], reversal: Answer, taken: list[Answer]) -> bool:
    """Whether a reversal names some lines of one answer, with its amounts, and nothing else. They leave that
    answer, and are `taken` as one of their own."""
    if not reversal.lines or reversal.paid != sum(line.paid for line in reversal.lines):
        return False
    parted = [
        (original, rest) for original in originals if (rest := _without(original, reversal)) is not None
    ]
    if not parted:
        return False
    original, rest = max(parted, key=lambda one: (_likeness(one[0], reversal), one[0].content))
    gone = tuple(line for line in original.lines if not any(line is kept for kept in rest))
    adjustments = () if rest else original.adjustments
    part = replace(
        original, charge=-reversal.charge, paid=-reversal.paid, lines=gone, adjustments=adjustments
    )
    taken.append(part)
    if rest:
        left = replace(
            original, charge=original.charge - part.charge, paid=original.paid - part.paid, lines=rest
        )
        originals[originals.index(original)] = left
    else:
        originals.remove(original)
    return True


def _without(original: Answer, reversal: Answer) -> tuple[LineAnswer, ...] | None:
    """The lines of an answer that a reversal does not name; None where it names one that is not there."""
    rest = list(original.lines)
    for line in reversal.lines:
        same = next((one for one in rest if _takes_back(line, one)), None)
        if same is None:
            return None
        rest.remove(same)
    return tuple(rest)


def _takes_back(line: LineAnswer, paid: LineAnswer) -> bool:
    same = line.line == paid.line if line.line and paid.line else line.procedure == paid.procedure
    return same and (line.charge, line.paid) == (-paid.charge, -paid.paid)


def is_duplicate(claim: ClaimFacts, answer: Answer) -> bool:
    """Whether all that an answer says is that the claim is a duplicate: a denial 18 and nothing else.

    Payers drop modifiers, so a service counts as repeated on purpose by those that were billed too.
    """
    if answer.paid or not _says_duplicate(answer.every_adjustment):
        return False
    billed = {line.number for line in claim.lines if REPEATED_ON_PURPOSE & set(line.modifiers)}
    return not any(s.line in billed or REPEATED_ON_PURPOSE & set(s.modifiers) for s in answer.lines)


def _says_duplicate(adjustments: Iterable[Adjustment]) -> bool:
    said = {a.carc for a in adjustments if a.cents}
    return said == {DUPLICATE}


def deciding(claim: ClaimFacts, answers: Sequence[Answer]) -> list[Answer]:
    """The standing answers of one payer of which something still decides: a later one may have decided all
    of it again without taking it back."""
    if len(answers) < 2:
        return list(answers)
    kept = {id(decision.answer) for decision in decided(claim, answers).decisions}
    return [answer for answer in answers if id(answer) in kept]


def decided(claim: ClaimFacts, answers: Sequence[Answer]) -> Decided:
    """The lines that decide among the standing answers of one payer (oldest first)."""
    charges = {line.number: line.charge for line in claim.lines}
    elsewhere = _each_of_its_own(claim, answers)
    taken: dict[int, int] = {}
    whole = 0
    found = Decided()
    for answer in reversed(answers):
        accepted: list[Decision] = []
        if not answer.lines:
            had = whole + sum(taken.values())
            stands = 0 if answer.paid else _paid_before(answer, answers, taken)
            left = claim.charge - had - stands
            if (had or stands) and answer.charge > left:
                if stands and not _says_duplicate(answer.adjustments):
                    found.contradictions.append(_of_claim(answer, answer.charge, 0))
                if answer.paid or left <= 0:
                    continue
                # a denial of the whole claim still is one of what was not decided again
                accepted.append(_of_claim(answer, left, 0, _at_most(left, answer.adjustments)))
            else:
                accepted.append(_of_claim(answer, answer.charge, answer.paid))
            whole += accepted[-1].charge
        for line in answer.lines:
            number = elsewhere.get(id(line), line.line)
            number = number if number in charges else 0
            had = taken.get(number, 0) if number else sum(taken.values())
            room = (charges[number] if number else claim.charge) - had
            if (had and line.charge > room) or (whole and whole + line.charge > claim.charge):
                continue
            decision = _of_line(answer, line, number)
            if _overturns_nothing(claim, decision, answers, elsewhere):
                if not _says_duplicate(decision.adjustments):  # it says so itself: there is nothing to ask
                    found.contradictions.append(decision)
                continue
            taken[number] = had + max(line.charge, 1)
            accepted.append(decision)
        if answer.lines and accepted:
            rest = answer.paid - sum(line.paid for line in answer.lines)
            if answer.adjustments or rest:
                accepted.append(_of_claim(answer, 0, rest))
        found.decisions += reversed(accepted)
    found.decisions.reverse()
    return found


def _each_of_its_own(claim: ClaimFacts, answers: Sequence[Answer]) -> dict[int, int]:
    """The lines of answers (by identity) that are of another line than the one that was found, with its
    number: of lines alike that a payer answered one by one, under numbers of its own and without naming
    them, the first would be decided each time and the others never."""
    if len(answers) < 2 or len(claim.lines) < 2:
        return {}
    alike: dict[tuple[str, tuple[str, ...], int], set[int]] = {}
    for billed in claim.lines:
        alike.setdefault((billed.procedure, billed.modifiers, billed.charge), set()).add(billed.number)
    if len(alike) == len(claim.lines):
        return {}
    others = {number: numbers - {number} for numbers in alike.values() for number in numbers}
    unsaid = set(others) - {line.line for answer in answers for line in answer.lines}
    under: dict[int, set[str]] = {}
    found: dict[int, int] = {}
    for answer in answers:
        icn = answer.payer_claim_control_number
        is_part = len(answer.lines) == 1 and answer.charge < claim.charge
        for line in answer.lines:
            known = under.setdefault(line.line, set())
            free = others.get(line.line, set()) & unsaid
            if is_part and not line.named and free and known and icn not in known | NO_NUMBERS:
                found[id(line)] = min(free)
                unsaid.remove(min(free))
            known.add(icn)
    return found


def _at_most(cents: int, adjustments: Iterable[Adjustment]) -> tuple[Adjustment, ...]:
    """Adjustments as far as they come to this amount."""
    found = []
    for one in adjustments:
        took = min(one.cents, cents)
        cents -= took
        if took:
            found.append(Adjustment(one.group, one.carc, took))
    return tuple(found)


def _of_claim(
    answer: Answer, charge: int, paid: int, adjustments: tuple[Adjustment, ...] | None = None
) -> Decision:
    return Decision(
        answer=answer,
        line=0,
        procedure="",
        charge=charge,
        paid=paid,
        adjustments=answer.adjustments if adjustments is None else adjustments,
        remarks=answer.remarks,
    )


def _of_line(answer: Answer, line: LineAnswer, number: int) -> Decision:
    remarks = (*line.remarks, *answer.remarks)
    return Decision(
        answer=answer,
        line=number,
        procedure=line.procedure,
        charge=line.charge,
        paid=line.paid,
        adjustments=line.adjustments,
        remarks=tuple(dict.fromkeys(remarks)) if len(remarks) > 1 else remarks,
        said=line,
    )


def _paid_before(denied: Answer, answers: Sequence[Answer], taken: Mapping[int, int]) -> int:
    """What of the charge was paid before a denial of the whole claim and not taken back, but for lines that
    are decided already: the money stands."""
    lines: dict[int, int] = {}
    whole = 0
    for answer in answers:
        if answer is denied or answer.content >= denied.content or answer.paid <= 0:
            continue
        whole += 0 if answer.lines else answer.charge
        for line in answer.lines:
            if line.paid > 0 and line.line not in taken:
                lines[line.line] = line.charge
    return whole + sum(lines.values())


def _overturns_nothing(
    claim: ClaimFacts, decision: Decision, answers: Sequence[Answer], elsewhere: Mapping[int, int]
) -> bool:
    """Whether a denial comes after a payment of the same line, or of the whole claim, that was not taken
    back: the money stands."""
    if decision.paid or not decision.line or not decision.charge:
        return False
    before = [
        answer
        for answer in answers
        if answer is not decision.answer and answer.content < decision.answer.content
    ]
    if any(not answer.lines and answer.paid > 0 and answer.charge == claim.charge for answer in before):
        return True
    return any(
        elsewhere.get(id(line), line.line) == decision.line
        and line.paid > 0
        and line.charge == decision.charge
        for answer in before
        for line in answer.lines
    )
