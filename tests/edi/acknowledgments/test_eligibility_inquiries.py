"""270 and 271: what is written is clean, and is read again as it was."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import edi
from edi.records import Eligibility, EligibilityInquiry, Envelope, Party, Person
from edi.records.eligibility import Benefit, Refusal

ENVELOPE = Envelope(
    sender_id="LAKESIDE",
    receiver_id="NORTHGATE",
    control_number=7,
    created=date(2026, 11, 16),
    usage="T",
    submitter=Party(last="LAKESIDE", id="LAKESIDE"),
    receiver=Party(last="NORTHGATE", id="NORTHGATE"),
)
PAYER = Party(last="HARBOR HEALTH PLAN", id="HRB01", id_qualifier="PI")
PROVIDER = Party(last="LAKESIDE FAMILY MEDICINE", npi="1999000015")
SUBSCRIBER = Person(
    last="ZEPHYRINE", first="QUILL", birth_date=date(1980, 2, 3), sex="F", member_id="W17770001"
)
CHILD = Person(last="ZEPHYRINE", first="JUNIPER", birth_date=date(2015, 6, 7), sex="M")

people = st.builds(
    Person,
    last=st.text("ABCDEFG", min_size=2, max_size=9),
    first=st.text("ABCDEFG", min_size=1, max_size=9),
    birth_date=st.dates(date(1930, 1, 1), date(2026, 1, 1)),
    sex=st.sampled_from("FM"),
    member_id=st.text("W0123456789", min_size=2, max_size=12),
)
inquiries = st.builds(
    EligibilityInquiry,
    trace=st.text("0123456789", min_size=1, max_size=14),
    payer=st.sampled_from([PAYER, replace(PAYER, id="SNR04")]),
    provider=st.sampled_from([PROVIDER, replace(PROVIDER, npi="1999000122")]),
    subscriber=people,
    patient=st.none() | people.map(lambda person: replace(person, member_id="")),
    service_from=st.dates(date(2020, 1, 1), date(2026, 11, 16)),
)


def clean(data):
    return [f for f in edi.check(data) if f.severity == "error"]


@pytest.mark.slow
@given(st.lists(inquiries, min_size=1, max_size=6))
def test_what_is_asked_is_written_clean_and_read_again(asked):
    data = edi.write_eligibility_inquiries(asked, ENVELOPE)
    assert clean(data) == []
    read = list(edi.read_eligibility_inquiries(data))
    assert [replace(one, reference="", loops=None) for one in read] == asked


@pytest.mark.slow
@given(st.lists(inquiries, min_size=1, max_size=4), st.sampled_from(["1", "6", "AAA"]))
def test_what_is_answered_is_written_clean_and_names_each_trace(asked, how):
    benefits = () if how == "AAA" else (Benefit(information=how, service_types=("30",)),)
    refusals = (Refusal(loop="", reason="75", follow_up="C"),) if how == "AAA" else ()
    answers = [
        Eligibility(
            payer=one.payer, provider=one.provider, subscriber=one.subscriber, patient=one.patient,
            traces=(one.trace,), benefits=benefits, refusals=refusals,
        )
        for one in asked
    ]  # fmt: skip
    data = edi.write_eligibility(answers, ENVELOPE, "77")
    assert clean(data) == []
    read = list(edi.read_eligibility(data))
    assert [one.traces for one in read] == [(one.trace,) for one in asked]
    assert [one.active for one in read] == [{"1": True, "6": False, "AAA": None}[how]] * len(asked)
    assert {one.interchange_control_number for one in read} == {"000000007"}
    assert all(one.transaction_control_number == "0001" for one in read)


@pytest.mark.parametrize("patient", [None, CHILD])
def test_a_dependent_has_a_level_of_its_own_with_the_trace(patient):
    one = EligibilityInquiry(
        trace="5", payer=PAYER, provider=PROVIDER, subscriber=SUBSCRIBER, patient=patient
    )
    text = edi.write_eligibility_inquiries([one], ENVELOPE).decode()
    before, _, after = text.partition("TRN*1*5*")
    assert ("HL*4*3*23*0" in before) == (patient is not None)
    assert "EQ*30" in after


def test_dates_limits_and_amounts_of_an_answer_are_read_again():
    answer = Eligibility(
        payer=PAYER,
        provider=PROVIDER,
        subscriber=SUBSCRIBER,
        traces=("1",),
        dates=(("346", date(2026, 1, 1), None), ("291", date(2026, 1, 1), date(2026, 12, 31))),
        benefits=(
            Benefit(information="1", service_types=("30",), insurance_type="HM", in_network="Y"),
            Benefit(information="C", service_types=("30",), period="23", amount=500_00),
            Benefit(information="F", procedure="97110", period="29", quantity_qualifier="VS", quantity="4"),
            Benefit(information="R", insurance_type="HM", dates=(("290", date(2026, 1, 1), None),)),
        ),
    )
    data = edi.write_eligibility([answer], ENVELOPE)
    assert clean(data) == []
    [read] = edi.read_eligibility(data)
    assert (read.dates, read.benefits) == (answer.dates, answer.benefits)
