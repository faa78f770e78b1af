"""Every deployment there is, in one registry: flow, hour, time zone, and never two at once.

The business date is not a parameter: a fixed one would make every night the same night.
"""

from dataclasses import dataclass, field
from typing import Any

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.flows import Flow
from prefect.schedules import Cron

from config.settings import Settings
from flows.nightly import nightly
from flows.parts import take_answers

ONE_AT_A_TIME = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A flow with the hour it starts at, in the settings' time zone."""

    name: str
    flow: Flow[..., Any]
    cron: str
    time_zone: str
    description: str
    parameters: dict[str, Any] = field(default_factory=dict)

    def deployment(self) -> RunnerDeployment:
        """What Prefect serves."""
        made = self.flow.to_deployment(
            name=self.name,
            schedule=Cron(self.cron, timezone=self.time_zone),
            concurrency_limit=ONE_AT_A_TIME,
            parameters=self.parameters,
            description=self.description,
            tags=["cleanclaim"],
        )
        assert isinstance(made, RunnerDeployment)  # a coroutine only inside an event loop
        return made


def registry(settings: Settings) -> tuple[Scheduled, ...]:
    """The deployments of one home."""
    given = {"home": str(settings.home), "inbox": str(settings.inbox)}
    return (
        Scheduled(
            "nightly",
            nightly,
            settings.nightly_cron,
            settings.time_zone,
            "Encounters in, claims out, answers posted, denials queued",
            given,
        ),
        Scheduled(
            "morning-answers",
            take_answers,
            "30 6 * * *",
            settings.time_zone,
            "What partners answered overnight, before the office opens",
            given,
        ),
    )
