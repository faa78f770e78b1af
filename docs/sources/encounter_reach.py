"""What of each 837 an encounter can express: found by writing the encounters of `docs/encounters`.

Each of them has every field of its kind. The page lists every segment of the guide's declaration. Whatever
field changes a segment when it is taken away is what the segment is written from; a segment that nothing
writes needs its reason below, so that none is forgotten.
"""

import copy
import json
from collections.abc import Iterator, Mapping
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import edi
from config import partners
from config.partners import DEMO
from edi import guides
from edi.declare.guide import Guide
from edi.declare.nodes import Loop
from edi.read.transaction_sets import Transaction, Walk
from intake.encounter import Encounter
from tasks.batches.plan import envelope
from tasks.claims.claim_from_encounter import KINDS, claim_from_encounter, primary_coverage

ENCOUNTERS = Path(__file__).parents[1] / "encounters"
NAMES = ("source", "id", "version", "practice", "kind")  # who is meant, not what was done
MOST = 4  # fields shown of one segment
DAY = date(2026, 11, 16)
Segments = dict[tuple[str, str], list[str]]  # by loop and member

PROGRAM = "the program"
# What is written from elsewhere, by loop and member.
ELSEWHERE: dict[tuple[str, ...], str] = {
    ("ST", "*"): PROGRAM,
    ("1000?", "*"): "the clearinghouse's file",
    ("2000?", "level"): PROGRAM,
    ("2310E", "name"): "the program, with its address",
    ("2420G", "name"): "the program, with its address",
    ("2000A", "*"): "the practice's file",
    ("2010A?", "*"): "the practice's file",
    ("2010BB", "*"): "the payer's file",
    ("2330B", "*"): "the payer's file",
    ("2400", "number"): PROGRAM,
    ("2400", "control_number"): PROGRAM,
}
# Why a segment is not written from an encounter, by guide, loop and member.
REPRICING = "written by a repricer, which a practice is not"
LEGACY = "an identifier from before the NPI, which payers no longer take"
LATER = "written for a later payer from the remittance of the one before"
LEFT_OUT: dict[tuple[str, ...], str] = {
    ("*", "2000A", "currency"): "amounts are US dollars",
    ("*", "2010AC", "*"): "a health plan that seeks repayment, not a provider",
    ("*", "2010BA", "secondary"): "payers know a member by the member id",
    ("*", "2010BB", "secondary"): LEGACY,
    ("*", "2010BB", "billing_id*"): LEGACY,
    ("*", "2010AA", "licenses"): LEGACY,
    ("*", "2310?", "secondary"): LEGACY,
    ("*", "2420?", "secondary"): LEGACY,
    ("*", "2310C", "contact"): "a person is asked at the practice",
    ("*", "2420E", "contact"): "a person is asked at the practice",
    ("*", "2300", "repriced"): REPRICING,
    ("*", "2300", "adjusted_repriced"): REPRICING,
    ("*", "2300", "pricing"): REPRICING,
    ("*", "2300", "repricer_received"): REPRICING,
    ("*", "2400", "repriced*"): REPRICING,
    ("*", "2400", "adjusted_repriced*"): REPRICING,
    ("*", "2400", "pricing"): REPRICING,
    ("*", "2300", "control_number"): "written for a replacement or void from the payer's answer",
    ("*", "2300", "clearinghouse_trace"): "written by a clearinghouse",
    ("*", "2300", "crossover"): "a payer's order to another payer",
    ("*", "2400", "attachments"): "an attachment is the whole claim's",
    ("*", "2400", "file_information"): "payers read it on the claim",
    ("837P", "2400", "third_party_note"): "a note goes out as the line's own",
    ("837I", "2400", "service_tax"): "no payer of a home asks for it",
    ("837I", "2400", "facility_tax"): "no payer of a home asks for it",
    ("837D", "2400", "sales_tax"): "no payer of a home asks for it",
    ("*", "2320", "adjustments"): LATER,
    ("*", "2320", "paid"): LATER,
    ("*", "2320", "non_covered"): LATER,
    ("*", "2320", "patient_liability"): LATER,
    ("*", "2320", "adjudication"): LATER,
    ("*", "2320", "inpatient"): LATER,
    ("*", "2330A", "secondary"): "payers know a member by the member id",
    ("*", "2330B", "adjudicated"): LATER,
    ("*", "2330B", "control_number"): LATER,
    ("*", "2330B", "adjustment_indicator"): LATER,
    ("*", "2330B", "secondary"): LEGACY,
    ("*", "2330B", "prior_authorization"): "an authorization is the billed payer's",
    ("*", "2330B", "referral"): "a referral is the billed payer's",
    ("*", "2330B", "predetermination"): "a predetermination is the billed payer's",
    ("*", "2330[C-I]", "*"): LEGACY,
    ("*", "2430", "*"): LATER,
}


def pages() -> dict[str, str]:
    return {"reference/encounter-reach.md": "\n".join(_page())}


def kinds() -> dict[str, Guide]:
    """Each kind of encounter with the guide of its claims."""
    by_kind = {guide.kind: guide for guide in guides.all_guides()}
    return {name: by_kind[f"837{letter}"] for name, letter in KINDS.items()}


def examples(kind: str) -> list[dict[str, Any]]:
    """The encounters that have every field of their kind."""
    text = (ENCOUNTERS / f"{kind}.json").read_text("utf-8")
    found: list[dict[str, Any]] = json.loads(text)["encounters"]
    return found


def fields_of(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything that can be taken away: fields with their values, whole lists of codes."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from fields_of(inner, (*path, name))
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for place, item in enumerate(value):
            yield from fields_of(item, (*path, place))
    else:
        yield path


def name_of(path: tuple[Any, ...]) -> str:
    """A field as the page names it: without the places in lists."""
    return ".".join(step for step in path if isinstance(step, str))


def written_from(kind: str) -> dict[tuple[str, str], set[str]]:
    """The segments that the encounters of a kind are written in, each with the fields it is written from."""
    known = partners.load(DEMO)
    found: dict[tuple[str, str], set[str]] = {}
    for example in examples(kind):
        whole = segments(example, known)
        for place in whole:
            found.setdefault(place, set())
        for path in fields_of(example):
            if path[0] in NAMES:
                continue
            try:
                less = segments(_without(example, path), known)
            except ValidationError:  # a field that its part can't do without
                less = segments(_without(example, path[:-1]), known)
            for place, texts in whole.items():
                if less.get(place) != texts:
                    found[place].add(name_of(path))
    return found


def segments(facts: dict[str, Any], known: partners.Partners) -> Segments:
    """What an encounter's claim is written in: the texts of its segments by loop and member."""
    data = wire(facts, known)
    found: Segments = {}
    for loop in _loops(data):
        for member in loop.MEMBERS:
            value = loop.__dict__.get(member.name)
            if member.is_loop or value is None:
                continue
            several = value if isinstance(value, list) else [value]
            found.setdefault((loop.ID, member.name), []).extend(one.text() for one in several)
    return found


def wire(facts: dict[str, Any], known: partners.Partners) -> bytes:
    """The file with an encounter's claim to its first payer."""
    encounter = Encounter.model_validate(facts)
    practice = known.practices[encounter.practice]
    coverage = primary_coverage(encounter)
    payer = known.payer(coverage.payer) if coverage is not None else None
    claim = claim_from_encounter(encounter, practice, payer, "C1", None, known.payer).claim
    return edi.write_claims([claim], envelope(known.clearinghouses["northgate"], 1, DAY))


def _loops(data: bytes) -> list[Loop]:
    """Every loop of a file of one transaction set."""
    found: list[Loop] = []
    for item in Walk(data, keep=True):
        if isinstance(item, Transaction):
            last: Loop | None = None
            for _, loop in item.reader.run():
                last = loop
            while last is not None and last.parent is not None:
                last = last.parent
            found += _below(last) if last is not None else []
    return found


def _below(loop: Loop) -> list[Loop]:
    inner = [one for child in loop.children() if isinstance(child, Loop) for one in _below(child)]
    return [loop, *inner]


def _without(facts: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    less = copy.deepcopy(facts)
    inner: Any = less
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return less


def reason(guide: str, loop: str, member: str) -> str:
    """Why a segment is not written from an encounter; "" where none is given."""
    return _said_of((guide, loop, member), LEFT_OUT)


def elsewhere(loop: str, member: str) -> str:
    """Which file of a partner, or the program, a segment is written from; "" for none."""
    return _said_of((loop, member), ELSEWHERE)


def _said_of(place: tuple[str, ...], table: Mapping[tuple[str, ...], str]) -> str:
    """The text of the first line of a table whose patterns fit a place."""
    return next((text for fits, text in table.items() if all(map(fnmatchcase, place, fits))), "")


def members(guide: Guide) -> Iterator[tuple[str, str, str, str]]:
    """Each segment of a guide once: loop, member, segment and title."""
    seen: set[tuple[str, str]] = set()
    for place in guide.places():
        for step in place.steps:
            if step.inner is None and (place.id, step.name) not in seen:
                seen.add((place.id, step.name))
                yield place.id, step.name, step.new.ID, step.member.title


def _page() -> Iterator[str]:
    yield "# What an encounter can say"
    yield ""
    yield "Every segment of the three claim guides, and the fields of an encounter that it is written from. A"
    yield "segment that an encounter cannot fill says why. The page is made by writing the encounters under"
    yield "`docs/encounters/`, which have every field of their kind, each time without another field."
    yield "The fields are described in [encounter.schema.json](encounter.schema.json)."
    yield ""
    yield "A line that says `restricted` reaches no payer: the patient paid for the service in full and"
    yield "asked not to disclose it to a plan (45 CFR 164.522). It is on no 837, no paper form and no claim"
    yield "to a later payer, and is the patient's when the claim is built. The diagnoses that only such lines"
    yield "point at (`lines.pointers`) and the money that was paid for them (`patient_paid`) stay out with"
    yield "it. What the encounter says as a whole, such as a note, an attachment or a diagnosis that no"
    yield "line points at, goes with the other lines. An encounter that says `restricted`, or all of whose"
    yield "lines do, makes a claim without a submission."
    for kind, guide in kinds().items():
        found = written_from(kind)
        rows = list(members(guide))
        left = sum((loop, name) not in found for loop, name, _, _ in rows)
        yield ""
        yield f"## {kind.capitalize()}: {guide.kind} {guide.version}"
        yield ""
        yield f"{len(rows) - left} of {len(rows)} segments are written, {left} are left out."
        yield ""
        yield "| Loop | Segment | What it is | Written from |"
        yield "|---|---|---|---|"
        for loop, name, segment, title in rows:
            if (loop, name) not in found:
                said = f"*left out:* {reason(guide.kind, loop, name)}"
            else:
                other = elsewhere(loop, name)
                said = other if other == PROGRAM else _fields(found[loop, name]) or other
            yield f"| {loop} | {segment} | {title} | {said} |"
    yield ""


def _fields(names: set[str]) -> str:
    listed = sorted(names)
    shown = ", ".join(f"`{name}`" for name in listed[:MOST])
    return shown + (f" and {len(listed) - MOST} more" if len(listed) > MOST else "")
