"""276 and 277: what is written is clean, and is read again as it was."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import edi
from edi.records import ClaimStatusAnswer, Envelope, Party, Person, Status, StatusInquiry

HEAD = Envelope(
    sender_id="CLINIC",
    receiver_id="HOUSE",
    control_number=7,
    created=date(2026, 11, 16),
    usage="T",
    submitter=Party(last="CLEAR BILLING", id="SUB01"),
    receiver=Party(last="HOUSE", id="HOUSE"),
)
PAYERS = tuple(Party(last=f"PAYER {n}", id=f"PAY{n}", id_qualifier="PI") for n in (1, 2))
PROVIDERS = (
    Party(last="CLEAR FAMILY PRACTICE", npi="1234567893"),
    Party(last="RIVER", first="ANN", person=True, npi="1245319599"),
)
DAY = st.dates(date(2026, 1, 1), date(2026, 11, 16))
NUMBER = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=3, max_size=20)
CENTS = st.integers(0, 10**8)


@st.composite
def inquiry(draw) -> StatusInquiry:
    first = draw(DAY)
    days = draw(st.integers(0, 9))
    last = date.fromordinal(first.toordinal() + days) if days else None
    subscriber = Person(last="RIVER", first="ANNA", member_id=draw(NUMBER))
    if draw(st.booleans()):
        subscriber = replace(subscriber, birth_date=date(1980, 2, 29), sex="F")
    patient = Person(last="RIVER", first="TOM", birth_date=date(2012, 3, 4), sex="M")
    return StatusInquiry(
        trace=draw(NUMBER),
        payer=draw(st.sampled_from(PAYERS)),
        provider=draw(st.sampled_from(PROVIDERS)),
        subscriber=subscriber,
        patient=draw(st.sampled_from((None, patient))),
        payer_claim_control_number=draw(st.one_of(st.just(""), NUMBER)),
        type_of_bill=draw(st.sampled_from(("", "111", "131"))),
        patient_control_number=draw(NUMBER),
        charge=draw(CENTS),
        service_from=first,
        service_to=last if last is None or last <= HEAD.created else None,
        receiver=HEAD.submitter,
        reference="7",
    )


def errors(data: bytes) -> list[str]:
    return [f"{f.code} {f.segment}{f.element}" for f in edi.check(data) if f.severity == "error"]


def plain(one: StatusInquiry) -> StatusInquiry:
    return replace(one, receiver=replace(one.receiver, id_qualifier="46"))


@pytest.mark.slow
@given(st.lists(inquiry(), min_size=1, max_size=6))
def test_inquiries_are_written_clean_and_read_as_they_were(inquiries):
    data = edi.write_status_inquiries(inquiries, HEAD)
    assert errors(data) == []
    assert list(edi.read_status_inquiries(data)) == [plain(one) for one in inquiries]
    assert list(edi.read_claim_statuses(data)) == []
    assert list(edi.read_claims(data)) == []


@pytest.mark.slow
@given(st.lists(inquiry(), min_size=1, max_size=4), CENTS, DAY, st.sampled_from(("F1", "P1", "A4", "E0")))
def test_answers_are_written_clean_and_echo_the_inquiry(inquiries, paid, day, category):
    answers = [
        ClaimStatusAnswer(
            trace=one.trace,
            payer=one.payer,
            provider=one.provider,
            patient=replace(one.subscriber, birth_date=None, sex=""),
            statuses=(Status(category=category, code="20", action="", effective=day, amount=one.charge),),
            patient_control_number=one.patient_control_number,
            payer_claim_control_number=one.payer_claim_control_number,
            charge=one.charge,
            paid=paid,
            paid_on=day,
            check_number="CHK9",
            service_from=one.service_from,
            service_to=one.service_to,
        )
        for one in inquiries
    ]
    data = edi.write_claim_statuses(answers, HEAD, "REF1")
    assert errors(data) == []
    number = {"sender_id": "CLINIC", "interchange_control_number": "000000007"}
    expected = [replace(one, **number, transaction_control_number="0001") for one in answers]
    assert list(edi.read_claim_statuses(data)) == expected
    assert list(edi.read_acknowledgments(data)) == []


def test_neighbours_of_one_payer_and_provider_share_their_levels():
    one = StatusInquiry(
        trace="T1", payer=PAYERS[0], provider=PROVIDERS[0], subscriber=Person(last="RIVER", member_id="M1")
    )
    several = [one, replace(one, trace="T2"), replace(one, trace="T3", provider=PROVIDERS[1])]
    data = edi.write_status_inquiries(several, HEAD)
    assert [data.count(b"NM1*%s*" % entity) for entity in (b"PR", b"41", b"1P", b"IL")] == [1, 1, 2, 3]


def test_a_value_with_a_delimiter_is_refused_and_not_quoted():
    one = StatusInquiry(
        trace="T1", payer=PAYERS[0], provider=PROVIDERS[0], subscriber=Person(last="RI~VER", member_id="M1")
    )
    with pytest.raises(edi.EdiError) as refused:
        edi.write_status_inquiries([one], HEAD)
    assert "VER" not in str(refused.value)
