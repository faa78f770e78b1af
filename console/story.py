"""A demo's story: what its biller does, and what differs from it, each in a line for a person."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from console.days import looked_at
from ledger.queries import standing
from ledger.queries.batches import unnamed
from ledger.queries.claims import holds
from ledger.queries.money import money, remittances
from ledger.queries.night import problems
from ledger.queries.proof import of_all as proof
from ledger.queries.work import alerts, denials
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations import correct_claim
from tasks.operations.money_acts import By

BILLER = "Ann"
NOTHING_TO_CORRECT = "CLM-04"


def correct(story: Mapping[str, Any], home: Home, day: date) -> Iterator[tuple[str, str]]:
    """Sends the corrections that the biller sends before the run of a day: what she types, and what came of
    it. In a demo that was left in the middle, what is left of them."""
    [evening] = [e for e in story["evenings"] if e["day"] == day]
    for one in evening.get("corrected", ()):
        by = By(BILLER, one["why"])
        try:
            done = correct_claim.correct(home, day, by, one["encounter"], dry_run=False)
        except StepError as error:
            if error.code != NOTHING_TO_CORRECT:
                raise
            continue
        what, _, _ = done.what.partition(". ")  # what differs follows
        yield f'cleanclaim claims correct {one["encounter"]} --why "{one["why"]}"', what


def misses(story: Mapping[str, Any], home: Home) -> list[str]:
    """Everything that is not as `demo_story.toml` says; empty where the story ended as written."""
    return [
        *_same("inbox", story["inbox"], asdict(standing.inbox(home.ledger))),
        *_same("quarantined", story["quarantined"], _quarantined(home)),
        *_same("claims", _by_encounter(story["claims"]), _claims(home)),
        *_same("held", {k: set(v) for k, v in story["held"].items()}, _held(home)),
        *_same("denials", story["denials"], _denials(home)),
        *_same("overdue", dict.fromkeys(story["overdue"]["claims"], "no answer"), _overdue(home)),
        *_same("alerts", story["alerts"], {"short_manifests": _short(home)}),
        *_same("money", story["money"], _money(home)),
        *_books(home),
    ]


def _same(what: str, written: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(written.keys() | found.keys()):
        if written.get(key) != found.get(key):
            yield f"{what}, {key}: written {_text(written.get(key))}, found {_text(found.get(key))}"


def _text(value: Any) -> str:
    if value is None:
        return "nothing"
    return " ".join(sorted(value)) if isinstance(value, set) else str(value)


def _by_encounter(states: Mapping[str, list[str]]) -> dict[str, str]:
    return {encounter: state for state, encounters in states.items() for encounter in encounters}


def _quarantined(home: Home) -> dict[str, str]:
    return {p.name: p.code for p in problems(home.ledger) if p.quarantined}


def _claims(home: Home) -> dict[str, str]:
    return {claim.external_id: claim.state for claim in standing.claims(home.ledger)}


def _held(home: Home) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for held in holds(home.ledger):
        found.setdefault(held.external_id, set()).add(held.edit_id)
    return found


def _denials(home: Home) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for denial in denials(home.ledger, looked_at(home)):
        text = " ".join(part for part in (denial.group, denial.carc, denial.rarcs) if part)
        found.setdefault(denial.external_id, set()).add(text)
    return {encounter: " and ".join(sorted(texts)) for encounter, texts in found.items()}


def _overdue(home: Home) -> dict[str, str]:
    numbers = {m.patient_control_number for m in unnamed(home.ledger)}
    return {
        claim.external_id: "no answer"
        for claim in standing.claims(home.ledger)
        if claim.patient_control_number in numbers
    }


def _short(home: Home) -> int:
    return sum(alert.code == "INB-SHORT" for alert in alerts(home.ledger))


def _money(home: Home) -> dict[str, int]:
    found = money(home.ledger)
    return {"suspense_cents": found.suspense, "postings_sum_cents": found.postings_sum}


def _books(home: Home) -> Iterator[str]:
    found, shown = money(home.ledger), proof(home.ledger)
    if not (found.closes and shown.holds):
        yield "money: the books do not close"
    for row in remittances(home.ledger):
        if row.state != "posted" or not row.balanced:
            yield f"remittance {row.trace}: {row.state}, out by {row.difference_cents} cents"
    if not (found.charged and found.applied and found.adjusted and found.receivable_patients):
        yield "money: something that the story moves did not move"
