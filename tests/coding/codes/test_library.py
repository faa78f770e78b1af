"""A new release is shown before it is applied, earlier ones stay, and the status says what is due."""

from datetime import date
from pathlib import Path

import coding
from coding.codes import library
from coding.codes.status import next_release, status

CODES = coding.codes.load()


def cpt(folder: Path, year: int, rows: dict[str, str]) -> Path:
    path = folder / f"CPT_{year}.txt"
    path.write_text("".join(f"{code}\t{text}\n" for code, text in rows.items()))
    return path


def test_a_preview_says_what_is_added_ended_and_revised_and_writes_nothing(tmp_path: Path) -> None:
    home = tmp_path / "codes"
    many = {f"{n}": f"text {n}" for n in range(10000, 10020)}
    library.apply(library.prepare([cpt(tmp_path, 2026, many)], CODES), home)
    files = sorted(home.iterdir())
    changed = {**many, "10001": "other words", "20000": "new"}
    del changed["10002"]
    prepared = library.prepare([cpt(tmp_path, 2027, changed)], coding.codes.load(home))
    (change,) = prepared.changes
    assert (change.set, change.release, change.previous) == ("cpt", "2027", "2026")
    assert (change.added, change.ended, change.revised) == (1, 1, 1)
    assert dict(change.examples) == {"added": ("20000",), "ended": ("10002",), "revised": ("10001",)}
    assert sorted(home.iterdir()) == files


def test_every_earlier_release_is_kept_and_answers_for_its_days(tmp_path: Path) -> None:
    home = tmp_path / "codes"
    one = {f"{n}": "text" for n in range(10000, 10020)}
    two = {f"{n}": "text" for n in range(10010, 10030)}
    library.apply(library.prepare([cpt(tmp_path, 2026, one)], CODES), home)
    library.apply(library.prepare([cpt(tmp_path, 2027, two)], coding.codes.load(home)), home)
    codes = coding.codes.load(home)
    assert codes.procedure("10000", date(2026, 12, 31)) == "valid"
    assert codes.procedure("10000", date(2027, 1, 1)) == "invalid"
    assert codes.procedure("10029", date(2027, 1, 1)) == "valid"
    assert codes.procedure("10029", date(2026, 12, 31)) == "invalid"


def test_a_corrected_file_of_the_same_release_answers_from_then_on(tmp_path: Path) -> None:
    home = tmp_path / "codes"
    rows = {f"{n}": "text" for n in range(10000, 10020)}
    library.apply(library.prepare([cpt(tmp_path, 2027, rows)], CODES), home)
    corrected = {**rows, "10050": "forgotten at first"}
    library.apply(library.prepare([cpt(tmp_path, 2027, corrected)], coding.codes.load(home)), home)
    assert coding.codes.load(home).procedure("10050", date(2027, 1, 1)) == "valid"
    assert len(list(home.glob("cpt.*"))) == 2


def test_nothing_half_written_is_ever_opened(tmp_path: Path) -> None:
    home = tmp_path / "codes"
    library.apply(
        library.prepare([cpt(tmp_path, 2027, {f"{n}": "x" for n in range(10000, 10020)})], CODES), home
    )
    (home / ".cpt.2028.part").write_bytes(b"CCT1")
    assert coding.codes.load(home).procedure("10000", date(2027, 1, 1)) == "valid"


def test_the_status_names_what_is_not_loaded_and_what_is_due() -> None:
    said = {row.set: row for row in status(CODES, date(2026, 11, 16))}
    assert said["icd10cm"].release == "FY2016-FY2027"
    assert said["icd10cm"].covers_to == date(2027, 3, 31)
    assert said["icd10cm"].warning == ""
    assert said["cpt"].release == ""
    assert "unchecked" in said["cpt"].warning
    due = {row.set: row.warning for row in status(CODES, date(2027, 3, 15))}
    assert "2027-04-01" in due["icd10cm"]
    past = {row.set: row.warning for row in status(CODES, date(2027, 4, 1))}
    assert "2027-03-31" in past["icd10cm"]


def test_releases_have_their_calendar() -> None:
    assert next_release("icd10cm", date(2026, 11, 16)) == date(2027, 4, 1)
    assert next_release("icd10cm", date(2026, 9, 30)) == date(2026, 10, 1)
    assert next_release("mue_practitioner", date(2026, 11, 16)) == date(2027, 1, 1)
    assert next_release("mue_practitioner", date(2026, 6, 30)) == date(2026, 7, 1)
    assert next_release("carc", date(2026, 6, 30)) is None
