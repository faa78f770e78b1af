"""`cleanclaim codes guide`: the next question without a terminal, a code with the last answer."""

import json

from typer.testing import CliRunner

from console.command import app
from tasks.home.home import make_home


def test_the_next_question_is_shown_and_answers_lead_to_a_code(tmp_path):
    make_home(tmp_path / "home")
    where = ("--date", "2026-11-09", "--home", str(tmp_path / "home"))

    def guide(*words):
        return CliRunner().invoke(app, ["codes", "guide", *words, *where])

    shown = guide("S62.1")
    assert shown.exit_code == 0, shown.output
    assert "S62.11" in shown.stdout
    assert "Say which: --answer which=S62.10" in shown.stdout
    answers = [
        word
        for said in ("triquetrum", "displaced", "right", "initial", "closed")
        for word in ("--answer", said)
    ]
    reached = guide("S62.1", *answers)
    assert "S62.111A" in reached.stdout
    assert "initial encounter for closed fracture: valid on 2026-11-09" in " ".join(reached.stdout.split())
    assert "7th character is A" in reached.stdout
    found = json.loads(guide("broken left wrist", "--answer", "S62.1", "--json").stdout)
    assert (found["place"], found["code"], found["question"]["options"][1]["key"]) == ("S621", "", "S62.11")
    assert guide("qqqq zzzz").exception.code == "CODES-GUIDE"
    assert "Fitted no question: purple" in guide("S62.1", "--answer", "purple").stdout
    unknown = CliRunner().invoke(app, ["codes", "show", "T15.01A", *where]).exception
    assert (unknown.code, str(unknown)) == (
        "CODES-UNKNOWN",
        "no ICD-10-CM code: the placeholder X is missing; choose T15.01XA",
    )
