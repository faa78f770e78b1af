"""The state that a share ends in, as a run and its workers both name it."""

from typing import Any

from prefect.client.schemas.objects import State

AnyState = State[Any]
"""Pydantic names the class after the module that asked for it first, which differs from process to process:
named after this one, a run and its workers can read each other's."""
AnyState.__module__, AnyState.__qualname__ = __name__, "AnyState"
