"""Plain data into an `Encounter`, and pydantic's errors into problems that hold no value."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from pydantic import ValidationError

from intake.encounter import Encounter
from intake.outcome import Problem

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
            near = get_close_matches(str(item["loc"][-1])[:40], _known_fields(), 1, 0.7)
            message = "no such field" + (f", {near[0]} is meant?" if near else "")
            remedy = "remove it or correct its spelling"
        elif item["type"] == "missing":
            message, remedy = "missing", "add it"
        elif item["type"] == "string_type":
            message, remedy = "not a text", "write it in quotes"
        else:
            message = item["msg"].removeprefix("Value error, ")
            message = message[:1].lower() + message[1:]
            remedy = "correct it at the source and send the encounter again"
        problems.append(Problem("INT-08", where, message, remedy))
    return problems


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return str(step + 1)
    # An unknown key comes from the file and may be anything, a person's name too: it is not shown.
    return step if step in _known_fields() else "(a key)"


@cache
def _known_fields() -> frozenset[str]:
    schema = Encounter.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return frozenset(name for part in parts for name in part.get("properties", ()))
