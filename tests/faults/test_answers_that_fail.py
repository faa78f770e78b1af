"""Answers that come late, twice, in part or wrong: the money stays right, and what is wrong is shown."""

import pytest

from ledger.queries.batches import overdue, unnamed
from ledger.queries.claims import rejections
from ledger.queries.money import remittances
from ledger.sending import batches
from tests.faults.evenings import MONDAY, THURSDAY, TUESDAY, WEDNESDAY, fault

PAID = 2 * 10_800


def three_nights(evenings, kind, answer, **settings):
    """Monday's 277CA or Tuesday's 835 struck; then two nights without a fault."""
    struck = fault(kind, answer=answer, **settings)
    on_monday = answer != "835"
    assert evenings.night(MONDAY, struck if on_monday else "") == []
    assert evenings.night(TUESDAY, "" if on_monday else struck) == []
    between = (evenings.states(), evenings.cash())
    assert evenings.night(WEDNESDAY) == []
    assert evenings.night(THURSDAY) == []
    assert evenings.received() == ["000000001"]
    return between


@pytest.mark.parametrize("kind", ["late", "duplicate", "renamed", "growing"])
@pytest.mark.parametrize("answer", ["TA1", "999", "277CA", "835"])
def test_an_answer_that_comes_late_twice_renamed_or_slowly_is_taken_once(evenings, kind, answer):
    three_nights(evenings, kind, answer)
    evenings.ends_well()
    assert evenings.problems() == []


def test_a_payment_under_a_new_interchange_number_is_known_and_not_posted_again(evenings):
    between = three_nights(evenings, "reissued", "835")
    assert between == (["paid", "paid"], PAID)
    evenings.ends_well()
    with evenings.home.opened() as opened:
        assert [r.state for r in remittances(opened.ledger)] == ["posted"]


def test_a_payment_out_of_balance_is_queued_with_its_difference_and_nothing_is_posted(evenings):
    states, _ = three_nights(evenings, "unbalanced", "835")
    assert states == ["accepted", "accepted"]
    assert evenings.cash() == 0
    with evenings.home.opened() as opened:
        assert [(r.state, abs(r.difference_cents)) for r in remittances(opened.ledger)] == [("unbalanced", 1)]


@pytest.mark.parametrize("kind", ["truncated", "corrupt"])
@pytest.mark.parametrize("answer", ["TA1", "999", "277CA", "835"])
def test_an_answer_cut_short_or_damaged_is_quarantined_and_the_others_go_on(evenings, kind, answer):
    three_nights(evenings, kind, answer)
    quarantined = [p for p in evenings.problems() if p.quarantined]
    assert len(quarantined) == 1, "only the struck answer is quarantined"
    assert answer in quarantined[0].name
    assert evenings.cash() == (0 if answer == "835" else PAID)
    with evenings.home.opened() as opened:
        kept = [p for p in opened.received.rglob("*") if p.is_file()]
    assert len(kept) == 4, "the damaged one is kept as it came"


@pytest.mark.parametrize("answer", ["TA1", "999", "277CA"])
def test_an_acknowledgment_that_never_comes_is_overdue_and_nothing_is_resent(evenings, answer):
    expects = {"northgate": {"TA1": 4, "999": 24, "277CA": 24}}
    for day in (MONDAY, TUESDAY, WEDNESDAY, THURSDAY):
        assert evenings.night(day, fault("no_answer", answer=answer, times=0)) == []
        with evenings.home.opened() as opened:
            late = {o.kind for o in overdue(opened.ledger, day, expects)}
        if day == MONDAY:
            assert late == set()
    assert evenings.received() == ["000000001"]
    assert evenings.cash() == PAID, "the money came without it"


def test_while_nothing_is_heard_the_batch_is_overdue_night_after_night_and_stays_where_it_is(evenings):
    expects = {"northgate": {"TA1": 4, "999": 24, "277CA": 24}}
    silent = fault("no_answer", times=0)
    for day in (MONDAY, TUESDAY, WEDNESDAY):
        assert evenings.night(day, silent) == []
    with evenings.home.opened() as opened:
        assert {o.kind for o in overdue(opened.ledger, WEDNESDAY, expects)} == {"TA1", "999", "277CA"}
    assert (evenings.batch().state, evenings.states()) == ("sent", ["sent", "sent"])
    assert evenings.received() == ["000000001"]


def test_hostile_names_and_an_endless_file_are_refused_and_the_good_answers_are_taken(evenings):
    strange = fault("hostile_names") + fault("endless")
    for day in (MONDAY, TUESDAY):
        assert evenings.night(day, strange) == []
    evenings.ends_well()
    found = evenings.problems()
    assert {p.code for p in found} == {"RSP-REFUSED"}
    assert all(p.name.isprintable() and p.name.isascii() for p in found)
    with evenings.home.opened() as opened:
        names = [p.name for p in opened.path.rglob("*") if "clearinghouse" not in p.parts]
    assert not [n for n in names if "evil" in n or "passwd" in n or not n.isprintable()]


@pytest.mark.parametrize("after", [False, True])
def test_an_answer_that_could_not_be_removed_is_known_the_next_night_and_removed_then(evenings, after):
    evenings.settings(delete_after_download=True)
    failures = evenings.night(MONDAY, fault("drop", operation="remove", after=after))
    assert [f for f in failures if "TRN-LOST" in f]
    assert evenings.night(MONDAY) == []
    assert evenings.night(TUESDAY) == []
    evenings.ends_well()
    assert list((evenings.home.path / "clearinghouse" / "sftp" / "outbound").iterdir()) == []


def answered(status: str, note: str) -> str:
    return f'\n[[interchange]]\nisa13 = "000000001"\nta1 = "{status}"\nnote = "{note}"\n'


def test_a_refused_interchange_goes_again_under_a_new_number(evenings):
    assert evenings.night(MONDAY, answered("R", "018")) == []
    assert (evenings.batch().state, evenings.states()) == ("rejected", ["ready", "ready"])
    assert evenings.night(TUESDAY) == []
    assert evenings.received() == ["000000001", "000000002"]
    assert evenings.night(WEDNESDAY) == []
    assert (evenings.states(), evenings.cash()) == (["paid", "paid"], PAID)


def test_a_fault_of_the_partnership_stops_the_partner_until_a_person_releases_it(evenings):
    assert evenings.night(MONDAY, answered("R", "010")) == []
    assert evenings.night(TUESDAY) == []
    assert evenings.received() == ["000000001"], "what is wrong with the ids is wrong tomorrow, too"
    with evenings.home.opened() as opened:
        assert list(batches.stopped(opened.ledger)) == ["northgate"]
        assert batches.release_partner(opened.ledger, "northgate")
    assert evenings.night(WEDNESDAY) == []
    assert evenings.received() == ["000000001", "000000002"]


def test_an_interchange_accepted_with_errors_is_not_sent_again(evenings):
    assert evenings.night(MONDAY, answered("E", "010")) == []
    assert evenings.night(TUESDAY) == []
    evenings.ends_well()


def test_the_same_interchange_again_is_called_a_duplicate_and_reopens_nothing(evenings):
    with evenings.partner(MONDAY) as mock:
        evenings.run(MONDAY)
        data = (evenings.home.path / "clearinghouse" / "received" / "000001.edi").read_bytes()
        again = mock.folders.inbound / "by_hand.837"
        again.write_bytes(data)
        mock.folders.received(again, mock.faults)
        evenings.run(MONDAY)
    assert "ACK-025" in {a.code for a in evenings.alerts()} | {p.code for p in evenings.problems()}
    assert evenings.states() == ["accepted", "accepted"]
    assert evenings.night(TUESDAY) == []
    assert (evenings.states(), evenings.cash()) == (["paid", "paid"], PAID)
    assert len(evenings.batches()) == 1


def rule(**settings: object) -> str:
    lines = [f"{key} = {value!r}" for key, value in settings.items()]
    return "\n".join(["", "[[rule]]", 'name = "the second"', 'member_id = "W17770002"', *lines, ""])


@pytest.fixture
def two_members(evenings):
    other = evenings.home.encounter(
        "T-2",
        diagnoses=["I10"],
        service_date="2026-11-03",
        coverages=[{"order": "P", "payer": "harbor", "member_id": "W17770002"}],
    )
    evenings.home.drop("lakeside/two.json", other)
    return evenings


def test_a_claim_missing_from_its_277ca_waits_in_a_list_of_its_own(two_members):
    assert two_members.night(MONDAY, rule(acknowledge="omit")) == []
    assert two_members.states() == ["accepted", "sent"]
    with two_members.home.opened() as opened:
        assert [u.charge_cents for u in unnamed(opened.ledger)] == [13_500]
    assert two_members.night(TUESDAY, rule(acknowledge="omit")) == []
    assert two_members.received() == ["000000001"]


def test_of_two_claims_the_rejected_one_is_work_and_the_other_is_paid(two_members):
    rejecting = rule(acknowledge="reject", status="A7:164:IL")
    assert two_members.night(MONDAY, rejecting) == []
    assert two_members.states() == ["accepted", "rejected"]
    assert two_members.batch().state == "part_accepted"
    assert two_members.night(TUESDAY, rejecting) == []
    assert (two_members.states(), two_members.cash()) == (["paid", "rejected"], 10_800)
    with two_members.home.opened() as opened:
        assert [r.external_id for r in rejections(opened.ledger)] == ["T-2"]
