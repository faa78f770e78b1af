"""Plain data into an `Encounter`, and pydantic's errors into problems that hold no value."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from itertools import islice
from typing import Any

from pydantic import ValidationError

from config.problem import Problem
from intake.encounter import Encounter

MAX_PROBLEMS = 20
LONGEST = 1_000  # characters of a name, a number or a code; PostgreSQL indexes no more than 2,700 bytes
PROSE = ("note", "description", "text")  # as long as the file allows; an edit looks at what is billed
# Control characters and halves of surrogate pairs: no database, no XML and no X12 takes them.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


_PLAIN = frozenset({int, float, bool, type(None), date, Decimal})


@dataclass(frozen=True, slots=True)
class Refused:
    """Stands where a reader met something that the format allows and an encounter does not."""

    why: str
    code: str = "INT-05"


def to_encounter(data: Mapping[str, Any], place: str) -> Encounter | list[Problem]:
    """The encounter, or each field that cannot be read, with its path."""
    wrong = [] if _sound(data) else list(islice(_wrong(data, ""), MAX_PROBLEMS))
    if wrong:
        return [
            Problem(p.code, f"{place}, {p.place}" if p.place else place, p.message, p.remedy) for p in wrong
        ]
    try:
        return Encounter.model_validate(data)
    except ValidationError as error:
        return problems_of(error, place)
    except Exception as error:  # of a value that no check foresaw: it costs this encounter alone
        said = f"a value of it cannot be read ({type(error).__name__})"
        return [Problem("INT-99", place, said, "report it with its shape, without patients' data")]


def _sound(data: Mapping[str, Any]) -> bool:
    """Whether nothing in it can be wrong by `_wrong`, without a path to each value: most documents are."""
    waiting: list[Any] = [data]
    texts: list[str] = []
    names: list[str] = []
    for value in waiting:  # which grows meanwhile
        kind = type(value)
        if kind is str:
            texts.append(value)
        elif kind is dict:
            names += value
            waiting += value.values()
        elif kind in (list, tuple):
            waiting += value
        elif kind not in _PLAIN and isinstance(value, Mapping | list | tuple | str | Refused):
            return False
    if not "".join(names).isprintable() or (texts and len(max(texts, key=len)) > LONGEST):
        return False
    whole = "".join(texts)
    return whole.isprintable() or not _NO_TEXT.search(whole)


def _wrong(value: Any, path: str, prose: bool = False) -> Iterator[Problem]:
    """What no field may hold, whatever its name; the list positions count from 1."""
    if isinstance(value, str):
        if value.isprintable() and len(value) <= LONGEST:
            return
        if _NO_TEXT.search(value):
            yield Problem("INT-04", path, "holds a character that is no text", "export it again")
        elif len(value) > LONGEST and not prose:
            yield Problem("INT-08", path, f"longer than {LONGEST} characters", "shorten it at the source")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            step = f"{path}.{_step(key)}" if path else _step(key)
            if _NO_TEXT.search(key):
                yield Problem("INT-04", step, "its name holds a character that is no text", "export it again")
            else:
                yield from _wrong(inner, step, key in PROSE)
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value, 1):
            yield from _wrong(inner, f"{path}.{number}" if path else str(number), prose)
    elif isinstance(value, Refused):
        yield Problem(value.code, path, value.why, "correct it at the source and send the encounter again")


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
