"""What is read of a remittance beside its amounts: whether a DRG that Medicare gives is one on the day."""

from datetime import date

import pytest

import coding
from edi.records import ClaimPayment, Party, Remittance, ServicePayment
from tasks.payments.remittance_facts import facts_of, is_drg

DISCHARGED = date(2026, 11, 9)


@pytest.fixture(scope="module")
def codes():
    """A list of the fiscal year 2027, and none of another year."""
    rows = [(None, date(2026, 10, 1), date(2027, 9, 30)), ("470", None, None, "a sample")]
    return coding.codes.load().having(msdrg=[*rows, ("039", None, None, "another")])


def unknown(home, codes, drg: str, payer: str = "SENIOR", **stay) -> str:
    paid = ClaimPayment(patient_control_number="C1", status="1", charge=100_00, paid=100_00, drg=drg, **stay)
    remittance = Remittance(
        trace="T1", payment=100_00, method="ACH", paid_on=date(2026, 11, 20), claims=iter([paid]),
        payer=Party(last=payer), payee=Party(npi="1999000015"),
    )  # fmt: skip
    with home.opened() as opened:
        senior = opened.partners.payers["senior"]
        named = remittance.payer.last.replace("SENIOR", senior.name)
        remittance.payer = Party(last=named)
        [facts] = facts_of(opened.partners, 1, remittance, drgs=is_drg(lambda: codes)).payments
    assert facts.paid == 100_00
    return facts.unknown_drg


def test_a_drg_is_looked_up_on_the_last_day_of_the_stay(home, codes):
    assert unknown(home, codes, "471", statement_to=DISCHARGED) == "471"
    assert unknown(home, codes, "470", statement_to=DISCHARGED) == ""
    assert unknown(home, codes, "471", statement_from=DISCHARGED) == "471"
    line = ServicePayment(procedure="", charge=100_00, paid=100_00, service_from=DISCHARGED)
    assert unknown(home, codes, "471", lines=(line,)) == "471"


def test_leading_zeros_more_or_less_are_the_same_drg(home, codes):
    for written in ("39", "039", "0039", "0470"):
        assert unknown(home, codes, written, statement_to=DISCHARGED) == "", written
    assert unknown(home, codes, "38", statement_to=DISCHARGED) == "38"


def test_what_no_list_of_the_day_can_judge_is_no_fault_and_what_is_no_drg_at_all_is_one(home, codes):
    assert unknown(home, codes, "471", statement_to=date(2026, 9, 30)) == ""
    assert unknown(home, codes, "471") == "", "no day is given"
    assert unknown(home, codes, "47A", statement_to=date(2026, 9, 30)) == "47A"


def test_another_payer_may_have_drgs_of_its_own(home, codes):
    assert unknown(home, codes, "471", payer="HARBOR HEALTH PLAN", statement_to=DISCHARGED) == ""
