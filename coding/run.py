"""Runs the edits on a claim, with the payer's switches and people's overrides applied here.

Which edits run, and which of them ask for what a line or a diagnosis carries, is worked out once a payer,
business date and kind of claim and kept with the payer's rules. Left for each claim are the edits that look
at every claim, and those that ask for something of this one.
"""

from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from coding.carried import NOTHING, Facts, carried
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
    carries: Facts | None  # one of these, or the check is not called; None: always


class _Asking(dict[Facts, frozenset[int]]):
    """The numbers of the steps that ask for some of what a line or a diagnosis carries, worked out once for
    all that carry the same."""

    def __init__(self, steps: tuple[_Step, ...]) -> None:
        self._steps = steps

    def __missing__(self, facts: Facts) -> frozenset[int]:
        if len(self) >= _REMEMBERED:
            self.clear()
        found = self[facts] = frozenset(
            n for n, step in enumerate(self._steps) if step.carries is not None and step.carries & facts
        )
        return found


class _Plan(NamedTuple):
    """The steps, and beside each the days of service it is in force for."""

    steps: tuple[_Step, ...]
    since: date  # services from here to `until` run every step
    until: date
    days: tuple[tuple[date, date], ...]
    asking: _Asking
    unrolled: Callable[[Claim, Context, set[int], Callable[[Finding], None]], None]
    turns: list[int]  # in how many days a switch of the payer is over


_REMEMBERED = 20_000
_NO_PAYER = PayerRules(key="")
_WITHOUT_PAYER: dict[tuple[date, str], _Plan] = {}
_new = tuple.__new__  # a Finding without the detour through its own constructor


@lru_cache(maxsize=100)  # payers that switch nothing off share one, whatever their steps ask for
def _unroll(steps: tuple[_Step, ...]) -> Any:
    """One function that calls every check in turn, but those that ask for what the claim does not carry.

    A loop over forty functions makes Python look each of them up anew at one place; a place of its
    own for each call is remembered by the interpreter and a fifth faster over all.
    """
    body: list[str] = []
    names: dict[str, Any] = {"new": _new, "Finding": Finding, "WARN": Severity.WARN}
    for n, step in enumerate(steps):
        names |= {f"check{n}": step.check, f"id{n}": step.edit_id, f"weight{n}": step.severity}
        call = [
            f"for said in check{n}(claim, context):",
            f"    weight = said[3] if len(said) == 4 else weight{n}",
            f"    add(new(Finding, (id{n}, weight, said[0], said[1], said[2], None)))",
        ]
        if step.raised is not None:
            names[f"raised{n}"] = step.raised
            call.insert(2, f"    weight = raised{n} if weight is WARN else weight")
        if step.carries is not None:
            call = [f"if {n} in asked:", *(f"    {row}" for row in call)]
        body += call
    text = "\n    ".join(["def unrolled(claim, context, asked, add):", *body, "pass"])
    exec(text, names)
    return names["unrolled"]


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
    rules = payer or _NO_PAYER
    off = {s.edit_id for s in rules.edits_off if as_of <= s.until}
    raised = {s.edit_id: s.severity or Severity.HOLD for s in rules.edits_raised if as_of <= s.until}
    steps: list[_Step] = []
    days: list[tuple[date, date]] = []
    for e in EDITS.values():
        carries = e.carries(rules) if callable(e.carries) else e.carries
        if e.id not in off and kind in e.kinds:
            steps.append(_Step(e.check, e.id, e.severity, raised.get(e.id), carries))
            days.append((_first_service(e.since), e.until or date.max))
    return _Plan(
        tuple(steps),
        max((since for since, _ in days), default=date.min),
        min((until for _, until in days), default=date.max),
        tuple(days),
        _Asking(tuple(steps)),
        _unroll(tuple(s if s.carries is None else s._replace(carries=NOTHING) for s in steps)),
        _turns(as_of, (s.until for s in (*rules.edits_off, *rules.edits_raised))),
    )


def run(claim: Claim, context: Context) -> list[Finding]:
    """Every finding of every edit in force for the claim's first day of service.

    Never raises on a claim's content and never changes the claim. A claim goes out when none of
    its findings `.holds`.
    """
    plan = _plan(context.payer, context.as_of, claim.kind)
    context.turns.extend(plan.turns)
    day = first_day(claim)
    asked: set[int] = set()
    asking = plan.asking
    for facts in carried(claim, context.codes, day):
        asked |= asking[facts]
    findings: list[Finding] = []
    if day is None or plan.since <= day <= plan.until:
        plan.unrolled(claim, context, asked, findings.append)
    else:
        for n, (step, (first, last)) in enumerate(zip(plan.steps, plan.days, strict=True)):
            if first <= day <= last and (step.carries is None or n in asked):
                findings.extend(_finding(step, found) for found in step.check(claim, context))
    return _overridden(findings, context.overrides, context.as_of) if context.overrides else findings


def _turns(as_of: date, ends: Iterable[date]) -> list[int]:
    """In how many days what counts through these days counts no more; of what is over by now, nothing."""
    return [(end - as_of).days + 1 for end in ends if end >= as_of]


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
