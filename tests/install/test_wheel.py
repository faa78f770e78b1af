"""The wheel, in an environment of its own, does what the checkout does."""

import json
import signal
import subprocess
import tomllib
import zipfile

import httpx
import pytest

from tests.conftest import CHECKOUT
from tests.flows.served import free_port, until
from tests.prefect_database import begin_with
from tests.web.conftest import PASSWORD, key_of

pytestmark = pytest.mark.slow

ROOMS = (
    "coding", "config", "console", "edi", "flows", "intake", "ledger", "mock_clearinghouse", "sample_inbox",
    "tasks", "transport", "web",
)  # fmt: skip


def test_it_holds_every_tracked_file_of_the_rooms(installed):
    tracked = subprocess.check_output(["git", "ls-files", *ROOMS], cwd=CHECKOUT, text=True).split()
    with zipfile.ZipFile(installed.wheel) as wheel:
        names = set(wheel.namelist())
    assert len(tracked) > 300
    assert sorted(name for name in tracked if (CHECKOUT / name).exists() and name not in names) == []
    top = {name.split("/")[0] for name in names}
    assert {name for name in top if not name.startswith("cleanclaim-")} == set(ROOMS)


def test_its_rooms_are_imported_from_where_it_was_installed(installed, empty):
    asked = (
        f"import importlib, json; print(json.dumps([importlib.import_module(n).__file__ for n in {ROOMS}]))"
    )
    ran = installed.run("-c", asked, cwd=empty, program=installed.python)
    assert ran.returncode == 0, ran.stderr
    files = json.loads(ran.stdout)
    assert len(files) == len(ROOMS)
    assert [file for file in files if not file.startswith(str(installed.packages))] == []
    asked = "import sys; print(sys.path)"
    assert str(CHECKOUT) + "'" not in installed.run("-c", asked, cwd=empty, program=installed.python).stdout
    ran = installed.run("-c", "import tests", cwd=empty, program=installed.python)
    assert "ModuleNotFoundError" in ran.stderr, "the checkout's other folders are not there"


@pytest.mark.long
def test_the_demo_is_played_to_its_end_from_an_empty_folder(installed, empty, tmp_path):
    ran = installed.run("demo", "--home", tmp_path / "home", "--json", cwd=empty)
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert json.loads(ran.stdout)["story"] == {"as_written": True, "differences": []}
    assert list(empty.iterdir()) == []


def test_a_new_home_is_served_and_a_run_of_it_works_until_it_is_stopped_by_hand(
    installed, empty, tmp_path, prefect_database
):
    """In two commands, the second of which runs the console too."""
    home, port, console = tmp_path / "home", free_port(), free_port()
    made = installed.run("init", "--home", home, cwd=empty)
    assert made.returncode == 0, made.stderr
    settings = home / "cleanclaim.toml"
    settings.write_text(f"{settings.read_text('utf-8')}\nconsole_port = {console}\n", "utf-8")
    begin_with(prefect_database, home / "prefect" / "prefect.db")
    with (tmp_path / "out").open("wb") as out:
        served = subprocess.Popen(
            [installed.cleanclaim, "serve", "--home", home, "--port", str(port)],
            cwd=empty,
            env=installed.settings(),
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        log = home / "logs" / "cleanclaim.log"
        said = lambda words: log.exists() and words in log.read_text("utf-8")  # noqa: E731
        until("it serves", lambda: served.poll() is not None or said("cleanclaim.serve serving"))
        assert served.poll() is None, (tmp_path / "out").read_text()
        started = installed.run(
            "-m", "prefect", "deployment", "run", "nightly/nightly", cwd=empty, program=installed.python,
            PREFECT_API_URL=f"http://127.0.0.1:{port}/api",
        )  # fmt: skip
        assert started.returncode == 0, started.stderr
        with httpx.Client(base_url=f"http://127.0.0.1:{console}", follow_redirects=True) as browser:
            asked = browser.get("/")
            assert asked.url.path == "/sign-in/first", "nobody is a user yet"
            form = {"form_key": key_of(asked.text), "name": "maria", "password": PASSWORD, "again": PASSWORD}
            code = tomllib.loads((home / "first-user").read_text("utf-8"))["code"]
            assert browser.post("/sign-in/first", data={**form, "code": code}).url.path == "/"
            until(
                "the run ended, and its page says so", lambda: "Last night went well" in browser.get("/").text
            )
        until("the log says so", lambda: said(" ended: "))
        served.send_signal(signal.SIGINT)
        assert served.wait(60) == 0, (tmp_path / "out").read_text()
    finally:
        if served.poll() is None:
            served.kill()
            served.wait(20)
    assert " ended: all done" in log.read_text("utf-8")
    assert code not in log.read_text("utf-8") + (tmp_path / "out").read_text("utf-8")
    assert list(empty.iterdir()) == []
