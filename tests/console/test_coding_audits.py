"""Coding audits, through the commands as an auditor types them."""

import json

import pypdfium2
import pytest
from typer.testing import CliRunner

from console.answer import CommandError
from console.command import app
from tasks.coding_audits import sheet_reading
from tests.tasks.coding_night import MONDAY, coded

WHY = ("--why", "the monthly audit", "--as", "Rita Reviewer")
PERIOD = ("--practice", "lakeside", "--from", "2026-11-01", "--to", "2026-11-30")
SHARES = "procedure,share\n99211,5\n99212,10\n99213,45\n99214,36\n99215,4\n"


@pytest.fixture(scope="module")
def desk(make_home):
    home = make_home("audited")
    for n in range(1, 4):
        home.drop(f"lakeside/{n}.json", home.encounter(f"T-{n}", service_date=f"2026-11-0{n}"))
    with home.opened() as opened:
        coded(opened, MONDAY)
    return home.path


def typed(desk, *words):
    done = CliRunner().invoke(app, ["coding-audits", *map(str, words), "--home", str(desk)])
    assert done.exit_code == 0, (words, done.output, done.exception)
    return done.stdout


def did(desk, *words):
    return json.loads(typed(desk, *words, "--json"))


def test_an_audit_from_its_sample_to_its_report(desk, tmp_path):
    sheet, page, out, shares = (tmp_path / name for name in ("s.xlsx", "s.pdf", "r.PDF", "shares.csv"))
    assert "3 lines of 3 in the frame" in typed(desk, "draw", *PERIOD, "--dry-run")
    assert did(desk) == {"audits": [], "next_after": None}
    done = did(desk, "draw", *PERIOD, "--method", "claims", "--lines", 3, *WHY)
    assert (done["audit"], done["lines"], done["strata"]) == (1, 3, [{"stratum": "", "units": 3, "drawn": 3}])
    did(desk, "sheet", 1, "--out", sheet)
    typed(desk, "sheet", 1, "--out", page)
    assert sheet.stat().st_mode & 0o077 == 0
    assert len(pypdfium2.PdfDocument(page.read_bytes())) == 1
    rows = dict(sheet_reading.cells_of(sheet.read_bytes()))
    assert rows[4][13] == "Verdict"
    assert did(desk, "import", 1, sheet, *WHY) == {
        "dry_run": False, "number": 1, "agreed": 0, "disagreed": 0, "as_before": 0, "left": 3,
    }  # fmt: skip
    right = ("--verdict", "disagree", "--code", "99212")
    assert "1 disagree" in typed(desk, "record", 1, 2, *right, "--dry-run")
    assert did(desk, "record", 1, 2, *right, *WHY)["left"] == 2
    assert "level: 99212 (Rita Reviewer)" in " ".join(typed(desk, "show", 1).split())
    [line] = [one for one in did(desk, "show", 1)["lines"] if one["review"]]
    assert (line["place"], line["review"]["reason"]) == (2, "the monthly audit")
    shares.write_text(SHARES)
    typed(desk, "report", 1, "--benchmark", shares, "--out", out)
    assert "NOT FINISHED" in pypdfium2.PdfDocument(out.read_bytes())[0].get_textpage().get_text_range()
    found = did(desk, "report", 1)
    assert (found["rates"]["level"]["errors"], found["overpaid"]["sample"]) == (1, 50_00)
    assert "Error rates" in typed(desk, "report", 1)
    assert did(desk, "report", 1, "--out", tmp_path / "r.xlsx")["reviewed"] == 1
    [listed] = did(desk, "list")["audits"]
    assert (listed["lines"], listed["reviewed"], listed["disagreed"]) == (3, 1, 1)
    assert "Rita Reviewer" in typed(desk, "list", "--practice", "lakeside")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("draw", *PERIOD, "--lines", "3", "--width", "5"), "CAU-01"),
        (("sheet", "1", "--out", "sheet.doc"), "CAU-10"),
        (("report", "1", "--out", "report"), "CAU-10"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_read(desk, words, code):
    done = CliRunner().invoke(app, ["coding-audits", *words, "--home", str(desk)])
    assert isinstance(done.exception, CommandError)
    assert done.exception.code == code
