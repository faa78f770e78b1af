"""Every schedule fits its flow and names a time zone; that two never run at once is not left to Prefect."""

import ast
import inspect
from pathlib import Path

import pytest

from config.settings import load
from flows.deployments import registry

FLOWS = Path(__file__).parents[2] / "flows"


@pytest.fixture
def scheduled(tmp_path):
    return registry(load(tmp_path / "home", nightly_cron="15 21 * * 1-5", time_zone="America/Chicago"))


def test_each_schedules_parameters_fit_its_flow(scheduled):
    for one in scheduled:
        signature = inspect.signature(one.flow.fn)
        signature.bind(**one.parameters)
        assert one.parameters.items() <= one.flow.validate_parameters(one.parameters).items()


def test_no_schedule_fixes_the_business_date(scheduled):
    assert all("as_of" not in one.parameters for one in scheduled)


def test_each_deployment_has_cron_and_time_zone_and_no_slot_that_a_dead_run_could_keep(scheduled):
    nightly = scheduled[0].deployment()
    [schedule] = nightly.schedules
    assert (schedule.schedule.cron, schedule.schedule.timezone) == ("15 21 * * 1-5", "America/Chicago")
    for one in scheduled:
        made = one.deployment()
        assert made.concurrency_limit is None
        assert made.schedules[0].schedule.timezone == "America/Chicago"


def test_names_are_unique(scheduled):
    assert len({one.name for one in scheduled}) == len(scheduled)


def test_flows_keep_no_result_and_modules_do_not_postpone_annotations(scheduled):
    for one in scheduled:
        assert one.flow.persist_result is False
    for file in FLOWS.glob("*.py"):
        imports = [n for n in ast.walk(ast.parse(file.read_text())) if isinstance(n, ast.ImportFrom)]
        assert not any(n.module == "__future__" for n in imports), file.name
