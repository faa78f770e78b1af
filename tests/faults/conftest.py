"""Every test here runs on SQLite and on PostgreSQL, with a home that has two claims to send."""

from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.faults.evenings")

from tests.conftest import WorkingHome  # noqa: E402
from tests.faults.evenings import Evenings  # noqa: E402
from tests.transport.conftest import make_mock, make_proxy, make_sshd  # noqa: E402

__all__ = ["make_mock", "make_proxy", "make_sshd"]


@pytest.fixture
def evenings(tmp_path: Path, either_database: str) -> Evenings:
    return Evenings(WorkingHome(tmp_path / "home"))
