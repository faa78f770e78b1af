"""Faults of answers: none, late, twice, renamed, cut, corrupt, growing."""

from datetime import date

import pytest

import edi

TUESDAY, WEDNESDAY = date(2026, 11, 17), date(2026, 11, 18)


def fault(kind, **settings):
    return "\n".join(
        ["[[fault]]", f'kind = "{kind}"', *(f"{key} = {value!r}" for key, value in settings.items())]
    )


def test_an_answer_may_never_come(clearinghouse, claim, batch):
    now = clearinghouse(fault("no_answer", answer="277CA"))
    now.send(batch(claim("CC1"), isa13=1))
    now.send(batch(claim("CC2"), isa13=2))
    assert (len(now.ta1()), len(now.syntax()), len(now.claims())) == (2, 2, 1)


def test_an_answer_may_come_business_dates_later(clearinghouse, claim, batch):
    now = clearinghouse(fault("late", answer="277CA", nights=2))
    now.send(batch(claim()))
    assert now.files("277CA") == []
    now.next(TUESDAY)
    assert now.files("277CA") == []
    now.next(WEDNESDAY)
    assert len(now.claims()) == 1
    assert now.claims()[0].processed == date(2026, 11, 16)


def test_an_answer_may_come_twice_under_two_names(clearinghouse, claim, batch):
    now = clearinghouse(fault("duplicate", answer="835"))
    now.send(batch(claim()))
    now.next(TUESDAY)
    first, second = now.files("835")
    assert first.name != second.name
    assert first.read_bytes() == second.read_bytes()


def test_an_answer_may_come_again_under_another_name(clearinghouse, claim, batch):
    now = clearinghouse(fault("renamed", answer="999"))
    now.send(batch(claim()))
    (first,) = now.files("999")
    data = first.read_bytes()
    now.take()
    now.next(TUESDAY)
    (again,) = now.files("resent")
    assert again.read_bytes() == data


def test_a_payment_may_come_again_under_a_new_interchange(clearinghouse, claim, batch):
    now = clearinghouse(fault("reissued", answer="835"))
    now.send(batch(claim()))
    now.next(TUESDAY)
    (first,) = now.remittances()
    now.take()
    now.next(WEDNESDAY)
    (again,) = now.remittances()
    assert again.interchange_control_number != first.interchange_control_number
    again.interchange_control_number = first.interchange_control_number
    assert again == first


@pytest.mark.parametrize("byte", [0, 50, 200])
def test_an_answer_may_be_cut_short(clearinghouse, claim, batch, byte):
    now = clearinghouse(fault("truncated", answer="835", at_byte=byte))
    now.send(batch(claim()))
    now.next(TUESDAY)
    (path,) = now.files("835")
    assert b"IEA" not in path.read_bytes()
    assert len(path.read_bytes()) == byte or byte == 0


def test_an_answer_may_be_corrupt_inside_a_whole_envelope(clearinghouse, claim, batch):
    now = clearinghouse(fault("corrupt", answer="835"))
    now.send(batch(claim()))
    now.next(TUESDAY)
    (path,) = now.files("835")
    assert path.read_bytes().startswith(b"ISA*")
    assert b"IEA*1*" in path.read_bytes()
    assert [f for f in edi.check(path) if f.severity == "error"]


def test_an_answer_may_be_out_of_balance(clearinghouse, claim, batch):
    now = clearinghouse(fault("unbalanced", answer="835"))
    now.send(batch(claim()))
    now.next(TUESDAY)
    (remittance,) = now.remittances()
    assert sum(c.paid for c in remittance.claims) != remittance.payment


def test_a_fault_waits_for_its_turn_and_strikes_so_often(clearinghouse, claim, batch):
    now = clearinghouse(fault("no_answer", answer="TA1", nth=2, times=2))
    for number in range(1, 6):
        now.send(batch(claim(f"CC{number}"), isa13=number))
    assert [int(a.control_number) for a in now.ta1()] == [1, 4, 5]
