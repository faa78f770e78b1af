"""Which encounters of a chunk of files are new, known, replacing, corrections or late."""

import hashlib
from dataclasses import dataclass, field

from sqlalchemy import Connection, select, update

from config.problem import Problem
from ledger.encounters import corrections
from ledger.encounters.corrections import SAME_VISIT, Outline, People, outline
from ledger.encounters.encounters import WHOSE
from ledger.encounters.taken import Counts, TakenEncounter, TakenFile
from ledger.schema import claim, claim_version, encounter, submission
from ledger.sending import submissions
from ledger.storage.database import Row, bounded, insert_many

WAITING = ("picked_up", "held", "clean")
UNSENT = ("held", "ready")
OTHER_CONTENT = "INB-VERSION"
SETTLED_WITHOUT_PAYER = ("rejected", "voided", "replaced", "closed")


@dataclass(slots=True)
class Plan:
    """What becomes of the encounters of one transaction."""

    insert: list[Row] = field(default_factory=list)
    replace: list[int] = field(default_factory=list)
    hold_claims_of: list[int] = field(default_factory=list)
    troubles: list[tuple[int, str, Problem]] = field(default_factory=list)


def _stranger(version: int) -> Problem:
    return Problem(
        code=OTHER_CONTENT,
        place=f"encounter version {version}",
        message="this version came before for another patient; the first one stands, this one was not taken",
        remedy="give the encounter a number of its own and send it again",
    )


def _out_already(version: int) -> Problem:
    return Problem(
        code=OTHER_CONTENT,
        place=f"encounter version {version}",
        message="this version came before with other content, and its claim is out; the change waits as late",
        remedy="compare the two; where the change is right, correct the claim with the payer",
    )


_Key = tuple[str, ...]  # the values of WHOSE


@dataclass(frozen=True, slots=True)
class _Standing:
    """The current row of an encounter, and the state of its claim's live submission."""

    id: int
    state: str
    live: str | None
    payload: str

    @property
    def unsent(self) -> bool:
        """Whether nothing of it is out. The encounter may be held though: for its claim to a later payer."""
        return self.live is None or self.live in UNSENT


@dataclass(slots=True)
class _Known:
    """What the ledger and the chunk so far hold of the encounters in question."""

    current: dict[_Key, _Standing] = field(default_factory=dict)
    contents: dict[_Key, dict[int, set[str]]] = field(default_factory=dict)  # by version
    people: dict[_Key, People] = field(default_factory=dict)  # by practice, source and number
    anywhere: set[tuple[str, str, str]] = field(default_factory=set)  # source, number, content
    payloads: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    """By source and number, then by practice: the document that came last."""

    def add(self, key: _Key, version: int, content: str, payload: str) -> None:
        self.contents.setdefault(key, {}).setdefault(version, set()).add(content)
        self.anywhere.add((key[1], key[2], content))
        if key[0]:
            self.payloads.setdefault((key[1], key[2]), {})[key[0]] = payload
        if key[3]:
            self.people.setdefault(key[:3], People()).add(key[3], outline(payload))


def decide(
    connection: Connection, business_on: str, files: list[tuple[int, TakenFile]], counts: Counts
) -> Plan:
    """Decides for each encounter: new, known, replacing, or late. One look-up a chunk."""
    plan = Plan()
    known = _current(connection, [e.external_id for _, f in files for e in f.encounters])
    pending: dict[_Key, Row] = {}  # of this chunk: the newest version's row
    for file_id, file in files:
        for e in file.encounters:
            key, content = _key(known, e), hashlib.sha256(e.payload.encode()).hexdigest()
            had = known.contents.get(key, {})
            if content in had.get(e.version, ()) or (
                not e.practice and (e.source, e.external_id, content) in known.anywhere
            ):
                counts.known_encounters += 1
                continue
            newest = max(had, default=0)
            row = {
                **dict(zip(WHOSE, key, strict=True)),
                "version": e.version,
                "inbox_file_id": file_id,
                "payload": e.payload,
                "state": "picked_up",
                "business_on": business_on,
                "content": content,
                "doubt": _doubts(known, key, e),
            }
            if e.version < newest:
                row["state"] = "replaced"  # it came after its successor
            elif (before := _before_it(known, pending, key)) is not None:
                changed = _changed(e, newest, before)
                if isinstance(changed, Problem):
                    counts.known_encounters += 1
                    plan.troubles.append((file_id, file.name, changed))
                    continue
                row["doubt"] = f"{row['doubt']}\n{changed}".strip()
                if key not in pending and key in known.current and not known.current[key].unsent:
                    row["state"] = "late"
                    counts.late += 1
                    if e.version == newest:
                        plan.troubles.append((file_id, file.name, _out_already(e.version)))
            known.add(key, e.version, content, e.payload)
            counts.encounters += 1
            if row["state"] == "picked_up":
                _take_the_place(known, pending, key, plan, counts)
                pending[key] = row
            plan.insert.append(row)
    return plan


def _key(known: _Known, e: TakenEncounter) -> _Key:
    """What names the encounter: as it says, or as one that it is recognised as, its patient corrected."""
    subject = e.subject
    if subject and (people := known.people.get((e.practice, e.source, e.external_id))):
        subject = people.same(outline(e.payload)) or subject
    return (e.practice, e.source, e.external_id, subject)


def _doubts(known: _Known, key: _Key, e: TakenEncounter) -> str:
    found = (e.doubt, _perhaps_the_same(known, key, e), _of_another_practice(known, e))
    return "\n".join(doubt for doubt in found if doubt)


def _of_another_practice(known: _Known, e: TakenEncounter) -> str:
    """The doubt where this patient has an encounter of this number in another practice: one of them bills
    under a wrong NPI, and both would be charged."""
    if not e.practice:
        return ""
    for practice, payload in known.payloads.get((e.source, e.external_id), {}).items():
        people = People()
        people.add(practice, outline(payload))
        if practice != e.practice and people.same(outline(e.payload)) is not None:
            return (
                f"{SAME_VISIT} {practice} has an encounter of this number and patient: where it is this "
                "visit, take its claim back (cleanclaim claims void), then let this one pass"
            )
    return ""


def _perhaps_the_same(known: _Known, key: _Key, e: TakenEncounter) -> str:
    """The doubt where a patient who is not recognised had the same services under the same number."""
    people = known.people.get(key[:3])
    if people is None or key in known.contents or not people.perhaps(outline(e.payload)):
        return ""
    return (
        f"{SAME_VISIT} another encounter of this number has the same services, and its patient agrees in one "
        "of record number, name and birth date"
    )


def _before_it(known: _Known, pending: dict[_Key, Row], key: _Key) -> Outline | None:
    """What stands under the encounter's key now, or under it without a practice while none was known."""
    for of in (key, _unplaced(key)):
        if of in pending:
            return outline(pending[of]["payload"])
        if of in known.current:
            return outline(known.current[of].payload)
    return None


def _unplaced(key: _Key) -> _Key:
    return ("", *key[1:])


def _changed(e: TakenEncounter, newest: int, before: Outline) -> Problem | str:
    """The doubt of a document that comes after another of its encounter, or why it is not taken."""
    after = outline(e.payload)
    again = e.version == newest
    if (again or e.inferred) and not e.subject and corrections.strangers(before, after):
        return _stranger(e.version)
    if again or (e.inferred and corrections.less(before, after)):
        return corrections.said(before, after, e.version)
    return ""


def _take_the_place(known: _Known, pending: dict[_Key, Row], key: _Key, plan: Plan, counts: Counts) -> None:
    """What stood under the key, or under it without a practice while none was known, is replaced."""
    for of in dict.fromkeys((key, _unplaced(key))):
        if of in pending:
            pending.pop(of)["state"] = "replaced"
            counts.replaced += 1
        elif (standing := known.current.pop(of, None)) is not None:
            plan.replace.append(standing.id)
            counts.replaced += 1
            if standing.live in UNSENT:
                plan.hold_claims_of.append(standing.id)


def _current(connection: Connection, external_ids: list[str]) -> _Known:
    """What is known of the encounters of these numbers, whosever they are."""
    known = _Known()
    for piece in bounded(list(dict.fromkeys(external_ids))):
        whose = [encounter.c[name] for name in WHOSE]
        rows = connection.execute(
            select(
                *whose,
                encounter.c.id,
                encounter.c.version,
                encounter.c.state,
                encounter.c.content,
                encounter.c.payload,
            )
            .where(encounter.c.external_id.in_(piece))
            .order_by(encounter.c.id)
        ).all()
        live: dict[_Key, str] = {}
        for r in connection.execute(
            select(*(claim.c[name] for name in WHOSE), submission.c.state)
            .join(submission, submission.c.claim_id == claim.c.id)
            .where(claim.c.external_id.in_(piece), submission.c.state.not_in(SETTLED_WITHOUT_PAYER))
        ):
            if live.get(tuple(r[:-1]), "ready") in UNSENT:  # what is out decides, to whichever payer
                live[tuple(r[:-1])] = r.state
        for r in rows:
            key = tuple(r[: len(WHOSE)])
            known.add(key, r.version, r.content, r.payload)
            if r.state in (*WAITING, "claimed"):
                known.current[key] = _Standing(r.id, r.state, live.get(key), r.payload)
    return known


def carry_out(connection: Connection, business_on: str, plan: Plan) -> None:
    for piece in bounded(plan.replace):
        connection.execute(update(encounter).where(encounter.c.id.in_(piece)).values(state="replaced"))
    for piece in bounded(plan.hold_claims_of):
        claims = select(claim_version.c.claim_id).where(claim_version.c.encounter_id.in_(piece))
        submissions.move(
            connection,
            business_on,
            "held",
            "a newer version of its encounter came",
            submission.c.claim_id.in_(claims),
            submission.c.state == "ready",
        )
    insert_many(connection, encounter, plan.insert)
