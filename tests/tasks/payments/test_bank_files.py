"""A bank's file is read whole, or refused by its line: CSV and BAI2."""

from datetime import date

import pytest

from tasks.errors import StepError
from tasks.payments.bank_files import read

CSV = """\
account,date,amount,kind,trace,originator,payer,reference
xxxx4321,2026-11-17,"1,250.00",eft,T101,1999999999,harbor,B1
xxxx4321,11/18/2026,35.10,check,55012,,,
xxxx4321,11/18/2026,35.10,check,55012,,,
xxxx4321,2026-11-19,-1250.00,,T101,1999999999,,B9
"""
BAI2 = """\
01,021000018,CLEAN,261118,0600,1,,,2/
02,CLEAN,021000018,1,261117,0600,USD,2/
03,00004321,USD,010,500000,,,100,128510,2,V,261117,0900/
16,165,125000,Z,B1,,HARBOR HEALTH HCCLAIMPMT
88,TRN*1*T101*1999999999~
16,175,3510,S,0,3510,0,,55012,COUNTER DEPOSIT
16,475,99900,,B3,,CHECK PAID
16,555,3510,,B4,55012,RETURNED ITEM
49,860430,7/
98,860430,1,9/
99,860430,1,11/
"""


def refused(text, code, words=""):
    with pytest.raises(StepError, match=code) as found:
        read(text.encode() if isinstance(text, str) else text)
    assert words in str(found.value)
    return str(found.value)


def test_a_csv_gives_each_line_with_its_account_day_amount_and_trace():
    first, second, third, back = read(CSV.encode()).lines
    assert (first.account, first.on, first.cents, first.kind) == (
        "xxxx4321",
        date(2026, 11, 17),
        125_000,
        "eft",
    )
    assert (first.trace, first.originator, first.payer) == ("T101", "1999999999", "harbor")
    assert (second.cents, second.kind, second.turn, third.turn) == (3510, "check", 1, 2)
    assert second.key != third.key, "two lines that say the same are two"
    assert (back.cents, back.kind) == (-125_000, "returned")


def test_the_same_line_has_the_same_key_in_another_file_whatever_stands_around_it():
    rows = CSV.splitlines()
    other = "".join(f"{row}\n" for row in (rows[0], rows[4], rows[2], rows[1]))
    assert {line.key for line in read(other.encode()).lines} <= {
        line.key for line in read(CSV.encode()).lines
    }


def test_a_bai2_gives_credits_and_what_was_taken_back_and_counts_the_other_debits():
    found = read(BAI2.encode())
    eft, check, back = found.lines
    assert (eft.account, eft.on, eft.cents, eft.kind) == ("00004321", date(2026, 11, 17), 125_000, "eft")
    assert (eft.trace, eft.originator, eft.reference) == ("T101", "1999999999", "B1")
    assert (check.cents, check.kind, check.trace) == (3510, "check", "55012")
    assert (back.cents, back.kind, back.row) == (-3510, "returned", 8)
    assert found.left_out == 1


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ("amount", "amounts", "no column amount"),
        (",reference", ",colour", "no such column 'colour'"),
        ("35.10", "much", "line 3: amount"),
        ("35.10", "35.105", "line 3: amount"),
        ("35.10", "0.00", "line 3: amount"),
        ("11/18/2026", "18.11.2026", "line 3: date"),
        ("check", "pigeon", "line 3: kind"),
        ("xxxx4321,11/18", ",11/18", "line 3: no account"),
        ("55012,,,", "55012,,,,", "line 3: it has not the 8 fields"),
        ("B1\n", 'B1\n"xxxx', "CSV"),
    ],
)
def test_a_csv_that_is_not_right_is_refused_by_its_line(was, becomes, words):
    assert was in CSV
    refused(CSV.replace(was, becomes, 1), "DEP-0", words)


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ("99,860430,1,11/\n", "", "cut"),
        ("16,165,125000", "16,165,125001", "line 9: control total"),
        ("03,00004321,USD,010,500000", "03,00004321,USD,010,500001", "line 9: control total"),
        ("49,860430,7/", "49,860430,8/", "line 9: it counts 8 records"),
        ("98,860430,1,9/", "98,860430,2,9/", "line 10: it counts 2 parts"),
        ("99,860430,1,11/", "99,860431,1,11/", "line 11: control total"),
        ("021000018,1,261117", "021000018,4,261117", "line 2: a group of status 4"),
        ("261117,0600,USD", "261340,0600,USD", "line 2: the group has no date"),
        ("16,175,3510", "16,175,lots", "line 6: an amount"),
        ("16,175", "17,175", "line 6: no record 17"),
    ],
)
def test_a_bai2_that_is_not_right_is_refused_by_its_line(was, becomes, words):
    assert was in BAI2
    refused(BAI2.replace(was, becomes, 1), "DEP-0", words)


def test_what_is_no_text_is_refused():
    refused(b"\xff\xfe\x00", "DEP-01")
    refused("", "DEP-01", "empty")
    refused(CSV.rstrip(), "DEP-01", "cut")


@pytest.mark.parametrize("text", [CSV, BAI2], ids=["csv", "bai2"])
def test_the_same_file_says_the_same_however_a_system_saves_text(text):
    said = read(text.encode()).lines
    for saved in (
        text.replace("\n", "\r\n").encode(),
        text.encode("utf-16"),
        text.encode("utf-8-sig"),
        text.encode() + b"\x1a",
    ):
        assert read(saved).lines == said


def test_a_letter_outside_ascii_does_not_refuse_a_file_and_a_control_character_does():
    text = BAI2.replace("CHECK PAID", "CAF\u00c9 PAID")
    assert read(text.encode("latin-1")).lines == read(BAI2.encode()).lines
    refused(CSV.replace("55012", "55\x00012"), "DEP-01", "not text")
    refused(CSV.encode("utf-16-le"), "DEP-01", "not text")


@pytest.mark.parametrize(
    ("amount", "cents"),
    [
        ("$1,234,567.80", 123_456_780),
        ("-$5.00", -500),
        ("$-5", -500),
        ("(5.00)", -500),
        ("($1,234.50)", -123_450),
        ("$(5)", -500),
        ("(-5.00)", None),
        ("(5.00", None),
        (".5", 50),
        ("12,50", None),
        ("1250,00", None),
        ("1,2500.00", None),
        ("--5.00", None),
        ("5$.00", None),
        ("-", None),
        ("99999999999999999999", None),
    ],
)
def test_an_amount_is_dollars_and_a_comma_stands_between_thousands_alone(amount, cents):
    text = f'account,date,amount\nx4321,2026-11-17,"{amount}"\n'
    if cents is None:
        refused(text, "DEP-02", "line 2: amount")
    else:
        assert [line.cents for line in read(text.encode()).lines] == [cents]


@pytest.mark.parametrize("mark", [";", "\t"])
def test_fields_that_semicolons_or_tabs_part_are_read_as_those_that_commas_part(mark):
    text = CSV.replace(",", mark).replace(f'"1{mark}250.00"', '"1,250.00"')
    assert read(text.encode()).lines == read(CSV.encode()).lines


def test_a_column_that_stands_there_twice_is_named():
    refused("account,date,amount,amount\n4321,2026-11-17,1.00,2.00\n", "DEP-02", "line 1: the column amount")


@pytest.mark.parametrize("code", ["552", "554", "558"])
def test_a_credit_that_the_bank_reverses_is_taken_back(code):
    [line] = read(bai2(f"16,{code},9000,,B7,,EFT REVERSED TRN*1*P9*1123456789/", total=9000)).lines
    assert (line.cents, line.kind, line.trace) == (-90_00, "returned", "P9")


def test_an_empty_row_of_a_spreadsheet_is_no_line():
    assert read((CSV + ",,,,,,,\n").encode()).lines == read(CSV.encode()).lines


def bai2(*rows, total, currency="USD"):
    head = "01,021000018,CLEAN,261118,0600,1,,,2/\n02,CLEAN,021000018,1,261117,0600,,2/\n"
    body = "".join(f"{row}\n" for row in rows)
    tail = f"49,{total},/\n98,{total},,/\n99,{total},,/\n"
    return f"{head}03,00004321,{currency},,,,/\n{body}{tail}".encode()


def test_a_bai2_may_leave_amounts_and_counts_blank_and_go_on_within_a_funds_type():
    found = read(
        bai2(
            "16,890,,,,,A NOTE OF THE BANK",
            "16,115,1000,S,500,400/",
            "88,100/",
            "88,AX1,B2,LOCKBOX",
            "16,165,500,V,,,B3,,TRN*1*T7*1999999999",
            "16,165,300,D,2,0,100,1,200,B4,,TRN*1*T8*19999",
            "88,99999",
            total=1800,
        )
    )
    assert [(one.cents, one.kind, one.reference, one.trace) for one in found.lines] == [
        (1000, "lockbox", "AX1", ""),
        (500, "eft", "B3", "T7"),
        (300, "eft", "B4", "T8"),
    ]
    assert found.left_out == 0


def test_a_check_that_came_back_has_the_trace_of_its_deposit():
    check, back = read(bai2("16,175,500,,B1,55012,X", "16,555,500,,B2,55012,X", total=1000)).lines
    assert (check.trace, back.trace, back.cents) == ("55012", "55012", -500)


def test_an_account_in_another_currency_is_refused():
    refused(bai2("16,165,500,,B1,,X", total=500, currency="CAD"), "DEP-02", "line 3: an account in CAD")


@pytest.mark.parametrize("text", [CSV, BAI2], ids=["csv", "bai2"])
def test_a_file_that_is_cut_anywhere_never_gives_what_the_whole_does_not_say(text):
    whole = {line.key for line in read(text.encode()).lines}
    for end in range(len(text)):
        try:
            found = read(text[:end].encode())
        except StepError:
            continue
        assert {line.key for line in found.lines} <= whole, f"cut at {end}"
