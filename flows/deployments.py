"""Every deployment there is, in one registry: flow, hour and time zone.

The business date is not a parameter: a fixed one would make every run work for the same date.

They have no Prefect concurrency limit. Prefect's server counts the slots in its database but keeps
their holders in memory: if it restarts during a run, the slot is never released, and every later run
is cancelled. `flows.serving` runs one at a time, and the ledger's lease (`ledger.storage.lease`) ensures that
two runs never work on one home, wherever they were started.
"""

from dataclasses import dataclass, field
from typing import Any

from prefect.deployments.runner import RunnerDeployment
from prefect.flows import Flow
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from config.partners import Partners
from config.partners import load as load_partners
from config.settings import Settings
from flows.nightly import nightly
from flows.parts import submit, take_answers, take_in
from flows.rerun import rerun_batch
from tasks.runs import schedule


@dataclass(frozen=True, slots=True)
class Deployed:
    """A flow with the hour it starts at, in the settings' time zone; without `cron` a person starts it."""

    name: str
    flow: Flow[..., Any]
    description: str
    cron: str = ""
    time_zone: str = ""
    tag: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    suffix: str = ""

    @property
    def deployed_as(self) -> str:
        """Its name on the Prefect server, which other homes may use too."""
        return f"{self.name}-{self.suffix}" if self.suffix else self.name

    def deployment(self, *, active: bool = True, paused: bool = False) -> RunnerDeployment:
        """What Prefect serves. Not `active`, or `paused`: it stays switched off, as a person left it."""
        made = self.flow.to_deployment(
            name=self.deployed_as,
            schedule=Cron(self.cron, timezone=self.time_zone, active=active) if self.cron else None,
            paused=paused,
            parameters=self.parameters,
            description=self.description,
            tags=["cleanclaim", self.tag],
            entrypoint_type=EntrypointType.MODULE_PATH,  # found where it is installed, from any folder
        )
        assert isinstance(made, RunnerDeployment)  # a coroutine only inside an event loop
        return made


OWN: dict[str, tuple[Flow[..., Any], str, str]] = {
    schedule.NIGHTLY: (nightly, "Encounters in, claims out, answers posted, denials queued", "night"),
    schedule.ANSWERS: (take_answers, "What partners answered overnight, before the office opens", "answers"),
    schedule.PICK_UP: (
        take_in,
        "Encounters of the day, so that what an edit holds is seen before the night",
        "pick-up",
    ),
}
"""By the names of a home's own schedules: the flow, what it does, its tag."""


def registry(settings: Settings, suffix: str = "") -> tuple[Deployed, ...]:
    """The deployments of one home. `suffix` keeps those of several homes on one server apart."""
    given = {"home": str(settings.home), "inbox": str(settings.inbox)}
    partners = load_partners(settings.partners)
    scheduled = [_scheduled(one, given, suffix, partners) for one in schedule.planned(settings, partners)]
    by_hand = [
        Deployed(flow.name, flow, words, tag=tag, parameters=given, suffix=suffix)
        for flow, words, tag in (
            (take_in, "Encounters in, their coding validated, claims built", "part"),
            (submit, "Batches written and sent", "part"),
            (take_answers, "Answers collected, payments posted, denials queued", "part"),
            (rerun_batch, "One batch continued where it stopped; a sent one is never sent again", "batch"),
        )
    ]
    return (*scheduled, *by_hand)


def _scheduled(one: schedule.Planned, given: dict[str, Any], suffix: str, partners: Partners) -> Deployed:
    if one.name.startswith(schedule.SENDING):
        name = partners.clearinghouses[one.name.removeprefix(schedule.SENDING)].name
        words, given = f"What waited for the hours of {name}", given | {"schedule_name": one.name}
        return Deployed(one.name, submit, words, one.cron, one.zone, "part", given, suffix)
    if one.name.startswith(schedule.PICKING):
        name = partners.practices[one.name.removeprefix(schedule.PICKING)].name
        words, given = f"Encounters at the hours of {name}", given | {"schedule_name": one.name}
        return Deployed(one.name, take_in, words, one.cron, one.zone, "pick-up", given, suffix)
    flow, words, tag = OWN[one.name]
    return Deployed(one.name, flow, words, one.cron, one.zone, tag, given, suffix)
