"""`cleanclaim work` as it is typed."""

import pytest
from typer.testing import CliRunner

from console.answer import CommandError
from console.work import app


@pytest.mark.parametrize("name", ["", "  ", "-"])
def test_who_has_no_name_is_not_shown_the_work_of_others(name):
    done = CliRunner().invoke(app, ["next", "--as", name])
    assert isinstance(done.exception, CommandError)
    assert done.exception.code == "WRK-02"
