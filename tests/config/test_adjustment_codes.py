"""The table of group codes, CARC and RARC is whole, and `edi` knows the same numbers."""

from datetime import date

import pytest

from config import adjustment_codes
from edi.declare.code_sets import alone

LATEST = date(2026, 7, 1)
"""The newest list of numbers that the table follows."""


def codes(type: str) -> dict[str, adjustment_codes.AdjustmentCode]:
    return {
        number: code for (t, number), code in adjustment_codes.load().items() if t == type and number != "*"
    }


def test_every_number_that_x12_gave_out_is_there_with_its_dates():
    reasons = codes("CARC")
    assert len(reasons) == 407
    assert sum(code.until is None for code in reasons.values()) == 297
    assert set(map(str, range(1, 309))) <= set(reasons)
    assert len(codes("RARC")) == 1137
    assert set(codes("GROUP")) == {"CO", "CR", "OA", "PI", "PR"}
    for code in (*reasons.values(), *codes("RARC").values()):
        assert code.since is not None
        assert date(1995, 1, 1) <= code.since <= LATEST
        assert code.until is None or code.since < code.until


def test_every_code_has_a_category_an_owner_and_an_action():
    for code in adjustment_codes.load().values():
        assert code.meaning
        assert code.category
        assert code.owner_queue
        assert code.recommended_action
        assert (code.treatment in adjustment_codes.TREATMENTS) == (code.type == "CARC")


def test_a_retired_number_is_work():
    retired = [code for code in codes("CARC").values() if code.until is not None]
    assert {code.treatment for code in retired} == {"open"}


def test_co_45_is_written_off_and_co_197_is_work():
    assert adjustment_codes.find("CARC", "45").outcome_class == "CONTRACTUAL"
    assert adjustment_codes.find("CARC", "197").outcome_class == "DENIAL"


@pytest.mark.parametrize(
    ("carc", "treatment"),
    [
        ("1", "patient"),
        ("23", "other_payer"),
        ("24", "open"),
        ("100", "paid_to_patient"),
        ("104", "withhold"),
        ("133", "pending"),
        ("144", "incentive"),
        ("209", "next_payer"),
        ("237", "incentive"),
        ("253", "contractual"),
        ("P4", "open"),
        ("P12", "contractual"),
        ("P23", "contractual"),
        ("999", "open"),
    ],
)
def test_codes_that_are_no_plain_denial_have_their_treatment_by_name(carc, treatment):
    assert adjustment_codes.find("CARC", carc).treatment == treatment


def test_an_unlisted_carc_is_looked_at_and_an_unlisted_rarc_is_nothing():
    assert adjustment_codes.find("CARC", "999").fix_path == "RESEARCH"
    assert adjustment_codes.find("RARC", "N999") is None


def test_a_notice_gives_no_reason_and_a_remark_about_a_field_does():
    assert not adjustment_codes.find("RARC", "N1").says_why
    assert not adjustment_codes.find("RARC", "MA01").says_why
    assert adjustment_codes.find("RARC", "MA15").says_why
    assert adjustment_codes.find("RARC", "N257").says_why


def test_edi_knows_every_number_of_the_table():
    assert [c for c in codes("CARC") if not alone("carc", c)] == []
    assert [c for c in codes("RARC") if not alone("rarc", c)] == []


def test_the_table_has_every_reason_that_edi_knows_but_those_left_for_the_next_lists():
    known = [f"{series}{n}" for series in ("", "A", "B", "D", "P", "W", "Y") for n in range(400)]
    beyond = [c for c in known if alone("carc", c) and c not in codes("CARC")]
    assert beyond == [*map(str, range(309, 321)), *(f"P{n}" for n in range(33, 41))]


def test_a_damaged_table_is_refused_with_its_line():
    header = "\t".join(adjustment_codes.COLUMNS)
    row = "\t".join(["CARC", "1", *["x"] * 11, "open", "1995-01-01", ""])
    with pytest.raises(ValueError, match="line 1"):
        adjustment_codes.parse("")
    with pytest.raises(ValueError, match="line 2: 2 columns"):
        adjustment_codes.parse(f"{header}\na\tb")
    with pytest.raises(ValueError, match="line 3: CARC 1 is there twice"):
        adjustment_codes.parse(f"{header}\n{row}\n{row}")
    with pytest.raises(ValueError, match="line 2: 'away' is not one of"):
        adjustment_codes.parse(f"{header}\n{row.replace('open', 'away')}")


@pytest.mark.parametrize(
    ("kind", "code", "says", "not_"),
    [
        ("CARC", "101", "Bill the service once it was given", "276"),  # an estimate: no answer is to come
        ("CARC", "105", "taxes", "settles"),  # it went to the tax office and does not come back
        ("CARC", "146", "diagnosis", "Code the service"),
        ("CARC", "164", "the document was sent", "the claim was sent"),
        ("CARC", "192", "paper remittance", "send it again"),
        ("CARC", "213", "compliance", "enrollment"),  # a self-referral is no matter of numbers
        ("CARC", "224", "Bill nobody", "bill the patient"),  # whose identity was stolen
        ("CARC", "228", "the earlier payer the information", "is responsible"),
        ("CARC", "A0", "refund", "proof of payment"),
        ("CARC", "P2", "health plan", "who is liable"),  # it was said: not this carrier
        ("CARC", "P3", "set-aside", "who is liable"),
        ("CARC", "P15", "treatment guideline", "who is liable"),
        ("CARC", "P5", "fee schedule", "who is liable"),
        (
            "RARC",
            "N771",
            "limiting charge",
            "dispute",
        ),  # in force since 2016: the No Surprises Act is of 2022
    ],
)
def test_what_to_do_is_about_the_number_and_not_about_its_category_alone(kind, code, says, not_):
    action = adjustment_codes.find(kind, code).recommended_action
    assert says in action
    assert not_ not in action
