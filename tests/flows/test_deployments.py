"""Every schedule fits its flow and names a time zone; that two never run at once is not left to Prefect."""

import ast
import inspect
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from prefect.exceptions import ParameterTypeError
from prefect.flows import load_flow_from_entrypoint

from config.errors import ConfigurationError
from config.partners import load as load_partners
from config.settings import load
from flows.deployments import registry
from flows.rerun import go_on
from flows.steps import SHARED, TASKS
from tasks import nightly_run
from tasks.runs import schedule

FLOWS = Path(__file__).parents[2] / "flows"


@pytest.fixture
def scheduled(tmp_path):
    return registry(load(tmp_path / "home", nightly_cron="15 21 * * 1-5", time_zone="America/Chicago"))


def test_each_schedules_parameters_fit_its_flow(scheduled):
    for one in scheduled:
        given = one.parameters | ({"batch": 7} if one.flow.name == "rerun-batch" else {})
        inspect.signature(one.flow.fn).bind(**given)
        assert given.items() <= one.flow.validate_parameters(given).items()


@pytest.mark.parametrize(
    ("flow", "wrong"),
    [
        ("rerun-batch", {"batch": 0}),
        ("rerun-batch", {"batch": "the last"}),
        ("take-in", {"as_of": "someday"}),
        ("submit", {"home": ""}),
        ("nightly", {"as_of": "2026-02-30"}),
    ],
)
def test_a_parameter_that_can_not_be_is_refused_by_name_before_anything_runs(scheduled, flow, wrong):
    [one] = [one for one in scheduled if one.name == flow]
    with pytest.raises(ParameterTypeError) as refused:
        one.flow.validate_parameters(
            {**one.parameters, "batch": 7, **wrong} if flow == "rerun-batch" else one.parameters | wrong
        )
    assert next(iter(wrong)) in str(refused.value)


def test_the_parts_and_the_rerun_of_a_batch_are_deployed_and_started_only_by_a_person(scheduled):
    by_hand = {one.name: one.deployment() for one in scheduled if not one.cron}
    assert set(by_hand) == {"take-in", "submit", "take-answers", "rerun-batch"}
    for name, made in by_hand.items():
        assert made.schedules == [], name
        assert made.enforce_parameter_schema
        words = made._parameter_openapi_schema.properties
        assert all(words[key].get("title") for key in words), name
    assert by_hand["rerun-batch"]._parameter_openapi_schema.required == ["home", "batch"]


def test_a_flow_is_found_by_its_module_so_that_no_checkout_is_needed(scheduled):
    for one in scheduled:
        entrypoint = one.deployment().entrypoint
        assert load_flow_from_entrypoint(entrypoint).name == one.flow.name, entrypoint
        assert ":" not in entrypoint


def test_each_step_of_the_nightly_run_is_a_task_with_a_name_and_words_of_its_own():
    assert list(TASKS) == [step.name for step in nightly_run.NIGHT]
    names = [task.name for task in TASKS.values()]
    assert len(set(names)) == len(names)
    assert "pick-up-encounters" in names
    for step in nightly_run.NIGHT:
        task = TASKS[step.name]
        assert task.tags == set(), "Prefect asks its server for a slot for each, at each start"
        assert (task.retries > 0) == step.talks
        assert task.description
        assert task.persist_result is False


def test_a_share_of_a_step_bears_the_name_of_the_step_and_no_tag_either():
    assert {name: task.name for name, task in SHARED.items()} == {name: TASKS[name].name for name in SHARED}
    assert [task.name for task in (*SHARED.values(), go_on) if task.tags] == []


def test_no_schedule_fixes_the_business_date(scheduled):
    assert all("as_of" not in one.parameters for one in scheduled)


def test_each_deployment_has_cron_and_time_zone_and_no_slot_that_a_dead_run_could_keep(scheduled):
    nightly = scheduled[0].deployment()
    [only] = nightly.schedules
    assert (only.schedule.cron, only.schedule.timezone) == ("15 21 * * 1-5", "America/Chicago")
    for one in scheduled:
        made = one.deployment()
        assert made.concurrency_limit is None
        if one.cron:
            assert made.schedules[0].schedule.timezone == "America/Chicago"


def test_names_are_unique(scheduled):
    assert len({one.name for one in scheduled}) == len(scheduled)


def test_flows_keep_no_result_and_modules_do_not_postpone_annotations(scheduled):
    for one in scheduled:
        assert one.flow.persist_result is False
    for file in FLOWS.glob("*.py"):
        imports = [n for n in ast.walk(ast.parse(file.read_text())) if isinstance(n, ast.ImportFrom)]
        assert not any(n.module == "__future__" for n in imports), file.name


def test_encounters_are_picked_up_by_day_where_the_settings_say_when(tmp_path, scheduled):
    assert "day-pick-up" not in {one.name for one in scheduled}
    found = {one.name: one for one in registry(load(tmp_path / "home", pick_up_cron="0 9-17 * * 1-5"))}
    one = found["day-pick-up"]
    assert (one.flow.name, one.cron, one.time_zone) == ("take-in", "0 9-17 * * 1-5", "America/New_York")
    assert [s.schedule.cron for s in one.deployment().schedules] == ["0 9-17 * * 1-5"]
    assert found["take-in"].cron == "", "a person starts it too"


def test_a_practice_with_hours_has_a_pick_up_of_its_own_in_its_zone_that_is_missed_like_the_others(home):
    file = home.path / "partners" / "practices" / "lakeside.toml"
    hours = 'pick_up_cron = "30  12,17 * * 1-5"\npick_up_zone = "America/Denver"\n'
    file.write_text(hours + file.read_text("utf-8"), "utf-8")
    settings = load(home.path)
    [one] = [one for one in registry(settings) if one.name.startswith("pick-up-")]
    assert (one.name, one.flow.name) == ("pick-up-lakeside", "take-in")
    assert (one.cron, one.time_zone) == ("30 12,17 * * 1-5", "America/Denver")
    one.flow.validate_parameters(one.parameters)
    assert one.parameters["schedule_name"] == "pick-up-lakeside"
    denver = ZoneInfo("America/Denver")
    noon = datetime(2026, 11, 20, 12, 30, tzinfo=denver)
    with home.opened() as opened:
        planned = schedule.planned(settings, opened.partners)
        schedule.keep(opened, planned, noon - timedelta(hours=1))
        late = {m.name: m for m in schedule.missed(opened, noon + timedelta(hours=2))}
        assert late["pick-up-lakeside"].due == noon
        assert "picks up encounters too" in late["pick-up-lakeside"].remedy
        schedule.began(opened, "pick-up-lakeside", int(noon.timestamp()))
        assert "pick-up-lakeside" not in {m.name for m in schedule.missed(opened, noon + timedelta(hours=2))}
    file.write_text(file.read_text("utf-8").replace("America/Denver", "Denver"), "utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_partners(settings.partners)
    assert refused.value.key == "pick_up_zone"


def test_a_zone_of_pick_up_without_its_hours_is_refused(home):
    file = home.path / "partners" / "practices" / "lakeside.toml"
    file.write_text('pick_up_zone = "America/Denver"\n' + file.read_text("utf-8"), "utf-8")
    with pytest.raises(ConfigurationError, match="a zone alone picks up nothing"):
        load_partners(load(home.path).partners)
