"""Later payers are asked about their coverage too: before submission, on demand, once; an end of it holds."""

import pytest

import edi
from ledger.queries.claims import holds
from ledger.queries.proof import of_all as proof
from tasks import nightly_run
from tasks.operations import verify_coverage
from tests.tasks.answering import MONDAY, TUESDAY
from tests.tasks.inquiring import asked, takes_inquiries
from tests.tasks.later_payers import ANN, CLAIM, PAID, remittance, sent
from tests.tasks.test_coverage import answer_to


def taking(home, *payers, verify=True):
    for payer in payers:
        more = "verify_coverage = true\n" if verify else ""
        takes_inquiries(home, "270", payer=payer, more=more)


def questions(site):
    files = sorted((site / "inbound").glob("*.270"))
    return [one for file in files for one in edi.read_eligibility_inquiries(file.read_bytes())]


def paid(home, site):
    """The first payer's remittance, once its claim is out."""
    number = sent_claims(home)[0].patient_control_number
    (site / "outbound" / "p.835").write_text(remittance(101, PAID.replace("{T-1}", number), 90), "utf-8")


def sent_claims(home):
    files = sorted((home.path / "site" / "inbound").glob("*.837"))
    return [claim for file in files for claim in edi.read_claims(file.read_bytes())]


@pytest.mark.parametrize(("active", "billed"), [("1", 2), ("6", 1)])
def test_a_later_payer_is_asked_once_and_an_end_of_its_coverage_holds_its_claim_alone(home, active, billed):
    site = home.use_folder()
    taking(home, "beacon")
    home.drop("lakeside/one.json", home.encounter(**CLAIM))
    with home.opened() as opened:
        nightly_run.walk(opened, MONDAY)
        assert len(sent_claims(home)) == 1, "the first payer's claim waits for nothing"
        [question] = questions(site)
        assert (question.payer.id, question.subscriber.member_id) == ("BCN05", "W27770002")
        [file] = (site / "inbound").glob("*.270")
        (site / "outbound" / "said.271").write_bytes(answer_to(file.read_bytes(), active))
        paid(home, site)
        nightly_run.walk(opened, TUESDAY)
        nightly_run.walk(opened, TUESDAY.replace(day=18))
        nightly_run.walk(opened, TUESDAY.replace(day=19))
        assert proof(opened.ledger).holds
        assert len(questions(site)) == 1
        assert len(sent_claims(home)) == billed
        assert {one.edit_id for one in holds(opened.ledger)} == (set() if billed == 2 else {"ELIG-01"})


def test_a_person_asks_about_every_coverage_and_sees_each(home):
    site = home.use_folder()
    taking(home, "harbor", "beacon", verify=False)
    home.drop("lakeside/one.json", home.encounter(**{**CLAIM, "diagnoses": ["X99"]}))
    with home.opened() as opened:
        nightly_run.walk(opened, MONDAY)
        assert asked(home) == []
        seen = verify_coverage.verify(opened, MONDAY, ANN, "T-1", dry_run=True)
        assert asked(home) == []
        done = verify_coverage.verify(opened, MONDAY, ANN, "T-1", dry_run=False)
        assert done.what == seen.what == "a 270 to harbor and beacon goes with the next run"
        again = verify_coverage.verify(opened, MONDAY, ANN, "T-1", dry_run=False)
        assert (again.inquiry, "already" in again.what) == (done.inquiry, True)
        nightly_run.walk(opened, MONDAY)
        assert {one.payer.id for one in questions(site)} == {"HRB01", "BCN05"}
        found = verify_coverage.show(opened, "T-1")
        assert [(one.payer, len(one.inquiries)) for one in (found, *found.later)] == [
            ("harbor", 1),
            ("beacon", 1),
        ]


def test_another_later_payer_named_meanwhile_is_asked_and_the_old_one_is_not(home):
    site = home.use_folder()
    taking(home, "beacon", "meridian", verify=False)
    held = {**CLAIM, "diagnoses": ["X99"]}
    home.drop("lakeside/one.json", home.encounter(**held))
    with home.opened() as opened:
        nightly_run.walk(opened, MONDAY)
        verify_coverage.verify(opened, MONDAY, ANN, "T-1", dry_run=False)
        second = {"order": "S", "payer": "meridian", "member_id": "W37770003"}
        newer = {**held, "version": 2, "coverages": [CLAIM["coverages"][0], second]}
        home.drop("lakeside/two.json", home.encounter(**newer))
        nightly_run.walk(opened, TUESDAY)
        assert questions(site) == []
        assert {one.state for one in asked(home)} == {"dropped"}
        assert proof(opened.ledger).holds
        assert sent(home) == []
