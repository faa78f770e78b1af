"""`cleanclaim day` and `payments import-batch`, as a clerk types them."""

import json
from datetime import date

from typer.testing import CliRunner

from console.command import app
from console.visits import app as visits_app
from tasks import nightly_run


def asked(home, *words):
    done = CliRunner().invoke(app, [*words, "--home", str(home.path)])
    assert done.exit_code in (0, 3), done.output
    return done.output


def test_a_clerk_takes_a_batch_counts_the_day_and_prints_its_slip(home, tmp_path):
    home.use_folder()
    home.drop("lakeside/one.json", home.encounter())
    with home.opened() as opened:
        nightly_run.walk(opened, date(2026, 11, 16))
    batch, slip, book = (tmp_path / name for name in ("box.csv", "slip.pdf", "book.csv"))
    batch.write_text("claim,amount,reference\nT-1,30.00,1234\n", encoding="utf-8")
    why = "--why", "the lockbox of Monday", "--as", "ann"
    assert "dry run: 1 payments" in asked(home, "payments", "import-batch", str(batch), "--dry-run", *why)
    asked(home, "payments", "import-batch", str(batch), *why)
    [paid] = json.loads(asked(home, "day", "sheet", "lakeside", "--json"))["payments"]
    assert (paid["drawer"], paid["method"], paid["reference"]) == ("ann", "lockbox", "1234")
    done = json.loads(asked(home, "day", "close", "lakeside", *why, "--json"))
    assert (done["counts"][0]["counted"], done["deposit_cents"]) == (30_00, 0)
    [day] = json.loads(asked(home, "day", "list", "--json"))["days"]
    asked(home, "day", "sheet", "lakeside", "--day", day["day"], "--out", str(slip))
    assert slip.read_bytes().startswith(b"%PDF")
    book.write_text("practice,visit,day,status\nlakeside,V9,2026-11-02,kept\n", encoding="utf-8")
    asked(home, "visits", "import", str(book), *why)
    listed = json.loads(asked(home, "visits", "list", "--json"))
    assert [(v["number"], v["state"]) for v in listed["visits"]] == [("V9", "unbilled")]
    assert [one["external_id"] for one in listed["unbooked"]] == ["T-1"]
    asked(home, "visits", "dismiss", "1", "--reason", "no_charge", *why)
    assert "no_charge" in asked(home, "visits", "list", "--all")
    assert CliRunner().invoke(visits_app, ["list", "--state", "x", "--home", str(home.path)]).exit_code
