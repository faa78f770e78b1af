"""Every published document goes through a real home without an exception: taken, quarantined or held."""

import gzip
from pathlib import Path

import pytest

from ledger.queries import standing
from ledger.queries.claims import holds
from ledger.queries.night import encounter_counts, problems
from tasks.operations import uncoded
from tests.tasks.coding_night import MONDAY, TUESDAY, coded

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "encounters"


@pytest.mark.skipif(not SHARED.exists(), reason="the shared documents are not beside this checkout")
def test_every_shared_document_is_taken_or_quarantined_and_none_is_billed_by_guess(home):
    files = sorted(p for p in SHARED.rglob("*") if p.suffix in (".xml", ".json", ".gz", ".hl7", ".txt"))
    for number, path in enumerate(files):
        data = path.read_bytes()
        name = path.name.removesuffix(".gz")
        home.drop(f"lakeside/{number:03}-{name}", gzip.decompress(data) if path.suffix == ".gz" else data)
    with home.opened() as opened:
        counts = coded(opened, MONDAY)
        look = standing.inbox(opened.ledger)
        assert look.files == len(files) == look.read + look.quarantined + look.duplicates
        assert counts["encounters"] > 0
        refused = [p for p in problems(opened.ledger) if p.quarantined]
        assert len({p.name for p in refused}) == look.quarantined
        assert all(p.code and p.message and p.remedy for p in refused)
        kept = encounter_counts(opened.ledger)
        assert standing.claims(opened.ledger) == []  # none of them is complete
        assert (
            kept.held == kept.picked_up - kept.replaced == len({h.encounter_id for h in holds(opened.ledger)})
        )
        waiting = uncoded.queue(opened)
        assert len(waiting) > 100  # the bundles in SNOMED CT
        assert all(c.text or c.code for w in waiting for c in w.concepts)
        coded(opened, TUESDAY)
        assert encounter_counts(opened.ledger) == kept
