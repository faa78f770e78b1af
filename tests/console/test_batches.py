"""An operator's word on a batch: release it, or give it up."""

import json
from datetime import date

from typer.testing import CliRunner

from console.command import app
from ledger import batches
from ledger.queries.batches import all_batches
from tasks import night

DAY = date(2026, 11, 16)


def ask(home, *arguments):
    return CliRunner().invoke(app, [*map(str, arguments), "--home", str(home.path)])


def written(home):
    """A home with one batch that is written and not sent."""
    home.drop("lakeside/one.json", home.encounter())
    with home.opened() as opened:
        night.walk(opened, DAY, (*night.steps_of("take_in"), night.step_named("write_batches")))


def test_a_held_batch_is_released_with_the_reason_in_its_history(home):
    written(home)
    with home.opened() as opened:
        batches.hold(opened.ledger, 1, str(DAY), "the partner's disk is full")
    assert ask(home, "batches", "release", 1, "--why", "they made room").exit_code == 0
    with home.opened() as opened:
        assert [b.hold for b in all_batches(opened.ledger)] == [""]
    shown = json.loads(ask(home, "batches", "show", 1, "--json").stdout)
    assert ["released", "they made room"] in [[e["event"], e["detail"]] for e in shown["events"]]


def test_a_stopped_partner_is_released_and_one_that_is_not_is_said_so(home):
    written(home)
    with home.opened() as opened, opened.ledger.write() as connection:
        batches.stop_partner(connection, "northgate", str(DAY), "TA1 006")
    assert ask(home, "batches", "release", "northgate", "--why", "ids mended").exit_code == 0
    again = ask(home, "batches", "release", "northgate", "--why", "ids mended")
    assert again.exit_code not in (0, 3)
    assert again.exception.code == "BAT-03"


def test_an_abandoned_batch_gives_its_claims_back(home):
    written(home)
    answer = json.loads(ask(home, "batches", "abandon", 1, "--why", "wrong payer", "--json").stdout)
    assert answer["claims"] == 1
    with home.opened() as opened:
        assert len(batches.ready(opened.ledger)) == 1
    refused = ask(home, "batches", "abandon", 1, "--why", "again")
    assert refused.exit_code not in (0, 3)


def test_a_resend_needs_a_reason_and_a_batch_that_was_sent(home):
    written(home)
    assert ask(home, "batches", "resend", 1).exit_code == 2
    refused = ask(home, "batches", "resend", 1, "--why", "they lost it")
    assert refused.exception.code == "BAT-04"
    assert "not sent yet" in str(refused.exception)


def test_a_resend_goes_to_the_partner_once_more(home):
    site = home.use_folder()
    written(home)
    (home.path / "cleanclaim.toml").write_text("demo = false\n")
    assert json.loads(ask(home, "batches", "rerun", 1, "--json").stdout)["sent"]
    [file] = (site / "inbound").iterdir()
    first = file.read_bytes()
    file.unlink()
    answer = json.loads(ask(home, "batches", "resend", 1, "--why", "they lost it", "--json").stdout)
    assert (answer["sent"], answer["state"]) == (True, "sent")
    assert file.read_bytes() == first
