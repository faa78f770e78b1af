"""A rehearsal as facts: for `--json`, and kept in the home so that its page need not rehearse again."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from config.counted import counted
from config.dollars import dollars
from ledger.queries.payer_answers import LATER_PAYER, PREDETERMINATION, REPLACEMENT, VOID
from tasks.home.home import Home, write_private
from tasks.operations.learn_twin import Twin
from tasks.operations.rehearse_night import (
    CORRECTION,
    LOOK_AT,
    OTHER_PAYER,
    LeftOut,
    OfOthers,
    OfPayer,
    Rehearsal,
)
from tasks.twin.changes import Change
from tasks.twin.foretold import Expected, OfClaim
from tasks.twin.held_back import Calibration
from tasks.twin.payer_model import DENIAL, REJECTION
from tasks.twin.share_changes import SHARE

FILE: Final = "rehearsal.json"
FORMAT: Final = 3
COUNTED: Final = {DENIAL: "lines denied", REJECTION: "claims rejected"}
"""What the numbers of a reason count."""
LEFT_OUT: Final = {
    LATER_PAYER: ("claim to a later payer", "claims to later payers"),
    REPLACEMENT: ("claim that replaces another one", "claims that replace another one"),
    VOID: ("claim that takes another one back", "claims that take another one back"),
    PREDETERMINATION: ("claim that only asks what would be paid", "claims that only ask what would be paid"),
    CORRECTION: ("correction of a claim that went out", "corrections of claims that went out"),
    OTHER_PAYER: ("claim to another payer", "claims to other payers"),
}

Facts = Mapping[str, Any]


def facts(found: Rehearsal) -> dict[str, Any]:
    """What a rehearsal came to: cents, lines denied and claims rejected, by payer; and the claims with most
    to lose."""
    return {
        "day": found.day.isoformat(),
        "paid_cents": _expected(found.paid_cents),
        "patient_cents": found.patient_cents,
        "others": [
            {**asdict(one), "paid_cents": _expected(one.paid_cents), "in_words": others_words(one)}
            for one in found.others
        ],
        "left_out": [asdict(one) | {"in_words": left_out_words(one)} for one in found.left_out],
        "held": found.held,
        "edit": asdict(found.switched) if found.switched is not None else None,
        "payers": [_of_payer(one) for one in found.payers],
        "look_at": [asdict(one) for one in look_at(found)],
    }


def of_twin(twin: Twin) -> dict[str, Any]:
    """What a twin was learned from, and how it did on what it had not seen."""
    model = twin.model
    return {
        "payer": twin.payer,
        "until": model.as_of.isoformat(),
        "learned_claims": model.claims,
        "learned_lines": model.lines,
        "not_learned_from": model.left_out,
        "days_half": model.delay(0.5),
        "days_nine_in_ten": model.delay(0.9),
        "changes": [asdict(one) | {"in_words": change_words(one)} for one in model.changes],
        "held_back": asdict(twin.calibration) if twin.calibration is not None else None,
    }


def look_at(found: Rehearsal) -> list[OfClaim]:
    """The claims with most to lose, of all payers."""
    every = [one for payer in found.payers if payer.foretold is not None for one in payer.foretold.of_claims]
    return sorted(every, key=lambda one: (-one.lost_cents, one.number))[:LOOK_AT]


def keep(home: Home, found: Rehearsal) -> None:
    """Keeps it in place of the one before, its owner's only."""
    data = json.dumps({"format": FORMAT, **facts(found)}, default=str, indent=1)
    write_private(home.reports / FILE, data.encode())


def kept(home: Home) -> Facts | None:
    """The rehearsal that was kept last; None: none was, or by another version."""
    try:
        found = json.loads((home.reports / FILE).read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("format") == FORMAT else None


def others_words(one: OfOthers) -> str:
    """What is expected of claims that hang on an earlier answer, in words."""
    paid = one.paid_cents
    return (
        f"{one.payer}: {counted(one.claims, *LEFT_OUT[one.what])}, {dollars(one.owed_cents)} owed; "
        f"{dollars(round(paid.mean))} expected, 80 % between {dollars(paid.low)} and {dollars(paid.high)}, "
        f"learned from {counted(one.learned, 'such claim')}"
    )


def left_out_words(one: LeftOut) -> str:
    """What is not rehearsed, in words."""
    return f"{counted(one.claims, *LEFT_OUT[one.what])}, {dollars(one.charge_cents)} charged"


def change_words(change: Change) -> str:
    """What changed, in words."""
    where = ", ".join(f"{feature} {value or 'none'}" for feature, value in change.where) or "all it gets"
    if change.stage == SHARE:
        return (
            f"{where}: {change.before:.1%} of the charge paid in {change.lines_before:,} lines before, "
            f"{change.after:.1%} in {change.lines_after:,} since {_begun(change)}"
        )
    what = "denied" if change.stage == DENIAL else "rejected"
    return (
        f"{where}: {what} with {change.reason} in {change.before:.1%} of {change.lines_before:,} before, "
        f"{change.after:.1%} of {change.lines_after:,} since {_begun(change)}"
    )


def _begun(change: Change) -> str:
    """The day on which it began, and the months in which it may have where the answers leave that open."""
    may = f" (it may have begun in {change.months})" if change.months != change.month else ""
    return f"{change.from_on}{may}"


def calibration_words(one: Calibration | None) -> str:
    """How the twin did on what it had not seen."""
    if one is None:
        return "No month could be held back: too few answers came before it"
    held = "within" if one.low_cents <= one.seen_cents <= one.high_cents else "outside"
    better = "better" if one.score > one.plain_score else "no better"
    interval = f"{dollars(one.low_cents)} to {dollars(one.high_cents)}"
    return (
        f"Held back, {one.from_on} to {one.until_on}, {one.claims:,} claims: forecast "
        f"{dollars(one.foretold_cents)}, paid {dollars(one.seen_cents)}, {held} {interval}; "
        f"{one.reasons_held} of {counted(one.reasons, 'reason')} within; dollars within in "
        f"{one.months_held} of {counted(one.months, 'such month')}; log score {one.score:.3f}, {better} than "
        f"last month's plain rates ({one.plain_score:.3f})"
    )


def _of_payer(one: OfPayer) -> dict[str, Any]:
    foretold = one.foretold
    return {
        **of_twin(one.twin),
        "claims": one.claims,
        "charge_cents": one.charge_cents,
        "promised": foretold is not None,
        "why_not": one.why,
        "paid_cents": _expected(foretold.paid_cents) if foretold is not None else None,
        "patient_cents": foretold.patient_cents if foretold is not None else None,
        "reasons": [
            {"stage": kind, "reason": reason, **_expected(expected)}
            for (kind, reason), expected in (foretold.by_reason.items() if foretold is not None else ())
        ],
    }


def _expected(one: Expected) -> dict[str, Any]:
    return {"mean": round(one.mean, 2), "low": one.low, "high": one.high}
