"""What holds an encounter: the edits and the check of its file, as a run asks them."""

import json
from datetime import date
from functools import cache
from typing import Any

import coding
import edi
import intake
from coding.codes import Codes
from coding.codes.store import load
from config import partners
from config.partners import DEMO
from tasks.batches import check
from tasks.batches.plan import envelope
from tasks.claims.claim_from_encounter import claim_from_encounter, primary_coverage
from tasks.claims.edit_context import Contexts

AS_OF = date(2026, 11, 16)
KNOWN = partners.load(DEMO)


@cache
def _asked() -> tuple[Codes, Contexts]:
    codes = load()
    return codes, Contexts(codes, KNOWN, AS_OF)


def holds(facts: dict[str, Any]) -> tuple[set[tuple[str, str]], bytes]:
    """Everything that holds an encounter, as (finding, place), and the file with its claim."""
    return holds_document("visit.json", json.dumps(facts).encode())


def holds_document(name: str, document: bytes, practice: str = "") -> tuple[set[tuple[str, str]], bytes]:
    """The same of a document with one encounter, in the folder of `practice` where it names none."""
    codes, contexts = _asked()
    read = intake.read(name, document)
    assert read.problems == []
    [encounter] = read.encounters
    billing = KNOWN.practices[practice or encounter.practice]
    payer = KNOWN.payer(primary_coverage(encounter).payer)
    claim = claim_from_encounter(encounter, billing, payer, "C00000018", None, KNOWN.payer).claim
    context = contexts.of(encounter, billing, payer)
    found = {(f.edit_id, f.place) for f in coding.run(claim, context) if f.holds}
    data = edi.write_claims([claim], envelope(KNOWN.clearinghouses["northgate"], 1, AS_OF))
    faults = check.check(data, codes)
    assert faults.everyone == []
    for listed in faults.claims.values():
        found |= {(check.PREFIX + finding.code, check.place_of(finding)) for finding, _ in listed}
    return found, data
