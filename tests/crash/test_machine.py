"""The bounded form of the random sequences: fifteen, the same ones at every run of a seed."""

from hypothesis import HealthCheck, Phase, settings

from tests.crash.machine import Nights

TestNights = Nights.TestCase
TestNights.settings = settings(
    max_examples=15,
    stateful_step_count=8,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
