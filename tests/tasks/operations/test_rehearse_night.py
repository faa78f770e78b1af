"""A rehearsal names what is not in its dollars, and says what claims that hang on an earlier answer bring."""

from datetime import date, timedelta

import pytest

from ledger.queries import standing
from ledger.queries.payer_answers import LATER_PAYER, REPLACEMENT, answered_others
from tasks import nightly_run
from tasks.operations import correct_claim
from tasks.operations.kept_rehearsal import facts
from tasks.operations.learn_twin import HISTORY
from tasks.operations.rehearse_night import OTHER_PAYER, rehearse
from tasks.twin import scenario_file
from tasks.twin.foretold import day_noise
from tasks.twin.payer_model import learn
from tests.tasks.coding_night import MONDAY
from tests.tasks.later_payers import ANN, CLAIM, PAID, SECOND, remittance
from tests.tasks.twin import hidden_payers

DENIED_SECOND = SECOND.replace("*2*135*12*8*12*", "*2*135*0*8*12*").replace(
    "SVC*HC:99213*100*12**1", "SVC*HC:99213*100*0**1"
).replace("CAS*OA*23*80~", "CAS*OA*23*80~\nCAS*CO*96*12~")  # fmt: skip

PART = """CLP*{T-1}*1*135*75*25*12*I1*11*1~
NM1*QC*1*ZEPHYRINE*QUILL****MI*W17770001~
DTM*232*20261102~
SVC*HC:99213*100*75**1~
DTM*472*20261102~
CAS*PR*2*25~
REF*6R*1~
SVC*HC:87880:QW*35*0**1~
DTM*472*20261102~
CAS*CO*11*35~
REF*6R*2~
"""
TAKEN_BACK = """CLP*{T-1}*22*-135*-75*-25*12*I1*11*1~
NM1*QC*1*ZEPHYRINE*QUILL****MI*W17770001~
DTM*232*20261102~
SVC*HC:99213*-100*-75**-1~
DTM*472*20261102~
CAS*PR*2*-25~
REF*6R*1~
SVC*HC:87880:QW*-35*0**-1~
DTM*472*20261102~
CAS*CO*11*-35~
REF*6R*2~
"""
REPLACED = PART.replace("*135*75*25*12*I1*11*1", "*135*110*25*12*I2*11*7").replace(
    "35*0**1~\nDTM*472*20261102~\nCAS*CO*11*35~", "35*35**1~\nDTM*472*20261102~"
)


def service_day(n):
    return date(2026, 9, 1) + timedelta(days=n)


class Nights:
    """Walks the nights of a home whose partner is a folder, one after the other."""

    def __init__(self, home):
        self.home, self.site, self.day, self.files = home, home.use_folder(), MONDAY, 100

    def documented(self, numbers, **changes):
        for n in numbers:
            made = self.home.encounter(
                f"T-{n}", **{**CLAIM, "id": f"T-{n}", "service_date": str(service_day(n)), **changes}
            )
            self.home.drop(f"lakeside/{n}.json", made)

    def paid(self, templates, payer, cents):
        """One remittance for these claims, by their numbers, that pays so many dollars."""
        with self.home.opened() as opened:
            known = {c.external_id: c.patient_control_number for c in standing.claims(opened.ledger)}
        said = "".join(
            template.replace("{T-1}", known[f"T-{n}"]).replace("20261102", f"{service_day(n):%Y%m%d}")
            for n, template in templates.items()
        )
        self.files += 1
        file = self.site / "outbound" / f"{self.files}.835"
        file.write_text(remittance(self.files, said, cents, payer, self.day.day), "ascii")

    def walk(self):
        with self.home.opened() as opened:
            nightly_run.walk(opened, self.day)
        self.day += timedelta(days=1)


OLD, NEW = range(10, 46), range(50, 53)


@pytest.fixture
def ready(home):
    """Of 36 claims to a second payer two of three are paid, and three more are ready to go there."""
    nights = Nights(home)
    nights.documented(OLD)
    nights.walk()
    nights.paid(dict.fromkeys(OLD, PAID), "harbor", 90 * len(OLD))
    nights.walk()
    nights.documented(NEW)
    nights.walk()
    second = {n: DENIED_SECOND if n % 3 == 0 else SECOND for n in OLD}
    nights.paid(second, "beacon", 12 * sum(n % 3 != 0 for n in OLD))
    nights.paid(dict.fromkeys(NEW, PAID), "harbor", 90 * len(NEW))
    nights.walk()
    return home, nights.day


@pytest.mark.usefixtures("either_database")
def test_claims_to_a_second_payer_bring_the_share_of_what_is_owed_that_it_paid_before(ready):
    home, day = ready
    with home.opened() as opened:
        since = day - timedelta(days=HISTORY)
        past = answered_others(opened.ledger, "beacon", str(since), str(day))
        found = rehearse(opened, day)
    assert [(one.what, one.owed_cents) for one in past] == [(LATER_PAYER, 20_00)] * len(OLD)
    assert sorted({one.brought_cents for one in past}) == [0, 12_00]
    [one] = found.others
    assert (one.payer, one.what, one.claims, one.owed_cents) == ("beacon", LATER_PAYER, len(NEW), 60_00)
    assert one.learned == len(OLD)
    assert one.paid_cents.mean == pytest.approx(len(NEW) * 12_00 * 2 / 3)
    assert one.paid_cents.low < one.paid_cents.mean < one.paid_cents.high
    assert found.left_out == ()
    assert found.paid_cents.mean == 0, "they are not in the dollars of first claims"
    [kept] = facts(found)["others"]
    assert kept["in_words"].startswith("beacon: 3 claims to later payers, $60.00 owed; $24.00 expected, 80 %")


def test_what_goes_to_other_payers_than_that_of_a_file_is_named(home):
    home.drop("lakeside/one.json", home.encounter("T-1"))
    other = [{"order": "P", "payer": "beacon", "member_id": "W27770002"}]
    home.drop("lakeside/two.json", home.encounter("T-2", service_date="2026-11-03", coverages=other))
    claims = hidden_payers.claims_of("logistic", 1)
    model = learn(claims, hidden_payers.HELD_FROM)
    data = scenario_file.written(model, day_noise(model, claims), "harbor", ["HRB01"], None)
    with home.opened() as opened:
        every, of_file = rehearse(opened, MONDAY), rehearse(opened, MONDAY, data)
    assert {(one.twin.payer, one.claims) for one in every.payers} == {("beacon", 1), ("harbor", 1)}
    assert every.left_out == ()
    [one] = of_file.payers
    assert (one.twin.payer, one.claims) == ("harbor", 1)
    [out] = of_file.left_out
    assert (out.what, out.claims) == (OTHER_PAYER, 1)
    assert out.charge_cents == sum(one.charge_cents for one in every.payers if one.twin.payer == "beacon")


def test_a_replacement_brings_what_its_answer_pays_less_what_it_takes_back(home):
    nights, one_payer = Nights(home), CLAIM["coverages"][:1]
    nights.documented([1], coverages=one_payer)
    nights.walk()
    nights.paid({1: PART}, "harbor", 75)
    nights.walk()
    nights.documented([1], coverages=one_payer, version=2, diagnoses=["J02.0"])
    nights.walk()
    with home.opened() as opened:
        correct_claim.correct(opened, nights.day, ANN, "T-1", dry_run=False)
        [out] = rehearse(opened, nights.day).left_out
    assert (out.what, out.claims, out.charge_cents) == (REPLACEMENT, 1, 135_00), (
        "one is too few to learn from"
    )
    nights.walk()
    nights.paid({1: TAKEN_BACK + REPLACED}, "harbor", 35)
    nights.walk()
    with home.opened() as opened:
        [one] = answered_others(opened.ledger, "harbor", "2026-01-01", str(nights.day))
    assert (one.what, one.owed_cents, one.brought_cents) == (REPLACEMENT, 35_00, 35_00)
