"""The night: one list of steps in the order of the day, which flows and crash tests both walk.

A step says which pieces of work it has now (a chunk, a partner, a file; always ids, never content)
and does one. Doing a piece twice changes nothing more, so a night may be walked again from the
start at any time, after any failure.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from ledger.runs import turns
from ledger.storage import lease
from tasks.batches import sending_hours
from tasks.errors import as_step_error
from tasks.home.home import Home, home_of
from tasks.reports import nightly
from tasks.runs import closing, sharing
from tasks.runs.collector import without_collector
from tasks.runs.sharing import Halves
from tasks.steps import (
    acknowledge,
    archive,
    ask_coverage,
    ask_status,
    bill_later_payers,
    build_claims,
    collect,
    pick_up,
    post,
    queue_denials,
    release_corrections,
    report,
    send,
    validate_coding,
    write_batches,
    write_inquiries,
)

log = logging.getLogger("cleanclaim.night")

Counts = dict[str, int]
Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the night. `talks` says that it reaches a partner, so that its line may break; `halves`
    that several processes can share it."""

    name: str
    title: str
    part: str
    pieces: Callable[[Home, date], Sequence[str]]
    do: Callable[[Home, date, str], Counts]
    talks: bool = False
    halves: Halves | None = None


NIGHT: tuple[Step, ...] = (
    Step(
        "pick_up",
        "Pick up encounters",
        "take_in",
        pick_up.pieces,
        pick_up.do,
        halves=Halves(pick_up.prepare, pick_up.finish, pick_up.claims_in),
    ),
    Step(
        "release_corrections",
        "Release corrections",
        "take_in",
        release_corrections.pieces,
        release_corrections.do,
    ),
    Step(
        "validate_coding",
        "Validate coding",
        "take_in",
        validate_coding.pieces,
        validate_coding.do,
        halves=Halves(
            validate_coding.prepare, validate_coding.finish, sharing.in_chunks, validate_coding.shared
        ),
    ),
    Step("ask_coverage", "Ask about coverage", "take_in", ask_coverage.pieces, ask_coverage.do),
    Step(
        "build_claims",
        "Build claims",
        "take_in",
        build_claims.pieces,
        build_claims.do,
        halves=Halves(build_claims.prepare, build_claims.finish, sharing.in_chunks),
    ),
    Step("bill_later_payers", "Bill later payers", "submit", bill_later_payers.pieces, bill_later_payers.do),
    Step(
        "write_batches",
        "Write batches",
        "submit",
        write_batches.pieces,
        write_batches.do,
        halves=Halves(write_batches.prepare, write_batches.finish, write_batches.claims_in),
    ),
    Step("ask_status", "Ask for overdue answers", "submit", ask_status.pieces, ask_status.do),
    Step("write_inquiries", "Write inquiries", "submit", write_inquiries.pieces, write_inquiries.do),
    Step("send", "Send", "submit", send.pieces, send.do, talks=True),
    Step("collect", "Collect answers", "take_answers", collect.pieces, collect.do, talks=True),
    Step(
        "acknowledge",
        "Take in acknowledgments",
        "take_answers",
        acknowledge.pieces,
        acknowledge.do,
        halves=Halves(acknowledge.prepare, acknowledge.finish, acknowledge.claims_in),
    ),
    Step(
        "post",
        "Post remittances",
        "take_answers",
        post.pieces,
        post.do,
        halves=Halves(post.prepare, post.finish, post.claims_in),
    ),
    Step("queue_denials", "Queue denials", "take_answers", queue_denials.pieces, queue_denials.do),
    Step("report", "Prove and report", "report", report.pieces, report.do),
    Step("archive", "Archive old documents", "report", archive.pieces, archive.do),
)


def steps_of(part: str) -> tuple[Step, ...]:
    """The steps of one part of the night."""
    return tuple(step for step in NIGHT if step.part == part)


def step_named(name: str) -> Step:
    return next(step for step in NIGHT if step.name == name)


def pieces(home: str, inbox: str, as_of: date, step: str) -> list[str]:
    """What a step has to do now. Raises only coded errors."""
    try:
        return list(step_named(step).pieces(home_of(home, inbox), as_of))
    except Exception as error:
        failure = as_step_error(error, step)
    log.error("%s: what it has to do could not be listed: %s", step, failure)
    raise failure  # outside the except: no cause and no context travel with it


@dataclass(frozen=True, slots=True)
class Lanes:
    """A step's pieces in lanes: those of one lane go in order, `at_once` lanes may go at the same time.

    Of more than one process (`processes`) each takes the next piece, and they write in the order of the
    pieces under the run's `token`.
    """

    pieces: list[list[str]]
    at_once: int
    processes: int = 1
    token: int = 0


def lanes(home: str, inbox: str, as_of: date, step: str, now: datetime | None = None) -> Lanes:
    """What a step has to do now. Of a step that reaches partners, each site is a lane, however many
    clearinghouses it stands for; everything else writes to the ledger alone and is one lane. At `now`
    (aware; None: whenever) what is for a partner that takes no files then is left for later. Raises only
    coded errors."""
    found = pieces(home, inbox, as_of, step)
    if now is not None and step in SENDING:
        found = _coded(step, lambda: _taken_now(home_of(home, inbox), step, found, now))
    opened = home_of(home, inbox)
    if not step_named(step).talks:
        halves = step_named(step).halves
        processes = sharing.processes(halves, opened, found) if halves is not None else 1
        return Lanes([found] if found else [], 1, processes, opened.ledger.token)
    by_site: dict[str, list[str]] = {}
    for piece in found:
        by_site.setdefault(opened.partners.clearinghouses[piece].site, []).append(piece)
    return Lanes(list(by_site.values()), opened.settings.partners_at_once)


SENDING = ("write_batches", "send")
"""Steps whose pieces begin with the clearinghouse that they are for."""


def _taken_now(home: Home, step: str, found: list[str], now: datetime) -> list[str]:
    """The pieces without those that are for a partner that takes no files at this time."""
    shut = sending_hours.closed(home, now)
    for partner in sorted({piece.partition(":")[0] for piece in found} & shut.keys()):
        log.info("%s %s: waits, it takes files from %s", step, partner, f"{shut[partner]:%a %d %b %H:%M %Z}")
    return [piece for piece in found if piece.partition(":")[0] not in shut]


def share_out(home: str, inbox: str, step: str) -> None:
    """Before several processes begin with a step's pieces. Raises only coded errors."""
    _coded(step, lambda: turns.begin(home_of(home, inbox).ledger, step))


def call_off(home: str, inbox: str, step: str) -> None:
    """When a step is shared no more before all of it is done: whoever waits for a turn leaves, and whoever
    works elsewhere writes nothing more. Raises only coded errors."""

    def act() -> None:
        ledger = home_of(home, inbox).ledger
        turns.call_off(ledger, step)
        lease.renew(ledger)

    _coded(step, act)


def _coded(step: str, act: Callable[[], Given]) -> Given:
    """What an act gives. Raises only coded errors."""
    try:
        return act()
    except Exception as error:
        failure = as_step_error(error, step)
    raise failure  # outside the except: no cause and no context travel with it


def do(home: str, inbox: str, as_of: date, step: str, piece: str) -> Counts:
    """Does one piece of one step. Raises only coded errors."""
    try:
        counts = do_piece(step_named(step), home_of(home, inbox), as_of, piece)
    except Exception as error:
        failure = as_step_error(error, step)
    else:
        tell(step, piece, counts)
        return counts
    tell(step, piece, failure)
    raise failure


def do_shared(
    home: str, inbox: str, as_of: date, step: str, pieces: Sequence[str], share: int, token: int
) -> list[sharing.Came]:
    """Takes and does some of a step's pieces beside other processes, as the share of this number, under the
    token of the run, which tells what came of them. Raises coded errors; what fails in a piece is told."""
    halves = step_named(step).halves
    assert halves is not None

    def act() -> list[sharing.Came]:
        return sharing.do(step, halves, sharing.joined(home, inbox, token), as_of, pieces, share)

    return _coded(step, act)


def tell(step: str, piece: str, came: Counts | Exception) -> None:
    """Writes what came of a piece to the run's log; also of one that another process did."""
    if isinstance(came, Exception):
        log.error("%s %s: %s", step, piece, came)
        return
    found = step_named(step)
    number = NIGHT.index(found) + 1
    log.info("%s %s: %s", step, piece, _shown(came), extra={"night": (number, len(NIGHT), found.title)})


def do_piece(step: Step, home: Home, as_of: date, piece: str) -> Counts:
    """One piece in this process, with the garbage collector off."""
    with without_collector():
        return step.do(home, as_of, piece)


def walk(home: Home, as_of: date, steps: Sequence[Step] = NIGHT) -> Counts:
    """The steps without Prefect, in this process: for crash tests and the bench. The first error ends it."""
    total: Counts = {}
    for step in steps:
        for piece in step.pieces(home, as_of):
            for name, count in do_piece(step, home, as_of, piece).items():
                total[f"{step.name}.{name}"] = total.get(f"{step.name}.{name}", 0) + count
    return total


def _shown(counts: Counts) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items()) or "nothing to do"


def waiting(home: str, inbox: str) -> int:
    """How many pieces of work wait for a person, for the run's last message. Raises only coded errors."""
    return _coded("count what waits", lambda: closing.waiting(home_of(home, inbox)))


def shown(home: str, inbox: str, as_of: date) -> nightly.Shown:
    """The night for Prefect's pages."""
    return nightly.shown(home_of(home, inbox), as_of)
