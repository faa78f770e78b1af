"""A pattern of denials becomes an edit: a rule in the files of its payers, after a preview over the past.

`PAY-01` holds lines of such a kind from the next run on. To take a rule back, delete its `[[denied_lines]]`
from the payer's file.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from config.denied_lines import add_denied_line
from config.payer import DeniedLine
from ledger.books.acts import named
from ledger.queries.measures.scope import Scope
from ledger.trail import audit
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.measures.causes import Cause, cause
from tasks.measures.tried import PayerEdit, Tried, payer_edit, tried
from tasks.operations.money_acts import By, signed

STANDS_DAYS: Final = 365
"""Days of service until a rule is to be looked at again, where nobody says another day."""


@dataclass(frozen=True, slots=True)
class Made:
    """A rule, what it would have held of the period, and the files that have it now; `standing` had it
    already."""

    edit: PayerEdit
    tried: Tried
    files: tuple[str, ...]
    standing: tuple[str, ...]
    dry_run: bool


def make_payer_edit(
    home: Home, as_of: date, by: By, name: str, of: Scope, until: date | None = None, *, dry_run: bool
) -> Made:
    """Writes the rule of a cause of a period into its payers' files, each once.

    Raises StepError CSE-01, CSE-03; CSE-04: its last day is past, a payer has no file, or the rule stands in
    all of them; LedgerError LED-14 without a reason or a name.
    """
    named(signed(home, by, preview=dry_run))
    return make_edit_of(home, as_of, by, cause(home, of, name), of, until, dry_run=dry_run)


def make_edit_of(
    home: Home,
    as_of: date,
    by: By,
    found: Cause,
    of: Scope,
    until: date | None = None,
    would: Tried | None = None,
    *,
    dry_run: bool,
) -> Made:
    """The same of a cause that was found, with what a rule of it `would` have held where that is known.
    Raises what `make_payer_edit` raises, but for CSE-01."""
    who, why = named(signed(home, by, preview=dry_run))
    last = until or last_day(as_of)
    if last < as_of:
        raise StepError("CSE-04", f"a rule until {last} would hold nothing any more; give a later --until")
    edit = payer_edit(found, last)
    if unknown := [one for one in edit.payers if one not in home.partners.payers]:
        raise StepError("CSE-04", f"no file under partners/payers names {', '.join(unknown)}; add it")
    standing = standing_in(home, edit)
    missing = [one for one in edit.payers if one not in standing]
    if not missing:
        raise StepError("CSE-04", f"rule {edit.rule.name} stands in {', '.join(standing)}; change it there")
    would = would or tried(home, edit, of)
    if not dry_run:
        rule = _written(edit, f"{why} ({who})")
        for one in missing:  # the trail first: a file that says more than the trail would name nobody
            told = f"{who}: {edit.rule.code}, until {last}: {why}"
            audit.record(home.ledger, as_of.isoformat(), "edit made", f"payer {one} rule {rule.name}", told)
            add_denied_line(_file(home, one), rule)
    return Made(edit, would, tuple(f"payers/{one}.toml" for one in missing), standing, dry_run)


def last_day(as_of: date) -> date:
    """The last day of service of a rule for which nobody says another one."""
    return as_of + min(timedelta(days=STANDS_DAYS), date.max - as_of)


def standing_in(home: Home, edit: PayerEdit) -> tuple[str, ...]:
    """The payers in whose files a rule stands."""
    known = home.partners.payers
    return tuple(
        one
        for one in edit.payers
        if one in known and any(rule.name == edit.rule.name for rule in known[one].denied_lines)
    )


def _written(edit: PayerEdit, reason: str) -> DeniedLine:
    rule = edit.rule
    return DeniedLine.model_validate(
        {
            "name": rule.name,
            "code": rule.code,
            "reason": reason,
            **dict(rule.facts),
            "since": rule.since,
            "until": rule.until,
        }
    )


def _file(home: Home, payer: str) -> Path:
    return home.settings.home / "partners" / "payers" / f"{payer}.toml"
