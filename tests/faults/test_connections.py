"""A run whose connection or partner fails: what was sent was sent once, and the next run does the rest."""

import pytest

from ledger.sending import decisions
from tests.faults.evenings import MONDAY, TUESDAY, fault

# scenario, state of the batch after the night, the code of what failed; where the rename was done, the
# partner's answer of the same evening says so
STRUCK = {
    "refused before the session": (fault("refuse_login", times=0), "built", "TRN-LOGIN"),
    "another host key": (fault("change_host_key", times=0), "built", "TRN-HOSTKEY"),
    "dropped as it connects": (fault("drop", operation="connect"), "built", "TRN-LOST"),
    "dropped as it logs in": (fault("drop", operation="login"), "built", "TRN-LOST"),
    "stalled as it logs in": (fault("stall", operation="login"), "built", "TRN-TIMEOUT"),
    "dropped at the first byte": (fault("drop", at_byte=0), "built", "TRN-LOST"),
    "dropped in the middle of the upload": (fault("drop", at_byte=700), "built", "TRN-LOST"),
    "stalled in the upload": (fault("stall", at_byte=700), "built", "TRN-TIMEOUT"),
    "dropped as it reads back": (fault("drop", operation="read", file="*.part"), "built", "TRN-LOST"),
    "dropped before the rename": (fault("drop", operation="rename"), "committing", "TRN-LOST"),
    "the reply to the rename lost": (fault("drop", operation="rename", after=True), "accepted", "TRN-LOST"),
    "stalled before the reply to the rename": (
        fault("stall", operation="rename", after=True),
        "accepted",
        "TRN-TIMEOUT",
    ),
    "dropped as it lists": (fault("drop", operation="list"), "built", "TRN-LOST"),
    "stalled as it lists": (fault("stall", operation="list"), "built", "TRN-TIMEOUT"),
    # the file that ends the connection costs itself: the others, the 277CA among them, are read after it
    "dropped as it opens an answer": (fault("drop", operation="open", file="*.x12"), "accepted", "TRN-LOST"),
    "dropped in the download": (
        fault("drop", operation="read", file="*.x12", at_byte=200),
        "accepted",
        "TRN-LOST",
    ),
    "stalled in the download": (fault("stall", operation="read", file="*.x12"), "accepted", "TRN-TIMEOUT"),
}


@pytest.mark.parametrize("name", STRUCK)
def test_after_a_run_that_broke_off_the_next_finishes_it_and_nothing_is_sent_twice(evenings, name):
    scenario, state, code = STRUCK[name]
    evenings.settings(timeout=0.5, connect_timeout=5)
    failures = evenings.night(MONDAY, scenario)
    assert [f for f in failures if code in f], failures
    assert evenings.batch().state == state
    evenings.settings(timeout=60)
    assert evenings.night(MONDAY) == []
    assert evenings.night(TUESDAY) == []
    evenings.ends_well()


# what happens once and is over in the same night
MENDED = {
    "a full disk": fault("full_disk", at_byte=700),
    "a middle write lost": fault("lost_write", at_byte=700),
    "a write that falsely succeeds": fault("false_success", at_byte=700),
    "an error on close": fault("close_error"),
    "short reads": fault("short_reads", at_byte=100, times=0),
    "a file swept at once": fault("sweep", times=0),
}


@pytest.mark.parametrize("name", MENDED)
def test_a_fault_of_one_upload_is_recovered_in_the_same_run(evenings, name):
    assert evenings.night(MONDAY, MENDED[name]) == []
    assert evenings.states() == ["accepted", "accepted"]
    assert evenings.night(TUESDAY) == []
    evenings.ends_well()


LASTING = {
    "a full disk": fault("full_disk", at_byte=700, times=0),
    "a middle write lost": fault("lost_write", at_byte=700, times=0),
    "a write that falsely succeeds": fault("false_success", at_byte=700, times=0),
    "an error on close": fault("close_error", times=0),
}


@pytest.mark.parametrize("name", LASTING)
def test_a_fault_of_every_upload_holds_the_batch_until_a_person_releases_it(evenings, name):
    assert evenings.night(MONDAY, LASTING[name]) == []
    held = evenings.batch()
    assert (held.state, evenings.received()) == ("built", [])
    assert "after 3 uploads" in held.hold
    assert evenings.night(MONDAY) == []
    assert evenings.received() == [], "nobody has released it"
    with evenings.home.opened() as opened:
        decisions.release(opened.ledger, held.id, MONDAY.isoformat(), "the partner has room again")
    assert evenings.night(MONDAY) == []
    assert evenings.night(TUESDAY) == []
    evenings.ends_well()


ONE_STEP = {"temporary_suffix": "", "rename_allowed": False}


@pytest.mark.parametrize("kind", ["drop", "full_disk", "lost_write"])
def test_a_partner_without_temporary_names_gets_one_attempt_and_a_person_decides(evenings, kind):
    evenings.settings(**ONE_STEP)
    with evenings.partner(MONDAY, fault(kind, at_byte=700)):
        evenings.run(MONDAY)
        assert evenings.batch().hold
        evenings.run(MONDAY)
        assert evenings.batch().state == "committing"
        assert evenings.states() == ["batched", "batched"]


def test_where_no_temporary_name_is_allowed_a_false_success_is_found_by_reading_back(evenings):
    evenings.settings(**ONE_STEP)
    with evenings.partner(MONDAY, fault("false_success", at_byte=700)):
        evenings.run(MONDAY)
    assert "differs" in evenings.batch().hold


def test_where_no_temporary_name_is_allowed_a_file_swept_at_once_was_sent(evenings):
    evenings.settings(**ONE_STEP)
    assert evenings.night(MONDAY, fault("sweep", times=0)) == []
    assert evenings.night(TUESDAY) == []
    evenings.ends_well()
