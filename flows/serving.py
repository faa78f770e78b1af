"""The deployments of a home on a Prefect server: registered, run when they are due, and asked about.

What a person did in Prefect's pages stays done: a deployment or a schedule that was paused there is
still paused after a restart.
"""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterNextScheduledStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectNotFound
from prefect.runner import Runner
from prefect.states import Scheduled

from config.schedule import next_due
from flows.deployments import Deployed
from tasks.runs.schedule_check import Standing

SOON = timedelta(days=7)  # Prefect makes runs far ahead; nearer ones than this are there if any are


class _Runner(Runner):
    """Leaves at SIGTERM as at Ctrl-C: the runs at work are ended, and the next run goes on from there."""

    def handle_sigterm(self, *args: Any, **kwargs: Any) -> None:
        sys.exit(0)


class Serving:
    """Runs a home's deployments, one at a time: what is due meanwhile waits until that one has ended."""

    def __init__(self, deployed: Sequence[Deployed]) -> None:
        self.deployed = deployed
        self._runner = _Runner(name="cleanclaim", pause_on_shutdown=False, limit=1)

    def register(self, only: Sequence[str] = ()) -> None:
        """Makes the deployments known to the server, `only` those of these names where any are given."""
        for one in self.deployed:
            if not only or one.name in only:
                found = _read(one)
                active = found is None or not found.schedules or any(s.active for s in found.schedules)
                paused = found is not None and found.paused  # Prefect would resume it where nothing is said
                self._runner.add_deployment(one.deployment(active=active, paused=paused))

    def run(self) -> None:
        """Runs what is due, until SIGINT or SIGTERM, or until the server is lost."""
        asyncio.run(self._run())

    async def _run(self) -> None:
        asyncio.get_running_loop().set_exception_handler(_report)
        await self._runner.start()

    def catch_up(self, name: str, due: datetime) -> bool:
        """Has a run started that was due then and is lost, or was never scheduled. Twice it does nothing.

        The run is one of its schedule's: where another one did its work meanwhile, it leaves. False: the
        server does not know the deployment. Raises what Prefect's client raises where it does not answer.
        """
        one = next(one for one in self.deployed if one.name == name)
        found = _read(one)
        if found is None:
            return False
        with get_client(sync_client=True) as client:
            client.create_flow_run_from_deployment(
                found.id,
                state=Scheduled(scheduled_time=due),
                tags=["auto-scheduled"],
                idempotency_key=f"catch-up {found.id} {int(due.timestamp())}",
            )
        return True

    def standing(self) -> list[Standing]:
        """Asks the server. Raises what Prefect's client raises where it does not answer."""
        return [_standing(one) for one in self.deployed]


def _report(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Reports what went wrong in the background. That the talk with a run is broken off at Ctrl-C did not."""
    if not isinstance(context.get("exception"), asyncio.CancelledError):
        loop.default_exception_handler(context)


def _standing(one: Deployed) -> Standing:
    found = _read(one)
    if found is None:
        return Standing(one.name, known=False)
    if not one.cron:
        return Standing(one.name, known=True, paused=False, upcoming=True)
    if found.paused or not any(s.active for s in found.schedules):
        return Standing(one.name, known=True, paused=True)
    now = datetime.now(UTC)
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[found.id])),
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
                next_scheduled_start_time=FlowRunFilterNextScheduledStartTime(after_=now),
            ),
            limit=1,
        )
    soon = next_due(one.cron, one.time_zone, now) - now < SOON
    return Standing(one.name, known=True, upcoming=bool(runs) or not soon)


def _read(one: Deployed) -> DeploymentResponse | None:
    with get_client(sync_client=True) as client:
        try:
            return client.read_deployment_by_name(f"{one.flow.name}/{one.deployed_as}")
        except ObjectNotFound:
            return None
