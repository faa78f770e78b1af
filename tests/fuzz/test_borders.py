"""Damaged answers of a partner, one at a time among good ones: every other payment is posted, every
other acknowledgment taken, and each damaged file is taken or quarantined with a reason.

CLEANCLAIM_FUZZ_INPUTS sets how many damaged files there are (2,000 for the long form).
"""

import os

import pytest
from sqlalchemy import select

import edi
from ledger.queries import claims
from ledger.queries.batches import all_batches
from ledger.queries.money import money, remittances
from ledger.queries.night import problems
from ledger.queries.proof import of_all as proof
from ledger.schema import response
from tasks import nightly_run
from tests.fuzz.documents import X12, damaged, leaks
from tests.seeds import chance
from tests.tasks.answering import MONDAY, TUESDAY, Partner, paid, remitted
from tests.tasks.test_nothing_vanishes import claim_answer, nine, ta1

INPUTS = int(os.environ.get("CLEANCLAIM_FUZZ_INPUTS", "150"))
CHUNK = 50  # damaged files of one evening
STEPS = tuple(step for step in nightly_run.NIGHT if step.name in ("collect", "acknowledge", "post"))

pytestmark = pytest.mark.usefixtures("either_database")


@pytest.fixture
def partner(home):
    """A partner that has one claim of ours."""
    from ledger.queries import standing

    made = Partner(home)
    home.drop("lakeside/one.json", home.encounter())
    made.collect(MONDAY)
    with home.opened() as opened:
        [made.claim] = standing.claims(opened.ledger)
    made.number = 10_000
    return made


def among_good_ones(partner, bases, good):
    """Collects and takes INPUTS damaged files, each followed by a good one; gives the names of those."""
    names = []
    others = (*X12.values(), *bases)
    for start in range(0, INPUTS, CHUNK):
        for path in (partner.site / "outbound").iterdir():
            path.unlink()
        for n in range(start, min(start + CHUNK, INPUTS)):
            draw = chance("borders", len(bases), n)
            partner.put(f"{n:05d}a", damaged(draw.choice(bases), draw, others))
            partner.put(f"{n:05d}b", good(n))
            names.append(f"{n:05d}b")
        with partner.home.opened() as opened:
            nightly_run.walk(opened, TUESDAY, STEPS)
    return names


def listed_or_taken(partner, good):
    """Every file is taken, archived or in the queue; every good one is taken without a finding."""
    with partner.home.opened() as opened:
        found = problems(opened.ledger)
        listed = {p.name for p in found}
        said = "\n".join(f"{p.place} {p.message} {p.remedy}" for p in found)
        with opened.ledger.read() as connection:
            states = {r.name: r.state for r in connection.execute(select(response.c.name, response.c.state))}
        assert money(opened.ledger).closes
        assert proof(opened.ledger).holds
    assert {name: states[name] for name in good} == dict.fromkeys(good, "taken")
    assert set(good) & listed == set()
    assert leaks(said) == []
    assert set(states.values()) <= {"taken", "archived", "quarantined"}
    assert {name for name, state in states.items() if state == "quarantined"} <= listed


def test_damaged_remittances_cost_only_themselves(partner):
    numbers = [partner.claim.patient_control_number, "STRANGER"]
    bases = [
        edi.write_remittances([remitted(*(paid(n) for n in numbers), trace="BASE")], partner.envelope()),
        edi.write_remittances(
            [remitted(paid(n), trace=f"BASE{i}") for i, n in enumerate(numbers)], partner.envelope()
        ),
    ]

    def good(n: int) -> bytes:
        return edi.write_remittances([remitted(paid(f"GOOD{n}"), trace=f"GOOD{n}")], partner.envelope())

    names = among_good_ones(partner, bases, good)
    listed_or_taken(partner, names)
    with partner.home.opened() as opened:
        posted = {r.trace for r in remittances(opened.ledger) if r.state == "posted"}
    assert {f"GOOD{n}" for n in range(INPUTS)} <= posted


def test_damaged_acknowledgments_cost_only_themselves(partner):
    answers = (nine(), claim_answer(partner))

    def written(n: int) -> bytes:
        if n % 3 == 0:
            return edi.write_interchange_acknowledgment(ta1(), partner.envelope())
        return edi.write_acknowledgments([answers[n % 3 - 1]], partner.envelope())

    names = among_good_ones(partner, [written(n) for n in range(3)], written)
    listed_or_taken(partner, names)
    with partner.home.opened() as opened:
        assert [b.state for b in all_batches(opened.ledger)] == ["accepted"]
        assert claims.by_state(opened.ledger) == {"accepted": 1}
