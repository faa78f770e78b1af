"""The tutorial is true: its commands are typed as they stand there, in an empty folder."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from config.clearinghouse import Clearinghouse
from config.settings import load
from config.toml_file import read_model
from console.answer import DONE_WITH_HOLDS
from console.command import app
from ledger.queries.listing import Page
from ledger.queries.work import alerts
from tasks.home.home import open_home
from tasks.runs.month_over import NOT_CLOSED
from tests.conftest import CHECKOUT
from tests.docs.typed import typed
from tests.prefect_database import begin_with

PAGE = CHECKOUT / "docs" / "tutorial.md"
_FRAME = re.compile(r"[\u2500-\u257f\s]+")


def plain(printed: str) -> str:
    """What was printed, without the frames of tables and with one blank between words."""
    return _FRAME.sub(" ", printed)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An empty folder with `cleanclaim` on the PATH, and nothing of this machine's settings."""
    folder = tmp_path_factory.mktemp("newcomer")
    programs = tmp_path_factory.mktemp("bin")
    command = programs / "cleanclaim"
    command.write_text(f"#!{sys.executable}\nfrom console.command import main\nmain()\n")
    command.chmod(0o755)
    return folder, {
        **{k: v for k, v in os.environ.items() if not k.startswith(("CLEANCLAIM_", "COLUMNS"))},
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": str(CHECKOUT),
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "600",  # a busy machine is no fault of the page
    }


def claims(home: Path) -> dict[str, str]:
    with open_home(load(home)) as opened, opened.ledger.read() as connection:
        rows = connection.execute(
            text(
                "SELECT e.external_id, s.state FROM submission s JOIN claim c ON c.id = s.claim_id "
                "JOIN claim_version v ON v.id = s.version_id JOIN encounter e ON e.id = v.encounter_id"
            )
        )
        return {row[0]: row[1] for row in rows}


def a_month_is_over(home: Path) -> bool:
    """Whether the runs of today and of the next business date are of two months: then the first one's books
    wait to be closed, as the page says, and nothing else waits."""
    with open_home(load(home)) as opened:
        return [alert.code for alert in alerts(opened.ledger, Page(limit=50))] == [NOT_CLOSED]


@pytest.mark.slow
@pytest.mark.long
def test_what_a_newcomer_types_does_what_the_page_says_and_ends_with_a_paid_claim(folder, prefect_database):
    where, environment = folder
    blocks = typed(PAGE)
    assert len(blocks) >= 8
    states = []
    for block in blocks:
        for home in where.glob("*/cleanclaim.toml"):
            begin_with(prefect_database, home.parent / "prefect" / "prefect.db")
        done = subprocess.run(
            ["bash", "-e", "-c", block.commands],
            cwd=where, env=environment, capture_output=True, text=True, timeout=900,
        )  # fmt: skip
        printed = plain(done.stdout + done.stderr)
        ran = block.commands.strip() == "cleanclaim run --home trial"
        expected = DONE_WITH_HOLDS if ran and a_month_is_over(where / "trial") else block.exit_code
        assert done.returncode == expected, f"{block.commands}\n{done.stdout}\n{done.stderr}"
        for line in block.shown:
            assert plain(line).strip() in printed, f"{block.commands}: {line!r} is not in\n{done.stdout}"
        if ran:
            states.append(claims(where / "trial"))
    visits = {"JSON-1", "CSV-1", "HL7-1/T1", "FHIR-1", "CCDA-1", "FIRST-1"}
    assert states == [dict.fromkeys(visits, "accepted"), dict.fromkeys(visits, "paid")]
    received = {f.name.split("_")[0] for f in (where / "trial/edi/received").rglob("*") if f.is_file()}
    assert {"ta1", "999", "277", "835"} <= received
    journal = (where / "trial/clearinghouse/journal.jsonl").read_text().splitlines()
    assert [json.loads(line)["isa13"] for line in journal] == ["000000001"]
    assert claims(where / "real") == {"CSV-1": "sent"}


def test_the_lines_for_an_sftp_site_replace_those_that_the_page_names(tmp_path):
    done = CliRunner().invoke(app, ["init", "--home", str(tmp_path / "real"), "--clearinghouse", "northgate"])
    assert done.exit_code == 0
    page = PAGE.read_text("utf-8")
    [(replaced, block)] = re.findall(
        r"northgate\.toml` replace the lines? ([^\n]+) with\n\n```toml\n(.*?)^```", page, re.M | re.S
    )
    keys = re.findall(r"`(\w+) = \.\.\.`", replaced)
    file = tmp_path / "real/partners/clearinghouses/northgate.toml"
    lines = [line for line in file.read_text("utf-8").splitlines() if line.split(" = ")[0] not in keys]
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    file.write_text(block.replace("ssh-ed25519 AAAA...", key) + "\n".join(lines), "utf-8")
    clearinghouse = read_model(Clearinghouse, file, key="northgate")
    assert (clearinghouse.transport, clearinghouse.folder, clearinghouse.usage) == ("sftp", None, "T")


def test_every_file_and_page_that_the_tutorial_names_is_there():
    page = PAGE.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", page):
        assert (PAGE.parent / target).exists(), target
    for path in re.findall(r"`((?:mock_clearinghouse|tests|config|docs)/[^`]+)`", page):
        assert (CHECKOUT / path).exists(), path
