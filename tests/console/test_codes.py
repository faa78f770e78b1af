"""`cleanclaim codes`: official files in, their changes shown first, a coder's questions answered."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from coding.codes.loaders import RefusedFileError
from console.command import app
from tasks.home.home import make_home
from tests.coding.codes.test_loaders import FILES
from tests.tasks.coding_night import MUE, NCCI


@pytest.fixture
def bare(tmp_path):
    make_home(tmp_path / "home")
    return SimpleNamespace(path=tmp_path / "home")


def ask(home, *arguments, **more):
    return CliRunner().invoke(app, ["codes", *map(str, arguments), "--home", str(home.path)], **more)


def answered(home, *arguments):
    result = ask(home, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def official(folder: Path, file: tuple[str, str]) -> Path:
    path = folder / file[0]
    path.write_bytes(file[1].encode("latin-1"))
    return path


def test_a_file_is_recognised_and_its_changes_are_shown_before_anything_is_written(bare, tmp_path):
    file = official(tmp_path, NCCI)
    shown = ask(bare, "load", file)
    assert shown.exit_code == 0
    assert "ncci_practitioner" in shown.stdout
    assert "Nothing was changed" in shown.stdout
    assert not (bare.path / "codes").exists()
    shown = answered(bare, "load", file)
    assert shown["applied"] is False
    (change,) = shown["changes"]
    assert (change["added"], change["ended"], change["revised"]) == (2, 0, 0)


def test_yes_applies_it_and_the_next_release_is_compared_with_it(bare, tmp_path):
    assert answered(bare, "load", official(tmp_path, MUE), "--yes")["applied"] is True
    later = (
        MUE[0].replace("10-01-2026", "01-01-2027"),
        MUE[1].replace('"4","3', '"6","3').replace('"93000"', '"93010"'),
    )
    (change,) = answered(bare, "load", official(tmp_path, later), "--yes")["changes"]
    assert (change["added"], change["ended"], change["revised"]) == (1, 1, 1)
    assert change["examples"]["revised"] == ["97110"]
    sets = {s["set"]: s for s in answered(bare, "status", "--date", "2027-02-01")["sets"]}
    assert len(sets["mue_practitioner"]["earlier"]) == 1
    assert sets["ncci_practitioner"]["release"] == ""
    november = answered(bare, "show", "97110", "--date", "2026-11-09")
    february = answered(bare, "show", "97110", "--date", "2027-02-01")
    assert (november["units"], february["units"]) == (4, 6)


def test_a_damaged_file_is_refused_whole_with_file_line_and_reason(bare, tmp_path):
    damaged = (NCCI[0], NCCI[1].replace("20150101\t*\t1", "20151301\t*\t1"))
    refused = ask(bare, "load", official(tmp_path, MUE), official(tmp_path, damaged), "--yes")
    assert isinstance(refused.exception, RefusedFileError)
    assert (refused.exception.file, refused.exception.line) == (NCCI[0], 8)
    assert "line 8: not column 1" in str(refused.exception)
    assert not (bare.path / "codes").exists()


@pytest.mark.parametrize(
    ("day", "due"),
    [("2026-09-15", "2026-10-01"), ("2026-12-15", "2027-01-01"), ("2027-06-15", "2027-07-01")],
)
def test_before_a_release_takes_effect_a_person_is_warned(bare, tmp_path, day, due):
    # the file answers for the quarter before `due`
    quarter = {"2026-10-01": "07-01-2026", "2027-01-01": "10-01-2026", "2027-07-01": "04-01-2027"}[due]
    answered(bare, "load", official(tmp_path, (MUE[0].replace("10-01-2026", quarter), MUE[1])), "--yes")
    sets = {s["set"]: s for s in answered(bare, "status", "--date", day)["sets"]}
    assert due in sets["mue_practitioner"]["warning"]


def test_search_ranks_and_show_says_everything_about_a_code(bare):
    found = answered(bare, "search", "type", "2", "diabetes", "with", "kidney")["codes"]
    assert "E11.22" in [c["dotted"] for c in found[:3]]
    shown = ask(bare, "show", "E11.22")
    assert "Type 2 diabetes mellitus with diabetic chronic kidney disease" in shown.stdout
    heading = answered(bare, "show", "E11", "--date", "2026-11-09")
    assert heading["validity"] == "not billable"
    assert ["E119", "Type 2 diabetes mellitus without complications"] in heading["choose"]
    assert answered(bare, "show", "99213")["validity"] == "unchecked"
    assert ask(bare, "show", "not a code").exit_code != 0


def test_a_search_says_which_sets_it_asked_and_how_to_load_the_others(bare, tmp_path):
    found = answered(bare, "search", "99213", "--date", "2027-11-09")
    assert (found["codes"], found["procedures"]) == ([], [])
    assert set(found["searched"]) == {"icd10cm"}
    assert f"cleanclaim codes load CPT_2027.txt --home {bare.path}" in found["not_loaded"]["cpt"]
    assert "HCPC2027_OCT_ANWEB.txt" in found["not_loaded"]["hcpcs"]
    shown = ask(bare, "search", "knee injection J3301").stdout
    for words in (
        "ICD-10-CM: knee injection",
        "Not searched for: J3301",
        "CPT is not loaded",
        "HCPCS level II is",
    ):
        assert words in shown
    assert "Not searched for" not in ask(bare, "search", "E1122").stdout  # a diagnosis that looks like HCPCS

    own = tmp_path / "CPT_2027.txt"
    own.write_text("".join(f"{n}\tInvented visit {n}\n" for n in range(99202, 99216)))
    answered(bare, "load", own, "--yes")
    found = answered(bare, "search", "99213", "--date", "2027-11-09")
    assert [(p["code"], p["title"]) for p in found["procedures"]] == [("99213", "Invented visit 99213")]
    assert found["searched"]["cpt"] == "2027"
    assert set(found["not_loaded"]) == {"hcpcs", "icd10pcs"}
    by_words = ask(bare, "search", "invented", "visit", "--date", "2027-11-09").stdout
    assert "99202" in by_words


def test_what_cms_says_of_a_procedure_stands_beside_it_or_that_it_is_not_loaded(bare, tmp_path):
    own = tmp_path / "CPT_2027.txt"
    own.write_text("".join(f"{n}\tInvented surgery {n}\n" for n in (11042, 27447, *range(99202, 99213))))
    answered(bare, "load", own, "--yes")
    assert "not loaded: unchecked" in ask(bare, "show", "27447", "--date", "2027-11-09").stdout
    for which in ("fees", "ncci", "mue", "aoc"):
        answered(bare, "load", official(tmp_path, FILES[which]), "--yes")
    (found,) = answered(bare, "search", "27447", "--date", "2027-11-09")["procedures"]
    assert (found["status"], found["rvu_hundredths"], found["global_days"]) == ("A", 3862, "090")
    assert (found["never_with"], found["modifier_with"], found["parents"]) == (0, 0, [])
    assert answered(bare, "show", "11042", "--date", "2027-11-09")["modifier_with"] == 1
    shown = ask(bare, "search", "invented surgery 27447", "--date", "2027-11-09").stdout
    assert "38.62" in shown
    shown = ask(bare, "show", "11042", "--date", "2027-11-09").stdout
    assert "1 with a modifier" in shown
    assert answered(bare, "show", "27447", "--date", "2026-11-09")["status"] is None


def test_codes_and_edits_answer_without_prefect_or_a_database(tmp_path):
    make_home(tmp_path)
    script = (
        "import sys; from typer.testing import CliRunner; from console.command import app; "
        f"r = CliRunner().invoke(app, ['codes', 'search', 'asthma', '--home', {str(tmp_path)!r}]); "
        "assert r.exit_code == 0, r.output; "
        "r = CliRunner().invoke(app, ['edits', 'list']); assert r.exit_code == 0, r.output; "
        "print([m for m in ('prefect', 'sqlalchemy', 'paramiko') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
