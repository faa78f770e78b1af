"""What payers are asked: one need once, in files that are batches of their own kind."""

from datetime import date

import pytest

from edi.records import ImplementationAcknowledgment, InterchangeAcknowledgment
from ledger import StateConflict
from ledger.acknowledge import inquiries as answers
from ledger.acknowledge import take
from ledger.maintenance import retention
from ledger.queries.batches import BATCHES, overdue, show, standing
from ledger.queries.listing import Page
from ledger.sending import batches, decisions, inquiries, responses
from ledger.sending.inquiries import Wanted
from tests.ledger.conftest import NIGHT

LATER = "2026-11-20"


def wanted(key: str, submission_id: int | None = 1, **changes) -> Wanted:
    facts = {
        "key": key,
        "kind": "276",
        "clearinghouse": "northgate",
        "payer": "harbor",
        "practice": "lakeside",
        "why": "no answer",
        "submission_id": submission_id,
    }
    return Wanted(**(facts | changes))


def want(office, *needs: Wanted) -> list[int]:
    with office.ledger.write() as connection:
        return inquiries.want(connection, NIGHT, needs)


def write(office, ids, isa13=None, kind="276") -> int:
    number = isa13 or batches.next_control_number(office.ledger, "ZZNORTHGATE")
    new = batches.NewBatch(
        kind=kind,
        clearinghouse="northgate",
        receiver="ZZNORTHGATE",
        payer="",
        isa13=number,
        name=f"T{number:09d}.276",
        data=f"ISA inquiry {number}".encode(),
        inquiries=ids,
    )
    return batches.store(office.ledger, NIGHT, new)


def states(office) -> list[str]:
    with office.ledger.read() as connection:
        return [one.state for one in inquiries.listed(connection)]


def acknowledged(office, *records, name="a") -> None:
    data = name.encode()
    number = responses.store(
        office.ledger, NIGHT, "northgate", name, data, size=1, mtime=1, kinds="TA1", state="stored"
    )
    take(office.ledger, NIGHT, number, records)


@pytest.fixture
def asked(office):
    """A claim that is out, and two needs to ask about it."""
    office.sent("1")
    office.ids = want(office, wanted("a"), wanted("b"))
    return office


def test_a_need_is_kept_once_however_often_it_is_found(asked):
    assert want(asked, wanted("a"), wanted("c"), wanted("c")) == [3]
    assert states(asked) == ["wanted", "wanted", "wanted"]


def test_number_bytes_and_traces_are_stored_together_and_nothing_is_charged(asked):
    batch_id = write(asked, asked.ids)
    row = batches.get(asked.ledger, batch_id)
    assert (row.kind, row.isa13, row.claims, row.charge_cents, row.state) == ("276", 2, 2, 0, "built")
    assert [one.trace for one in inquiries.of_batch(asked.ledger, batch_id)] == [
        "00000000200001",
        "00000000200002",
    ]
    assert inquiries.wanted(asked.ledger) == []
    assert states(asked) == ["written", "written"]


def test_an_inquiry_that_is_written_already_stores_nothing(asked):
    write(asked, asked.ids[:1])
    with pytest.raises(StateConflict, match="was written meanwhile"):
        write(asked, asked.ids)
    assert batches.next_control_number(asked.ledger, "ZZNORTHGATE") == 3
    assert states(asked) == ["written", "wanted"]


def test_a_file_that_is_given_up_before_it_went_out_is_written_again_under_a_new_trace(asked):
    first = write(asked, asked.ids)
    assert decisions.abandon(asked.ledger, first, NIGHT, "wrong partner") == 2
    assert states(asked) == ["wanted", "wanted"]
    second = write(asked, asked.ids)
    assert {one.trace[:9] for one in inquiries.of_batch(asked.ledger, second)} == {"000000003"}


def test_what_is_dropped_is_not_written_and_says_why(asked):
    assert inquiries.drop(asked.ledger, NIGHT, {asked.ids[0]: "the payer answered"}) == 1
    assert inquiries.drop(asked.ledger, NIGHT, {asked.ids[0]: "again"}) == 0
    assert [one.id for one in inquiries.wanted(asked.ledger)] == asked.ids[1:]
    with pytest.raises(StateConflict):
        write(asked, asked.ids)


@pytest.mark.parametrize(
    "refusal",
    [
        InterchangeAcknowledgment(control_number="000000002", created=None, status="R", note="018"),
        ImplementationAcknowledgment(functional_code="HR", group_control_number="2", status="R", included=1),
    ],
)
def test_a_refused_file_refuses_its_inquiries_and_no_claim(asked, refusal):
    asked.send(write(asked, asked.ids))
    acknowledged(asked, refusal)
    assert states(asked) == ["refused", "refused"]
    assert batches.get(asked.ledger, 2).state == "rejected"
    assert batches.get(asked.ledger, 1).state == "sent"
    assert show(asked.ledger, 1).claims == {"sent": 1}
    assert inquiries.wanted(asked.ledger) == []  # a person looks first
    newest = inquiries.refused(asked.ledger)  # the other one is about the same claim
    assert [(one.inquiry_id, one.batch_id, one.claim_id) for one in newest] == [(asked.ids[1], 2, 1)]
    want(asked, wanted("c"))
    assert inquiries.refused(asked.ledger) == []


def test_an_answer_is_of_its_trace_and_the_last_one_accepts_the_file(asked):
    batch_id = write(asked, asked.ids)
    first, second = (one.trace for one in inquiries.of_batch(asked.ledger, batch_id))
    with asked.ledger.write() as connection:
        assert answers.find(connection, "northgate", "276", first) is None  # it was not sent yet
    asked.send(batch_id)
    with asked.ledger.write() as connection:
        assert answers.find(connection, "other", "276", first) is None
        assert answers.find(connection, "northgate", "270", first) is None
        one = answers.find(connection, "northgate", "276", first)
        assert answers.answered(connection, LATER, one)
        assert not answers.answered(connection, LATER, one)
    assert (states(asked), batches.get(asked.ledger, batch_id).state) == (["answered", "sent"], "sent")
    assert standing(asked.ledger, batch_id).answered == 1
    with pytest.raises(StateConflict):  # the partner answered of it
        decisions.resend(asked.ledger, batch_id, LATER, "again")
    with asked.ledger.write() as connection:
        assert answers.answered(connection, LATER, answers.find(connection, "northgate", "276", second))
    assert batches.get(asked.ledger, batch_id).state == "accepted"


def test_an_answer_shows_that_a_file_in_doubt_has_arrived(asked):
    batch_id = write(asked, asked.ids)
    batches.move(asked.ledger, batch_id, "built", "uploaded", NIGHT)
    batches.move(asked.ledger, batch_id, "uploaded", "committing", NIGHT)
    (one, _) = inquiries.of_batch(asked.ledger, batch_id)
    with asked.ledger.write() as connection:
        answers.answered(connection, LATER, answers.find(connection, "northgate", "276", one.trace))
    assert batches.get(asked.ledger, batch_id).state == "sent"
    assert batches.to_send(asked.ledger) == []


def test_each_kind_of_file_is_late_by_the_answers_of_its_kind(asked):
    asked.send(write(asked, asked.ids))
    expects = {"northgate": {"277CA": 24, "277": 24, "271": 24}}
    late = overdue(asked.ledger, date.fromisoformat(LATER), expects)
    assert [(one.batch_id, one.kind, one.claims) for one in late] == [(1, "277CA", 1), (2, "277", 2)]


def test_a_list_of_batches_finds_files_of_inquiries_by_payer_and_practice(asked):
    write(asked, asked.ids)
    for page in (Page(payers=["harbor"]), Page(practices=["lakeside"])):
        assert [row.id for row in BATCHES.read(asked.ledger, page)] == [2, 1]
    assert BATCHES.read(asked.ledger, Page(payers=["meridian"])) == []


def test_the_file_of_an_inquiry_stays_as_long_as_its_claim_does(asked):
    asked.send(write(asked, asked.ids))
    found = retention.purge(asked.ledger, LATER, "2027-01-01", really=True)
    assert (found.claims, found.open_claims, found.documents) == (0, 1, 0)
