"""Old nights' files leave the database, and everything that shows or needs them finds them as before."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from config.settings import load
from console.command import app
from ledger.maintenance import packing
from ledger.queries import standing, work
from ledger.queries.batches import all_batches
from ledger.queries.money import money
from ledger.schema import document
from ledger.storage import documents
from ledger.trail import audit
from tasks import nightly_run
from tasks.home import audit_trail, keys
from tasks.operations import seal_archive
from tasks.operations.money_acts import By
from tasks.steps import archive
from tests.steps import steps
from tests.tasks.operations.killing import killed, of

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)
LATER = date(2027, 1, 18)
SETTINGS = "demo = true\nsettle_seconds = 0\narchive_after_days = 30\n"
NOTHING = {"documents": 0, "packs": 0, "copies": 0}
NAMES = (b"Zephyrine", b"ZEPHYRINE", b"W17770001")


def evenings(home) -> None:
    home.drop("lakeside/one.json", home.encounter())
    for day, evening in ((MONDAY, "monday"), (TUESDAY, "tuesday"), (WEDNESDAY, "wednesday")):
        home.samples(evening)
        with home.clearinghouse(day), home.opened() as opened:
            nightly_run.walk(opened, day)
    (home.path / "cleanclaim.toml").write_text(SETTINGS)


def archived(home, day=LATER) -> dict[str, int]:
    """What the step's pieces come to on a day."""
    total = {"documents": 0, "packs": 0, "copies": 0}
    with home.opened() as opened:
        for piece in archive.pieces(opened, day):
            for name, count in archive.do(opened, day, piece).items():
                total[name] += count
    return total


def every_document(home) -> dict[str, bytes]:
    with home.opened() as opened, opened.ledger.read() as connection:
        hashes = connection.execute(select(document.c.sha256)).scalars().all()
        return documents.load_kept(connection, hashes)


def in_database(home, *kinds: str) -> int:
    """Bytes of documents in the database, of these kinds or all."""
    query = select(func.coalesce(func.sum(func.length(document.c.bytes)), 0))
    with home.opened() as opened, opened.ledger.read() as connection:
        return connection.execute(query.where(document.c.kind.in_(kinds)) if kinds else query).scalar_one()


def packs(home) -> list:
    return sorted(p for p in (home.path / "archive").rglob("*") if p.is_file())


def shown(home) -> str:
    """What commands say of each claim and batch, with the files that they were in."""
    with home.opened() as opened:
        claims = [one.patient_control_number for one in standing.claims(opened.ledger)]
        batches = all_batches(opened.ledger)
    said = [asked(home, "claims", "show", one) for one in claims]
    for one in batches:
        batch = json.loads(asked(home, "batches", "show", str(one.id), "--json"))
        assert (batch.pop("file") or "").endswith((one.name, ".zip")), "where it lies"
        said.append(json.dumps(batch))
    assert len(said) > 10
    return "\n".join(said)


def asked(home, *words: str) -> str:
    done = CliRunner().invoke(app, [*words, "--home", str(home.path)])
    assert done.exit_code == 0, done.output
    return done.output


def test_old_files_leave_the_database_and_every_command_shows_what_it_showed(home):
    evenings(home)
    before, stored, looked = every_document(home), in_database(home), shown(home)
    assert archived(home, WEDNESDAY) == NOTHING, "they are young"
    done = archived(home)
    assert done["packs"] == 3 == len(packs(home)), "one for each night"
    assert done["documents"] > 10
    assert in_database(home) < stored / 2
    assert in_database(home, "encounter_file", "claim_file", "inquiry_file", "response") == 0
    assert every_document(home) == before
    assert shown(home) == looked
    assert archived(home) == NOTHING
    with home.opened() as opened:
        assert audit_trail.verify(opened).holds
        rows = audit.rows(opened.ledger, act="documents archived")
        assert {row.subject for row in rows} == {file.name for file in packs(home)}


def test_without_the_setting_nothing_moves(home):
    evenings(home)
    (home.path / "cleanclaim.toml").write_text("demo = true\n")
    assert archived(home) == NOTHING
    assert packs(home) == []


def copied(home) -> list:
    return sorted(p for p in (home.path / "edi").rglob("*") if p.is_file())


@pytest.mark.parametrize("sealed", [False, True])
def test_copies_of_what_lies_in_packs_end_and_are_not_written_again(home, sealed):
    if sealed:
        keys.new_archive_key(load(home.path))
    evenings(home)
    files = copied(home)
    assert len(files) > 8
    assert {f.suffix == ".age" for f in files} == {sealed}
    noted = files[0].with_name("note.txt")
    noted.write_text("ask them about this one")
    changed = next(f for f in files if "received" in f.parts)
    changed.write_bytes(changed.read_bytes()[:-1])
    assert archived(home, WEDNESDAY) == NOTHING
    assert copied(home) == sorted([*files, noted])
    assert archived(home)["copies"] == len(files) - 1
    assert copied(home) == sorted([noted, changed]), "what no pack has stays"
    with home.opened() as opened:
        nightly_run.walk(opened, WEDNESDAY + timedelta(days=1), steps("report", "report"))
    assert copied(home) == sorted([noted, changed])


def test_nights_that_archive_come_to_what_nights_without_come_to(make_home):
    """The partner's answers of the nights after are about batches and claims in packs."""
    ends = []
    for name, days in (("with", 1), ("without", 0)):
        home = make_home(name)
        (home.path / "cleanclaim.toml").write_text(SETTINGS.replace("30", f"{days}"))
        home.samples("monday")
        moved = []
        for day in (MONDAY, MONDAY + timedelta(days=2), MONDAY + timedelta(days=4)):
            with home.clearinghouse(day), home.opened() as opened:
                moved.append(nightly_run.walk(opened, day).get("archive.documents", 0))
        assert [count > 0 for count in moved] == [False, days > 0, days > 0]
        with home.opened() as opened:
            ends.append((all_batches(opened.ledger), standing.claims(opened.ledger), money(opened.ledger)))
    assert ends[0] == ends[1]


def test_a_folder_that_cannot_be_written_is_an_alert_until_a_run_can(home):
    evenings(home)
    (home.path / "archive").write_text("in the way")
    before = every_document(home)
    assert archived(home) == NOTHING
    with home.opened() as opened:
        [alert] = [a for a in work.alerts(opened.ledger) if a.code == "ARC-01"]
        assert "archive_folder" in alert.remedy
    assert every_document(home) == before
    (home.path / "archive").unlink()
    assert archived(home)["documents"] > 10
    with home.opened() as opened:
        assert not [a for a in work.alerts(opened.ledger) if a.code == "ARC-01"]


def test_packs_of_a_home_with_a_key_show_nobody_and_a_new_key_seals_them(home):
    keys.new_archive_key(load(home.path))
    evenings(home)
    archived(home)
    before, files = every_document(home), packs(home)
    assert [f for f in files if f.suffix != ".age"] == []
    assert not [f for f in files if any(name in f.read_bytes() for name in NAMES)]
    with home.opened() as opened:
        done = seal_archive.rotate(opened, LATER, By("ann", "the yearly key"))
        assert done.documents == len(before)
        assert documents.by_key(opened.ledger) == {done.key_id: done.documents}
    assert not set(packs(home)) & set(files)
    for earlier in (home.path / "keys" / "archive").glob("*.key"):
        if earlier.stem != done.key_id:
            earlier.unlink()
    assert every_document(home) == before


def test_doctor_says_which_packs_are_missing(home):
    evenings(home)
    archived(home)
    words = ["doctor", "--home", str(home.path), "--json"]
    assert '"archive", "outcome": "ok"' in " ".join(CliRunner().invoke(app, words).stdout.split())
    gone = packs(home)[0]
    gone.unlink()
    said = " ".join(CliRunner().invoke(app, words).stdout.split())
    assert '"archive", "outcome": "failed"' in said
    assert gone.name in said


@pytest.mark.long
def test_killed_at_any_point_nothing_is_lost_and_the_next_run_finishes(home, monkeypatch):
    monkeypatch.setattr(packing, "TOGETHER", 8)  # several packs of one night
    evenings(home)
    before = every_document(home)

    def act(opened):
        for piece in (archive.pieces(opened, LATER)[0], archive.COPIES):
            archive.do(opened, LATER, piece)

    point = 1
    while killed(copy := of(home, home.path.parent / f"killed{point}"), act, point):
        assert every_document(copy) == before, f"killed at {point}"
        archived(copy)
        assert every_document(copy) == before
        with copy.opened() as opened, opened.ledger.read() as connection:
            assert packing.named(connection) == {file.name for file in packs(copy)}, f"killed at {point}"
        assert in_database(copy, "encounter_file", "claim_file", "response") == 0
        assert copied(copy) == []
        point += 1
    assert point > 6
