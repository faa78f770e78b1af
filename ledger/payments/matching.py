"""Which claim, submission and line a payment speaks of.

Money is taken only where the facts agree: a number (ours, or the payer's own at that payer), the
practice that is paid, the payer, the patient by member id or by name and day, and the charge or the
lines. One contradiction or two claims that fit leave it in suspense, with the candidates named.

Payers drop hyphens, suffixes, leading zeros and modifiers, renew member ids and cut long numbers:
none of that is a contradiction.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, or_, select

from ledger.adjudication.facts import LATER_PAYER, NO_NUMBERS
from ledger.payments.remittance_facts import LineFacts, PaymentFacts, RemittanceFacts
from ledger.schema import claim, claim_line, claim_version, coverage, submission
from ledger.storage.database import bounded

SHORTEST_CUT = 6  # characters: a shorter beginning of a number says nothing
MOST_CANDIDATES = 5
BY_PERSON = "person"
"""In `matched_by`: a person named the claim, whatever speaks against it."""

_NOT_ALNUM = re.compile(r"[^0-9A-Z]")
_NOT_LETTERS = re.compile(r"[^A-Z]")
_SUFFIX = re.compile(r"\b(JR|SR|II|III|IV)\b\.?")


def name_digest(last: str, first: str) -> str:
    """A digest of a person's name, letters alone: hyphens, blanks and suffixes make no other person."""
    plain = "|".join(_NOT_LETTERS.sub("", _SUFFIX.sub("", part.upper())) for part in (last, first))
    return hashlib.sha256(plain.encode()).hexdigest()[:32] if plain != "|" else ""


@dataclass(slots=True)
class Match:
    """The claim found, its submission to this payer (None: it was never billed there), how it was
    found, and for each paid line (from 1) the claim's line number. `practice` is the claim's own."""

    claim_id: int
    practice: str
    submission_id: int | None
    by: str
    lines: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A claim that a payment may be of: what agrees, and what speaks against it."""

    claim_id: int
    patient_control_number: str
    agrees: tuple[str, ...]
    against: tuple[str, ...]

    @property
    def weight(self) -> int:
        return sum(WEIGHTS[fact] for fact in self.agrees)


WEIGHTS = {
    "number": 6,
    "payer's number": 4,
    "member": 4,
    "name": 3,
    "charge": 2,
    "lines": 2,
    "day": 2,
    "practice": 1,
    "tax id": 1,
    "payer": 1,
}


@dataclass(slots=True)
class Found:
    """What became of one payment: the match, or the candidates, the likeliest first."""

    match: Match | None = None
    candidates: list[Candidate] = field(default_factory=list)


@dataclass(slots=True)
class _Version:
    id: int
    charge: int
    member_id: str
    patient_name: str
    service_from: str
    service_to: str
    lines: list[tuple[int, LineFacts]] = field(default_factory=list)
    coverages: list[tuple[str, str]] = field(default_factory=list)  # payer, member id

    @property
    def members(self) -> set[str]:
        return {self.member_id, *(member for _, member in self.coverages)}


@dataclass(slots=True)
class _Claim:
    id: int
    number: str
    practice: str
    patient: str
    versions: list[_Version] = field(default_factory=list)
    billed: list[tuple[int, str, str]] = field(default_factory=list)  # submission, payer, payer's number


def match(connection: Connection, facts: RemittanceFacts) -> list[Found]:
    """What each payment of a remittance is of. A few look-ups a chunk, none a claim."""
    payments = facts.payments
    numbers = {p.patient_control_number for p in payments if p.patient_control_number not in NO_NUMBERS}
    ids = _ids(connection, claim.c.patient_control_number, numbers)
    theirs = {p.payer_claim_control_number for p in payments}
    theirs = {number for number in theirs if number.upper() not in NO_NUMBERS}
    by_theirs = _by_payer_number(connection, facts.payer, theirs)
    known = _load(connection, {*ids.values(), *(i for found in by_theirs.values() for i in found)})
    families = _families(connection, payments, known.values())
    made = [Found() for _ in payments]
    left: list[int] = []
    for n, p in enumerate(payments):
        mine = [known[i] for i in _several(ids, p.patient_control_number)]
        mine += [known[i] for i in by_theirs.get(p.payer_claim_control_number, ()) if known[i] not in mine]
        _decide(facts, p, mine, families, made[n])
        if made[n].match is None:
            left.append(n)
    if left:
        _look_wider(connection, facts, left, made)
    return made


def place(connection: Connection, facts: RemittanceFacts, claim_id: int) -> Match:
    """The only payment of `facts` on the claim that a person names."""
    (p,) = facts.payments
    one = _load(connection, [claim_id])[claim_id]
    version, _ = _compare(facts, p, one, _families(connection, [p], [one]))
    number = _submission(one, facts.payer, p)
    return Match(one.id, one.practice, number, BY_PERSON, match_lines(version.lines, p.lines))


def _several(ids: dict[str, int], number: str) -> list[int]:
    return [ids[number]] if number in ids else []


def _ids(connection: Connection, column: Any, values: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for piece in bounded(sorted(values)):
        query = select(column, claim.c.id).where(column.in_(piece))
        found.update(connection.execute(query).tuples().all())
    return found


def _by_payer_number(connection: Connection, payer: str, numbers: Iterable[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for piece in bounded(sorted(numbers)):
        query = select(submission.c.payer_claim_control_number, submission.c.claim_id).where(
            submission.c.payer == payer, submission.c.payer_claim_control_number.in_(piece)
        )
        for number, claim_id in connection.execute(query.order_by(submission.c.claim_id)):
            if claim_id not in found.setdefault(number, []):
                found[number].append(claim_id)
    return found


def _look_wider(
    connection: Connection, facts: RemittanceFacts, left: Sequence[int], made: list[Found]
) -> None:
    """Claims under a number that was cut, and the claims of the patient: by member id, or by name."""
    payments = [facts.payments[n] for n in left]
    found: dict[int, set[int]] = {n: set() for n in left}
    for n, p in zip(left, payments, strict=True):
        number = p.patient_control_number.strip().upper()
        if len(number) >= SHORTEST_CUT:
            cut = claim.c.patient_control_number.between(number, number + "~")
            found[n] |= set(
                connection.execute(select(claim.c.id).where(cut).limit(MOST_CANDIDATES)).scalars()
            )
    for column, values in (
        (claim_version.c.member_id, [p.member_id for p in payments]),
        (claim_version.c.patient_name, [p.patient_name for p in payments]),
    ):
        wanted = sorted(set(values) - {""})
        owners: dict[str, set[int]] = {}
        for piece in bounded(wanted):
            query = select(column, claim_version.c.claim_id).where(column.in_(piece))
            for value, claim_id in connection.execute(query):
                owners.setdefault(value, set()).add(claim_id)
        for n, value in zip(left, values, strict=True):
            found[n] |= owners.get(value, set())
    known = _load(connection, {i for ids in found.values() for i in ids})
    families = _families(connection, payments, known.values())
    for n, p in zip(left, payments, strict=True):
        before = {c.claim_id for c in made[n].candidates}
        more = [known[i] for i in sorted(found[n]) if i not in before]
        _decide(facts, p, more, families, made[n])


Families = Mapping[str, Set[tuple[str, str]]]
"""Who is known under a member id: (patient, name)."""


def _families(connection: Connection, payments: Iterable[PaymentFacts], known: Iterable[_Claim]) -> Families:
    """Who shares a member id with the patients of these claims, and whose the given ones are."""
    members = {member for one in known for version in one.versions for member in version.members}
    members |= {p.member_id for p in payments}
    found: dict[str, set[tuple[str, str]]] = {}
    v = claim_version.c
    for piece in bounded(sorted(members - {""})):
        query = (
            select(v.member_id, claim.c.patient, v.patient_name)
            .join(claim, claim.c.id == v.claim_id)
            .where(v.member_id.in_(piece))
        )
        for member, patient, name in connection.execute(query):
            found.setdefault(member, set()).add((patient, name))
    return found


def _load(connection: Connection, ids: Iterable[int]) -> dict[int, _Claim]:
    """Claims with everything that a payment is compared with."""
    known: dict[int, _Claim] = {}
    versions: dict[int, _Version] = {}
    for piece in bounded(sorted(ids)):
        query = select(claim.c.id, claim.c.patient_control_number, claim.c.practice, claim.c.patient).where(
            claim.c.id.in_(piece)
        )
        known.update((r[0], _Claim(*r)) for r in connection.execute(query))
        v = claim_version.c
        of_claims = select(
            v.claim_id, v.id, v.charge, v.member_id, v.patient_name, v.service_from, v.service_to
        ).where(v.claim_id.in_(piece))
        for row in connection.execute(of_claims.order_by(v.id.desc())):
            versions[row.id] = _Version(*row[1:])
            known[row.claim_id].versions.append(versions[row.id])
        billed = (
            select(
                submission.c.claim_id,
                submission.c.id,
                submission.c.payer,
                submission.c.payer_claim_control_number,
            )
            .where(
                submission.c.claim_id.in_(piece),
                or_(submission.c.batch_id.is_not(None), submission.c.opened_on != ""),
            )
            .order_by(submission.c.number)
        )
        for row in connection.execute(billed):
            known[row[0]].billed.append(tuple(row[1:]))
    for piece in bounded(sorted(versions)):
        lines = select(claim_line).where(claim_line.c.version_id.in_(piece)).order_by(claim_line.c.number)
        for r in connection.execute(lines):
            line = LineFacts(
                control_number=r.control_number,
                procedure=r.procedure,
                modifiers=r.modifiers,
                charge=r.charge,
                paid=0,
            )
            versions[r.version_id].lines.append((r.number, line))
        covered = select(coverage.c.version_id, coverage.c.payer, coverage.c.member_id)
        for r in connection.execute(covered.where(coverage.c.version_id.in_(piece))):
            versions[r.version_id].coverages.append((r.payer, r.member_id))
    return known


def _decide(
    facts: RemittanceFacts, p: PaymentFacts, claims: Sequence[_Claim], families: Families, found: Found
) -> None:
    """Takes the one claim that fits; else they are candidates."""
    fits: list[tuple[_Claim, _Version, Candidate]] = []
    for one in claims:
        version, candidate = _compare(facts, p, one, families)
        found.candidates.append(candidate)
        if not candidate.against and _enough(candidate.agrees):
            fits.append((one, version, candidate))
    found.candidates.sort(key=lambda c: (-c.weight, c.claim_id))
    del found.candidates[MOST_CANDIDATES:]
    by_number = [fit for fit in fits if "number" in fit[2].agrees]
    if by_number:
        fits = by_number
    if len(fits) != 1:
        return
    one, version, candidate = fits[0]
    found.match = Match(
        one.id,
        one.practice,
        _submission(one, facts.payer, p),
        "CLP01" if "number" in candidate.agrees else "CLP07",
        match_lines(version.lines, p.lines),
    )


def _enough(agrees: Sequence[str]) -> bool:
    facts = frozenset(agrees)
    return (
        bool(facts & {"number", "payer's number"})
        and bool(facts & {"practice", "tax id"})
        and "payer" in facts
        and ("member" in facts or {"name", "day"} <= facts)
        and bool(facts & {"charge", "lines"})
    )


def _compare(
    facts: RemittanceFacts, p: PaymentFacts, one: _Claim, families: Families
) -> tuple[_Version, Candidate]:
    """The version of a claim that a payment is likest to, with what agrees and what contradicts."""
    compared = [(version, *_facts(facts, p, one, version, families)) for version in one.versions]
    version, agrees, against = max(
        compared, key=lambda c: (not c[2], sum(WEIGHTS[fact] for fact in c[1]), c[0].id)
    )
    return version, Candidate(one.id, one.number, tuple(agrees), tuple(against))


def _facts(
    facts: RemittanceFacts, p: PaymentFacts, one: _Claim, version: _Version, families: Families
) -> tuple[list[str], list[str]]:
    agrees: list[str] = []
    against: list[str] = []
    given = p.patient_control_number.strip().upper()
    if given == one.number.upper() or (len(given) >= SHORTEST_CUT and one.number.upper().startswith(given)):
        agrees.append("number")
    number = p.payer_claim_control_number
    if number.upper() not in NO_NUMBERS and any(
        payer == facts.payer and theirs == number for _, payer, theirs in one.billed
    ):
        agrees.append("payer's number")
    if one.practice == facts.practice:
        agrees.append("practice")
    elif one.practice in facts.same_tax_id:
        agrees.append("tax id")
    else:
        against.append("practice")
    payers = {payer for payer, _ in version.coverages} | {payer for _, payer, _ in one.billed}
    if facts.payer in payers or p.status in LATER_PAYER:
        agrees.append("payer")
    else:
        against.append("payer")
    members = [version.member_id, *(member for payer, member in version.coverages if payer == facts.payer)]
    same = [member for member in members if same_member_id(p.member_id, member)]
    same_name = bool(p.patient_name) and p.patient_name == version.patient_name
    people = {name for member in same for _, name in families.get(member, ())} - {""}
    owners = {patient for patient, _ in families.get(p.member_id, ())}
    # a name that differs is a spelling, unless it is somebody else's under the same member id; a member
    # id that differs is a renewed one, unless it is somebody else's
    same_member = bool(same) and (same_name or p.patient_name not in people)
    if same_member:
        agrees.append("member")
    if same_name:
        agrees.append("name")
    if p.member_id and not same_member and (not same_name or (owners and one.patient not in owners)):
        against.append("patient")
    if p.service_from:
        last = version.service_to or version.service_from
        (agrees if version.service_from <= p.service_from <= last else against).append("day")
    if abs(p.charge) == version.charge:
        agrees.append("charge")
    elif _lines_fit(version, p):
        agrees.append("lines")
    else:
        against.append("charge")
    return agrees, against


def same_member_id(given: str, ours: str) -> bool:
    """Whether two member ids are one: hyphens, blanks, leading zeros and a suffix of two make no other."""
    a, b = (_NOT_ALNUM.sub("", text.upper()).lstrip("0") for text in (given, ours))
    if not a or not b:
        return False
    if a == b:
        return True
    short, long_ = sorted((a, b), key=len)
    return len(short) >= SHORTEST_CUT and len(long_) - len(short) <= 2 and long_.startswith(short)


def _lines_fit(version: _Version, p: PaymentFacts) -> bool:
    """Whether a part of the claim was paid: every line is one of its lines, with its charge."""
    placed = match_lines(version.lines, p.lines)
    billed = dict(version.lines)
    return (
        bool(p.lines)
        and len(placed) == len(p.lines)
        and all(abs(p.lines[n - 1].charge) == billed[number].charge for n, number in placed.items())
        and all(p.lines[n - 1].procedure == billed[number].procedure for n, number in placed.items())
    )


def _submission(one: _Claim, payer: str, p: PaymentFacts) -> int | None:
    """Of the claim's submissions to this payer the one with its number, else the newest."""
    own = [(i, number) for i, to, number in one.billed if to == payer]
    named = [i for i, number in own if number and number == p.payer_claim_control_number]
    return named[-1] if named else own[-1][0] if own else None


def match_lines(billed: Sequence[tuple[int, LineFacts]], paid: Sequence[LineFacts]) -> dict[int, int]:
    """For each paid line (from 1) the number of the billed line; none is given out twice.

    By the line control number (REF 6R); then by procedure with modifiers and charge, with charge, with
    modifiers, and alone: payers drop modifiers and change charges.
    """
    free = dict(billed)
    found: dict[int, int] = {}
    rules = (
        lambda b, p: bool(p.control_number) and b.control_number == p.control_number,
        lambda b, p: (
            (b.procedure, set(b.modifiers.split()), b.charge)
            == (p.procedure, set(p.modifiers.split()), abs(p.charge))
        ),
        lambda b, p: (b.procedure, b.charge) == (p.procedure, abs(p.charge)),
        lambda b, p: (b.procedure, set(b.modifiers.split())) == (p.procedure, set(p.modifiers.split())),
        lambda b, p: b.procedure == p.procedure,
    )
    for rule in rules:
        for n, p in enumerate(paid, 1):
            if n in found:
                continue
            for number, b in free.items():
                if rule(b, p):
                    found[n] = number
                    del free[number]
                    break
    return found
