"""Releases as they really come: marks, ends of line, a .zip, out of order, twice, cut or mislabelled."""

import zipfile
from datetime import date
from pathlib import Path

import pytest

import coding
from coding.codes import Codes, Validity, library
from coding.codes.loaders import RefusedFileError
from coding.codes.loaders.lines import OFFICIAL
from coding.codes.status import status
from tests.coding.codes.test_loaders import FILES, SMALL, hcpcs, order, workbook, written

DAY = date(2027, 11, 9)
TEXTS = [which for which in FILES if which not in ("tabular", "index")]


def put(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def refused(path: Path) -> RefusedFileError:
    with pytest.raises(RefusedFileError) as caught:
        library.prepare([path], SMALL)
    return caught.value


def load_into(home: Path, *paths: Path) -> Codes:
    for path in paths:
        codes = coding.codes.load(home) if home.is_dir() else SMALL
        library.apply(library.prepare([path], codes), home)
    return coding.codes.load(home)


@pytest.mark.slow
@pytest.mark.parametrize("which", FILES)
def test_a_byte_order_mark_and_either_end_of_line_change_nothing(tmp_path: Path, which: str) -> None:
    plain = written(tmp_path, which)
    data = plain.read_bytes().replace(b"\r\n", b"\n")
    expected = [t.content for t in library.prepare([put(plain, data)], SMALL).tables]
    for made in (b"\xef\xbb\xbf" + data, data.replace(b"\n", b"\r\n")):
        assert [t.content for t in library.prepare([put(plain, made)], SMALL).tables] == expected


@pytest.mark.slow
@pytest.mark.parametrize("which", TEXTS)
def test_the_end_mark_of_dos_is_no_row(tmp_path: Path, which: str) -> None:
    path = written(tmp_path, which)
    library.prepare([put(path, path.read_bytes() + b"\x1a")], SMALL)


@pytest.mark.parametrize("which", TEXTS)
def test_bytes_of_another_file_in_the_middle_are_refused(tmp_path: Path, which: str) -> None:
    path = written(tmp_path, which)
    data = path.read_bytes()
    middle = len(data) * 3 // 4
    error = refused(put(path, data[:middle] + b"\x01\x02\x03" + data[middle:]))
    assert error.line > 1


def test_tabs_behind_the_last_column_may_come_and_go(tmp_path: Path) -> None:
    path = written(tmp_path, "ncci")
    lines = path.read_text("latin-1").split("\n")
    path.write_text("\n".join(line + "\t" * (n % 3) for n, line in enumerate(lines)), "latin-1")
    assert len(library.prepare([path], SMALL).tables[0]) == 3
    aoc = tmp_path / "AOC_V2027Q2-MCR.txt"
    aoc.write_text("1\t11045\t\t11042\t\t2013001\n1\t11046\t\t11043\t\t2013001\t\t\t\n")
    assert len(library.prepare([aoc], SMALL).tables[0]) == 2


@pytest.mark.parametrize(
    ("which", "name"),
    [
        ("hcpcs", "HCPC2019_OCT_ANWEB.txt"),
        ("ncci", "ccipra-v250r0-f1.txt"),
        ("aoc", "AOC_V2012Q1-MCR.txt"),
        ("fees", "PPRRVU2025_JAN_nonQPP.csv"),
        ("order", "icd10cm_order_2011.txt"),
    ],
)
def test_a_file_under_another_years_name_is_refused(tmp_path: Path, which: str, name: str) -> None:
    later = {"hcpcs": ("19850101", "20260101")}
    text = FILES[which][1].replace(*later.get(which, ("", "")))
    error = refused(put(tmp_path / name, text.encode("latin-1")))
    assert "name" in error.reason or "fiscal year" in error.reason


def test_two_rows_in_one_line_are_refused(tmp_path: Path) -> None:
    for which in ("addenda", "hcpcs", "ncci", "mue", "taxonomy", "carc", "rarc", "cpt"):
        path = written(tmp_path, which)
        lines = path.read_bytes().rstrip(b"\n").split(b"\n")
        joined = b"\n".join([*lines[:-2], lines[-2] + lines[-1]]) + b"\n"
        assert refused(put(path, joined)).line >= len(lines) - 1, which
    two = order(1, "A00", 0, "Cholera") + order(2, "A000", 1, "Cholera due to Vibrio") + "\n"
    assert refused(put(tmp_path / "icd10cm_order_2028.txt", two.encode())).reason == "two lines in one"


def test_an_official_order_file_that_lost_its_tail_or_a_line_is_refused(tmp_path: Path) -> None:
    codes = [f"{letter}{n:02}" for letter in "ABCDEFGHIJKLMZ" for n in range(100)]
    lines = [order(n, code, 1, f"Title of {code}") for n, code in enumerate(codes, start=1)]
    path = tmp_path / "icd10cm_order_2028.txt"
    whole = "\r\n".join(lines) + "\r\n"
    assert len(library.prepare([put(path, whole.encode())], SMALL).tables[0]) == len(codes)
    cut = "\r\n".join(lines[: OFFICIAL + 100]) + "\r\n"
    assert "Z99" in refused(put(path, cut.encode())).reason
    assert refused(put(path, whole[:-9].encode())).reason == "the file breaks off in its last line"
    missing = "\r\n".join([*lines[:500], *lines[501:]]) + "\r\n"
    assert refused(put(path, missing.encode())).line == 501


def test_a_line_of_hcpcs_cut_before_its_last_day_is_refused(tmp_path: Path) -> None:
    lines = [
        hcpcs("A0021", "3", "Ambulance", "19850101"),
        hcpcs("J1885", "3", "Drug", "20000101", "20270630"),
    ]
    for cut in (284, 310):
        text = lines[0] + "\n" + lines[1][:cut]
        assert refused(put(tmp_path / "HCPC2027_OCT_ANWEB.txt", text.encode())).line == 2


def test_the_april_fee_schedule_answers_after_januarys(tmp_path: Path) -> None:
    text = FILES["fees"][1]
    january = put(tmp_path / "PPRRVU2027_JAN_nonQPP.csv", text.encode())
    april = put(tmp_path / "PPRRVU2027_APR_nonQPP.csv", text.replace("38.62,0,090", "38.62,0,010").encode())
    for first, second in ((january, april), (april, january)):
        codes = load_into(tmp_path / first.stem, first, second)
        assert codes.global_days("27447", DAY) == "010"
        (shown,) = [s for s in status(codes, DAY) if s.set == "pprrvu"]
        assert (shown.release, shown.earlier) == ("2027-04", ("2027-01",))


@pytest.mark.slow
def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    home = tmp_path / "codes"
    for which in FILES:
        path = written(tmp_path, which)
        load_into(home, path)
        there = sorted(home.iterdir())
        again = library.prepare([path], coding.codes.load(home))
        if which in ("order", "addenda"):
            continue  # what they make depends on what is loaded beside them
        assert [c.loaded_already for c in again.changes] == [True] * len(again.changes), which
        assert library.apply(again, home) == []
        assert sorted(home.iterdir()) == there


def test_a_part_of_a_joined_release_loaded_again_is_not_doubled(tmp_path: Path) -> None:
    first = written(tmp_path, "ncci")
    second = tmp_path / "ccipra-v333r0-f2.txt"
    second.write_text("a\nb\nc\nd\ne\nf\n29881\t29877\t \t20100101\t*\t0\tMisuse\n", "latin-1")
    codes = load_into(tmp_path / "codes", first, second)
    again = library.prepare([first], codes)
    assert again.tables == ()
    assert len(codes.table("ncci_practitioner", DAY) or ()) == 4


def test_a_corrected_file_of_one_release_answers_whatever_it_is_called(tmp_path: Path) -> None:
    lines = [order(1, "A00", 0, "Cholera"), order(2, "A000", 1, "Cholera due to Vibrio cholerae 01")]
    for n in range(6):  # names of files are hashes: their order must not decide
        code = f"A00{n + 1}"
        corrected = put(
            tmp_path / "icd10cm_order_2028.txt",
            ("\n".join([*lines, order(3, code, 1, f"Corrected {n}")]) + "\n").encode(),
        )
        codes = load_into(tmp_path / "codes", corrected)
        assert codes.diagnosis(code).valid_on(DAY) is Validity.VALID
        assert codes.diagnosis(f"A00{n}").valid_on(DAY) is (Validity.INVALID if n else Validity.VALID)


def test_an_older_release_loaded_later_answers_for_its_own_days_only(tmp_path: Path) -> None:
    text = FILES["mue"][1].encode("latin-1")
    newer = put(tmp_path / "MCR_MUE_PractitionerServices_Eff_10-01-2027.csv", text)
    older = put(
        tmp_path / "MCR_MUE_PractitionerServices_Eff_07-01-2027.csv",
        text.replace(b'"93000","3"', b'"93000","5"'),
    )
    home = tmp_path / "codes"
    codes = load_into(home, newer)
    (change,) = library.prepare([older], codes).changes
    assert (change.previous, change.added, change.ended) == ("", 2, 0)
    codes = load_into(home, older)
    assert codes.unlikely("mue_practitioner", "93000", DAY) == (3, 3)
    assert codes.unlikely("mue_practitioner", "93000", date(2027, 9, 30)) == (5, 3)


@pytest.mark.slow
def test_a_release_after_a_gap_is_measured_against_the_last_one_and_the_gap_is_reported(
    tmp_path: Path,
) -> None:
    (change, _) = library.prepare([written(tmp_path, "order")], SMALL).changes  # from October 2027 on
    assert (change.previous, change.added) == ("FY2016-FY2027", 1)
    assert change.ended > 70_000
    codes = load_into(tmp_path / "codes", written(tmp_path, "order"))
    (shown,) = [s for s in status(codes, DAY) if s.set == "icd10cm"]
    assert "2027-04-01 to 2027-09-30" in shown.warning
    assert not any(s.warning for s in status(SMALL, date(2026, 11, 9)) if s.set == "icd10cm")


@pytest.mark.slow
def test_notes_loaded_after_titles_of_the_same_year_are_seen(tmp_path: Path) -> None:
    codes = load_into(tmp_path / "codes", written(tmp_path, "order"), written(tmp_path, "tabular"))
    assert codes.encoder is not None
    shown = codes.encoder.show("A00.0", DAY)
    assert shown is not None
    assert shown.title == "Cholera, classical"
    assert codes.encoder.search("complication made up for this test")[0].code == "E1199"
    both = library.prepare([written(tmp_path, "order"), written(tmp_path, "tabular")], SMALL)
    library.apply(both, tmp_path / "at_once")
    codes = coding.codes.load(tmp_path / "at_once")
    assert codes.excluded_pairs(("A000", "A0100")) == ((0, 1, "A00"),)
    assert codes.encoder is not None
    assert codes.encoder.search("complication made up for this test")[0].code == "E1199"


def test_a_zip_is_opened_and_the_text_is_taken_before_the_workbook(tmp_path: Path) -> None:
    text = written(tmp_path, "hcpcs")
    sheet = workbook(
        tmp_path / "HCPC2027_OCT_ANWEB.xlsx",
        [
            ["HCPC", "RECID", "LONG DESCRIPTION", "ADD DT", "TERM DT"],
            ["A0021", "3", "Ambulance", "31048", ""],
        ],
    )
    archive = tmp_path / "october-2027.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.write(sheet, "data/HCPC2027_OCT_ANWEB.xlsx")
        made.write(text, "data/HCPC2027_OCT_ANWEB.txt")
        made.writestr("data/HCPC2027_recordlayout.txt", "code 1-5, record type 11\n")
        made.writestr("../../outside.pdf", b"%PDF-1.7")
        made.writestr("__MACOSX/._HCPC2027_OCT_ANWEB.txt", b"\x00\x05")
    prepared = library.prepare([archive], SMALL)
    assert prepared.files == ("HCPC2027_OCT_ANWEB.txt",)
    assert [(c.set, c.rows) for c in prepared.changes] == [("hcpcs", 2), ("hcpcs_modifier", 1)]
    assert library.prepare([sheet], SMALL).changes[0].rows == 1
    assert not (tmp_path.parent / "outside.pdf").exists()


def test_the_zip_of_a_fiscal_year_gives_its_order_file_without_the_addenda(tmp_path: Path) -> None:
    archive = tmp_path / "2028-code-descriptions.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.write(written(tmp_path, "order"), "icd10cm_order_2028.txt")
        made.writestr("icd10cm_order_addenda_2028.txt", FILES["addenda"][1])
        made.writestr("icd10cm_codes_2028.txt", "A000    Cholera due to Vibrio cholerae 01\n")
    assert library.prepare([archive], SMALL).files == ("icd10cm_order_2028.txt",)


@pytest.mark.parametrize("damage", ["cut", "empty", "one bad member"])
def test_a_damaged_zip_is_refused_whole(tmp_path: Path, damage: str) -> None:
    archive = tmp_path / "release.zip"
    with zipfile.ZipFile(archive, "w") as made:
        if damage != "empty":
            made.write(written(tmp_path, "hcpcs"), "HCPC2027_OCT_ANWEB.txt")
        if damage == "one bad member":
            made.write(written(tmp_path, "ncci", damaged=True), "ccipra-v333r0-f1.txt")
    if damage == "cut":
        archive.write_bytes(archive.read_bytes()[:-40])
    error = refused(archive)
    assert error.file == ("ccipra-v333r0-f1.txt" if damage == "one bad member" else "release.zip")


def test_one_release_in_two_files_that_differ_is_refused(tmp_path: Path) -> None:
    text = written(tmp_path, "taxonomy")
    (tmp_path / "again").mkdir()
    other = put(tmp_path / "again" / text.name, text.read_bytes().replace(b"Family", b"Household"))
    assert len(library.prepare([text, text], SMALL).tables) == 1
    with pytest.raises(RefusedFileError, match="give one of them"):
        library.prepare([text, other], SMALL)


def test_a_release_that_ends_much_of_the_one_before_asks_to_be_looked_at(tmp_path: Path) -> None:
    home = tmp_path / "codes"
    codes = load_into(home, written(tmp_path, "cpt"))
    notice, rows = (
        "Copyright of the AMA\nOne more line\n",
        [f"{n}\tSample text {n}\n" for n in range(99202, 99216)],
    )
    fewer = put(tmp_path / "CPT_2028_long.txt", (notice + "".join(rows[:9])).encode())
    same = put(tmp_path / "CPT_2029_long.txt", (notice + "".join(rows[:13])).encode())
    assert library.prepare([fewer], codes).changes[0].ends_much
    assert not library.prepare([same], codes).changes[0].ends_much
