"""TA1, 999 and 277CA, as soon as a file is received."""

import edi


def test_a_clean_batch_is_accepted_in_all_three_answers(clearinghouse, claim, batch):
    now = clearinghouse()
    now.send(batch(claim("CC1"), claim("CC2", billing=_other())))
    assert [(a.control_number, a.status, a.note) for a in now.ta1()] == [("000000001", "A", "000")]
    (syntax,) = now.syntax()
    assert (syntax.status, syntax.accepted, syntax.group_control_number) == ("A", 1, "1")
    (answer,) = now.claims()
    assert answer.batch_reference == "1"
    assert (answer.accepted_count, answer.accepted_amount) == (2, 34_600)
    found = [c for provider in answer.providers for c in provider.claims]
    assert [c.patient_control_number for c in found] == ["CC1", "CC2"]
    assert [c.payer_claim_control_number for c in found] == ["HRB0100000001", "HRB0100000002"]
    assert not any(c.rejected for c in found)


def test_answers_are_found_clean_by_a_check_and_carry_numbers_of_their_own(clearinghouse, claim, batch):
    now = clearinghouse()
    for number in range(1, 4):
        now.send(batch(claim(f"CC{number}"), isa13=number))
    numbers = []
    for path in now.files():
        assert [f for f in edi.check(path) if f.severity == "error"] == []
        numbers.append(edi.read_envelopes(path)[0].control_number)
    assert len(set(numbers)) == len(numbers) == 9


def test_the_same_interchange_again_is_a_duplicate_and_goes_no_further(clearinghouse, claim, batch):
    now = clearinghouse()
    data = batch(claim())
    now.send(data)
    now.send(data)
    assert [(a.status, a.note) for a in now.ta1()] == [("A", "000"), ("R", "025")]
    assert len(now.syntax()) == len(now.claims()) == 1
    assert len(now.now.journal) == 2


def test_production_bytes_are_refused_by_a_test_partner(clearinghouse, claim, batch):
    now = clearinghouse()
    now.send(batch(claim(), usage="P"))
    assert [(a.status, a.note) for a in now.ta1()] == [("R", "020")]
    assert now.syntax() == []


def test_a_rejected_number_may_be_used_again(clearinghouse, claim, batch):
    now = clearinghouse()
    now.send(batch(claim(), usage="P"))
    now.send(batch(claim()))
    assert [a.status for a in now.ta1()] == ["R", "A"]


def test_a_file_cut_short_is_rejected_by_its_ta1(clearinghouse, claim, batch):
    now = clearinghouse()
    now.send(batch(claim())[:-40])
    assert now.ta1()[0].status == "R"
    assert now.claims() == []


def test_a_transaction_that_breaks_the_guide_is_rejected_by_its_999(clearinghouse, claim, batch):
    now = clearinghouse()
    now.send(batch(claim()).replace(b"\nHI*", b"\nXX*"))
    (syntax,) = now.syntax()
    assert (syntax.status, syntax.transactions[0].status) == ("R", "R")
    assert syntax.transactions[0].faults
    assert now.claims() == []


def test_claims_are_rejected_by_rule_and_a_lost_one_is_not_mentioned(clearinghouse, claim, batch):
    now = clearinghouse()
    now.send(
        batch(
            claim("CC1"),
            claim("CC2", "W510000001"),
            claim("CC3", "W520000001"),
            claim("CC4", "W530000001"),
        )
    )
    (answer,) = now.claims()
    found = {c.patient_control_number: c for provider in answer.providers for c in provider.claims}
    assert set(found) == {"CC1", "CC2", "CC3"}
    assert [(found[n].statuses[0].category, found[n].statuses[0].action) for n in ("CC1", "CC2", "CC3")] == [
        ("A2", "WQ"),
        ("A7", "U"),
        ("A3", "U"),
    ]
    assert (answer.accepted_count, answer.rejected_count) == (1, 2)


def test_a_claim_out_of_balance_is_rejected_and_its_neighbours_are_not(clearinghouse, claim, batch):
    now = clearinghouse()
    now.send(batch(claim("CC1"), claim("CC2", charge=99_900)))
    (answer,) = now.claims()
    found = {c.patient_control_number: c.rejected for p in answer.providers for c in p.claims}
    assert found == {"CC1": False, "CC2": True}


def test_a_scenario_may_reject_an_interchange_whatever_is_in_it(clearinghouse, claim, batch):
    now = clearinghouse('[[interchange]]\nnth = 1\nta1 = "R"\nnote = "018"\n')
    now.send(batch(claim(), isa13=1))
    now.send(batch(claim(), isa13=2))
    assert [(a.status, a.note) for a in now.ta1()] == [("R", "018"), ("A", "000")]


def test_a_scenario_may_have_the_999_refuse_a_clean_interchange(clearinghouse, claim, batch):
    now = clearinghouse('[[interchange]]\nnth = 1\nta1 = "A"\nsyntax = "R"\n')
    now.send(batch(claim(), isa13=1))
    now.send(batch(claim(), isa13=2))
    assert [a.status for a in now.ta1()] == ["A", "A"]
    assert [(a.status, [t.status for t in a.transactions]) for a in now.syntax()] == [
        ("R", ["R"]),
        ("A", ["A"]),
    ]
    assert [answer.batch_reference for answer in now.claims()] == ["2"]


def test_what_is_no_x12_is_received_and_journaled_and_nothing_is_said(clearinghouse):
    now = clearinghouse()
    now.send(b"hello")
    now.send(b"")
    assert [line.isa13 for line in now.now.journal] == ["", ""]
    assert now.files() == []


def test_the_nth_claim_only(clearinghouse, claim, batch):
    now = clearinghouse(
        '[[rule]]\nname = "two"\nmember_id = "W1*"\nnth = 2\nacknowledge = "reject"\nstatus = "A7:33"\n'
    )
    now.send(batch(*(claim(f"CC{n}") for n in range(4))))
    (answer,) = now.claims()
    assert [c.rejected for p in answer.providers for c in p.claims] == [False, True, False, False]


def _other():
    from edi.records import Address, Party

    return Party(
        last="SUMMIT ORTHOPEDICS",
        npi="1999000023",
        tax_id="001230202",
        address=Address(line1="1 HILL ROAD", city="SPRINGFIELD", state="IL", zip="627040411"),
    )
