"""The proof of timely filing says what was sent and answered, and never that more was."""

from datetime import date

import pytest

from ledger.queries import filing
from ledger.schema import batch
from tasks import nightly_run
from tasks.errors import StepError
from tasks.operations import prove_filing
from tasks.runs.lease import lease
from tests.conftest import MONDAY
from tests.tasks.letters.test_appeal import pages, text_of

DAY = date(2026, 11, 20)


@pytest.fixture
def filed(home):
    """A home whose one claim was sent and acknowledged."""
    home.drop("lakeside/one.json", home.encounter())
    with home.clearinghouse(MONDAY), lease(str(home.path), "", MONDAY) as taken:
        nightly_run.walk(taken.home, MONDAY)
        taken.close([])
    with home.opened() as opened:
        yield opened


def test_each_answer_of_the_claims_file_is_named_with_the_file_that_says_it(filed):
    proven = prove_filing.prove(filed, DAY, "T-1")
    assert (proven.payer, proven.filings, proven.first_on) == ("harbor", 1, "2026-11-16")
    assert (proven.limit_on, proven.in_time) == ("2027-05-01", True)
    [one], answers = filing.filings(filed.ledger, 1)
    said = text_of(proven.pdf)
    for name in (one.file, *(answer.file for answer in answers)):
        assert name in said
    assert {a.kind for a in answers} == {"TA1", "999", "277CA"}
    assert one.sha256 in said
    assert "not enclosed" in said, "the files hold other patients' claims"
    assert pages(proven.pdf) == 1


def test_what_was_filed_too_late_says_so(filed):
    late = filed.partners.payers["harbor"].model_copy(update={"filing_limit_days": 5})
    filed.partners.payers["harbor"] = late
    assert prove_filing.prove(filed, DAY, "T-1").in_time is False


def test_a_claim_that_never_went_out_has_no_proof(filed):
    with pytest.raises(StepError, match="CLM-01"):
        prove_filing.prove(filed, DAY, "T-9")
    with pytest.raises(StepError, match=r"CLM-09.*senior"):
        prove_filing.prove(filed, DAY, "T-1", "senior")
    with filed.ledger.write() as connection:
        connection.execute(batch.update().values(sent_on=""))
    with pytest.raises(StepError, match="CLM-09"):
        prove_filing.prove(filed, DAY, "T-1")


def test_the_proof_is_of_the_bytes_that_the_partner_received(home, filed):
    [one], _ = filing.filings(filed.ledger, 1)
    [received] = home.journal
    assert received["sha256"] == one.sha256
    assert one.sha256 in text_of(prove_filing.prove(filed, DAY, "T-1").pdf)
