"""CMS's files of risk adjustment in their layouts, and each way in which they come damaged."""

from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from coding.codes import Codes, library
from coding.codes import load as load_codes
from coding.codes.condition_categories import categories, counts_face_to_face, model_for
from coding.codes.loaders import RefusedFileError, load_file
from tests.coding.codes.hand_made import HandMade, recognised_by

MAPPING_NAME = "2027 Initial ICD-10-CM Mappings.csv"
HEADING = (
    '"Diagnosis\nCode",Description,"CMS-HCC\nESRD\nModel\nCategory\nV24","CMS-HCC\nModel\nCategory\nV24",'
    '"CMS-HCC\nModel\nCategory\nV28","RxHCC\nModel\nCategory\nV08",'
    '"CMS-HCC\nModel\nCategory\nV24 for 2027\nPayment Year",'
    '"CMS-HCC\nModel\nCategory\nV28 for 2027\nPayment Year"\n'
)
MAPPING = (
    '"ICD-10-CM Codes, ESRD, CMS-HCC and RxHCC Models",,,,,,,\nIncludes codes of two years,,,,,,,\n,,,,,,,\n'
    + HEADING
    + "A0103,Made up,115,115,,,Yes,No\n"
    + "B377,Made up,2,2,2,5,Yes,Yes\n"
    + "B377,Made up,6,6,6,,Yes,Yes\n"
    + "E1122,Made up,18,18,37,30,Yes,Yes\n"
    + "E119,Made up,19,19,38,31,No,Yes\n"
    + ",,,,,,,\n"
    + '"1. A note below the table, in the words of its publisher.",,,,,,,\n'
)
FORMAT = "B377\t2\t\nB377\t6\tD\nE1122\t37\t\nE119\t38\n"
HIERARCHY = (
    " %MACRO V28115H1;\n %****\n 1  MACRO NAME: V28115H1\n ****;\n %* set to 0 HCCs;\n"
    " %MACRO SET0( CC=, HIER= );\n IF HCC&CC=1 THEN DO;\n %DO %UNTIL(%SCAN(&HIER,&K)=);\n %END;\n END;\n"
    " %MEND SET0;\n %*to copy CC into HCC;\n  DO K=1 TO &N_CC;\n     HCC(K)=C(K);\n  END;\n\n"
    " %*imposing hierarchies;\n"
    " /*Diabetes 1 */   %SET0(CC=35    , HIER=%STR(36, 37,\n 38 ));\n"
    " /*Diabetes 2 */   %SET0(CC=36    , HIER=%STR(37, 38 ));\n"
    " /*Diabetes 3 */   %SET0(CC=37    , HIER=%STR(38 ));\n\n %MEND V28115H1;\n"
)
LABELS = (
    " %MACRO V28115L3;\n %***\n 1  MACRO NAME:  V28115L3\n ***;\n LABEL\n"
    ' HCC2 ="A made-up name; of two parts "\n HCC37 ="Another/one "\n CC2 ="A made-up name; of two parts "\n'
    " ;\n %MEND V28115L3;\n"
)
PROCEDURES = (
    "A notice of the publisher,,\nCPT/HCPCS Code,Short Description,Risk adjustment eligible\n"
    "99213,not kept,yes\n36415,not kept,no\nG0438,not kept,yes\n,,\nA note below the table,,\n"
)
FILES = {
    "mapping": (MAPPING_NAME, MAPPING),
    "format": ("F2827T1N_FY25FY26.TXT", FORMAT),
    "hierarchy": ("V28115H1.TXT", HIERARCHY),
    "labels": ("V28115L3.TXT", LABELS),
    "procedures": ("2026 CPT HCPCS list.csv", PROCEDURES),
}
DAMAGE = [
    ("mapping", "E1122,Made up", "11E22,Made up", 30, "no diagnosis"),
    ("mapping", "A0103,Made up", "01A03,Made up", 27, "no diagnosis"),
    ("mapping", "E1122,Made up,18,18,37,30,Yes,Yes", "E1122,Made up,18,18", None, "cut short"),
    ("mapping", "2,2,2,5,Yes,Yes\n", "2,2,2,5,Yes,Yes\n1. A note,,,,,,,\n", 29, "goes on below"),
    ("mapping", "37,30,Yes,Yes", "3O,30,Yes,Yes", None, "no condition category"),
    ("mapping", "37,30,Yes,Yes", "37,30,Yes,Yep", None, "neither Yes nor No"),
    ("mapping", "E119,Made up,19,19,38,31,No,Yes", "E1122,Made up,18,18,37,30,Yes,Yes", None, "comes twice"),
    ("mapping", '"CMS-HCC\nModel\nCategory\nV24",', '"CMS-HCC\nModel\nCategory\nV99",', None, ""),
    ("mapping", '"Diagnosis\nCode"', '"Diagnosis\nCodes"', 1, "no line names the columns"),
    ("mapping", '"Diagnosis\nCode"', '"Diagnosis\nCode', None, "not a CSV row"),
    ("mapping", "E119,Made", "E119,\0Made", None, "NUL"),
    ("format", "E1122\t37\t", "E1122 37", 3, "a tab"),
    ("format", "E119\t38", "E1122\t37", 4, "comes twice"),
    ("format", "6\tD", "6\t", 2, "a D goes with"),
    ("format", "E119\t38", "E119\t38\tD", 4, "a D goes with"),
    ("hierarchy", "%MEND V28115H1;", "", 21, "does not end"),
    ("hierarchy", "HIER=%STR(37, 38 ))", "HIER=%STR(37, 38 )", 20, "not a hierarchy"),
    ("hierarchy", "HIER=%STR(37, 38 ))", "HIER=%STR(37, , 38 ))", 20, "not a list"),
    ("hierarchy", "CC=36 ", "CC=35 ", 20, "comes twice"),
    ("hierarchy", "HIER=%STR(38 ))", "HIER=%STR(36, 38 ))", 21, "above each other"),
    ("hierarchy", "HIER=%STR(38 ))", "HIER=%STR(37 ))", 21, "not a list of others"),
    ("hierarchy", "V28115H1", "V77115H1", 1, "none of V28"),
    ("labels", 'HCC37 ="Another/one "', 'HCC37 ="Another', 7, "not a name"),
    ("labels", "HCC37", "HCC2", 7, "comes twice"),
    ("labels", '"Another/one "', '" "', 7, "has no name"),
    ("labels", " %MEND V28115L3;", "", 9, "does not end"),
    ("procedures", "G0438,not kept,yes", "G0438,not kept", 5, "neither yes nor no"),
    ("procedures", "G0438", "99213", 5, "comes twice"),
    ("procedures", "36415", "3641", 4, "no CPT or HCPCS"),
    ("procedures", "not kept,yes", "not kept,no", 7, "no code of the file counts"),
]


made = HandMade(FILES)
written, loaded = made.written, made.loaded


@pytest.mark.parametrize("which", FILES)
def test_each_layout_is_recognised_by_one_loader_only(tmp_path: Path, which: str) -> None:
    assert recognised_by(written(tmp_path, which)) == 1


@pytest.mark.parametrize(("which", "before", "after", "line", "reason"), DAMAGE)
def test_a_damaged_file_is_refused_with_its_line(
    tmp_path: Path, which: str, before: str, after: str, line: int | None, reason: str
) -> None:
    path = written(tmp_path, which, before, after)
    if not reason:  # a model that is not known is left out
        assert [table.header.set for table in load_file(path, Codes())[1]] == ["hcc_v28"]
        return
    with pytest.raises(RefusedFileError, match=reason) as refused:
        load_file(path, Codes())
    assert refused.value.line == line or (line is None and refused.value.line > 3)


@pytest.mark.parametrize(
    ("which", "name"),
    [("mapping", "ICD-10-CM Mappings.csv"), ("format", "F28.TXT"), ("format", "F9927T1N.TXT"),
     ("procedures", "CPT HCPCS list.csv")],
)  # fmt: skip
def test_a_file_without_its_year_or_model_in_the_name_is_refused(
    tmp_path: Path, which: str, name: str
) -> None:
    path = written(tmp_path, which).rename(tmp_path / name)
    with pytest.raises(RefusedFileError, match="the name has no"):
        load_file(path, Codes())


def test_the_mapping_of_a_payment_year_answers_for_the_services_of_the_year_before(tmp_path: Path) -> None:
    codes = loaded(tmp_path, "mapping", "hierarchy", "labels", "procedures")
    assert categories(codes, "V28", 2027) is None
    found = categories(codes, "V28", 2026)
    assert found is not None
    assert found.release == "PY2027 1 initial"
    # A0103 is in no category of V28, and E119 in none of V24 that counts.
    assert found.of == {"B377": (2, 6), "E1122": (37,), "E119": (38,)}
    older = categories(codes, "V24", 2026)
    assert older is not None
    assert older.of == {"A0103": (115,), "B377": (2, 6), "E1122": (18,)}
    assert (older.ranked, older.labelled) == (False, False)
    assert (found.label(2), found.label(6)) == ("A made-up name; of two parts", "")
    assert found.outranked([35, 37, 38]) == {37: 35, 38: 35}
    assert found.outranked([37, 38, 2]) == {38: 37}
    assert model_for(codes, 2026) == "V28"
    assert counts_face_to_face(codes, "99213", date(2026, 3, 1)) is True
    assert counts_face_to_face(codes, "36415", date(2026, 3, 1)) is False
    assert counts_face_to_face(codes, "99213", date(2025, 3, 1)) is None


def test_a_later_list_of_the_same_payment_year_answers_whichever_was_loaded_last(tmp_path: Path) -> None:
    home = tmp_path / "codes"
    for name, category in (("2027 Midyear-Final ICD-10-CM Mappings.csv", "36"), (MAPPING_NAME, "37")):
        path = tmp_path / name
        path.write_text(MAPPING.replace("18,18,37", f"18,18,{category}"))
        library.apply(library.prepare([path], load_codes(home)), home)
    found = categories(load_codes(home), "V28", 2026)
    assert found is not None
    assert found.of["E1122"] == (36,)


def test_the_workbook_says_what_the_csv_says(tmp_path: Path) -> None:
    path = tmp_path / "2027 Initial ICD-10-CM Mappings.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["A title"])
        sheet.write_row(1, 0, ["Diagnosis\nCode", "Description", "CMS-HCC\nModel\nCategory\nV28"])
        sheet.write_row(2, 0, ["E1122", "Made up", 37])
        sheet.write_row(3, 0, ["Z6841", "Made up", 48])
    [table] = load_file(path, Codes())[1]
    assert list(table.all()) == [("E1122", (37,)), ("Z6841", (48,))]


def test_the_column_of_the_year_answers_where_a_list_has_several(tmp_path: Path) -> None:
    path = tmp_path / "2026 CPT HCPCS.txt"
    path.write_text(
        "HCPCS Code\tText\tCY2025 eligible\tCY2026 eligible\n99213\tx\tyes\tno\nG0438\tx\tno\tyes\n"
    )
    [table] = load_file(path, Codes())[1]
    assert [key for key, _ in table.all()] == ["G0438"]
    path = path.rename(tmp_path / "2024 CPT HCPCS.txt")
    with pytest.raises(RefusedFileError, match="no column of 2024"):
        load_file(path, Codes())
