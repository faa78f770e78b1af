"""`cleanclaim work` as it is typed."""

import json

import pytest
from typer.testing import CliRunner

from config.work_chances import kinds
from console.answer import CommandError
from console.work import app
from ledger.books.work_items import OTHERS


@pytest.mark.parametrize("name", ["", "  ", "-"])
def test_who_has_no_name_is_not_shown_the_work_of_others(name):
    done = CliRunner().invoke(app, ["next", "--as", name])
    assert isinstance(done.exception, CommandError)
    assert done.exception.code == "WRK-02"


@pytest.mark.parametrize(
    ("option", "there_is", "there_is_not"), [("--kind", "deposit", "depozit"), ("--cause", "16", "XYZ")]
)
def test_a_name_of_which_there_is_no_work_is_an_empty_list_and_one_that_is_none_is_refused(
    home, option, there_is, there_is_not
):
    with home.opened():
        pass
    listed = CliRunner().invoke(app, ["list", option, there_is, "--json", "--home", str(home.path)])
    assert json.loads(listed.output)["work"] == []
    refused = CliRunner().invoke(app, ["list", option, there_is_not, "--home", str(home.path)])
    assert isinstance(refused.exception, CommandError)
    assert refused.exception.code == "LST-01"


def test_every_kind_that_is_derived_has_an_estimate_and_so_a_name():
    assert set(OTHERS) <= kinds()
