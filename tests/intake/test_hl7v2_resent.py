"""HL7 v2 messages that take back, come again or mix: a charge is billed once, or it is a finding."""

import intake

DAY = "20261102"


def charge(at=1, transaction="T1", code="73030", modifiers="", amount="100", **more):
    """An FT1. `kind` CD takes back; `coded` stands in for FT1-25."""
    fields = [str(at), transaction, "", more.get("day", DAY), "", more.get("kind", "CG"), code, "", ""]
    fields += [more.get("units", "1"), amount, *[""] * 13, more.get("coded", f"{code}^^CPT"), modifiers]
    return "|".join(["FT1", *fields])


def credit(*args, **more):
    return charge(*args, kind="CD", **more)


def done(modifiers, at=1, code="20610"):
    """A PR1."""
    return f"PR1|{at}|CPT|{code}^^CPT||{DAY}|||||||||||{modifiers}"


def message(*segments, control="1", visit="V1", minute="10", patient="M1"):
    head = [
        rf"MSH|^~\&|EHR|LAKE|CC|CC|202611021{minute}000||DFT^P03|{control}|P|2.5",
        f"PID|1||{patient}^^^^MR||Sample^Sam||19800517|F|||2 Example Street^^Springfield^IL^62701",
        f"PV1|1|O|CLIN||||1999001013^Okafor^Ruth^^^^^^NPI||||||||||||{visit}",
    ]
    return "\r".join([*head, *segments, "DG1|1||J02.0^^I10"])


def read(*messages):
    return intake.read("x.hl7", ("\r".join(messages) + "\r").encode())


def lines(found):
    return [
        (line.procedure, *line.modifiers, None if line.charge is None else line.charge // 100)
        for encounter in found.encounters
        for line in encounter.lines
    ]


def doubts(found):
    return [doubt for encounter in found.encounters for doubt in encounter.doubts]


def reported(found):
    return [problem.code for problem in found.problems]


def twice(first, second, **more):
    """Two messages of one visit, an hour apart."""
    return read(message(first, **more), message(second, control="2", minute="11", **more))


RIGHT, LEFT = charge(1, "T1", modifiers="RT"), charge(2, "T2", modifiers="LT")


def test_a_transaction_that_is_taken_back_and_charged_anew_is_what_it_is_charged_as_last():
    first = message(charge(1, "A", "99213"))
    anew = message(credit(1, "A", "99213"), charge(2, "A", "99214", amount="160"), control="2", minute="11")
    for found in (read(first, anew), read(first, anew, anew)):
        assert lines(found) == [("99214", 160)]
        assert doubts(found) == []
    again = message(credit(1, "A", "99213"), charge(2, "A", "99213"), control="2", minute="11")
    assert lines(read(first, again)) == [("99213", 100)]


def test_a_credit_takes_the_charge_of_its_modifiers_whatever_stands_between():
    assert lines(read(message(RIGHT, LEFT, credit(3, "T3", modifiers="RT")))) == [("73030", "LT", 100)]
    assert lines(read(message(RIGHT, LEFT, credit(3, "T3", modifiers="LT")))) == [("73030", "RT", 100)]
    nameless = message(
        charge(1, "", modifiers="RT"), charge(2, "", modifiers="LT"), credit(3, "", modifiers="LT")
    )
    assert lines(read(nameless)) == [("73030", "RT", 100)]


def test_a_credit_that_comes_before_its_charge_is_reported():
    found = read(message(credit(1, "T3", modifiers="RT"), charge(2, "T1", modifiers="RT")))
    assert lines(found) == [("73030", "RT", 100)]
    assert doubts(found)


def test_two_visits_whose_transaction_is_their_set_id_are_both_billed():
    one, other = charge(1, "1", "99213"), charge(1, "1", "99213")
    found = read(message(one), message(other, control="2", visit="V2", patient="M2"))
    assert [e.id for e in found.encounters] == ["V1/1", "V2/1"]
    assert doubts(found) == []


def test_a_visit_code_that_comes_again_at_another_level_is_held_where_no_transaction_says_which():
    for transaction in ("1", ""):
        found = twice(charge(1, transaction, "99213"), charge(1, transaction, "99214", amount="160"))
        assert doubts(found), transaction


def test_charges_that_each_come_in_a_message_without_transactions_are_billed_and_reported():
    for transaction in ("1", ""):
        found = twice(charge(1, transaction, "99213"), charge(1, transaction, "87880", amount="30"))
        assert lines(found) == [("99213", 100), ("87880", 30)]
        assert (doubts(found), reported(found)) == ([], ["INT-13"])


def test_a_message_that_comes_again_without_transactions_is_billed_once_and_reported():
    for transaction in ("1", ""):
        found = twice(charge(1, transaction, "99213"), charge(1, transaction, "99213"))
        assert lines(found) == [("99213", 100)]
        assert reported(found) == ["INT-13"]
        assert doubts(twice(charge(1, transaction, "99213"), charge(1, transaction, "99213", amount="160")))


def test_a_control_id_that_comes_again_with_another_code_is_in_doubt_where_the_set_id_is_the_transaction():
    found = read(message(charge(1, "1", "99213")), message(charge(1, "1", "87880"), minute="11"))
    assert "another message of this visit has the same control id (MSH-10)" in doubts(found)


def test_a_transaction_of_two_messages_without_a_visit_number_is_in_doubt():
    found = twice(charge(1, "A", "99213"), charge(1, "A", "99214", amount="160"), visit="")
    assert doubts(found)
    other = message(charge(1, "A", "99213"), visit="", patient="M2", control="2")
    assert doubts(read(message(charge(1, "A", "99213"), visit=""), other)) == []


def test_a_procedure_done_on_each_side_is_two_services():
    found = read(message(charge(1, "T1", "99213"), done("RT"), done("LT", 2)))
    assert lines(found) == [("99213", 100), ("20610", "RT", None), ("20610", "LT", None)]
    assert lines(read(message(charge(1, "T1", "99213"), done("RT"), done("RT", 2)))) == [
        ("99213", 100),
        ("20610", "RT", None),
    ]


def test_a_procedure_with_other_modifiers_than_its_charge_is_in_doubt():
    found = read(message(charge(1, "T1", "20610", "LT"), done("RT")))
    assert lines(found) == [("20610", "LT", 100)]
    assert doubts(found) == ["a PR1 of 20610 has other modifiers than its FT1"]
    assert doubts(read(message(charge(1, "T1", "20610"), done("RT")))) == []


def test_a_modifier_in_a_later_component_of_a_procedure_is_reported():
    found = read(message(charge(1, "T1", "99213"), done("RT^59")))
    assert lines(found)[1] == ("20610", "RT", None)
    assert doubts(found)
