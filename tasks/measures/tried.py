"""What an edit made from a pattern holds: which claims of a period, rightly and wrongly, before it is
made."""

from dataclasses import dataclass, replace
from datetime import date

from coding.context import DeniedLine
from coding.denied_lines import LineFacts, fits
from ledger.queries.measures.lines import BilledLine, answered_lines, refused_lines
from ledger.queries.measures.scope import Scope
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.measures.causes import NAMES, Cause, facts_of


@dataclass(frozen=True, slots=True)
class PayerEdit:
    """A rule, and the payers in whose files it is to stand. `kind`: it heads off denials, or rejections."""

    rule: DeniedLine
    payers: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule beside the claims that were answered in a period. `such` were denied under its code by its
    payers, of which `held` would have been held, with the cents denied of them; `clean` were answered with
    nothing denied, of which `clean_held` would have been held. `others_held`: denied under other codes, held
    too."""

    claims: int
    such: int
    held: int
    cents: int
    clean: int
    clean_held: int
    others_held: int

    @property
    def rightly(self) -> float | None:
        """The share of such denials that it would have held."""
        return self.held / self.such if self.such else None

    @property
    def wrongly(self) -> float | None:
        """The share of all clean claims that it would have held."""
        return self.clean_held / self.clean if self.clean else None


def payer_edit(of: Cause, until: date) -> PayerEdit:
    """The rule that a cause becomes, in force for services from the first one denied to `until`.

    Raises StepError CSE-03: nothing but the payer is common to it, or it is what no pattern explains.
    """
    facts = tuple((name, value) for name, value in of.facts if name != "payer")
    if of.lines is None or not facts:
        raise StepError(
            "CSE-03",
            f"cause {of.id} is no kind of line: an edit of it would hold whatever goes to the payer; "
            "see its claims with `cleanclaim causes show`",
        )
    days = [one.billed.on for one in of.refused if one.billed.on]
    rule = DeniedLine(
        name=of.id,
        code=of.label,
        facts=facts,
        since=date.fromisoformat(min(days)) if days else None,
        until=until,
    )
    return PayerEdit(rule, tuple(sorted({one.billed.payer for one in of.refused})), of.kind)


def tried(home: Home, edit: PayerEdit, of: Scope) -> Tried:
    """What a rule would have held of a period's claims, from its first day of service on."""
    of = replace(of, payer=None, since=max(of.since, edit.rule.since or of.since))
    code = edit.rule.code.removeprefix("CARC ")
    denied: dict[int, int] = {}
    for one in refused_lines(home.ledger, of):
        if (one.kind, one.code) == (edit.kind, code) and one.billed.payer in edit.payers:
            denied[one.billed.claim_id] = denied.get(one.billed.claim_id, 0) + one.cents
    matched: set[int] = set()
    clean: set[int] = set()
    seen: set[int] = set()
    for line in answered_lines(home.ledger, of):
        seen.add(line.billed.claim_id)
        if line.clean:
            clean.add(line.billed.claim_id)
        if line.billed.payer in edit.payers and fits(edit.rule, _facts(line.billed)):
            matched.add(line.billed.claim_id)
    such = denied.keys() & seen
    held = such & matched
    return Tried(
        claims=len(seen),
        such=len(such),
        held=len(held),
        cents=sum(denied[one] for one in held),
        clean=len(clean),
        clean_held=len(clean & matched),
        others_held=len(matched - clean - such),
    )


def _facts(line: BilledLine) -> LineFacts:
    on = date.fromisoformat(line.on) if line.on else None
    return LineFacts(dict(zip(NAMES, facts_of(line), strict=True)), on)
