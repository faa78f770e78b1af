"""The bounded form of the random sequences: eight, the same ones at every run of a seed."""

from hypothesis import HealthCheck, Phase, settings

from tests.crash.machine import Nights

TestNights = Nights.TestCase
TestNights.settings = settings(
    max_examples=8,
    stateful_step_count=8,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
