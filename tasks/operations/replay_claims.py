"""Past claims under today's edits: which would have been stopped, and what denials that would have spared.

Each claim is judged as of the night it went out, with the patient's claims before it, today's code
sets and today's partners' files. A claim that was paid in full and would be stopped counts against an
edit as much as a denial counts for it.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

import coding
from coding import denied_lines
from config.adjustment_codes import find
from edi.records import Claim
from ledger.agreed import enrolments
from ledger.encounters import history
from ledger.encounters.encounters import EncounterRow
from ledger.queries.coding import PastDenial, PastSubmission, past_submissions
from tasks.claims.edit_context import Contexts
from tasks.claims.encounter_claims import EncounterClaims, patient_digest
from tasks.claims.prior_claims import past_claim
from tasks.home.home import Home
from tasks.measures.causes import OF_PAYERS


@dataclass(slots=True)
class Score:
    """What one edit would have done: claims stopped, denials spared (cents), and paid claims stopped."""

    edit_id: str
    stopped: int = 0
    denials: int = 0
    cents: int = 0
    paid: int = 0


@dataclass(frozen=True, slots=True)
class Stopped:
    """One past claim that today's edits would have stopped; `denied` and `spared` count its denials."""

    patient_control_number: str
    external_id: str
    practice: str
    business_on: str
    state: str
    edits: tuple[str, ...]
    denied: int
    spared: int
    cents: int


@dataclass(slots=True)
class Replay:
    """The whole of it. `spared` of `denials` would not have happened; amounts in cents. `unchecked` counts
    by edit the claims it could not decide on, for want of a code set or a fact."""

    since: date
    claims: int = 0
    denials: int = 0
    denied_cents: int = 0
    spared: int = 0
    spared_cents: int = 0
    stopped: list[Stopped] = field(default_factory=list)
    edits: dict[str, Score] = field(default_factory=dict)
    unchecked: dict[str, int] = field(default_factory=dict)


def replay(
    home: Home, since: date, *, warnings: bool = False, claims: Collection[int] | None = None
) -> Replay:
    """Judges every claim that went out in a night since `since`, of these claims (None: of all). With
    `warnings` these stop as well."""
    counts = Replay(since)
    severities = {coding.Severity.HOLD} | ({coding.Severity.WARN} if warnings else set())
    contexts: dict[str, Contexts] = {}
    for some in past_submissions(home.ledger, since.isoformat(), home.settings.chunk_size, claims):
        for past, claim, context in in_context(home, some, contexts):
            findings = coding.run(claim, context)
            _count(counts, past, [f for f in findings if f.severity in severities])
            for edit_id in {f.edit_id for f in findings if f.severity is coding.Severity.UNCHECKED}:
                counts.unchecked[edit_id] = counts.unchecked.get(edit_id, 0) + 1
    return counts


def in_context(
    home: Home, some: list[PastSubmission], contexts: dict[str, Contexts]
) -> Iterator[tuple[PastSubmission, Claim, coding.Context]]:
    """Each of some submissions with its claim and what the edits may know of it; `contexts` keeps by business
    date what is the same for many."""
    rows = [EncounterRow(p.encounter_id, p.practice, p.payload, p.state) for p in some]
    numbers = {p.encounter_id: p.patient_control_number for p in some}
    found = list(EncounterClaims(home.partners).of(rows, numbers))
    digests = [patient_digest(one.practice.key, one.claim) for one in found]
    before = history.of(home.ledger, [d for d in digests if d])
    kept = enrolments.of(home.ledger)
    for past, one, digest in zip(some, found, digests, strict=True):
        prior = tuple(
            past_claim(home.partners, p, past.patient_control_number)
            for p in before.get(digest, ())
            if p.claim_id < past.claim_id
        )
        made = contexts.get(past.business_on)
        if made is None:
            as_of = date.fromisoformat(past.business_on)
            made = Contexts(home.codes, home.partners, as_of, kept)
            contexts[past.business_on] = made
        yield past, one.claim, made.of(one.encounter, one.practice, one.payer, prior)


def _count(counts: Replay, past: PastSubmission, findings: list[coding.Finding]) -> None:
    counts.claims += 1
    counts.denials += len(past.denials)
    counts.denied_cents += sum(d.cents for d in past.denials)
    if not findings:
        return
    spared = [d for d in past.denials if any(prevents(f, d) for f in findings)]
    counts.spared += len(spared)
    counts.spared_cents += sum(d.cents for d in spared)
    names = tuple(dict.fromkeys(f.edit_id for f in findings))
    for name in names:
        score = counts.edits.setdefault(name, Score(name))
        own = [d for d in past.denials if any(prevents(f, d) for f in findings if f.edit_id == name)]
        score.stopped += 1
        score.denials += len(own)
        score.cents += sum(d.cents for d in own)
        score.paid += past.state == "paid"
    counts.stopped.append(
        Stopped(
            past.patient_control_number,
            past.external_id,
            past.practice,
            past.business_on,
            past.state,
            names,
            len(past.denials),
            len(spared),
            sum(d.cents for d in spared),
        )
    )


def prevents(finding: coding.Finding, denial: PastDenial) -> bool:
    """Whether heeding a finding would have spared a denial.

    The edit names the denial's CARC or one of its RARCs, or the table of codes names the edit; a finding
    about one line does nothing for a denial of another. A CARC that says nothing without a RARC (16)
    needs one of the RARCs that the edit names, where it names any.
    """
    if finding.line and denial.line and finding.line != denial.line:
        return False
    if finding.edit_id == OF_PAYERS:  # which code it heads off is in the payer's rule, not in the edit
        return denied_lines.names(finding.detail, f"CARC {denial.carc}")
    remarks = frozenset(denial.rarcs.split())
    edit = coding.EDITS[finding.edit_id]
    if remarks & frozenset(edit.prevents):
        return True
    if any(
        _names(code, finding.edit_id) for code in (("CARC", denial.carc), *(("RARC", r) for r in remarks))
    ):
        return True
    if denial.carc not in edit.prevents:
        return False
    return not (_needs_remark(denial.carc) and remarks and any(_is_remark(code) for code in edit.prevents))


def _needs_remark(carc: str) -> bool:
    """Whether this CARC says what is wrong only together with a RARC."""
    row = find("CARC", carc)
    return row is not None and row.needs_rarc


def _names(code: tuple[str, str], edit_id: str) -> bool:
    row = find(*code)
    return row is not None and row.code == code[1] and row.preventing_edit == edit_id


def _is_remark(code: str) -> bool:
    return code[:1] in ("M", "N") and code[-1:].isdigit()


def ranked(scores: Iterable[Score]) -> list[Score]:
    """The edits that would have spared most first."""
    return sorted(scores, key=lambda s: (-s.cents, -s.denials, -s.stopped, s.edit_id))
