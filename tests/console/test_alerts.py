"""`cleanclaim alerts list`: of one desk, payer or practice."""

import json

import pytest
from typer.testing import CliRunner

from console.command import app
from ledger.runs import alerts


@pytest.fixture
def told(home):
    whose = {"a": ("lakeside", "harbor"), "b": ("summit", ""), "c": ("", "harbor"), "d": ("", "")}
    with home.opened() as opened:
        for key, (practice, payer) in whose.items():
            alerts.report(
                opened.ledger, key, "2026-11-16", "DEN-SOON", f"cause {key}", practice=practice, payer=payer
            )
    return home


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ((), "dcba"),
        (("--practice", "lakeside"), "a"),
        (("--practice", "summit"), "b"),
        (("--payer", "harbor"), "ca"),
        (("--payer", "harbor", "--practice", "lakeside"), "a"),
        (("--payer", "meridian"), ""),
    ],
)
def test_alerts_are_listed_of_one_payer_or_practice(told, asked, left):
    ended = CliRunner().invoke(app, ["alerts", "list", "--json", "--home", str(told.path), *asked])
    assert [row["message"] for row in json.loads(ended.stdout)["alerts"]] == [f"cause {key}" for key in left]


def test_a_payer_that_nothing_has_is_refused_by_its_name(told):
    ended = CliRunner().invoke(app, ["alerts", "list", "--payer", "nobody", "--home", str(told.path)])
    assert ended.exception.code == "LST-01"
