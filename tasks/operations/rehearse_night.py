"""Plays the claims that the next run would send against what their payers are known to do.

They are those that are ready, the encounters that are clean, and the new files of the inbox, which are read
and judged as the run would judge them. Nothing is kept, and nothing is sent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Final

from coding.registry import EDITS
from intake.encounter import Encounter
from ledger.encounters import encounters, inbox
from ledger.encounters.encounters import FindingRow
from ledger.encounters.inbox import Seen
from ledger.queries import payer_answers
from ledger.queries.payer_answers import LATER_PAYER, REPLACEMENT, OtherClaim
from tasks.claims.claim_numbers import UNNUMBERED
from tasks.claims.encounter_claims import EncounterClaim, EncounterClaims
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.inbox.files import InboxFile, files_in, read_bytes, sha256
from tasks.inbox.read_file import read_file
from tasks.operations.learn_twin import HISTORY, Twin, few, payer_of, twin_of
from tasks.operations.try_encounter import Given, contexts, judge
from tasks.twin import scenario_file
from tasks.twin.answered import Claim
from tasks.twin.foretold import Expected, Foretold, foretell
from tasks.twin.from_ledger import claim_of, claims_of
from tasks.twin.share_of_owed import Owed, ShareOfOwed, expected_of, learn_share

NO_EDIT: Final = "TWN-03"
ON, OFF = "on", "off"
CORRECTION: Final = "correction"
"""What corrects a claim that went out: a person decides whether it goes, and how."""
OTHER_PAYER: Final = "other payer"
"""What goes to a payer that is not the one of the twin's file."""
HANGING: Final = (LATER_PAYER, REPLACEMENT)
"""What hangs on an earlier answer and brings money."""
LOOK_AT: Final = 20
CLEAN: Final = ("clean",)
TOGETHER: Final = 200
"""Files that are judged together."""

ByPayer = dict[str, list[Claim]]


@dataclass(frozen=True, slots=True)
class Switched:
    """An edit as it is tried: `on`, what it warns of is held; `off`, what it alone holds is sent."""

    edit: str
    on: bool


@dataclass(frozen=True, slots=True)
class OfPayer:
    """One payer's part of the night. `foretold` is None where too few answers promise nothing: `why`."""

    twin: Twin
    claims: int
    charge_cents: int
    foretold: Foretold | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class OfOthers:
    """The claims to a payer that hang on an earlier answer: what they are, `LATER_PAYER` or `REPLACEMENT`,
    what the payer still owes of them, and what is expected to come, learned from `learned` answered ones."""

    payer: str
    what: str
    claims: int
    owed_cents: int
    paid_cents: Expected
    learned: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What the next run would send and no twin is asked about: what it is, how many, their charges in
    cents."""

    what: str
    claims: int
    charge_cents: int


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A night as it would go. `paid_cents` is that of the payers whose twin promises something,
    `patient_cents` what they would leave to patients of what they pay for. `others` hang on an earlier answer
    and are not in `paid_cents`. `left_out` is what is no first claim to a first payer and promises nothing,
    or goes to another payer than the one rehearsed; `held` are new encounters that edits hold."""

    day: date
    payers: tuple[OfPayer, ...]
    paid_cents: Expected
    patient_cents: int
    others: tuple[OfOthers, ...]
    left_out: tuple[LeftOut, ...]
    held: int
    switched: Switched | None


def rehearse(
    home: Home, as_of: date, kept: bytes | None = None, switched: Switched | None = None
) -> Rehearsal:
    """Rehearse the night of `as_of`; `kept` is the file of one payer's twin, and rehearses that payer alone.

    Raises StepError TWN-02, the file can't be read; TWN-03, there is no such edit.
    """
    if switched is not None and switched.edit not in EDITS:
        raise StepError(NO_EDIT, f"no edit has the id {switched.edit}; `cleanclaim edits list` shows them")
    read = _of_file(home, kept) if kept is not None else None
    claims, corrections, held = _tonight(home, as_of, switched)
    twins = [read] if read is not None else [twin_of(home, payer, as_of) for payer in sorted(claims)]
    payers = tuple(_of_payer(twin, claims.get(twin.payer, [])) for twin in twins)
    paid = [one.foretold.paid_cents for one in payers if one.foretold is not None]
    mean = sum(one.mean for one in paid)
    below, above = (sqrt(sum(reach**2 for reach in of)) for of in _reaches(paid))
    promised, unpromised = _others_of(home, as_of, read)
    return Rehearsal(
        day=as_of,
        payers=payers,
        paid_cents=Expected(mean, max(round(mean - below), 0), round(mean + above)),
        patient_cents=sum(one.foretold.patient_cents for one in payers if one.foretold is not None),
        others=promised,
        left_out=_left_out(unpromised, corrections, _others(claims, read)),
        held=held,
        switched=switched,
    )


def _reaches(paid: Sequence[Expected]) -> tuple[list[float], list[float]]:
    """How far each interval reaches below and above: payers decide apart from each other."""
    return [one.mean - one.low for one in paid], [one.high - one.mean for one in paid]


def _of_file(home: Home, data: bytes) -> Twin:
    found = scenario_file.read(data)
    return Twin(payer_of(home, found.payer).key, found.model, found.noise, found.held_back)


def _of_payer(twin: Twin, claims: Sequence[Claim]) -> OfPayer:
    charge = sum(claim.charge_cents for claim in claims)
    if not twin.model.enough:
        return OfPayer(twin, len(claims), charge, None, few(twin))
    return OfPayer(twin, len(claims), charge, foretell(twin.model, twin.noise, claims))


def _others(claims: ByPayer, only: Twin | None) -> list[Claim]:
    """The claims to payers that are not asked about; none where every payer is."""
    return [one for payer, some in claims.items() if only is not None and payer != only.payer for one in some]


def _others_of(home: Home, as_of: date, only: Twin | None) -> tuple[tuple[OfOthers, ...], list[OtherClaim]]:
    """What is likely to come of the ready claims that hang on an earlier answer, by payer; and those of which
    nothing is said: too few were answered, or they are none that bring money."""
    ready: dict[tuple[str, str], list[OtherClaim]] = {}
    promised: list[OfOthers] = []
    unpromised: list[OtherClaim] = []
    for one in payer_answers.ready_others(home.ledger):
        if one.what in HANGING and (only is None or one.payer == only.payer):
            ready.setdefault((one.payer, one.what), []).append(one)
        else:
            unpromised.append(one)
    answered = {payer: _answered_of(home, payer, as_of) for payer in {payer for payer, _ in ready}}
    for (payer, what), some in sorted(ready.items()):
        share = _share(answered[payer], what, as_of)
        if not share.enough:
            unpromised += some
            continue
        owed = [Owed(as_of, max(one.owed_cents, 0)) for one in some]
        whole = sum(one.owed_cents for one in owed)
        promised.append(OfOthers(payer, what, len(some), whole, expected_of(share, owed), share.claims))
    return tuple(promised), unpromised


def _answered_of(home: Home, payer: str, as_of: date) -> list[OtherClaim]:
    since = as_of - timedelta(days=HISTORY)
    return payer_answers.answered_others(home.ledger, payer, since.isoformat(), as_of.isoformat())


def _share(past: Sequence[OtherClaim], what: str, as_of: date) -> ShareOfOwed:
    known = [
        Owed(date.fromisoformat(one.sent_on), one.owed_cents, one.brought_cents if one.answered_on else None)
        for one in past
        if one.what == what
    ]
    return learn_share(known, as_of)


def _left_out(
    unpromised: Sequence[OtherClaim], corrections: Sequence[Claim], others: Sequence[Claim]
) -> tuple[LeftOut, ...]:
    """What is ready for others and promises nothing, the corrections that nobody has decided on yet, and the
    claims to other payers than the one that is rehearsed."""
    found = []
    for what in payer_answers.OTHERS:
        if of := [one.charge_cents for one in unpromised if one.what == what]:
            found.append(LeftOut(what, len(of), sum(of)))
    for what, some in ((CORRECTION, corrections), (OTHER_PAYER, others)):
        if some:
            found.append(LeftOut(what, len(some), sum(one.charge_cents for one in some)))
    return tuple(found)


def _tonight(home: Home, as_of: date, switched: Switched | None) -> tuple[ByPayer, list[Claim], int]:
    """The claims that would go, by payer, those that correct one that went, and how many encounters edits
    would hold."""
    found: ByPayer = {}
    corrections: list[Claim] = []
    ready = payer_answers.ready_lines(home.ledger)
    if switched is not None and switched.on:
        warned = payer_answers.warned_by(home.ledger, switched.edit)
        ready = [line for line in ready if line.submission_id not in warned]
    payers = {line.claim: line.payer for line in ready}
    for claim in claims_of(ready, as_of):
        found.setdefault(payers[claim.number], []).append(claim)
    for one in _built_next(home, switched):
        _add(found, corrections, one, as_of)
    held = 0
    for one, findings in _of_inbox(home, as_of):
        if _holds(findings, switched):
            held += 1
        else:
            _add(found, corrections, one, as_of)
    return found, corrections, held


def _add(found: ByPayer, corrections: list[Claim], one: EncounterClaim, as_of: date) -> None:
    claim = claim_of(one.claim, one.encounter.id, as_of)
    if one.payer is None or not claim.lines:
        return
    if one.claim.patient_control_number != UNNUMBERED:  # its claim went out before: a payer knows it
        corrections.append(claim)
    else:
        found.setdefault(one.payer.key, []).append(claim)


def _built_next(home: Home, switched: Switched | None) -> Iterator[EncounterClaim]:
    """The claims of encounters of the ledger that the next run builds."""
    warned: set[int] = set()
    if switched is not None and switched.on:
        warned = payer_answers.warned_encounters(home.ledger, switched.edit)
    made = EncounterClaims(home.partners)
    for first, last in encounters.chunks(home.ledger, home.settings.chunk_size, CLEAN):
        rows = [row for row in encounters.load(home.ledger, first, last, CLEAN) if row.id not in warned]
        yield from made.of(rows, {})
    if switched is not None and not switched.on:
        yield from made.of(payer_answers.held_by_alone(home.ledger, switched.edit), {})


def _of_inbox(home: Home, as_of: date) -> Iterator[tuple[EncounterClaim, list[FindingRow]]]:
    """The encounters of new files, with what the edits say. What can't be read is left for the run to say."""
    with_, seen = contexts(home, as_of), inbox.seen(home.ledger)
    new = [file for file in files_in(home.settings.inbox) if file.plain and not _known(file, seen)]
    for start in range(0, len(new), TOGETHER):
        loaded: dict[str, tuple[InboxFile, bytes]] = {}
        for file in new[start : start + TOGETHER]:
            data = read_bytes(file, home.settings.max_file_bytes)
            if data is not None:
                loaded[sha256(data)] = file, data
        known = inbox.known_files(home.ledger, list(loaded))
        given = [
            Given(Encounter.model_validate_json(taken.payload), taken.practice, taken.subject)
            for digest, (file, data) in loaded.items()
            if digest not in known
            for taken in read_file(home, file, data, digest).encounters
        ]
        yield from judge(home, with_, given, as_of)


def _known(file: InboxFile, seen: Mapping[str, Seen]) -> bool:
    """Whether a file stands as it was read, so that it need not be read to know that."""
    before = seen.get(file.name)
    return before is not None and before.done and before.facts == " ".join(map(str, file.facts))


def _holds(findings: Sequence[FindingRow], switched: Switched | None) -> bool:
    """Whether an encounter would be held, with the edit as it is tried."""

    def holds(one: FindingRow) -> bool:
        if switched is None or one.edit_id != switched.edit:
            return one.severity == "hold"
        return switched.on and one.severity in ("hold", "warn")

    return any(holds(one) for one in findings)
