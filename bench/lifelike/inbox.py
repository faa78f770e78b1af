"""A night's encounters as files of the inbox, practice by practice, each in its own format."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from bench.lifelike.documents import FORMATS
from bench.lifelike.encounters import FIRST_DAY, Encounter, Life
from bench.lifelike.partners import practices

DEFAULT = Life()


def day_of(night: int) -> date:
    """The business date of a night, from 1: nights follow one another."""
    return FIRST_DAY + timedelta(days=night - 1)


def write_night(inbox: Path, count: int, *, night: int = 1, before: int = 0, life: Life = DEFAULT) -> None:
    """Writes `count` encounters that follow on the `before` ones of earlier nights.

    Time is linear in `count`, and no more than one file is held.
    """
    day = day_of(night)
    numbers = range(before, before + count)
    write_files(inbox, numbers, lambda number: life.encounter(number, day), f"{day:%Y%m%d}", life)


def write_files(
    inbox: Path,
    numbers: range,
    encounter: Callable[[int], Encounter | None],
    name: str,
    life: Life = DEFAULT,
) -> None:
    """Writes the encounters of these numbers, of which there is one, as files whose names begin so."""
    for practice in practices(life.practices):
        form = FORMATS[practice.format]
        made = (encounter(number) for number in life.numbers_of(practice, numbers))
        folder = inbox / practice.key
        for place, some in enumerate(_several((one for one in made if one is not None), form.a_file), 1):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}-{place:05d}{form.suffix}").write_bytes(form.write(some, practice))


def _several(encounters: Iterator[Encounter], size: int) -> Iterator[list[Encounter]]:
    while some := list(islice(encounters, size)):
        yield some
