"""What one adjustment means for the books.

A denial is never written off by itself. CO 45 is written off where its line was paid, by whomever and to
whomever, or has a patient's share, whatever other code stands beside it; the whole charge under 45 is work.
97 and a negative 94 of equal amount are one bundled service; a negative 94 alone is payment above the charge.
Contracts come first: what a payer's file says of a code stands before the table of codes
(`config/adjustment_codes.py`), which has a treatment for each number; an unknown number is work.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache

from config.adjustment_codes import AdjustmentCode, find
from ledger.adjudication.facts import NO_BALANCE_BILLING_REMARKS, Adjustment, Terms
from ledger.adjudication.standing import Decision

ABOVE_CHARGE = "94"
BUNDLED = "97"
CONTRACT_RATE = "45"
NOT_THE_PATIENTS = "209"
INTEREST = "225"


class Treatment(StrEnum):
    """Where an adjustment's amount goes."""

    CONTRACTUAL = "contractual"
    INCENTIVE = "incentive"
    WITHHOLD = "withhold"
    CAPITATION = "capitation"
    PATIENT = "patient"  # to the next payer, else the patient
    PAID_TO_PATIENT = "paid_to_patient"  # the payer paid the patient
    OTHER_PAYER = "other_payer"  # an earlier payer's part, in the books with that payer's answer
    BUNDLED = "bundled"  # comes to nothing with its counterpart
    PENDING = "pending"
    OPEN = "open"  # still owed: a person decides


WHATEVER_GROUP = frozenset(("pending", "other_payer", "incentive", "withhold", "paid_to_patient"))
"""Treatments in the table of codes that hold under every group code."""
PAID_FOR = frozenset(("next_payer", "other_payer", "paid_to_patient"))
"""Those that say of a line that something is paid for it, if not by this payer to us."""


# A member of an enumeration takes Python 3.11 ten times as long to reach as a name.
_OPEN, _PATIENT, _CONTRACTUAL = Treatment.OPEN, Treatment.PATIENT, Treatment.CONTRACTUAL


def treat(
    decisions: Sequence[Decision], terms: Terms
) -> list[tuple[Decision, list[tuple[Adjustment, Treatment]]]]:
    """The decisions of one payer on one claim, each with its adjustments and where they go."""
    bundled = _bundled(decisions)
    if not bundled:
        return [(d, [(a, _one(a, d, terms)) for a in d.adjustments]) for d in decisions]
    return [
        (
            decision,
            [
                (a, Treatment.BUNDLED if (i, j) in bundled else _one(a, decision, terms))
                for j, a in enumerate(decision.adjustments)
            ],
        )
        for i, decision in enumerate(decisions)
    ]


def _bundled(decisions: Sequence[Decision]) -> set[tuple[int, int]]:
    """The places of the adjustments 97 that a negative 94 of equal amount on this claim answers, with it."""
    above: list[tuple[tuple[int, int], Adjustment]] = []
    denied: list[tuple[tuple[int, int], Adjustment]] = []
    for i, decision in enumerate(decisions):
        for j, a in enumerate(decision.adjustments):
            if a.carc == ABOVE_CHARGE and a.cents < 0:
                above.append(((i, j), a))
            elif a.carc == BUNDLED and a.cents > 0:
                denied.append(((i, j), a))
    found: set[tuple[int, int]] = set()
    for one in list(denied):
        pair = next((other for other in above if other[1].cents == -one[1].cents), None)
        if pair is not None:
            above.remove(pair)
            denied.remove(one)
            found |= {one[0], pair[0]}
    if denied and above and sum(a.cents for _, a in denied) == -sum(a.cents for _, a in above):
        found |= {at for at, _ in (*denied, *above)}
    return found


def _one(adjustment: Adjustment, decision: Decision, terms: Terms) -> Treatment:
    policy = policy_of(adjustment, terms, decision.answer.paid_on)
    if policy is not None:
        return policy
    if adjustment.carc == INTEREST and adjustment.cents < 0:
        return Treatment.INCENTIVE  # what the payer gives for being late is no part of its price
    usual = code(adjustment.carc).treatment
    if usual in WHATEVER_GROUP:
        return Treatment(usual)
    if adjustment.carc == CONTRACT_RATE:
        return _contract_rate(adjustment, decision)
    if adjustment.carc == ABOVE_CHARGE:
        return _CONTRACTUAL
    if adjustment.group == "PR":
        return _PATIENT if usual == "patient" else _OPEN
    if usual == "next_payer":
        return _PATIENT  # where there is no next payer, nobody's
    return _CONTRACTUAL if usual == "contractual" else _OPEN


def policy_of(adjustment: Adjustment, terms: Terms, on: date) -> Treatment | None:
    """What a payer's file says of an adjustment on a day, None: nothing."""
    for policy in terms.policies:
        if policy.holds(adjustment, on):
            return _OPEN if policy.meaning == "work" else Treatment(policy.meaning)
    return None


def _contract_rate(adjustment: Adjustment, decision: Decision) -> Treatment:
    if adjustment.group == "PR":  # the provider has no contract with the payer
        forbidden = not NO_BALANCE_BILLING_REMARKS.isdisjoint(decision.remarks)
        return _OPEN if forbidden else _PATIENT
    if adjustment.cents < 0:
        return _CONTRACTUAL
    of_claim = decision.line == 0 and decision.charge == 0  # claim level, beside lines
    charge, paid = (
        (decision.answer.charge, decision.answer.paid) if of_claim else (decision.charge, decision.paid)
    )
    paid_for, bundled = paid != 0, 0
    for a in decision.adjustments:
        usual = code(a.carc).treatment
        paid_for |= usual in PAID_FOR or (usual == "patient" and a.group == "PR")
        if a.carc == ABOVE_CHARGE and a.cents < 0:
            bundled -= a.cents  # a line that others were bundled into stands for their charges too
    earned = paid_for and adjustment.cents < abs(charge) + bundled
    return _CONTRACTUAL if earned and adjustment.group in ("CO", "CR") else _OPEN


@lru_cache(maxsize=4096)
def code(carc: str) -> AdjustmentCode:
    """The row of a CARC; one that the table lacks has the row for unknown codes."""
    found = find("CARC", carc)
    assert found is not None
    return found
