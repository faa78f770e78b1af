"""What became of the encounters that an edit spoke of: held, overridden, sent, paid or denied.

Sums alone, whatever the history: a row for each edit, payer and code, never one for each claim. A finding
is the one of the last time that its version of an encounter was judged.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, exists, false, func, literal, or_, select

from ledger.adjudication.facts import REVERSAL
from ledger.schema import (
    claim_payment,
    claim_version,
    edit_override,
    encounter,
    finding,
    submission,
    work_item,
)
from ledger.storage.database import Ledger


@dataclass(frozen=True, slots=True)
class Worded:
    """How many versions of encounters have a finding of an edit at a severity (hold, warn, info), by the
    state they are in: held, clean, claimed, replaced by a newer version."""

    edit_id: str
    severity: str
    state: str
    encounters: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """The claims that went to a payer although an edit spoke of them: how many were answered, how many of
    these denied in part or whole, and how many with a code that the edit heads off. `overridden`: a person
    had let a hold pass."""

    edit_id: str
    payer: str
    overridden: bool
    sent: int
    answered: int
    denied: int
    foretold: int


@dataclass(frozen=True, slots=True)
class CodeCount:
    """How many claims of an edit a payer denied with a code, and what that was about; cents."""

    edit_id: str
    payer: str
    carc: str
    rarcs: str
    claims: int
    cents: int


def worded(ledger: Ledger, since: str) -> list[Worded]:
    """Findings of nights since `since` (ISO day), by edit, severity and state."""
    query = (
        select(
            finding.c.edit_id,
            finding.c.severity,
            encounter.c.state,
            func.count(func.distinct(finding.c.encounter_id)),
        )
        .join(encounter, encounter.c.id == finding.c.encounter_id)
        .where(finding.c.business_on >= since)
        .group_by(finding.c.edit_id, finding.c.severity, encounter.c.state)
        .order_by(finding.c.edit_id, finding.c.severity, encounter.c.state)
    )
    with ledger.read() as connection:
        return [Worded(*row) for row in connection.execute(query)]


def overridden(ledger: Ledger, since: str) -> dict[str, int]:
    """Versions of encounters of which people let a finding pass since `since`, by edit."""
    query = (
        select(edit_override.c.edit_id, func.count(func.distinct(edit_override.c.encounter_id)))
        .where(edit_override.c.business_on >= since)
        .group_by(edit_override.c.edit_id)
    )
    with ledger.read() as connection:
        return dict(connection.execute(query).tuples().all())


def outcomes(ledger: Ledger, since: str, heads_off: Mapping[str, tuple[str, ...]]) -> list[Outcome]:
    """What payers answered to claims that went out under a warning or an overridden hold.

    `heads_off` are the codes of each edit (CARCs, RARCs). The first payer's claims alone: the edits speak
    of these.
    """
    went = _went(since)
    denial = work_item.c
    foretold = exists().where(
        denial.submission_id == went.c.submission_id,
        denial.kind == "denial",
        _heads_off(went.c.edit_id, heads_off),
    )
    denied = exists().where(denial.submission_id == went.c.submission_id, denial.kind == "denial")
    answered = exists().where(
        claim_payment.c.submission_id == went.c.submission_id, claim_payment.c.status != REVERSAL
    )
    query = (
        select(
            went.c.edit_id,
            went.c.payer,
            went.c.overridden,
            func.count(),
            _counted(or_(answered, denied)),
            _counted(denied),
            _counted(foretold),
        )
        .group_by(went.c.edit_id, went.c.payer, went.c.overridden)
        .order_by(went.c.edit_id, went.c.payer, went.c.overridden)
    )
    with ledger.read() as connection:
        return [Outcome(r[0], r[1], bool(r[2]), *map(int, r[3:])) for r in connection.execute(query)]


def denial_codes(ledger: Ledger, since: str) -> list[CodeCount]:
    """The codes that followed, by edit and payer, the most frequent first."""
    went = _went(since)
    claims = func.count(func.distinct(went.c.submission_id))
    query = (
        select(
            went.c.edit_id, went.c.payer, work_item.c.carc, work_item.c.rarcs, claims,
            func.sum(work_item.c.opened_cents),
        )
        .join(work_item, work_item.c.submission_id == went.c.submission_id)
        .where(work_item.c.kind == "denial")
        .group_by(went.c.edit_id, went.c.payer, work_item.c.carc, work_item.c.rarcs)
        .order_by(went.c.edit_id, went.c.payer, claims.desc(), work_item.c.carc, work_item.c.rarcs)
    )  # fmt: skip
    with ledger.read() as connection:
        return [
            CodeCount(r[0], r[1], r[2], r[3], int(r[4]), int(r[5] or 0)) for r in connection.execute(query)
        ]


def denials_of_payers(ledger: Ledger, since: str) -> list[tuple[str, str, str, int]]:
    """Every denial that was opened since `since`: payer, CARC, RARCs, how many."""
    w = work_item.c
    query = (
        select(w.payer, w.carc, w.rarcs, func.count())
        .where(w.kind == "denial", w.business_on >= since)
        .group_by(w.payer, w.carc, w.rarcs)
        .order_by(w.payer, w.carc, w.rarcs)
    )
    with ledger.read() as connection:
        return [(r[0], r[1], r[2], int(r[3])) for r in connection.execute(query)]


def _went(since: str) -> Subquery:
    """One row each edit and submission to a first payer: a warning, or a hold that a person let pass."""
    passed = exists().where(
        edit_override.c.encounter_id == finding.c.encounter_id, edit_override.c.edit_id == finding.c.edit_id
    )
    query: Select[tuple[str, int, str, int]] = (
        select(
            finding.c.edit_id,
            submission.c.id.label("submission_id"),
            submission.c.payer,
            func.max(case((finding.c.severity == "info", 1), else_=0)).label("overridden"),
        )
        .join(claim_version, claim_version.c.encounter_id == finding.c.encounter_id)
        .join(submission, submission.c.version_id == claim_version.c.id)
        .where(
            finding.c.business_on >= since,
            or_(finding.c.severity == "warn", and_(finding.c.severity == "info", passed)),
            submission.c.batch_id.is_not(None),
            submission.c.payer_order == "P",
            submission.c.frequency != "8",
        )
        .group_by(finding.c.edit_id, submission.c.id, submission.c.payer)
    )
    return query.subquery("went")


def _counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _heads_off(edit_id: ColumnElement[str], heads_off: Mapping[str, tuple[str, ...]]) -> ColumnElement[bool]:
    """Whether a denial has a code that the edit heads off: its CARC, or one of its remarks."""
    remarks = literal(" ") + work_item.c.rarcs + literal(" ")
    return or_(
        false(),
        *(
            and_(
                edit_id == one,
                or_(work_item.c.carc.in_(codes), *(remarks.contains(f" {code} ") for code in codes)),
            )
            for one, codes in heads_off.items()
            if codes
        ),
    )
