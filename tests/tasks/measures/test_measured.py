"""Measures over two nights: a claim that an edit held is not clean, and who let it pass touched it."""

from dataclasses import replace
from datetime import date

import pytest

from tasks import nightly_run
from tasks.errors import StepError
from tasks.measures import measured
from tasks.operations.override_edit import override
from tests.tasks.coding_night import MONDAY, TUESDAY

pytestmark = pytest.mark.usefixtures("either_database")


@pytest.fixture
def sent(home):
    """Two equal encounters: the second was held as a duplicate, let pass, and went the next night."""
    home.use_folder()
    home.drop("lakeside/one.json", home.encounter("T-1"))
    home.drop("lakeside/two.json", home.encounter("T-2"))
    with home.opened() as opened:
        nightly_run.walk(opened, MONDAY)
        for until in (date(2026, 12, 30), date(2026, 12, 31)):
            why = {"who": "A. Coder", "why": "two visits", "until": until}
            override(opened, "T-2", "DUP-01", as_of=MONDAY, **why)
        nightly_run.walk(opened, TUESDAY)
        yield opened


def test_a_claim_that_was_held_is_not_clean_and_letting_it_pass_is_one_touch(sent):
    of = measured.scope(TUESDAY, MONDAY, TUESDAY)
    clean = measured.listed(sent, "clean-claims", of)
    rows = [(one.external_id, one.payer, one.numerator, one.denominator) for one in clean.page.claims]
    assert rows == [("T-1", "harbor", 1, 1), ("T-2", "harbor", 0, 1)]
    assert (clean.measured.numerator, clean.measured.denominator, clean.measured.value) == (1, 2, 0.5)
    above = measured.listed(sent, "Clean_Claims", of, part="numerator")
    assert [one.external_id for one in above.page.claims] == ["T-1"]
    of_part = above.measured
    assert (of_part.numerator, of_part.denominator, of_part.value, of_part.claims) == (1, 2, 0.5, 1)
    assert measured.with_claims(sent, of)["clean-claims"]["numerator"] == above
    touched = measured.listed(sent, "touches", of)
    assert [(one.external_id, one.numerator) for one in touched.page.claims] == [("T-2", 1)]
    first_night = measured.measure(sent, "clean-claims", replace(of, until=MONDAY))
    assert (first_night.numerator, first_night.denominator) == (1, 1)
    of_nobody = measured.measure(sent, "clean-claims", replace(of, payer="meridian"))
    assert (of_nobody.denominator, of_nobody.value, of_nobody.claims) == (0, None, 0)
    of_ar = measured.measure(sent, "days-in-ar", of)
    assert of_ar.numerator == of_ar.denominator > 0
    assert of_ar.value == of.days == 2
    for one in measured.measures(sent, of):  # each query on both databases
        page = measured.listed(sent, one.formula.name, of).page
        assert sum(row.numerator for row in page.claims) == one.numerator
        assert sum(row.denominator for row in page.claims) == one.denominator
    refuses(sent)


def refuses(sent):
    """What can't be asked is refused with what can."""
    with pytest.raises(StepError, match="MSR-01 a period from 2026-11-17 to 2026-11-16 has no day"):
        measured.scope(TUESDAY, TUESDAY, MONDAY)
    assert measured.scope(TUESDAY).days == 90
    assert measured.scope(TUESDAY, until=date.min).days == 1
    of = measured.scope(TUESDAY)
    with pytest.raises(StepError, match="MSR-02 there is no measure 'profit'; there are: clean-claims"):
        measured.measure(sent, "profit", of)
    with pytest.raises(StepError, match="MSR-03 a fraction has no part 'middle'; there are: numerator"):
        measured.listed(sent, "touches", of, part="middle")
