"""A made-up person in every format, answer, fault and crash is found nowhere but in the files of EDI."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import load
from ledger import Ledger
from ledger.queries import work
from tests.conftest import CHECKOUT
from tests.faults.evenings import MONDAY, TUESDAY, WEDNESDAY, Evenings, fault
from tests.flows.canaries import all_logs, everything_prefect_keeps, process_titles
from tests.fuzz.documents import ENCOUNTERS, FIRST, LAST, MEMBER, leaks
from tests.tasks.notices.servers import mail_server, web_server

pytestmark = pytest.mark.usefixtures("prefect_server", "either_database")

CLEANCLAIM = str(Path(sys.executable).with_name("cleanclaim"))
REJECTING = """
[[rule]]
name = "the rest"
[[rule.remit]]
deny = { group = "CO", reason = "197" }
"""


def run(home, day):
    from flows.nightly import nightly

    return nightly(str(home.path), str(home.inbox), day, return_state=True)


def outside(home) -> str:
    """Logs, reports and the names of all that the product made in its home."""
    made = [p for p in home.path.rglob("*") if home.inbox not in p.parents]
    texts = [p.read_text("utf-8") for p in made if p.is_file() and p.parent.name in ("logs", "reports")]
    return "\n".join([*texts, *(str(p.relative_to(home.path)) for p in made)])


def drop_all(home) -> None:
    """The person in every format: good, cut, with a wrong field, and in the names of files."""
    folders = {".json": "lakeside", ".csv": "summit", ".xml": "bayview", ".hl7": "lakeside"}
    for name, data in ENCOUNTERS.items():
        folder = folders[Path(name).suffix]
        home.drop(f"{folder}/{name}", data)
        home.drop(f"{folder}/cut_{name}", data[: len(data) // 2])
        home.drop(f"{folder}/{LAST}_{FIRST}_{MEMBER}_{name}", data.replace(b"1937", LAST.encode()))


def tells_all(home, mail, web) -> None:
    """People are told of every alert and of each morning, and a heartbeat is watched."""
    people = ["notify_emails = ['ann@office.example']", "notify_from = 'claims@office.example'"]
    server = ["smtp_host = '127.0.0.1'", f"smtp_port = {mail.port}", "smtp_security = 'none'"]
    here = f"http://127.0.0.1:{web.port}"
    more = ["notify_severities = ['urgent', 'warning', 'note']", "digest_cron = '0 0 * * *'"]
    more += [f"webhook_url = '{here}/hook'", f"heartbeat_url = '{here}/beat'"]
    with (home.path / "cleanclaim.toml").open("a", encoding="utf-8") as file:
        file.write("\n".join(["", *people, *server, *more, ""]))


def test_no_format_answer_fault_or_crash_shows_a_person(home):
    evenings = Evenings(home)
    drop_all(home)
    with all_logs() as logged, process_titles() as titles, mail_server() as mail, web_server() as web:
        tells_all(home, mail, web)
        # a line that breaks, answers that reject, pay, are damaged, do not balance
        broken = fault("drop", operation="list") + fault("refuse_login", nth=4)
        evenings_run(evenings, MONDAY, rejecting() + broken)
        assert evenings_run(evenings, MONDAY, rejecting()).is_completed()
        damaged = fault("unbalanced", answer="835") + fault("corrupt", answer="277CA")
        assert evenings_run(evenings, TUESDAY, REJECTING + damaged).is_completed()
        # rows that break the steps which read them, in the middle of the step
        home.drop("lakeside/more.json", home.encounter("M-1", service_date="2026-11-04"))
        crashed(evenings, home)
        # a database that is not there
        wrong_database(home)
        shown = commands(home)
    kept = everything_prefect_keeps()
    assert "nightly" in kept, "it is the right database"
    assert len(logged) > 100
    assert any("NIT-09 validate_coding" in line for line in logged), "the crash was logged"
    assert "TRN-LOST" in kept
    assert {"/hook", "/beat/start", "/beat/fail", "/beat"} == set(web.paths)
    assert "/hook" not in "\n".join(logged), "an address may be a secret"
    assert "morning of" in mail.bytes
    with home.opened() as opened:
        assert [a.code for a in work.alerts(opened.ledger) if a.code not in mail.bytes] == []
    for place, text in {
        "Prefect": kept,
        "logs": "\n".join(logged),
        "process titles": "\n".join(titles),
        "the home": outside(home),
        "the commands": shown,
        "what went out": "\n".join([mail.bytes, *(f"{one}" for one in web.taken)]),
    }.items():
        assert leaks(text) == [], place


def evenings_run(evenings, day, scenario):
    with evenings.partner(day, scenario):
        return run(evenings.home, day)


def rejecting() -> str:
    one = '\n[[rule]]\nname = "one"\nnth = 1\nacknowledge = "reject"\nstatus = "A7:164:IL"\n'
    return one + REJECTING


def crashed(evenings, home) -> None:
    """An encounter whose stored content is not what it was: the step that reads it breaks."""
    from tasks import nightly_run
    from tasks.runs.lease import lease

    with evenings.partner(WEDNESDAY):
        for step in ("pick_up",):
            with lease(str(home.path), str(home.inbox), WEDNESDAY):
                nightly_run.do(str(home.path), str(home.inbox), WEDNESDAY, step, "inbox")
        ledger = Ledger(load(home.path).database_url)
        with ledger.write() as connection:
            spoiled = f'{{"patient": {{"last": ["{LAST}"], "first": "{FIRST}"}}, "member": "{MEMBER}"}}'
            connection.exec_driver_sql(
                f"UPDATE encounter SET payload = '{spoiled}' WHERE external_id = 'M-1'"
            )
        ledger.close()
        assert run(home, WEDNESDAY).is_completed(), "the encounter is held, the run continues"


def wrong_database(home) -> None:
    before = os.environ["CLEANCLAIM_DATABASE_URL"]
    os.environ["CLEANCLAIM_DATABASE_URL"] = f"postgresql+psycopg://{LAST}:{MEMBER}@127.0.0.1:9/{FIRST}"
    try:
        with pytest.raises(Exception) as failed:
            run(home, WEDNESDAY).result()
        assert leaks(repr(failed.value)) == []
    finally:
        os.environ["CLEANCLAIM_DATABASE_URL"] = before


def commands(home) -> str:
    """What the command says of it all, on both streams, at its most talkative; and what it exports."""
    said = []
    export = home.path / "export.csv"
    for words in (
        ("status",), ("holds",), ("batches", "show", "1"), ("denials", "export", "--out", str(export)),
        ("audit", "show"),
    ):  # fmt: skip
        ran = subprocess.run(
            [CLEANCLAIM, *words, "--home", str(home.path)],
            cwd=CHECKOUT,
            env=os.environ | {"CLEANCLAIM_LOG_LEVEL": "DEBUG"},
            capture_output=True,
            text=True,
            check=False,
        )
        said.append(f"{words} {ran.returncode}\n{ran.stdout}\n{ran.stderr}")
    return "\n".join([*said, export.read_text("utf-8")])


@pytest.mark.long
def test_every_file_of_a_home_is_its_owners_only_whatever_the_mask_was(home):
    evenings = Evenings(home)
    for path in (home.path, *home.path.rglob("*")):  # what the operator put there
        path.chmod(0o700 if path.is_dir() else 0o600)
    night = "from tests.flows.test_canaries import plain_night; plain_night({!r}, {!r})"
    mask = os.umask(0o022)
    try:
        with evenings.partner(MONDAY):
            for words in (
                [sys.executable, "-c", night.format(str(home.path), MONDAY.isoformat())],
                [CLEANCLAIM, "status", "--home", str(home.path)],
                [CLEANCLAIM, "backup", "--home", str(home.path)],
            ):
                subprocess.run(words, cwd=CHECKOUT, check=True, capture_output=True)
    finally:
        os.umask(mask)
    open_ = {
        str(path.relative_to(home.path)): oct(stat.S_IMODE(path.stat().st_mode))
        for path in (home.path, *home.path.rglob("*"))
        if stat.S_IMODE(path.stat().st_mode) & 0o077
        and path.relative_to(home.path).parts[:1] not in (("clearinghouse",), ("partners",))
    }
    assert open_ == {}
    assert evenings.received() == ["000000001"]


def plain_night(home: str, day: str) -> None:
    """A nightly run in a process of its own without a umask, as under a Prefect worker."""
    from datetime import date

    from tasks import nightly_run
    from tasks.runs.lease import lease

    with lease(home, "", date.fromisoformat(day)) as taken:
        assert taken.home is not None
        nightly_run.walk(taken.home, date.fromisoformat(day))
        taken.close([])
