"""Many at once, and where that fails on what one of them says, all but that one.

A chunk is one piece of work because that is quick. What fails on its content is done again in halves
until the one at fault is alone; it is kept with a finding, and the others are done. What fails on
the machinery (the disk, the database, a lease that was lost) fails the chunk: it is no encounter's fault.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from edi import EdiError
from ledger.errors import ValueRefused
from tasks.errors import as_step_error

log = logging.getLogger("cleanclaim.night")

Item = TypeVar("Item")
Made = TypeVar("Made")
Counts = dict[str, int]


def of_the_content(error: Exception) -> bool:
    """Whether an error may come from what one item says, rather than from what all of them need."""
    if isinstance(error, ValueRefused | EdiError):
        return True
    return not (isinstance(error, OSError | MemoryError | SQLAlchemyError) or getattr(error, "code", None))


def tried(work: Callable[[], Made]) -> Made | None:
    """What `work` makes of several items at once; None where it fails on what one of them says. Raises what
    no item's content caused."""
    try:
        return work()
    except Exception as error:
        if not of_the_content(error):
            raise
    return None


def done(
    items: Sequence[Item],
    step: str,
    work: Callable[[Sequence[Item]], Counts],
    alone: Callable[[Item, str], Counts],
) -> Counts:
    """The counts of `work` over `items`, and of `alone` for each that it fails on.

    `work` must be fit to be done again. `alone` gets what may be shown of the failure: its kind and
    its place in the program, nothing of what the item says. Raises what no item's content caused.
    """
    try:
        return work(items)
    except Exception as error:
        if not items or not of_the_content(error):
            raise
        why = as_step_error(error, step)
    if len(items) == 1:
        log.error("%s: one failed alone: %s", step, why)
        return alone(items[0], str(why))
    middle = len(items) // 2
    return _sum(done(half, step, work, alone) for half in (items[:middle], items[middle:]))


def _sum(counts: Iterable[Counts]) -> Counts:
    total: Counts = {}
    for some in counts:
        for name, count in some.items():
            total[name] = total.get(name, 0) + count
    return total
