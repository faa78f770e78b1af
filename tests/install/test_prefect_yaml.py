"""deploy/prefect.yaml on a real Prefect server: a worker of a process work pool runs a night."""

import os
import signal
import subprocess
from datetime import date, timedelta

import pytest
import yaml

from config.settings import load
from flows.deployments import registry
from ledger.queries import standing
from tests.conftest import CHECKOUT
from tests.crash.prefect_server import environment
from tests.flows.served import PrefectServer, until

FILE = CHECKOUT / "deploy" / "prefect.yaml"
FINISHED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


def test_it_deploys_what_serve_deploys_at_the_default_hours(tmp_path):
    written = {one["name"]: one for one in yaml.safe_load(FILE.read_text("utf-8"))["deployments"]}
    ours = {one.name: one for one in registry(load(tmp_path / "home"))}
    assert set(written) == set(ours)
    for name, one in ours.items():
        there = written[name]
        assert there["entrypoint"] == one.deployment().entrypoint
        assert there["description"] == one.description
        assert there["tags"] == ["cleanclaim", one.tag]
        hours = [(s["cron"], s["timezone"]) for s in there.get("schedules", ())]
        assert hours == ([(one.cron, one.time_zone)] if one.cron else [])


@pytest.mark.long
@pytest.mark.slow
def test_a_worker_of_a_process_pool_runs_a_night_without_the_checkout(
    home, installed, tmp_path, prefect_database
):
    home.use_folder()
    seen_on = date.today() - timedelta(days=7)  # the run's business date is the clock's day
    home.drop("lakeside/one.json", home.encounter(service_date=seen_on.isoformat()))
    (home.path / "cleanclaim.toml").write_text("demo = true\nsettle_seconds = 0\n", "utf-8")
    server = PrefectServer(tmp_path / "prefect", prefect_database)
    ours = installed.settings() | {
        name: value for name, value in environment(tmp_path / "client").items() if name.startswith("PREFECT_")
    }
    ours |= {
        "PREFECT_API_URL": server.address,
        "CLEANCLAIM_HOME": str(home.path),
        "PYTHONSAFEPATH": "1",
    }
    cwd = tmp_path / "empty"
    cwd.mkdir()
    where = [str(installed.python), "-c", "import flows.nightly as it; print(it.__file__)"]
    found = subprocess.check_output(where, env=ours, cwd=cwd, text=True)
    assert found.startswith(str(installed.packages)), "the wheel's, not the checkout's"

    def prefect(*words: str) -> None:
        ran = subprocess.run(
            [installed.python, "-m", "prefect", "--no-prompt", *words],
            env=ours, cwd=cwd, capture_output=True, text=True, timeout=180,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout + ran.stderr

    worker = None
    try:
        server.start_server()
        prefect("work-pool", "create", "cleanclaim", "--type", "process")
        prefect("deploy", "--all", "--prefect-file", str(FILE))
        with (tmp_path / "worker.log").open("wb") as log:
            worker = subprocess.Popen(
                [installed.python, "-m", "prefect", "worker", "start", "-p", "cleanclaim", "--limit", "1"],
                env=ours, cwd=cwd, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        run = server.start("nightly")
        state = until(
            "the night ended", lambda: (s := server.run(run)["state"])["type"] in FINISHED and s, 300
        )
        assert state["type"] == "COMPLETED", (tmp_path / "worker.log").read_text("utf-8")[-4000:]
    finally:
        if worker is not None:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait(20)
        server.stop_server()
    with home.opened() as opened:
        assert [c.state for c in standing.claims(opened.ledger)] == ["sent"]
    assert len(list((home.path / "site" / "inbound").iterdir())) == 1
    assert list(cwd.iterdir()) == []
