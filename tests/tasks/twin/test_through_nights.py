"""Nights with a real partner: what it does is learned, the partner plays what was learned, and both agree."""

import json
from datetime import date, timedelta
from random import Random

import pytest
from typer.testing import CliRunner

from console.command import app
from ledger.queries.payer_answers import answered_lines
from tasks import nightly_run
from tasks.errors import StepError
from tasks.operations.learn_twin import learned_file
from tasks.operations.rehearse_night import Switched, rehearse
from tasks.twin.answered import PAID
from tasks.twin.from_ledger import claims_of
from tests.conftest import CLEAN
from tests.web.conftest import Office

MONDAY = date(2026, 11, 16)
HIDDEN = """
[[rule]]
name = "hidden: level four is often denied"
member_id = ["W1770*", "W1771*", "W1772*", "W1773*"]
procedure = "99214"
[[rule.remit]]
deny = { group = "CO", reason = "50" }
[[rule]]
name = "hidden: some are not known"
member_id = ["W1774*", "W1775*", "W1776*"]
procedure = "99213"
acknowledge = "reject"
status = "A7:164:IL"
[[rule]]
name = "hidden: the others are paid"
payer_id = "HRB01"
[[rule.remit]]
allowed = 60
"""


def encounters(home, draw, night, number):
    for n in range(number):
        code, charge = draw.choice((("99213", "135.00"), ("99214", "190.00")))
        patient = {**CLEAN["patient"], "last": f"Quill{draw.randrange(10**6)}x{n}".replace("0", "o")}
        patient["last"] = "".join(chr(97 + int(c)) if c.isdigit() else c for c in patient["last"])
        made = home.encounter(
            f"N{night}-{n}",
            patient=patient,
            coverages=[{"order": "P", "payer": "harbor", "member_id": f"W177{draw.randrange(10**5):05d}"}],
            lines=[{"procedure": code, "charge": charge, "pointers": [1]}],
        )
        home.drop(f"lakeside/{night}-{n}.json", made)


def night(home, number, scenario):
    day = MONDAY + timedelta(days=number)
    with home.clearinghouse(day, scenario), home.opened() as opened:
        nightly_run.walk(opened, day)


def rates(lines, until):
    """How often level four is denied, level three rejected, and what a paid line gets."""
    claims = [claim for claim in claims_of(lines, until) if claim.answered]
    of = {code: [c for c in claims if c.lead.procedure == code] for code in ("99213", "99214")}
    denied = sum(c.lines[0].outcome == "CO-50" for c in of["99214"]) / len(of["99214"])
    rejected = sum(bool(c.rejected) for c in of["99213"]) / len(of["99213"])
    paid = [c.lines[0] for c in claims if c.lines[0].outcome == PAID]
    share = sum(line.paid_cents for line in paid) / sum(line.charge_cents for line in paid)
    return denied, rejected, share


def on_the_command_line(home, file):
    def said(*words):
        done = CliRunner().invoke(app, ["twin", *words, "--home", str(home.path)])
        assert done.exit_code == 0, done.output
        return done.output

    learned = said("learn", "--payer", "HRB01", "--until", "2026-11-20", "--out", str(file))
    assert "harbor: learned from 108 answered claims until 2026-11-20" in learned
    assert "No month could be held back" in learned
    assert file.stat().st_mode & 0o777 == 0o600
    words = said("rehearse", "--file", str(file))
    for part in ("Tonight: 60 claims", "CO-50", "A7:164:IL", "Look at these first", "hold 1 new encounter"):
        assert part in words
    found = json.loads(said("rehearse", "--edit", "ptr-01", "off", "--json"))
    assert found["payers"][0]["claims"] == 61
    assert found["look_at"][0]["lost_cents"] >= found["look_at"][-1]["lost_cents"] > 0
    wrong = ["twin", "rehearse", "--edit", "MOD-01", "perhaps", "--home", str(home.path)]
    assert CliRunner().invoke(app, wrong).exception.code == "TWN-05"
    in_the_console(home, said)


def in_the_console(home, said):
    office = Office(home)
    office.hire({"maria": (["manager"], ["*"]), "lena": (["biller"], ["lakeside"])})
    assert "nothing is rehearsed yet" in office.as_("maria").get("/twin").text
    found = json.loads(said("rehearse", "--keep", "--json"))
    page = office.as_("maria").get("/twin").text
    assert f"${round(found['paid_cents']['mean']) / 100:,.2f} expected" in page
    assert f"between ${found['paid_cents']['low'] / 100:,.2f} and" in page
    for one in found["look_at"]:
        assert f"<td>{one['number']}</td>" in page
    assert f"hold {found['held']} new encounter" in page
    assert "none could be held back" in page
    assert "Quill" not in page
    assert "This is of an earlier night" not in page
    assert office.as_("lena").get("/twin").status_code == 403, "it is of every practice"
    file = home.path / "reports" / "rehearsal.json"
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text("{", "utf-8")
    assert "nothing is rehearsed yet" in office.as_("maria").get("/twin").text


def test_what_is_learned_is_played_and_gives_the_same_rates(home, tmp_path):
    draw, learned_on = Random(4), MONDAY + timedelta(days=4)
    for payer, code in (("harbor", "TWN-04"), ("nobody", "TWN-01")):
        with home.opened() as opened, pytest.raises(StepError, match=code):
            learned_file(opened, payer, learned_on)
    for number in range(4):
        if number < 3:
            encounters(home, draw, number, 36)
        night(home, number, HIDDEN)
    encounters(home, draw, 4, 60)
    home.drop("lakeside/held.json", home.encounter("HELD", lines=[{**CLEAN["lines"][0], "pointers": [1, 2]}]))
    with home.opened() as opened:
        twin, data = learned_file(opened, "harbor", learned_on)
        tonight = rehearse(opened, learned_on)
        by_file = rehearse(opened, learned_on, data)
        past = answered_lines(opened.ledger, "harbor", MONDAY.isoformat(), learned_on.isoformat())
    denied, rejected, share = rates(past, learned_on)
    assert denied == pytest.approx(0.4, abs=0.15)
    assert rejected == pytest.approx(0.3, abs=0.15)
    assert share == pytest.approx(0.6, abs=0.001)
    assert twin.model.claims == 108
    assert twin.model.delays[0][0] == 1  # a rejection comes the same day, and is no remittance
    assert b"W177" not in data
    assert not any(claim.claim.encode() in data for claim in past)

    [of_payer] = tonight.payers
    assert of_payer.claims == 60
    [of_file] = by_file.payers
    assert of_file.foretold.paid_cents.mean == pytest.approx(of_payer.foretold.paid_cents.mean, rel=0.01)
    assert of_file.foretold.by_reason.keys() == of_payer.foretold.by_reason.keys()

    assert tonight.held == 1
    with home.opened() as opened:
        [without] = rehearse(opened, learned_on, data, Switched("PTR-01", on=False)).payers
        with pytest.raises(StepError, match="TWN-03"):
            rehearse(opened, learned_on, data, Switched("XYZ-99", on=True))
        with pytest.raises(StepError, match="TWN-02"):
            rehearse(opened, learned_on, data[: len(data) // 2])
    assert without.claims == 61
    on_the_command_line(home, tmp_path / "harbor.toml")

    learned = data.decode().partition("[[learned]]")
    for number in (4, 5, 6):
        night(home, number, "\n[[learned]]" + learned[2])
    with home.opened() as opened:
        since = answered_lines(opened.ledger, "harbor", learned_on.isoformat(), "2026-12-31")
    played = rates(since, date(2026, 12, 31))
    assert len(since) == 60
    assert played[0] == pytest.approx(denied, abs=0.2)
    assert played[1] == pytest.approx(rejected, abs=0.2)
    assert played[2] == pytest.approx(share, abs=0.001)
    paid = sum(claim.paid_cents for claim in claims_of(since, date(2026, 12, 31)))
    assert of_payer.foretold.paid_cents.low * 0.9 <= paid <= of_payer.foretold.paid_cents.high * 1.1
