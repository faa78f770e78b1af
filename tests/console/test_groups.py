"""A group without a command lists its commands, and wrong use is reported with a code."""

import json
import os
import signal
import subprocess
import sys
import tomllib
from contextlib import suppress

import pytest
import typer
from typer.core import TyperGroup
from typer.testing import CliRunner

from console.command import app
from console.lazy_group import COMMANDS, LISTS
from tests.conftest import CHECKOUT

PROGRAM = [sys.executable, "-c", "from console.command import main; main()"]


def ask(*words):
    return CliRunner().invoke(app, [*map(str, words)])


@pytest.mark.parametrize("group", LISTS)
def test_a_group_alone_is_its_list(home, group):
    of = [] if group == "edits" else ["--home", home.path]
    alone, said = ask(group, *of, "--json"), ask(group, LISTS[group], *of, "--json")
    assert alone.exit_code == said.exit_code == 0, alone.output
    assert json.loads(alone.stdout).keys() == json.loads(said.stdout).keys()
    assert ask(group, *of).stdout.strip()


def test_every_group_with_a_list_shows_it_when_it_is_called_alone():
    root = typer.main.get_command(app)
    groups = [
        command
        for name in COMMANDS
        if isinstance(command := root.get_command(None, name), TyperGroup)
        and {"list", "show"} & set(command.list_commands(None))
    ]
    assert len(groups) > 25
    silent = {g.name for g in groups if not g.lists and not g.invoke_without_command}
    assert silent == {"coverage"}, "its `show` is of one encounter"
    assert all(LISTS[g.name] in g.list_commands(None) for g in groups if g.lists)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_by_both_names(name):
    for option in ("--help", "-h"):
        helped = ask(name, option)
        assert helped.exit_code == 0
        assert "Usage" in helped.stdout
        assert "--install-completion" not in helped.stdout


def test_asked_for_nothing_the_program_shows_its_commands_and_that_is_no_error():
    for words in ([], ["edi"]):
        shown = ask(*words)
        assert shown.exit_code == 0
        assert "Commands" in shown.stdout
    assert all(name in ask().stdout for name in COMMANDS)


def test_the_version_is_that_of_the_project():
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    assert ask("--version").stdout == f"CleanClaim {project['version']}\n"


@pytest.mark.parametrize("words", [["frob"], ["denials", "frob"], ["batches", "show"], ["run", "--frob"]])
def test_wrong_use_is_exit_code_2_and_one_object_where_json_was_asked(words):
    done = subprocess.run(
        [*PROGRAM, *words, "--json"], cwd=CHECKOUT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["code"] == "CMD-01"
    assert "Usage" in done.stderr


def test_a_file_or_an_output_that_fails_is_said_with_its_reason(tmp_path):
    claims = CHECKOUT / "tests" / "edi" / "cases" / "dat02_dme_span.837"
    words = ["edi", "ack", str(claims), "--out", str(tmp_path), "--json"]
    done = subprocess.run([*PROGRAM, *words], cwd=CHECKOUT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    error = json.loads(done.stdout)["error"]
    assert (error["code"], error["message"]) == ("CMD-04", f"{tmp_path}: Is a directory; name another file")

    for words in (["edi", "check", str(claims)], ["edi", "check", str(claims), "--json"]):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [*PROGRAM, *words], cwd=CHECKOUT, stdout=full, stderr=subprocess.PIPE, text=True, timeout=120
            )
        assert done.returncode == 1
        assert done.stderr.startswith("CMD-05 an output could not be written: No space left on device")
        assert "Traceback" not in done.stderr


def test_a_day_that_nothing_can_be_counted_from_is_wrong_use():
    words = ["codes", "status", "--date", "9999-12-31", "--json"]
    done = subprocess.run([*PROGRAM, *words], cwd=CHECKOUT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["code"] == "CMD-06"
    assert "9999-12-31" in done.stderr


def interrupted(program):
    """What a program prints that is stopped by hand. Python drops an interrupt that comes while an object is
    finalized: a person presses the keys again."""
    for _ in range(12):
        program.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            return program.communicate(timeout=10)[0]
    program.kill()
    raise AssertionError("twelve interrupts did not stop it")


def test_a_program_that_is_stopped_by_hand_says_so(tmp_path):
    pipe = tmp_path / "claims.edi"
    os.mkfifo(pipe)
    reading = subprocess.Popen(
        [*PROGRAM, "edi", "check", str(pipe), "--json"],
        cwd=CHECKOUT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    with pipe.open("wb"):  # opens once the program reads, and never gives it a byte
        out = interrupted(reading)
    assert reading.returncode == 130
    assert json.loads(out)["error"]["code"] == "CMD-02"
