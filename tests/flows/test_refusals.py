"""What stays wrong until a person changes it is not tried again by itself."""

import pytest

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
