"""What fails on one item's content costs that item; what fails on the machinery costs the chunk."""

import pytest

from ledger.errors import FencedOut, LedgerBusy, LedgerFull, LedgerRefused, ValueRefused
from ledger.queries import standing
from ledger.queries.claims import holds
from tasks import chunks, nightly_run
from tasks.claims.findings import FAILED_ON
from tasks.steps import build_claims
from tests.conftest import MONDAY
from tests.steps import steps


def all_but(bad, error):
    """Work that fails on what stands in `bad`, and notes what it did."""
    did = []

    def work(items):
        if bad & set(items):
            raise error
        did.extend(items)
        return {"done": len(items)}

    return work, did


@pytest.mark.parametrize("error", [TypeError("x"), OverflowError(), ValueRefused("x"), RecursionError()])
@pytest.mark.parametrize("bad", [{0}, {17}, {99}, {3, 4, 50}, set(range(100))])
def test_those_at_fault_are_done_alone_and_all_others_in_order(bad, error):
    work, did = all_but(bad, error)
    failed = []

    def alone(item, why):
        failed.append((item, why))
        return {"failed": 1}

    counts = chunks.done(range(100), "a step", work, alone)
    assert did == [n for n in range(100) if n not in bad]
    assert [item for item, _ in failed] == sorted(bad)
    assert counts == {k: v for k, v in {"done": 100 - len(bad), "failed": len(bad)}.items() if v}
    assert all(why.startswith(("NIT-09", "LED-12")) for _, why in failed)


@pytest.mark.parametrize(
    "error",
    [
        LedgerBusy("x"),
        LedgerFull("x"),
        FencedOut("x"),
        LedgerRefused("x"),
        OSError(28, "full"),
        MemoryError(),
    ],
)
def test_broken_machinery_fails_the_chunk_and_leaves_out_nothing(error):
    work, did = all_but({5}, error)
    with pytest.raises(type(error)):
        chunks.done(range(10), "a step", work, lambda item, why: pytest.fail("put aside"))
    assert did == []


def spoil(opened, number, payload):
    """As an older version, or a hand, may have stored it: it did not come over the border."""
    with opened.ledger.write() as connection:
        connection.exec_driver_sql(
            f"UPDATE encounter SET payload = '{payload}' WHERE external_id = '{number}'"
        )


SPOILED = {
    "twenty digits": '{"source": "s", "id": "T-1", "lines": [{"charge": "99999999999999999999"}]}',
    "no encounter": '{"patient": {"last": ["Zephyrine"]}}',
    "no JSON": "{",
    "odd payer": '{"coverages": [{"payer": "a\\u0000b\\u2028c\\ud800"}], "lines": [{"charge": "-1e400"}]}',
}


@pytest.mark.usefixtures("either_database")
@pytest.mark.parametrize("what", SPOILED)
def test_an_encounter_that_a_step_fails_on_is_held_with_a_code_and_its_chunk_goes(home, what, caplog):
    for number in range(5):
        home.drop(
            f"lakeside/{number}.json", home.encounter(f"T-{number}", service_date=f"2026-11-0{number + 2}")
        )
    with home.opened() as opened:
        nightly_run.walk(opened, MONDAY, steps("pick_up", "pick_up"))
        spoil(opened, "T-1", SPOILED[what])
        nightly_run.walk(opened, MONDAY, steps("release_corrections", "write_batches"))
        nightly_run.walk(opened, MONDAY, steps("release_corrections", "write_batches"))
        [held] = holds(opened.ledger)
        assert (held.external_id, held.edit_id, held.severity) == ("T-1", FAILED_ON, "hold")
        assert "NIT-09 validate_coding: ValidationError at" in held.detail
        assert "Zephyrine" not in held.detail + caplog.text
        assert {c.external_id for c in standing.claims(opened.ledger)} == {"T-0", "T-2", "T-3", "T-4"}
        spoil(opened, "T-1", opened_payload(opened))
        nightly_run.walk(opened, MONDAY, steps("release_corrections", "write_batches"))
        assert holds(opened.ledger) == [], "mended, it goes by itself"
        assert len(standing.claims(opened.ledger)) == 5


def opened_payload(opened):
    with opened.ledger.read() as connection:
        found = connection.exec_driver_sql("SELECT payload FROM encounter WHERE external_id = 'T-0'").scalar()
    return found.replace('"T-0"', '"T-1"').replace("2026-11-02", "2026-11-03")


@pytest.mark.usefixtures("either_database")
def test_a_claim_that_no_column_holds_is_held_while_it_is_built_and_its_chunk_goes(home):
    """A fee of the practice's own file, times units: the border saw neither."""
    practice = home.path / "partners" / "practices" / "lakeside.toml"
    text = practice.read_text("utf-8")
    home.drop(
        "lakeside/bad.json",
        home.encounter("T-1", lines=[{"procedure": "99215", "units": "99999999", "pointers": [1]}]),
    )
    home.drop("lakeside/good.json", home.encounter("T-2", service_date="2026-11-04"))
    assert "[fee_schedule]" in text
    lines = [line for line in text.splitlines() if not line.startswith(("99215", '"99215'))]
    text = "\n".join(lines).replace("[fee_schedule]", '[fee_schedule]\n"99215" = "99999999999.99"')
    practice.write_text(text, "utf-8")
    with home.opened() as opened:
        nightly_run.walk(opened, MONDAY, steps("pick_up", "write_batches"))
        assert {h.external_id for h in holds(opened.ledger)} == {"T-1"}
        assert {h.edit_id for h in holds(opened.ledger)} >= {"BAL-01"}
        with opened.ledger.write() as connection:  # as where a payer switched the edit off
            connection.exec_driver_sql("UPDATE encounter SET state = 'clean' WHERE external_id = 'T-1'")
        [piece] = build_claims.pieces(opened, MONDAY)
        assert build_claims.do(opened, MONDAY, piece)["held"] == 1
        [held] = holds(opened.ledger)
        assert (held.edit_id, held.detail.split()[0]) == ("ENC-01", "LED-12")
        assert [c.external_id for c in standing.claims(opened.ledger)] == ["T-2"]


@pytest.mark.usefixtures("either_database")
def test_a_claim_that_cannot_be_made_again_for_its_batch_is_held_and_the_others_go(home):
    for number in range(3):
        home.drop(
            f"lakeside/{number}.json", home.encounter(f"T-{number}", service_date=f"2026-11-0{number + 2}")
        )
    with home.opened() as opened:
        nightly_run.walk(opened, MONDAY, steps("pick_up", "build_claims"))
        spoil(opened, "T-1", "{")
        nightly_run.walk(opened, MONDAY, steps("bill_later_payers", "write_batches"))
        [held] = holds(opened.ledger)
        assert (held.external_id, held.edit_id) == ("T-1", "ENC-01")
        assert "NIT-09 write_batches: ValidationError" in held.detail
        found = {c.external_id: c.state for c in standing.claims(opened.ledger)}
        assert found == {"T-0": "batched", "T-1": "held", "T-2": "batched"}
        spoil(opened, "T-1", opened_payload(opened))
        nightly_run.walk(opened, MONDAY, steps("release_corrections", "write_batches"))
        assert {c.state for c in standing.claims(opened.ledger)} == {"batched"}
