"""Nights against a real OpenSSH server, with the faults that can be provoked there.

The server carries the mock's folders; before and after a run the mock takes in what arrived and answers.
"""

import os
import shutil
import threading
import time

import pytest

from ledger.sending import decisions
from mock_clearinghouse.faults import HOSTILE_NAMES
from tests.faults.evenings import MONDAY, TUESDAY


class RealServer:
    """OpenSSH before the partner's folders."""

    def __init__(self, evenings, make_sshd, root):
        self.evenings, self.make, self.root = evenings, make_sshd, root
        self.sftp = evenings.home.path / "clearinghouse" / "sftp"
        (root / "openssh").mkdir()
        for name in ("inbound", "outbound"):
            (self.sftp / name).mkdir(parents=True)
            (root / "openssh" / name).symlink_to(self.sftp / name)

    def listens(self, make_proxy=None, **settings):
        """Start a server and make it the partner, optionally behind a proxy that can fail."""
        place = self.make(**settings)
        self.place = place
        if make_proxy is not None:
            place, self.proxy = make_proxy(place)
        self.evenings.connect(place.site.port, place.site.host_key, place.site.key_file)
        self.evenings.settings(
            user=place.site.user, send_folder=place.site.send_folder, receive_folder=place.site.receive_folder
        )

    def answers(self, day):
        with self.evenings.partner(day):
            pass  # it takes in what lies there when it starts
        self.evenings.connect(self.place.site.port, self.place.site.host_key, self.place.site.key_file)

    def two_nights(self):
        for day in (MONDAY, TUESDAY):
            assert self.evenings.run(day) == []
            self.answers(day)
            assert self.evenings.run(day) == []
        self.evenings.ends_well()


@pytest.fixture
def server(evenings, make_sshd, tmp_path):
    return RealServer(evenings, make_sshd, tmp_path)


def test_two_nights_without_a_fault(server):
    server.listens()
    server.two_nights()


@pytest.mark.parametrize("count", [500, 2_500, 3_500, 4_500])
@pytest.mark.parametrize("direction", ["up", "down"])
def test_after_a_cut_connection_the_next_run_finishes(server, make_proxy, count, direction):
    server.listens(make_proxy)
    server.proxy.cut_after(count, direction)
    assert server.evenings.run(MONDAY) != []
    server.listens()
    server.two_nights()


def test_after_a_silent_connection_the_next_run_finishes(server, make_proxy):
    server.listens(make_proxy)
    server.evenings.settings(timeout=0.5, connect_timeout=1)
    server.proxy.stall_after(2_000, "up")
    [failure] = server.evenings.run(MONDAY, last="send")
    assert "TRN-TIMEOUT" in failure
    assert server.evenings.batch().state == "built"
    server.evenings.settings(timeout=60, connect_timeout=15)
    server.listens()
    server.two_nights()


def test_a_refused_login_and_another_host_key_stop_the_night_and_nothing_goes_out(server, tmp_path):
    server.listens()
    (tmp_path / "openssh" / "authorized_keys").write_text("")
    failures = server.evenings.run(MONDAY)
    assert len(failures) == 2, "one try to send, one to collect"
    assert all("TRN-LOGIN" in f for f in failures)
    pinned = server.place.site.host_key
    (tmp_path / "openssh" / "host_key").unlink()
    server.listens()  # with a new one
    server.evenings.connect(server.place.site.port, pinned, server.place.site.key_file)
    failures = server.evenings.run(MONDAY)
    assert len(failures) == 2
    assert all("TRN-HOSTKEY" in f for f in failures)
    assert server.evenings.batch().state == "built"
    assert list((server.sftp / "inbound").iterdir()) == []


def test_a_full_disk_holds_the_batch_until_there_is_room(server):
    server.listens(largest_file=1024)
    assert server.evenings.run(MONDAY) == []
    assert "after 3 uploads" in server.evenings.batch().hold
    assert [p.name for p in (server.sftp / "inbound").iterdir() if not p.name.endswith(".part")] == []
    server.listens()
    with server.evenings.home.opened() as opened:
        decisions.release(opened.ledger, 1, MONDAY.isoformat(), "the partner has room again")
    server.two_nights()


def test_a_file_swept_at_once_was_sent(server):
    server.listens()
    swept = server.root / "swept"
    swept.mkdir()
    over = threading.Event()

    def sweep():
        while not over.is_set():
            for path in (server.sftp / "inbound").glob("*.837"):
                path.rename(swept / path.name)
            time.sleep(0.001)

    sweeper = threading.Thread(target=sweep)
    sweeper.start()
    try:
        assert server.evenings.run(MONDAY) == []
    finally:
        over.set()
        sweeper.join()
    assert server.evenings.batch().state == "sent"
    for path in swept.iterdir():
        shutil.move(path, server.sftp / "inbound" / path.name)
    server.two_nights()


def test_another_file_of_the_final_name_holds_the_batch(server):
    server.listens()
    name = "T000000001_20261116_many.837"
    (server.sftp / "inbound" / name).write_bytes(b"another's")
    assert server.evenings.run(MONDAY) == []
    assert "final name" in server.evenings.batch().hold
    assert (server.sftp / "inbound" / name).read_bytes() == b"another's"


def test_a_growing_answer_is_left_until_it_is_whole_and_a_truncated_one_is_quarantined(server):
    server.listens()
    server.evenings.run(MONDAY)
    server.answers(MONDAY)
    [whole] = (server.sftp / "outbound").glob("*277CA*")
    data = whole.read_bytes()
    whole.write_bytes(data[:100])
    over = threading.Event()

    def grow():
        with whole.open("ab", buffering=0) as file:
            while not over.is_set():
                file.write(b"X")
                time.sleep(0.001)

    grower = threading.Thread(target=grow)
    grower.start()
    try:
        assert server.evenings.run(MONDAY) == []
    finally:
        over.set()
        grower.join()
    assert server.evenings.states() == ["sent", "sent"], "the 277CA is not whole"
    assert server.evenings.problems() == []
    whole.write_bytes(data[: len(data) // 2])
    assert server.evenings.run(TUESDAY) == []
    assert [p.code for p in server.evenings.problems()] == ["RSP-DAMAGED"]
    whole.write_bytes(data)
    server.two_nights()


def test_hostile_names_and_a_file_of_ten_gigabytes_are_refused(server):
    server.listens()
    for name in HOSTILE_NAMES:
        if "/" not in name and name != "..":
            (server.sftp / "outbound" / name).write_bytes(b"x")
    huge = server.sftp / "outbound" / "huge.835"
    with huge.open("wb") as file:
        file.truncate(10 << 30)  # sparse
    os.utime(huge, (4_000_000_000, 4_000_000_000))  # a time beyond 31 bits
    (server.sftp / "outbound" / "late.txt").write_bytes(b"Daily report")
    os.utime(server.sftp / "outbound" / "late.txt", (4_000_000_000, 4_000_000_000))
    server.two_nights()
    assert {p.code for p in server.evenings.problems()} == {"RSP-REFUSED"}
    assert all(p.name.isprintable() for p in server.evenings.problems())


def test_where_answers_cannot_be_removed_all_are_taken_once_and_it_is_reported(server):
    server.listens(subsystem="internal-sftp -P remove")
    server.evenings.settings(delete_after_download=True)
    server.two_nights()
    assert [a.code for a in server.evenings.alerts()] == ["RSP-LEFT"]
    server.listens()
    assert server.evenings.run(TUESDAY) == []
    assert server.evenings.alerts() == []
    assert list((server.sftp / "outbound").iterdir()) == []
