"""The mock clearinghouse as a program of its own, for the length of a demo home's run or while it is served.

It is another company's computer: it is started like any program, and all that is learnt from it is
the line it prints when it is ready (port and host key), which goes into the partner's file. Each
clearinghouse that is reached over SFTP has one of its own, with the user and the folders of its file: what
one of them is sent, another does not answer.
"""

import fcntl
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

from config import partners
from config.clearinghouse import Clearinghouse
from config.connection import write_connection
from config.settings import Settings
from console.answer import CommandError
from console.days import today

log = logging.getLogger("cleanclaim.serve")

READY_WITHIN = 60  # seconds
LOOKS = 5.0  # seconds between looks at the day
SERVED = "serve.lock"
OWNER = "partner"


@contextmanager
def clearinghouse(home: Path, day: date) -> Iterator[None]:
    """Runs the mock of each clearinghouse for the business date `day`, unless `serve` has them running.

    Raises CommandError DEM-01 where the mock does not get ready, NIT-01 where another run has it.
    """
    root = _folder(home)
    with _locked(root / SERVED, fcntl.LOCK_SH | fcntl.LOCK_NB) as free:
        if not free:
            yield
            return
        with _locked(root / "run.lock", fcntl.LOCK_EX | fcntl.LOCK_NB) as alone:
            if not alone:
                raise CommandError(
                    "NIT-01", "another run works on this home; this one leaves, nothing is lost"
                )
            with _running(home, day):
                yield


def has_mock(settings: Settings) -> bool:
    """Whether a clearinghouse of this home is the mock: that of a demo home is, unless it is a folder."""
    return settings.demo and any(
        c.transport == "sftp" for c in partners.load(settings.home / "partners").clearinghouses.values()
    )


@contextmanager
def clearinghouse_served(settings: Settings) -> Iterator[None]:
    """Runs the mock of a demo home while it is served, each day anew for its business date.

    Raises CommandError DEM-01 where it does not get ready at first, OSError where its files can't be
    written; later that is in the log.
    """
    over, ready = threading.Event(), threading.Event()
    wrong: list[Exception] = []

    def keep() -> None:
        try:
            while not over.is_set():
                day = today(settings)
                with _running(settings.home, day):
                    ready.set()
                    while today(settings) == day and not over.wait(LOOKS):
                        pass
        except Exception as error:  # whatever ends this thread is raised or logged, and nobody waits for it
            wrong.append(error)
            log.error("the mock clearinghouse is gone (%s): %s", type(error).__name__, error)
        finally:
            ready.set()

    with _locked(_folder(settings.home) / SERVED, fcntl.LOCK_EX):  # waits for the end of a run by hand
        keeper = threading.Thread(target=keep, name="clearinghouse", daemon=True)
        keeper.start()
        ready.wait()
        if wrong:
            raise wrong[0]
        try:
            yield
        finally:
            over.set()
            keeper.join()


def _folder(home: Path) -> Path:
    root = home / "clearinghouse"
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    return root


@contextmanager
def _running(home: Path, day: date) -> Iterator[None]:
    found = partners.load(home / "partners").clearinghouses
    with ExitStack() as beside:
        for key, root in _roots(home, sorted(k for k, c in found.items() if c.transport == "sftp")).items():
            beside.enter_context(_mock(home, found[key], root, day))
        yield


def _roots(home: Path, keys: list[str]) -> dict[str, Path]:
    """The folder of the mock of each clearinghouse: HOME/clearinghouse, or beside it HOME/clearinghouse-KEY.

    The first one to have HOME/clearinghouse keeps it, also when another one that sorts before it is added:
    that folder has the claims that it took.
    """
    roots = {key: home / f"clearinghouse-{key}" for key in keys}
    kept = _folder(home) / OWNER
    owner = kept.read_text("utf-8") if kept.exists() else ""
    if owner not in keys:
        owner = next((key for key, root in roots.items() if not root.exists()), "")
        kept.write_text(owner, "utf-8")
    return roots | ({owner: kept.parent} if owner else {})


@contextmanager
def _mock(home: Path, partner: Clearinghouse, root: Path, day: date) -> Iterator[None]:
    root.mkdir(exist_ok=True, mode=0o700)
    with (root / "program.log").open("ab") as log:
        process = subprocess.Popen(
            [
                sys.executable, "-P", "-m", "mock_clearinghouse",
                "--port", "0", "--root", str(root), "--date", day.isoformat(), "--until-stdin-closes",
                f"--user={partner.user}",
                f"--inbound={partner.send_folder}", f"--outbound={partner.receive_folder}",
            ],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip
        try:
            ready = _ready(process, root)
            write_connection(
                home / "partners" / "clearinghouses" / f"{partner.key}.toml",
                host="127.0.0.1",
                port=int(ready["port"]),
                host_key=ready["host_key"],
                key_file=Path(root.name) / "client_key",
            )
            yield
        finally:
            _end(process)


@contextmanager
def _locked(file: Path, how: int) -> Iterator[bool]:
    """Locks a file; the kernel lets go of it however this process ends. False: another one has it."""
    handle = os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, how)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def _ready(process: "subprocess.Popen[bytes]", root: Path) -> dict[str, str]:
    """The line that the program prints when it listens."""
    assert process.stdout is not None
    timer = threading.Timer(READY_WITHIN, process.kill)
    timer.start()
    try:
        line = process.stdout.readline()
    finally:
        timer.cancel()
    try:
        found = json.loads(line)
        return {"port": str(found["port"]), "host_key": str(found["host_key"])}
    except (ValueError, KeyError, TypeError):
        raise CommandError(
            "DEM-01", f"the mock clearinghouse did not start; its log is {root / 'program.log'}"
        ) from None


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdout is not None:
        process.stdout.close()
