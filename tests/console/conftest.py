"""A home that worked two nights, for all tests that only look at it."""

from collections.abc import Callable
from datetime import date

import pytest

from tasks import nightly_run
from tasks.runs.lease import lease
from tests.conftest import WorkingHome

MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)


@pytest.fixture(scope="session")
def two_nights(make_home: Callable[[str], WorkingHome]) -> WorkingHome:
    """A home after two nights of the samples, walked without Prefect. Nobody changes it."""
    home = make_home("two_nights")
    for day, samples in ((MONDAY, "monday"), (TUESDAY, "tuesday")):
        home.samples(samples)
        with home.clearinghouse(day), lease(str(home.path), "", day) as taken:
            assert taken.home is not None
            nightly_run.walk(taken.home, day)
            taken.close([])
    return home
