"""Small code sets written out in examples and tests: `CLEAN.but(codes={"ncci": [...]})`."""

from collections.abc import Callable, Mapping
from typing import Any

from coding.codes.table import Table

MAKERS: dict[str, Callable[[Any], list[Table]]] = {}


def sample_tables(sets: Mapping[str, Any]) -> list[Table]:
    """The tables of the named small sets.

    Raises:
        KeyError: no such set.
    """
    return [table for name, rows in sets.items() for table in MAKERS[name](rows)]
