"""Each night looks over the trail and ships its head; a machine restored as a whole is found by it."""

import json
import shutil
from datetime import date

import pytest
from sqlalchemy import text

from config.settings import load
from ledger.queries import work
from ledger.sending import batches
from ledger.trail import audit
from tasks import nightly_run
from tasks.batches import partner_evidence
from tasks.errors import StepError
from tasks.home import audit_trail
from tasks.home.home import open_home
from tasks.operations import accept_ledger
from tasks.runs.lease import lease

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)


def ta1(number):
    """The partner takes an interchange of this number."""
    parties = f"ZZ*{'NORTHGATE':15}*ZZ*{'CLEANCLAIM':15}"
    isa = f"ISA*00*{'':10}*00*{'':10}*{parties}*261117*0900*^*00501*000000077*0*T*:~"
    return f"{isa}TA1*{number}*261116*2000*A*000~IEA*0*000000077~"


@pytest.fixture
def office(home, tmp_path):
    """A home with a folder for a partner and a share for heads."""
    home.use_folder()
    home.share = tmp_path / "share"
    home.share.mkdir()
    home.settings = (home.path / "cleanclaim.toml").read_text()
    says(home, f'heads_folder = "{home.share}"\n')
    return home


def says(home, more):
    (home.path / "cleanclaim.toml").write_text(home.settings + more)


def walk(home, day, number=""):
    if number:
        home.drop(f"lakeside/{number}.json", home.encounter(number, service_date=f"2026-11-{number[2:]:0>2}"))
    with lease(str(home.path), "", day) as taken:
        assert taken, taken.message
        nightly_run.walk(taken.home, day)
        taken.close([])


def sent(home):
    return len(list((home.path / "site" / "inbound").iterdir()))


def alerts_of(home):
    with home.opened() as opened:
        return [a.code for a in work.alerts(opened.ledger)]


def test_each_night_looks_over_the_trail_and_fails_where_money_is_not_what_was_written(office):
    walk(office, MONDAY, "T-1")
    with office.opened() as opened, opened.ledger.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER append_only_posting_delete")
        connection.exec_driver_sql("DROP TRIGGER append_only_entry_delete")
        connection.execute(text("DELETE FROM posting"))
        connection.execute(text("DELETE FROM entry"))
    with pytest.raises(StepError, match="NIT-03"):
        walk(office, TUESDAY)
    assert "AUD-01" in alerts_of(office)


def test_rows_under_a_key_that_is_gone_are_an_alert_and_no_failed_night(office):
    walk(office, MONDAY, "T-1")
    (office.path / "keys" / "audit").rename(office.path / "kept")
    walk(office, TUESDAY)
    assert "AUD-01" in alerts_of(office)
    (office.path / "kept").rename(office.path / "keys" / "audit.earlier")
    walk(office, WEDNESDAY)
    assert "AUD-01" not in alerts_of(office)


def test_heads_are_shipped_to_a_folder_and_fit(office):
    walk(office, MONDAY, "T-1")
    with office.opened() as opened:
        shipped = audit_trail.heads(office.share)
        assert len(shipped) == 2, "the newest, and the night's"
        found = audit_trail.verify(opened)
        assert found.holds
        assert found.heads == 4, "two in the home, two shipped"


def test_a_head_that_cannot_be_shipped_is_an_alert_and_no_failed_night(office):
    shutil.rmtree(office.share)
    walk(office, MONDAY, "T-1")
    assert sent(office) == 1
    assert "AUD-02" in alerts_of(office)
    office.share.mkdir()
    walk(office, TUESDAY)
    assert "AUD-02" not in alerts_of(office)


def test_a_command_gets_the_head_and_one_that_fails_is_an_alert(office):
    got = office.path / "got"
    script = office.path / "ship"
    script.write_text(f'#!/bin/sh\ncat > "{got}"\necho "$1" >> "{got}"\n')
    script.chmod(0o700)
    says(office, f'heads_command = "{script}"\n')
    walk(office, MONDAY, "T-1")
    head, name = got.read_text().splitlines()
    with office.opened() as opened:
        assert json.loads(head)["mac"] in {row.mac for row in audit.rows(opened.ledger)}
    assert name.endswith("2026-11-16")
    assert "AUD-02" not in alerts_of(office)
    for broken in ("false", str(office.path / "nowhere"), '\\"'):
        says(office, f'heads_command = "{broken}"\n')
        walk(office, TUESDAY)
        assert "AUD-02" in alerts_of(office)


def test_a_machine_restored_as_a_whole_sends_nothing_by_the_head_that_was_shipped(office):
    """Every file of the home is as yesterday, its own mark among them: only what lies elsewhere knows."""
    walk(office, MONDAY, "T-1")
    yesterday = {
        file: file.read_bytes()
        for file in office.path.rglob("*")
        if file.is_file() and "site" not in file.parts
    }
    walk(office, TUESDAY, "T-2")
    assert sent(office) == 2
    for file in office.path.rglob("*"):
        if file.is_file() and "site" not in file.parts and file not in yesterday:
            file.unlink()
    for file, content in yesterday.items():
        file.write_bytes(content)
    with pytest.raises(StepError, match="heads_folder"):
        walk(office, WEDNESDAY, "T-3")
    assert sent(office) == 2


def test_of_two_homes_that_were_one_the_first_to_go_on_stops_the_other(office):
    """A copy that says it is the one that goes on, and the original, share where heads are shipped to."""

    walk(office, MONDAY, "T-1")
    copy = office.path.with_name("copy")
    shutil.copytree(office.path, copy)
    with open_home(load(copy)) as opened:
        assert opened.doubt
        accept_ledger.accept(opened, TUESDAY, "moved here", nothing_since=True)
    with pytest.raises(StepError, match="heads_folder"):
        walk(office, TUESDAY, "T-2")
    assert sent(office) == 1


def test_a_cloned_machine_sends_nothing_where_the_partner_answers_what_it_never_sent(office):
    """Nothing is shipped, and every file of the home is as yesterday; the partner's answers are not."""
    says(office, "")
    shutil.rmtree(office.share)
    walk(office, MONDAY, "T-1")
    (office.path / "site" / "outbound" / "ta1.x12").write_text(ta1("000000002"))
    office.drop("lakeside/T-2.json", office.encounter("T-2", service_date="2026-11-02"))
    walk(office, TUESDAY)
    assert sent(office) == 1
    with office.opened() as opened:
        why = batches.stopped(opened.ledger)["northgate"]
        assert why == "the partner answers interchange 000000002, which was not sent from here"


def as_yesterday(office):
    """Every file of the home as it is now; call it to put them back. The partner's site is not the home's."""
    kept = {f: f.read_bytes() for f in office.path.rglob("*") if f.is_file() and "site" not in f.parts}

    def back():
        for file in office.path.rglob("*"):
            if file.is_file() and "site" not in file.parts and file not in kept:
                file.unlink()
        for file, content in kept.items():
            file.write_bytes(content)

    return back


@pytest.fixture
def restored(office):
    """The machine as it was on Monday evening. Nothing was shipped and nothing is answered; the file of the
    lost evening lies where it was sent to."""
    says(office, "")
    shutil.rmtree(office.share)
    walk(office, MONDAY, "T-1")
    restore = as_yesterday(office)
    walk(office, TUESDAY, "T-2")
    assert sent(office) == 2
    restore()
    return office


def test_a_machine_restored_as_a_whole_sends_nothing_where_the_partner_still_has_what_it_sent(restored):
    restored.drop("lakeside/T-3.json", restored.encounter("T-3", service_date="2026-11-02"))
    walk(restored, WEDNESDAY)
    assert sent(restored) == 2
    evidence = "interchange 000000002 lies there, which was not sent from here"
    with restored.opened() as opened:
        stopped = batches.stopped(opened.ledger)
        assert stopped.pop("northgate") == evidence
        assert set(stopped.values()) <= {f"northgate: {evidence}"}, "no other partner gets anything"


def test_what_a_partner_has_of_another_ledger_stops_until_a_person_accepts_this_one(restored):
    """A release alone does not do: the file still lies there, and its number would be used again."""
    walk(restored, TUESDAY, "T-3")
    with restored.opened() as opened:
        batches.release_partner(opened.ledger, "northgate", "2026-11-17", "asked")
    walk(restored, WEDNESDAY)
    assert sent(restored) == 2
    with restored.opened() as opened:
        done = accept_ledger.accept(opened, WEDNESDAY, "the other one is switched off", nothing_since=False)
        assert done.doubt == "northgate: interchange 000000002 lies there, which was not sent from here"
        assert "northgate" in done.stopped
        assert done.held == 1
        batches.release_partner(opened.ledger, "northgate", "2026-11-18", "asked")
    walk(restored, date(2026, 11, 19), "T-4")
    assert sent(restored) == 3
    with restored.opened() as opened:
        assert batches.stopped(opened.ledger).keys() == set(done.stopped) - {"northgate"}
        assert partner_evidence.standing(opened) == ""
        assert audit_trail.verify(opened).holds


@pytest.mark.parametrize(
    ("name", "was", "becomes"),
    [
        ("T000000009_20261117.837", b"", b""),
        ("elsewhere.837", b"000000001", b"000000009"),
        ("T000000009_20261117.837", b"*T*", b"*P*"),
        ("T000000009_20261117.837", b"", b"no X12"),
        ("P000000009_20261117.837", b"000000001", b"000000009"),
    ],
    ids=["an own file under another name", "a foreign name", "production", "rubbish", "its production name"],
)
def test_what_lies_there_and_is_no_file_of_ours_stops_nothing(office, name, was, becomes):
    walk(office, MONDAY, "T-1")
    [file] = (office.path / "site" / "inbound").iterdir()
    content = file.read_bytes()
    (file.parent / name).write_bytes(content.replace(was, becomes) if was or not becomes else becomes)
    walk(office, TUESDAY, "T-2")
    with office.opened() as opened:
        assert batches.stopped(opened.ledger) == {}


def test_an_answer_to_what_was_sent_from_here_stops_nothing(office):
    walk(office, MONDAY, "T-1")
    (office.path / "site" / "outbound" / "ta1.x12").write_text(ta1("000000001"))
    walk(office, TUESDAY, "T-2")
    assert sent(office) == 2
