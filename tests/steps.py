"""Steps of the nightly run by name: a step that is added in between does not shift what a test walks."""

from __future__ import annotations

from tasks import nightly_run


def steps(first: str, last: str) -> tuple[nightly_run.Step, ...]:
    """The steps of the night from `first` to `last`, both included."""
    names = [step.name for step in nightly_run.NIGHT]
    return nightly_run.NIGHT[names.index(first) : names.index(last) + 1]
