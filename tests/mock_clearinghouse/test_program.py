"""The program: business dates, restarts, kills, and how it is started."""

import hashlib
import json
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import paramiko
import pytest

from tests.waiting import PATIENCE

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)


def test_a_restart_on_the_same_day_repeats_nothing(clearinghouse, claim, batch):
    now = clearinghouse()
    now.send(batch(claim()))
    now.next(TUESDAY)
    before = now.files()
    now.take()
    now.next(TUESDAY)
    assert len(before) == 4
    assert now.files() == []
    assert len(now.now.journal) == 1


def test_a_start_on_an_earlier_day_continues_the_last_business_date(clearinghouse, claim, batch):
    now = clearinghouse()
    now.send(batch(claim()))
    now.next(TUESDAY)
    now.take()
    now.next(MONDAY)
    assert now.now.day == TUESDAY
    assert now.files() == []


def test_a_day_without_a_start_is_no_business_date(clearinghouse, claim, batch):
    now = clearinghouse()
    now.send(batch(claim("CC1", "W610000001")))
    now.take()
    now.next(WEDNESDAY)  # the second business date, though Tuesday was left out
    claims = [c for r in now.remittances() for c in r.claims]
    assert [c.status for c in claims if c.patient_control_number == "CC1"] == ["1"]


def test_the_clearinghouse_keeps_its_keys(clearinghouse):
    now = clearinghouse()
    first = now.now.host_key.asbytes()
    now.next(TUESDAY)
    assert now.now.host_key.asbytes() == first
    for name in ("host_key", "client_key"):
        assert (now.root / name).stat().st_mode & 0o777 == 0o600


def test_a_file_with_its_final_name_but_no_line_is_taken_in_at_the_next_start(clearinghouse, claim, batch):
    """As after a kill between the rename and the journal."""
    now = clearinghouse()
    data = batch(claim())
    now.now.stop()
    (now.root / "sftp/inbound/a.837").write_bytes(data)
    (now.root / "sftp/inbound/b.837.part").write_bytes(data)
    now.now = None
    now.next(MONDAY)
    assert [(line.name, line.sha256) for line in now.now.journal] == [
        ("a.837", hashlib.sha256(data).hexdigest())
    ]
    assert len(now.files()) == 3


def test_a_file_that_was_journaled_but_not_answered_is_answered_at_the_next_start(
    clearinghouse, claim, batch
):
    """As after a kill between the journal and the answers."""
    now = clearinghouse()
    path = now.root / "sftp/inbound/a.837"
    path.write_bytes(batch(claim()))
    now.now._note(path.name, path.read_bytes())
    assert now.files() == []
    now.next(MONDAY)
    assert len(now.files()) == 3
    assert len(now.now.journal) == 1
    now.next(MONDAY)
    assert len(now.files()) == 3


def test_answers_placed_before_a_kill_are_placed_again_with_the_same_names_and_bytes(
    clearinghouse, claim, batch
):
    """As after a kill between the answers and the memory of them."""
    now = clearinghouse()
    path = now.root / "sftp/inbound/a.837"
    path.write_bytes(batch(claim()))
    now.now._note(path.name, path.read_bytes())
    now.now._reception.receive(now.now._state.add_file(0, 1), path.read_bytes())
    before = {file.name: file.read_bytes() for file in now.files()}
    assert len(before) == 3
    now.next(MONDAY)
    assert {file.name: file.read_bytes() for file in now.files()} == before


@pytest.fixture
def started(tmp_path):
    """Starts the program as a process of its own."""
    running = []

    def start(*more, day="2026-11-16"):
        process = subprocess.Popen(
            [sys.executable, "-m", "mock_clearinghouse", "--root", tmp_path / "root", "--date", day, *more],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        running.append(process)
        line = process.stdout.readline()
        return process, json.loads(line) if line else {}

    yield start
    for process in running:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()


def connect(ready):
    ssh = paramiko.Transport(("127.0.0.1", ready["port"]))
    ssh.connect(username=ready["user"], pkey=paramiko.Ed25519Key(filename=ready["client_key"]))
    assert (
        f"{ssh.get_remote_server_key().get_name()} {ssh.get_remote_server_key().get_base64()}"
        == ready["host_key"]
    )
    return ssh, paramiko.SFTPClient.from_transport(ssh)


@pytest.mark.slow
def test_it_says_where_it_listens_and_takes_a_file(started, claim, batch, tmp_path):
    process, ready = started()
    assert set(ready) == {"port", "host_key", "user", "client_key", "date"}
    ssh, sftp = connect(ready)
    with sftp.open("inbound/a.837.part", "wb") as file:
        file.write(batch(claim()))
    assert sftp.listdir("outbound") == []
    sftp.rename("inbound/a.837.part", "inbound/a.837")
    assert [name.split("_")[-1] for name in sorted(sftp.listdir("outbound"))] == [
        "TA1.x12",
        "999.x12",
        "277CA.x12",
    ]
    with pytest.raises(OSError):
        sftp.rename("inbound/a.837", "outbound/../../escaped")
    ssh.close()
    assert len((tmp_path / "root/journal.jsonl").read_text().splitlines()) == 1
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert process.stderr.read() == b""


@pytest.mark.slow
def test_it_ends_when_standard_input_closes(started):
    process, _ = started("--until-stdin-closes")
    process.stdin.close()
    assert process.wait(PATIENCE) == 0
    process.stdin = subprocess.DEVNULL and open("/dev/null", "wb")  # noqa: SIM115


@pytest.mark.slow
def test_after_a_kill_the_next_start_goes_on(started, claim, batch):
    process, ready = started()
    ssh, sftp = connect(ready)
    with sftp.open("inbound/a.837.part", "wb") as file:
        file.write(batch(claim()))
    sftp.rename("inbound/a.837.part", "inbound/a.837")
    process.kill()
    process.wait()
    ssh.close()
    process, ready = started(day="2026-11-17")
    ssh, sftp = connect(ready)
    assert len([name for name in sftp.listdir("outbound") if "835" in name]) == 1
    ssh.close()


@pytest.mark.slow
def test_a_scenario_that_cannot_be_used_ends_it_with_a_reason(started, tmp_path):
    (tmp_path / "bad.toml").write_text("[[fault]]\nkind = 'gremlins'\n")
    process, ready = started("--scenario", str(tmp_path / "bad.toml"))
    assert process.wait(PATIENCE) == 2
    assert ready == {}
    assert b"bad.toml: [[fault]] 1: kind 'gremlins'" in process.stderr.read()


@pytest.mark.parametrize("way", ["password", "none", "shell", "other key"])
def test_nobody_gets_in_but_with_the_client_key_and_for_sftp_only(clearinghouse, way):
    now = clearinghouse()
    ssh = paramiko.Transport(("127.0.0.1", now.now.port))
    ssh.start_client(timeout=5)
    if way == "shell":
        ssh.auth_publickey("cleanclaim", paramiko.Ed25519Key(filename=str(now.root / "client_key")))
        channel = ssh.open_session()
        with pytest.raises(paramiko.SSHException):
            channel.exec_command("id")
    else:
        login = {
            "password": lambda: ssh.auth_password("cleanclaim", "cleanclaim"),
            "none": lambda: ssh.auth_none("cleanclaim"),
            "other key": lambda: ssh.auth_publickey("cleanclaim", now.now.host_key),
        }
        with pytest.raises(paramiko.SSHException):
            login[way]()
    ssh.close()


def test_a_stop_does_not_wait_for_a_client(clearinghouse):
    now = clearinghouse()
    ssh = paramiko.Transport(("127.0.0.1", now.now.port))
    ssh.connect(username="cleanclaim", pkey=paramiko.Ed25519Key(filename=str(now.root / "client_key")))
    now.next(TUESDAY)
    ssh.join(PATIENCE)
    assert not ssh.is_alive(), "the server hung up"
