"""README lists exactly the commands that exist; CONTRIBUTING's examples work."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

import coding
from coding.edit import Edit, Line
from config.clearinghouse import Clearinghouse
from config.payer import EditSwitch
from config.settings import load
from config.toml_file import read_model
from console.demo import demo_home
from docs.sources.commands import commands
from tests.conftest import CHECKOUT

README = (CHECKOUT / "README.md").read_text("utf-8")
CONTRIBUTING = (CHECKOUT / "CONTRIBUTING.md").read_text("utf-8")


def listed() -> list[str]:
    """The commands of README's list: `batches list|show` is two."""
    found = []
    for line in README.splitlines():
        if not line.startswith("cleanclaim "):
            continue
        words = [w for w in re.split(r"\s{2,}", line)[0].split() if not w.isupper()]
        group, last = words[:-1], words[-1]
        found += [" ".join([*group, one]) for one in last.split("|")]
    return found


def test_readmes_list_matches_the_command_tree():
    unlisted, gone = sorted({*commands()} - {*listed()}), sorted({*listed()} - {*commands()})
    assert (unlisted, gone) == ([], []), (
        "README's list lacks the first, and names the second, which no command is"
    )
    assert len(listed()) == len({*listed()}), "README lists a command twice"


def test_each_line_of_the_list_is_short_and_has_a_description():
    lines = [line for line in README.splitlines() if line.startswith("cleanclaim ")]
    assert len(lines) > 20
    for line in lines:
        assert len(line) <= 100, line
        assert len(re.split(r"\s{2,}", line)) == 2, line


@pytest.mark.slow
def test_the_morning_after_finds_the_home_that_its_first_command_makes(tmp_path, monkeypatch):
    [block] = re.findall(r"## The morning after\n.*?```\n(.*?)```", README, re.S)
    made, served = (shlex.split(line)[1:] for line in block.splitlines())
    assert (made[0], made[1], served[0]) == ("demo", "--home", "serve")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CLEANCLAIM_HOME", raising=False)
    home = demo_home(Path(made[2]), None).home
    assert "--home" not in served
    assert load(None).home == home, "serve looks there too"


def test_make_targets_that_the_pages_name_exist():
    makefile = (CHECKOUT / "Makefile").read_text("utf-8")
    for page in (README, CONTRIBUTING, (CHECKOUT / "docs/tutorial.md").read_text("utf-8")):
        for target in re.findall(r"(?:^|`)make ([a-z]+)", page, re.M):
            assert re.search(rf"^{target}:", makefile, re.M), target


@pytest.mark.parametrize("headers", [True, False], ids=["headers", "no headers"])
@pytest.mark.parametrize("failing", ["", "check", "test", "compiled"])
def test_ci_begins_from_nothing_and_runs_what_this_machine_can(tmp_path, failing, headers):
    """The script itself, where `make` only writes down what it was asked for, and Python says whether it has
    its headers."""
    script = tmp_path / ".ci" / "run"
    script.parent.mkdir()
    shutil.copy(CHECKOUT / ".ci" / "run", script)
    (tmp_path / ".venv").mkdir()
    asked = tmp_path / "asked"
    ends = {"python3": f"exit {int(not headers)}"}
    for name in ("make", "apt-get", "cc", "python3"):
        command = tmp_path / "bin" / name
        command.parent.mkdir(exist_ok=True)
        wrote = f'ls -d .venv >> "{asked}" 2>/dev/null; echo "$1" >> "{asked}"; [ "$1" != "{failing}" ]'
        command.write_text(f"#!/bin/sh\n{wrote if name == 'make' else ends.get(name, 'exit 0')}\n")
        command.chmod(0o700)
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    ended = subprocess.run([script], env={**os.environ, "PATH": path}, capture_output=True, text=True)
    run = ["check", "test", *["compiled"] * headers]
    assert (ended.returncode != 0) == (failing in run), ended.stderr
    assert asked.read_text().split() == (run[: run.index(failing) + 1] if failing in run else run)
    assert ("was not built" in ended.stdout) == (not headers and failing not in run)


def test_contributings_edit_passes_and_fails_its_two_examples():
    [block] = re.findall(r"```python\n(.*?)```", CONTRIBUTING, re.S)
    written: dict[str, object] = {"__name__": "contributed"}
    exec(block, written)
    [edit] = [thing for thing in written.values() if isinstance(thing, Edit)]
    codes = coding.codes.load()
    passes, fails = ([*edit.check(e.claim, e.context(codes))] for e in (edit.passes, edit.fails))
    assert (passes, len(fails)) == ([], 1)
    assert edit.id not in coding.EDITS
    assert edit.fix
    no_number = edit.fails.but(lines=(Line(unit_code="MJ", units="many"),))
    assert [*edit.check(no_number.claim, no_number.context(codes))] == []


@pytest.mark.parametrize("check", [["check"], ["format", "--check"]], ids=["lint", "format"])
def test_contributings_edit_passes_make_check(check):
    [block] = re.findall(r"```python\n(.*?)```", CONTRIBUTING, re.S)
    name = re.findall(r"coding/edits/\w+\.py", block)[0]
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *check, "--stdin-filename", name, "-"],
        input=block, cwd=CHECKOUT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_file_and_folder_that_contributing_names_is_there():
    named = re.findall(r"`((?:coding|config|console|docs|edi|ledger|tasks|tests)/[^`\s]*)`", CONTRIBUTING)
    assert len(named) > 12
    assert [name for name in named if not (CHECKOUT / name).exists()] == []


def test_contributings_edit_is_switched_off_as_it_says():
    [block] = [b for b in re.findall(r"```toml\n(.*?)```", CONTRIBUTING, re.S) if "[[edits_off]]" in b]
    [switch] = [EditSwitch(**entry) for entry in tomllib.loads(block)["edits_off"]]
    assert f'id="{switch.id}"' in CONTRIBUTING, "the edit that is added above"
    assert switch.until is not None
    assert switch.holds_on(switch.until)
    assert not switch.holds_on(switch.until + timedelta(days=1))


def test_contributings_clearinghouse_file_is_valid(tmp_path):
    [block] = [b for b in re.findall(r"```toml\n(.*?)```", CONTRIBUTING, re.S) if "[submitter]" in b]
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    file = Path(tmp_path / "northgate.toml")
    file.write_text(block.replace("ssh-ed25519 AAAA...", key), "utf-8")
    clearinghouse = read_model(Clearinghouse, file, key="northgate")
    assert (clearinghouse.usage, clearinghouse.port, clearinghouse.expects["999"]) == ("T", 22, 24)
