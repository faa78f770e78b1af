"""Runs the edits on a claim, with the payer's switches and people's overrides applied here.

Which edits run is worked out once a payer, night and kind of claim and kept with the payer's
rules; what is left for each claim is a plain loop.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from coding.edit import Check
from coding.finding import Finding, Override, Severity
from coding.registry import EDITS
from coding.world import PayerRules, World
from edi.records import Claim


class _Step(NamedTuple):
    check: Check
    edit_id: str
    severity: Severity
    raised: Severity | None
    since: date
    until: date | None


class _Plan(NamedTuple):
    steps: tuple[_Step, ...]
    since: date  # services from here to `until` run every step
    until: date


_WITHOUT_PAYER: dict[tuple[date, str], _Plan] = {}


def _plan(payer: PayerRules | None, as_of: date, kind: str) -> _Plan:
    plans = _WITHOUT_PAYER if payer is None else payer.plans
    plan = plans.get((as_of, kind))
    if plan is None:
        plans.clear()  # one night and a kind or two at a time
        for each in "PID":
            plans[(as_of, each)] = _make_plan(payer, as_of, each)
        plan = plans.get((as_of, kind)) or _make_plan(payer, as_of, kind)
    return plan


def _make_plan(payer: PayerRules | None, as_of: date, kind: str) -> _Plan:
    off = {s.edit_id for s in payer.edits_off if as_of <= s.until} if payer else set()
    raised = (
        {s.edit_id: s.severity or Severity.HOLD for s in payer.edits_raised if as_of <= s.until}
        if payer
        else {}
    )
    steps = tuple(
        _Step(e.check, e.id, e.severity, raised.get(e.id), e.since, e.until)
        for e in EDITS.values()
        if e.id not in off and kind in e.kinds
    )
    return _Plan(
        steps,
        max((s.since for s in steps), default=date.min),
        min((s.until for s in steps if s.until), default=date.max),
    )


def _first_day(claim: Claim) -> date | None:
    return min((line.service_from for line in claim.lines if line.service_from), default=None)


def run(claim: Claim, world: World) -> list[Finding]:
    """Every finding of every edit in force for the claim's first day of service.

    Never raises on a claim's content and never changes the claim. A claim goes out when none of
    its findings `.holds`.
    """
    plan = _plan(world.payer, world.as_of, claim.kind)
    steps: Iterable[_Step] = plan.steps
    day = _first_day(claim)
    if day is not None and not plan.since <= day <= plan.until:
        steps = [s for s in steps if s.since <= day and (s.until is None or day <= s.until)]
    findings: list[Finding] = []
    for check, edit_id, severity, raised, _, _ in steps:
        for found in check(claim, world):
            weight = found[3] if len(found) == 4 else severity
            if raised is not None and weight is Severity.WARN:
                weight = raised
            findings.append(Finding(edit_id, weight, found[0], found[1], found[2]))
    return _overridden(findings, world.overrides, world.as_of) if world.overrides else findings


def _overridden(findings: list[Finding], overrides: tuple[Override, ...], as_of: date) -> list[Finding]:
    answer = []
    for f in findings:
        override = next((o for o in overrides if o.covers(f.edit_id, f.line, as_of)), None)
        if override is not None and f.severity in (Severity.HOLD, Severity.WARN):
            f = Finding(f.edit_id, Severity.INFO, f.line, f.place, f.detail, override)
        answer.append(f)
    return answer
