"""The container files and the systemd units name only what exists, and run as nobody special."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from prefect.settings import Settings as PrefectSettings

from config.settings import PREFIX, Settings
from docs.sources.commands import commands
from tests.conftest import CHECKOUT

DEPLOY = CHECKOUT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
UNITS = sorted(DEPLOY.glob("*.service"))
OURS = ("prefect", "serve", "worker")
"""The services that run our image."""


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions in order; continued lines joined."""
    lines = (DEPLOY / "Dockerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
    found = [line.split(maxsplit=1) for line in lines if line.strip() and not line.startswith("#")]
    return [(name, " ".join(rest.split())) for name, rest in found]


def unit(file: Path) -> dict[str, list[str]]:
    """A unit's keys; each may stand several times."""
    found: dict[str, list[str]] = {}
    for line in file.read_text("utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            key, value = line.split("=", 1)
            found.setdefault(key, []).append(value)
    return found


def environments() -> dict[str, dict[str, str]]:
    """Every environment that these files set, by who gets it."""
    found = {name: service.get("environment", {}) for name, service in COMPOSE["services"].items()}
    for file in UNITS:
        text = file.read_text("utf-8")
        found[file.name] = dict(re.findall(r"^(?:# )?Environment=(\w+)=(.*)$", text, re.MULTILINE))
    image = " ".join(rest for name, rest in instructions() if name == "ENV")
    found["Dockerfile"] = dict(word.split("=", 1) for word in shlex.split(image))
    return found


def programs() -> list[list[str]]:
    """Every command line of ours that these files start."""
    [entrypoint] = [yaml.safe_load(rest) for name, rest in instructions() if name == "ENTRYPOINT"]
    [default] = [yaml.safe_load(rest) for name, rest in instructions() if name == "CMD"]
    found = [[*entrypoint, *default]]
    for name in OURS:
        service = COMPOSE["services"][name]
        found.append([*service.get("entrypoint", entrypoint), *service["command"]])
        if service["healthcheck"]["test"][1] == "cleanclaim":
            found.append(service["healthcheck"]["test"][1:])
    for file in UNITS:
        [line] = unit(file)["ExecStart"]
        found.append(["", *shlex.split(line)[1:]])
        found[-1][0] = Path(shlex.split(line)[0]).name
    return found


def test_every_command_that_is_started_exists_with_its_options():
    known = commands()
    started = programs()
    assert len(started) >= 6
    for words in started:
        if words[0] != "cleanclaim":
            assert words[0] == "prefect", words
            continue
        name = " ".join(words[: 3 if words[1] in ("ledger",) else 2])
        options = {o for p in known[name].params for o in getattr(p, "opts", ())}
        assert {w for w in words if w.startswith("--")} <= options, words


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [p for p in programs() if p[0] == "prefect"], ids=lambda words: " ".join(words[:3])
)
def test_every_command_of_prefect_that_is_started_exists_with_its_options(words):
    helped = subprocess.run(
        [sys.executable, "-m", *words[:3], "--help"], capture_output=True, text=True, timeout=120, check=True
    )
    shown = set(re.findall(r"--[a-z-]+", helped.stdout))
    assert {w for w in words if w.startswith("--")} <= shown


def test_every_variable_that_is_set_is_a_setting():
    ours = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    prefects = prefect_variables()
    for where, given in environments().items():
        for name in given:
            if name.startswith(PREFIX):
                assert name in ours, (where, name)
            elif name.startswith("PREFECT_"):
                assert name in prefects, (where, name)


def prefect_variables() -> set[str]:
    """The environment variables that the installed Prefect reads, by all their names."""

    def of(model) -> set[str]:
        found = set()
        for field in model.model_fields.values():
            inner = field.annotation
            if isinstance(inner, type) and hasattr(inner, "model_fields"):
                found |= of(inner)
        prefix = model.model_config.get("env_prefix", "")
        for name, field in model.model_fields.items():
            found.add(f"{prefix}{name}".upper())
            alias = field.validation_alias
            found |= {
                str(choice).upper() for choice in getattr(alias, "choices", ()) if isinstance(choice, str)
            }
        return found

    return of(PrefectSettings)


def test_whatever_starts_prefect_reports_nothing_to_anyone():
    for where, given in environments().items():
        if where != "postgres" and where != "cleanclaim.service":
            assert given["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false", where
            assert given["DO_NOT_TRACK"] == "1", where


def test_compose_declares_what_its_services_use():
    for name, service in COMPOSE["services"].items():
        volumes = {v.split(":")[0] for v in service.get("volumes", ())}
        assert volumes <= set(COMPOSE["volumes"]), name
        assert set(service.get("networks", ())) <= set(COMPOSE["networks"]), name
        assert set(service.get("depends_on", ())) <= set(COMPOSE["services"]), name
        used = {str(v) for v in service.get("environment", {}).values()}
        read = {v.removeprefix("/run/secrets/") for v in used if v.startswith("/run/secrets/")}
        assert read == set(service.get("secrets", ())), name
        assert read <= set(COMPOSE["secrets"]), name
        assert service["healthcheck"]["test"], name
        assert service["restart"] == "unless-stopped", name


def test_containers_of_ours_have_no_rights_that_they_do_not_need():
    for name in OURS:
        service = COMPOSE["services"][name]
        assert service["user"].split(":")[0].isdigit(), name
        assert int(service["user"].split(":")[0]) > 0, name
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
    for name, service in COMPOSE["services"].items():
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:"), f"{name} is reachable from other machines"


def test_no_password_stands_in_these_files():
    for where, given in environments().items():
        for name, value in given.items():
            assert "@" not in value, (where, name)
            assert "PASSWORD" not in name or name.endswith("_FILE"), (where, name)


def test_the_image_is_built_from_the_lock_with_hashes_and_runs_as_nobody_special():
    found = instructions()
    installs = [rest for name, rest in found if name == "RUN" and "pip install" in rest]
    assert "--require-hashes" in installs[0]
    assert "--no-deps" in installs[0]
    assert all("--no-index" in rest for rest in installs[1:])
    [user] = [rest for name, rest in found if name == "USER"]
    [created] = [rest for name, rest in found if name == "RUN" and "useradd" in rest]
    assert user not in ("root", "0")
    assert created.split(" &&")[0].endswith(f" {user}")
    uid = COMPOSE["services"]["serve"]["user"].split(":")[0]
    assert f"--uid {uid}" in created
    last = max(i for i, (name, _) in enumerate(found) if name == "FROM")
    assert [name for name, _ in found[last:]].index("USER") < [name for name, _ in found[last:]].index(
        "ENTRYPOINT"
    )


def test_the_builder_gets_all_that_the_wheel_is_made_of_and_nothing_else():
    let_in = {
        line[1:]
        for line in (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    }
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    wanted = {*wheel["packages"], *(name.split("/")[0] for name in wheel["shared-data"])}
    wanted |= {"pyproject.toml", "requirements.lock", project["project"]["readme"], "LICENSE"}
    assert let_in == wanted
    assert all((CHECKOUT / name).exists() for name in let_in)


@pytest.mark.parametrize("file", UNITS, ids=lambda f: f.name)
def test_systemd_takes_the_units(file, tmp_path):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not installed here")
    for one in UNITS:
        here = one.read_text("utf-8").replace("/opt/cleanclaim/bin", str(Path(sys.executable).parent))
        (tmp_path / one.name).write_text(here, "utf-8")
    ran = subprocess.run(
        [analyze, "verify", "--man=no", str(tmp_path / file.name)], capture_output=True, text=True, timeout=60
    )
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")


@pytest.mark.parametrize("file", UNITS, ids=lambda f: f.name)
def test_a_unit_writes_only_to_its_own_folder_and_is_started_again(file):
    found = unit(file)
    assert found["User"] == ["cleanclaim"]
    assert found["UMask"] == ["0077"]
    assert found["ProtectSystem"] == ["strict"]
    assert found["NoNewPrivileges"] == ["yes"]
    assert found["WorkingDirectory"] == [f"/var/lib/{found['StateDirectory'][0]}"]
    assert found["Restart"] == ["always"]


def test_what_the_units_read_is_where_the_page_puts_it():
    page = (CHECKOUT / "docs" / "install.md").read_text("utf-8")
    for file in UNITS:
        program = shlex.split(unit(file)["ExecStart"][0])[0]
        assert str(Path(program).parent.parent) in page
    for name in COMPOSE["secrets"].values():
        assert f"> {name['file']}" in page
