"""Official layouts with their oddities, and damaged copies of each, which are refused whole."""

import zipfile
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

import coding
from coding.codes import Codes, Validity, library, tabular_xml
from coding.codes.encoder_tables import encoder_tables
from coding.codes.loaders import RefusedFileError, load_file, loaders
from coding.codes.procedures import SurgeryMarks, Texts
from coding.codes.tabular_xml import Node

CODES = coding.codes.load()
#: The shipped validity with a tabular of two codes: loading on top of it takes no time.
SMALL = Codes(
    [
        *(t for t in CODES.tables if t.header.set == "icd10cm"),
        *encoder_tables(
            {"A00": (False, "Cholera"), "A000": (True, "Cholera due to Vibrio cholerae 01")},
            [Node("A00", "Cholera", ""), Node("A000", "Cholera due to Vibrio cholerae 01", "A00")],
            release="FY2026",
            source="a test",
        ).values(),
    ]
)
DAY = date(2027, 11, 9)


def hcpcs(code: str, kind: str, text: str, added: str = "", ended: str = "", sequence: str = "00100") -> str:
    """A line of CMS's 320 columns."""
    line = f"{code:<5}{sequence}{kind}{text:<80}{'short':<28}"
    return f"{line:<268}{added:<8}{added:<8}{ended:<8}N".ljust(320)


def order(number: int, code: str, flag: int, title: str) -> str:
    return f"{number:05} {code:<7} {flag} {title[:60]:<60} {title}"


FILES: dict[str, tuple[str, str]] = {
    "order": (
        "icd10cm_order_2028.txt",
        "\r\n".join(
            [
                order(1, "A00", 0, "Cholera"),
                order(2, "A000", 1, "Cholera due to Vibrio cholerae 01, biovar cholerae"),
                order(3, "E1199", 1, "Type 2 diabetes mellitus with a complication made up for this test"),
            ]
        )
        + "\r\n",
    ),
    "addenda": (
        "icd10cm_order_addenda_2027_April.txt",
        "Add:         00003 A00A    1 A made-up cholera\n"
        "Delete:      00002 A000    1 Cholera due to Vibrio cholerae 01\n"
        "Revise from: 00004 A001    1 Old words\n"
        "Revise to:   00004 A001    1 New words\n"
        "No change:   00005 A009    1 Cholera, unspecified\n",
    ),
    "tabular": (
        "icd10c-tabular-2028.xml",
        '<?xml version="1.0" encoding="utf-8"?>\n<ICD10CM.tabular><version>2028</version><chapter>'
        "<name>1</name>"
        '<desc>Infections (A00-B99)</desc>\n<section id="A00-A09"><desc>Intestinal (A00-A09)</desc><diag>'
        "<name>A00</name><desc>Cholera</desc><excludes1><note>typhoid (A01.-)</note></excludes1>\n<diag>"
        "<name>A00.0</name><desc>Cholera, classical</desc></diag></diag></section></chapter>"
        "</ICD10CM.tabular>\n",
    ),
    "index": (
        "icd10cm_index_2028.xml",
        '<?xml version="1.0" encoding="utf-8"?>\n<ICD10CM.index><version>2028</version>\n'
        "<title>ICD-10-CM INDEX TO DISEASES and INJURIES</title>\n<letter><title>C</title>\n"
        "<mainTerm><title>Cholera<nemod>(Asiatic) (epidemic)</nemod></title><code>A00</code>\n"
        '<term level="1"><title>due to</title><term level="2"><title>rice water</title><code>A00.0</code>\n'
        "</term></term></mainTerm>\n<mainTerm><title>Blue death</title><see>Cholera, due to, rice water</see>"
        "</mainTerm>\n<mainTerm><title>Elsewhere</title><see>condition</see></mainTerm></letter>\n"
        "</ICD10CM.index>\n",
    ),
    "hcpcs": (
        "HCPC2027_OCT_ANWEB.txt",
        "\n".join(
            [
                hcpcs("A0021", "3", "Ambulance service outside the state", "19850101"),
                hcpcs("A0021", "4", "of the provider, per mile", sequence="00200"),
                hcpcs("J1885", "3", "Injection of a sample drug", "20000101", "20270630"),
                hcpcs("   A1", "7", "Dressing for one wound", "19940101"),
            ]
        )
        + "\n",
    ),
    "ncci": (
        "ccipra-v333r0-f1.txt",
        "\t\t\t\t\t\t\nCPT only, all rights are the AMA\u00b4s\n\n\n"
        "Column 1\tColumn 2\t*\tEffective\tDeletion\tModifier\n\n"
        "0001A\t0591T\t \t20200701\t*\t0\tMisuse of column two code\n"
        "11042\t97597\t*\t20100101\t*\t1\tMore extensive procedure\n"
        "11043\t97597\t \t20150101\t20150101\t9\tDeleted at once\n",
    ),
    "mue": (
        "MCR_MUE_PractitionerServices_Eff_10-01-2027.csv",
        '"A notice of\nmany lines, all of them the AMA\'s",,,\n'
        '"HCPCS/CPT Code","Practitioner Services MUE Values","MUE Adjudication Indicator","MUE Rationale"\n'
        '"93000","3","3 Date of Service Edit: Clinical","Clinical: Data"\n'
        '"J1885","8","1 Line Edit","Prescribing Information"\n',
    ),
    "aoc": (
        "AOC_V2027Q1-MCR.txt",
        "AOC_EDIT_TYPE\tAOC\tDEL\tPRIMARY\tDEL\tEFF\tDEL\tNOTE\n"
        "1\t11045\t\t11042\t\t2013001\t\t\n"
        "1\t11045\t\t11041\t2014365\t2013001\t\t\n"
        "2\t99100\t\tCCCCC\t\t2013001\t\tcontractor\n",
    ),
    "fees": (
        "PPRRVU2027_JAN_nonQPP.csv",
        "2027 National Physician Fee Schedule,,,,,,,,,,,,,,\n"
        + "CPT codes and descriptions are the AMA's,,,,,,,,,,,,,,\n" * 4
        + ",,,,NOT USED,,,,,,,NON-,,,\n,,,,FOR,,,,,,,FACILITY,,,\n"
        + ",,,STATUS,MEDICARE,WORK,,,,,MP,FACILITY,FACILITY,PCTC,GLOB\n"
        + "\n"
        + "HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE,IND,PE,IND,RVU,TOTAL,TOTAL,IND,DAYS\n"
        + "27447,,A sample,A,,19.60,0.00,NA,0.00,,3.85,38.62,38.62,0,090\n"
        + "11042,,A sample,A,,1.01,2.6,,0.6,,0.14,3.75,1.75,0,0\n"
        + "93000,26,A sample,A,,0.17,0.06,,0.06,,0.01,0.24,0.24,1,XXX\n",
    ),
    "taxonomy": (
        "nucc_taxonomy_271.csv",
        '"Code","Grouping","Classification","Specialization","Definition"\n'
        '"207Q00000X","Group","Family Medicine","","A text\nof two lines"\n'
        '"208D00000X","Group","General Practice","",""\n',
    ),
    "carc": (
        "carc_2027.csv",
        "Code,Description,Start,Stop\n45,A sample wording,01/01/1995,\n"
        "B7,Another wording,01/01/1995,07/01/2027\n",
    ),
    "rarc": ("rarc_2027.txt", "code\tdescription\nM15\tA sample wording\nN130\tAnother wording\n"),
    "coverage": (
        "coverage_2027.csv",
        "policy,procedure,diagnosis,from,to,times,days\n"
        "L0001,93000,I48.0,2027-01-01,,1,365\nL0001,93000,R00,,,1,365\nN0002,82270,,,2028-12-31,,\n",
    ),
    "waived": (
        "waived_2027.csv",
        "waived_test,from,to,qw\n87880,1998-01-01,,yes\n81002,,,no\n86308,,2026-12-31,yes\n",
    ),
    "cpt": (
        "CPT_2027_long.txt",
        "Copyright of the AMA\nOne more line\n"
        + "".join(f"{n}\tSample text {n}\n" for n in range(99202, 99216)),
    ),
}
DAMAGE: dict[str, tuple[str, str, int]] = {
    "order": ("00003 E1199", "0000X E1199", 3),
    "addenda": ("Revise to:", "Revised", 4),
    "tabular": ("</diag></diag>", "</diag>", 4),
    "index": ("<code>A00.0</code>", "<code>A0O.0.1</code>", 6),
    "hcpcs": ("J1885001003", "J1885001009", 3),
    "ncci": ("20100101\t*\t1", "20101301\t*\t1", 8),
    "mue": ('"J1885","8"', '"J1885","many"', 5),
    "aoc": ("CCCCC\t\t2013001", "CCCCC\t\t2013999", 4),
    "fees": (",38.62,0,090", ",38.62,0,999", 11),
    "taxonomy": ("208D00000X", "208D0000", 4),
    "carc": ("B7,Another", "N130,Another", 3),
    "rarc": ("N130\tAnother wording", "N130\t", 3),
    "coverage": ("R00,,,1,365", "R00,,,1,", 3),
    "waived": ("81002,,,no", "81002,,,maybe", 3),
    "cpt": ("99214\t", "99213\t", 15),
}


def written(folder: Path, which: str, damaged: bool = False) -> Path:
    name, text = FILES[which]
    if damaged:
        before, after, _ = DAMAGE[which]
        assert before in text
        text = text.replace(before, after, 1)
    encoding = "utf-8" if which in ("tabular", "carc", "rarc") else "latin-1"
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def loaded(tmp_path: Path, *which: str) -> Codes:
    home = tmp_path / "codes"
    for one in which:
        library.apply(library.prepare([written(tmp_path, one)], SMALL), home)
    return coding.codes.load(home)


@pytest.mark.parametrize("which", FILES)
def test_each_layout_is_recognised_by_one_loader_only(tmp_path: Path, which: str) -> None:
    path = written(tmp_path, which)
    found = [loader.LAYOUT for loader in loaders() if loader.recognises(path.name, path.read_bytes()[:65536])]
    assert len(found) == 1


@pytest.mark.parametrize("which", FILES)
def test_a_damaged_copy_is_refused_with_its_line_and_nothing_changes(tmp_path: Path, which: str) -> None:
    path = written(tmp_path, which, damaged=True)
    with pytest.raises(RefusedFileError) as refused:
        library.prepare([path], SMALL)
    assert refused.value.line == DAMAGE[which][2]
    assert refused.value.file == path.name
    assert not (tmp_path / "codes").exists()


@pytest.mark.parametrize(
    ("which", "before", "after", "reason"),
    [
        ("coverage", "I48.0", "0148", "no diagnosis"),
        ("coverage", "2027-01-01", "01/01/2027", "no day"),
        ("coverage", ",1,365\nL0001", ",0,365\nL0001", "no number"),
        ("coverage", "N0002,82270", "N0002,8227", "five characters"),
        ("coverage", "R00,,,", "I48.0,2027-01-01,,", "comes twice"),
        ("coverage", "R00,,,", "R00,2027-02-01,2027-01-01,", "before its first"),
        ("coverage", "to,times", "to,often", "the columns are"),
        ("coverage", "R00,,,1,365", "R00,,,1", "6 columns"),
        ("waived", "86308,,2026-12-31", "86308,2027-01-01,2026-12-31", "before its first"),
        ("waived", "86308,,2026-12-31,yes", "87880,1998-01-01,,yes", "comes twice"),
        ("waived", "to,qw", "to,QWs", "the columns are"),
    ],
)
def test_a_users_table_is_refused_with_its_reason(
    tmp_path: Path, which: str, before: str, after: str, reason: str
) -> None:
    path = written(tmp_path, which)
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))
    with pytest.raises(RefusedFileError, match=reason):
        load_file(path, CODES)


def test_policies_and_waived_tests_have_their_days(tmp_path: Path) -> None:
    codes = loaded(tmp_path, "coverage", "waived")
    table = codes.table("coverage_policies", DAY)
    assert table is not None
    assert [row[2].strip() for row in table.rows("93000")] == [b"R00", b"I480"]
    assert [codes.waived(test, DAY) for test in ("87880", "81002", "86308", "85025")] == [
        True,
        False,
        None,
        None,
    ]
    assert codes.waived("86308", date(2026, 12, 31)) is True


def test_a_text_is_stored_once_and_one_too_long_is_cut_between_two_characters() -> None:
    texts = Texts()
    long = "é" * 40_000
    assert [texts.place(text) for text in ("knee", long, "knee")] == [(0, 4), (4, 65_534), (0, 4)]
    assert bytes(texts.data).decode() == f"knee{long[:32_767]}"


def test_the_fee_schedules_surgery_indicators_are_kept_and_a_file_without_them_says_none(
    tmp_path: Path,
) -> None:
    assert loaded(tmp_path, "fees").surgery_marks("27447", DAY) == SurgeryMarks()
    name, text = FILES["fees"]
    rows = text.split("\n")
    more = {8: ",PRE,INTRA,POST,MULT,BILAT,ASST,CO-,TEAM", 10: ",OP,OP,OP,PROC,SURG,SURG,SURG,SURG"}
    rows[7] += more[8]
    rows[9] += more[10]
    rows[10] += ",.1,.7,.2,2,1,2,1,0"
    path = tmp_path / "more" / name
    path.parent.mkdir()
    path.write_text("\n".join(rows))
    codes = Codes(load_file(path, CODES)[1])
    assert codes.surgery_marks("27447", DAY) == SurgeryMarks("1", "2", "1", "0")
    assert codes.surgery_marks("11042", DAY) == SurgeryMarks()
    assert codes.surgery_marks("27447", date(2025, 1, 1)) is None
    path.write_text("\n".join(rows).replace(",2,1,2,1,0", ",2,7,2,1,0"))
    with pytest.raises(RefusedFileError, match="bilateral"):
        load_file(path, CODES)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"hello\n", b"%PDF-1.7\n", b"\x00\x01\x02"])
def test_what_is_no_official_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "icd10cm_order_2028.txt"
    path.write_bytes(content)
    with pytest.raises(RefusedFileError):
        load_file(path, CODES)


def test_a_good_file_beside_a_damaged_one_is_not_taken_either(tmp_path: Path) -> None:
    good, bad = written(tmp_path, "cpt"), written(tmp_path, "mue", damaged=True)
    with pytest.raises(RefusedFileError):
        library.prepare([good, bad], CODES)


def test_an_order_file_answers_for_its_fiscal_year_and_can_be_searched(tmp_path: Path) -> None:
    codes = loaded(tmp_path, "order")
    assert codes.diagnosis("E1199").valid_on(DAY) is Validity.VALID
    assert codes.diagnosis("A00").valid_on(DAY) is Validity.NOT_BILLABLE
    assert codes.diagnosis("J020").valid_on(DAY) is Validity.INVALID
    assert codes.diagnosis("J020").valid_on(date(2026, 11, 9)) is Validity.VALID
    assert codes.diagnosis("E1199").valid_on(date(2028, 10, 1)) is Validity.UNCHECKED
    assert codes.encoder is not None
    assert codes.encoder.search("diabetes complication made up")[0].code == "E1199"


@pytest.mark.slow
def test_addenda_change_the_release_before(tmp_path: Path) -> None:
    codes = loaded(tmp_path, "addenda")
    april = date(2027, 4, 1)
    assert codes.diagnosis("A00A").valid_on(april) is Validity.VALID
    assert codes.diagnosis("A000").valid_on(april) is Validity.INVALID
    assert codes.diagnosis("A000").valid_on(date(2027, 3, 31)) is Validity.VALID
    assert codes.diagnosis("E1122").valid_on(april) is Validity.VALID


def test_a_tabular_replaces_titles_and_notes(tmp_path: Path) -> None:
    codes = loaded(tmp_path, "tabular")
    assert codes.encoder is not None
    shown = codes.encoder.show("A00.0", date(2026, 11, 9))
    assert shown is not None
    assert shown.title == "Cholera, classical"
    assert codes.excluded_pairs(("A000", "A0100")) == ((0, 1, "A00"),)


@pytest.mark.slow
def test_the_alphabetic_index_leads_to_codes_by_terms_and_by_see(tmp_path: Path) -> None:
    codes = loaded(tmp_path, "index")
    assert codes.encoder is not None
    assert [codes.encoder.search(words, 1)[0].code for words in ("blue death", "rice water cholera")] == [
        "A000",
        "A000",
    ]
    assert codes.indexed == {
        "icd10cm_index": [
            ("A00", "Cholera(Asiatic) (epidemic)"),
            ("A000", "Cholera(Asiatic) (epidemic) due to rice water"),
            ("A000", "Blue death"),
        ]
    }
    again = library.prepare([written(tmp_path, "tabular")], codes)
    made = next(t for t in again.tables if t.header.set == "icd10cm_search")
    encoder = Codes([*codes.tables, made]).encoder
    assert encoder is not None
    assert encoder.search("blue death", 1)[0].code == "A000"


@pytest.mark.parametrize(
    ("before", "after", "line", "reason"),
    [
        ("</letter>\n", "", 9, "not well-formed"),
        ("<version>2028</version>", "", 1, "no version"),
        ("<ICD10CM.index>", "<!DOCTYPE x><ICD10CM.index>", 1, "DOCTYPE"),
        ("A00", "B99", 1, "most of its codes"),
        ("code>", "cod>", 1, "leads to a code"),
        ('encoding="utf-8"', 'encoding="nobody-knows"', 1, "encoding|well-formed"),
    ],
)
def test_a_damaged_index_is_refused_with_its_line(
    tmp_path: Path, before: str, after: str, line: int, reason: str
) -> None:
    path = written(tmp_path, "index")
    path.write_text(path.read_text().replace(before, after))
    with pytest.raises(RefusedFileError, match=reason) as refused:
        load_file(path, SMALL)
    assert refused.value.line == line


def test_a_table_of_drugs_is_no_index(tmp_path: Path) -> None:
    path = written(tmp_path, "index")
    path.write_text(path.read_text().replace("<letter>", "<indexHeading/><letter>", 1))
    with pytest.raises(RefusedFileError, match="not one of the official layouts"):
        load_file(path, SMALL)


def test_hcpcs_codes_have_their_days_and_joined_titles(tmp_path: Path) -> None:
    codes = loaded(tmp_path, "hcpcs")
    assert codes.procedure("A0021", date(2027, 11, 9)) is Validity.VALID
    assert codes.procedure_title("A0021", date(2027, 11, 9)).endswith(
        "outside the state of the provider, per mile"
    )
    assert codes.procedure("J1885", date(2027, 6, 30)) is Validity.VALID
    assert codes.procedure("J1885", date(2027, 7, 1)) is Validity.INVALID
    assert codes.procedure("A0021", date(2026, 11, 9)) is Validity.UNCHECKED
    assert codes.knows_modifier("A1", date(2027, 11, 9)) is True
    assert codes.knows_modifier("ZZ", date(2027, 11, 9)) is False
    assert codes.knows_modifier("59", date(2027, 11, 9)) is True


def test_pairs_have_days_and_indicators(tmp_path: Path) -> None:
    codes = loaded(tmp_path, "ncci")
    name = "ncci_practitioner"
    assert codes.pair(name, "0001A", "0591T", DAY) == 0
    assert codes.pair(name, "0001A", "0591T", date(2020, 6, 30)) is None
    assert codes.pair(name, "11042", "97597", DAY) == 1
    assert codes.pair(name, "97597", "11042", DAY) is None
    assert codes.pair(name, "11043", "97597", DAY) is None
    assert codes.pair(name, "11043", "97597", date(2015, 1, 1)) == 9
    assert codes.table(name, date(2028, 1, 1)) is None


def test_the_parts_of_one_ncci_release_are_joined(tmp_path: Path) -> None:
    home = tmp_path / "codes"
    library.apply(library.prepare([written(tmp_path, "ncci")], CODES), home)
    second = tmp_path / "ccipra-v333r0-f2.txt"
    second.write_text("a\nb\nc\nd\ne\nf\n29881\t29877\t \t20100101\t*\t0\tMisuse\n", encoding="latin-1")
    library.apply(library.prepare([second], coding.codes.load(home)), home)
    codes = coding.codes.load(home)
    assert codes.pair("ncci_practitioner", "29881", "29877", DAY) == 0
    assert codes.pair("ncci_practitioner", "11042", "97597", DAY) == 1
    assert len(list(home.glob("ncci_practitioner*"))) == 1


def test_limits_answer_for_their_quarter(tmp_path: Path) -> None:
    codes = loaded(tmp_path, "mue")
    assert codes.unlikely("mue_practitioner", "93000", DAY) == (3, 3)
    assert codes.unlikely("mue_practitioner", "J1885", DAY) == (8, 1)
    assert codes.unlikely("mue_practitioner", "99213", DAY) is None
    assert codes.unlikely("mue_practitioner", "93000", date(2028, 1, 1)) is None
    assert codes.unlikely("mue_practitioner", "93000", date(2027, 9, 30)) is None


def test_add_on_codes_have_their_parents_of_the_day(tmp_path: Path) -> None:
    codes = loaded(tmp_path, "aoc")
    assert codes.parents("11045", DAY) == {"11042": 1}
    assert codes.parents("11045", date(2014, 12, 31)) == {"11041": 1, "11042": 1}
    assert codes.parents("99100", DAY) == {"CCCCC": 2}
    assert codes.parents("99213", DAY) == {}
    assert codes.parents("11045", date(2028, 1, 1)) is None


def test_global_days_survive_a_spreadsheet(tmp_path: Path) -> None:
    codes = loaded(tmp_path, "fees")
    assert codes.global_days("27447", DAY) == "090"
    assert codes.global_days("11042", DAY) == "000"
    assert codes.global_days("99999", DAY) == ""
    assert codes.global_days("27447", date(2028, 1, 1)) is None


def test_taxonomy_wording_and_cpt(tmp_path: Path) -> None:
    codes = loaded(tmp_path, "taxonomy", "carc", "rarc", "cpt")
    assert codes.taxonomy("207Q00000X", DAY) is Validity.VALID
    assert codes.taxonomy("999Q00000X", DAY) is Validity.INVALID
    assert codes.adjustment_text("carc", "45", DAY) == "A sample wording"
    assert codes.adjustment_text("rarc", "N130", DAY) == "Another wording"
    assert codes.procedure("99213", DAY) is Validity.VALID
    assert codes.procedure("99299", DAY) is Validity.INVALID
    assert codes.procedure("99213", date(2026, 11, 9)) is Validity.UNCHECKED


def workbook(path: Path, rows: list[list[str]]) -> Path:
    """A minimal .xlsx as Excel writes it: shared strings, absent cells left out."""
    words = sorted({cell for row in rows for cell in row if cell})
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(
            f'<c r="{chr(65 + n)}{number}" t="s"><v>{words.index(cell)}</v></c>'
            for n, cell in enumerate(row)
            if cell
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    return packed(path, f"<worksheet {space}><sheetData>{''.join(lines)}</sheetData></worksheet>", words)


def packed(path: Path, sheet: str | bytes, words: list[str]) -> Path:
    """A workbook of one sheet and the words that its cells name."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    with zipfile.ZipFile(path, "w") as book:
        said = "".join(f"<si><t>{escape(word)}</t></si>" for word in words)
        book.writestr("xl/sharedStrings.xml", f"<sst {space}>{said}</sst>")
        book.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def test_hcpcs_and_add_on_codes_come_as_spreadsheets_too(tmp_path: Path) -> None:
    hcpcs_sheet = workbook(
        tmp_path / "HCPC2027_OCT_ANWEB.xlsx",
        [
            ["HCPC", "SEQNUM", "RECID", "LONG DESCRIPTION", "SHORT DESCRIPTION", "ADD DT", "TERM DT"],
            ["A0021", "00100", "3", "Ambulance & mileage", "short", "19850101", ""],
            ["A1", "00100", "7", "Dressing", "", "19940101", "20270101"],
        ],
    )
    add_on_sheet = workbook(
        tmp_path / "AOC_V2027Q1-MCR.xlsx",
        [
            ["AOC_Edit_Type", "Add_On", "Del", "Primary", "Del", "Eff", "Del", "Notes"],
            ["1", "11045", "", "11042", "", "2013001", "", ""],
        ],
    )
    home = tmp_path / "codes"
    library.apply(library.prepare([hcpcs_sheet, add_on_sheet], SMALL), home)
    codes = coding.codes.load(home)
    assert codes.procedure("A0021", DAY) is Validity.VALID
    assert codes.knows_modifier("A1", DAY) is False
    assert codes.parents("11045", DAY) == {"11042": 1}


def test_a_broken_spreadsheet_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "HCPC2027_OCT_ANWEB.xlsx", [["HCPC", "LONG DESCRIPTION"], ["A0021", "x"]])
    with pytest.raises(RefusedFileError, match="ADD DT"):
        library.prepare([path], SMALL)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(RefusedFileError, match="xlsx"):
        library.prepare([path], SMALL)


@pytest.mark.parametrize(
    "sheet",
    [
        '<worksheet><row><c r="1"/></row></worksheet>',
        '<worksheet><row><c r="ZZZ1"/></row></worksheet>',
        '<?xml version="1.0" encoding="nobody-knows"?><worksheet/>',
        '<worksheet><row r="one"/></worksheet>',
    ],
)
def test_a_sheet_with_impossible_cells_is_refused_and_takes_no_memory(tmp_path: Path, sheet: str) -> None:
    space = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    path = packed(tmp_path / "HCPC2027_OCT_ANWEB.xlsx", sheet.replace("<worksheet", space, 1), [])
    with pytest.raises(RefusedFileError):
        library.prepare([path], SMALL)


@pytest.mark.parametrize("encoding", ["nobody-knows", "shift_jis"])
def test_a_tabular_in_an_encoding_that_cannot_be_read_is_refused(tmp_path: Path, encoding: str) -> None:
    name, text = FILES["tabular"]
    path = tmp_path / name
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'
    path.write_bytes((declared + text[text.index("<ICD10CM") :]).encode())
    with pytest.raises(RefusedFileError, match="encoding"):
        library.prepare([path], SMALL)


@pytest.mark.parametrize("code", ["A00     Cholera", "A00.0é", "", "a00", "A00.00000"])
def test_a_tabular_with_a_code_that_is_none_is_refused(tmp_path: Path, code: str) -> None:
    name, text = FILES["tabular"]
    path = tmp_path / name
    assert "<name>A00.0</name>" in text
    path.write_bytes(text.replace("<name>A00.0</name>", f"<name>{code}</name>").encode())
    with pytest.raises(RefusedFileError, match="named like none"):
        library.prepare([path], SMALL)


def test_every_code_that_is_shipped_is_named_like_one() -> None:
    assert CODES.tabular is not None
    keys = [key for key, _ in CODES.tabular.table.all()]
    assert [key for key in keys if not tabular_xml.is_key(key)] == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (",0.24,0.24,1,XXX", ",0.24"),
        ("0.24,0.24,1", "NaN,0.24,1"),
        ("0.24,0.24,1", "Infinity,0.24,1"),
        ("0.24,0.24,1", "1e30,0.24,1"),
        ("93000,26", "93000,\u00e9\u00e9"),
    ],
)
def test_a_fee_row_that_is_cut_or_has_impossible_values_is_refused(
    tmp_path: Path, before: str, after: str
) -> None:
    name, text = FILES["fees"]
    assert text.count(before) == 1
    path = tmp_path / name
    path.write_bytes(text.replace(before, after).encode("latin-1"))
    with pytest.raises(RefusedFileError) as refused:
        library.prepare([path], SMALL)
    assert refused.value.line == 13
