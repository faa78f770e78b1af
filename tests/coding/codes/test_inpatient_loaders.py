"""ICD-10-PCS and MS-DRG in CMS's layouts, each way they come damaged, and what is asked of them."""

from datetime import date
from pathlib import Path

import pytest

from coding.codes import Codes, Validity, library
from coding.codes import load as load_codes
from coding.codes.loaders import RefusedFileError, load_file
from coding.codes.look_up import look_up
from coding.codes.procedure_facts import facts_of
from coding.codes.table import DamagedTableError
from coding.codes.title_index import search_titles
from tests.coding.codes.hand_made import HandMade, recognised_by

DAY = date(2027, 2, 1)


def order(number: int, code: str, flag: int, title: str) -> str:
    return f"{number:05} {code:<7} {flag} {title[:60]:<60} {title}\n"


def axis(pos: int, *labels: tuple[str, str], values: int | None = None) -> str:
    made = "".join(f'<label code="{code}">{words}</label>' for code, words in labels)
    return f'<axis pos="{pos}" values="{values or len(labels)}"><title>An axis</title>{made}</axis>\n'


ORDER = (
    order(1, "0DT", 0, "Gastrointestinal System, Resection")
    + order(2, "0DTJ0ZZ", 1, "Resection of Appendix, Open Approach")
    + order(3, "0DTJ4ZZ", 1, "Resection of Appendix, Percutaneous Endoscopic Approach, in words of a test")
    + order(4, "0DTC0ZZ", 1, "Resection of Ileocecal Valve, Open Approach")
    + order(5, "B20", 0, "Heart, Plain Radiography")
    + order(6, "B2000ZZ", 1, "Plain Radiography of Single Coronary Artery using High Osmolar Contrast")
)
TABLES = (
    '<?xml version="1.0" encoding="utf-8"?>\n<ICD10PCS.tabular><version>2027</version>\n<pcsTable>\n'
    + axis(1, ("0", "Medical and Surgical"))
    + axis(2, ("D", "Gastrointestinal System"))
    + axis(3, ("T", "Resection"))
    + '<pcsRow codes="4">\n'
    + axis(4, ("J", "Appendix"), ("C", "Ileocecal Valve"))
    + axis(5, ("0", "Open"), ("4", "Percutaneous Endoscopic"))
    + axis(6, ("Z", "No Device"))
    + axis(7, ("Z", "No Qualifier"))
    + "</pcsRow>\n</pcsTable>\n</ICD10PCS.tabular>\n"
)
DRGS = (
    '"TABLE 5.--LIST OF MS-DRGS,\nFY 2027 Final Rule"\t\t\t\t\t\n'
    "MS-DRG \tFY 2027 Final Post-Acute DRG\tMDC\tTYPE\t"
    "MS-DRG Title\tWeights\n001\tNo\tPRE\tSURG\tHEART TRANSPLANT OF A TEST\t28.1\n"
    "470\tYes\t08\tSURG\tKNEE REPLACEMENT OF A TEST\t1.9\n\nA note below the table\t\t\t\t\t\n"
)
FILES = {
    "order": ("icd10pcs_order_2027.txt", ORDER),
    "tables": ("icd10pcs_tables_2027.xml", TABLES),
    "drgs": ("CMS-1808-F Table 5.txt", DRGS),
}
DAMAGE = [
    ("order", "00003 0DTJ4ZZ", "00003 0DTJ4OZ", 3, "in their columns"),
    ("order", "00003 0DTJ4ZZ", "00003 0DTJ4Z ", 3, "in their columns"),
    ("order", "00003 0DTJ4ZZ", "00002 0DTJ4ZZ", 3, "order 00002 comes after"),
    ("order", "00003 0DTJ4ZZ", "00003 0DTJ0ZZ", 3, "comes twice"),
    ("order", "0DT     0", "0DT     1", 1, "in their columns"),
    ("order", "Osmolar Contrast\n", "", 6, "breaks off"),
    ("order", "Open Approach\n00003", "Open Approach 00003", 2, "two lines in one"),
    ("tables", "</pcsTable>", "", 14, "not well-formed"),
    ("tables", 'codes="4"', 'codes="5"', 3, "says 5 codes and makes 4"),
    ("tables", 'pos="5" values="2"', 'pos="5" values="3"', 3, "says 3 values, has 2"),
    ("tables", 'pos="5"', 'pos="6"', 3, "not the axes"),
    ("tables", 'code="4"', 'code=""', 3, "without a code"),
    ("tables", 'code="4"', 'code="0"', 3, "comes twice"),
    ("tables", 'code="4"', 'code="O"', 3, "is no code"),
    ("tables", "<version>2027", "<version>27", 1, "no version"),
    ("drgs", "470\t", "47O\t", 5, "no DRG"),
    ("drgs", "470\t", "001\t", 5, "comes twice"),
    ("drgs", "SURG\tKNEE REPLACEMENT OF A TEST\t1.9", "SURG", 5, "has no title"),
    ("drgs", "FY 2027", "the year", 1, "fiscal year"),
    ("drgs", "\nMS-DRG ", "\nMS-DRGs ", 1, "not one of the official layouts"),
]


made = HandMade(FILES, "latin-1")
written, loaded = made.written, made.loaded


@pytest.mark.parametrize("which", FILES)
def test_each_layout_is_recognised_by_one_loader_only(tmp_path: Path, which: str) -> None:
    assert recognised_by(written(tmp_path, which)) == 1


@pytest.mark.parametrize(("which", "before", "after", "line", "reason"), DAMAGE)
def test_a_damaged_file_is_refused_with_its_line(
    tmp_path: Path, which: str, before: str, after: str, line: int, reason: str
) -> None:
    with pytest.raises(RefusedFileError, match=reason) as refused:
        load_file(written(tmp_path, which, before, after), Codes())
    assert refused.value.line == line


def test_a_file_of_a_year_before_the_set_or_of_none_is_refused(tmp_path: Path) -> None:
    for name, reason in (
        ("icd10pcs_order.txt", "the name has no year"),
        ("icd10pcs_order_2015.txt", "in use since fiscal year 2016"),
    ):
        path = written(tmp_path, "order").rename(tmp_path / name)
        with pytest.raises(RefusedFileError, match=reason):
            load_file(path, Codes())


def test_the_codes_hold_in_their_fiscal_year_and_those_of_april_from_then_on(tmp_path: Path) -> None:
    codes = loaded(tmp_path, "order")
    assert codes.inpatient_procedure("0DTJ0ZZ", date(2026, 10, 1)) is Validity.VALID
    assert codes.inpatient_procedure("0DTJ0ZZ", date(2026, 9, 30)) is Validity.UNCHECKED
    assert codes.inpatient_procedure("0DTJ8ZZ", DAY) is Validity.INVALID
    april = tmp_path / "icd10pcs_order_2027_April.txt"
    april.write_text(ORDER.replace("0DTC0ZZ", "0DTC8ZZ"))
    library.apply(library.prepare([april], codes), tmp_path / "codes")
    codes = load_codes(tmp_path / "codes")
    assert codes.inpatient_procedure("0DTC8ZZ", DAY) is Validity.INVALID
    assert codes.inpatient_procedure("0DTC8ZZ", date(2027, 4, 1)) is Validity.VALID
    assert codes.inpatient_procedure("0DTC0ZZ", date(2027, 4, 1)) is Validity.INVALID


def test_the_tables_make_the_codes_that_their_rows_allow(tmp_path: Path) -> None:
    codes = loaded(tmp_path, "tables")
    table = codes.table("icd10pcs", DAY)
    assert table is not None
    assert [key for key, _ in table.all()] == ["0DTC0ZZ", "0DTC4ZZ", "0DTJ0ZZ", "0DTJ4ZZ"]
    said = "Resection of Appendix, Open (Gastrointestinal System, Medical and Surgical)"
    assert codes.procedure_title("0DTJ0ZZ", DAY) == said


def test_they_are_found_by_words_and_number_beside_the_others(tmp_path: Path) -> None:
    codes = loaded(tmp_path, "order")
    found = look_up(codes, "resection appendix open", DAY)
    assert next((hit.code, hit.set) for hit in found.procedures) == ("0DTJ0ZZ", "icd10pcs")
    assert found.searched["icd10pcs"] == "FY2027"
    assert facts_of(codes, "0DTJ0ZZ", DAY).validity == "valid"
    assert [hit.code for hit in look_up(codes, "0dtc0zz", DAY).procedures] == ["0DTC0ZZ"]
    assert [hit.code for hit in look_up(codes, "coronary arteries", DAY).procedures] == ["B2000ZZ"]
    table = codes.table("icd10pcs", DAY)
    assert table is not None
    assert search_titles(table, ["nephrectomy"], 10) == []
    with pytest.raises(DamagedTableError, match="load it again"):
        search_titles(table.with_header(extra=None), ["appendix"], 10)
    before = look_up(codes, "0DTC0ZZ", date(2026, 1, 1))
    assert before.unsearched == ("0DTC0ZZ",)
    assert "codes load icd10pcs_order_2026.txt" in before.missing["icd10pcs"]


def test_a_drg_holds_in_its_fiscal_year(tmp_path: Path) -> None:
    codes = loaded(tmp_path, "drgs")
    assert codes.drg("470", DAY) is Validity.VALID
    assert codes.drg("471", DAY) is Validity.INVALID
    assert codes.drg("470", date(2027, 10, 1)) is Validity.UNCHECKED
    assert codes.procedure_title("001", DAY) == "HEART TRANSPLANT OF A TEST"
    shown = facts_of(codes, "471", DAY)
    assert (shown.set, shown.validity, shown.title) == ("msdrg", "invalid", "")
