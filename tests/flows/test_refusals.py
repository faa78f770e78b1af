"""What stays wrong until a person changes it is not tried again by itself."""

from datetime import date

import pytest

from ledger.queries.night import nights
from tests.faults.evenings import MONDAY, Evenings, fault

pytestmark = pytest.mark.usefixtures("prefect_server", "either_database")


@pytest.mark.parametrize(
    ("kind", "code"), [("refuse_login", "TRN-LOGIN"), ("change_host_key", "TRN-HOSTKEY")]
)
def test_a_refusal_is_met_once_a_step_and_not_stormed(home, kind, code):
    from flows.nightly import nightly

    evenings = Evenings(home)
    with evenings.partner(MONDAY, fault(kind, times=0)) as mock:
        state = nightly(str(home.path), str(home.inbox), MONDAY, return_state=True)
        assert state.is_failed()
        assert code in state.message
        assert mock.faults.occasions(kind) == 2, "once to send, once to collect"
    assert evenings.batch().state == "built"
    assert home.journal == []


def test_a_run_that_a_form_starts_for_an_impossible_date_does_nothing(home):
    from flows.nightly import nightly
    from flows.parts import take_answers

    for flow in (nightly, take_answers):
        state = flow(str(home.path), str(home.inbox), date(2093, 1, 1), return_state=True)
        assert state.is_failed()
        assert "RUN-03 2093-01-01" in state.message
    with home.opened() as opened:
        assert nights(opened.ledger, 1) == []
