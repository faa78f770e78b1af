"""The review sheet goes out as a workbook and comes back as a workbook or CSV."""

import io
import zipfile
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
import xlsxwriter

from tasks.coding_audits import sheet, sheet_reading
from tasks.coding_audits.review import Said
from tasks.coding_audits.sheet import SheetLine
from tasks.errors import StepError

DAY = date(2026, 11, 18)
LINE = SheetLine(
    place=1, claim="C1", number=2, service_on="2026-11-02", provider="Okafor, Ruth (1999001013)",
    payer="harbor", procedure="99213", modifiers="25", units="1", diagnoses="I10", charge_cents=135_00,
    documented=("Note: =HYPERLINK(\"http://example.com\")", "+1+1", "@SUM(A1)"),
)  # fmt: skip
WRONG = replace(LINE, place=2, answers=("disagree", "99212", "NONE", "I10 E78.5", "-2 elements\nonly"))


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return {name: book.read(name).decode("utf-8") for name in book.namelist() if name.endswith(".xml")}


def test_what_was_filled_in_comes_back_and_an_empty_row_says_nothing():
    [answer] = sheet_reading.read(sheet.workbook_of(7, "Lakeside", DAY, [LINE, WRONG]))
    assert (answer.row, answer.audit, answer.place, answer.claim, answer.line, answer.procedure) == (
        6, "7", "2", "C1", "2", "99213",
    )  # fmt: skip
    assert answer.said == Said(
        verdict="disagree", procedure="99212", modifiers="NONE", diagnoses="I10 E78.5",
        reason="-2 elements\nonly",
    )  # fmt: skip


def test_no_text_of_a_document_is_a_formula_or_a_link_even_when_its_cell_is_edited():
    data = sheet.workbook_of(7, "=1+1", DAY, [LINE])
    whole = parts(data)
    assert not any("<f>" in text or "hyperlink" in text for name, text in whole.items() if "sheet" in name)
    assert 'quotePrefix="1"' in whole["xl/styles.xml"]
    assert "=HYPERLINK" in whole["xl/sharedStrings.xml"]
    assert sheet.workbook_of(7, "=1+1", DAY, [LINE]) == data


def test_the_same_rows_saved_as_csv_or_by_another_program_are_read():
    names = (*sheet.DRAWN, *sheet.ANSWERS)
    row = {"Audit": 7, "Place": 2, "Claim": "C1", "Line": 2, "Code": 99213, "Verdict": "Agree"}
    text = "Coding audit 7\r\n\r\n" + ",".join(names) + "\r\n"
    text += ",".join(str(row.get(name, "")) for name in names) + "\r\n"
    [answer] = sheet_reading.read(text.encode("utf-8-sig"))
    assert (answer.place, answer.procedure, answer.said.verdict) == ("2", "99213", "Agree")
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        book.add_worksheet("Notes").write(0, 0, "not this one")
        other = book.add_worksheet("Review")
        for n, name in enumerate(names):
            other.write(0, n, name)
            if name in row:
                other.write(1, n, row[name])
        other.write_rich_string(
            1, names.index("Reason"), "a ", book.add_format({"bold": True}), "bold", " word"
        )
    [again] = sheet_reading.read(made.getvalue())
    assert replace(again, row=0, said=replace(again.said, reason="")) == replace(answer, row=0)
    assert again.said.reason == "a bold word"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04 not a workbook", "CAU-04"),
        (sheet.workbook_of(7, "", DAY, [WRONG])[:-700], "CAU-04"),
        (b"", "CAU-04"),
        (b"Place,Verdict\n1,agree", "CAU-04"),
        (b'Place,"Verdict\n', "CAU-04"),
        (b"Place,Verdict\n1,agree\n", "CAU-05"),
        (b"a,b\n1,2\n", "CAU-05"),
        (b"\x00\x01\n", "CAU-04"),
    ],
)
def test_what_is_no_whole_review_sheet_is_refused(data, code):
    with pytest.raises(StepError) as refused:
        sheet_reading.read(data)
    assert refused.value.code == code


def test_a_workbook_that_unpacks_to_too_much_or_reaches_for_files_is_refused():
    good = sheet.workbook_of(7, "", DAY, [WRONG])
    evil = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(evil, "w") as made:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/sharedStrings.xml":
                text = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst><si><t>&a;</t></si></sst>'
            made.writestr(name, text)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", b"0" * (sheet_reading.LARGEST + 1))
    for data in (evil.getvalue(), bomb.getvalue()):
        with pytest.raises(StepError) as refused:
            sheet_reading.read(data)
        assert refused.value.code == "CAU-04"


def test_on_paper_each_line_stands_with_its_documentation_and_a_long_one_is_cut():
    long = replace(LINE, place=3, documented=("Note: " + "word " * 2000,))
    pages = pypdfium2.PdfDocument(sheet.pdf_of(7, "Lakeside", DAY, [LINE, WRONG, long]))
    text = " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())
    assert "Coding audit 7: review sheet" in text
    assert "HYPERLINK" in text
    assert "yes / no" in text
    assert "the workbook has all of it" in text


def with_sheet(lines, change):
    """A review sheet with the text of its worksheet changed."""
    made = io.BytesIO()
    filled = io.BytesIO(sheet.workbook_of(7, "Lakeside", DAY, lines))
    with zipfile.ZipFile(filled) as book, zipfile.ZipFile(made, "w") as changed:
        for name in book.namelist():
            text = book.read(name).decode()
            changed.writestr(name, change(text) if "worksheets/sheet" in name else text)
    return made.getvalue()


@pytest.mark.parametrize("number", ["x", "9" * 5000])
def test_a_row_whose_number_is_none_is_read_where_it_stands(number):
    data = with_sheet([LINE, WRONG], lambda text: text.replace('<row r="6"', f'<row r="{number}"'))
    assert data != sheet.workbook_of(7, "Lakeside", DAY, [LINE, WRONG])
    [answer] = sheet_reading.read(data)
    assert (answer.place, answer.said.procedure) == ("2", "99212")


def test_a_shared_text_with_a_number_that_no_workbook_has_is_empty():
    def beyond(text):
        before, mark, rest = text.rpartition(' t="s"><v>')
        return before + mark + "9" * 5000 + rest[rest.index("<") :]

    [answer] = sheet_reading.read(with_sheet([WRONG], beyond))
    assert (answer.said.procedure, answer.said.reason) == ("99212", "")
