"""Plain data into an `Encounter`, and pydantic's errors into problems that hold no value."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from intake.encounter import Encounter
from intake.outcome import Problem

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,40}")
MAX_PROBLEMS = 20


def to_encounter(data: Mapping[str, Any], place: str) -> Encounter | list[Problem]:
    """The encounter, or each field that cannot be read, with its path."""
    try:
        return Encounter.model_validate(data)
    except ValidationError as error:
        return problems_of(error, place)


def problems_of(error: ValidationError, place: str) -> list[Problem]:
    """At most 20 problems, each with the field's path; the list positions count from 1."""
    problems = []
    for item in error.errors(include_url=False, include_input=False, include_context=False)[:MAX_PROBLEMS]:
        path = ".".join(_step(step) for step in item["loc"])
        where = f"{place}, {path}" if place and path else place or path
        if item["type"] == "extra_forbidden":
            message, remedy = "no such field", "remove it or correct its spelling"
        elif item["type"] == "missing":
            message, remedy = "missing", "add it"
        else:
            message = item["msg"].removeprefix("Value error, ")
            message = message[:1].lower() + message[1:]
            remedy = "correct it at the source and send the encounter again"
        problems.append(Problem("INT-08", where, message, remedy))
    return problems


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return str(step + 1)
    # An unknown key comes from the file: shown only where it looks like a field's name.
    return step if _PLAIN_KEY.fullmatch(step) else "(a key)"
