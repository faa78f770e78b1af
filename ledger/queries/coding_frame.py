"""The lines that a coding audit is drawn from, what was documented of them, and who had a hand in them."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, Text, and_, cast, exists, func, literal, or_, select

from ledger.encounters.encounters import WHOSE
from ledger.queries.newest import OF_AN_ENCOUNTER
from ledger.schema import (
    claim,
    claim_line,
    claim_version,
    correction,
    coverage,
    edit_override,
    encounter,
    submission,
    work_event,
    work_item,
)
from ledger.sending.billed import VOID
from ledger.storage.one_of import one_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedLine:
    """A line of the newest version of a claim. `denied`: a payer denied it. Cents; the day is ISO text."""

    claim: str
    version_id: int
    number: int
    provider: str
    payer: str
    procedure: str
    modifiers: str
    units: str
    unit_code: str
    place_of_service: str
    plan: str
    charge_cents: int
    service_on: str
    denied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Documented:
    """A version of a claim with the encounter that it was made from, as JSON: "" where it was purged."""

    version_id: int
    encounter: str
    payload: str


def coded_lines(connection: Connection, practice: str, from_on: str, to_on: str) -> list[CodedLine]:
    """The lines of a practice with a code and a day of service in a period, by claim and line.

    Those taken over from an older system and those that are purged are left out, since nothing documents
    them; claims that were taken back and predeterminations are no claims for payment.
    """
    v, n, w = claim_version.c, claim_line.c, work_item.c
    day = func.coalesce(n.service_from_on, v.service_from_on)
    of_line = or_(w.line == n.number, and_(w.line == 0, w.procedure.in_(("", n.procedure))))
    denied = exists().where(w.kind == "denial", w.claim_id == claim.c.id, of_line)
    taken_back = exists().where(submission.c.version_id == v.id, submission.c.frequency == VOID)
    query = (
        select(
            claim.c.patient_control_number.label("claim"),
            v.id.label("version_id"),
            n.number,
            func.coalesce(func.nullif(n.rendering_npi, ""), v.rendering_npi).label("provider"),
            func.coalesce(coverage.c.payer, "").label("payer"),
            n.procedure,
            n.modifiers,
            n.units,
            n.unit_code,
            n.place_of_service,
            func.coalesce(coverage.c.plan, "").label("plan"),
            n.charge_cents,
            day.label("service_on"),
            denied.label("denied"),
        )
        .join(claim_version, v.id == claim.c.version_id)
        .join(claim_line, n.version_id == v.id)
        .join(encounter, encounter.c.id == v.encounter_id)
        .outerjoin(coverage, and_(coverage.c.version_id == v.id, coverage.c.place == 1))
        .where(
            claim.c.practice == practice,
            v.predetermination == 0,
            encounter.c.payload != "",
            n.procedure != "",
            day >= from_on,
            day <= to_on,
            ~taken_back,
        )
        .order_by(claim.c.patient_control_number, n.number)
    )
    return [CodedLine(**{**row._mapping, "denied": bool(row.denied)}) for row in connection.execute(query)]


def documented(connection: Connection, versions: Collection[int]) -> dict[int, Documented]:
    """The encounters of versions of claims, by version."""
    v, e = claim_version.c, encounter.c
    query = (
        select(v.id.label("version_id"), e.external_id.label("encounter"), e.payload)
        .join(encounter, e.id == v.encounter_id)
        .where(one_of(v.id, versions))
    )
    return {row.version_id: Documented(**row._mapping) for row in connection.execute(query)}


def hands(connection: Connection, versions: Collection[int]) -> dict[int, set[str]]:
    """By version of a claim, who had a hand in its codes, as they were named: who let a finding of any
    version of its encounter pass, who corrected the claim or drafted a correction."""
    v, same = claim_version.c, encounter.alias("same")
    of_encounter = and_(*(same.c[name] == claim.c[name] for name in WHOSE))
    by = claim.join(claim_version, v.claim_id == claim.c.id)
    let_pass = (
        select(v.id, edit_override.c.who)
        .select_from(by.join(same, of_encounter))
        .join(edit_override, edit_override.c.encounter_id == same.c.id)
    )
    corrected = select(v.id, correction.c.actor).join(correction, correction.c.claim_id == v.claim_id)
    drafted = (
        select(v.id, work_event.c.actor)
        .join(work_item, work_event.c.work_item_id == work_item.c.id)
        .where(work_event.c.event == "drafted")
    )
    of_claim = drafted.join(claim_version, v.claim_id == work_item.c.claim_id)
    held = [work_item.c.key == literal(f"{kind}|") + cast(same.c.id, Text) for kind in OF_AN_ENCOUNTER]
    before_it = (
        drafted.join(same, or_(*held)).join(claim, of_encounter).join(claim_version, v.claim_id == claim.c.id)
    )
    found: dict[int, set[str]] = {}
    for query in (let_pass, corrected, of_claim, before_it):
        for version_id, who in connection.execute(query.where(one_of(v.id, versions)).distinct()):
            found.setdefault(version_id, set()).add(who)
    return found
