"""Runs the edits on a claim, with the payer's switches and people's overrides applied here.

Which edits run is worked out once a payer, business date and kind of claim and kept with the payer's
rules; what is left for each claim is a plain loop.
"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from coding.carried import carried
from coding.context import Context, PayerRules
from coding.days import first_day
from coding.edit import Check
from coding.finding import Finding, Found, Override, Severity
from coding.registry import EDITS
from edi.records import Claim


class _Step(NamedTuple):
    check: Check
    edit_id: str
    severity: Severity
    raised: Severity | None
    carries: frozenset[str] | None  # one of these, or the check is not called; None: always


class _Plan(NamedTuple):
    """The steps, and beside each the days of service it is in force for."""

    steps: tuple[_Step, ...]
    since: date  # services from here to `until` run every step
    until: date
    days: tuple[tuple[date, date], ...]
    unrolled: Callable[[Claim, Context, Callable[[tuple[_Step, Found]], None]], None]


@lru_cache(maxsize=100)  # payers that switch nothing off share one
def _unroll(steps: tuple[_Step, ...]) -> Any:
    """One function that calls every check in turn, but those whose subject no line of the claim carries.

    A loop over forty functions makes Python look each of them up anew at one place; a place of its
    own for each call is remembered by the interpreter and a fifth faster over all.
    """
    each = "    for found in check{0}(claim, context):\n        add((step{0}, found))\n"
    gated = (
        "    if not carries{0}.isdisjoint(there):\n"
        "        for found in check{0}(claim, context):\n"
        "            add((step{0}, found))\n"
    )
    body = "".join((each if s.carries is None else gated).format(n) for n, s in enumerate(steps))
    names: dict[str, Any] = {f"check{n}": s.check for n, s in enumerate(steps)}
    names |= {f"step{n}": s for n, s in enumerate(steps)}
    names |= {f"carries{n}": s.carries for n, s in enumerate(steps)}
    names["carried"] = carried
    exec(f"def unrolled(claim, context, add):\n    there = carried(claim, context.codes)\n{body}", names)
    return names["unrolled"]


_new = tuple.__new__  # a Finding without the detour through its own constructor
_WITHOUT_PAYER: dict[tuple[date, str], _Plan] = {}


def _plan(payer: PayerRules | None, as_of: date, kind: str) -> _Plan:
    plans = _WITHOUT_PAYER if payer is None else payer.plans
    plan = plans.get((as_of, kind))
    if plan is None:
        if len(plans) > 100:
            plans.clear()  # a replay walks through many business dates
        plan = plans[(as_of, kind)] = _make_plan(payer, as_of, kind)
    return plan


#: 005010 governs what is sent from this day on, whatever the day of service (45 CFR 162.1102).
FORMAT_SINCE = date(2012, 1, 1)


def _first_service(since: date) -> date:
    """The first day of service an edit looks at: a rule of the format, or an older one, looks at all."""
    return date.min if since <= FORMAT_SINCE else since


def _make_plan(payer: PayerRules | None, as_of: date, kind: str) -> _Plan:
    off: set[str] = set()
    raised: dict[str, Severity] = {}
    if payer is not None:
        off = {s.edit_id for s in payer.edits_off if as_of <= s.until}
        raised = {s.edit_id: s.severity or Severity.HOLD for s in payer.edits_raised if as_of <= s.until}
    edits = [e for e in EDITS.values() if e.id not in off and kind in e.kinds]
    days = tuple((_first_service(e.since), e.until or date.max) for e in edits)
    steps = tuple(_Step(e.check, e.id, e.severity, raised.get(e.id), e.carries) for e in edits)
    return _Plan(
        steps,
        max((since for since, _ in days), default=date.min),
        min((until for _, until in days), default=date.max),
        days,
        _unroll(steps),
    )


def run(claim: Claim, context: Context) -> list[Finding]:
    """Every finding of every edit in force for the claim's first day of service.

    Never raises on a claim's content and never changes the claim. A claim goes out when none of
    its findings `.holds`.
    """
    plan = _plan(context.payer, context.as_of, claim.kind)
    day = first_day(claim)
    found: list[tuple[_Step, Found]] = []
    if day is None or plan.since <= day <= plan.until:
        plan.unrolled(claim, context, found.append)
    else:
        there = carried(claim, context.codes)
        for step, (first, last) in zip(plan.steps, plan.days, strict=True):
            if first <= day <= last and (step.carries is None or not step.carries.isdisjoint(there)):
                found.extend((step, one) for one in step.check(claim, context))
    findings = [_finding(step, one) for step, one in found]
    return _overridden(findings, context.overrides, context.as_of) if context.overrides else findings


def _finding(step: _Step, found: Found) -> Finding:
    severity = found[3] if len(found) == 4 else step.severity
    if step.raised is not None and severity is Severity.WARN:
        severity = step.raised
    return _new(Finding, (step.edit_id, severity, found[0], found[1], found[2], None))


def _overridden(findings: list[Finding], overrides: tuple[Override, ...], as_of: date) -> list[Finding]:
    answer = []
    for f in findings:
        override = next((o for o in overrides if o.covers(f.edit_id, f.line, as_of)), None)
        if override is not None and f.severity in (Severity.HOLD, Severity.WARN):
            f = Finding(f.edit_id, Severity.INFO, f.line, f.place, f.detail, override)
        answer.append(f)
    return answer
