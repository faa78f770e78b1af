"""The garbage collector stands still while a piece of work is done."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """A chunk makes thousands of objects that all live until its end; the collector would walk them
    again and again and find nothing, for a quarter of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
