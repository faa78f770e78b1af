"""A statement that is built once.

For a small query SQLAlchemy takes longer to build the statement, and to find what is compiled of it, than the
database takes to answer. A night asks some two hundred of them, mostly the same each night.
"""

import inspect
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from sqlalchemy import Executable, bindparam

Given = tuple[Executable, dict[str, Any]]
"""A statement and the values that it is executed with: `connection.execute(*given)`."""


def stated(build: Callable[..., Executable]) -> Callable[..., Given]:
    """A statement by the values that change: `build` is called once, with a parameter in place of each.

    It compares columns with them, or asks `one_of`; what depends on a value otherwise is another statement.
    """
    names = tuple(inspect.signature(build).parameters)

    @cache
    def statement() -> Executable:
        return build(*map(bindparam, names))

    @wraps(build)
    def given(*values: Any) -> Given:
        return statement(), dict(zip(names, values, strict=True))

    return given
