"""`cleanclaim serve` as a program of its own, and a Prefect server that can be stopped and started again."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ledger.queries.night import NightRow, nights
from ledger.queries.work import Alert, alerts
from tests.conftest import CHECKOUT, WorkingHome
from tests.crash.prefect_server import environment
from tests.prefect_database import begin_with

CLEANCLAIM = str(Path(sys.executable).with_name("cleanclaim"))
MINUTELY = "* * * * *"


def until(what: str, found: Callable[[], Any], seconds: float = 420) -> Any:
    """Waits until `found` gives something, and gives it back. Fails by name when it takes too long."""
    end = time.monotonic() + seconds
    while not (seen := found()):
        assert time.monotonic() < end, f"never seen: {what}"
        time.sleep(0.5)
    return seen


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


class Api:
    """What a person sees and does in Prefect's pages."""

    def __init__(self, address: str) -> None:
        self.address = address

    def ask(self, path: str, body: object = None, method: str = "") -> Any:
        asked = urllib.request.Request(
            f"{self.address}/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method or ("GET" if body is None else "POST"),
        )
        return until(f"an answer to {path}", lambda: self._answer(asked))[0]

    def _answer(self, asked: urllib.request.Request) -> tuple[Any] | None:
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:
                said = answer.read()
        except urllib.error.HTTPError as error:
            if error.code != 503:  # its database is busy: it asks to be asked again
                raise
            return None
        except TimeoutError:  # a server that has just come back can leave a request unanswered
            return None
        return (json.loads(said) if said else None,)

    def answers(self) -> bool:
        with suppress(urllib.error.URLError, OSError):
            return bool(self.ask("health"))
        return False

    def deployments(self, name: str = "nightly") -> list[dict[str, Any]]:
        """The deployments of this name: none before they are registered, on a new database too."""
        return [d for d in self.ask("deployments/filter", {}) if d["name"].startswith(name)]

    def deployment(self, name: str = "nightly") -> dict[str, Any]:
        """The deployment of the flow `nightly`; there is one home on a server in these tests."""
        [found] = self.deployments(name)
        return found

    def runs(self, *states: str) -> list[dict[str, Any]]:
        """The flow runs of the nightly deployment in these states (types), in the order of their times."""
        given = {
            "deployments": {"id": {"any_": [d["id"] for d in self.deployments()]}},
            "flow_runs": {"state": {"type": {"any_": list(states)}}},
            "sort": "EXPECTED_START_TIME_ASC",
            "limit": 200,
        }
        return list(self.ask("flow_runs/filter", given))

    def run(self, run_id: str) -> dict[str, Any]:
        return dict(self.ask(f"flow_runs/{run_id}"))

    def start(self, name: str = "nightly", **more: object) -> str:
        """A run by hand; its id."""
        made = self.ask(f"deployments/{self.deployment(name)['id']}/create_flow_run", more)
        return str(made["id"])


class PrefectServer(Api):
    """A server beside `serve`, on one port and one database however often it is started.

    It begins with a copy of `database`, and again with one where its own was deleted.
    """

    def __init__(self, folder: Path, database: Path, **services: str) -> None:
        self.port = free_port()
        super().__init__(f"http://127.0.0.1:{self.port}/api")
        self.folder = folder
        self.database = database
        self.services = services
        folder.mkdir(parents=True)
        self._process: subprocess.Popen[bytes] | None = None

    def start_server(self) -> None:
        begin_with(self.database, self.folder / "prefect.db")
        variables = environment(self.folder) | self.services | {"PREFECT_SERVER_API_HOST": "127.0.0.1"}
        variables["PREFECT_API_DATABASE_CONNECTION_URL"] = f"sqlite+aiosqlite:///{self.folder}/prefect.db"
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                (sys.executable, "-m", "prefect", "server", "start", "--port", str(self.port)),
                env=variables,
                stdout=log,
                stderr=log,
            )
        until("the Prefect server answers", self.answers)

    def stop_server(self) -> None:
        if self._process is not None:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(20)
            self._process.kill()
            self._process.wait(20)
            self._process = None

    def delete_database(self) -> None:
        for file in self.folder.glob("prefect.db*"):
            file.unlink()


class Served:
    """A home, its partner a folder unless a mock is used, and the command that serves it."""

    def __init__(self, path: Path, *, folder: bool = True, **settings: object) -> None:
        self.home = WorkingHome(path)
        if folder:
            self.home.use_folder()
        self.settings = {"demo": True, "nightly_cron": MINUTELY, **settings}
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def api(self) -> Api:
        return Api(str(self.settings.get("prefect_api_url") or f"http://127.0.0.1:{self.port}/api"))

    def write_settings(self, **changes: object) -> None:
        self.settings.update(changes)
        lines = [f"{key} = {json.dumps(value)}" for key, value in self.settings.items()]
        (self.home.path / "cleanclaim.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def start(self, cron: str = "") -> None:
        self.write_settings(**({"nightly_cron": cron} if cron else {}))
        with self.output.open("ab") as out:
            self._process = subprocess.Popen(
                [
                    CLEANCLAIM,
                    "serve",
                    "--no-console",
                    "--home",
                    str(self.home.path),
                    "--port",
                    str(self.port),
                ],
                cwd=CHECKOUT,
                env=ours(),
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    @property
    def output(self) -> Path:
        return self.home.path.with_suffix(".out")

    @property
    def said(self) -> str:
        return self.output.read_text("utf-8", "replace")

    @property
    def log(self) -> str:
        file = self.home.path / "logs" / "cleanclaim.log"
        return file.read_text("utf-8") if file.exists() else ""

    def serving(self, times: int = 1) -> bool:
        """It has registered its deployments, that many times; fails where it is gone."""
        assert self._process is not None
        assert self._process.poll() is None, self.said[-3000:]
        return self.log.count("cleanclaim.serve serving") >= times

    def signal(self, number: int) -> int:
        """Sends a signal to the command alone and waits; its exit code."""
        assert self._process is not None
        self._process.send_signal(number)
        return self.ended()

    @property
    def group(self) -> int:
        """The process group of the command and all that it started, but for the server."""
        assert self._process is not None
        return self._process.pid

    def ended(self, seconds: float = 60) -> int:
        assert self._process is not None
        return self._process.wait(seconds)

    def stop(self) -> None:
        """Ends the command and all that it started."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(40)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(20)

    @property
    def own_prefect(self) -> Path:
        """The database of its built-in server."""
        return self.home.path / "prefect" / "prefect.db"

    def nights(self) -> list[NightRow]:
        with self.home.opened() as opened:
            return nights(opened.ledger)

    def night_runs(self) -> int:
        """How many runs of nights began, by the ledger."""
        return sum(n.runs for n in self.nights())

    def alerts(self, code: str) -> list[Alert]:
        with self.home.opened() as opened:
            return [a for a in alerts(opened.ledger) if a.code == code]

    def completed(self) -> list[dict[str, Any]]:
        """Scheduled flow runs that did a night's work and completed."""
        return [
            r
            for r in self.api.runs("COMPLETED")
            if "auto-scheduled" in r["tags"] and r["state"]["name"] != "AlreadyDone"
        ]

    def sent(self) -> list[str]:
        """The names of the claim files that lie at the partner."""
        return sorted(p.name for p in (self.home.path / "site" / "inbound").iterdir())


def ours() -> dict[str, str]:
    """The environment of a command: nothing of Prefect, nothing of another home."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "CLEANCLAIM_"))
    } | {"DO_NOT_TRACK": "1"}


def command(*words: str) -> "subprocess.CompletedProcess[str]":
    """A command of ours, to its end."""
    return subprocess.run(
        [CLEANCLAIM, *words],
        cwd=CHECKOUT,
        env=ours(),
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


@contextmanager
def stopped_at_last(*programs: "Served | PrefectServer") -> Iterator[None]:
    """Whatever happens, nothing is left running."""
    try:
        yield
    finally:
        for one in programs:
            one.stop() if isinstance(one, Served) else one.stop_server()
