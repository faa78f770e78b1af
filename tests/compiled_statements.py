"""Every ledger of a test process shares one cache of compiled statements.

Each home has an engine of its own, and an engine compiles a statement when it first meets it: some three
hundred for one night, a seventh of the whole suite's processor time. What is compiled is the same for each
database, whichever ledger it is for.
"""

from collections.abc import Iterator, MutableMapping
from typing import Any

from sqlalchemy import Connection, Engine, event


class Compiled(MutableMapping[Any, Any]):
    """Compiled statements by SQLAlchemy's key without the dialect: each engine has an object of its own."""

    def __init__(self) -> None:
        self._found: dict[Any, Any] = {}

    def __getitem__(self, key: Any) -> Any:
        return self._found[key[1:]]

    def __setitem__(self, key: Any, value: Any) -> None:
        self._found[key[1:]] = value

    def __delitem__(self, key: Any) -> None:
        del self._found[key[1:]]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


_COMPILED = {"pysqlite": Compiled(), "psycopg": Compiled()}


def share() -> None:
    """From now on every ledger of this process does."""
    event.listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    if connection.dialect.driver in _COMPILED:
        connection.execution_options(compiled_cache=_COMPILED[connection.dialect.driver])
