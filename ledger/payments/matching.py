"""Which claim, submission and line a payment speaks of.

Money is taken only where the facts agree: a number (ours, or the payer's own at that payer), the
practice that is paid, the payer, the patient by member id or by name and day, and the charge or the
lines. One contradiction or two claims that fit leave it in suspense, with the candidates named.

Payers drop hyphens, suffixes, leading zeros and modifiers, renew member ids and cut long numbers:
none of that is a contradiction.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Select, and_, select

from ledger.adjudication.claim_line import ClaimLine
from ledger.adjudication.facts import LATER_PAYER, NO_NUMBERS, REVERSAL
from ledger.payments import other_payers
from ledger.payments.remittance_facts import LineFacts, PaymentFacts, RemittanceFacts
from ledger.schema import claim, claim_payment, claim_version, patient, remittance, submission
from ledger.sending import billed
from ledger.sending.billed import BilledClaim, Version
from ledger.storage.one_of import one_of
from ledger.storage.stated import stated

SHORTEST_CUT = 6  # characters: a shorter beginning of a number says nothing
MOST_CANDIDATES = 5
BY_PERSON = "person"
"""In `matched_by`: a person named the claim, whatever speaks against it."""

_NOT_ALNUM = re.compile(r"[^0-9A-Z]")
_NOT_LETTERS = re.compile(r"[^A-Z]")
_SUFFIXES = ("JR", "SR", "II", "III", "IV")
_SUFFIX = re.compile(rf"\b({'|'.join(_SUFFIXES)})\b\.?")


def name_digest(last: str, first: str) -> str:
    """A digest of a person's name, letters alone: hyphens, blanks and suffixes make no other person."""
    plain = f"{_plain_name(last.upper())}|{_plain_name(first.upper())}"
    return hashlib.sha256(plain.encode()).hexdigest()[:32] if plain != "|" else ""


def _plain_name(name: str) -> str:
    if name.isascii() and name.isalpha() and name not in _SUFFIXES:
        return name  # as most are
    return _NOT_LETTERS.sub("", _SUFFIX.sub("", name))


@dataclass(slots=True)
class Match:
    """The claim found, its submission to this payer (None: it was never billed there), how it was
    found, and for each paid line (from 1) the claim's line number."""

    claim: BilledClaim
    submission_id: int | None
    by: str
    lines: dict[int, int] = field(default_factory=dict)

    @property
    def claim_id(self) -> int:
        return self.claim.id

    @property
    def practice(self) -> str:
        """The claim's own."""
        return self.claim.practice


@dataclass(slots=True)
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


Paid = tuple[RemittanceFacts, PaymentFacts]
"""A payment, and the remittance that it came in."""


def match(connection: Connection, facts: RemittanceFacts) -> list[Found]:
    """What each payment of a remittance is of. A few look-ups a chunk, none a claim."""
    return match_each(connection, [(facts, p) for p in facts.payments])


def match_each(connection: Connection, paid: Sequence[Paid]) -> list[Found]:
    """What each of these payments is of, of whatever remittances: a few look-ups, and one a payer."""
    payments = [p for _, p in paid]
    numbers = {p.patient_control_number for p in payments if p.patient_control_number not in NO_NUMBERS}
    ids = dict(connection.execute(*_under_ours(list(numbers))).tuples().all())
    by_theirs = _by_payer_numbers(connection, paid)
    known = billed.load(connection, {*ids.values(), *(i for found in by_theirs.values() for i in found)})
    families = _families(connection, payments, known.values())
    made = [Found() for _ in payments]
    left: list[int] = []
    for n, (facts, p) in enumerate(paid):
        theirs = by_theirs.get((facts.payer, p.payer_claim_control_number), ())
        mine = [known[i] for i in _several(ids, p.patient_control_number)]
        mine += [known[i] for i in theirs if known[i] not in mine]
        _decide(facts, p, mine, families, made[n])
        if made[n].match is None:
            left.append(n)
    if left:
        _look_wider(connection, paid, left, made)
        _ask_who_has_it(connection, paid, [n for n in left if made[n].match is None], made)
    _follow_what_it_takes_back(connection, paid, made)
    return made


def place(connection: Connection, facts: RemittanceFacts, claim_id: int) -> Match:
    """The only payment of `facts` on the claim that a person names."""
    (p,) = facts.payments
    one = billed.load(connection, [claim_id])[claim_id]
    version, _ = _compare(facts, p, one, _families(connection, [p], [one]))
    number = _submission(one, facts.payer, p)
    return Match(one, number, BY_PERSON, match_lines(version.lines, p.lines))


def _several(ids: dict[str, int], number: str) -> list[int]:
    return [ids[number]] if number in ids else []


@stated
def _under_ours(numbers: Any) -> Select[tuple[str, int]]:
    c = claim.c
    return select(c.patient_control_number, c.id).where(one_of(c.patient_control_number, numbers))


def _by_payer_numbers(connection: Connection, paid: Sequence[Paid]) -> dict[tuple[str, str], list[int]]:
    """The claims that payers know under their own numbers of these payments, by payer and number."""
    numbers: dict[str, set[str]] = {}
    for facts, p in paid:
        if p.payer_claim_control_number.upper() not in NO_NUMBERS:
            numbers.setdefault(facts.payer, set()).add(p.payer_claim_control_number)
    found: dict[tuple[str, str], list[int]] = {}
    for payer, theirs in numbers.items():
        for number, claim_id in connection.execute(*_under_theirs(payer, list(theirs))).all():
            claims = found.setdefault((payer, number), [])
            if claim_id not in claims:
                claims.append(claim_id)
    return found


@stated
def _under_theirs(payer: Any, numbers: Any) -> Select[tuple[str, int]]:
    s = submission.c
    query = select(s.payer_claim_control_number, s.claim_id)
    query = query.where(s.payer == payer, one_of(s.payer_claim_control_number, numbers))
    return query.order_by(s.claim_id)


def _look_wider(connection: Connection, paid: Sequence[Paid], left: Sequence[int], made: list[Found]) -> None:
    """Claims under a number that was cut, and the claims of the patient: by member id, or by name."""
    payments = [paid[n][1] for n in left]
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
        owners: dict[str, set[int]] = {}
        query = select(column, claim_version.c.claim_id).where(one_of(column, set(values) - {""}))
        for value, claim_id in connection.execute(query).all():
            owners.setdefault(value, set()).add(claim_id)
        for n, value in zip(left, values, strict=True):
            found[n] |= owners.get(value, set())
    known = billed.load(connection, {i for ids in found.values() for i in ids})
    families = _families(connection, payments, known.values())
    for n in left:
        before = {c.claim_id for c in made[n].candidates}
        more = [known[i] for i in sorted(found[n]) if i not in before]
        _decide(*paid[n], more, families, made[n])


def _ask_who_has_it(
    connection: Connection, paid: Sequence[Paid], left: Sequence[int], made: list[Found]
) -> None:
    """Claims of which nothing but the payer speaks against a payment: it may have them unbilled."""
    doubted = {n: [c.claim_id for c in made[n].candidates if c.against == ("payer",)] for n in left}
    if not any(doubted.values()):
        return
    had = other_payers.of_claims(connection, {i for ids in doubted.values() for i in ids})
    known = billed.load(connection, had)
    families = _families(connection, [paid[n][1] for n in left], known.values())
    for n, ids in doubted.items():
        found = Found()
        payers = (other_payers.ANY, paid[n][0].payer)
        theirs = [known[i] for i in ids if not had.get(i, set()).isdisjoint(payers)]
        _decide(*paid[n], theirs, families, found, has_it=True)
        made[n].match = found.match


def _follow_what_it_takes_back(connection: Connection, paid: Sequence[Paid], made: list[Found]) -> None:
    """A reversal goes where the payment lies that it takes back, whole or in part, whoever put that there:
    one of the same payer, payee and patient under the same two numbers."""
    reversals = [n for n, (_, p) in enumerate(paid) if p.charge < 0 or p.status == REVERSAL]
    if not reversals:
        return
    lying = _lying(connection, [paid[n] for n in reversals])
    followed: dict[int, int] = {}
    for n in reversals:
        facts, p = paid[n]
        alike = [
            o for o in lying.get((facts.payer, p.payer_claim_control_number), ()) if _takes_back(facts, p, o)
        ]
        whole = [o for o in alike if (o.charge_cents, o.paid_cents) == (-p.charge, -p.paid)]
        claims = {o.claim_id for o in whole or (alike if made[n].match is None else ())}
        here = made[n].match
        if len(claims) == 1 and (here is None or here.claim_id not in claims):
            [followed[n]] = claims
    known = billed.load(connection, set(followed.values()))
    for n, claim_id in followed.items():
        facts, p = paid[n]
        one = known[claim_id]
        version, _ = _compare(facts, p, one, _families(connection, [p], [one]))
        lines = match_lines(version.lines, p.lines)
        made[n].match = Match(one, _submission(one, facts.payer, p), "CLP07", lines)


def _lying(connection: Connection, reversals: Sequence[Paid]) -> dict[tuple[str, str], list[Any]]:
    """The payments that lie on claims, by payer and payer's number."""
    numbers: dict[str, set[str]] = {}
    for facts, p in reversals:
        if p.payer_claim_control_number.upper() not in NO_NUMBERS:
            numbers.setdefault(facts.payer, set()).add(p.payer_claim_control_number)
    o, r = claim_payment.c, remittance.c
    names = (o.claim_id, o.payer_claim_control_number, o.patient_control_number, o.charge_cents, o.paid_cents)
    found: dict[tuple[str, str], list[Any]] = {}
    for payer, theirs in numbers.items():
        query = select(*names, o.member_id, o.patient_name, r.practice).join(
            remittance, r.id == o.remittance_id
        )
        query = query.where(
            r.payer == payer, one_of(o.payer_claim_control_number, theirs), o.claim_id.is_not(None)
        )
        for row in connection.execute(query.order_by(o.id)):
            found.setdefault((payer, row.payer_claim_control_number), []).append(row)
    return found


def _takes_back(facts: RemittanceFacts, p: PaymentFacts, original: Any) -> bool:
    """Whether a reversal can be of a payment under its payer's number."""
    person = original.member_id, original.patient_name
    return (
        p.patient_control_number == original.patient_control_number
        and any(a and a == b for a, b in zip(person, (p.member_id, p.patient_name), strict=True))
        and (original.practice == facts.practice or original.practice in facts.same_tax_id)
        and 0 <= -p.charge <= original.charge_cents
        and 0 <= -p.paid <= max(original.paid_cents, 0)
    )


Families = Mapping[str, Set[tuple[int | None, str]]]
"""Who is known under a member id: (patient, name); None is nobody who is recognised."""


def _families(
    connection: Connection, payments: Iterable[PaymentFacts], known: Iterable[BilledClaim]
) -> Families:
    """Who shares a member id with the patients of these claims, and whose the given ones are."""
    members = {p.member_id for p in payments}
    for one in known:
        for version in one.versions.values():
            members.add(version.member_id)
            members.update([covered.member_id for covered in version.coverages])
    found: dict[str, set[tuple[int | None, str]]] = {}
    for member, owner, name in connection.execute(*_owners(list(members - {""}))).all():
        found.setdefault(member, set()).add((owner, name))
    return found


@stated
def _owners(members: Any) -> Select[tuple[str, int | None, str]]:
    v = claim_version.c
    return (
        select(v.member_id, patient.c.id, v.patient_name)
        .join(claim, claim.c.id == v.claim_id)
        .outerjoin(patient, and_(patient.c.id == claim.c.patient_id, patient.c.digest.is_not(None)))
        .where(one_of(v.member_id, members))
        .distinct()
    )


def _decide(
    facts: RemittanceFacts,
    p: PaymentFacts,
    claims: Sequence[BilledClaim],
    families: Families,
    found: Found,
    *,
    has_it: bool = False,
) -> None:
    """Takes the one claim that fits; else they are candidates. `has_it`: the payer has them for certain."""
    fits: list[tuple[BilledClaim, Version, Candidate]] = []
    for one in claims:
        version, candidate = _compare(facts, p, one, families)
        if has_it:
            candidate = replace(candidate, agrees=(*candidate.agrees, "payer"), against=())
        found.candidates.append(candidate)
        if not candidate.against and _enough(candidate.agrees):
            fits.append((one, version, candidate))
    if len(found.candidates) > 1:
        found.candidates.sort(key=lambda c: (-c.weight, c.claim_id))
        del found.candidates[MOST_CANDIDATES:]
    by_number = [fit for fit in fits if "number" in fit[2].agrees]
    if by_number:
        fits = by_number
    if len(fits) != 1:
        return
    one, version, candidate = fits[0]
    found.match = Match(
        one,
        _submission(one, facts.payer, p),
        "CLP01" if "number" in candidate.agrees else "CLP07",
        match_lines(version.lines, p.lines),
    )


def _enough(agrees: Sequence[str]) -> bool:
    return (
        ("number" in agrees or "payer's number" in agrees)
        and ("practice" in agrees or "tax id" in agrees)
        and "payer" in agrees
        and ("member" in agrees or ("name" in agrees and "day" in agrees))
        and ("charge" in agrees or "lines" in agrees)
    )


def _compare(
    facts: RemittanceFacts, p: PaymentFacts, one: BilledClaim, families: Families
) -> tuple[Version, Candidate]:
    """The version of a claim that a payment is likest to, with what agrees and what contradicts."""
    compared = [(version, *_facts(facts, p, one, version, families)) for version in one.versions.values()]
    version, agrees, against = (
        max(compared, key=lambda c: (not c[2], sum(WEIGHTS[fact] for fact in c[1]), c[0].id))
        if len(compared) > 1
        else compared[0]
    )
    return version, Candidate(one.id, one.number, tuple(agrees), tuple(against))


def _facts(
    facts: RemittanceFacts, p: PaymentFacts, one: BilledClaim, version: Version, families: Families
) -> tuple[list[str], list[str]]:
    agrees: list[str] = []
    against: list[str] = []
    given = p.patient_control_number.strip().upper()
    if given == one.number.upper() or (len(given) >= SHORTEST_CUT and one.number.upper().startswith(given)):
        agrees.append("number")
    number = p.payer_claim_control_number
    if number.upper() not in NO_NUMBERS and any(
        sent.payer == facts.payer and sent.payer_claim_control_number == number for sent in one.sent
    ):
        agrees.append("payer's number")
    if one.practice == facts.practice:
        agrees.append("practice")
    elif one.practice in facts.same_tax_id:
        agrees.append("tax id")
    else:
        against.append("practice")
    its = [covered for covered in version.coverages if covered.payer == facts.payer]
    if its or p.status in LATER_PAYER or facts.payer in [sent.payer for sent in one.sent]:
        agrees.append("payer")
    else:
        against.append("payer")
    members = {version.member_id, *[covered.member_id for covered in its]}
    same = [member for member in members if same_member_id(p.member_id, member)]
    same_name = bool(p.patient_name) and p.patient_name == version.patient_name
    # a name that differs is a spelling, unless it is somebody else's under the same member id; a member
    # id that differs is a renewed one, unless it is somebody else's
    same_member = bool(same) and (same_name or not _is_anothers(p.patient_name, same, families))
    if same_member:
        agrees.append("member")
    if same_name:
        agrees.append("name")
    if p.member_id and not same_member:
        owners = {owner for owner, _ in families.get(p.member_id, ())}
        if not same_name or (owners and one.patient not in owners):
            against.append("patient")
    if p.service_from:
        last = version.service_to or version.service_from
        (agrees if version.service_from <= p.service_from <= last else against).append("day")
    if abs(p.charge) == version.charge:
        agrees.append("charge")
    elif _lines_fit(version, p) or _parts_fit(facts, version, p):
        agrees.append("lines")
    else:
        against.append("charge")
    return agrees, against


def _is_anothers(name: str, members: Iterable[str], families: Families) -> bool:
    """Whether somebody under one of these member ids has this name."""
    return bool(name) and any(name == known for member in members for _, known in families.get(member, ()))


def _plain_member_id(text: str) -> str:
    return _NOT_ALNUM.sub("", text.upper()).lstrip("0")


def same_member_id(given: str, ours: str) -> bool:
    """Whether two member ids are one: hyphens, blanks, leading zeros and a suffix of two make no other."""
    a = _plain_member_id(given)
    b = a if ours == given else _plain_member_id(ours)
    if not a or not b:
        return False
    if a == b:
        return True
    short, long_ = sorted((a, b), key=len)
    return len(short) >= SHORTEST_CUT and len(long_) - len(short) <= 2 and long_.startswith(short)


def _lines_fit(version: Version, p: PaymentFacts) -> bool:
    """Whether a part of the claim was paid: every line is one of its lines, with its charge."""
    placed = match_lines(version.lines, p.lines)
    lines = {line.number: line for line in version.lines}
    return (
        bool(p.lines)
        and len(placed) == len(p.lines)
        and all(abs(p.lines[n - 1].charge) == lines[number].charge for n, number in placed.items())
        and all(_same_code(lines[number], p.lines[n - 1]) for n, number in placed.items())
    )


def _parts_fit(facts: RemittanceFacts, version: Version, p: PaymentFacts) -> bool:
    """Whether it is a part that names no lines, and the parts in its remittance add up to the claim."""
    if p.lines:
        return False
    number = p.patient_control_number.strip().upper()
    parts = [
        one.charge
        for one in facts.payments
        if not one.lines and one.patient_control_number.strip().upper() == number
    ]
    return len(parts) > 1 and min(parts) > 0 and sum(parts) == version.charge


def _submission(one: BilledClaim, payer: str, p: PaymentFacts) -> int | None:
    """Of the claim's submissions to this payer the one with its number, else the newest."""
    theirs = p.payer_claim_control_number
    own = [sent for sent in one.sent if sent.payer == payer]
    named = [sent for sent in own if theirs and sent.payer_claim_control_number == theirs]
    newest = max(named or own, key=lambda sent: (sent.number, sent.id), default=None)
    return newest.id if newest is not None else None


def _same_code(b: ClaimLine, p: LineFacts) -> bool:
    """A hospital's line may have no procedure: then a payer names its revenue code (SVC01 with NU)."""
    if b.procedure or not b.revenue_code:
        return b.procedure == p.procedure
    return p.procedure in ("", b.revenue_code) or p.procedure.zfill(4) == b.revenue_code.zfill(4)


def _modified_alike(b: ClaimLine, p: LineFacts) -> bool:
    return _same_code(b, p) and set(b.modifiers) == set(p.modifiers.split())


def _same_number(b: ClaimLine, p: LineFacts) -> bool:
    return bool(p.control_number) and b.control_number == p.control_number


def _by_number(b: ClaimLine, p: LineFacts) -> bool:
    return _same_number(b, p) and _same_code(b, p)


_LINE_RULES: tuple[Callable[[ClaimLine, LineFacts], bool], ...] = (
    _by_number,
    lambda b, p: b.charge == abs(p.charge) and _modified_alike(b, p),
    lambda b, p: b.charge == abs(p.charge) and _same_code(b, p),
    lambda b, p: b.charge == abs(p.charge) and _same_number(b, p),
    _modified_alike,
    _same_code,
    _same_number,
)


def match_lines(lines: Sequence[ClaimLine], paid: Sequence[LineFacts]) -> dict[int, int]:
    """For each paid line (from 1) the number of the billed line; none is given out twice, but for one that
    the payer divided: paid lines of one line control number and procedure, whose charges it covers.

    By the line control number (REF 6R) with its procedure, since payers number lines anew; then by procedure
    with modifiers and charge, with charge, with modifiers, and alone: payers drop modifiers and change
    charges. The number alone is the last that counts. The last line of each side is one where only the
    procedure differs: the payer decided on another one.
    """
    free = {line.number: line for line in lines}
    found: dict[int, int] = {}
    for rule in _LINE_RULES:
        if len(found) == len(paid):
            break
        for n, p in enumerate(paid, 1):
            if n in found:
                continue
            for number, b in free.items():
                if rule(b, p):
                    found[n] = number
                    del free[number]
                    break
            else:
                if rule is _by_number and (number := _divided(lines, paid, found, n)):
                    found[n] = number
    rest = [n for n in range(1, len(paid) + 1) if n not in found]
    if len(rest) == 1 and len(free) == 1:
        [last] = free.values()
        if last.charge == abs(paid[rest[0] - 1].charge):
            found[rest[0]] = last.number
    return found


def _divided(lines: Sequence[ClaimLine], paid: Sequence[LineFacts], found: Mapping[int, int], n: int) -> int:
    """The billed line of which the nth paid line is another part, 0 none: split, or taken apart into
    procedures (835 TR3, 1.10.2.14; what it adds to the first part has no charge)."""
    part = paid[n - 1]
    for line in lines:
        if not part.control_number or line.control_number != part.control_number:
            continue
        others = [paid[m - 1] for m, number in found.items() if number == line.number]
        same = all((o.control_number, o.procedure) == (part.control_number, part.procedure) for o in others)
        if others and same and sum(abs(o.charge) for o in (*others, part)) <= abs(line.charge):
            return line.number
    return 0
