"""A ledger that is not the one that went on last sends nothing before a person decides."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.engine import make_url
from typer.testing import CliRunner

from config.settings import load
from console.answer import CommandError
from console.command import app
from ledger.errors import LedgerInDoubt
from ledger.maintenance import epochs
from ledger.queries import work
from ledger.sending import batches
from ledger.trail import audit
from tasks import nightly_run
from tasks.claims.claim_numbers import patient_control_number, sequence_number
from tasks.errors import StepError
from tasks.home import audit_trail, outside_head
from tasks.operations import accept_ledger, backup, decide_batch
from tasks.operations.money_acts import By
from tasks.runs.lease import lease
from tasks.steps import send
from tests.ledger.conftest import Office

ANN = By("ann", "the regular backup")
MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)
HEAD = "audit/head"
WHY = "asked the partner"


def walk(home, day):
    """A night, as far as it goes."""
    with lease(str(home.path), "", day) as taken:
        assert taken, taken.message
        nightly_run.walk(taken.home, day)
        taken.close([])


def refused(home, day=WEDNESDAY) -> str:
    """What the run says as it leaves; nothing went out."""
    before = sent(home)
    with pytest.raises(StepError, match="LED-13") as raised:
        walk(home, day)
    assert sent(home) == before
    return str(raised.value)


def sent(home) -> list[str]:
    return sorted(file.name for file in (home.path / "site" / "inbound").iterdir())


def isa13s(home) -> list[str]:
    return sorted((home.path / "site" / "inbound" / name).read_bytes()[90:99].decode() for name in sent(home))


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request, monkeypatch, new_ledger_url, home):
    """Snapshots of the home's ledger, and ways back to them, on either database."""
    if request.param == "sqlite":
        yield SqliteFiles(home)
        return
    url = new_ledger_url("postgresql")
    monkeypatch.setenv("CLEANCLAIM_DATABASE_URL", url)
    made = PostgresqlCopies(request.getfixturevalue("postgresql"), url, monkeypatch)
    yield made
    made.drop()


class SqliteFiles:
    def __init__(self, home):
        self.file = home.path / "ledger.db"

    def snapshot(self) -> Callable[[], None]:
        """The ledger as it is now; the answer puts it back."""
        kept = self.file.with_name("snapshot.db")
        with sqlite3.connect(self.file) as source, sqlite3.connect(kept) as target:
            source.backup(target)

        def back():
            self.remove()
            shutil.copy(kept, self.file)

        return back

    def remove(self):
        for file in self.file.parent.glob("ledger.db*"):
            file.unlink()


class PostgresqlCopies:
    def __init__(self, server, url, monkeypatch):
        self.server, self.url, self.monkeypatch = server, url, monkeypatch
        self.made = []

    def _new(self, template):
        self.made.append(self.server.new(template=template))
        return self.made[-1]

    def snapshot(self):
        kept = self._new(make_url(os.environ["CLEANCLAIM_DATABASE_URL"]).database)
        return lambda: self.monkeypatch.setenv("CLEANCLAIM_DATABASE_URL", kept)

    def remove(self):
        self.monkeypatch.setenv("CLEANCLAIM_DATABASE_URL", self._new("migrated"))

    def drop(self):
        for url in self.made:
            self.server.drop(url)


@pytest.fixture
def office(home):
    """A home with a folder for a partner and one claim that went out on Monday."""
    home.use_folder()

    def monday():
        home.drop("lakeside/one.json", home.encounter("T-1"))
        walk(home, MONDAY)

    def tuesday():
        home.drop("lakeside/two.json", home.encounter("T-2", service_date="2026-11-03"))
        walk(home, TUESDAY)

    home.monday, home.tuesday = monday, tuesday
    return home


def test_a_rolled_back_ledger_sends_nothing_until_a_person_decides_and_then_uses_no_number_again(
    office, databases
):
    office.monday()
    back = databases.snapshot()
    office.tuesday()
    assert isa13s(office) == ["000000001", "000000002"]
    back()
    assert "row" in refused(office)
    with office.opened() as opened:
        assert [a.code for a in work.alerts(opened.ledger)] == ["LED-13"]
        with pytest.raises(LedgerInDoubt):
            send.do(opened, WEDNESDAY, "northgate")
    with lease(str(office.path), "", WEDNESDAY, opens_night=False, in_doubt=True) as taken:
        done = accept_ledger.accept(taken.home, WEDNESDAY, WHY, nothing_since=False)
    assert done.stopped == ("northgate",)
    walk(office, WEDNESDAY)
    assert len(sent(office)) == 2, "the partner is stopped until it is released"
    with office.opened() as opened:
        assert not opened.doubt
        assert "LED-13" not in [a.code for a in work.alerts(opened.ledger)]
        [began] = audit.rows(opened.ledger, act="epoch began")
        assert began.subject == "epoch 2"
        assert WHY in began.detail
        decide_batch.release_partner(opened, WEDNESDAY, "northgate", WHY)
        assert audit_trail.verify(opened).holds, "the heads of before are left behind by the decision"
    walk(office, date(2026, 11, 19))
    assert isa13s(office) == ["000000001", "000000002", f"{2 + epochs.GAP + 1:09d}"]
    numbers = {sequence_number(claim_number(office, name)) for name in sent(office)}
    assert len(numbers) == 3
    assert max(numbers) > epochs.CLAIM_GAP


def claim_number(office, name) -> str:
    data = (office.path / "site" / "inbound" / name).read_bytes().decode()
    return data.partition("CLM*")[2].partition("*")[0]


def test_a_dry_run_of_a_decision_reports_and_writes_nothing(office):
    office.monday()
    (office.path / HEAD).unlink()
    with office.opened() as opened:
        before = epochs.now(opened.ledger)
        preview = accept_ledger.accept(opened, TUESDAY, "", nothing_since=False, really=False)
        assert preview.epoch == 2
        assert preview.stopped == ("northgate",)
        assert epochs.now(opened.ledger) == before
        assert opened.doubt
        assert batches.stopped(opened.ledger) == {}


def test_a_deleted_ledger_is_not_begun_anew(office, databases):
    office.monday()
    databases.remove()
    assert "another ledger" in refused(office)


def test_a_ledger_swapped_for_another_homes_is_found(office, make_home, tmp_path):
    office.monday()
    other = make_home("other")
    with other.opened() as opened:
        Office(opened.ledger).sent("1")
    shutil.copy(other.path / "ledger.db", office.path / "ledger.db")
    assert "another ledger" in refused(office)


def test_a_ledger_without_its_journal_file_is_found(office):
    """What a copy of ledger.db alone holds ends at the last checkpoint."""
    office.monday()
    with office.opened():
        pass
    database = office.path / "ledger.db"
    holding = sqlite3.connect(database)  # keeps the journal from being folded in at the end
    holding.execute("SELECT 1 FROM batch").fetchall()
    holding.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    office.drop("lakeside/two.json", office.encounter("T-2", service_date="2026-11-03"))
    walk(office, TUESDAY)
    alone = database.read_bytes()
    holding.close()
    for file in office.path.glob("ledger.db*"):
        file.unlink()
    database.write_bytes(alone)
    assert "row" in refused(office)


@pytest.mark.parametrize("how", ["vacuumed", "copied", "moved on its disk"])
def test_what_an_operator_may_do_with_the_files_stops_nothing(office, how):
    office.monday()
    database = office.path / "ledger.db"
    if how == "vacuumed":
        with sqlite3.connect(database) as connection:
            connection.execute("VACUUM")
    elif how == "copied":
        SqliteFiles(office).snapshot()()
    else:
        office.path = office.path.rename(office.path.with_name("elsewhere"))
        office.inbox = office.path / "inbox"
    office.tuesday()
    assert len(sent(office)) == 2
    for folder in (office.path, office.path / "audit"):
        for file in folder.iterdir():
            file.chmod(file.stat().st_mode)  # as a `chmod -R` does
    walk(office, WEDNESDAY)


@pytest.mark.parametrize("how", ["removed", "cut short", "of another home", "emptied"])
def test_a_head_that_is_gone_or_is_none_stops_sending_until_a_person_says_that_nothing_was_sent(
    office, make_home, how
):
    office.monday()
    head = office.path / HEAD
    if how == "removed":
        head.unlink()
    elif how == "cut short":
        head.write_bytes(head.read_bytes()[:20])
    elif how == "emptied":
        head.write_bytes(b"")
    else:
        other = make_home("other")
        with other.opened() as opened:
            Office(opened.ledger).sent("1")
        shutil.copy(other.path / HEAD, head)
    assert "head" in refused(office) or how == "of another home"
    with office.opened() as opened:
        accept_ledger.accept(opened, TUESDAY, "the file was removed by hand", nothing_since=True)
    office.tuesday()
    assert len(sent(office)) == 2


def test_a_run_that_died_between_its_commit_and_the_head_goes_on(office):
    office.monday()
    early = (office.path / HEAD).read_bytes()
    office.tuesday()
    (office.path / HEAD).write_bytes(early)
    walk(office, WEDNESDAY)
    assert json.loads((office.path / HEAD).read_text())["row"] > json.loads(early)["row"]


def test_a_run_that_died_between_a_decision_and_the_head_goes_on(office):
    office.monday()
    early = (office.path / HEAD).read_bytes()
    SqliteFiles(office).remove()
    with office.opened() as opened:
        accept_ledger.accept(opened, TUESDAY, "begun anew", nothing_since=False)
    (office.path / HEAD).write_bytes(early)
    with office.opened() as opened:
        assert opened.doubt == ""
        assert epochs.now(opened.ledger).head.epoch == 2


def backup_of(home):
    with home.opened() as opened:
        return backup.back_up(opened, MONDAY, ANN, backup.default_file(opened, MONDAY)).file


def restore(home, file, **said):
    settings = load(home.path)
    said = {"nothing_since": False, "archive_keys": home.path / "none"} | said
    return backup.restore(settings, file, WEDNESDAY, **said)


def test_a_restore_killed_before_it_wrote_the_head_is_no_doubt(office, databases):
    office.monday()
    file = backup_of(office)
    office.tuesday()
    head = (office.path / HEAD).read_bytes()
    databases.remove()
    restore(office, file)
    (office.path / HEAD).write_bytes(head)
    with office.opened() as opened:
        assert opened.doubt == ""
        assert list(batches.stopped(opened.ledger)) == ["northgate", *others(opened)]
        assert audit_trail.verify(opened).holds


def others(opened):
    return sorted(opened.partners.clearinghouses.keys() - {"northgate"})


def test_a_copy_of_the_home_sends_nothing_and_the_original_goes_on(office):
    office.monday()
    copy = office.path.with_name("copy")
    shutil.copytree(office.path, copy)
    office.tuesday()
    beside = type(office)(copy)
    (copy / "cleanclaim.toml").write_text((office.path / "cleanclaim.toml").read_text())
    shutil.rmtree(copy / "partners")
    shutil.copytree(office.path / "partners", copy / "partners")
    beside.drop("lakeside/three.json", beside.encounter("T-3", service_date="2026-11-04"))
    assert "another place" in refused(beside, TUESDAY)
    walk(office, WEDNESDAY)
    assert len(sent(office)) == 2


def test_a_whole_home_restored_from_yesterday_with_its_head_sends_nothing(office):
    office.monday()
    yesterday = office.path.with_name("yesterday")
    shutil.copytree(office.path, yesterday)
    office.tuesday()
    site = office.path / "site"
    site.rename(site.parent.with_name("site"))
    shutil.rmtree(office.path)
    shutil.copytree(yesterday, office.path)
    shutil.rmtree(site)
    site.parent.with_name("site").rename(site)
    assert "another place" in refused(office)


def test_an_older_home_copied_over_the_one_that_went_on_sends_nothing_and_goes_on_by_a_decision(office):
    """As `cp -a` and `rsync` do: the same mark stays, and what the older one does not have is left."""
    office.monday()
    older = office.path.with_name("older")
    shutil.copytree(office.path, older, ignore=shutil.ignore_patterns("site"))
    office.drop("lakeside/two.json", office.encounter("T-2", service_date="2026-11-03"))
    walk(office, TUESDAY)
    mark = outside_head.mark(office.path).split()[0]
    shutil.copytree(older, office.path, dirs_exist_ok=True)
    assert outside_head.mark(office.path).split()[0] == mark
    assert "head-2026-11-17" in refused(office)
    with office.opened() as opened:
        accept_ledger.accept(opened, WEDNESDAY, WHY, nothing_since=True)
    with office.opened() as opened:
        assert opened.doubt == "", "the head of before is left behind by the decision"
        assert audit_trail.verify(opened).holds
    walk(office, WEDNESDAY)
    assert len(sent(office)) == 3
    with office.opened() as opened:
        assert audit_trail.verify(opened).holds


@pytest.mark.parametrize("more", [1, 2, 3, 9])
def test_however_many_rows_the_other_way_went_its_heads_are_left_behind(office, databases, more):
    """The row of a decision may stand before or after what an earlier head knows, or in its very place."""
    office.monday()
    back = databases.snapshot()
    with office.opened() as opened:
        for n in range(more):
            audit.record(opened.ledger, "2026-11-16", "exported", f"list {n}")
        audit_trail.write_head(opened, TUESDAY)
    back()
    refused(office)
    with office.opened() as opened:
        accept_ledger.accept(opened, WEDNESDAY, WHY, nothing_since=True)
    with office.opened() as opened:
        assert opened.doubt == ""
        found = audit_trail.verify(opened)
        assert found.holds
        assert found.heads == 2, "the head of Monday and the one of now count"


def test_a_home_that_sent_nothing_yet_may_lose_its_ledger(office):
    with office.opened():
        pass
    SqliteFiles(office).remove()
    office.monday()
    assert len(sent(office)) == 1


def test_what_only_reads_still_works_in_doubt_and_says_so(office):
    office.monday()
    (office.path / HEAD).unlink()
    refused(office, TUESDAY)
    for command, code in ((["batches", "list"], 0), (["ledger", "show"], 1), (["ledger", "accept"], 2)):
        assert cleanclaim(office, *command)[0] == code, command
    code, output = cleanclaim(office, "status", "--json")
    found = json.loads(output)
    assert code == 1
    assert "head" in found["ledger_in_doubt"]
    assert "LED-13" in [a["code"] for a in found["alerts"]]
    word = ("--why", "cleaned up by mistake", "--nothing-since")
    assert cleanclaim(office, "ledger", "accept", "--dry-run", *word)[0] == 0
    assert cleanclaim(office, "ledger", "show")[0] == 1
    assert cleanclaim(office, "ledger", "accept", *word)[0] == 0
    assert cleanclaim(office, "ledger", "show")[0] == 0


def cleanclaim(home, *words):
    """The command in this process: its exit code, and what it printed."""
    done = CliRunner().invoke(app, [*words, "--home", str(home.path)])
    if isinstance(done.exception, CommandError):
        return done.exception.exit_code, done.output
    return done.exit_code, done.stdout


def test_nothing_is_decided_where_nothing_is_in_doubt(office):
    with office.opened() as opened, pytest.raises(StepError, match="LGR-01"):
        accept_ledger.accept(opened, MONDAY, WHY, nothing_since=True)


def test_a_head_is_whole_or_not_there_and_names_no_patient(office):
    office.monday()
    head = json.loads((office.path / HEAD).read_text())
    assert set(head) == {"ledger", "epoch", "row", "mac", "numbers"}
    assert outside_head.read(office.path / HEAD).numbers["claim"] == 1


@pytest.mark.parametrize("number", [0, 1, 999, 10**7, 10**9])
def test_a_patient_control_number_has_at_most_20_characters_and_its_number_is_found_again(number):
    made = patient_control_number("ABCDEF", number)
    assert len(made) <= 20
    assert sequence_number(made) == number
    assert sequence_number(made[:-1] + str((int(made[-1]) + 1) % 10)) is None
