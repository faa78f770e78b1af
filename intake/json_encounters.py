"""CleanClaim's own JSON: one encounter, a list, {"encounters": [...]}, or one a line (NDJSON).

The fields are those of `intake.encounter.Encounter`; docs/encounter.schema.json is the same as a
JSON Schema. In NDJSON a damaged line is a problem of that line alone; a document that is cut off or no JSON
is refused whole, but what JSON allows and an encounter does not is a problem of that encounter alone.
"""

import json
from collections.abc import Callable
from typing import Any

from config.problem import Problem
from intake.encounter import Encounter
from intake.outcome import Read
from intake.validation import Refused, to_encounter

FORMAT = "json"
MAX_ENCOUNTERS = 200_000
LONGEST_NUMBER = 300  # digits


class _RefusedError(Exception):
    def __init__(self, refused: Refused) -> None:
        super().__init__()
        self.refused = refused


def recognises(name: str, text: str) -> bool:
    return text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[")


def read(name: str, text: str) -> Read:
    """All encounters of the file; nothing is raised, what cannot be read is a problem."""
    document = parse(text, refuse=_go_on)
    if isinstance(document, Problem):
        lines = ndjson_lines(text)
        return _read_lines(lines) if lines else Read(FORMAT, problems=[document])
    if isinstance(document, dict) and isinstance(document.get("encounters"), list):
        if set(document) - {"encounters"}:
            return _refused(
                "INT-08", "", "has fields beside encounters", "put them into each encounter or leave them out"
            )
        document = document["encounters"]
    items = document if isinstance(document, list) else [document]
    result = Read(FORMAT)
    if not items:
        return _refused("INT-11", "", "the list of encounters is empty", "send the day's encounters")
    if len(items) > MAX_ENCOUNTERS:
        return _refused("INT-02", "", f"more than {MAX_ENCOUNTERS} encounters", "split the file")
    if "null" in text:
        items = _given(items)
    for number, item in enumerate(items, 1):
        _take(result, item, f"encounter {number}")
    return result


def _stop(refused: Refused) -> Any:
    raise _RefusedError(refused)


def _go_on(refused: Refused) -> Any:
    return refused


def parse(text: str, refuse: Callable[[Refused], Any] = _stop) -> Any | Problem:
    """The JSON value, or one problem.

    A key given twice (one of the two would be lost), NaN, an infinity and a number of hundreds of digits
    are what `refuse` makes of them: by default the problem of the whole text.
    """

    def once(pairs: list[tuple[str, Any]]) -> Any:
        made = dict(pairs)
        return made if len(made) == len(pairs) else refuse(Refused("a field is given twice in one object"))

    def integer(digits: str) -> Any:
        if len(digits) <= LONGEST_NUMBER:
            return int(digits)
        return refuse(Refused("a number is far too long", "INT-08"))

    try:
        return json.loads(
            text,
            object_pairs_hook=once,
            parse_constant=lambda constant: refuse(Refused(f"{constant} is no number")),
            parse_int=integer,
        )
    except _RefusedError as error:
        return Problem(
            error.refused.code, "", error.refused.why, "correct it at the source and send the file again"
        )
    except json.JSONDecodeError as error:
        at_end = error.pos >= len(text.rstrip())
        what = "cut off" if at_end or error.msg.startswith("Unterminated") else "not valid JSON"
        return Problem(
            "INT-05", f"line {error.lineno}, column {error.colno}", what, "export the file again, whole"
        )
    except RecursionError:
        return Problem("INT-07", "", "nested too deeply", "send encounters as the schema shows them")


def ndjson_lines(text: str) -> list[tuple[int, str]]:
    """The numbered lines of NDJSON: two or more that each start an object, one of the first two whole."""
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if len(lines) < 2 or not all(line.lstrip().startswith("{") for _, line in lines):
        return []
    return lines if any(not isinstance(parse(line), Problem) for _, line in lines[:2]) else []


def _read_lines(lines: list[tuple[int, str]]) -> Read:
    result = Read(FORMAT)
    if len(lines) > MAX_ENCOUNTERS:
        return _refused("INT-02", "", f"more than {MAX_ENCOUNTERS} encounters", "split the file")
    for number, line in lines:
        item = parse(line, refuse=_go_on)
        if isinstance(item, Problem):
            result.problems.append(Problem(item.code, f"line {number}", item.message, item.remedy))
        else:
            _take(result, _given(item) if "null" in line else item, f"line {number}")
    return result


def _take(result: Read, item: Any, place: str) -> None:
    if isinstance(item, Refused):
        item = {"encounter": item}
    if not isinstance(item, dict):
        result.problems.append(
            Problem("INT-08", place, "not an object", "write each encounter as {...}, see the schema")
        )
        return
    outcome = to_encounter(item, place)
    if isinstance(outcome, Encounter):
        result.encounters.append(outcome)
    else:
        result.problems.extend(outcome)


def _given(value: Any) -> Any:
    """The value without what is null: many programs write null for what they do not know."""
    if isinstance(value, dict):
        return {key: _given(inner) for key, inner in value.items() if inner is not None}
    return [_given(inner) for inner in value] if isinstance(value, list) else value


def _refused(code: str, place: str, message: str, remedy: str) -> Read:
    return Read(FORMAT, problems=[Problem(code, place, message, remedy)])
