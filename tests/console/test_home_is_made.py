"""Only `init` and `demo` make a home: on any other path every command says so and makes nothing."""

import json
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from config.errors import ConfigurationError
from config.settings import load
from console.command import app
from tasks.home.home import home_of, open_home
from tests.conftest import CHECKOUT

MAKERS = ("init", "demo")
GIVEN = {
    "number": "1", "what": "1", "file": __file__, "files": __file__, "encounter": "E-1", "words": "asthma",
    "code": "E11.22", "why": "why", "who": "A. Person", "until": "2026-12-31", "since": "2026-12-31",
    "edit": "MOD-01", "out": "out.txt", "payer": "harbor", "practice": "lakeside", "reason": "26",
    "payment": "1", "claim": "1", "reference": "R1", "month": "2026-10",
    "ids": "1", "to": "dana", "outcome": "handled", "document": f"Note={__file__}",
    "kind": "edi", "member": "W17770001", "npi": "1999000015", "on": "2026-12-31",
    "deposit": "1", "visit": "1", "remittances": "1", "meaning": "patient", "which": "2026-10",
    "from_": "2026-01-01",
    "account": "1", "batch": "1", "accounts_": "1", "payments": "1", "method": "cash", "instalments": "2",
    "first": "2026-12-31", "name": "dana", "role": "biller", "quarter": "2026-Q3", "how": "mail",
    "audit": "1", "line": "1", "verdict": "agree", "patient": "1",
}  # fmt: skip
"""What a command wants before it looks at the home, by the name of the argument or option."""
WHY = ["--why", "why"]
AS_WELL = {
    "day close": WHY,
    "users add": ["--password-stdin"],
    "users passwd": ["--password-stdin"],
    "batches resend": WHY,
    "batches release": WHY,
    "batches abandon": WHY,
    "rejections again": ["E-1", *WHY],
    "quarantine retry": WHY,
    "ledger accept": WHY,
    "ledger claims-out": [__file__, *WHY],
    "batches mailed": ["--on", "2026-11-16", *WHY],
    "patients pay": ["--cents", "1"],
    "statements void": ["1", *WHY],
    "statements hold": ["--kind", "dispute", *WHY],
    "claims pay": ["--cents", "1"],
    "claims refund": ["--patient"],
    "claims write-off": ["--patient"],
    "patients guarantor": ["--withdraw"],
}
"""What they ask for by themselves."""


def commands_of_a_home() -> list[list[str]]:
    """Every command that takes --home, as one types it, but for those that make one."""
    found = []

    def look(command, path):
        group = hasattr(command, "list_commands")
        for name in command.list_commands(None) if group else ():
            look(command.get_command(None, name), [*path, name])
        takes = {option for parameter in command.params for option in parameter.opts}
        if "--home" in takes and path[0] not in MAKERS and (not group or command.invoke_without_command):
            words = [word for p in command.params if p.required for word in typed(p)]
            found.append([*path, *words, *AS_WELL.get(" ".join(path), [])])

    look(typer.main.get_command(app), [])
    return found


def typed(parameter) -> list[str]:
    value = GIVEN.get(parameter.name)
    assert value is not None, f"give {parameter.name} a value in GIVEN"
    return [value] if parameter.param_type_name == "argument" else [parameter.opts[0], value]


def test_there_are_commands_to_ask():
    assert len(commands_of_a_home()) > 30


@pytest.mark.parametrize("words", commands_of_a_home(), ids=lambda words: " ".join(words[:2]))
def test_a_path_that_is_no_home_is_said_so_with_the_remedy_and_nothing_is_made(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, [*words, "--home", "typo"])
    if words == ["doctor"]:
        assert done.exit_code == 1
        said = " ".join(done.stdout.replace("│", " ").split())
        assert "CFG-08" in said
        assert "cleanclaim init --home" in said
    else:
        remedy = "what a command asks for before it opens its home belongs in AS_WELL, unless it is required"
        assert isinstance(done.exception, ConfigurationError), f"{done.exception or done.output}: {remedy}"
        assert done.exception.code == "CFG-08"
        assert f"cleanclaim init --home {tmp_path / 'typo'}" in str(done.exception)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_other_content_is_no_home_and_stays_as_it_is(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    for make in (lambda: open_home(load(tmp_path)), lambda: home_of(str(tmp_path))):
        with pytest.raises(ConfigurationError) as refused:
            make()
        assert refused.value.code == "CFG-08"
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


def test_a_disk_that_is_not_mounted_is_no_new_installation(home):
    with home.opened():
        pass
    (home.path / "cleanclaim.toml").rename(home.path.parent / "elsewhere.toml")
    with pytest.raises(ConfigurationError) as refused, home.opened():
        pass
    assert refused.value.code == "CFG-08"


def test_the_program_leaves_with_exit_code_2_and_one_object(tmp_path):
    code = "from console.command import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "run", "--home", str(tmp_path / "typo"), "--json"],
        cwd=CHECKOUT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["code"] == "CFG-08"
    assert list(tmp_path.iterdir()) == []


def test_code_sets_and_edits_answer_without_any_home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CLEANCLAIM_HOME", raising=False)
    for words in (["codes", "search", "asthma"], ["codes", "show", "E11.22"], ["codes", "status"]):
        assert CliRunner().invoke(app, words).exit_code == 0
    monkeypatch.setenv("CLEANCLAIM_HOME", "typo")
    assert CliRunner().invoke(app, ["codes", "search", "asthma"]).exception.code == "CFG-08"
    assert list(tmp_path.iterdir()) == []
