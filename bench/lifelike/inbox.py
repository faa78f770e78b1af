"""A night's encounters as files of the inbox, practice by practice, each in its own format."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from bench.lifelike.documents import FORMATS
from bench.lifelike.encounters import FIRST_DAY, Life
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
    for practice in practices(life.practices):
        form = FORMATS[practice.format]
        numbers = life.numbers_of(practice, range(before, before + count))
        folder = inbox / practice.key
        for place, some in enumerate(_several(numbers, form.a_file), 1):
            folder.mkdir(parents=True, exist_ok=True)
            name = f"{day:%Y%m%d}-{place:05d}{form.suffix}"
            (folder / name).write_bytes(form.write([life.encounter(n, day) for n in some], practice))


def _several(numbers: Iterator[int], size: int) -> Iterator[list[int]]:
    while some := list(islice(numbers, size)):
        yield some
