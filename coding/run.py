"""Runs the edits on a claim, with the payer's switches and people's overrides applied here.

Which edits run is worked out once a payer, night and kind of claim and kept with the payer's
rules; what is left for each claim is a plain loop.
"""

from datetime import date
from typing import NamedTuple

from coding.days import first_day
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


class _Plan(NamedTuple):
    """The steps, and beside each the days of service it is in force for."""

    steps: tuple[_Step, ...]
    since: date  # services from here to `until` run every step
    until: date
    days: tuple[tuple[date, date], ...]


_new = tuple.__new__  # a Finding without the detour through its own constructor
_WITHOUT_PAYER: dict[tuple[date, str], _Plan] = {}


def _plan(payer: PayerRules | None, as_of: date, kind: str) -> _Plan:
    plans = _WITHOUT_PAYER if payer is None else payer.plans
    plan = plans.get((as_of, kind))
    if plan is None:
        if len(plans) > 100:
            plans.clear()  # a replay walks through many nights
        plan = plans[(as_of, kind)] = _make_plan(payer, as_of, kind)
    return plan


def _make_plan(payer: PayerRules | None, as_of: date, kind: str) -> _Plan:
    off: set[str] = set()
    raised: dict[str, Severity] = {}
    if payer is not None:
        off = {s.edit_id for s in payer.edits_off if as_of <= s.until}
        raised = {s.edit_id: s.severity or Severity.HOLD for s in payer.edits_raised if as_of <= s.until}
    edits = [e for e in EDITS.values() if e.id not in off and kind in e.kinds]
    days = tuple((e.since, e.until or date.max) for e in edits)
    return _Plan(
        tuple(_Step(e.check, e.id, e.severity, raised.get(e.id)) for e in edits),
        max((since for since, _ in days), default=date.min),
        min((until for _, until in days), default=date.max),
        days,
    )


def run(claim: Claim, world: World) -> list[Finding]:
    """Every finding of every edit in force for the claim's first day of service.

    Never raises on a claim's content and never changes the claim. A claim goes out when none of
    its findings `.holds`.
    """
    steps, since, until, days = _plan(world.payer, world.as_of, claim.kind)
    day = first_day(claim)
    if day is not None and not since <= day <= until:
        steps = tuple(s for s, (first, last) in zip(steps, days, strict=True) if first <= day <= last)
    findings: list[Finding] = []
    for check, edit_id, severity, raised in steps:
        for found in check(claim, world):
            weight = found[3] if len(found) == 4 else severity
            if raised is not None and weight is Severity.WARN:
                weight = raised
            findings.append(_new(Finding, (edit_id, weight, found[0], found[1], found[2], None)))
    return _overridden(findings, world.overrides, world.as_of) if world.overrides else findings


def _overridden(findings: list[Finding], overrides: tuple[Override, ...], as_of: date) -> list[Finding]:
    answer = []
    for f in findings:
        override = next((o for o in overrides if o.covers(f.edit_id, f.line, as_of)), None)
        if override is not None and f.severity in (Severity.HOLD, Severity.WARN):
            f = Finding(f.edit_id, Severity.INFO, f.line, f.place, f.detail, override)
        answer.append(f)
    return answer
