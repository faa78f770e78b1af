"""Files at a partner: one name used again, files that cannot be read, folders without an end.

Each test runs over a folder and over SFTP.
"""

import os
from datetime import timedelta
from pathlib import Path

import pytest

import edi
from ledger.queries.money import remittances
from ledger.queries.night import problems
from ledger.queries.work import alerts
from ledger.storage.database import Ledger
from tasks import nightly_run
from tasks.steps import collect
from tests.conftest import WorkingHome
from tests.faults.evenings import Evenings, fault
from tests.tasks.answering import TUESDAY, envelope, paid, remitted
from transport import interface

STEPS = tuple(step for step in nightly_run.NIGHT if step.name in ("collect", "acknowledge", "post"))
NOON = 1_790_000_000  # a time of the partner's clock


class Site:
    """A partner's folder for us, and nights that only collect from it."""

    def __init__(self, home: WorkingHome, over: str) -> None:
        self.home = home
        self.over = over
        if over == "folder":
            home.use_folder()
        self.evenings = Evenings(home)
        self.outbound = home.path / ("site" if over == "folder" else "clearinghouse/sftp") / "outbound"
        self.outbound.mkdir(parents=True, exist_ok=True)
        self.day = TUESDAY
        self.count = 0

    def settings(self, **lines: object) -> None:
        self.evenings.settings(**lines)

    def put(self, name: str, trace: str, at: int = NOON) -> Path:
        """A remittance of an unknown claim under a name; those of equally long traces are equally long."""
        self.count += 1
        data = edi.write_remittances([remitted(paid("STRANGER"), trace=trace)], envelope(500 + self.count))
        file = self.outbound / name
        file.write_bytes(data)
        os.utime(file, (at, at))
        return file

    def night(self, extra: str = "") -> list[str]:
        """Collects and posts; gives what failed."""
        self.day += timedelta(days=1)
        if self.over == "folder":
            return self._walk()
        with self.evenings.partner(self.day, extra):
            return self._walk()

    def _walk(self) -> list[str]:
        failures = []
        with self.home.opened() as opened:
            for step in STEPS:
                for piece in step.pieces(opened, self.day):
                    try:
                        step.do(opened, self.day, piece)
                    except Exception as error:
                        failures.append(str(error))
        return failures

    def ledger(self, ask) -> list:
        with self.home.opened() as opened:
            found: Ledger = opened.ledger
            return ask(found)

    def posted(self) -> list[str]:
        return sorted(r.trace for r in self.ledger(remittances) if r.state == "posted")

    def alerts(self) -> list[str]:
        return [a.code for a in self.ledger(alerts)]

    def problems(self) -> list[tuple[str, str]]:
        return [(p.name, p.message) for p in self.ledger(problems)]

    def waiting(self) -> list[tuple[str, str]]:
        found = self.ledger(lambda ledger: problems(ledger, open_only=True))
        return [(p.name, p.message) for p in found]

    def names(self) -> list[str]:
        return sorted(path.name for path in self.outbound.iterdir())


@pytest.fixture(params=["folder", "sftp"])
def site(request, home):
    return Site(home, request.param)


def test_a_partner_that_overwrites_one_name_each_day_is_read_each_day(site):
    for n in range(3):
        site.put("835.txt", f"DAY{n}", NOON + n * 86_400)
        assert site.night() == []
    assert site.posted() == ["DAY0", "DAY1", "DAY2"]


@pytest.mark.parametrize("removes", [False, True])
def test_the_same_name_size_and_time_with_other_bytes_is_read_and_never_deleted_unread(site, removes):
    site.settings(delete_after_download=removes)
    for n in range(3):
        site.put("835.txt", f"DAY{n}")
        assert site.night() == []
    assert site.posted() == ["DAY0", "DAY1", "DAY2"]
    assert site.names() == ([] if removes else ["835.txt"])


@pytest.mark.parametrize("removes", [False, True])
def test_a_server_that_gives_no_time_is_read_again_each_night(site, removes):
    site.settings(delete_after_download=removes)
    for n in range(2):
        site.put("835.txt", f"DAY{n}", at=0)
        site.put("newer.txt", f"NEW{n}", at=NOON)
        assert site.night() == []
        assert site.night() == []
    assert site.posted() == ["DAY0", "DAY1", "NEW0", "NEW1"]


def test_a_file_that_took_the_place_of_a_stored_one_is_read_before_anything_is_deleted(site):
    site.put("835.txt", "DAY0", NOON)
    site.put("newer.txt", "NEW0", NOON + 60)  # so that the time of the first one proves its bytes
    assert site.night() == []
    site.put("835.txt", "DAY1", NOON)
    site.settings(delete_after_download=True)
    assert site.night() == []
    assert site.posted() == ["DAY0", "DAY1", "NEW0"]
    assert site.names() == []


def test_a_file_is_forgotten_once_it_is_gone_and_the_next_of_its_name_is_read(site):
    site.put("newer.txt", "NEW0", NOON + 60)
    site.put("835.txt", "DAY0").rename(site.home.path / "kept")
    site.night()
    for n in range(2):
        site.put("835.txt", f"DAY{n}")
        assert site.night() == []
        (site.outbound / "835.txt").unlink()
        assert site.night() == []
    assert site.posted() == ["DAY0", "DAY1", "NEW0"]


def test_a_file_that_grows_between_two_looks_waits_until_the_home_s_pause_shows_it_whole(home, monkeypatch):
    site = Site(home, "folder")
    monkeypatch.setenv("CLEANCLAIM_LOOK_AGAIN_SECONDS", "7.5")
    file = site.put("slow.835", "WHOLE")
    whole, pauses = file.read_bytes(), []

    def grow(seconds):
        pauses.append(seconds)
        file.write_bytes(whole[: len(whole) * len(pauses) // 3])
        os.utime(file, (NOON, NOON))

    file.write_bytes(whole[:50])
    monkeypatch.setattr(collect.time, "sleep", grow)
    assert site.night() == []
    assert (site.posted(), site.problems()) == (["WHOLE"], [])
    assert set(pauses) == {7.5}


def test_the_same_file_under_another_name_changes_nothing(site):
    site.put("a.835", "ONCE")
    site.night()
    (site.outbound / "a.835").rename(site.outbound / "b.835")
    site.night()
    assert (site.posted(), site.problems()) == (["ONCE"], [])


def test_a_listing_without_an_end_is_cut_reported_and_gone_through_in_the_course_of_the_nights(
    site, monkeypatch
):
    monkeypatch.setattr(interface, "LONGEST_LISTING", 3)
    monkeypatch.setattr(collect, "ROUNDS", 2)
    for n in range(8):
        site.put(f"{n}.835", f"FILE{n}", NOON + n)
    seen = [0]
    while seen[-1] < 8:
        assert site.night() == []
        seen.append(len(site.posted()))
        assert seen[-2] < seen[-1] <= seen[-2] + 3
        assert "RSP-CUT" in site.alerts() or seen[-1] > 3
    assert site.night() == []
    assert "RSP-CUT" not in site.alerts()


def test_names_that_no_path_may_have_are_reported_once_and_the_others_are_read(site):
    # the mock cannot list a name that is not UTF-8; a folder can
    strange = [b"\xff\xfe.835", b"a\tb.835", b"-rf", b" lead", b".hidden", b"x" * 250, b"..835\x1b[2J"]
    if site.over == "sftp":
        del strange[0]
    for name in strange:
        (Path(os.fsdecode(os.fsencode(site.outbound) + b"/" + name))).write_bytes(b"x")
    site.put("good.835", "GOOD")
    for _ in range(2):
        assert site.night() == []
    assert site.posted() == ["GOOD"]
    assert len(site.problems()) == len(strange)
    assert all(name.isascii() and name.isprintable() for name, _ in site.problems())
    assert site.alerts().count("RSP-REFUSED") == 1
    for path in site.outbound.iterdir():
        if path.name != "good.835":
            path.unlink()
    assert len(site.waiting()) == len(strange)
    assert site.night() == []
    assert "RSP-REFUSED" not in site.alerts()
    assert site.waiting() == [], "what is gone leaves the queue"
    (site.outbound / "-rf").write_bytes(b"x")
    assert site.night() == []
    assert [name for name, _ in site.waiting()] == ["northgate: '-rf'"], "and is told again when it is back"


def test_thousands_of_names_that_are_not_used_fill_neither_memory_nor_queue(site):
    for n in range(interface.MOST_REFUSED + 50):
        (site.outbound / f"-{n}").write_bytes(b"x")
    site.put("good.835", "GOOD")
    assert site.night() == []
    assert (site.posted(), len(site.problems())) == (["GOOD"], interface.MOST_REFUSED)


def test_a_file_that_is_listed_but_may_not_be_opened_is_reported_and_the_others_are_read(home):
    site = Site(home, "sftp")
    site.put("a.835", "DENIED")
    site.put("b.835", "GOOD")
    for _ in range(2):
        assert site.night(fault("denied", file="a.835", times=0)) == []
    assert site.posted() == ["GOOD"]
    assert [name for name, _ in site.problems()] == ["northgate: a.835"]
    assert "RSP-REFUSED" in site.alerts()
    assert site.night() == []
    assert (site.posted(), "RSP-REFUSED" in site.alerts()) == (["DENIED", "GOOD"], False)
    assert site.waiting() == []


def test_a_file_that_ends_the_connection_every_time_costs_only_itself(home):
    site = Site(home, "sftp")
    for name in ("a", "b", "c"):
        site.put(f"{name}.835", name.upper())
    [failure] = site.night(fault("drop", operation="read", file="b.835", times=0))
    assert "TRN-LOST" in failure
    assert site.posted() == ["A", "C"]
    assert site.night() == []
    assert site.posted() == ["A", "B", "C"]
