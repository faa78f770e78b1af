from datetime import date

import pytest

from edi.records import (
    ClaimAcknowledgment,
    ClaimStatus,
    ImplementationAcknowledgment,
    InterchangeAcknowledgment,
    Party,
    ProviderStatus,
    Status,
    TransactionAcknowledgment,
)
from ledger import acknowledge
from ledger.queries import batches as batch_views
from ledger.queries import claims, night, work
from ledger.sending import batches, responses
from tests.ledger.conftest import NIGHT, NPI

EXPECTS = {"northgate": {"TA1": 4, "999": 24, "277CA": 24}}


@pytest.fixture
def say(ledger):
    """Takes a file that holds these acknowledgments."""
    count = 0

    def take(*records):
        nonlocal count
        count += 1
        response_id = responses.store(
            ledger,
            NIGHT,
            "northgate",
            f"answer{count}",
            b"%d" % count,
            size=1,
            mtime=1,
            sender="NORTHGATE",
            isa13=str(count),
            kinds="TA1 999 277CA",
        )
        return acknowledge.take(ledger, NIGHT, response_id, records)

    return take


def ta1(status, note="000", number="000000001"):
    return InterchangeAcknowledgment(control_number=number, created=None, status=status, note=note)


def nine(status, *sets, number="1"):
    return ImplementationAcknowledgment(
        functional_code="HC",
        group_control_number=number,
        status=status,
        transactions=tuple(
            TransactionAcknowledgment(transaction_set="837", control_number="0001", status=s) for s in sets
        ),
    )


def status_of(number, category="A2", action="WQ", payer_number=""):
    return ClaimStatus(
        patient_control_number=number,
        statuses=(Status(category=category, code="20", action=action),),
        payer_claim_control_number=payer_number,
    )


def ca(*claims_, reference="000000001", provider_statuses=(), statuses=()):
    return ClaimAcknowledgment(
        source=Party(),
        receiver=Party(),
        batch_reference=reference,
        statuses=statuses,
        providers=(ProviderStatus(provider=Party(npi=NPI), statuses=provider_statuses, claims=claims_),),
    )


U = (Status(category="A3", code="21", action="U"),)


@pytest.mark.parametrize("status", ["A", "E"])
def test_an_accepted_interchange_is_acknowledged_and_not_sent_again(office, say, status):
    batch_id = office.sent("1")
    say(ta1(status))
    assert batches.get(office.ledger, batch_id).state == "acknowledged"
    assert batches.ready(office.ledger) == []


def test_a_refused_interchange_goes_again_under_a_new_number(office, say):
    batch_id = office.sent("1", "2")
    taken = say(ta1("R", "022"))
    assert batches.get(office.ledger, batch_id).state == "rejected"
    assert taken.again == 2
    assert batches.get(office.ledger, office.batch()).isa13 == 2
    assert batches.stopped(office.ledger) == {}


def test_a_duplicate_reopens_nothing_and_is_reported(office, say):
    batch_id = office.sent("1")
    say(ta1("R", "025"))
    assert batches.get(office.ledger, batch_id).state == "sent"
    assert batches.ready(office.ledger) == []
    assert [a.code for a in work.alerts(office.ledger)] == ["ACK-025"]
    say(ca(status_of("C0001")))
    assert claims.by_state(office.ledger) == {"accepted": 1}


@pytest.mark.parametrize("note", ["005", "006", "009", "010", "013", "020"])
def test_a_fault_of_the_partnership_stops_the_partner_until_a_person_releases_it(office, say, note):
    office.sent("1")
    say(ta1("R", note))
    assert batches.stopped(office.ledger) == {"northgate": f"TA1 {note}"}
    assert [a.code for a in work.alerts(office.ledger)] == ["ACK-STOP"]
    batch_id = office.batch()
    assert batches.to_send(office.ledger) == []
    assert batches.release_partner(office.ledger, "northgate")
    assert work.alerts(office.ledger) == [], "the release settles it"
    assert [b.id for b in batches.to_send(office.ledger)] == [batch_id]


def test_an_accepted_group_is_acknowledged(office, say):
    batch_id = office.sent("1")
    say(nine("A", "A"))
    assert batches.get(office.ledger, batch_id).state == "acknowledged"


def test_a_refused_group_rejects_its_claims_into_a_queue(office, say):
    batch_id = office.sent("1", "2")
    say(nine("R", "R"))
    assert batches.get(office.ledger, batch_id).state == "rejected"
    assert [r.kind for r in claims.rejections(office.ledger)] == ["999", "999"]
    assert batches.ready(office.ledger) == [], "a person mends what the guide refuses"


def test_claims_are_accepted_and_rejected_one_by_one(office, say):
    batch_id = office.sent("1", "2")
    say(ca(status_of("C0001", payer_number="P77"), status_of("C0002", "A7", "U")))
    assert claims.by_state(office.ledger) == {"rejected": 1, "accepted": 1}
    assert batches.get(office.ledger, batch_id).state == "part_accepted"
    [rejected] = claims.rejections(office.ledger)
    assert (rejected.patient_control_number, rejected.codes) == ("C0002", "A7:20")


def test_a_rejecting_category_rejects_whatever_the_action_says_and_is_reported(office, say):
    office.sent("1")
    say(ca(status_of("C0001", "A3", "WQ")))
    assert claims.by_state(office.ledger) == {"rejected": 1}
    assert [a.code for a in work.alerts(office.ledger)] == ["ACK-CONFLICT"]


@pytest.mark.parametrize("level", ["statuses", "provider_statuses"])
def test_a_refusal_above_the_claims_cascades_to_those_not_listed(office, say, level):
    batch_id = office.sent("1", "2")
    say(ca(**{level: U}))
    assert claims.by_state(office.ledger) == {"rejected": 2}
    assert batches.get(office.ledger, batch_id).state == "rejected"


def test_a_claim_missing_from_its_277ca_is_found(office, say):
    office.sent("1", "2")
    say(ca(status_of("C0001")))
    assert [u.patient_control_number for u in batch_views.unnamed(office.ledger)] == ["C0002"]
    assert work.waiting(office.ledger).unanswered == 1


def test_what_a_partner_should_have_answered_is_overdue(office, say):
    office.sent("1")
    assert batch_views.overdue(office.ledger, date(2026, 11, 16), EXPECTS) == []
    late = batch_views.overdue(office.ledger, date(2026, 11, 18), EXPECTS)
    assert [(o.kind, o.days, o.claims) for o in late] == [("TA1", 2, 1), ("999", 2, 1), ("277CA", 2, 1)]
    say(ta1("A"), nine("A", "A"))
    assert [o.kind for o in batch_views.overdue(office.ledger, date(2026, 11, 18), EXPECTS)] == ["277CA"]
    assert batches.to_send(office.ledger) == [], "only a person sends again"


def test_an_answer_shows_that_a_batch_in_doubt_arrived(office, say):
    office.take("1")
    office.build()
    batch_id = office.batch()
    batches.move(office.ledger, batch_id, "built", "uploaded", NIGHT)
    batches.move(office.ledger, batch_id, "uploaded", "committing", NIGHT)
    say(ta1("A"))
    assert batches.get(office.ledger, batch_id).state == "acknowledged"
    assert claims.by_state(office.ledger) == {"sent": 1}


def test_an_answer_to_a_file_never_sent_goes_to_quarantine(office, say):
    office.sent("1")
    taken = say(ta1("R", "022", number="000000099"), nine("A", "A"))
    assert taken.unknown == 1
    assert [p.code for p in night.problems(office.ledger)] == ["ACK-UNKNOWN"]
    assert claims.by_state(office.ledger) == {"sent": 1}


def test_a_late_refusal_does_not_take_accepted_claims_back(office, say):
    batch_id = office.sent("1")
    say(ca(status_of("C0001")))
    say(ta1("R", "022"))
    assert batches.get(office.ledger, batch_id).state == "accepted"
    assert claims.by_state(office.ledger) == {"accepted": 1}


def test_a_file_taken_twice_changes_nothing(office, ledger):
    office.sent("1")
    response_id = responses.store(
        ledger, NIGHT, "northgate", "a", b"x", size=1, mtime=1, sender="N", isa13="1", kinds="277CA"
    )
    first = acknowledge.take(ledger, NIGHT, response_id, [ca(status_of("C0001"))])
    again = acknowledge.take(ledger, NIGHT, response_id, [ca(status_of("C0001", "A7", "U"))])
    assert (first.accepted, again.rejected) == (1, 0)


def test_the_same_response_under_another_name_is_stored_once(ledger):
    facts = {"size": 1, "mtime": 1, "sender": "N", "isa13": "1", "kinds": "999"}
    assert responses.store(ledger, NIGHT, "northgate", "a", b"x", **facts) is not None
    assert responses.store(ledger, NIGHT, "northgate", "b", b"x", **facts) is None


def test_an_interchange_number_used_again_with_other_bytes_is_quarantined(ledger):
    facts = {"size": 1, "mtime": 1, "sender": "N", "isa13": "1", "kinds": "999"}
    responses.store(ledger, NIGHT, "northgate", "a", b"x", **facts)
    responses.store(ledger, NIGHT, "northgate", "b", b"y", **facts)
    assert [p.code for p in night.problems(ledger)] == ["RSP-REUSED"]
    assert len(responses.to_take(ledger, ["999"])) == 1


def test_a_claim_rejected_and_corrected_goes_out_as_the_next_submission(office, say):
    office.sent("1")
    say(ca(status_of("C0001", "A7", "U")))
    office.take("1", version=2)
    assert office.build(110_00).again == 1
    row = batches.get(office.ledger, office.batch())
    assert (row.isa13, row.claims, row.charge_cents) == (2, 1, 110_00)
    assert claims.by_state(office.ledger) == {"batched": 1}


def test_an_interchange_refused_after_a_claim_of_it_was_accepted_sends_nothing_twice(office, say):
    office.sent("1", "2")
    say(ca(status_of("C0001")))
    say(ta1("R", "022"))
    assert claims.by_state(office.ledger) == {"sent": 1, "accepted": 1}
    assert batches.ready(office.ledger) == []
    assert [a.code for a in work.alerts(office.ledger)] == ["ACK-CONTRADICTS"]


def test_an_interchange_refused_after_it_was_accepted_sends_nothing_twice(office, say):
    batch_id = office.sent("1")
    say(ta1("A"))
    say(ta1("R", "022"))
    assert batches.get(office.ledger, batch_id).state == "acknowledged"
    assert batches.ready(office.ledger) == []


def test_an_interchange_refused_twice_goes_again_once(office, say):
    office.sent("1")
    assert [say(ta1("R", "022")).again, say(ta1("R", "022")).again] == [1, 0]
    assert len(batches.ready(office.ledger)) == 1


def test_a_set_refused_beside_an_accepted_one_rejects_no_claim_by_guess(office, say):
    office.sent("1", "2")
    say(nine("P", "A", "R"))
    assert claims.by_state(office.ledger) == {"sent": 2}
    assert [a.code for a in work.alerts(office.ledger)] == ["ACK-CONTRADICTS"]


def test_a_late_refusal_of_the_group_leaves_accepted_claims_alone(office, say):
    office.sent("1", "2")
    say(ca(status_of("C0001")))
    say(nine("R", "R"))
    assert claims.by_state(office.ledger) == {"accepted": 1, "rejected": 1}


def test_an_old_rejection_leaves_the_newer_submission_alone(office, say):
    office.sent("1")
    say(ta1("R", "022"))
    office.send(office.batch())
    say(ca(status_of("C0001", "A7", "U")))
    assert claims.by_state(office.ledger) == {"sent": 1}
