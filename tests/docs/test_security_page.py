"""SECURITY.md keeps up: every runtime dependency has its row, every standard of 164.312 its line."""

import re
import tomllib

import pytest

from tests.conftest import CHECKOUT

PAGE = (CHECKOUT / "SECURITY.md").read_text("utf-8")
STANDARDS = (
    "(a)(1)", "(a)(2)(i)", "(a)(2)(ii)", "(a)(2)(iii)", "(a)(2)(iv)", "(b)", "(c)(1)", "(c)(2)", "(d)",
    "(e)(1)", "(e)(2)(i)", "(e)(2)(ii)",
)  # fmt: skip


def test_every_runtime_dependency_is_listed_with_what_it_is_for_and_why_it_is_trusted():
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    given = [*project["dependencies"], *project["optional-dependencies"]["dask"]]
    wanted = {re.match(r"[\w.-]+", one).group().lower() for one in given}
    rows = re.findall(r"^\| `([\w.-]+)` \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
    assert {name.lower() for name, _, _ in rows} == wanted
    assert [name for name, purpose, trust in rows if not (purpose.strip() and len(trust) > 30)] == []


def test_every_standard_of_164_312_says_what_the_software_and_the_operator_do():
    rows = re.findall(r"^\| (\([a-e]\)\S*) [^|]+\| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
    assert [name for name, _, _ in rows] == list(STANDARDS)
    assert [name for name, ours, theirs in rows if len(ours) < 10 or len(theirs) < 10] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dask.lock", "requirements-dev.lock"])
def test_every_package_is_locked_with_a_hash(name):
    lock = (CHECKOUT / name).read_text("utf-8")
    packages = re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==", lock, re.MULTILINE)
    assert len(packages) > 20
    for block in re.split(r"^(?=[\w.-]+(?:\[[^\]]*\])?==)", lock, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in block, block.splitlines()[0]
