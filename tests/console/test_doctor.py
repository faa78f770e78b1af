"""What `cleanclaim doctor` says of the inbox, and of the identity provider of the console."""

import importlib
import json
import sys
from datetime import date

import pytest
from typer.testing import CliRunner

from config.settings import load
from console.command import app
from edi.read import loops
from flows import dask_scheduler
from tasks.runs import step_times
from tests.dask_cluster import joined, running
from tests.tasks.patients.answered import Desk, visit
from tests.waiting import port_of_nobody
from tests.web.openid_provider import CLIENT, OpenIdProvider, providing

SETTINGS = """console_url = "http://{host}:4280"
oidc_issuer = "{issuer}"
oidc_client_id = "{client}"
oidc_people = {{ "8f2c" = "quentin" }}
"""


def says(home) -> list[tuple[str, str]]:
    done = CliRunner().invoke(app, ["doctor", "--home", str(home.path), "--json"])
    checks = json.loads(done.stdout)["checks"]
    return [(one["outcome"], one["says"]) for one in checks if one["what"] == "identity provider"]


def test_which_build_of_edi_there_is_is_said(home):
    done = CliRunner().invoke(app, ["doctor", "--home", str(home.path), "--json"])
    [said] = [one["says"] for one in json.loads(done.stdout)["checks"] if one["what"] == "edi"]
    assert said == ("pure Python" if str(loops.__file__).endswith(".py") else "compiled")


def test_an_inbox_is_typed_relative_to_where_one_stands_and_not_to_the_home(home, tmp_path, monkeypatch):
    desk = tmp_path / "desk"
    (desk / "in").mkdir(parents=True)
    monkeypatch.chdir(desk)
    for typed, outcome in (("in", "ok"), ("out", "warning")):
        words = ["doctor", "--home", str(home.path), "--inbox", typed, "--json"]
        checks = json.loads(CliRunner().invoke(app, words).stdout)["checks"]
        [inbox] = [one for one in checks if one["what"] == "inbox"]
        assert inbox["outcome"] == outcome
        assert inbox["says"].startswith(str(desk / typed))
    looked = CliRunner().invoke(app, ["status", "--home", str(home.path), "--inbox", "in"])
    assert looked.exit_code == 0, looked.output


@pytest.mark.parametrize(
    ("setting", "outcome", "said"),
    [
        ("", "ok", "on this machine only"),
        ('heads_folder = "{there}"', "ok", "copied to"),
        ('heads_folder = "{there}/nowhere"', "failed", "AUD-02"),
        ('heads_command = "true --there"', "ok", "copied by heads_command"),
        ('heads_command = "no-such-program"', "failed", "AUD-02"),
        ('heads_command = "ship \'unclosed"', "failed", "AUD-02"),
    ],
)
def test_whether_heads_can_be_copied_off_the_machine_is_looked_at(home, tmp_path, setting, outcome, said):
    file = home.path / "cleanclaim.toml"
    file.write_text(f"{file.read_text()}{setting.format(there=tmp_path)}\n")
    done = CliRunner().invoke(app, ["doctor", "--home", str(home.path), "--json"])
    [found] = [c for c in json.loads(done.stdout)["checks"] if c["what"] == "heads of the audit trail"]
    assert (found["outcome"], said in found["says"]) == (outcome, True), found


def test_the_load_that_a_home_carries_is_said_once_a_run_wrote_claims(home):
    words = ["doctor", "--load", "--home", str(home.path)]
    assert "run one first" in CliRunner().invoke(app, words).stdout
    step_times.keep_busiest(home.path, date(2026, 11, 16), {"pick_up": (30.0, 1), "post": (90.0, 2)}, 2400)
    checks = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)["checks"]
    says = {one["what"]: one["says"] for one in checks}
    assert says["pace"] == "2,400 claims in 2.0 minutes on 2026-11-16, the busiest run that is known"
    assert says["narrowest step"] == "Post remittances, 75% of the time"
    assert says["claims a night"] == "the window carries about 760,000; a usual night has 0"
    assert {"window", "disk of a year"} < says.keys()


def test_nothing_is_said_where_people_sign_in_by_a_password(home):
    assert says(home) == []


def test_the_providers_document_its_keys_and_the_settings_are_looked_at(home):
    file = home.path / "cleanclaim.toml"
    before = file.read_text()
    provider = OpenIdProvider("", lambda: 0)
    with providing(provider):
        text = before + SETTINGS.format(host="127.0.0.1", issuer=provider.issuer, client=CLIENT)
        file.write_text(text)
        well, unknown = says(home)
        assert well[0] == "ok"
        assert "http://127.0.0.1:4280/sign-in/oidc/answer" in well[1]
        assert provider.asked == ["/.well-known/openid-configuration", "/keys"]
        assert (unknown[0], "quentin" in unknown[1]) == ("warning", True)

        provider.breaks = 1
        assert says(home)[0][0] == "ok", "a connection that breaks is tried once more"
        provider.breaks = 2
        assert "can't be reached" in says(home)[0][1]

        provider.documents["/keys"] = (200, b'{"keys": []}')
        assert next((how, what[:6]) for how, what in says(home)) == ("failed", "SGN-08")
        del provider.documents["/keys"]
        file.write_text(text + 'oidc_client_secret_file = "keys/nowhere"\n')
        [fault, _] = says(home)
        assert (fault[0], "oidc_client_secret_file" in fault[1]) == ("failed", True)
        file.write_text(text.replace("http://127.0.0.1:4280", "https://127.0.0.7:4280"))
        assert [what[:6] for how, what in says(home) if how == "failed"] == ["WEB-13"], "a home of the demo"
        file.write_text(
            text.replace("http://127.0.0.1:4280", "https://console.example").replace("demo = true", "")
        )
        [named] = [what for how, what in says(home) if how == "failed"]
        assert named.startswith("WEB-06")
    file.write_text(text)
    assert next((how, what[:6]) for how, what in says(home)) == ("failed", "SGN-08"), "it is down"
    file.write_text(text.replace("oidc_client_id", "# oidc_client_id"))
    assert [(how, what[:6]) for how, what in says(home)] == [("failed", "WEB-13")]


@pytest.mark.parametrize(("folder", "name"), [("payers", "harbor"), ("practices", "lakeside")])
def test_a_partners_file_that_went_while_money_of_it_is_open_is_named(home, folder, name):
    desk = Desk(home)
    desk.see(visit(1))
    file = home.path / "partners" / folder / f"{name}.toml"
    assert file.stem not in " ".join(warned(home))
    file.rename(file.with_name("renamed.toml"))
    [said] = warned(home)
    assert said.startswith(f"$135.00 of it is open, and there is no partners/{folder}/{name}.toml")


def warned(home) -> list[str]:
    done = CliRunner().invoke(app, ["doctor", "--home", str(home.path), "--json"])
    checks = json.loads(done.stdout)["checks"]
    return [one["says"] for one in checks if one["outcome"] == "warning" and "is open" in one["says"]]


def dask(home, **settings) -> list[tuple[str, str]]:
    file = home.path / "cleanclaim.toml"
    before = file.read_text("utf-8")
    file.write_text(before + "".join(f'{n} = "{v}"\n' for n, v in settings.items()), "utf-8")
    done = CliRunner().invoke(app, ["doctor", "--home", str(home.path), "--json"])
    file.write_text(before, "utf-8")
    return [(c["outcome"], c["says"]) for c in json.loads(done.stdout)["checks"] if c["what"] == "dask"]


def test_dask_is_looked_at_where_it_shares_the_work(home):
    assert dask(home) == []
    assert dask(home, runner="dask") == [("ok", "a cluster of this machine for each large run")]
    with port_of_nobody() as port:
        [(outcome, said)] = dask(home, runner="dask", dask_scheduler=f"tcp://127.0.0.1:{port}")
    assert (outcome, said[:6]) == ("failed", "NIT-06")
    assert f"tcp://127.0.0.1:{port}" in said
    [(outcome, said)] = dask(home, runner="dask", dask_scheduler="tls://127.0.0.1:8786")
    assert (outcome, "dask_authorities" in said) == ("failed", True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("workers", "threads", "outcome", "says"),
    [(0, 1, "failed", "no worker"), (1, 2, "failed", "--nthreads 1"), (1, 1, "ok", "tcp://127.0.0.1")],
)
def test_a_cluster_is_asked_for_its_workers(home, tmp_path, workers, threads, outcome, says):
    with running(tmp_path, workers=workers, threads=threads) as cluster:
        if workers:
            joined(cluster.address, workers)
        [found] = dask(home, runner="dask", dask_scheduler=cluster.address)
    assert (found[0], says in found[1]) == (outcome, True), found


def test_an_installation_without_dask_is_told_what_to_install(home, monkeypatch):
    monkeypatch.setattr("sys.path", [p for p in sys.path if "site-packages" not in p])
    for name in ("distributed", "prefect_dask"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    importlib.invalidate_caches()
    assert "cleanclaim[dask]" in dask_scheduler.trouble(load(home.path, runner="dask"))
