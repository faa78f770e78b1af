"""Each edit judged by what became of the claims it spoke of, and the edits to switch off or raise by payer.

An edit foretells a denial. How often it was right is known of the claims that went out all the same: under
a warning, or after a person let its hold pass. A share of few claims says little, so a candidate needs the
whole of its 95 % interval on one side.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from coding.registry import EDITS
from config.partners import Payer
from ledger.queries import edit_outcomes
from ledger.queries.edit_outcomes import CodeCount, Outcome, Worded
from tasks.home.home import Home
from tasks.reports.proportion import interval

#: Right in at most so many of a hundred: its remarks cost more than they spare.
OFF_BELOW = 10
#: Right in at least so many of a hundred: a hold spares a denial more often than not.
RAISE_ABOVE = 50
_CODES = 3


@dataclass(frozen=True, slots=True)
class EditLine:
    """One edit over all payers, in versions of encounters: `held` have a hold, of which `corrected` were
    replaced by a newer version, `waiting` still wait; `overridden` were let pass by a person, `warned` have
    a warning."""

    edit_id: str
    title: str
    held: int
    waiting: int
    corrected: int
    overridden: int
    warned: int
    sent: int
    answered: int
    paid: int
    denied: int
    foretold: int


@dataclass(frozen=True, slots=True)
class PayerLine:
    """One edit with one payer: claims that went out all the same. `precision` is the share of the answered
    that came back denied with a code of the edit's, in tenths of a percent, with its 95 % interval; None
    where none is answered."""

    edit_id: str
    payer: str
    sent: int
    answered: int
    paid: int
    denied: int
    foretold: int
    precision: int | None
    low: int
    high: int
    codes: str
    switch: str  # "", off or raised: how the payer's file has it today
    candidate: str  # "", "off" or "raise"


@dataclass(frozen=True, slots=True)
class SwitchedOff:
    """An edit that a payer's file switches off, and the denials since that it could have headed off."""

    edit_id: str
    payer: str
    reason: str
    until: date
    denials: int


@dataclass(frozen=True, slots=True)
class EditReport:
    """The whole of it: findings and denials of business dates from `since` on."""

    since: date
    edits: tuple[EditLine, ...]
    payers: tuple[PayerLine, ...]
    switched_off: tuple[SwitchedOff, ...]


def edit_report(home: Home, since: date, as_of: date) -> EditReport:
    """Judges the edits by the ledger. Reads alone."""
    day = since.isoformat()
    heads_off = {edit.id: edit.prevents for edit in EDITS.values()}
    worded = edit_outcomes.worded(home.ledger, day)
    passed = edit_outcomes.overridden(home.ledger, day)
    found = edit_outcomes.outcomes(home.ledger, day, heads_off)
    codes = edit_outcomes.denial_codes(home.ledger, day)
    denials = edit_outcomes.denials_of_payers(home.ledger, day)
    return EditReport(
        since=since,
        edits=_edits(worded, passed, found),
        payers=by_payer(home.partners.payers, found, codes, as_of),
        switched_off=_switched_off(home, denials, as_of),
    )


def _edits(worded: list[Worded], passed: dict[str, int], found: list[Outcome]) -> tuple[EditLine, ...]:
    names = sorted(({s.edit_id for s in worded if s.severity != "info"} | passed.keys()) & EDITS.keys())
    return tuple(_edit(name, worded, passed.get(name, 0), found) for name in names)


def _edit(name: str, worded: list[Worded], passed: int, found: list[Outcome]) -> EditLine:
    def said(severity: str, *states: str) -> int:
        return sum(
            s.encounters
            for s in worded
            if s.edit_id == name and s.severity == severity and (not states or s.state in states)
        )

    mine = [o for o in found if o.edit_id == name]
    answered, denied = sum(o.answered for o in mine), sum(o.denied for o in mine)
    return EditLine(
        edit_id=name,
        title=EDITS[name].title,
        held=said("hold"),
        waiting=said("hold", "held", "picked_up"),
        corrected=said("hold", "replaced"),
        overridden=passed,
        warned=said("warn"),
        sent=sum(o.sent for o in mine),
        answered=answered,
        paid=answered - denied,
        denied=denied,
        foretold=sum(o.foretold for o in mine),
    )


def by_payer(
    payers: Mapping[str, Payer], found: list[Outcome], codes: list[CodeCount], as_of: date
) -> tuple[PayerLine, ...]:
    """A line each edit and payer; `payers` are their files, by key."""
    groups: dict[tuple[str, str], list[Outcome]] = {}
    for one in found:
        if one.edit_id in EDITS:
            groups.setdefault((one.edit_id, one.payer), []).append(one)
    said: dict[tuple[str, str], list[str]] = {}
    for code in codes:
        words = " ".join(part for part in (code.carc, code.rarcs) if part)
        said.setdefault((code.edit_id, code.payer), []).append(f"{words} ({code.claims})")
    return tuple(_payer(payers, key, mine, said.get(key, []), as_of) for key, mine in sorted(groups.items()))


def _payer(
    payers: Mapping[str, Payer], key: tuple[str, str], mine: list[Outcome], codes: list[str], as_of: date
) -> PayerLine:
    edit_id, payer = key
    answered, denied = sum(o.answered for o in mine), sum(o.denied for o in mine)
    foretold = sum(o.foretold for o in mine)
    low, high = interval(foretold, answered)
    switch = _switch(payers.get(payer), edit_id, as_of)
    off = answered > 0 and high * 100 < OFF_BELOW and switch != "off"
    more = answered > 0 and low * 100 > RAISE_ABOVE and not switch and any(not o.overridden for o in mine)
    return PayerLine(
        edit_id=edit_id,
        payer=payer,
        sent=sum(o.sent for o in mine),
        answered=answered,
        paid=answered - denied,
        denied=denied,
        foretold=foretold,
        precision=round(1000 * foretold / answered) if answered else None,
        low=round(1000 * low),
        high=round(1000 * high),
        codes=", ".join(codes[:_CODES]),
        switch=switch,
        candidate="off" if off else "raise" if more else "",
    )


def _switch(file: Payer | None, edit_id: str, as_of: date) -> str:
    """How the payer's file has the edit on a day."""
    if file is None:
        return ""
    if edit_id in file.edits_off_on(as_of):
        return "off"
    return "raised" if edit_id in file.edits_raised_on(as_of) else ""


def _switched_off(
    home: Home, denials: list[tuple[str, str, str, int]], as_of: date
) -> tuple[SwitchedOff, ...]:
    found = []
    for key, payer in sorted(home.partners.payers.items()):
        for switch in payer.edits_off:
            edit = EDITS.get(switch.id)
            if edit is None or not switch.holds_on(as_of):
                continue
            count = sum(
                number
                for denied_by, carc, rarcs, number in denials
                if denied_by == key and not {carc, *rarcs.split()}.isdisjoint(edit.prevents)
            )
            found.append(SwitchedOff(switch.id, key, switch.reason, switch.until, count))
    return tuple(found)
