"""Which claims may share a batch."""

from pathlib import Path

from config import partners
from tasks.batches.plan import Going, envelope, plan

DEMO = Path(__file__).parents[3] / "config" / "demo"
PARTNERS = partners.load(DEMO)


def with_clearinghouse(**changes):
    clearinghouse = PARTNERS.clearinghouses["northgate"].model_copy(update=changes)
    return partners.Partners(PARTNERS.practices, PARTNERS.payers, {"northgate": clearinghouse})


def going(*payers):
    return [Going(number, payer) for number, payer in enumerate(payers, 1)]


def test_payers_of_one_clearinghouse_share_a_batch_except_those_that_want_their_own():
    batches = list(plan(PARTNERS, going("harbor", "meridian", "evergreen", "harbor")))
    assert [(b.payer, b.submissions) for b in batches] == [("", (1, 2, 4)), ("evergreen", (3,))]


def test_no_batch_is_larger_than_the_partners_limit():
    batches = list(plan(with_clearinghouse(max_claims_per_batch=2), going(*["harbor"] * 5)))
    assert [b.submissions for b in batches] == [(1, 2), (3, 4), (5,)]


def test_a_clearinghouse_may_want_one_payer_a_batch():
    batches = list(plan(with_clearinghouse(one_payer_per_batch=True), going("harbor", "meridian", "harbor")))
    assert [(b.payer, b.submissions) for b in batches] == [("harbor", (1, 3)), ("meridian", (2,))]


def test_the_envelope_says_test_or_production_as_the_partner_does(tmp_path):
    from datetime import date

    found = envelope(PARTNERS.clearinghouses["northgate"], 7, date(2026, 11, 16))
    assert (found.usage, found.control_number, found.batch_reference) == ("T", 7, "000000007")
    assert found.submitter.id_qualifier == "46"


def test_each_kind_of_claim_travels_in_a_file_of_its_own():
    kinds = [
        Going(1, "harbor", "P"),
        Going(2, "harbor", "I"),
        Going(3, "harbor", "D"),
        Going(4, "harbor", "I"),
    ]
    assert [p.submissions for p in plan(PARTNERS, kinds)] == [(1,), (2, 4), (3,)]
