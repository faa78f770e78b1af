"""A corrected encounter is written by a person: the newest version with what is wrong put right, one higher.

It takes the way of every encounter: a file in the inbox, taken by the next run. What became of the former
version stays. A place is named as `claims correct --dry-run` prints it: `lines[2].modifiers[1]`.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from intake.encounter import Encounter
from ledger.books import work_items
from ledger.books.acts import named
from ledger.queries.newest import Newest, newest_of_work
from tasks.claims import needs_coding
from tasks.errors import StepError
from tasks.home.home import Home, write_private
from tasks.operations.correct_claim import Change, differences
from tasks.operations.money_acts import By, signed

_STEP = re.compile(r"(\w+)((?:\[\d+\])*)")


@dataclass(frozen=True, slots=True)
class Drafted:
    """What was written, or in a dry run would be; `waits`: somewhere that the next run does not look."""

    work: int
    encounter: str
    version: int
    file: Path
    waits: bool
    changes: tuple[Change, ...]
    dry_run: bool


def draft(
    home: Home,
    as_of: date,
    by: By,
    number: int,
    *,
    changes: Sequence[str],
    out: Path | None,
    dry_run: bool,
) -> Drafted:
    """Writes the encounter of a piece of work one version higher, with `changes` like
    "prior_authorization=A1". Without `out` it goes into the inbox.

    Raises StepError WRK-05, the work is about no encounter that is kept, or nothing says where the file
    goes; WRK-06, a change that an encounter can't have, or a file that is there already.
    """
    who, why = named(signed(home, by, preview=dry_run))
    newest = newest_of_work(home.ledger, number)
    if newest is None:
        raise StepError("WRK-05", f"work {number} is about no encounter that is kept here")
    before = Encounter.model_validate_json(newest.payload)
    text, made = corrected(before, newest, changes)
    file = out.absolute() if out is not None else _in_inbox(home, number, newest, changes)
    done = Drafted(
        number, newest.external_id, newest.version + 1, file, out is not None, _changes(before, made), dry_run
    )
    if file.exists() and file.read_text("utf-8") != text:
        raise StepError("WRK-06", f"{file.name} is there already with other content; name another by --out")
    if dry_run:
        return done
    places = ", ".join(change.place for change in done.changes) or "to be filled in"
    with home.ledger.write() as connection:
        words = f"version {done.version}, {places}: {why}"
        work_items.change(connection, as_of.isoformat(), number, {}, "drafted", words, who)
    write_private(file, text.encode())
    if out is None and home.settings.done_suffix:
        write_private(file.with_name(file.name + home.settings.done_suffix), b"")
    return done


def to_fill_in(encounter: Encounter, version: int, practice: str) -> dict[str, Any]:
    """An encounter as JSON, for a person who corrects it.

    What was in doubt has been looked at. One that is not coded gets places for codes instead of its concepts,
    which would say again that nothing is coded.
    """
    facts = encounter.model_dump(mode="json", exclude_defaults=True, exclude={"doubts"})
    if needs_coding.of(encounter):
        facts.pop("concepts", None)
        facts.setdefault("diagnoses", [])
        facts.setdefault("lines", [{"procedure": "", "units": "1", "pointers": [1]}])
    return facts | {"version": version, "practice": practice}


def _changes(before: Encounter, after: Encounter) -> tuple[Change, ...]:
    """What differs, but for what every draft changes."""
    without = {"doubts", "concepts"}
    return tuple(
        differences(
            before.model_dump(mode="json", exclude=without), after.model_dump(mode="json", exclude=without)
        )
    )


def corrected(before: Encounter, newest: Newest, changes: Sequence[str]) -> tuple[str, Encounter]:
    """An encounter one version higher, as JSON and as it will be read. Raises StepError WRK-06."""
    facts = to_fill_in(before, newest.version + 1, newest.practice)
    for change in changes:
        place, sign, value = change.partition("=")
        if not sign or not place:
            raise StepError("WRK-06", "a change is written PLACE=VALUE, like prior_authorization=A1")
        _set(facts, place.strip(), value.strip())
    try:
        made = Encounter.model_validate(facts)
    except ValidationError as error:
        places = ", ".join(sorted({_place(problem["loc"]) for problem in error.errors(include_input=False)}))
        raise StepError(
            "WRK-06", f"not as an encounter has it: {places}; docs/reference/encounter.schema.json lists all"
        ) from None
    return json.dumps(facts, indent=2, ensure_ascii=False) + "\n", made


def _set(facts: dict[str, Any], place: str, value: str) -> None:
    """Puts a value at a place, "" takes it away. One behind the end of a list is added to it."""
    steps: list[str | int] = []
    for part in place.split("."):
        found = _STEP.fullmatch(part)
        if found is None:
            raise StepError("WRK-06", f"{place} is no place; they are written like lines[2].modifiers[1]")
        steps.append(found[1])
        steps += [int(n) - 1 for n in re.findall(r"\d+", found[2])]
    at: Any = facts
    for step, after in zip(steps, [*steps[1:], None], strict=True):
        if isinstance(step, str) and not isinstance(at, dict):
            raise StepError("WRK-06", f"{place} is no place: there is a list before {step}")
        if isinstance(step, int) and not (isinstance(at, list) and 0 <= step <= len(at)):
            raise StepError("WRK-06", f"{place} is no place: the list has no {step + 1}")
        if after is None:
            _put(at, step, value)
            return
        empty: Any = [] if isinstance(after, int) else {}
        if isinstance(at, dict):
            at = at.setdefault(step, empty)
        else:
            assert isinstance(step, int)
            if step == len(at):
                at.append(empty)
            at = at[step]


def _put(at: Any, step: str | int, value: str) -> None:
    if isinstance(at, dict):
        if value:
            at[step] = value
        else:
            at.pop(step, None)
    elif not value:
        del at[step : step + 1]  # type: ignore[operator]  # a list's step is a number
    else:
        at[step : step + 1] = [value]  # type: ignore[operator]  # likewise


def _place(loc: Sequence[int | str]) -> str:
    """A place as people write it: lists count from 1."""
    words = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in loc)
    return words.removeprefix(".") or "the encounter"


def _in_inbox(home: Home, number: int, newest: Newest, changes: Sequence[str]) -> Path:
    practice = home.partners.practices.get(newest.practice)
    if practice is None or not changes:
        why = "no practice is known" if changes else "nothing is changed yet"
        raise StepError("WRK-05", f"{why}: name a file by --out, fill it in and move it into the inbox")
    name = re.sub(r"[^\w.-]+", "_", newest.external_id).strip(".")
    return home.settings.inbox / practice.folder / f"{name}-v{newest.version + 1}-work{number}.json"
